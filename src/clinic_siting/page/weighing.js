/* What the weights of the moment mean: the price of a step of each measure in minutes of everyone's journey. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Weighing = (() => {
  // As in the package: what each measure is called, the step in which it is priced, and the step in words.
  const STEPS = {
    mean: ["the average journey", 1, "1 minute"],
    mad: ["the spread (mean absolute deviation)", 1, "1 minute"],
    sd: ["the spread (standard deviation)", 1, "1 minute"],
    gini: ["the Gini coefficient", 0.01, "0.01"],
    worst_tenth: ["the worst tenth's journey", 1, "1 minute"],
    beyond_standard: ["patients beyond the standard", 0.01, "1 patient in 100"],
    alliance_gap: ["the gap between alliances", 1, "1 minute"],
  };

  /* A step of measure k weighs as much as (wₖ ÷ today'sₖ) ÷ (w_mean ÷ today's mean) steps minutes of the mean. */
  function prices(today, weights, variation) {
    const used = Rank.TERMS.filter((term) => weights[term] > 0 && Rank.canWeigh(term, today, variation));
    const priced = used.map((term) => {
      const measure = Rank.measureOf(term, variation);
      return { term, measure, slope: (weights[term] * STEPS[measure][1]) / Rank.todayOf(today, measure) };
    });
    const first = priced.find(({ term }) => term === "mean") || priced[0];
    return priced.map((row) => ({ ...row, worth: row.slope / first.slope }));
  }

  function words(today, weights, variation) {
    const rows = prices(today, weights, variation);
    if (!rows.length) return "";
    if (rows.length === 1) return `These weights look at ${STEPS[rows[0].measure][0]} alone.`;
    if (!rows.some(({ term }) => term === "mean")) {
      return `These weights look at ${rows.map(({ measure }) => STEPS[measure][0]).join(" and ")}, and not at the average journey.`;
    }
    const parts = rows.filter(({ term }) => term !== "mean").map(({ measure, worth }) => `${STEPS[measure][2]} off ${STEPS[measure][0]} is worth ${Words.fixed(worth, 1)} minutes`);
    return `With these weights ${parts.join(", ")} of everyone's average journey.`;
  }

  return { prices, words };
})();
