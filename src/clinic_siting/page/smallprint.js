/* What stands below: how it was done, of what and when; and the weights as lines of a config. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const SmallPrint = (() => {
  const { el } = Charts;
  const LIMITED = "Some clinics have a limit: the map and these figures send everyone to the nearest one, the plan’s own tables move some patients on.";
  const MEANS = "The map shows the demand-weighted mean of the small areas inside each middle-layer area. ";
  const SPREAD = "A click on an area shows their spread. ";
  const OWN =
    "Figures by alliance, deprivation and clinic come from the small areas themselves.";

  function draw(model) {
    const { meta } = model;
    const facts = [
      `Data of ${meta.date}.`,
      meta.period ? `Minutes: ${meta.period}.` : "",
      !meta.proven ? "The plan is the best that was found; it is not proven best."
        : meta.aim ? `No other set has a smaller ${meta.aim}: that is proven.` : "The plan is proven best under these rules.",
      `Scenario ${meta.scenario}, fingerprint ${meta.fingerprint}.`,
    ];
    Panel.fill("method",
      el("p", {}, meta.method.join(" ")),
      meta.moved ? el("p", {}, LIMITED) : null,
      meta.caveats.length ? el("p", {}, meta.caveats.join(" ")) : null,
      el("p", {}, MEANS, el("span", { class: "screen-only" }, SPREAD), OWN),
      el("p", { class: "quiet" }, meta.credits),
      el("p", { class: "quiet" }, facts.filter(Boolean).join(" ")));
  }

  const configLines = (weights) => `siting:\n  weights: {${Rank.TERMS.map((term) => `${term}: ${weights[term]}`).join(", ")}}\n`;

  /* Where the clipboard is closed to pages from a file, the lines stand selected in a field to copy by hand. */
  async function copyWeights(weights) {
    const area = Panel.slot("config-lines");
    area.value = configLines(weights);
    Panel.slot("config").hidden = false;
    area.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(area.value);
      done = true;
    } catch {
      done = document.execCommand("copy");
    }
    Panel.slot("config-note").textContent = done ? "Copied. Paste it into the scenario’s file." : "Copy these lines into the scenario’s file.";
  }

  return { copyWeights, draw };
})();
