"""What a result stands on, each thing with its value and whether it was observed, modelled or assumed.

Like :mod:`~clinic_siting.evidence` it unpacks an answer and its config into plain values.
"""

from collections.abc import Iterator

import pandas as pd

from clinic_siting import evidence
from clinic_siting.config import Config
from clinic_siting.demand import MODELS
from clinic_siting.network import observed_in_words, without_observed_speeds
from clinic_siting.pipeline import Answer
from clinic_siting.report import Assumption
from clinic_siting.report.data import ASSUMED, MODELLED, OBSERVED, UNVERIFIED
from clinic_siting.report.words import TERMS_IN_WORDS
from clinic_siting.sharing import NOTE
from clinic_siting.trials import PERIODS_IN_WORDS

# Files whose notes say what a reader must bear in mind.
NOTED = ("road_nodes.parquet", "road_edges.parquet", "periods.csv", "zones.csv.gz", "sites.csv")


def assumptions(answer: Answer, config: Config) -> tuple[Assumption, ...]:
    """Everything that was taken for granted, in the order of the line.

    Parameters
    ----------
    answer
        What a run found.
    config
        The scenario.
    """
    parts = (_patients(answer, config), _travel(answer, config), _clinics(answer, config), _choice(config))
    return tuple(assumption for part in parts for assumption in part)


def method(answer: Answer, config: Config) -> tuple[str, ...]:
    """How the result was worked out, in plain sentences.

    Parameters
    ----------
    answer
        What a run found.
    config
        The scenario.
    """
    ground, total = answer.ground, len(answer.siting.ranking)
    period = PERIODS_IN_WORDS.get(config.travel.period, config.travel.period)
    terms = [TERMS_IN_WORDS.get(term, term) for term, w in config.siting.weights.model_dump().items() if w]
    people, patients = ground.zones.table["population"].sum(), ground.patients.sum()
    unit = MODELS[config.demand.model]
    plan = answer.siting.plan
    winner = f"the set with the smallest {plan.aim}" if plan.aim else "the lowest"
    wins = "An exact model proves the choice" if plan.settled else "The best that was found is shown"
    return (
        f"{len(ground.zones.zone_id):,} small areas hold {people:,.0f} people, {patients:,.0f} {unit}.",
        f"Minutes to every clinic and candidate are the shortest by car, one way, {period}.",
        "They include the way to the road at both ends; a journey begins where a small area's people live.",
        "Everyone goes to the nearest clinic that is open and may serve them.",
        f"Each of the {total:,} sets of sites that obey the rules was measured exactly on all patients."
        if answer.siting.complete
        else "Sets of sites are too many to list; those that were looked at were measured exactly.",
        f"Its score adds up {' and '.join(terms)}, each divided by its value today; {winner} wins.",
        f"{wins}; a second path computed it again from the minutes alone.",
        "It was then tried again in other worlds: times of day, demand, clinics, areas.",
    )


def caveats(answer: Answer, config: Config) -> tuple[str, ...]:
    """What a reader must bear in mind.

    Parameters
    ----------
    answer
        What a run found.
    config
        The scenario.
    """
    notes = answer.ground.data.manifest.get("note", pd.Series(dtype=str))
    lines = [NOTE] if config.demand.model == "referrals" else []
    lines.append("Journeys are by car; public transport is left out.")
    if config.travel.own_times:
        lines[-1:] = [
            f"Where {config.travel.own_times} has minutes of its own, these replace the modelled ones."
        ]
    if without_observed_speeds(answer.ground.roads):
        lines.append(f"Speeds are fitted, {_observed(answer, config)}.")
    lines += evidence.full_clinics_in_words(answer, config.demand.model)
    lines += evidence.neighbours_in_words(answer)
    lost = answer.ground.unreachable
    if len(lost):
        lines.append(
            f"Left out, with no road to any site: {len(lost):,} small areas, first {', '.join(lost[:5])}."
        )
    right = float(answer.agreement["agreement"].mean())
    lines.append(
        f"Isochrones on maps are drawn around the figures and decide none; {right:.1%} of patients are on "
        "their right side."
    )
    lines.append("Making journeys alike can make them longer: read the spread together with the average.")
    for file in NOTED:
        note = str(notes.get(file, ""))
        if note:
            lines.append(f"{note.rstrip('.')} ({file}).")
    return tuple(lines)


def _patients(answer: Answer, config: Config) -> Iterator[Assumption]:
    ground, manifest = answer.ground, answer.ground.data.manifest
    people = ground.zones.table["population"].sum()
    yield Assumption(
        "Residents",
        f"{people:,.0f} people in {len(ground.zones.zone_id):,} small areas",
        OBSERVED,
        f"{_of(manifest, 'zones.csv.gz', 'vintage')}. Journeys begin at the population-weighted centre.",
    )
    total = f"{ground.patients.sum():,.0f} {MODELS[config.demand.model]}"
    if config.demand.model == "incidence":
        rates, how = (_of(manifest, "incidence.csv", column) for column in ("source", "note"))
        yield Assumption("Patients", total, MODELLED, f"Residents by age × national rates: {rates}. {how}.")
    elif config.demand.model == "population":
        yield Assumption("Patients", total, OBSERVED, "Everybody counts alike, whatever their age.")
    else:
        yield Assumption("Patients", total, OBSERVED, "The planner's own counts.")
    for name, extra in (("deprivation", config.demand.deprivation), ("no_car", config.demand.no_car)):
        if extra:
            whom = "in the most deprived tenth" if name == "deprivation" else "without a car"
            why = "A planner's judgement. Clinics' volumes stay unweighted."
            yield Assumption(f"Extra weight of a patient {whom}", f"{extra:g}", ASSUMED, why)


