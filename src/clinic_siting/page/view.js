/* What of the map is in view, and where in it no word may stand. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const View = (() => {
  const slot = (name) => document.getElementById(name);
  const printing = () => document.documentElement.classList.contains("printing");
  const small = () => Chrome.PHONE.matches && !printing();

  const boxOf = (node) => [node.offsetLeft, node.offsetTop, node.offsetLeft + node.offsetWidth, node.offsetTop + node.offsetHeight];

  /* Where no word may stand. On a screen the legend's room is the same in every layer, so that nothing jumps. */
  function taken(size) {
    const arrows = Array.from(slot("edges").children, boxOf);
    const chip = slot("scope-chip").offsetWidth ? [boxOf(slot("scope-chip"))] : [];
    if (small()) return [...arrows, ...chip, [0, size.y - 36, size.x, size.y]];
    const foot = [[0, size.y - 44, 130, size.y], [0, size.y - 20, size.x, size.y]];
    if (printing()) return [...arrows, ...foot, boxOf(slot("legend"))];
    return [...arrows, ...foot, ...chip, [size.x - 242, size.y - 366, size.x, size.y], [size.x - 60, 0, size.x, 100]];
  }

  /* The box on the grid that holds an alliance, or everyone (below 0). */
  function boxAround(model, alliance) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    model.msoas.forEach((_, k) => {
      if (alliance >= 0 && model.area.alliance[k] !== alliance) return;
      const b = model.areas.boxes[k];
      for (const side of [0, 1]) {
        box[side] = Math.min(box[side], b[side]);
        box[side + 2] = Math.max(box[side + 2], b[side + 2]);
      }
    });
    return box;
  }

  /* The first view: the area stands left, so that the sea holds the legend; on a phone it fills the width. */
  function frame(map, canvas, model, alliance) {
    const box = boxAround(model, alliance);
    const corners = L.latLngBounds(canvas.latLngOf(box[0], box[1]), canvas.latLngOf(box[2], box[3]));
    const options = small()
      ? { paddingTopLeft: [8, alliance < 0 ? 4 : 52], paddingBottomRight: [8, 36] }
      : { paddingTopLeft: [24, alliance < 0 ? -8 : 24], paddingBottomRight: [Math.min(250, map.getSize().x * 0.28), alliance < 0 ? 16 : 24] };
    map.fitBounds(corners, { ...options, animate: false, maxZoom: 11 });
  }

  return { frame, small, taken };
})();
