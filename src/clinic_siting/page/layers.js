/* What each layer shows: the class of every area, and the legend that explains it. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Layers = (() => {
  const NO_CHANGE_MIN = 1;
  const CHANGE_MIN = [15, 30, 45];
  const SNAP_M = [100, 250, 500, 1000];
  const TABS = [
    ["today", "Minutes today"],
    ["plan", "Minutes with the plan"],
    ["change", "Change"],
    ["flows", "Where each clinic’s patients come from"],
    ["trust", "How far the data can be trusted"],
    ["deprivation", "Deprivation"],
  ];

  const row = (colour, name, share) => ({ colour, name, share });

  function minutesLayer(model, outcome, keep) {
    const bands = model.meta.bands;
    const colours = Theme.ramp(Theme.MINUTES, bands.length + 1);
    const shares = sharesOf(model, outcome.minutes, bands, keep);
    const names = Theme.bandNames(bands);
    const classes = Int16Array.from(outcome.areaMinutes, (value) =>
      Number.isFinite(value) ? Theme.classOf(value, bands) : -1,
    );
    return {
      colours,
      classes,
      legend: {
        title: "Minutes by car, one way",
        heads: ["mean of each area", "share of patients"],
        rows: colours.map((colour, k) => row(colour, names[k], Words.percent(shares[k]))),
        note: "",
        strip: bands.map((band, k) => (k ? `to ${band}` : `up to ${band}`)).concat(`over ${bands[bands.length - 1]} min`),
        rings: true,
      },
    };
  }

  /* Share of patients by their own small area's minutes, not by the mean of the area around. */
  function sharesOf(model, minutes, bands, keep) {
    const sum = new Float64Array(bands.length + 1);
    let all = 0;
    for (let i = 0; i < minutes.length; i++) {
      if (!keep(i)) continue;
      sum[Theme.classOf(minutes[i] / Access.STEPS, bands)] += model.zones.demand[i];
      all += model.zones.demand[i];
    }
    return sum.map((value) => value / all);
  }

  /* Shades from shorter (dark to light) through no change to longer. */
  function changeLayer(before, after) {
    const shades = [...Theme.SHORTER].reverse();
    const colours = [...shades, "#FFFFFF", Theme.HATCH];
    const classes = Int16Array.from(before.areaMinutes, (value, area) => {
      const shorter = value - after.areaMinutes[area];
      if (Number.isNaN(shorter)) return -1;
      if (shorter <= -NO_CHANGE_MIN) return 5;
      if (shorter < NO_CHANGE_MIN) return 4;
      return 3 - Theme.classOf(shorter, CHANGE_MIN);
    });
    const longer = classes.some((k) => k === 5);
    const names = [
      `over ${CHANGE_MIN[2]}`,
      `${CHANGE_MIN[1]} to ${CHANGE_MIN[2]}`,
      `${CHANGE_MIN[0]} to ${CHANGE_MIN[1]}`,
      `${NO_CHANGE_MIN} to ${CHANGE_MIN[0]}`,
      `no change (under ${NO_CHANGE_MIN})`,
      longer ? "longer" : "longer: nowhere",
    ];
    return {
      colours,
      classes,
      legend: {
        title: "Minutes shorter with the plan",
        heads: null,
        rows: colours.map((colour, k) => row(colour, names[k], "")),
        note: "By car, one way, mean of each area",
        strip: ["over 45", "to 45", "to 30", "to 15", "under 1", "longer"],
        rings: false,
      },
    };
  }

  function flowsLayer(model, outcome) {
    const pools = poolsBySize(model, outcome);
    const order = pools.map((p) => p.pool);
    let old = 0;
    let fresh = 0;
    for (const p of pools) {
      const from = p.fresh ? Theme.NEW_CATCHMENT : Theme.CATCHMENT;
      p.colour = from[(p.fresh ? fresh++ : old++) % from.length];
    }
    const classes = Int16Array.from(outcome.areaSite, (j) => (j < model.sites.length ? order.indexOf(model.sites[j].pool) : -1));
    return {
      colours: pools.map((p) => p.colour),
      classes,
      legend: {
        title: "Nearest clinic with the plan",
        heads: ["most of each area", model.meta.unit],
        rows: pools.filter((p) => p.volume >= 0.5).map((p) => row(p.colour, p.name, Words.patients(p.volume, model.meta))),
        note: "Each line runs from an area to its clinic",
        strip: null,
        rings: false,
      },
      flows: true,
    };
  }

  /* Clinics next door to one another are one service and take one colour. */
  function poolsBySize(model, outcome) {
    const pools = new Map();
    model.sites.forEach((site, j) => {
      if (!site.open && !outcome.sites.includes(j)) return;
      const p = pools.get(site.pool) || { pool: site.pool, name: site.poolLabel, volume: 0, fresh: !site.open };
      p.volume += outcome.volumes[j];
      pools.set(site.pool, p);
    });
    return Array.from(pools.values()).sort((a, b) => b.volume - a.volume || a.pool - b.pool);
  }

  function gradedLayer(values, thresholds, colours, names, words) {
    const classes = Int16Array.from(values, (value) => (Number.isFinite(value) ? Theme.classOf(value, thresholds) : -1));
    return {
      colours,
      classes,
      legend: { heads: null, rings: false, strip: names, ...words, rows: colours.map((c, k) => row(c, names[k], "")) },
    };
  }

  function trustLayer(model) {
    const names = ["up to 100 m", "100 to 250 m", "250 to 500 m", "500 m to 1 km", "over 1 km"];
    return gradedLayer(model.area.snap, SNAP_M, Theme.SNAP, names, {
      title: "Metres to the nearest known road",
      strip: ["to 100 m", "to 250", "to 500", "to 1 km", "over 1 km"],
      note: "Straight metres from the middle of each small area to its road, mean of each area. Far from a known road, minutes are less sure.",
    });
  }

  function deprivationLayer(model) {
    const names = ["1 and 2, most deprived", "3 and 4", "5 and 6", "7 and 8", "9 and 10, least deprived"];
    return gradedLayer(model.area.decile, [2.5, 4.5, 6.5, 8.5], Theme.DEPRIVED, names, {
      title: "Deprivation (England’s tenths)",
      note: "Mean tenth of each area’s small areas",
      strip: ["1–2 most", "3–4", "5–6", "7–8", "9–10 least"],
    });
  }

  function build(name, model, today, outcome, keep = () => true) {
    if (name === "today") return minutesLayer(model, today, keep);
    if (name === "change") return changeLayer(today, outcome);
    if (name === "flows") return flowsLayer(model, outcome);
    if (name === "trust") return trustLayer(model);
    if (name === "deprivation") return deprivationLayer(model);
    return minutesLayer(model, outcome, keep);
  }

  const tabs = (model) => TABS.filter(([name]) => name !== "trust" || model.area.snap);

  return { build, tabs };
})();
