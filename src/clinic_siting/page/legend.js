/* The legend of the layer in view, its strip on a phone, and the switches that belong to it. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Legend = (() => {
  const { el, svg } = Charts;

  function swatch(colour) {
    const node = el("span", { class: colour === Theme.HATCH ? "swatch hatch" : "swatch" });
    if (colour !== Theme.HATCH) node.style.background = colour;
    if (colour !== Theme.HATCH && Theme.luminance(colour) > 0.86) node.classList.add("lined");
    return node;
  }

  const mark = (...shapes) => svg("svg", { width: 28, height: 20, "aria-hidden": "true" }, ...shapes);
  const circle = (cx, r, fill, stroke, width) => svg("circle", { cx, cy: 10, r, fill, stroke, "stroke-width": width });

  function symbols(model, state) {
    const rows = [
      [mark(circle(14, 8.6, "#FFFFFF", "#005EB8", 2), circle(14, 4.6, "#005EB8")), "New clinic in this plan"],
      [mark(circle(14, 5.5, "#212B32")), "Existing clinic"],
      [mark(circle(9, 4.4, "#FFFFFF", "#4C6272", 1.2), circle(21, 2.4, "#FFFFFF", "#4C6272", 1.2)), "Candidate, sized by rank"],
    ];
    if (state.outcome.closed.length) {
      rows.push([mark(circle(14, 5.5, "#FFFFFF", "#212B32", 1.4), svg("path", { d: "M10.6 6.6 l6.8 6.8 m0 -6.8 l-6.8 6.8", stroke: "#212B32", "stroke-width": 1.4 })), "Closes in this plan"]);
    }
    if (state.layer.legend.rings && model.isochrones.length) {
      const arc = (r) => svg("path", { d: `M ${14 - r} 17 A ${r} ${r} 0 0 1 ${14 + r} 17`, fill: "none", stroke: "#005EB8", "stroke-width": 1.4 });
      const bands = Array.from(new Set(state.isochrones.map((k) => model.isochrones[k].minutes))).sort((a, b) => a - b);
      const drawn = state.outcome.sites.filter((j) => state.isochrones.some((k) => model.isochrones[k].site === j));
      const whose = drawn.length === state.outcome.sites.length || state.site >= 0 ? "it" : Words.list(drawn.map((j) => model.sites[j].label));
      // Only leading sites travel with isochrones; of another the shades alone tell how far it reaches.
      const without = state.outcome.sites.filter((j) => !model.isochrones.some((line) => line.site === j));
      if (without.length) rows.push([null, `No lines in this file for ${Words.list(without.map((j) => model.sites[j].label))}; the shades count it`]);
      if (bands.length) rows.push([mark(arc(12), arc(7.5)), `${bands.join(", ")} minutes to ${whose || "it"}`]);
    }
    return el("ul", { class: "symbols" }, rows.map(([icon, words]) => el("li", {}, icon || el("span", {}), words)));
  }

  /* Of when the figures are: the first two dates; all of them stand in the small print. */
  const dates = (model) => `Data: ${model.meta.date.split(/;\s*/).slice(0, 2).join(", ")}`;

  function draw(model, state) {
    const { legend } = state.layer;
    const outside = ["outside", el("li", {}, (() => {
      const node = swatch(state.layerName === "change" ? "#ECEEED" : Theme.OUTSIDE);
      node.classList.add("lined");
      return node;
    })(), el("span", {}, "outside the area"))];
    Panel.fill("legend-body",
      el("h2", {}, legend.title),
      legend.heads ? el("div", { class: "legend-heads" }, el("span", {}, legend.heads[0]), el("span", {}, legend.heads[1])) : null,
      el("ul", { class: "shades" }, legend.rows.map((r) => el("li", {}, swatch(r.colour), el("span", {}, r.name), el("span", { class: "num" }, r.share))), outside[1]),
      legend.note ? el("p", { class: "quiet" }, legend.note) : null,
      symbols(model, state),
      el("p", { class: "quiet dates" }, dates(model)));
    // Names are longer than bands: they flow in two lines, and those that have no room stand in the legend alone.
    Panel.slot("strip").classList.toggle("names", !legend.strip);
    const strip = legend.strip || legend.rows.map((r) => r.name);
    Panel.fill("strip", legend.rows.slice(0, strip.length).map((r, k) => el("li", {}, swatch(r.colour), el("span", {}, strip[k]))));
  }

  return { draw };
})();
