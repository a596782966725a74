/* The score of every set under a reader's weights: the same arithmetic, in the same order, as the package's. */
const Rank = (() => {
  const TERMS = ["mean", "variation", "worst_tenth", "beyond_standard", "alliance_gap"];
  const TIE = 1e9;

  const measureOf = (term, variation) => (term === "variation" ? variation : term);

  function valueOf(measures, name, row) {
    return name === "beyond_standard" ? 1 - measures.coverage[row] : measures[name][row];
  }

  const todayOf = (today, name) => (name === "beyond_standard" ? 1 - today.coverage : today[name]);

  /* A term whose value today is 0 or undefined has no share of today and cannot be weighed. */
  function canWeigh(term, today, variation) {
    const now = todayOf(today, measureOf(term, variation));
    return Number.isFinite(now) && now > 0;
  }

  /* Score = Σ wₖ · (valueₖ ÷ today's valueₖ) ÷ Σ wₖ for each set; 1 is today, lower is better. */
  function scores(measures, today, weights, variation) {
    const count = measures.mean.length;
    const used = TERMS.filter((term) => weights[term] > 0 && canWeigh(term, today, variation));
    const out = new Float64Array(count);
    let sum = 0;
    for (const term of used) {
      const name = measureOf(term, variation);
      const now = todayOf(today, name);
      const weight = weights[term];
      sum += weight;
      for (let row = 0; row < count; row++) out[row] += (weight * valueOf(measures, name, row)) / now;
    }
    for (let row = 0; row < count; row++) out[row] = sum ? out[row] / sum : NaN;
    return out;
  }

  /* Rows from best to worst; ties go to the smaller mean, then to the first ids in alphabetical order. */
  function order(score, mean, idsOf) {
    const rows = Array.from(score.keys());
    const step = Array.from(score, (value) => Math.round(value * TIE));
    return rows.sort(
      (a, b) => step[a] - step[b] || mean[a] - mean[b] || (idsOf(a) < idsOf(b) ? -1 : idsOf(a) > idsOf(b) ? 1 : 0),
    );
  }

  return { TERMS, canWeigh, order, scores };
})();
