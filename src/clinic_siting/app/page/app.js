/* The planner's page: ask, wait, show; the server holds the state, so a reload changes nothing. */
// biome-ignore lint/correctness/noUnusedVariables: the others ask it for the state
const Planner = (() => {
  const { el } = Charts;
  const at = (id) => document.getElementById(id);
  let state = null;
  let began = null; // when what is being worked out began, by the page's clock
  let comparison = null; // number of the comparison that was shown last
  let pending = Promise.resolve();
  let anew = sessionStorage.getItem("anew") || ""; // why the visit began again, until something is asked

  /* Acts go one after the other; each answer is the whole state. */
  function send(kind, name, value, taken = () => {}) {
    const told = document.documentElement.dataset;
    told.asked = String(Number(told.asked || 0) + 1);
    anew = "";
    pending = pending.then(async () => {
      try {
        const next = kind === "upload" ? await Server.upload(value) : await Server[kind](name, value);
        draw(next);
        if (!next.refusals.some((one) => one.control === name)) taken();
      } catch (problem) {
        Controls.refuse({ control: kind === "act" ? "undo" : name, verdict: problem.message });
      }
      told.answered = String(Number(told.answered || 0) + 1);
    });
  }

  function draw(next) {
    if (state && next.visit !== state.visit) {
      beginAnew();
      return;
    }
    if (state && next.revision < state.revision) return;
    state = next;
    headline();
    progress();
    Plans.draw(state);
    at("undo").disabled = state.undo === 0;
    at("reset").disabled = state.as_config && state.refusals.length === 0;
    at("compare").disabled = state.kept.length < 2;
    at("compare").title = state.kept.length < 2 ? "Keep two or more plans first" : "";
    at("export").disabled = state.working !== null && (state.working.quick || state.working.kind === "export");
    compared();
    Controls.draw(state);
    Maps.draw(state);
    document.documentElement.dataset.revision = String(state.revision);
  }

  /* The server was started again, or gave this visit's place to another: nothing on the screen is true any more. */
  function beginAnew() {
    sessionStorage.setItem("anew", "The last visit ended with its server; this is a new one. ");
    location.reload();
  }

  function headline() {
    const { now } = state.plans;
    const names = Words.list(now.sites.map(([, name]) => name));
    at("headline").replaceChildren(el("b", {}, `${names}. `), Words.headline(now.today, now.planned, now.standard));
  }

  const STUCK = "No plan obeys the settings; the one on the screen is of those before.";
  const stuck = () => state.refusals.some((one) => one.standing);

  /* How things stand while nothing is being worked out. */
  function stands() {
    if (stuck()) return STUCK;
    if (state.exported.of_now) return "The plan is exported.";
    return state.map.sure ? "The plan was tried in every world of the config: see “How sure”." : "The plan stands; other worlds were not tried.";
  }

  function progress() {
    const { working } = state;
    const bar = at("progress");
    bar.classList.toggle("busy", working !== null);
    bar.classList.toggle("quick", Boolean(working?.quick));
    const rest = working && !working.quick && working.kind === "answer" ? `${stuck() ? STUCK : "The plan stands."} ` : "";
    at("stage-name").textContent = working ? `${anew}${rest}${working.stage || (rest ? "Its map follows" : "Starting")} …` : `${anew}${stands()}`;
    began = working === null ? null : performance.now() - 1000 * working.seconds;
    clock();
    at("cancel").hidden = working === null;
    at("to-files").hidden = Boolean(working?.quick) || state.exported.files.length === 0 || !state.exported.of_now;
    at("draw").hidden = working !== null || state.map.sure;
    document.documentElement.dataset.busy = working === null ? "no" : working.quick ? "quick" : "slow";
  }

  /* How long it has been at it, how long it took the last time, and when it will give up. */
  function clock() {
    const { working } = state;
    const seconds = began === null ? 0 : Math.floor((performance.now() - began) / 1000);
    const ends = working?.limit ? `, at most ${Words.whole(working.limit)} s` : "";
    const last = working?.usual ? `, the last time ${Words.whole(working.usual)} s` : "";
    at("stage-time").textContent = seconds < 1 ? "" : `${Words.whole(seconds)} s${ends}${last}`;
  }

  /* The dialog waits for the page, saying what it waits for; a refusal closes it. */
  function compared() {
    const dialog = at("comparison");
    const [before, waiting] = [comparison, at("comparison-close").textContent === "Cancel"];
    comparison = state.comparison;
    if (!dialog.open || !waiting) return;
    if (before !== null && state.comparison > before) {
      at("comparison-stage").textContent = "";
      at("comparison-close").textContent = "Close";
      dialog.append(el("iframe", { src: `comparison/${state.comparison}`, title: "Kept scenarios side by side" }));
    } else if (state.refusals.some((one) => one.control === "keep")) {
      at("comparison-close").textContent = "Close";
      dialog.close();
    } else if (state.working) {
      at("comparison-stage").textContent = `${state.working.stage || "Starting"} …`;
    }
  }

  function arm(on) {
    at("add-click").setAttribute("aria-pressed", String(on));
    at("add-click").textContent = on ? "Click on the map, or press to stop" : "Add by a click on the map";
    Maps.arm(on ? ({ lat, lng }) => {
      arm(false);
      send("change", "add", { lon: lng, lat, name: at("add-name").value }, () => {
        at("add-name").value = "";
      });
    } : null);
  }

  function wire() {
    at("ask-toggle").addEventListener("click", () => Controls.unfold(at("settings").classList.contains("folded")));
    for (const id of ["undo", "reset", "cancel", "draw", "export"]) at(id).addEventListener("click", () => send("act", id));
    at("to-files").addEventListener("click", () => {
      Controls.unfold(true);
      at("exported-of").scrollIntoView({ block: "start" });
      at("exported").querySelector("a").focus({ preventScroll: true });
    });
    setInterval(() => state && clock(), 1000);
    at("add-click").addEventListener("click", () => arm(at("add-click").getAttribute("aria-pressed") !== "true"));
    at("compare").addEventListener("click", () => {
      for (const old of at("comparison").querySelectorAll("iframe")) old.remove();
      at("comparison-stage").textContent = "Starting …";
      at("comparison-close").textContent = "Cancel";
      send("act", "compare");
      at("comparison").showModal();
    });
    // Closed before the page has come, by the button or by Escape, it is called off.
    at("comparison").addEventListener("close", () => at("comparison-close").textContent === "Cancel" && send("act", "cancel"));
    at("comparison-close").addEventListener("click", () => at("comparison").close());
  }

  async function listen() {
    for (;;) {
      try {
        draw(await Server.state(state ? state.revision : -1));
      } catch {
        at("stage-name").textContent = Server.SILENT;
        await new Promise((resolve) => setTimeout(resolve, 1500));
      }
    }
  }

  async function start() {
    sessionStorage.removeItem("anew");
    const options = await Server.options();
    document.title = `${options.scenario}: the planner’s page`;
    Controls.build(options, send);
    Maps.ask(() => state);
    Plans.wire();
    Maps.dress(await Server.dress());
    wire();
    listen();
  }

  start();
  return { state: () => state };
})();
