/* The map: the page that a run would write, in a frame; a new one takes the old one's place and view. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Maps = (() => {
  const { el } = Charts;
  const frames = document.getElementById("frames");
  const JUMPS = [["Ranking", "weights-title"], ["Who gains", "gains-title"], ["How sure", "sure-title"], ["Clinics", "clinics-title"]];
  let shown = null;
  let number = 0;
  let over = null; // another plan's map and its number, while it is looked at
  let armed = null;
  let latest = () => null;
  let style = "";

  const inside = (frame) => frame?.contentWindow.clinicPage;

  function draw(state) {
    const waiting = Boolean(state.working?.quick);
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
    shown.contentDocument.documentElement.classList.toggle("following", row >= 0);
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
    reveal(frame, shown, sure);
    page.map.on("click", (event) => {
      if (!armed) return;
      page.map.closePopup();
      armed(event.latlng);
    });
    document.getElementById("no-map").hidden = true;
    if (shown) shown.remove();
    shown = frame;
    document.documentElement.dataset.map = String(number);
    draw(latest());
  }

  /* A map comes in the dress, the view and the layer of the one that it covers. */
  function reveal(frame, before, sure) {
    const [page, doc] = [inside(frame), frame.contentDocument];
    doc.documentElement.classList.toggle("unsure", !sure);
    doc.head.append(el("style", {}, style));
    doc.getElementById("panel").prepend(jumps(doc));
    page.map.invalidateSize({ animate: false });
    const other = inside(before);
    if (other) {
      page.map.setView(other.map.getCenter(), other.map.getZoom(), { animate: false });
      if (other.state.layerName !== page.state.layerName) page.act.pickLayer(other.state.layerName);
      doc.getElementById("panel").scrollTop = before.contentDocument.getElementById("panel").scrollTop;
    } else page.act.pickAlliance(-1); // all of the area, in the room that there is now
    frame.classList.remove("waiting");
  }

  /* Another plan's map lies over the newest until it is put away. */
  function look(sheet, name) {
    const note = document.getElementById("looking");
    note.hidden = sheet === null;
    note.textContent = sheet === null ? "" : `Map and figures of the plan “${name}”. “Now” above goes back to the plan of now.`;
    if (sheet?.number === over?.number) return;
    if (over) over.frame.remove();
    over = null;
    if (sheet === null) return;
    const frame = el("iframe", { src: `map/${sheet.number}`, title: `Map and figures of the plan: ${name}`, class: "over waiting" });
    frame.addEventListener("load", () => inside(frame) && reveal(frame, shown, sheet.sure !== null), { once: true });
    over = { number: sheet.number, frame };
    frames.append(frame);
  }

  /* Who gains and how sure are one step away, however small the window. */
  function jumps(inner) {
    const to = (id) => () => inner.getElementById(id).scrollIntoView({ block: "start" });
    return el("nav", { class: "jumps", "aria-label": "Figures" }, JUMPS.map(([words, id]) => el("button", { type: "button", class: "link", onclick: to(id) }, words)));
  }

  const arm = (onPlace) => {
    armed = onPlace;
  };

  /* How the map's page is dressed in the frame; known before the first of them comes. */
  const dress = (css) => {
    style = css;
  };

  /* Who is asked for the state of the moment when a map has come. */
  const ask = (forState) => {
    latest = forState;
  };

  return { arm, ask, draw, dress, look };
})();
