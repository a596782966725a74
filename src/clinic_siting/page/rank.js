/* The score of every set under a reader's weights: the same arithmetic, in the same order, as the package's. */
const Rank = (() => {
  const TERMS = ["mean", "variation", "worst_tenth", "beyond_standard", "alliance_gap"];
  const TIE = 1e-9;

  const measureOf = (term, variation) => (term === "variation" ? variation : term);

  function valueOf(measures, name, row) {
    return name === "beyond_standard" ? 1 - measures.coverage[row] : measures[name][row];
  }

  function todayOf(today, name) {
    const value = name === "beyond_standard" ? today.coverage : today[name];
    if (value === null || value === undefined) return NaN;
    return name === "beyond_standard" ? 1 - value : value;
  }

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

  /* Numbers rows from 0 upwards; a row that lies within a tie of the one before shares its number. */
  function levels(rows, value) {
    const level = new Map();
    let at = 0;
    rows.forEach((row, k) => {
      if (k && value(row) - value(rows[k - 1]) > TIE) at += 1;
      level.set(row, at);
    });
    return level;
  }

  /* Rows from best to worst; scores that tie go by the smaller mean, means that tie by the ids. */
  function order(score, mean, keyOf) {
    const rows = Array.from(score.keys());
    const key = rows.map(keyOf);
    rows.sort((a, b) => (key[a] < key[b] ? -1 : key[a] > key[b] ? 1 : 0));
    const alphabet = new Map(rows.map((row, k) => [row, k]));
    rows.sort((a, b) => score[a] - score[b]);
    const level = levels(rows, (row) => score[row]);
    rows.sort((a, b) => level.get(a) - level.get(b) || mean[a] - mean[b]);
    let finer = 0;
    const group = new Map();
    rows.forEach((row, k) => {
      const last = rows[k - 1];
      if (k && (level.get(row) > level.get(last) || mean[row] - mean[last] > TIE)) finer += 1;
      group.set(row, finer);
    });
    return rows.sort((a, b) => group.get(a) - group.get(b) || alphabet.get(a) - alphabet.get(b));
  }

  return { TERMS, canWeigh, measureOf, order, scores, todayOf };
})();
