/* The words of the ground itself: road numbers, minutes of isochrones, counties, towns and seas. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const PlaceNames = (() => {
  const INK = "#212B32";
  const BLUE = "#005EB8";
  const PALE = { ink: INK, halo: "rgba(255,255,255,0.85)" };
  const FAINT = { ink: "#4C6272", halo: "rgba(244,244,241,0.9)" };
  const WHITE = { ink: "#FFFFFF", halo: "rgba(33,43,50,0.75)" };
  const SEA = { ink: "#4C6272", halo: null };
  const CENTRED = ["centre", "right", "above", "below", "left"];
  const COUNTY_TRIES = [0, -16, 16, -32, 32, -48, 48];
  const BIG_TOWN = 120000;
  const KNOWN_TOWN = 25000;
  const FAR_TOWN = 60000;
  const TOWN_ROOM = 4;
  const SHIELD_GAP = 110;
  const INK_SAMPLES = 5;

  function draw(ctx, placer, model, state, view) {
    const ground = groundInk(model, state, view);
    if (!view.small) labelShields(ctx, placer, model, ground, view);
    labelIsochrones(ctx, placer, model, state, view);
    labelCounties(ctx, placer, model, ground, view);
    labelTowns(ctx, placer, model, ground, view);
    labelSeas(ctx, placer, model, view);
  }

  function labelShields(ctx, placer, model, ground, view) {
    ctx.font = Labels.font(10, "bold");
    const stood = [];
    const room = Math.round((view.width * view.height) / 22000);
    for (const shield of model.shields) {
      if (stood.length >= room) break;
      if (!shield.at) shield.at = Unpack.lines(shield.points)[0];
      const w = ctx.measureText(shield.road).width + 8;
      for (let i = 0; i < shield.at.length; i += 2) {
        const [x, y] = view.at(shield.at[i], shield.at[i + 1]);
        if (!view.inView([x, y])) continue;
        const near = stood.some((s) => Math.hypot(s[0] - x, s[1] - y) < (s[2] === shield.road ? 2.5 : 0.5) * SHIELD_GAP);
        if (near || !placer.free([x - w / 2, y - 7, x + w / 2, y + 7])) continue;
        // Beyond the area only motorways are named.
        if (shield.rank && !ground(x, y)) continue;
        const box = placer.place(x, y, w, 14, 0, ["centre"]);
        if (!box) continue;
        stood.push([x, y, shield.road]);
        drawShield(ctx, box, shield);
        break;
      }
    }
  }

  function drawShield(ctx, box, shield) {
    const motorway = shield.rank === 0;
    ctx.fillStyle = motorway ? "#3D5A78" : "#FFFFFF";
    ctx.fillRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
    ctx.strokeStyle = motorway ? "#FFFFFF" : "#7C8C97";
    ctx.lineWidth = 0.8;
    ctx.strokeRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
    const style = { ink: motorway ? "#FFFFFF" : "#33434F", halo: null };
    Labels.text(ctx, shield.road, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + 0.5, style);
  }

  /* The minutes of each line, on its longest stretch that has room; hidden words keep their boxes. */
  function labelIsochrones(ctx, placer, model, state, view) {
    ctx.font = Labels.font(11, "bold");
    for (const k of state.isochronesPlaced) {
      const words = String(model.isochrones[k].minutes);
      const lines = Ground.unpacked(model, `isochrone${k}`, model.isochrones[k].lines);
      const longest = lines.slice().sort((a, b) => b.length - a.length)[0];
      if (!longest) continue;
      const w = ctx.measureText(words).width + 6;
      const half = longest.length / 2;
      for (const part of [0.5, 0.3, 0.7, 0.1, 0.9]) {
        const i = 2 * Math.floor(half * part);
        const [x, y] = view.at(longest[i], longest[i + 1]);
        const box = view.inView([x, y]) && placer.place(x, y, w, 15, 0, ["centre"]);
        if (!box) continue;
        if (!state.isochrones.includes(k)) break;
        ctx.fillStyle = "rgba(255,255,255,0.92)";
        ctx.fillRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
        Labels.text(ctx, words, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + 0.5, { ink: BLUE, halo: null });
        break;
      }
    }
  }

  /* Which ink a word needs at a point of the view. */
  function groundInk(model, state, view) {
    return (x, y) => {
      const area = Geometry.areaAt(model.areas, (x + view.left) / view.scale, (y + view.top) / view.scale);
      if (area < 0) return null;
      const faded = state.alliance >= 0 && model.area.alliance[area] !== state.alliance;
      const k = state.layer.classes[area];
      return !faded && k >= 0 && Theme.isDark(state.layer.colours[k]) ? WHITE : PALE;
    };
  }

  /* The ink that most of a word stands on. */
  function inkOf(ground, box) {
    const [y, step] = [(box[1] + box[3]) / 2, (box[2] - box[0]) / (INK_SAMPLES + 1)];
    const found = Array.from({ length: INK_SAMPLES }, (_, k) => ground(box[0] + (k + 1) * step, y));
    if (found.every((style) => style === null)) return null;
    return 2 * found.filter((style) => style === WHITE).length > INK_SAMPLES ? WHITE : PALE;
  }

  function labelCounties(ctx, placer, model, ground, view) {
    if (view.zoom > 10.5) return;
    const size = view.small ? 11 : 12;
    ctx.font = Labels.font(size);
    for (const [name, gx, gy] of model.countyNames) {
      const [x, y] = view.at(gx, gy);
      if (!view.inView([x, y])) continue;
      const words = name.toUpperCase();
      const spacing = 2;
      const w = Labels.widthOf(ctx, words, spacing);
      let box = null;
      const away = !ground(x, y);
      for (const dy of COUNTY_TRIES) {
        // The name of a county beyond the area must not reach into it.
        if (box || (away && (view.small || ground(x - w / 2, y + dy) || ground(x + w / 2, y + dy)))) continue;
        box = placer.place(x, y + dy, w + 2, 13, 0, ["centre"], view.passable);
      }
      if (!box) continue;
      const [cx, cy] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
      const style = inkOf(ground, box) || FAINT;
      Labels.text(ctx, words, cx + spacing / 2, cy, { ...style, ink: style === PALE ? "#33434F" : style.ink, spacing });
    }
  }

  function smallestTown(view) {
    if (view.small) return 45000 * 4 ** (7.6 - view.zoom);
    return 17000 * 4 ** (8.4 - view.zoom);
  }

  function labelTowns(ctx, placer, model, ground, view) {
    const { places } = model;
    const least = smallestTown(view);
    for (let i = 0; i < places.label.length; i++) {
      if (places.people[i] < least) break;
      if (!places.label[i] || (places.city[i] && view.zoom < 10)) continue;
      const [x, y] = view.at(places.x[i], places.y[i]);
      if (!view.inView([x, y])) continue;
      const size = places.people[i] > BIG_TOWN ? 13 : 12;
      ctx.font = Labels.font(size);
      const outside = places.zone[i] === Model.NOWHERE;
      if (outside && places.people[i] < (view.small ? 2 : 1) * FAR_TOWN * 4 ** (8.4 - view.zoom)) continue;
      const w = ctx.measureText(places.label[i]).width + 2 * TOWN_ROOM;
      let box = placer.place(x, y, w, size + TOWN_ROOM, -TOWN_ROOM, CENTRED);
      // A name that everybody looks for may stand on small candidates.
      if (!box && places.people[i] > KNOWN_TOWN) box = placer.place(x, y, w, size, 0, CENTRED, view.passable);
      if (!box) continue;
      const [cx, cy] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
      const style = outside ? FAINT : inkOf(ground, box) || PALE;
      Labels.text(ctx, places.label[i], cx, cy, style);
    }
  }

  function labelSeas(ctx, placer, model, view) {
    ctx.font = Labels.font(12, "italic");
    for (const [name, gx, gy] of model.seas) {
      const [x, y] = view.at(gx, gy);
      if (!view.inView([x, y])) continue;
      const box = placer.place(x, y, Labels.widthOf(ctx, name, 1), 14, 0, ["centre"]);
      if (box) Labels.text(ctx, name, x, y, { ...SEA, spacing: 1 });
    }
  }

  return { draw };
})();
