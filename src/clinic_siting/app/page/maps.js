/* The map: the page that a run would write, in a frame; a new one takes the old one's place and view. */
const Maps = (() => {
  const { el } = Charts;
  const frames = document.getElementById("frames");
  /* In the frame the map has half a window: its legend moves away from the coast, which would lie under it. */
  const HIDDEN = `header.top, .skip, #weights, .links, #config, #sheet-handle { display: none !important; }
    main { grid-template-columns: 364px minmax(0, 1fr) !important; }
    #panel { padding: 0 10px 24px; } #ranking { margin: 2px -10px 8px; }
    .cards { gap: 6px; } .card { padding: 4px 6px 6px; } .card-head { white-space: nowrap; font-size: 12px; }
    .card-figure { font-size: 12px; } .card-figure b { font-size: 19px; }
    @media (min-width: 700px) {
      #layers { padding: 0 12px; gap: 14px; } #layers button { font-size: 12px; white-space: nowrap; }
      #legend { right: auto; bottom: auto; left: 12px; top: 12px; width: 204px; }
      #legend .symbols, #legend .dates { display: none; }
    }`;
  const UNSURE = `#sure { display: none; }
    [aria-labelledby="sure-title"]::after { content: "The plan is still to be tried in other worlds; how sure it is follows."; color: #4C6272; font-size: 13px; }`;
  const CLEAR_PX = 80; // the legend stands left of the area, where the page leaves room for it on the right
  let shown = null;
  let number = 0;
  let armed = null;
  let latest = () => null;

  const inside = (frame) => frame && frame.contentWindow.clinicPage;

  function draw(state) {
    const waiting = state.working !== null && state.working.quick;
    if (state.map.number > 0 && state.map.number !== number) load(state);
    const behind = Boolean(shown) && !waiting && !(state.map.fits && follow(state));
    frames.classList.toggle("stale", Boolean(shown) && (waiting || behind));
    const note = document.getElementById("behind");
    note.textContent = `Map and figures of an earlier plan${state.working ? "; the new ones are being drawn" : "; “Go on” above draws the new ones"}.`;
    note.hidden = !behind;
  }

  /* Where the minutes are the same, the map at hand has every set that was allowed: it shows the new plan at once. */
  function follow(state) {
    const page = inside(shown);
    const plan = state.plans.now;
    if (!page || page.model.meta.variation !== plan.variation) return false;
    const chosen = plan.sites.map(([id]) => page.model.sites.findIndex((site) => site.id === id));
    const row = chosen.includes(-1) || chosen.length !== page.model.ranking.size ? -1 : page.Model.rowOf(page.model, chosen);
    if (row < 0) return false;
    if (number === follow.number && JSON.stringify([row, plan.weights]) === follow.done) return true;
    [follow.number, follow.done] = [number, JSON.stringify([row, plan.weights])];
    for (const [term, weight] of Object.entries(plan.weights)) {
      if (page.state.weights[term] !== weight) page.act.weigh(term, weight);
    }
    // A weight lets the page show what leads under it, in the next frame; the plan that was found comes after.
    requestAnimationFrame(() => requestAnimationFrame(() => row !== page.state.row && page.act.pickSet(row)));
    return true;
  }

  function load(state) {
    number = state.map.number;
    const frame = el("iframe", { src: `map/${number}`, title: "Map and figures of the plan", class: "waiting" });
    frame.addEventListener("load", () => ready(frame, state.map.sure), { once: true });
    frames.append(frame);
  }

  function ready(frame, sure) {
    const page = inside(frame);
    if (!page) {
      frame.remove();
      return;
    }
    frame.contentDocument.head.append(el("style", {}, sure ? HIDDEN : HIDDEN + UNSURE));
    page.map.invalidateSize({ animate: false });
    const before = inside(shown);
    if (before) {
      page.map.setView(before.map.getCenter(), before.map.getZoom(), { animate: false });
      if (before.state.layerName !== page.state.layerName) page.act.pickLayer(before.state.layerName);
      frame.contentDocument.getElementById("panel").scrollTop = shown.contentDocument.getElementById("panel").scrollTop;
    }
    if (!before && frame.clientWidth > 700) page.map.panBy([-CLEAR_PX, 0], { animate: false });
    page.map.on("click", (event) => {
      if (!armed) return;
      page.map.closePopup();
      armed(event.latlng);
    });
    frame.classList.remove("waiting");
    document.getElementById("no-map").hidden = true;
    if (shown) shown.remove();
    shown = frame;
    document.documentElement.dataset.map = String(number);
    draw(latest());
  }

  const arm = (onPlace) => (armed = onPlace);

  /* Who is asked for the state of the moment when a map has come. */
  const ask = (forState) => (latest = forState);

  return { arm, ask, draw };
})();
