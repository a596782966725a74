"""What a scenario asks otherwise than another, in a board's words; a setting without words keeps its key."""

from collections.abc import Callable, Mapping
from pathlib import PurePath

from clinic_siting.comparison.differences import Names, difference, settings
from clinic_siting.comparison.scenarios import ComparedAnswer
from clinic_siting.config import Config
from clinic_siting.demand import MODELS
from clinic_siting.report import words

Teller = Callable[[object, object], str]
NUMBERS = {1: "one", 2: "two", 3: "three"}
PERIODS = {
    "fitted": "at fitted speeds, without a time of day",
    "free_flow": "on empty roads",
    "am_peak": "in the weekday morning peak",
    "inter_peak": "between the weekday peaks",
    "pm_peak": "in the weekday evening peak",
    "off_peak": "early and late on weekdays",
}
COUNTED = {"incidence": "expected cases", "population": "residents", "referrals": "the planner's referrals"}
UNVERIFIED = {
    "open": "clinics that could not be confirmed count as open today",
    "closed": "clinics that could not be confirmed count as not open today",
    "both": "the plan is the one that is safest whether or not unconfirmed clinics are open",
}
SPREADS = {"mad": "mean absolute deviation", "sd": "standard deviation", "gini": "Gini coefficient"}
LISTS = {
    "siting.force": ("{} must open", "{} need not open"),
    "siting.forbid": ("{} may not open", "{} may open"),
    "sites.added": ("{} may be chosen too", "{} is no candidate"),
    "siting.close": ("{} closes", "{} stays open"),
}


def asked_in_words(first: ComparedAnswer, other: ComparedAnswer) -> list[str]:
    """What another scenario asks otherwise.

    Parameters
    ----------
    first, other
        Two scenarios.

    Returns
    -------
    Short phrases; none where both ask the same.
    """
    return settings_in_words(first.config, other.config, names=(first.name_by_id, other.name_by_id))


def settings_in_words(first: Config, other: Config, *, names: tuple[Names, Names]) -> list[str]:
    """What a config asks otherwise than another.

    Parameters
    ----------
    first, other
        Two configs.
    names
        Names of each one's sites by id.

    Returns
    -------
    Short phrases; none where both ask the same.
    """
    one, two = settings(first, names[0]), settings(other, names[1])
    keys = [key for key in dict.fromkeys([*two, *one]) if one.get(key) != two.get(key)]
    unit, known = MODELS[other.demand.model], {**names[0], **names[1]}
    phrases = [
        phrase for key in keys for phrase in _told(key, one.get(key), two.get(key), names=known, unit=unit)
    ]
    return list(dict.fromkeys(phrases))


def _told(key: str, before: object, after: object, *, names: Names, unit: str) -> list[str]:
    """One setting in words, or by its key."""
    block, _, rest = key.partition(".")
    if key in EXACT:
        told = [EXACT[key](before, after)]
    elif key in LISTS:
        told = _listed(key, before, after)
    elif block == "area":
        told = _area(before, after)
    elif key == "siting.require":
        told = _rules(before, after)
    elif rest.startswith("capacity."):
        site = rest.removeprefix("capacity.")
        told = [_limit(names.get(site, site), after, unit)]
    elif rest.startswith("gates."):
        told = _gate(rest.removeprefix("gates."), before, after)
    else:
        told = []
    return told or [_plainly(line) for line in difference(key, before, after)]


def _plainly(line: str) -> str:
    """A key in words: siting.min_apart_min becomes siting, min apart min."""
    key, _, change = line.partition(": ")
    return f"{key.replace('_', ' ').replace('.', ', ')}: {change}"


def _gate(gate: str, before: object, after: object) -> list[str]:
    """More minutes at a crossing; a line that moved has no words."""
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)) or before["line"] != after["line"]:
        return []
    return [f"the {gate} takes {after['minutes']:g} minutes more, not {before['minutes']:g}"]


def _limit(site: str, most: object, unit: str) -> str:
    return (
        f"{site} takes at most {most:g} {unit}" if isinstance(most, int | float) else f"{site} has no limit"
    )


def _parts(before: object, after: object) -> tuple[list[object], list[object]]:
    """What a list has more, and what less."""
    one, two = (list(value) if isinstance(value, list) else [] for value in (before, after))
    return [entry for entry in two if entry not in one], [entry for entry in one if entry not in two]


def _listed(key: str, before: object, after: object) -> list[str]:
    phrases = []
    for entries, phrase in zip(_parts(before, after), LISTS[key], strict=True):
        if entries:
            phrases.append(phrase.format(words.listed(map(str, entries))))
    return phrases


def _area(before: object, after: object) -> list[str]:
    come, gone = (words.listed(map(str, entries)) if entries else "" for entries in _parts(before, after))
    return [f"patients of {come} count too"] * bool(come) + [f"patients of {gone} do not count"] * bool(gone)


def _rules(before: object, after: object) -> list[str]:
    come, gone = (words.listed(map(_rule, entries)) if entries else "" for entries in _parts(before, after))
    told = [f"there must be {come}"] * bool(come)
    return told + [f"there need not be {gone}"] * bool(gone)


def _rule(rule: object) -> str:
    """A requirement in a few words: one in Kent."""
    keys = dict(rule) if isinstance(rule, Mapping) else {}
    least, most = keys.pop("at_least", 0), keys.pop("at_most", None)
    places = [str(values[0] if isinstance(values, list) else values) for values in keys.values()]
    number = NUMBERS.get(least, str(least)) if least else f"at most {most}"
    return f"{number} in {words.listed(places)}"


def _weight(name: str) -> Teller:
    return lambda before, after: f"the weight of the {name} is {after:g}, not {before:g}"


EXACT: Mapping[str, Teller] = {
    "travel.period": lambda a, b: f"journeys {PERIODS.get(str(b), b)}, not {PERIODS.get(str(a), a)}",
    "travel.door_to_door_min": lambda a, b: f"every journey takes {b:g} minutes more, not {a:g}",
    "demand.model": lambda a, b: f"patients are counted as {COUNTED[str(b)]}, not as {COUNTED[str(a)]}",
    "demand.own": lambda _, b: f"the referrals are those of {PurePath(str(b)).name if b else 'the data set'}",
    "demand.deprivation": lambda a, b: f"a patient of the most deprived tenth weighs {b:g} more, not {a:g}",
    "demand.no_car": lambda a, b: f"a patient without a car weighs {b:g} more, not {a:g}",
    "access.standard_min": lambda a, b: f"the standard is {b:g} minutes, not {a:g}",
    **{f"siting.weights.{term}": _weight(name) for term, name in words.TERMS_IN_WORDS.items()},
    "siting.open": lambda a, b: f"{b} new clinic{'s' if b != 1 else ''}, not {a}",
    "siting.unverified_sites": lambda _, b: UNVERIFIED[str(b)],
    "siting.variation": lambda a, b: f"the spread is the {SPREADS[str(b)]}, not the {SPREADS[str(a)]}",
}
