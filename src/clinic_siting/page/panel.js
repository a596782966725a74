/* The panel: result, weights, who gains, how sure; each part is drawn from the state and nothing else. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Panel = (() => {
  const { el, svg } = Charts;
  const TERM_NAMES = {
    mean: () => "Average journey",
    variation: () => "Spread between patients",
    worst_tenth: () => "Worst tenth",
    beyond_standard: (meta) => `Beyond ${meta.standard} minutes`,
    alliance_gap: () => "Gap between alliances",
  };
  const SPREAD_UNIT = { mad: "min", sd: "min", gini: "0 to 1" };
  const TOP = 10;

  const slot = (name) => document.getElementById(name);
  const fill = (name, ...children) => slot(name).replaceChildren(...children.flat().filter(Boolean));

  const ringIcon = () => svg("svg", { width: 20, height: 20, class: "ring", "aria-hidden": "true" },
    svg("circle", { cx: 10, cy: 10, r: 8.6, fill: "#FFFFFF", stroke: "#005EB8", "stroke-width": 2 }),
    svg("circle", { cx: 10, cy: 10, r: 4.6, fill: "#005EB8" }));

  function setName(model, row) {
    const closed = (model.ranking.closed[row] || []).map((j) => model.sites[j].short);
    return Model.sitesOf(model, row).map((j) => model.sites[j].short).join(" + ") + (closed.length ? ` − ${closed.join(" − ")}` : "");
  }

  function fullName(site) {
    const told = site.name.includes(site.town) || site.town.includes(site.place);
    return site.town && !told && site.name.length < 24 ? `${site.name}, ${site.town}` : site.name;
  }

  function headline(model, state) {
    const places = Words.list(state.outcome.sites.map((j) => model.sites[j].place));
    const shut = state.outcome.closed.map((j) => model.sites[j].short);
    const closing = shut.length ? `; ${Words.list(shut)} ${shut.length === 1 ? "closes" : "close"}` : "";
    const after = Model.measures(model, state.outcome, -1);
    fill("headline", el("b", {}, `${model.meta.title}: ${places}${closing}.`), ` ${Words.headline(model.today, after, model.meta.standard)}`);
  }

  function result(model, state) {
    const { outcome } = state;
    const rows = outcome.sites.slice().sort((a, b) => outcome.volumes[b] - outcome.volumes[a]).map((j) =>
      el("div", { class: "site" }, ringIcon(),
        el("div", {}, el("b", {}, fullName(model.sites[j])), el("span", { class: "quiet" }, Served.words(model, outcome, j))),
        el("div", { class: "num" }, el("b", {}, Words.patients(outcome.volumes[j], model.meta)), el("span", { class: "quiet" }, model.meta.unit))));
    const [before, after] = [Model.measures(model, state.before, state.alliance), Model.measures(model, outcome, state.alliance)];
    fill("result-sites", otherThanPlan(model, state), rows);
    fill("result-scope", state.alliance >= 0
      ? [`For ${model.groups.alliance[state.alliance].label}. `, el("button", { type: "button", class: "link", onclick: () => state.act.pickAlliance(-1) }, "Show everyone")]
      : []);
    fill("result-cards", cards(model, before, after));
    fill("result-load", load(model, state));
  }

  function otherThanPlan(model, state) {
    if (state.row === model.plan) return null;
    const place = state.ranked.order.indexOf(state.row) + 1;
    return el("p", { class: "notice" }, `Not the plan: number ${Words.whole(place)} of ${Words.whole(model.ranking.count)} under these weights. `,
      el("button", { type: "button", class: "link", onclick: state.act.backToPlan }, "Back to the plan"));
  }

  function cards(model, before, after) {
    const variation = model.meta.variation;
    const digits = variation === "gini" ? 3 : 1;
    const all = [
      ["Average", "min", "mean", ["shorter", "longer"], 1],
      ["Spread", SPREAD_UNIT[variation], variation, ["narrower", "wider"], digits],
      ["Worst tenth", "min", "worst_tenth", ["shorter", "longer"], 1],
    ];
    return all.map(([name, unit, key, words, d]) => {
      const change = Words.change(before[key], after[key], words, d);
      return el("div", { class: "card" },
        el("div", { class: "card-head" }, el("span", {}, name), el("span", { class: "quiet" }, unit)),
        el("div", { class: "card-figure" }, el("span", { class: "was" }, `${Words.fixed(before[key], d)} → `), el("b", {}, Words.fixed(after[key], d))),
        el("div", { class: `card-change ${change.kind}` }, change.text));
    });
  }

  /* The trust whose load a plan may relieve: the one the network leans on, or the one with most patients. */
  function load(model, state) {
    const byTrust = new Map();
    const cases = ofAlliance(model, state, model.zones.cases);
    const [today, planned] = [state.before, state.outcome].map(({ site }) => Access.totalsBy(cases, site, model.sites.length));
    model.sites.forEach((site, j) => {
      if (!site.open || !site.trust) return;
      const entry = byTrust.get(site.trust) || { before: 0, after: 0, sites: 0 };
      entry.before += today[j];
      entry.after += planned[j];
      entry.sites += 1;
      byTrust.set(site.trust, entry);
    });
    const trusts = Array.from(byTrust.entries()).sort((a, b) => b[1].before - a[1].before);
    const largest = trusts.find(([trust]) => trust === model.meta.lead) || trusts[0];
    if (!largest) return [];
    const [trust, entry] = largest;
    const name = trust.replace(/^The /, "").replace(/ NHS( Foundation)? Trust$/, "");
    const sites = entry.sites === 2 ? ", both sites" : entry.sites > 2 ? `, ${entry.sites} sites` : "";
    return [el("b", {}, name), `${sites}: ${Words.patients(entry.before, model.meta)} → `, el("b", {}, Words.patients(entry.after, model.meta)), ` ${model.meta.unit}`];
  }

  function sliders(model, state) {
    fill("weights", Rank.TERMS.map((term) => {
      const able = Rank.canWeigh(term, model.today, model.meta.variation);
      const start = state.weights[term];
      const value = el("output", { class: "num", for: `weight-${term}` }, String(start));
      const top = Math.max(3, model.weights[term]);
      const input = el("input", {
        type: "range", id: `weight-${term}`, min: 0, max: top, step: 0.1, value: start, disabled: !able,
        oninput: () => {
          value.textContent = String(Number(input.value));
          shade(input);
          state.act.weigh(term, Number(input.value));
        },
      });
      shade(input);
      return el("div", { class: "weight" },
        el("label", { for: `weight-${term}` }, TERM_NAMES[term](model.meta), able ? null : el("span", { class: "quiet" }, model.today.mean === null ? " (no clinic today)" : " (0 today)")), input, value,
        el("p", { class: "room quiet small", id: `room-${term}` }));
    }));
  }

  function shade(input) {
    input.style.setProperty("--part", `${(100 * input.value) / input.max}%`);
  }

  function resetSliders(weights) {
    for (const term of Rank.TERMS) {
      const input = slot(`weight-${term}`);
      input.value = weights[term];
      shade(input);
      input.parentElement.querySelector("output").textContent = String(weights[term]);
    }
  }

  function ranking(model, state) {
    fill("weighing", Weighing.words(model.today, state.weights, model.meta.variation));
    const { size, count } = model.ranking;
    const total = model.meta.total;
    const word = `${Words.setWord(size, 2)}${model.meta.listed ? "" : " that were found"}`;
    const among = total > count ? `${Words.whole(count)} best of ${Words.whole(total)} ${word} carried` : `${Words.whole(count)} ${word}`;
    const shown = Math.min(TOP, count);
    const rules = model.meta.rules ? `, ${model.meta.rules}` : "";
    fill("ranking-note", el("span", {}, `${shown === TOP ? "Ten" : shown} best of ${among}${rules}`), el("span", { class: "num" }, "score v. today"));
    const unscored = Number.isNaN(state.ranked.score[state.ranked.order[0]]);
    if (unscored && !Rank.TERMS.some((term) => state.weights[term] > 0)) {
      fill("ranking", el("li", { class: "quiet" }, "Give at least one of them some weight."));
      return;
    }
    if (unscored) fill("ranking-note", el("span", {}, `${shown === TOP ? "Ten" : shown} best of ${among}${rules}`), el("span", { class: "num" }, "average, min"));
    const best = 1 - state.ranked.score[state.ranked.order[0]];
    const rows = state.ranked.order.slice(0, TOP);
    if (!rows.includes(state.row)) rows.push(state.row);
    fill("ranking", rows.map((row) => {
      const gain = 1 - state.ranked.score[row];
      const on = row === state.row;
      const place = state.ranked.order.indexOf(row) + 1;
      return el("li", { class: on ? "on" : null }, el("button", { type: "button", "aria-pressed": String(on), onclick: () => state.act.pickSet(row) },
        el("span", { class: "place" }, String(place)),
        el("span", { class: "name" }, setName(model, row)),
        el("span", { class: "bar", "aria-hidden": "true" }, el("i", { style: `width:${unscored ? 0 : Math.max(0, Math.min(100, (94 * gain) / Math.max(best, 1e-9)))}%` })),
        el("span", { class: "num" }, unscored ? Words.minutes(model.ranking.mean[row]) : `${Words.signed(-100 * gain, 1)} %`)));
    }));
  }

  function ofAlliance(model, state, values) {
    if (state.alliance < 0) return values;
    return values.map((value, i) => (model.zones.alliance[i] === state.alliance ? value : 0));
  }

  /* Rows of "Who gains": groups with their minutes before and after. */
  function groupRows(model, state, kind) {
    const { zones } = model;
    const [before, after] = [state.before.minutes, state.outcome.minutes];
    // One alliance's own view keeps all alliances in the chart of alliances, where it can be left again.
    const [weights, cases] = [zones.demand, zones.cases].map((values) => (kind === "alliance" ? values : ofAlliance(model, state, values)));
    const grouped = (group, names, pickable) => {
      const [b, a] = [before, after].map((minutes) => Access.meansBy(minutes, weights, group, names.length));
      const demand = Access.totalsBy(cases, group, names.length);
      const [sb, sa] = [before, after].map((minutes) => Access.sharesBy(minutes, weights, group, names.length, model.meta.standard));
      return names.map((name, k) => ({ name, before: b[k], after: a[k], demand: demand[k], within: [sb[k], sa[k]], pick: pickable ? k : undefined }))
        .filter((r) => r.demand > 0 && Number.isFinite(r.after));
    };
    if (kind === "alliance") {
      const rows = grouped(zones.alliance, model.groups.alliance.map((a) => a.label), true);
      return rows.sort((p, q) => q.before - q.after - (p.before - p.after) || q.before - p.before);
    }
    if (kind === "icb") return grouped(zones.icb, model.groups.icb).sort((p, q) => q.before - q.after - (p.before - p.after));
    if (kind === "decile") {
      const names = ["", "1 most deprived", "2", "3", "4", "5", "6", "7", "8", "9", "10 least deprived"];
      return grouped(zones.decile, names);
    }
    const pool = Uint16Array.from(zones.todaySite, (j) => (j < model.sites.length ? model.sites[j].pool : model.sites.length));
    const rows = grouped(pool, [...model.sites.map((s) => s.poolName), "no clinic"]);
    return rows.filter((r) => r.demand >= 0.5).sort((p, q) => q.demand - p.demand);
  }

  const NOTES = {
    alliance: "Choose an alliance to see it alone. Only the part inside the area is counted. ",
    decile: "Tenths of England’s small areas by deprivation.",
    clinic: "Patients by the clinic that is nearest to them today.",
    icb: "Integrated care boards, the part inside the area.",
  };

  const HEADS = { alliance: "alliance", decile: "tenth", clinic: "nearest today", icb: "board" };

  function gains(model, state) {
    const rows = groupRows(model, state, state.gainsTab);
    const heads = [HEADS[state.gainsTab], model.meta.unit, "today, min", "plan, min", "change", `within ${model.meta.standard} min, %`];
    const cells = rows.map((r) => [r.name, Words.whole(r.demand), Words.minutes(r.before), Words.minutes(r.after),
      Words.signed(r.after - r.before, 1), `${Words.fixed(100 * r.within[0], 0)} → ${Words.fixed(100 * r.within[1], 0)}`]);
    fill("gains-chart", state.tables
      ? Charts.table(heads, cells, { kinds: ["", "num", "num", "num", "num", "num"], caption: "Average minutes, by car, one way" })
      : Charts.dumbbells(rows, { onPick: state.gainsTab === "alliance" ? (k) => state.act.pickAlliance(k) : null, picked: state.alliance }));
    fill("gains-note", NOTES[state.gainsTab], state.gainsTab === "alliance" ? model.groups.alliance.filter((a) => a.also).map((a) => `${a.label}: ${a.also}. `) : []);
    const keep = state.alliance < 0 ? () => true : (i) => model.zones.alliance[i] === state.alliance;
    const last = Math.max(100, Math.ceil(model.meta.standard * 1.5));
    const [b, a] = [state.before, state.outcome].map((o) => Access.curve(o.minutes, model.zones.demand, keep, last));
    const at = Math.floor(model.meta.standard);
    const title = `Within ${model.meta.standard} minutes: ${Words.percent(b[at])} of patients today, ${Words.percent(a[at])} with the plan`;
    const every = Array.from({ length: Math.floor(last / 15) }, (_, k) => 15 * (k + 1));
    fill("curve", state.tables
      ? Charts.table(["minutes", "today, %", "plan, %"], every.map((m) => [String(m), Words.fixed(100 * b[m], 0), Words.fixed(100 * a[m], 0)]), { kinds: ["", "num", "num"] })
      : Charts.curves(b, a, model.meta.standard, title));
  }

  /* The table that goes on paper in place of the charts. */
  function paper(model, state) {
    const { standard, unit } = model.meta;
    const line = (name, demand, before, after, within) => {
      const change = Words.change(before, after, ["", ""]);
      return [name, Words.whole(demand), Words.minutes(before), Words.minutes(after),
        el("b", { class: change.kind }, change.kind === "same" ? "0.0" : change.text.trim()),
        `${Words.fixed(100 * within[0], 0)} → ${Words.fixed(100 * within[1], 0)}`];
    };
    const rows = groupRows(model, state, "alliance").map((r) => line(r.name, r.demand, r.before, r.after, r.within));
    const [b, a] = [Model.measures(model, state.before, -1), Model.measures(model, state.outcome, -1)];
    const total = model.zones.cases.reduce((sum, d) => sum + d, 0);
    fill("print-table", Charts.table(["alliance", unit, "today min", "plan min", "change min", `within ${standard} min,\u00a0%`], rows,
      { kinds: ["", "num", "num", "num", "num", "num"], foot: line("All patients", total, b.mean, a.mean, [b.coverage, a.coverage]) }));
  }

  /* Cases a year at each clinic; clinics next door to one another share one line. */
  function clinics(model, state) {
    const pools = new Map();
    const cases = ofAlliance(model, state, model.zones.cases);
    const [before, after] = [state.before, state.outcome].map((o) => Access.totalsBy(cases, o.site, model.sites.length));
    model.sites.forEach((site, j) => {
      const fresh = state.outcome.sites.includes(j);
      if (!site.open && !fresh) return;
      const entry = pools.get(site.pool) || { name: fresh ? `${site.label} (new)` : site.poolName, before: 0, after: 0, fresh };
      entry.before += before[j];
      entry.after += after[j];
      pools.set(site.pool, entry);
    });
    const rows = Array.from(pools.values()).filter((p) => p.fresh || p.before >= 0.5 || p.after >= 0.5);
    rows.sort((p, q) => p.fresh - q.fresh || q.before - p.before || q.after - p.after);
    const scope = state.alliance < 0 ? null : el("p", { class: "quiet" }, `Patients of ${model.groups.alliance[state.alliance].label} only.`);
    fill("clinics", scope, Charts.table([`${model.meta.unit.replace(/^./, (c) => c.toUpperCase())} at each clinic`, "today", "plan", "change"],
      rows.map((p) => [p.name, p.fresh ? "–" : Words.patients(p.before, model.meta), Words.patients(p.after, model.meta),
        Words.signed(Words.counted(p.after, model.meta) - Words.counted(p.before, model.meta), 0)]),
      { kinds: ["", "num", "num", "num"] }));
  }

  function all(model, state) {
    headline(model, state);
    result(model, state);
    ranking(model, state);
    gains(model, state);
    clinics(model, state);
    paper(model, state);
  }

  return { all, clinics, fill, gains, groupRows, headline, ofAlliance, ranking, resetSliders, result, setName, sliders, slot };
})();
