/* Three plans beside each other: the config's, the last one and the one of now; their figures, who gains, how sure. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Plans = (() => {
  const { el } = Charts;
  const at = (id) => document.getElementById(id);
  const NAMES = { config: "The config’s", last: "Last", now: "Now" };
  const GROUPS = { alliance_name: "By cancer alliance, average minutes: today → with the plan", imd_decile: "By deprivation tenth (1 = most deprived)" };
  let looking = "now";

  function draw(state) {
    const { plans } = state;
    if (looking !== "now" && (plans[looking].sheet === null || draw.asked !== asked(plans.now))) look("now");
    draw.asked = asked(plans.now);
    const words = JSON.stringify([plans, looking, state.changes]);
    if (draw.words === words) return;
    draw.words = words;
    const rows = Object.keys(NAMES).map((kind) => row(kind, plans));
    keepFocus(at("plans").tBodies[0], rows);
    at("beside").replaceChildren(...beside(plans));
    standing(state);
    Maps.look(looking === "now" ? null : plans[looking].sheet, NAMES[looking]);
  }

  /* A plan is another as soon as anything else was asked. */
  const asked = (plan) => JSON.stringify([plan.sites, plan.weights, plan.planned, plan.today]);

  /* Rows are made anew; a keyboard's place among their buttons stays. */
  function keepFocus(body, rows) {
    const place = Array.from(body.querySelectorAll("button")).indexOf(document.activeElement);
    body.replaceChildren(...rows);
    if (place >= 0) (body.querySelectorAll("button")[place] || at("answer")).focus();
  }

  function look(kind) {
    looking = kind;
    draw.words = null;
  }

  function row(kind, plans) {
    const [plan, config] = [plans[kind], plans.config];
    const digits = plan.variation === "gini" ? 3 : 1;
    const figure = (key, d) => {
      const moved = kind === "now" ? Words.change(config.planned[key], plan.planned[key], ["", ""], d) : { kind: "same" };
      return el("td", { class: "num" }, el("span", { class: "was" }, `${Words.fixed(plan.today[key], d)} → `), Words.fixed(plan.planned[key], d), moved.kind === "same" ? "" : el("span", { class: moved.kind }, ` ${moved.text.trim()}`));
    };
    const sites = plan.sites.flatMap(([id, site, label], k) => [
      k ? " + " : "",
      label,
      kind === "now" ? el("button", { type: "button", class: "not", "aria-label": `not here: ${site}`, onclick: () => Controls.rule("forbid", id) }, "not here") : "",
    ]);
    const on = looking === kind;
    const name = el("button", { type: "button", class: "look", "aria-pressed": String(on), title: plan.sheet ? "Show its map" : "Its map is not drawn", onclick: () => { look(kind); draw(Planner.state()); } }, NAMES[kind]);
    name.disabled = kind !== "now" && plan.sheet === null;
    return el("tr", { class: `${kind === "now" ? "now" : ""}${on ? " on" : ""}` },
      el("th", { scope: "row" }, name),
      el("td", { title: plan.sites.map(([, site]) => site).join(" + ") }, sites),
      figure("mean", 1), figure(plan.variation, digits), figure("worst_tenth", 1),
      el("td", { class: "num" }, el("span", { class: "was" }, `${Words.percent(plan.today.coverage)} → `), `${Words.percent(plan.planned.coverage)} in ${Words.fixed(plan.standard, 0)}`),
      el("td", { class: "num", title: plan.proof }, Words.fixed(plan.score, 3)));
  }

  /* What the plan of now asks otherwise than the config, and what is proved of it. */
  function standing({ changes, plans }) {
    const asks = changes.length ? `Unlike the config: ${changes.join("; ")}.` : "As the config asks.";
    at("changes").textContent = asks;
    at("changes").title = asks;
    const [proved, ...why] = plans.now.proof.split(": ");
    at("proof").replaceChildren(el("b", {}, `${proved[0].toUpperCase()}${proved.slice(1)}`), `: ${why.join(": ")}.`);
  }

  /* Who gains and how sure, of all three; what is not worked out yet says so. */
  function beside(plans) {
    const kinds = Object.keys(NAMES);
    const head = (caption) => el("thead", {}, el("tr", {}, el("th", { scope: "col" }, caption), kinds.map((kind) => el("th", { scope: "col", class: "num" }, NAMES[kind]))));
    const gains = Object.entries(GROUPS).flatMap(([grouping, caption]) => {
      const of = kinds.map((kind) => new Map((plans[kind].sheet ? plans[kind].sheet.gains : []).filter(([g]) => g === grouping).map(([, group, today, planned]) => [group, [today, planned]])));
      const groups = Array.from(new Set(of.flatMap((one) => Array.from(one.keys()))));
      if (!groups.length) return [];
      return [el("table", {}, head(caption), el("tbody", {}, groups.map((group) => el("tr", {}, el("th", { scope: "row" }, group), of.map((one) => minutes(one.get(group)))))))];
    });
    const words = kinds.map((kind) => el("div", {}, el("h3", {}, NAMES[kind]), told(plans[kind].sheet)));
    return [el("h2", {}, "Who gains"), ...(gains.length ? gains : [el("p", { class: "quiet" }, "Not worked out yet.")]), el("h2", {}, "How sure"), el("div", { class: "sure-three" }, words)];
  }

  function minutes(pair) {
    if (!pair) return el("td", { class: "num" }, "–");
    const [today, planned] = pair.map((value) => Words.fixed(value, 1));
    return el("td", { class: "num" }, el("span", { class: "was" }, `${today} → `), el("b", {}, planned));
  }

  function told(sheet) {
    if (sheet === null || sheet.sure === null) return el("p", { class: "quiet" }, "Not tried in other worlds yet.");
    return el("ul", {}, sheet.sure.map((sentence) => el("li", {}, sentence)));
  }

  function wire() {
    at("beside-toggle").addEventListener("click", () => {
      const open = at("beside").hidden;
      at("beside").hidden = !open;
      at("beside-toggle").setAttribute("aria-expanded", String(open));
      at("beside-toggle").textContent = open ? "Back to the map" : "Who gains and how sure, side by side";
    });
  }

  return { draw, wire };
})();