def _observed(answer: Answer, config: Config) -> str:
    ground = answer.ground
    return observed_in_words(ground.roads, ground.speeds, period=config.travel.period)


def _travel(answer: Answer, config: Config) -> Iterator[Assumption]:
    travel, manifest = config.travel, answer.ground.data.manifest
    period = PERIODS_IN_WORDS.get(travel.period, travel.period)
    speeds = _of(manifest, "speeds.csv", "source")
    yield Assumption(
        "Minutes on the road", f"by car, {period}", MODELLED, f"Speeds {speeds}; {_observed(answer, config)}."
    )
    yield Assumption(
        "Way to the road",
        f"straight line × 1.3 at 20 km/h, up to {travel.max_snap_m:,.0f} m",
        ASSUMED,
        "At both ends of a journey; farther away there is no route.",
    )
    yield Assumption(
        "Parking and walking in", f"{travel.door_to_door_min:g} minutes", ASSUMED, "Added to every journey."
    )
    for gate in travel.gates:
        yield Assumption(
            gate.name, f"{gate.minutes:g} minutes more", ASSUMED, "Paid once by whoever crosses."
        )
    for authority, factor in travel.congestion.items():
        yield Assumption(
            f"Congestion, {authority}", f"minutes × {factor:g}", ASSUMED, "A planner's judgement."
        )
    if travel.own_times:
        yield Assumption("Own travel times", travel.own_times, ASSUMED, "The planner's own table.")


def _clinics(answer: Answer, config: Config) -> Iterator[Assumption]:
    table = answer.ground.sites.table
    existing = table[table["status"] == "existing"]
    confidence = existing["confidence"] if "confidence" in existing else pd.Series("", index=existing.index)
    doubtful = existing[confidence == "unverified"]
    sure = existing.drop(index=doubtful.index)
    yield Assumption(
        "Clinics of today", "; ".join(map(str, sure["name"])), OBSERVED, "Read in published pages."
    )
    if len(doubtful):
        names = "; ".join(map(str, doubtful["name"]))
        yield Assumption(
            "Clinics of today, unconfirmed", names, UNVERIFIED, "Counted as open; general knowledge."
        )
    may_run = table[(table["status"] == "candidate") & (table.get("confidence", "") == "unverified")]
    if len(may_run):
        names = "; ".join(map(str, may_run["name"]))
        why = "May already run such a clinic, which nobody could confirm; taken as not open today."
        yield Assumption("Candidates in doubt", names, UNVERIFIED, why)
    where = " in the area" if config.sites.candidates == "in_area" else ""
    yield Assumption(
        "Candidates",
        f"{len(answer.ground.sites.candidates):,} sites{where} that could open",
        OBSERVED,
        _of(answer.ground.data.manifest, "sites.csv", "vintage"),
    )
    limited = existing[existing["catchment"] != ""]
    own = "; ".join(f"{row['name']}: {row['catchment']} only" for _, row in limited.iterrows())
    why = f"The network's stated policy. {own}".strip()
    yield Assumption("Who goes where", "the nearest open clinic that may serve them", ASSUMED, why)


def _choice(config: Config) -> Iterator[Assumption]:
    weights = config.siting.weights.model_dump()
    said = ", ".join(f"{TERMS_IN_WORDS.get(term, term)} {w:g}" for term, w in weights.items() if w)
    spread = config.siting.variation.upper()
    why = f"Each is divided by its value today. Spread is {spread}. A planner's judgement."
    yield Assumption("What a good plan is", f"weights: {said}", ASSUMED, why)
    standard = f"{config.access.standard_min:g} minutes, inclusive"
    yield Assumption("Access standard", standard, ASSUMED, "A planning assumption, not a national rule.")
    rules = [f"{config.siting.open} new"]
    for rule in config.siting.require:
        at_most = "" if rule.at_most is None else f" and at most {rule.at_most}"
        where = "; ".join(f"{', '.join(values)}" for values in rule.where.values())
        rules.append(f"at least {rule.at_least}{at_most} in {where}")
    yield Assumption("How many and where", "; ".join(rules), ASSUMED, "The task as it was set.")


def _of(manifest: pd.DataFrame, file: str, column: str) -> str:
    """A cell of the manifest; empty where the data set has no such file."""
    if file not in manifest.index or column not in manifest:
        return ""
    return str(manifest.at[file, column]).rstrip(".")
