/* What frames the map: tabs, zoom buttons, scale, arrows to clinics off the view, the sheet on a phone. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Chrome = (() => {
  const { el, slot } = { el: Charts.el, slot: (name) => document.getElementById(name) };
  const PHONE = window.matchMedia("(max-width: 760px)");

  /* A row of tabs after the ARIA pattern: arrows move, the chosen one alone is in the tab order. */
  function tabs(list, onPick) {
    const all = Array.from(list.querySelectorAll("[role=tab]"));
    const pick = (tab, focus) => {
      for (const other of all) {
        other.setAttribute("aria-selected", String(other === tab));
        other.tabIndex = other === tab ? 0 : -1;
      }
      if (focus) tab.focus();
      onPick(tab.dataset.value);
    };
    all.forEach((tab, k) => {
      tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
      tab.addEventListener("click", () => pick(tab, false));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) pick(all[(k + step + all.length) % all.length], true);
      });
    });
    return (value) => {
      for (const tab of all) {
        const on = tab.dataset.value === value;
        tab.setAttribute("aria-selected", String(on));
        tab.tabIndex = on ? 0 : -1;
      }
    };
  }

  function layerChoice(model, state) {
    const list = slot("layers");
    const select = slot("layer-select");
    for (const [value, name] of Layers.tabs(model)) {
      list.append(el("button", { type: "button", role: "tab", "data-value": value, "aria-selected": String(value === state.layerName), "aria-controls": "stage" }, name));
      select.append(el("option", { value }, name));
    }
    select.value = state.layerName;
    const mark = tabs(list, (value) => {
      select.value = value;
      state.act.pickLayer(value);
    });
    select.addEventListener("change", () => {
      mark(select.value);
      state.act.pickLayer(select.value);
    });
    slot("key-toggle").addEventListener("click", (event) => {
      const open = slot("legend").classList.toggle("open");
      event.currentTarget.setAttribute("aria-expanded", String(open));
    });
  }

  function scaleBar(map) {
    const bar = slot("scale");
    const draw = () => {
      const size = map.getSize();
      const y = size.y - 40;
      const metres = map.distance(map.containerPointToLatLng([20, y]), map.containerPointToLatLng([120, y])) / 100;
      const steps = [0.5, 1, 2, 5, 10, 20, 50, 100];
      const km = steps.filter((step) => (step * 1000) / metres <= 90).pop() || steps[0];
      bar.firstElementChild.style.width = `${(km * 1000) / metres}px`;
      bar.lastElementChild.textContent = `${km} km`;
    };
    map.on("zoomend resize", draw);
    draw();
  }

  /* Clinics that serve someone here but stand off the view: an arrow at the edge, and how far beyond it. */
  function edges(map, model, stateOf) {
    const holder = slot("edges");
    const draw = () => {
      const state = stateOf();
      const size = map.getSize();
      const room = { left: 12, top: 8, right: size.x - 12, bottom: size.y - (state.small ? 12 : 30) };
      const found = [];
      const served = servedHere(model, state);
      const seen = new Set();
      model.sites.forEach((site, j) => {
        if (served[j] < 1 || seen.has(site.pool) || !(site.open || state.outcome.sites.includes(j))) return;
        const there = map.unproject(L.point(site.x, site.y), model.zoom);
        const point = map.latLngToContainerPoint(there);
        if (point.x >= 0 && point.y >= 0 && point.x <= size.x && point.y <= size.y) return;
        seen.add(site.pool);
        const clamp = (left, top, right, bottom) => L.point(Math.min(Math.max(point.x, left), right), Math.min(Math.max(point.y, top), bottom));
        const at = clamp(room.left, room.top, room.right, room.bottom);
        const km = map.distance(map.containerPointToLatLng(clamp(0, 0, size.x, size.y)), there) / 1000;
        const turn = Math.round((Math.atan2(point.y - at.y, point.x - at.x) * 180) / Math.PI + 90);
        found.push({ site, at, km, turn });
      });
      found.sort((a, b) => a.at.y - b.at.y || a.at.x - b.at.x);
      holder.replaceChildren();
      for (const arrow of found) standClear(holder, edge(arrow, size));
    };
    map.on("move zoomend resize", draw);
    return draw;
  }

  /* Cases a year that a clinic has, today or with the plan, from the alliance in view. */
  function servedHere(model, state) {
    const cases = Panel.ofAlliance(model, state, model.zones.cases);
    const [before, after] = [state.before, state.outcome].map((o) => Access.totalsBy(cases, o.site, model.sites.length));
    return before.map((value, j) => Math.max(value, after[j]));
  }

  /* An arrow that would cover another moves down by a line. */
  function standClear(holder, node) {
    holder.append(node);
    const box = () => [node.offsetLeft - 4, node.offsetTop, node.offsetLeft + node.offsetWidth + 4, node.offsetTop + node.offsetHeight];
    const others = Array.from(holder.children).slice(0, -1).map((o) => [o.offsetLeft, o.offsetTop, o.offsetLeft + o.offsetWidth, o.offsetTop + o.offsetHeight]);
    for (let tries = 0; tries < 8 && others.some((other) => Labels.overlaps(box(), other)); tries++) {
      node.style.top = `${node.offsetTop + 16}px`;
    }
  }

  function edge({ site, at, km, turn }, size) {
    const arrow = Charts.svg("svg", { width: 11, height: 11, viewBox: "0 0 11 11", "aria-hidden": "true", style: `transform:rotate(${turn}deg)` },
      Charts.svg("path", { d: "M5.5 0.5 L10.5 10 L0.5 10 Z", fill: "#212B32" }));
    const words = el("span", {}, `${site.poolLabel}, ${Words.whole(Math.max(km, 1))} km`);
    const right = at.x > size.x - 160;
    const node = el("div", { class: `edge${right ? " right" : ""}` }, right ? [words, arrow] : [arrow, words]);
    node.style.top = `${Math.min(Math.max(at.y - 6, 2), size.y - 20)}px`;
    if (right) node.style.right = `${Math.max(size.x - at.x - 6, 4)}px`;
    else node.style.left = `${Math.max(at.x - 6, 4)}px`;
    return node;
  }

  /* On a phone the panel is a sheet over the map: the handle drags it, or opens and closes it. It leaves the headline free. */
  function sheet() {
    const handle = slot("sheet-handle");
    const panel = slot("panel");
    const header = document.querySelector(".top");
    let from = null;
    new ResizeObserver(() => panel.style.setProperty("--sheet-top", `${Math.max(56, header.offsetHeight)}px`)).observe(header);
    const set = (place) => {
      panel.dataset.sheet = place;
      handle.setAttribute("aria-expanded", String(place === "full"));
    };
    set("half");
    handle.addEventListener("click", () => {
      if (!handle.dataset.dragged) set(panel.dataset.sheet === "full" ? "half" : "full");
      delete handle.dataset.dragged;
    });
    handle.addEventListener("pointerdown", (event) => {
      from = { y: event.clientY, top: panel.getBoundingClientRect().top };
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!from || Math.abs(event.clientY - from.y) < 4) return;
      handle.dataset.dragged = "1";
      panel.style.transition = "none";
      panel.style.top = `max(var(--sheet-top), ${from.top + event.clientY - from.y}px)`;
    });
    handle.addEventListener("pointerup", () => {
      if (!from) return;
      const top = panel.getBoundingClientRect().top / window.innerHeight;
      from = null;
      panel.style.transition = "";
      panel.style.top = "";
      if (handle.dataset.dragged) set(top < 0.42 ? "full" : top > 0.8 ? "low" : "half");
    });
  }

  /* The only thing that asks the network for anything, and only when a reader switches it on. */
  function tiles(map, model, onSwitch) {
    const box = slot("tiles");
    if (!box || !model.meta.tiles) return;
    const [address, credit] = model.meta.tiles;
    let layer = null;
    let answered = false;
    const show = (words) => {
      if (box.checked) layer.addTo(map);
      else if (layer) layer.remove();
      slot("tile-credit").textContent = box.checked ? ` · ${credit}` : "";
      slot("tiles-said").textContent = words;
      onSwitch(box.checked);
    };
    const giveUp = (why) => {
      box.checked = false;
      show(`${why} The map is whole without it.`);
    };
    const make = () =>
      L.tileLayer(address, { attribution: credit, maxZoom: 18 })
        .on("tileload", () => {
          answered = true;
        })
        .on("tileerror", () => {
          if (!answered && box.checked) giveUp("The street map does not answer.");
        });
    box.addEventListener("change", () => {
      if (box.checked && !navigator.onLine) {
        giveUp("No connection: the street map stays off.");
        return;
      }
      layer = layer || make();
      show("");
    });
  }

  return { PHONE, edges, layerChoice, scaleBar, sheet, slot, tabs, tiles };
})();
