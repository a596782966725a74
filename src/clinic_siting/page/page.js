/* The page: one state, a few acts that change it, and what is drawn anew after each. */
// biome-ignore lint/correctness/noUnusedVariables: the document calls it
function startPage(map) {
  const { el } = Charts;
  const slot = Chrome.slot;
  const model = Model.read(slot("page-data").textContent);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const before = Model.outcome(model, -1);
  const state = {
    sites: model.sites,
    before,
    row: model.plan,
    outcome: Model.outcome(model, model.plan),
    weights: { ...model.weights },
    ranked: Model.rank(model, model.weights),
    best: model.best,
    layerName: "plan",
    outline: "counties",
    alliance: -1,
    area: -1,
    site: -1,
    place: null,
    gainsTab: "alliance",
    tables: false,
    candidates: true,
    tiles: false,
  };
  state.radii = Symbols.radii(state.best);
  state.layer = Layers.build(state.layerName, model, before, state.outcome);

  /* Isochrones of the chosen sites up to the standard; of a clinic that was clicked, all of them. */
  function isochronesOf(sites, all) {
    const out = [];
    model.isochrones.forEach((line, k) => {
      if (sites.includes(line.site) && (all || line.minutes <= model.meta.standard)) out.push(k);
    });
    return out;
  }

  function viewState() {
    const small = View.small();
    const placed = isochronesOf(state.outcome.sites, false).concat(state.site >= 0 && !state.outcome.sites.includes(state.site) ? isochronesOf([state.site], true) : []);
    // Today's map shows only the lines of a clinic of today that was clicked.
    const drawn = { plan: placed, today: placed.filter((k) => model.isochrones[k].site === state.site && model.sites[state.site].open) };
    return {
      ...state,
      small,
      zoomIn: Math.max(0, map.getZoom() - 8.4),
      isochronesPlaced: placed,
      isochrones: drawn[state.layerName] || [],
      taken: View.taken(map.getSize()),
    };
  }

  const canvas = new MapCanvas.Layer(model, viewState);
  const drawEdges = Chrome.edges(map, model, () => ({ ...state, small: Chrome.PHONE.matches }));
  const keep = () => (state.alliance < 0 ? () => true : (i) => model.zones.alliance[i] === state.alliance);

  function drawMap() {
    state.layer = Layers.build(state.layerName, model, before, state.outcome, keep());
    showScope();
    drawEdges();
    canvas.redraw();
    Legend.draw(model, viewState());
  }

  function showScope() {
    const chip = slot("scope-chip");
    chip.hidden = state.alliance < 0;
    if (chip.hidden) return;
    const name = model.groups.alliance[state.alliance].label;
    chip.replaceChildren(`${name} only`, el("button", { type: "button", "aria-label": "Show everyone", onclick: () => act.pickAlliance(-1) }, "×"));
  }

  /* What a reader may choose: the ten best, the room of each weight, what is given up for what. */
  function drawChoices() {
    Panel.ranking(model, state);
    Room.draw(model, state);
    TradeOffs.draw(model, state);
  }

  function drawPanel() {
    Panel.all(model, state);
    Room.draw(model, state);
    TradeOffs.draw(model, state);
    Sure.draw(model, state);
  }

  const act = {
    pickSet(row) {
      state.row = row;
      state.outcome = Model.outcome(model, row);
      state.place = Place.journey(state, state.place);
      map.closePopup();
      drawPanel();
      Place.show(model, state);
      drawMap();
      tell(`${slot("headline").textContent}`);
    },
    backToPlan() {
      state.weights = { ...model.weights };
      Panel.resetSliders(state.weights);
      rerank();
      act.pickSet(model.plan);
    },
    weigh(term, value) {
      state.weights[term] = value;
      rerank();
      if (Number.isNaN(state.ranked.score[state.ranked.order[0]])) drawChoices();
      else followBest();
    },
    pickLayer(name) {
      state.layerName = name;
      drawMap();
    },
    pickAlliance(k) {
      state.alliance = state.alliance === k ? -1 : k;
      map.closePopup();
      Panel.all(model, state);
      drawMap();
      frame();
    },
    pickPlace(found) {
      state.place = Place.journey(state, found);
      Place.show(model, state);
      if (state.place && state.place.x !== undefined) showPlace();
      else drawMap();
    },
  };
  state.act = act;

  function rerank() {
    state.ranked = Model.rank(model, state.weights);
    state.best = Model.bestByCandidate(model, state.ranked);
    state.radii = Symbols.radii(state.best);
  }

  /* A slider redraws the plan that now leads; drawing waits for the next frame, so that the slider never sticks. */
  let waiting = 0;
  function followBest() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      state.row = state.ranked.order[0];
      state.outcome = Model.outcome(model, state.row);
      state.place = Place.journey(state, state.place);
      drawPanel();
      Place.show(model, state);
      drawMap();
    });
  }

  const tell = (words) => {
    slot("spoken").textContent = words;
  };

  const frame = () => View.frame(map, canvas, model, state.alliance);

  function showPlace() {
    if (state.alliance >= 0) act.pickAlliance(-1);
    const points = [[state.place.x, state.place.y]];
    for (const j of [state.place.todaySite, state.place.planSite]) if (j < model.sites.length) points.push([model.sites[j].x, model.sites[j].y]);
    const bounds = L.latLngBounds(points.map(([x, y]) => canvas.latLngOf(x, y)));
    drawMap();
    if (!map.getBounds().pad(-0.08).contains(bounds)) {
      map.flyToBounds(bounds, { padding: [60, 60], maxZoom: 10.5, animate: !still.matches, duration: 0.8 });
    }
  }

  function openPopup(content, latlng) {
    L.popup({ maxWidth: 300, minWidth: 256, autoPanPaddingTopLeft: [12, 12], autoPanPaddingBottomRight: [Chrome.PHONE.matches ? 12 : 250, 24] })
      .setLatLng(latlng)
      .setContent(content)
      .openOn(map);
    tell(content.innerText.replace(/\s*\n\s*/g, "; "));
  }

  /* What stands at the same point is offered beside it, since one would hide the other at any zoom. */
  function openSite(j, here) {
    map.closePopup();
    state.site = j;
    const others = here.filter((k) => k !== j);
    const content = Popups.site(model, state, j, others, (k) => openSite(k, here).focus());
    openPopup(content, canvas.latLngOf(model.sites[j].x, model.sites[j].y));
    drawMap();
    return content;
  }

  function clickAt(point) {
    const here = canvas.sitesAt(point);
    if (here.length) {
      openSite(here[0], here);
      return;
    }
    map.closePopup();
    const [x, y] = canvas.gridAt(point);
    state.area = Geometry.areaAt(model.areas, x, y);
    if (state.area >= 0) openPopup(Popups.area(model, state, state.area), map.containerPointToLatLng(point));
    drawMap();
  }

  function wireMap() {
    map.attributionControl && map.removeControl(map.attributionControl);
    map.setMinZoom(7).setMaxZoom(13);
    canvas.map = map;
    frame();
    map.addLayer(canvas);
    map.setMaxBounds(map.getBounds().pad(0.7));
    map.on("click", (event) => clickAt(event.containerPoint));
    map.on("popupopen", () => {
      slot("edges").style.visibility = "hidden";
    });
    map.on("popupclose", () => {
      slot("edges").style.visibility = "";
      state.area = state.site = -1;
      drawMap();
    });
    map.on("mousemove", (event) => {
      map.getContainer().style.cursor = canvas.sitesAt(event.containerPoint).length ? "pointer" : "";
    });
    map.getContainer().addEventListener("keydown", (event) => {
      map.getContainer().classList.add("keys");
      if (event.key !== "Enter" || event.target !== map.getContainer()) return;
      clickAt(map.getSize().divideBy(2));
    });
    for (const leave of ["mousedown", "blur"]) map.getContainer().addEventListener(leave, () => map.getContainer().classList.remove("keys"));
    slot("zoom-in").addEventListener("click", () => map.zoomIn(1));
    slot("zoom-out").addEventListener("click", () => map.zoomOut(1));
    Chrome.scaleBar(map);
  }

  function wirePanel() {
    Chrome.layerChoice(model, state);
    const gains = Chrome.tabs(slot("gains-tabs"), (value) => {
      state.gainsTab = value;
      Panel.gains(model, state);
    });
    gains(state.gainsTab);
    slot("tables-toggle").addEventListener("click", (event) => {
      state.tables = !state.tables;
      event.currentTarget.setAttribute("aria-pressed", String(state.tables));
      event.currentTarget.textContent = state.tables ? "Numbers as charts" : "Numbers as tables";
      Panel.gains(model, state);
    });
    slot("back").addEventListener("click", act.backToPlan);
    slot("copy").addEventListener("click", () => SmallPrint.copyWeights(state.weights));
    slot("outline").addEventListener("change", (event) => {
      state.outline = event.target.value;
      drawMap();
    });
    Chrome.tiles(map, model, (shown) => {
      state.tiles = shown;
      drawMap();
    });
    Room.wire();
    Place.wire(model, act.pickPlace);
    Chrome.sheet();
  }

  wireMap();
  wirePanel();
  Panel.sliders(model, state);
  drawPanel();
  SmallPrint.draw(model);
  Place.example(model, state);
  Legend.draw(model, viewState());
  drawEdges();
  Print.wire(map, canvas, { frame, drawMap });
  const ready = () => {
    map.invalidateSize({ animate: false });
    drawMap();
  };
  Chrome.PHONE.addEventListener("change", () => {
    map.invalidateSize({ animate: false });
    frame();
    ready();
  });
  window.clinicPage = { model, state, act, map, Access, Model, Rank, Place, canvas };
  document.documentElement.dataset.ready = "yes";
}
