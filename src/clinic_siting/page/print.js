/* On paper: the page takes its print layout first, then the map is drawn for the size and sharpness of paper. */
const Print = (() => {
  const SHARP = 3;

  function wire(map, canvas, { frame, drawMap }) {
    let view = null;
    const begin = () => {
      if (view) return;
      view = { center: map.getCenter(), zoom: map.getZoom() };
      document.documentElement.classList.add("printing");
      map.closePopup();
      canvas.ratio = SHARP;
      map.invalidateSize({ animate: false, pan: false });
      frame(-1);
      drawMap();
    };
    const end = () => {
      if (!view) return;
      document.documentElement.classList.remove("printing");
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
