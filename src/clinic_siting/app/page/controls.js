/* The settings: what each control sends, and how it stands after the server's answer. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Controls = (() => {
  const { el } = Charts;
  const at = (id) => document.getElementById(id);
  const FIELDS = { "add-postcode": "add", "keep-name": "keep", "own-demand": "own_demand", "require-count": "require" };
  const WEIGHTS = { mean: "Average", variation: "Spread", worst_tenth: "Worst tenth", beyond_standard: "Beyond standard", alliance_gap: "Alliance gap" };
  let options = null;
  let state = null;
  let send = () => {};
  let told = []; // refusals that the page itself found, until the next answer

  function build(given, onSend) {
    options = given;
    send = onSend;
    weights();
    at("period").append(...options.periods.map(([value, words]) => el("option", { value }, words)));
    at("demand").append(...options.models.map(([value, words]) => el("option", { value }, words)));
    at("require-group").append(...Object.entries(options.groups).map(([value, group]) => el("option", { value }, group.label)));
    at("require-group").addEventListener("change", places);
    places();
    for (const button of document.querySelectorAll("#settings .help")) button.addEventListener("click", () => explain(button));
    for (const id of ["variation", "period", "unverified", "demand"]) at(id).addEventListener("change", () => send("change", id, at(id).value));
    for (const id of ["open", "standard"]) at(id).addEventListener("change", () => send("change", id, number(at(id))));
    for (const id of ["force", "forbid"]) at(id).addEventListener("click", () => pick(id));
    at("require").addEventListener("click", require);
    at("add").addEventListener("click", addByPostcode);
    at("add-postcode").addEventListener("keydown", (event) => event.key === "Enter" && addByPostcode());
    at("own-demand").addEventListener("click", emptied("own-demand")); // so that a mended file can be sent again
    at("own-demand").addEventListener("change", upload);
    at("keep").addEventListener("click", keep);
    at("keep-name").addEventListener("keydown", (event) => event.key === "Enter" && keep());
  }

  const number = (input) => (input.value === "" ? null : Number(input.value));

  function weights() {
    for (const [term, name] of Object.entries(WEIGHTS)) {
      const slider = el("input", { type: "range", id: `weight-${term}`, min: 0, max: 3, step: 0.1, title: options.weights[term] });
      const shown = el("output", { for: slider.id });
      slider.addEventListener("input", () => show(slider, shown));
      // All of them, since one that was refused alone may be right beside another.
      slider.addEventListener("change", () => send("change", "weights", Object.fromEntries(Object.keys(WEIGHTS).map((other) => [other, Number(at(`weight-${other}`).value)]))));
      at("weights").append(el("div", { class: "weight" }, el("label", { for: slider.id }, name), slider, shown));
    }
  }

  function show(slider, shown) {
    shown.textContent = Number(slider.value).toFixed(1);
    slider.style.setProperty("--part", `${(100 * slider.value) / slider.max}%`);
  }

  function places() {
    const group = options.groups[at("require-group").value];
    at("require-value").replaceChildren(...group.values.map((value) => el("option", { value }, value)));
  }

  function pick(kind) {
    const wanted = at("site-pick").value.trim().toLowerCase();
    const found = state.candidates.find(([id, name]) => name.toLowerCase() === wanted || id.toLowerCase() === wanted);
    if (!found) {
      refuse({ control: kind, verdict: wanted ? "No candidate has this name; choose one from the list." : "Name a candidate first." });
      return;
    }
    at("site-pick").value = "";
    rule(kind, found[0]);
  }

  function explain(button) {
    const words = at(button.getAttribute("aria-controls"));
    words.hidden = !words.hidden;
    button.setAttribute("aria-expanded", String(!words.hidden));
  }

  /* What was typed stays until it is taken: a refused word is mended more easily than typed again. */
  const emptied = (...ids) => () => {
    for (const id of ids) at(id).value = "";
  };

  const rule = (kind, site) => send("change", kind, [...state.controls[kind].filter((id) => id !== site), site]);

  function require() {
    const entry = { [at("require-group").value]: [at("require-value").value], at_least: number(at("require-count")) };
    send("change", "require", [...state.controls.require, entry]);
  }

  function addByPostcode() {
    send("change", "add", { postcode: at("add-postcode").value, name: at("add-name").value }, emptied("add-postcode", "add-name"));
  }

  function upload() {
    const [file] = at("own-demand").files;
    if (!file) return;
    const most = options.largest_upload;
    if (file.size <= most) send("upload", "own_demand", file);
    else refuse({ control: "own_demand", verdict: `The file has ${megabytes(file.size, 1)} MB; at most ${megabytes(most, 0)} MB are taken.` });
  }

  const megabytes = (bytes, digits) => Words.fixed(bytes / 2 ** 20, digits);

  function keep() {
    send("act", "keep", { name: at("keep-name").value }, emptied("keep-name"));
  }

  function draw(next) {
    state = next;
    told = [];
    const { controls } = state;
    const held = new Set(state.refusals.filter((one) => !one.standing).map((one) => one.control));
    for (const term of Object.keys(WEIGHTS)) {
      const slider = at(`weight-${term}`);
      if (!held.has("weights") && !slider.matches(":active")) slider.value = controls.weights[term];
      show(slider, slider.nextElementSibling);
    }
    for (const id of ["variation", "period", "unverified", "demand", "open", "standard"]) {
      if (!held.has(id) && at(id).value !== String(controls[id]) && !(document.activeElement === at(id) && at(id).type === "number" && state.working)) at(id).value = controls[id];
    }
    at("demand").querySelector("[value=referrals]").disabled = !controls.own_demand;
    gates(controls.gates, held.has("gates"));
    const names = (id) => state.names[id] || id;
    fill("site-rules", [
      ...controls.force.map((id) => chip(`Must open: ${names(id)}`, () => send("change", "force", controls.force.filter((other) => other !== id)))),
      ...controls.forbid.map((id) => chip(`Must not open: ${names(id)}`, () => send("change", "forbid", controls.forbid.filter((other) => other !== id)))),
    ]);
    fill("requirements", controls.require.map((entry, k) => chip(inWords(entry), () => send("change", "require", controls.require.filter((_, other) => other !== k)))));
    fill("added", controls.added.map(([id, name]) => chip(name, () => send("change", "drop", id))));
    fill("kept", state.kept.map(keptChip));
    const [kept, most] = [state.kept.length, options.most_kept];
    at("kept-count").textContent = `${kept} of ${most} kept${kept < 2 ? "; two or more can be compared" : ""}.`;
    fill("own-told", controls.own_demand ? state.own.map((line) => el("li", {}, line)) : []);
    files(state.exported);
    at("site-list").replaceChildren(...state.candidates.map(([, name]) => el("option", { value: name })));
    refuse();
  }

  function keptChip(plan) {
    const figures = `${plan.sites.map(([, , label]) => label).join(" + ")}: ${Words.fixed(plan.planned.mean, 1)} min on average`;
    const name = el("button", { type: "button", class: "name", title: plan.changes.join("; ") || "As the config asks", onclick: () => send("act", "recall", { name: plan.name }) }, plan.name);
    return chip(el("span", {}, name, el("small", {}, figures)), () => send("act", "forget", { name: plan.name }), `Forget ${plan.name}`);
  }

  function files(exported) {
    fill("exported", exported.files.map(([name, words]) => el("li", {}, el("a", { href: `files/${encodeURIComponent(name)}` }, name), words ? ` ${words}` : "")));
    at("exported-of").hidden = exported.files.length === 0;
    at("exported-of").textContent = `Exported: ${Words.list(exported.sites)}${exported.of_now ? "" : ", not the plan of now"}. In the folder ${exported.folder}:`;
  }

  function inWords(entry) {
    const { at_least: least, at_most: most, ...where } = entry;
    const place = Object.values(where).map((values) => values.join(", ")).join("; ");
    return `${least ? `at least ${least}` : ""}${most === undefined ? "" : ` at most ${most}`} in ${place}`.trim();
  }

  function gates(given, held) {
    if (at("gates").children.length !== given.length) {
      at("gates").replaceChildren(...given.map(([name], k) => {
        const input = el("input", { id: `gate-${k}`, type: "number", min: 0, max: 120, step: 1 });
        input.addEventListener("change", () => send("change", "gates", { [name]: number(input) }));
        return el("label", { class: "line", for: input.id }, el("span", {}, `${name}, more minutes`), input);
      }));
    }
    given.forEach(([, minutes], k) => {
      if (!held && (document.activeElement !== at(`gate-${k}`) || !state.working)) at(`gate-${k}`).value = minutes;
    });
  }

  function chip(words, onAway, label = null) {
    return el("li", {}, typeof words === "string" ? el("span", {}, words) : words, el("button", { type: "button", class: "away", "aria-label": label || `Take back: ${words}`, onclick: onAway }, "×"));
  }

  /* Chips are made anew only where they changed, so that the keyboard's place among them stays. */
  function fill(id, nodes) {
    const words = nodes.map((node) => node.textContent).join("\n");
    if (at(id).dataset.words === words) return;
    at(id).dataset.words = words;
    at(id).replaceChildren(...nodes);
  }

  /* Where there is room for one thing at a time the settings are folded away, so that the plan comes first. */
  function unfold(open) {
    at("settings").classList.toggle("folded", !open);
    at("ask-toggle").setAttribute("aria-expanded", String(open));
    at("ask-toggle").textContent = open ? "Fold the settings away" : "Change the settings";
  }

  /* The words of a refusal stand beside the control that caused it, as the command line would print them. */
  function refuse(found = null) {
    if (found) told = [found];
    // What the page finds now is newer than what the server said of the same control.
    const said = state ? state.refusals.filter((one) => one.standing || !told.some(({ control }) => control === one.control)) : [];
    const all = [...said, ...told];
    for (const section of document.querySelectorAll("[data-control]")) {
      const mine = all.filter((one) => section.dataset.control.split(" ").includes(one.control));
      const line = section.querySelector(".refused");
      const words = JSON.stringify(mine);
      if (line.dataset.words !== words) line.replaceChildren(...mine.flatMap(inFull));
      line.dataset.words = words;
      const news = mine.length > 0 && line.hidden;
      line.hidden = mine.length === 0;
      if (news) {
        unfold(true);
        line.scrollIntoView({ block: "nearest" });
      }
    }
    blame(new Set(all.map((one) => one.control)));
  }

  function inFull({ verdict, rows = [], legend = [] }) {
    const list = [...rows, ...legend].map((row) => el("li", {}, row));
    return [el("p", {}, verdict), ...(list.length ? [el("ul", {}, list)] : [])];
  }

  /* Of a control with a name of its own a reader is told, too, that it is at fault, and why. */
  function blame(controls) {
    for (const field of document.querySelectorAll("#settings input, #settings select")) {
      const control = FIELDS[field.id] || field.id.replace(/^(weight|gate)-.*/, "$1s");
      if (controls.has(control)) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", field.closest("[data-control]").querySelector(".refused").id);
      } else {
        field.removeAttribute("aria-invalid");
        field.removeAttribute("aria-describedby");
      }
    }
  }

  return { build, draw, refuse, rule, unfold };
})();
