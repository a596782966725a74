/* Under each slider: how far its weight can move alone before another set leads, and which. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Room = (() => {
  const DIGITS = 2;

  const nameOf = (model, row) => Panel.setName(model, row);
  /* Rounded inwards, so that what is promised holds. */
  const up = (value) => (Math.ceil(value * 10 ** DIGITS - 1e-9) / 10 ** DIGITS).toFixed(DIGITS);
  const down = (value) => (Math.floor(value * 10 ** DIGITS + 1e-9) / 10 ** DIGITS).toFixed(DIGITS);

  function words(model, { lowest, below, highest, above }) {
    const [from, to] = [below >= 0 && lowest > 0, above >= 0];
    if (!from && !to) return "leads at any weight";
    if (!to) return `leads from ${up(lowest)} up; below, ${nameOf(model, below)}`;
    if (!from) return `leads up to ${down(highest)}; then ${nameOf(model, above)}`;
    return `leads from ${up(lowest)} (below, ${nameOf(model, below)}) to ${down(highest)} (then ${nameOf(model, above)})`;
  }

  /* Whose lead it is, said once above the sliders. */
  function note(model, leader) {
    const word = Words.setWord(model.ranking.size, 1);
    const who = leader === model.plan ? "the plan" : nameOf(model, leader);
    const among = model.meta.total > model.ranking.count ? `, of the ${Words.whole(model.ranking.count)} carried here` : "";
    return `Under each: from where to where ${who} leads if that weight alone moves, and the ${word} that leads beyond${among}.`;
  }

  function draw(model, state) {
    const leader = state.ranked.order[0];
    const scored = Number.isFinite(state.ranked.score[leader]);
    const found = scored ? Rank.room(model.ranking, model.today, state.weights, model.meta.variation, leader) : {};
    Panel.slot("room-note").textContent = scored && model.ranking.count > 1 ? note(model, leader) : "";
    for (const term of Rank.TERMS) {
      const shown = found[term] && model.ranking.count > 1;
      Panel.slot(`room-${term}`).textContent = shown ? words(model, found[term]) : "";
    }
  }

  /* Shown on demand: most readers want the sliders and what follows from them in one view. */
  function wire() {
    const toggle = Panel.slot("room-toggle");
    toggle.addEventListener("click", () => {
      const open = toggle.getAttribute("aria-expanded") !== "true";
      toggle.setAttribute("aria-expanded", String(open));
      toggle.textContent = open ? "Hide how far" : "How far each can move";
      Panel.slot("room-note").hidden = !open;
      Panel.slot("weights").classList.toggle("roomy", open);
    });
  }

  return { draw, wire, words };
})();
