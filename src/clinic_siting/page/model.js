/* The page's data, unpacked once, and what follows from it for any set of sites. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Model = (() => {
  const NOWHERE = 65535;

  function read(text) {
    const raw = JSON.parse(text);
    const zones = {};
    for (const [name, packed] of Object.entries(raw.zones)) zones[name] = Unpack.column(packed);
    const count = zones.demand.length;
    // Cases a year are patients; demand is what the plan weighs, and differs where some patients count for more.
    zones.cases = zones.cases || zones.demand;
    const model = {
      ...raw,
      zones,
      count,
      saves: {
        start: Unpack.column(raw.saves.start),
        zone: Unpack.column(raw.saves.zone),
        minutes: Unpack.column(raw.saves.minutes),
      },
      existing: raw.existing.map(([j, packed]) => [j, Unpack.column(packed)]),
      ranking: readRanking(raw.ranking),
      places: readPoints(raw.places),
      sectors: { ...readPoints(raw.sectors), name: raw.sectors.name.split(",") },
    };
    model.places.people = Unpack.column(raw.places.people);
    model.places.city = Unpack.column(raw.places.city);
    model.areas = Geometry.readAreas(raw, raw.msoas.length);
    model.area = areaColumns(model);
    model.plan = rowOf(model, raw.meta.chosen.map((id) => model.sites.findIndex((site) => site.id === id)));
    model.best = bestByCandidate(model);
    return model;
  }

  function readRanking(raw) {
    const out = { size: raw.size, sites: Unpack.column(raw.sites), closed: raw.closed };
    for (const [name, packed] of Object.entries(raw)) {
      if (!(name in out)) out[name] = Unpack.column(packed);
    }
    out.count = out.mean.length;
    return out;
  }

  function readPoints(raw) {
    return { ...raw, x: Unpack.column(raw.x), y: Unpack.column(raw.y), zone: Unpack.column(raw.zone) };
  }

  /* What each area inherits from its zones: members, demand, people, and the group most of it is in. */
  function areaColumns(model) {
    const { zones } = model;
    const count = model.msoas.length;
    const members = Array.from({ length: count }, () => []);
    for (let i = 0; i < model.count; i++) members[zones.msoa[i]].push(i);
    const first = (group) => Uint8Array.from(members, (rows) => group[rows[0]]);
    const ones = Float64Array.from(zones.demand, (d) => Math.max(d, 1e-12));
    return {
      members,
      weight: ones,
      demand: Access.totalsBy(zones.cases, zones.msoa, count),
      people: Access.totalsBy(zones.people, zones.msoa, count),
      alliance: first(zones.alliance),
      icb: first(zones.icb),
      county: first(zones.county),
      decile: meanOf(zones.decile, ones, zones.msoa, count),
      snap: zones.snap ? meanOf(zones.snap, ones, zones.msoa, count) : null,
    };
  }

  function meanOf(values, weight, group, count) {
    const sum = new Float64Array(count);
    const all = new Float64Array(count);
    for (let i = 0; i < values.length; i++) {
      sum[group[i]] += weight[i] * values[i];
      all[group[i]] += weight[i];
    }
    return sum.map((value, g) => value / all[g]);
  }

  /* Sites of a set from south to north, so that pairs read alike wherever they stand. */
  function sitesOf(model, row) {
    const { size, sites } = model.ranking;
    return Array.from(sites.subarray(row * size, (row + 1) * size)).sort((a, b) => model.sites[b].y - model.sites[a].y || a - b);
  }

  function rowOf(model, sites) {
    const key = sites.slice().sort((a, b) => a - b).join();
    for (let row = 0; row < model.ranking.count; row++) {
      if (sitesOf(model, row).sort((a, b) => a - b).join() === key) return row;
    }
    return -1;
  }

  const idsOf = (model, row) => sitesOf(model, row).map((j) => model.sites[j].id).sort().join("\u0000");

  /* Under the weights of the moment: every set's score, the order, and the best set with each candidate. */
  function rank(model, weights) {
    const score = Rank.scores(model.ranking, model.today, weights, model.meta.variation);
    // With nothing to weigh the sets keep the order they came in, which is the package's.
    if (Number.isNaN(score[0])) return { score, order: Array.from(score.keys()) };
    const order = Rank.order(score, model.ranking.mean, (row) => idsOf(model, row));
    return { score, order };
  }

  function bestByCandidate(model, ranked = rank(model, model.weights)) {
    const best = new Map();
    ranked.order.forEach((row, place) => {
      for (const j of sitesOf(model, row)) if (!best.has(j)) best.set(j, { row, place, score: ranked.score[row] });
    });
    return best;
  }

  /* Everything a set changes, worked out from the zones. */
  function outcome(model, row) {
    const { zones, area } = model;
    const sites = row < 0 ? [] : sitesOf(model, row);
    const closed = row < 0 ? [] : model.ranking.closed[row] || [];
    // Of two new sites equally near, the first by id is named, as in the package.
    const access = Access.withSites(baseOf(model, closed), model.saves, sites.slice().sort((a, b) => a - b));
    const count = model.msoas.length;
    const volumes = Access.totalsBy(zones.cases, access.site, model.sites.length);
    return {
      row,
      sites,
      closed,
      ...access,
      areaMinutes: Access.meansBy(access.minutes, area.weight, zones.msoa, count),
      areaSite: mainSite(model, access.site),
      volumes,
    };
  }

  /* Access before a set opens: today's, or without the clinics that close. */
  function baseOf(model, closed) {
    if (!closed.length) return { minutes: model.zones.today, site: model.zones.todaySite };
    const minutes = new Uint16Array(model.count).fill(Access.NO_ROUTE);
    const site = new Uint16Array(model.count).fill(NOWHERE);
    for (const [j, own] of model.existing) {
      if (closed.includes(j)) continue;
      for (let i = 0; i < model.count; i++) if (own[i] < minutes[i]) [minutes[i], site[i]] = [own[i], j];
    }
    return { minutes, site };
  }

  /* The clinic that serves the largest part of each area. */
  function mainSite(model, site) {
    return Uint16Array.from(model.area.members, (rows) => {
      const tally = new Map();
      let best = NOWHERE;
      for (const i of rows) {
        tally.set(site[i], (tally.get(site[i]) || 0) + model.area.weight[i]);
        if (best === NOWHERE || tally.get(site[i]) > tally.get(best)) best = site[i];
      }
      return best;
    });
  }

  /* Measures of everyone come from the package; those of one alliance are worked out here. */
  function measures(model, outcome, alliance) {
    const { zones, meta, ranking } = model;
    if (alliance < 0) {
      if (outcome.row < 0) return model.today;
      const out = {};
      for (const name of ["mean", "sd", "mad", "gini", "worst_tenth", "coverage"]) out[name] = ranking[name][outcome.row];
      return out;
    }
    return Access.measures(outcome.minutes, zones.demand, (i) => zones.alliance[i] === alliance, meta.standard);
  }

  return { NOWHERE, bestByCandidate, measures, outcome, rank, read, rowOf, sitesOf };
})();
