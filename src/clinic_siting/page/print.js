/* On paper: the page takes its print layout first, then the map is drawn for the size and sharpness of paper. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Print = (() => {
  const SHARP = 3;
  // Pixels of an A4 sheet in landscape inside its margins; below the least height a map says little.
  const SHEET = 732;
  const MAP = { most: 620, least: 440 };
  const GAP = 12;
  const SIZES = ["", "two-sheets"];
  // Widths that what was tried may take of the small print's row.
  const TRIED = [288, 312, 336];

  /* The map gives way to small print; before the map says too little, what was tried and the small print take a second sheet. */
  function makeRoom() {
    const root = document.documentElement;
    const height = (selector) => Array.from(document.querySelectorAll(selector)).reduce((sum, node) => sum + node.offsetHeight, 0);
    for (const size of SIZES) {
      root.classList.remove(...SIZES.filter(Boolean));
      if (size) root.classList.add(size);
      const more = size === "two-sheets";
      const figures = height("#panel > section:not(.small-print, .certainty)");
      const below = balance(root, () => Math.max(height(".small-print"), height("#panel > .certainty")));
      const room = SHEET - height(".top") - (more ? 0 : below) - GAP;
      const map = Math.min(MAP.most, room);
      root.style.setProperty("--map-height", `${map}px`);
      if (Math.max(MAP.least, figures) <= room) return;
    }
  }

  /* The width at which the two parts of the small print stand lowest; how low that is. */
  function balance(root, tall) {
    const at = (width) => {
      root.style.setProperty("--tried", `${width}px`);
      return tall();
    };
    const heights = TRIED.map(at);
    const least = Math.min(...heights);
    return at(TRIED[heights.indexOf(least)]);
  }

  function wire(map, canvas, { frame, drawMap }) {
    let view = null;
    const begin = () => {
      if (view) return;
      view = { center: map.getCenter(), zoom: map.getZoom() };
      document.documentElement.classList.add("printing");
      map.closePopup();
      makeRoom();
      canvas.ratio = SHARP;
      map.invalidateSize({ animate: false, pan: false });
      frame();
      drawMap();
    };
    const end = () => {
      if (!view) return;
      document.documentElement.classList.remove("printing", ...SIZES.filter(Boolean));
      canvas.ratio = 0;
      map.invalidateSize({ animate: false, pan: false });
      map.setView(view.center, view.zoom, { animate: false });
      view = null;
      drawMap();
    };
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
  }

  return { wire };
})();
