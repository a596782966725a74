/* Find your place: a postcode or a town → the nearest clinic today and with the plan. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Place = (() => {
  const { el } = Charts;
  const MOST = 6;
  const NEAR_TOWN = 700;

  /* "st. albans" and "clacton on sea" mean what the map writes "St Albans" and "Clacton-on-Sea". */
  const tidy = (text) => text.toUpperCase().replace(/[.'’]/g, "").replace(/[\s,-]+/g, " ").trim();

  /* "co151ab", "CO15 1AB", "CO15 1" → the sector CO15 1; "CO15" → all its sectors. */
  function sectorOf(text) {
    const close = tidy(text).replace(/ /g, "");
    const full = close.match(/^([A-Z]{1,2}\d[A-Z\d]?)(\d)([A-Z]{0,2})$/);
    return full ? `${full[1]} ${full[2]}` : null;
  }

  /* The letters that a postcode begins with; none of what does not look like one. */
  const lettersOf = (text) => (text.match(/^([A-Z]{1,2})(?=\d|$)/) || ["", ""])[1];

  function searcher(model) {
    const sectors = new Map(model.sectors.name.map((name, k) => [name, k]));
    // By first half (CO15), by first half without its last letter (W1 of W1A), by letters alone (CO).
    const [districts, families, regions] = [new Map(), new Map(), new Map()];
    const add = (groups, name, k) => groups.set(name, [...(groups.get(name) || []), k]);
    for (const [name, k] of sectors) {
      const district = name.split(" ")[0];
      add(districts, district, k);
      add(families, district.replace(/(\d)[A-Z]$/, "$1"), k);
      add(regions, lettersOf(district), k);
    }
    const towns = model.places.name.map(tidy);

    const fromSector = (name) => {
      const k = sectors.get(name);
      return { name, kind: "sector", x: model.sectors.x[k], y: model.sectors.y[k], zone: model.sectors.zone[k] };
    };
    const fromTown = (k) => ({ name: model.places.name[k], kind: "town", x: model.places.x[k], y: model.places.y[k], zone: model.places.zone[k] });

    /* Of a whole district the sector nearest to its middle stands for it. */
    function fromDistrict(name, rows) {
      const mean = (key) => rows.reduce((sum, k) => sum + model.sectors[key][k], 0) / rows.length;
      const [x, y] = [mean("x"), mean("y")];
      const far = (k) => (model.sectors.x[k] - x) ** 2 + (model.sectors.y[k] - y) ** 2;
      const k = rows.reduce((a, b) => (far(b) < far(a) ? b : a));
      return { ...fromSector(model.sectors.name[k]), name, kind: "district" };
    }

    function find(text) {
      const words = tidy(text);
      if (!words) return null;
      if (sectors.has(words)) return fromSector(words);
      const rows = districts.get(words) || families.get(words);
      if (rows) return fromDistrict(words, rows);
      if (regions.has(words)) return null;
      const sector = sectorOf(text);
      if (sector && sectors.has(sector)) return fromSector(sector);
      const town = suggestTowns(words)[0];
      return town === undefined ? null : fromTown(town);
    }

    /* Towns that begin with the words come before towns that only hold them. */
    function suggestTowns(words) {
      const begins = [];
      const holds = [];
      towns.forEach((town, k) => {
        if (town.startsWith(words)) begins.push(k);
        else if (words.length > 2 && town.includes(words)) holds.push(k);
      });
      return [...begins, ...holds];
    }

    function suggest(text) {
      const words = tidy(text);
      if (words.length < 2) return [];
      const names = [];
      for (const name of sectors.keys()) {
        if (names.length < MOST && (name.startsWith(words) || name.replace(" ", "").startsWith(words.replace(/ /g, "")))) names.push(name);
      }
      for (const k of suggestTowns(words)) if (names.length < MOST && !names.includes(model.places.name[k])) names.push(model.places.name[k]);
      return names;
    }

    /* Why nothing was found, and what to try: with an example from near by where there is one. */
    function missing(text) {
      const said = `“${text.trim()}”`;
      const letters = lettersOf(tidy(text));
      const near = regions.get(letters);
      const example = near && model.sectors.name[near[0]];
      if (near && tidy(text) === letters) return `${said} begins many postcodes: add the rest, such as ${example}.`;
      if (near) return `${said} is not among the postcodes of this map. Try the first part alone, such as ${example.split(" ")[0]}.`;
      if (letters) return `No postcode of this map begins with ${letters}: ${said} is mistyped or lies far outside the area of this plan.`;
      return `${said} is not among the postcodes and towns of this map. Try the first part of a postcode, such as ${model.sectors.name[0]}.`;
    }

    return { find, missing, suggest };
  }

  /* The nearest town of some size, and the county, so that a reader sees that the right place was found. */
  function whereabouts(model, found) {
    const { places } = model;
    let best = -1;
    let least = Infinity;
    for (let k = 0; k < places.name.length; k++) {
      if (!places.label[k]) continue;
      const far = Math.hypot(places.x[k] - found.x, places.y[k] - found.y);
      if (far < least) [least, best] = [far, k];
    }
    const county = found.zone === Model.NOWHERE ? "" : model.groups.county[model.zones.county[found.zone]];
    const town = found.kind === "town" ? found.name : least <= NEAR_TOWN ? places.name[best] : "";
    return [town, county === town ? "" : county].filter(Boolean).join(", ") || found.name;
  }

  /* The placeholder names the postcode that gains most, so that a first try shows something. */
  function example(model, state) {
    let best = -1;
    let most = 0;
    model.sectors.zone.forEach((zone, k) => {
      if (zone === Model.NOWHERE || state.before.minutes[zone] === Access.NO_ROUTE) return;
      const gain = state.before.minutes[zone] - state.outcome.minutes[zone];
      if (gain > most) [most, best] = [gain, k];
    });
    if (best >= 0) Panel.slot("place-input").placeholder = `Postcode or town, such as ${model.sectors.name[best]}`;
  }

  /* Minutes and clinics of a place today and with the set of the moment. */
  function journey(state, found) {
    if (!found || found.missing || found.zone === Model.NOWHERE) return found;
    const [before, after] = [state.before, state.outcome];
    return {
      ...found,
      today: before.minutes[found.zone] / Access.STEPS,
      plan: after.minutes[found.zone] / Access.STEPS,
      todaySite: before.site[found.zone],
      planSite: after.site[found.zone],
    };
  }

  function show(model, state) {
    const place = state.place;
    if (!place) {
      Panel.fill("place-answer", []);
      return;
    }
    if (place.missing) {
      Panel.fill("place-answer", el("p", {}, place.missing));
      return;
    }
    if (place.zone === Model.NOWHERE) {
      Panel.fill("place-answer", el("p", {}, el("b", {}, whereabouts(model, place)), " lies outside the area of this plan."));
      return;
    }
    const change = Words.change(place.today, place.plan, ["minutes shorter", "minutes longer"]);
    const clinic = (j) => (j < model.sites.length ? model.sites[j].label : "no clinic");
    Panel.fill("place-answer",
      el("div", { class: "place-head" }, el("b", {}, whereabouts(model, place)), el("span", { class: `card-change ${change.kind}` }, change.text)),
      el("div", { class: "place-row" }, el("span", { class: "quiet" }, "Today"), el("span", {}, clinic(place.todaySite)), el("span", { class: "num" }, `${Words.minutes(place.today)} min`)),
      el("div", { class: "place-row ours" }, el("b", {}, "With the plan"), el("b", {}, clinic(place.planSite)), el("b", { class: "num" }, `${Words.minutes(place.plan)} min`)),
      place.kind === "sector" ? null : el("p", { class: "quiet small" }, `From the middle of ${place.name}; a full postcode tells more.`));
  }

  /* A text field with suggestions, after the combobox pattern: arrows move, Enter takes, Escape closes. */
  function wire(model, onFound) {
    const { find, missing, suggest } = searcher(model);
    const [form, input, list] = ["place-form", "place-input", "place-list"].map(Panel.slot);
    let at = -1;
    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const take = (text) => {
      input.value = text;
      close();
      onFound(find(text) || { missing: missing(text) });
    };
    const mark = (step) => {
      const rows = Array.from(list.children);
      if (!rows.length) return;
      at = (at + step + rows.length) % rows.length;
      rows.forEach((row, k) => {
        row.setAttribute("aria-selected", String(k === at));
      });
      input.setAttribute("aria-activedescendant", rows[at].id);
    };
    input.addEventListener("input", () => {
      const names = suggest(input.value);
      list.replaceChildren(...names.map((name, k) => el("li", { id: `place-${k}`, role: "option", "aria-selected": "false", onmousedown: (e) => { e.preventDefault(); take(name); } }, name)));
      list.hidden = !names.length;
      at = -1;
      input.setAttribute("aria-expanded", String(names.length > 0));
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Escape") close();
    });
    input.addEventListener("blur", close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = at >= 0 ? list.children[at].textContent : input.value;
      if (chosen.trim()) take(chosen);
    });
    return { find };
  }

  return { example, journey, searcher, sectorOf, show, wire };
})();
