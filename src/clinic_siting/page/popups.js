/* What a click tells: an area with its small areas, a candidate with its best partner, a clinic with its load. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Popups = (() => {
  const { el } = Charts;

  const line = (name, value) => el("div", { class: "pop-row" }, el("span", {}, name), el("b", { class: "num" }, value));

  function area(model, state, k) {
    const rows = model.area.members[k];
    const values = rows.map((i) => state.outcome.minutes[i]).filter((m) => m !== Access.NO_ROUTE).map((m) => m / Access.STEPS);
    const [before, after] = [state.before.areaMinutes[k], state.outcome.areaMinutes[k]];
    const change = Words.change(before, after, ["minutes shorter", "minutes longer"]);
    const site = state.outcome.areaSite[k];
    const low = Words.whole(Math.min(...values));
    const high = Words.whole(Math.max(...values));
    const spread = low === high ? `all ${low} minutes` : `from ${low} to ${high} minutes`;
    return el("div", { class: "pop" },
      el("h3", {}, model.msoas[k]),
      el("p", { class: "quiet" }, `${model.groups.county[model.area.county[k]]}, ${model.groups.alliance[model.area.alliance[k]].label}`),
      line("Today", `${Words.minutes(before)} min`),
      line("With the plan", `${Words.minutes(after)} min`),
      el("p", { class: `card-change ${change.kind}` }, change.text),
      values.length ? el("p", {}, `Mean of ${rows.length} small area${rows.length > 1 ? "s" : ""}, ${spread} with the plan:`) : null,
      values.length ? Charts.strip(values, after, model.meta.bands) : null,
      line("Nearest for most", site < model.sites.length ? model.sites[site].label : "no clinic"),
      line("People", Words.whole(Math.round(model.area.people[k] / 100) * 100)),
      line(model.meta.unit.replace(/^./, (c) => c.toUpperCase()), Words.fixed(model.area.demand[k], 1)),
      line("Deprivation, mean tenth", Words.fixed(model.area.decile[k], 1)),
      model.area.snap ? line("To a known road", `${Words.whole(model.area.snap[k])} m`) : null);
  }

  function about(site) {
    const kind = { acute: "Acute hospital", cdc: "Community diagnostic centre" }[site.kind] || "";
    return [kind, site.town].filter(Boolean).join(", ");
  }

  function candidate(model, state, j) {
    const site = model.sites[j];
    const best = state.best.get(j);
    const body = [el("h3", {}, site.name), el("p", { class: "quiet" }, about(site))];
    if (best) {
      const partners = Model.sitesOf(model, best.row).filter((k) => k !== j).map((k) => model.sites[k].short);
      const rank = `${best.place + 1} of ${Words.whole(model.ranking.count)}`;
      body.push(
        partners.length ? line("Best together with", partners.join(" + ")) : null,
        line("Score against today", `${Words.signed(100 * (best.score - 1), 1)} %`),
        line("Rank", rank),
        el("button", { type: "button", class: "button", onclick: () => state.act.pickSet(best.row) },
          best.row === state.row ? "Shown now" : `Show this ${Words.setWord(model.ranking.size, 1)}`));
    } else {
      body.push(el("p", {}, `No ${Words.setWord(model.ranking.size, 1)} with it ${model.meta.rules ? `meets the rule: ${model.meta.rules}` : "is among those carried"}.`));
    }
    if (site.confidence === "unverified") body.push(el("p", { class: "quiet" }, "May already run such a clinic; nobody could confirm it."));
    if (site.services) body.push(el("p", { class: "quiet" }, `Services listed: ${site.services}`));
    return el("div", { class: "pop" }, body.filter(Boolean));
  }

  function clinic(model, state, j) {
    const site = model.sites[j];
    const fresh = !site.open;
    const body = [
      el("h3", {}, site.name),
      el("p", { class: "quiet" }, [fresh ? "New in this plan" : state.outcome.closed.includes(j) ? "Closes in this plan" : "Open today", about(site)].filter(Boolean).join(". ")),
      fresh ? null : line("Today", `${Words.patients(state.before.volumes[j], model.meta)} ${model.meta.unit}`),
      line("With the plan", `${Words.patients(state.outcome.volumes[j], model.meta)} ${model.meta.unit}`),
      site.catchment ? el("p", {}, `Serves ${site.catchment} only.`) : null,
      site.poolName.includes(" and ") ? el("p", {}, `Next door to one another and one service: ${site.poolName}.`) : null,
      site.confidence === "unverified" ? el("p", {}, "Its role is general knowledge; nobody could confirm it.") : null,
      site.note ? el("p", { class: "quiet" }, site.note) : null,
    ];
    return el("div", { class: "pop" }, body.filter(Boolean));
  }

  const MOST_OTHERS = 6;

  /* A clinic or a candidate, and what else stands at the same point, each a button. */
  function site(model, state, j, others, pick) {
    const told = model.sites[j].open || state.outcome.sites.includes(j) ? clinic(model, state, j) : candidate(model, state, j);
    told.tabIndex = -1;
    if (others.length) {
      const button = (k) => el("li", {}, el("button", { type: "button", class: "link", onclick: () => pick(k) }, model.sites[k].name));
      told.append(el("p", { class: "quiet" }, "Also here, choose to see it:"), el("ul", { class: "others" }, others.slice(0, MOST_OTHERS).map(button)));
    }
    return told;
  }

  return { area, site };
})();
