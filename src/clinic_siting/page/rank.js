/* The score of every set under a reader's weights: the same arithmetic, in the same order, as the package's. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Rank = (() => {
  const TERMS = ["mean", "variation", "worst_tenth", "beyond_standard", "alliance_gap"];
  const TIE = 1e-9;

  const measureOf = (term, variation) => (term === "variation" ? variation : term);

  function figureOf(measures, name, row) {
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
      for (let row = 0; row < count; row++) out[row] += (weight * figureOf(measures, name, row)) / now;
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

  /* How far each weight can move, the others as they are, before another set leads than the one at `own`.
     A rival's lead is linear in one weight: it stays behind while others + weight · slope ≥ 0. */
  function room(measures, today, weights, variation, own) {
    const count = measures.mean.length;
    const terms = TERMS.filter((term) => canWeigh(term, today, variation));
    const ahead = new Map(terms.map((term) => {
      const name = measureOf(term, variation);
      const share = (row) => figureOf(measures, name, row) / todayOf(today, name);
      const own_ = share(own);
      return [term, Float64Array.from({ length: count }, (_, row) => share(row) - own_)];
    }));
    const out = {};
    for (const term of terms) {
      const weight = weights[term];
      let [lowest, below, highest, above] = [0, -1, Infinity, -1];
      for (let row = 0; row < count; row++) {
        const slope = ahead.get(term)[row];
        if (Math.abs(slope) <= TIE) continue;
        let others = 0;
        for (const t of terms) if (t !== term) others += weights[t] * ahead.get(t)[row];
        const crossing = -others / slope;
        if (slope > 0 && crossing > lowest) [lowest, below] = [crossing, row];
        if (slope < 0 && crossing < highest) [highest, above] = [crossing, row];
      }
      out[term] = { lowest: below < 0 ? 0 : Math.min(lowest, weight), below, highest: above < 0 ? Infinity : Math.max(highest, weight), above };
    }
    return out;
  }

  return { TERMS, canWeigh, measureOf, order, room, scores, todayOf };
})();
