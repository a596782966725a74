/* Who goes where and how long it takes, for any set of sites; minutes are whole hundredths. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Access = (() => {
  const NO_ROUTE = 65535;
  const STEPS = 100;

  /* Access before, then each new site where it is nearer. */
  function withSites(base, saves, sites) {
    const minutes = Uint16Array.from(base.minutes);
    const site = Uint16Array.from(base.site);
    for (const j of sites) {
      for (let at = saves.start[j]; at < saves.start[j + 1]; at++) {
        const zone = saves.zone[at];
        if (saves.minutes[at] < minutes[zone]) {
          minutes[zone] = saves.minutes[at];
          site[zone] = j;
        }
      }
    }
    return { minutes, site };
  }

  /* Demand-weighted mean of each group; NaN where nobody has a route. */
  function meansBy(minutes, demand, group, count) {
    const sum = new Float64Array(count);
    const weight = new Float64Array(count);
    for (let i = 0; i < minutes.length; i++) {
      if (minutes[i] === NO_ROUTE) continue;
      sum[group[i]] += (demand[i] * minutes[i]) / STEPS;
      weight[group[i]] += demand[i];
    }
    return sum.map((value, g) => value / weight[g]);
  }

  function totalsBy(values, group, count) {
    const sum = new Float64Array(count);
    for (let i = 0; i < values.length; i++) if (group[i] < count) sum[group[i]] += values[i];
    return sum;
  }

  /* Share of each group's demand within a threshold, inclusive. */
  function sharesBy(minutes, demand, group, count, within) {
    const limit = Math.round(within * STEPS);
    const inside = new Float64Array(count);
    for (let i = 0; i < minutes.length; i++) if (minutes[i] <= limit) inside[group[i]] += demand[i];
    const all = totalsBy(demand, group, count);
    return inside.map((value, g) => value / all[g]);
  }

  /* Measures of a part of the zones, defined as in the package: MAD about the mean, exact worst tenth. */
  function measures(minutes, demand, keep, standard) {
    const rows = [];
    for (let i = 0; i < minutes.length; i++) if (keep(i) && minutes[i] !== NO_ROUTE && demand[i] > 0) rows.push(i);
    rows.sort((a, b) => minutes[a] - minutes[b]);
    let all = 0;
    let sum = 0;
    let covered = 0;
    for (const i of rows) {
      all += demand[i];
      sum += demand[i] * minutes[i];
      if (minutes[i] <= standard * STEPS) covered += demand[i];
    }
    const mean = sum / all;
    let deviation = 0;
    let square = 0;
    let concentration = 0;
    let before = 0;
    for (const i of rows) {
      deviation += demand[i] * Math.abs(minutes[i] - mean);
      square += demand[i] * (minutes[i] - mean) ** 2;
      concentration += demand[i] * minutes[i] * ((2 * (before + demand[i] / 2)) / all - 1);
      before += demand[i];
    }
    return {
      mean: mean / STEPS,
      mad: deviation / all / STEPS,
      sd: Math.sqrt(square / all) / STEPS,
      gini: concentration / all / mean,
      worst_tenth: worstTenth(rows, minutes, demand, all) / STEPS,
      coverage: covered / all,
    };
  }

  function worstTenth(rows, minutes, demand, all) {
    const wanted = all / 10;
    let left = wanted;
    let sum = 0;
    for (let k = rows.length - 1; k >= 0 && left > 0; k--) {
      const part = Math.min(left, demand[rows[k]]);
      sum += part * minutes[rows[k]];
      left -= part;
    }
    return sum / (wanted - Math.max(left, 0));
  }

  /* Share of demand within 0, 1, 2 … minutes. */
  function curve(minutes, demand, keep, last) {
    const within = new Float64Array(last + 1);
    let all = 0;
    for (let i = 0; i < minutes.length; i++) {
      if (!keep(i)) continue;
      all += demand[i];
      const at = Math.ceil(minutes[i] / STEPS);
      if (at <= last) within[at] += demand[i];
    }
    let sum = 0;
    return Array.from(within, (value) => {
      sum += value;
      return sum / all;
    });
  }

  return { NO_ROUTE, STEPS, curve, meansBy, measures, sharesBy, totalsBy, withSites };
})();
