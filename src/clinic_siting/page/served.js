/* "South Essex, most of Suffolk": the parts of the map that a clinic serves, told from where its patients live. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Served = (() => {
  const WHOLE = 0.9;
  const MOST = 0.6;
  const WORTH_NAMING = 0.06;
  const ENOUGH = 0.85;
  const LONGEST = 38;
  const COMPASS = ["east", "south-east", "south", "south-west", "west", "north-west", "north", "north-east"];

  function centre(model, counties, keep) {
    const sum = counties.map(() => [0, 0, 0, 0]);
    const index = new Map(counties.map((c, k) => [c, k]));
    for (let i = 0; i < model.count; i++) {
      const k = index.get(model.zones.county[i]);
      if (k === undefined || !keep(i)) continue;
      const [x, y] = model.areas.centres[model.zones.msoa[i]];
      const w = model.area.weight[i];
      sum[k][0] += w;
      sum[k][1] += w * x;
      sum[k][2] += w * y;
      sum[k][3] += w * (x * x + y * y);
    }
    return sum.map(([w, x, y, s]) => ({ w, x: x / w, y: y / w, r: Math.sqrt(Math.max(s / w - (x / w) ** 2 - (y / w) ** 2, 0)) }));
  }

  /* The side of a county that a part of it lies on, or "mid" near its middle. */
  function side(whole, part) {
    const [dx, dy] = [part.x - whole.x, part.y - whole.y];
    if (Math.hypot(dx, dy) < 0.3 * whole.r) return "mid";
    return COMPASS[Math.round(((Math.atan2(dy, dx) / Math.PI) * 4 + 8) % 8) % 8];
  }

  function words(model, outcome, j) {
    const names = model.groups.county;
    const demand = Access.totalsBy(model.zones.cases, model.zones.county, names.length);
    const served = new Float64Array(names.length);
    for (let i = 0; i < model.count; i++) if (outcome.site[i] === j) served[model.zones.county[i]] += model.zones.cases[i];
    const total = served.reduce((a, b) => a + b, 0);
    const counties = Array.from(names.keys()).filter((c) => served[c] > WORTH_NAMING * total);
    counties.sort((a, b) => served[b] - served[a]);
    const [wholes, parts] = [centre(model, counties, () => true), centre(model, counties, (i) => outcome.site[i] === j)];
    const told = [[], [], []];
    let sum = 0;
    counties.forEach((c, k) => {
      if (sum > ENOUGH * total || told.flat().length === 3) return;
      sum += served[c];
      const share = served[c] / demand[c];
      if (share >= WHOLE) told[0].push(names[c]);
      else if (share >= MOST) told[1].push(`most of ${names[c]}`);
      else told[2].push(`${side(wholes[k], parts[k])} ${names[c]}`);
    });
    const named = told.flat();
    return (named.join(", ").length > LONGEST ? named.slice(0, 2) : named).join(", ");
  }

  return { words };
})();
