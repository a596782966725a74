/* What stands on the ground: clinics, candidates and a reader's place, with their labels. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Symbols = (() => {
  const INK = "#212B32";
  const BLUE = "#005EB8";

  function disc(ctx, x, y, r, fill, line, width) {
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fillStyle = fill;
    ctx.fill();
    if (line) {
      ctx.strokeStyle = line;
      ctx.lineWidth = width;
      ctx.stroke();
    }
  }

  function chosen(ctx, x, y, small) {
    const k = small ? 0.9 : 1;
    disc(ctx, x, y, 12 * k, "#FFFFFF", BLUE, 2 * k);
    disc(ctx, x, y, 6.5 * k, BLUE);
  }

  const existing = (ctx, x, y, small) => disc(ctx, x, y, small ? 4 : 5.5, INK, "#FFFFFF", 1.2);
  /* A clinic that closes: struck out. */
  function closing(ctx, x, y) {
    disc(ctx, x, y, 5.5, "#FFFFFF", INK, 1.4);
    ctx.strokeStyle = INK;
    ctx.beginPath();
    for (const side of [-1, 1]) {
      ctx.moveTo(x - 3.4, y - 3.4 * side);
      ctx.lineTo(x + 3.4, y + 3.4 * side);
    }
    ctx.stroke();
  }

  const candidate = (ctx, x, y, r, best) => disc(ctx, x, y, r, "#FFFFFF", best ? "#4C6272" : "#8797A2", 1.1);

  /* Radius from 2 to 5 by the rank of the best set with the candidate. */
  function radii(best) {
    const ranked = Array.from(best.entries()).sort((a, b) => a[1].place - b[1].place);
    return new Map(ranked.map(([j], k) => [j, 5 - (3 * k) / Math.max(ranked.length - 1, 1)]));
  }

  function draw(ctx, view, model, state) {
    const at = (x, y) => [x * view.scale - view.left, y * view.scale - view.top];
    const inView = ([x, y]) => x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20;
    const placer = Labels.placer(view.width, view.height, view.taken);
    const discs = sitesInView(model, state, at, inView, view.small);
    drawJourney(ctx, model, state, at);
    for (const s of discs) if (s.kind === "candidate") candidate(ctx, s.x, s.y, s.r, s.best);
    for (const s of discs) if (s.kind === "existing") (state.outcome.closed.includes(s.j) ? closing : existing)(ctx, s.x, s.y, view.small);
    for (const s of discs) if (s.kind === "chosen") chosen(ctx, s.x, s.y, view.small);
    drawPlace(ctx, state, at);
    const soft = new Set();
    for (const s of discs) {
      const r = s.r + 1;
      const box = [s.x - r, s.y - r, s.x + r, s.y + r];
      placer.block(box);
      if (s.kind === "candidate") soft.add(box);
    }
    const passable = (box) => soft.has(box);
    labelChosen(ctx, placer, discs, model, state, view, passable);
    labelPlace(ctx, placer, state, at, passable);
    labelExisting(ctx, placer, discs, state, view, passable);
    PlaceNames.draw(ctx, placer, model, state, { ...view, at, inView, passable });
    return discs;
  }

  function sitesInView(model, state, at, inView, small) {
    const out = [];
    model.sites.forEach((site, j) => {
      const [x, y] = at(site.x, site.y);
      if (!inView([x, y])) return;
      if (state.outcome.sites.includes(j)) out.push({ j, x, y, r: 13, kind: "chosen" });
      else if (site.open) out.push({ j, x, y, r: small ? 5 : 6.5, kind: "existing" });
      else if (state.candidates) {
        const r = state.radii.get(j) || 2;
        if (!small) out.push({ j, x, y, r, kind: "candidate", best: state.radii.has(j) });
      }
    });
    return out;
  }

  function drawJourney(ctx, model, state, at) {
    const place = state.place;
    if (!place || place.plan === undefined) return;
    const [x, y] = at(place.x, place.y);
    const line = (j, dash, colour, width) => {
      if (j >= model.sites.length) return;
      const [x1, y1] = at(model.sites[j].x, model.sites[j].y);
      ctx.setLineDash(dash);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x1, y1);
      ctx.stroke();
      ctx.setLineDash([]);
    };
    if (place.todaySite !== place.planSite) line(place.todaySite, [5, 4], INK, 1.2);
    line(place.planSite, [], BLUE, 2.2);
  }

  function drawPlace(ctx, state, at) {
    if (!state.place || state.place.x === undefined) return;
    const [x, y] = at(state.place.x, state.place.y);
    ctx.fillStyle = INK;
    ctx.strokeStyle = "#FFFFFF";
    ctx.lineWidth = 1.5;
    ctx.fillRect(x - 4.5, y - 4.5, 9, 9);
    ctx.strokeRect(x - 5, y - 5, 10, 10);
  }

  /* White plate with a line around it, as for clinics and the reader's place. */
  function plate(ctx, box, line) {
    ctx.fillStyle = "#FFFFFF";
    ctx.fillRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
    ctx.strokeStyle = line;
    ctx.lineWidth = 1.2;
    ctx.strokeRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
  }

  function labelChosen(ctx, placer, discs, model, state, view, passable) {
    for (const s of discs.filter((d) => d.kind === "chosen")) {
      const name = model.sites[s.j].label;
      const below = view.small ? "" : `new: ${Words.patients(state.outcome.volumes[s.j], model.meta)} ${model.meta.unit}`;
      ctx.font = Labels.font(view.small ? 12 : 13, "bold");
      const wide = ctx.measureText(name).width;
      ctx.font = Labels.font(12);
      const w = Math.max(wide, ctx.measureText(below).width) + (view.small ? 10 : 16);
      const h = below ? 37 : 18;
      const shift = (w / 2) * 0.75;
      const tries = [[shift, "below"], [shift, "above"], [-shift, "above"], [-shift, "below"], [0, "right"], [0, "left"]];
      let box = null;
      for (const [dx, side] of view.small || s.y < view.height * 0.45 ? [tries[1], tries[0], ...tries.slice(2)] : tries) {
        box = placer.place(s.x + (side === "above" || side === "below" ? dx : 0), s.y, w, h, side === "right" || side === "left" ? 14 : 13, [side], passable);
        if (box) break;
      }
      if (!box) continue;
      plate(ctx, box, BLUE);
      ctx.textAlign = "left";
      ctx.textBaseline = "alphabetic";
      ctx.fillStyle = BLUE;
      ctx.font = Labels.font(view.small ? 12 : 13, "bold");
      ctx.fillText(name, box[0] + (view.small ? 5 : 8), box[1] + (below ? 16 : 13.5));
      ctx.fillStyle = INK;
      ctx.font = Labels.font(12);
      if (below) ctx.fillText(below, box[0] + 8, box[1] + 30);
      chosen(ctx, s.x, s.y, view.small);
    }
  }

  function labelPlace(ctx, placer, state, at, passable) {
    const place = state.place;
    if (!place || place.plan === undefined) return;
    const [x, y] = at(place.x, place.y);
    const words = `${place.name}: ${Words.whole(place.plan)} minutes${place.plan === place.today ? "" : `, was ${Words.whole(place.today)}`}`;
    ctx.font = Labels.font(12, "bold");
    const box = placer.place(x, y + 8, ctx.measureText(words).width + 12, 21, 8, ["right", "below", "above", "left"], passable);
    if (!box) return;
    plate(ctx, box, INK);
    Labels.text(ctx, words, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + 0.5, { ink: INK, halo: null });
  }

  function labelExisting(ctx, placer, discs, state, view, passable) {
    if (view.small) return;
    ctx.font = Labels.font(11, "bold");
    const sorted = discs.filter((d) => d.kind === "existing").sort((a, b) => state.outcome.volumes[b.j] - state.outcome.volumes[a.j]);
    const told = new Set();
    for (const s of sorted.filter((d) => Math.max(state.outcome.volumes[d.j], state.before.volumes[d.j]) >= 0.5)) {
      const { pool } = state.sites[s.j];
      if (told.has(pool)) continue;
      told.add(pool);
      const words = state.sites[s.j].poolLabel;
      const box = placer.place(s.x, s.y, ctx.measureText(words).width + 2, 12, 7, ["right", "left", "above", "below"], passable);
      if (box) Labels.text(ctx, words, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, { ink: INK, halo: "#FFFFFF" });
    }
  }

  return { draw, radii };
})();
