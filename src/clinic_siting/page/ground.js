/* The ground: sea, land, areas in their shades, borders, roads and isochrones, drawn as a few large paths. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Ground = (() => {
  const LINE = {
    coast: "#8FA3B0",
    rim: "#F3F7FA",
    edge: "#212B32",
    county: "#5D6F7B",
    alliance: "#212B32",
    road: "#5E7482",
    ours: "#005EB8",
  };

  const [INSIDE, OUTSIDE] = [0, 1];

  /* Paths for one zoom, made when first asked for. */
  function scene(model, scale) {
    const origin = [model.bounds[0], model.bounds[1]];
    const made = new Map();
    const once = (name, make) => {
      if (!made.has(name)) made.set(name, make());
      return made.get(name);
    };
    const thinned = () => once("thinned", () => model.areas.arcs.map((arc) => Geometry.thin(arc, scale, origin)));
    const lines = (name, packed) => once(name, () => Geometry.pathOf(packed(), scale, origin));
    const all = Array.from(model.msoas.keys());
    return {
      scale,
      origin,
      land: () => lines("land", () => unpacked(model, "land", model.land)),
      countyLines: () => lines("countyLines", () => unpacked(model, "countyLines", model.countyLines)),
      road: (k, where) => lines(`road ${k} ${where}`, () => unpacked(model, `road ${k} ${where}`, model.roads[k][where])),
      isochrone: (k) => lines(`isochrone${k}`, () => unpacked(model, `isochrone${k}`, model.isochrones[k].lines)),
      areas: (members) => Geometry.areaPath(members, model.areas, thinned()),
      hair: () => once("hair", () => Geometry.borderPath(model.areas, thinned(), all)),
      borders: (group) => once(`borders ${group}`, () => Geometry.borderPath(model.areas, thinned(), model.area[group])),
      edge: (coastal) => once(`edge ${coastal}`, () => Geometry.edgePath(model.areas, thinned(), coastal)),
    };
  }

  /* Lines are unpacked once, whatever the zoom. */
  const kept = new WeakMap();
  function unpacked(model, name, text) {
    if (!kept.has(model)) kept.set(model, new Map());
    const lines = kept.get(model);
    if (!lines.has(name)) lines.set(name, Unpack.lines(text));
    return lines.get(name);
  }

  function stroke(ctx, path, colour, width, dash = []) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash);
    ctx.stroke(path);
    ctx.setLineDash([]);
  }

  function hatch(ctx) {
    const size = 6;
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const pen = tile.getContext("2d");
    pen.fillStyle = "#F6D3CF";
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = "#D5281B";
    pen.lineWidth = 1.4;
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift, 0);
      pen.lineTo(shift + size, size);
      pen.stroke();
    }
    return ctx.createPattern(tile, "repeat");
  }

  function areas(ctx, scene, layer) {
    // Paths stay while the layer and the zoom do.
    if (layer.drawn !== scene) Object.assign(layer, { drawn: scene, paths: [] });
    const { paths } = layer;
    const members = layer.colours.map(() => []);
    layer.classes.forEach((k, area) => {
      if (k >= 0) members[k].push(area);
    });
    layer.colours.forEach((colour, k) => {
      if (!members[k].length) return;
      if (!paths[k]) paths[k] = scene.areas(members[k]);
      const path = paths[k];
      const ink = colour === Theme.HATCH ? hatch(ctx) : colour;
      ctx.fillStyle = ink;
      ctx.fill(path, "evenodd");
      stroke(ctx, path, colour === Theme.HATCH ? "#F6D3CF" : colour, 0.6);
    });
  }

  function roads(ctx, scene, grey, zoomIn) {
    const wider = Math.min(1 + zoomIn * 0.35, 3);
    ctx.globalAlpha = grey ? 0.45 : 0.5;
    stroke(ctx, scene.road(2, INSIDE), grey ? "#8797A2" : "#FFFFFF", 0.6 * wider);
    ctx.globalAlpha = 1;
    ctx.globalAlpha = grey ? 0.6 : 0.55;
    stroke(ctx, scene.road(1, INSIDE), grey ? "#AEBAC2" : LINE.road, 1.5 * wider);
    ctx.globalAlpha = 1;
    stroke(ctx, scene.road(1, INSIDE), grey ? "#F4F6F7" : "#FFFFFF", 0.8 * wider);
    stroke(ctx, scene.road(0, INSIDE), grey ? "#8797A2" : LINE.road, 2.4 * wider);
    stroke(ctx, scene.road(0, INSIDE), "#FFFFFF", 1.3 * wider);
  }

  /* Outside the area roads and borders stay faint, so that the shaded area leads. */
  function surroundings(ctx, scene, changeLayer) {
    stroke(ctx, scene.land(), LINE.rim, 5);
    ctx.fillStyle = changeLayer ? "#ECEEED" : Theme.OUTSIDE;
    ctx.fill(scene.land(), "evenodd");
    ctx.globalAlpha = 0.75;
    stroke(ctx, scene.road(2, OUTSIDE), "#E1E4E3", 0.7);
    stroke(ctx, scene.road(1, OUTSIDE), "#C9D0D3", 1.3);
    stroke(ctx, scene.road(1, OUTSIDE), "#FFFFFF", 0.6);
    stroke(ctx, scene.road(0, OUTSIDE), "#AFBAC1", 2.2);
    stroke(ctx, scene.road(0, OUTSIDE), "#FFFFFF", 1.1);
    ctx.globalAlpha = 1;
    stroke(ctx, scene.countyLines(), "#9AA7AF", 0.9, [4, 3]);
  }

  const OUTLINES = { counties: "county", alliances: "alliance", icbs: "icb" };

  function borders(ctx, scene, outline, strong) {
    stroke(ctx, scene.hair(), "rgba(255,255,255,0.20)", 0.35);
    if (strong) stroke(ctx, scene.hair(), "rgba(76,98,114,0.35)", 0.3);
    const group = OUTLINES[outline];
    if (group === "county") stroke(ctx, scene.borders(group), "rgba(33,43,50,0.55)", 0.8, [4, 3]);
    else if (group) stroke(ctx, scene.borders(group), LINE.alliance, 1.1);
    stroke(ctx, scene.land(), LINE.coast, 0.7);
    stroke(ctx, scene.edge(false), LINE.edge, 1);
  }

  const ISOCHRONE_WIDTHS = [1.4, 1.1, 0.9, 0.8];

  function isochrones(ctx, scene, model, shown) {
    const thresholds = model.meta.bands;
    for (const k of shown) {
      const at = thresholds.indexOf(model.isochrones[k].minutes);
      stroke(ctx, scene.isochrone(k), LINE.ours, ISOCHRONE_WIDTHS[Math.min(Math.max(at, 0), 3)]);
    }
  }

  /* A line from the middle of each area to the clinic that serves most of it. */
  function flows(ctx, scene, model, outcome) {
    ctx.lineWidth = 0.7;
    for (const fresh of [false, true]) {
      ctx.strokeStyle = fresh ? "rgba(0,94,184,0.42)" : "rgba(33,43,50,0.26)";
      ctx.beginPath();
      outcome.areaSite.forEach((j, area) => {
        if (j >= model.sites.length || outcome.sites.includes(j) !== fresh) return;
        const centre = model.areas.centres[area];
        const site = model.sites[j];
        ctx.moveTo((centre[0] - scene.origin[0]) * scene.scale, (centre[1] - scene.origin[1]) * scene.scale);
        ctx.lineTo((site.x - scene.origin[0]) * scene.scale, (site.y - scene.origin[1]) * scene.scale);
      });
      ctx.stroke();
    }
  }

  /* Everything, in order from the sea up; the context is already moved to the scene's origin. */
  function draw(ctx, scene, model, state) {
    const change = state.layerName === "change";
    ctx.lineJoin = ctx.lineCap = "round";
    if (!state.tiles) surroundings(ctx, scene, change);
    if (state.tiles) ctx.globalAlpha = 0.7;
    areas(ctx, scene, state.layer);
    ctx.globalAlpha = 1;
    borders(ctx, scene, state.outline, change);
    if (!state.tiles) roads(ctx, scene, change, state.zoomIn);
    if (state.alliance >= 0) {
      const others = Array.from(model.msoas.keys()).filter((a) => model.area.alliance[a] !== state.alliance);
      ctx.fillStyle = "rgba(244,244,241,0.72)";
      ctx.fill(scene.areas(others), "evenodd");
      stroke(ctx, scene.borders("alliance"), LINE.alliance, 1.2);
    }
    if (state.layer.flows) flows(ctx, scene, model, state.outcome);
    isochrones(ctx, scene, model, state.isochrones);
    if (state.area >= 0) stroke(ctx, scene.areas([state.area]), LINE.edge, 2);
  }

  return { draw, scene, unpacked };
})();
