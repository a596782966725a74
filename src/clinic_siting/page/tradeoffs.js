/* Sets that no other beats at both the average journey and the spread, or the worst tenth: what is given up for what. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const TradeOffs = (() => {
  const { el } = Charts;
  const SHOWN = 7;
  const NAMES = { mad: "spread", sd: "spread", gini: "spread", worst_tenth: "worst tenth" };

  /* The rows of all fronts, the smallest average first, each with the fronts that it lies on. */
  function rows(model) {
    const on = new Map();
    for (const [measure, front] of Object.entries(model.fronts)) {
      for (const row of front) on.set(row, [...(on.get(row) || []), measure]);
    }
    const { mean } = model.ranking;
    return Array.from(on.entries()).sort((a, b) => mean[a[0]] - mean[b[0]] || a[0] - b[0]);
  }

  /* Finer than elsewhere: sets on a front may differ by less than a tenth of a minute. */
  function figure(model, measure, row) {
    return Words.fixed(model.ranking[measure][row], measure === "gini" ? 4 : 2);
  }

  function draw(model, state) {
    const measures = Object.keys(model.fronts);
    const found = rows(model);
    Panel.slot("trade-offs").hidden = !found.length;
    if (!found.length) return;
    const word = Words.setWord(model.ranking.size, 2);
    const names = measures.map((measure) => NAMES[measure]);
    const rest = found.length > SHOWN ? ` ${found.length - SHOWN} more stand in the report.` : "";
    const said = found.length === 1
      ? `One of ${Words.whole(model.ranking.count)} ${word} has the shortest average journey, the smallest ${names[0]} and the best ${names[1]}.`
      : `Of ${Words.whole(model.ranking.count)} ${word} these are not beaten at both the average and the ${names.join(" or the ")} (in bold); every other is. Minutes.${rest}`;
    const head = el("div", { class: "trade trade-head", "aria-hidden": "true" }, el("span", {}), el("span", { class: "num" }, "average"), names.map((name) => el("span", { class: "num" }, name)));
    const items = found.slice(0, SHOWN).map(([row, on]) => {
      const chosen = row === state.row;
      return el("li", { class: chosen ? "on" : null }, el("button", { type: "button", class: "trade", "aria-pressed": String(chosen), onclick: () => state.act.pickSet(row) },
        el("span", { class: "name" }, Panel.setName(model, row)),
        el("span", { class: "num" }, figure(model, "mean", row)),
        measures.map((measure) => el(on.includes(measure) ? "b" : "span", { class: "num" }, figure(model, measure, row)))));
    });
    Panel.fill("trade-offs", el("h3", {}, "Shorter on average, or more even?"), el("p", { class: "quiet small" }, said), head, el("ul", {}, items));
  }

  return { draw, rows };
})();
