/* How sure: what happens to the plan under other travel, and which sites keep coming back. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Sure = (() => {
  const { el } = Charts;
  const CLOSE = 0.01;
  const TOP = 10;

  const nameOf = (model, sites) => sites.map((j) => model.sites[j].short).join(" + ");

  /* Said first: where the plan stops being the best one. */
  function opening(model) {
    const rows = model.robustness;
    if (!rows) return [el("p", { class: "quiet" }, "Other times of day and delays at crossings have not been tried for this plan.")];
    const lost = rows.filter((r) => r.rank > 1);
    if (!lost.length) return [el("p", {}, `Best in all ${rows.length} cases tried.`)];
    const first = lost[0];
    const hours = rows.filter((r) => r.kind !== "crossing");
    const steady = rows[0].kind && hours.length > 1 && hours.every((r) => r.rank === 1);
    const lead = steady ? "Best at every time of day tried" : `Best in ${rows.length - lost.length} of ${rows.length} cases tried`;
    const link = { crossing: "not with", period: "not in the" }[first.kind] || "not with this:";
    return [el("p", {}, `${lead}, but `, el("b", {}, `${link} ${first.scenario}`), `; then ${nameOf(model, first.best)} leads.`)];
  }

  function cases(model) {
    const rows = model.robustness;
    if (!rows) return null;
    const cells = rows.map((r) => [r.scenario.replace(/^./, (c) => c.toUpperCase()), Words.minutes(r.mean), String(r.rank), r.rank > 1 ? `${Words.fixed(100 * r.regret, 1)} % worse` : "best"]);
    return Charts.table(["If travel is …", "minutes", "rank", "against best"], cells,
      { kinds: ["", "num", "num", "num"], rowClass: (k) => (rows[k].rank > 1 ? "warn" : null) });
  }

  function stability(model, state) {
    const top = state.ranked.order.slice(0, TOP);
    const tally = new Map();
    for (const row of top) for (const j of Model.sitesOf(model, row)) tally.set(j, (tally.get(j) || 0) + 1);
    const often = Array.from(tally.entries()).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 5);
    return [
      el("h3", {}, `How often a site is among the ${top.length === TOP ? "ten" : top.length} best ${Words.setWord(model.ranking.size, top.length)}`),
      el("ul", { class: "often" }, often.map(([j, n]) => el("li", {}, el("span", {}, model.sites[j].short), Charts.squares(n, top.length), el("b", { class: "num" }, String(n))))),
    ];
  }

  function close(model, state) {
    const { order, score } = state.ranked;
    const limit = score[order[0]] * (1 + CLOSE);
    const near = order.slice(1).filter((row) => score[row] <= limit);
    const word = Words.setWord(model.ranking.size, near.length);
    if (!near.length) return el("p", {}, `No other ${word} comes within one per cent of the best.`);
    const named = near.slice(0, 3).map((row) => nameOf(model, Model.sitesOf(model, row)));
    const rest = near.length > 3 ? ` and ${near.length - 3} more` : "";
    return el("p", {}, `${near.length === 1 ? "One more" : `${near.length} more`} ${word} ${near.length === 1 ? "is" : "are"} within one per cent of the best: ${named.join("; ")}${rest}.`);
  }

  function draw(model, state) {
    const said = model.meta.certainty;
    const { phases } = model.meta;
    Panel.slot("certainty").parentElement.hidden = !(said.length || phases.length);
    Panel.fill("certainty", [...said, ...phases].map((words) => el("p", {}, words)));
    Panel.fill("sure", opening(model), cases(model), stability(model, state), close(model, state));
  }

  return { draw };
})();
