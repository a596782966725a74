/* Small charts as inline SVG and plain rows; every figure in them also stands in a table one click away. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Charts = (() => {
  const NS = "http://www.w3.org/2000/svg";

  /* An element with attributes and children; text always enters as text, never as markup. */
  function el(tag, attributes = {}, ...children) {
    const [name, svg] = tag.startsWith("svg:") ? [tag.slice(4), true] : [tag, false];
    const node = svg ? document.createElementNS(NS, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? "" : value);
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined) node.append(child);
    }
    return node;
  }

  const svg = (tag, attributes, ...children) => el(`svg:${tag}`, attributes, ...children);

  function niceStep(top) {
    return [5, 10, 15, 30, 60, 120].find((step) => top / step <= 3.2) || 240;
  }

  /* One row a group: where it is today (ring), where it comes to be (disc), and an arrow between. */
  function dumbbells(rows, { width = 112, onPick = null, picked = -1 } = {}) {
    const top = Math.max(...rows.flatMap((r) => [r.before, r.after]).filter(Number.isFinite), 1);
    const step = niceStep(top);
    const x = (value) => 6 + ((width - 12) * value) / (top * 1.02);
    const ticks = [];
    for (let at = 0; at <= top; at += step) ticks.push(at);
    const axis = svg("svg", { class: "axis", width, height: 16, "aria-hidden": "true" },
      ticks.map((at) => svg("text", { x: x(at), y: 12, "text-anchor": "middle" }, String(at))));
    const head = el("div", { class: "bell head", "aria-hidden": "true" },
      el("span", { class: "bell-key" }, ring(), " today ", spot(), " plan"), axis, el("span", { class: "num" }, "minutes"));
    const lines = rows.map((r, k) => {
      const figures = !Number.isFinite(r.before) ? [el("b", {}, Words.minutes(r.after))] : Number(r.before.toFixed(1)) === Number(r.after.toFixed(1))
        ? [el("span", { class: "was" }, "no change "), el("b", {}, Words.minutes(r.after))]
        : [el("span", { class: "was" }, `${Words.minutes(r.before)} → `), el("b", {}, Words.minutes(r.after))];
      const name = onPick && r.pick !== undefined
        ? el("button", { type: "button", class: "row-pick", "aria-pressed": String(picked === r.pick), onclick: () => onPick(r.pick) }, r.name)
        : el("span", {}, r.name);
      return el("li", { class: `bell${onPick && picked === r.pick ? " picked" : ""}`, "data-row": k },
        name, bell(r, x, ticks, width), el("span", { class: "num" }, figures));
    });
    return el("div", { class: "bells" }, head, el("ul", {}, lines));
  }

  const ring = () => svg("svg", { class: "mark", width: 10, height: 10, "aria-hidden": "true" },
    svg("circle", { cx: 5, cy: 5, r: 4, fill: "#FFFFFF", stroke: "#4C6272", "stroke-width": 1.6 }));
  const spot = () => svg("svg", { class: "mark", width: 10, height: 10, "aria-hidden": "true" },
    svg("circle", { cx: 5, cy: 5, r: 4.6, fill: "#005EB8" }));

  function bell(r, x, ticks, width) {
    const [from, to] = [x(r.before), x(r.after)];
    const marks = ticks.map((at) => svg("line", { x1: x(at), x2: x(at), y1: 0, y2: 23, stroke: "#D8DDE0" }));
    const changed = Number.isFinite(r.before) && Math.abs(r.after - r.before) >= 0.05;
    const colour = r.after < r.before ? "#007F3B" : "#B3200F";
    const tip = to + Math.sign(from - to) * 7;
    const arrow = changed && Math.abs(from - to) > 13
      ? [svg("line", { x1: from, x2: tip, y1: 11.5, y2: 11.5, stroke: colour, "stroke-width": 2 }),
        svg("path", { d: `M ${tip + Math.sign(from - to) * 5} 7.5 L ${tip} 11.5 L ${tip + Math.sign(from - to) * 5} 15.5`, fill: "none", stroke: colour, "stroke-width": 2 })]
      : [];
    return svg("svg", { width, height: 23, "aria-hidden": "true" }, marks, arrow,
      changed ? svg("circle", { cx: from, cy: 11.5, r: 4.2, fill: "#FFFFFF", stroke: "#4C6272", "stroke-width": 1.8 }) : [],
      svg("circle", { cx: to, cy: 11.5, r: 5, fill: "#005EB8" }));
  }

  /* Share of patients within so many minutes, today and with the plan. */
  function curves(before, after, standard, title) {
    const [w, h, left, right, top, bottom] = [347, 160, 28, 6, 10, 22];
    const last = before.length - 1;
    const x = (minute) => left + ((w - left - right) * minute) / last;
    const y = (share) => top + (h - top - bottom) * (1 - share);
    const points = (curve) => curve.map((share, m) => `${x(m).toFixed(1)},${y(share).toFixed(1)}`);
    const path = (curve) => `M ${points(curve).join(" L ")}`;
    const area = `${path(after)} L ${points(before).reverse().join(" L ")} Z`;
    const grid = [0, 25, 50, 75, 100].flatMap((p) => [
      svg("line", { x1: left, x2: w - right, y1: y(p / 100), y2: y(p / 100), stroke: p ? "#E3E8EA" : "#4C6272" }),
      svg("text", { x: left - 6, y: y(p / 100) + 4, "text-anchor": "end" }, String(p)),
    ]);
    const minutes = [];
    for (let m = 0; m < last; m += 15) minutes.push(m);
    const axis = minutes.map((m) => svg("text", { x: x(m), y: h - 6, "text-anchor": "middle", class: m === standard ? "on" : null }, String(m)));
    const at = [before[Math.floor(standard)], after[Math.floor(standard)]];
    return svg("svg", { viewBox: `0 0 ${w} ${h}`, class: "curves", role: "img", "aria-label": title }, grid, axis,
      svg("text", { x: w - right, y: h - 6, "text-anchor": "end" }, "min"),
      svg("path", { d: area, fill: "#E1ECF6" }),
      svg("line", { x1: x(standard), x2: x(standard), y1: top - 4, y2: h - bottom, stroke: "#212B32", "stroke-dasharray": "2 3" }),
      svg("path", { d: path(before), fill: "none", stroke: "#4C6272", "stroke-width": 1.8, "stroke-dasharray": "5 3" }),
      svg("path", { d: path(after), fill: "none", stroke: "#005EB8", "stroke-width": 2.4 }),
      svg("circle", { cx: x(standard), cy: y(at[0]), r: 4, fill: "#FFFFFF", stroke: "#4C6272", "stroke-width": 1.8 }),
      svg("circle", { cx: x(standard), cy: y(at[1]), r: 4.5, fill: "#005EB8" }),
      svg("text", { x: x(standard) - 9, y: y(at[1]) - 6, "text-anchor": "end", class: "ours" }, `with the plan ${Words.percent(at[1])}`),
      svg("text", at[0] < 0.16 ? { x: x(standard) - 9, y: y(at[0]) - 6, "text-anchor": "end" } : { x: x(standard) + 10, y: y(at[0]) + 14 }, `today ${Words.percent(at[0])}`));
  }

  /* A table: heads, then rows of text; `kinds` names a class for each column. */
  function table(heads, rows, { caption = "", kinds = [], rowClass = () => null, foot = null } = {}) {
    return el("table", {}, caption ? el("caption", {}, caption) : null,
      el("thead", {}, el("tr", {}, heads.map((h, k) => el("th", { scope: "col", class: kinds[k] }, h)))),
      el("tbody", {}, rows.map((cells, r) => el("tr", { class: rowClass(r) },
        cells.map((cell, k) => el(k ? "td" : "th", { class: kinds[k], scope: k ? null : "row" }, cell))))),
      foot ? el("tfoot", {}, el("tr", {}, foot.map((cell, k) => el(k ? "td" : "th", { class: kinds[k], scope: k ? null : "row" }, cell)))) : null);
  }

  /* So many squares of ten. */
  function squares(count, of) {
    return svg("svg", { width: 14 * of, height: 12, "aria-hidden": "true" },
      Array.from({ length: of }, (_, k) => svg("rect", { x: 14 * k, y: 1, width: 10, height: 10, fill: k < count ? "#005EB8" : "#E3E8EA" })));
  }

  /* One small mark a small area, along an axis of minutes. */
  function strip(values, mean, bands) {
    const [w, h, margin] = [256, 34, 10];
    const top = Math.max(...values, bands[bands.length - 1]);
    const x = (value) => margin + ((w - 2 * margin) * value) / top;
    return svg("svg", { width: w, height: h, viewBox: `0 0 ${w} ${h}`, class: "strip", "aria-hidden": "true" },
      svg("line", { x1: margin, x2: w - margin, y1: 12, y2: 12, stroke: "#D8DDE0" }),
      [0, ...bands].map((b) => svg("text", { x: x(b), y: 30, "text-anchor": "middle" }, String(b))),
      values.map((value) => svg("line", { x1: x(value), x2: x(value), y1: 6, y2: 18, stroke: "#4C6272", "stroke-opacity": 0.7 })),
      svg("circle", { cx: x(mean), cy: 12, r: 4.5, fill: "#005EB8" }));
  }

  return { curves, dumbbells, el, squares, strip, svg, table };
})();
