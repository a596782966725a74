"""Sentences that a page opens with and that stand where no script runs."""

from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.maps import names
from clinic_siting.maps.data import MapData

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# Its acute services carry the network; what a plan takes from it is the first question of every reader.
LEAD_TRUST = "Royal Marsden"
VARIATION_WORDS = {
    "mad": "mean absolute deviation",
    "sd": "standard deviation",
    "gini": "Gini coefficient",
}


def title_of(data: MapData) -> str:
    """The title, or what can be said without one.

    Examples
    --------
    A plan of two sites without a title: “Two more clinics”.
    """
    count = len(data.plan.chosen)
    number = COUNTS[count] if count < len(COUNTS) else str(count)
    return data.title or f"{number.capitalize()} more clinic{'s' if count != 1 else ''}"


def listed(parts: Iterable[str]) -> str:
    """Join as in a sentence.

    Examples
    --------
    >>> listed(["North Kent", "Colchester", "Hastings"])
    'North Kent, Colchester and Hastings'
    """
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def headline(data: MapData) -> tuple[str, str]:
    """What is proposed, and what it does: the two halves of the page's first line."""
    planned = planned_measures(data)
    # From south to north, as the page's script lists them.
    chosen = data.sites.table.loc[list(data.plan.chosen)].sort_values("lat", kind="stable")
    sites = listed(names.place_of(str(name)) for name in chosen["name"])
    if len(closed := planned.get("closed", ())):
        shut = listed(names.short_of(data.sites.name_of(site)) for site in closed)
        sites += f"; {shut} {'closes' if len(closed) == 1 else 'close'}"
    before, after = data.today_measures, planned
    journey = _moves(before["mean"], after["mean"], "falls", "rises")
    share = _moves(100 * before["coverage"], 100 * after["coverage"], "falls", "rises", " %")
    return (
        f"{title_of(data)}: {sites}.",
        f"The average journey {journey} minutes; the share within {data.standard_min:g} minutes {share}.",
    )


def planned_measures(data: MapData) -> pd.Series:
    """The ranking's row of the plan."""
    here = [tuple(sorted(ids)) == data.plan.chosen for ids in data.ranking["sites"]]
    return data.ranking[here].iloc[0]


def _moves(before: float, after: float, down: str, up: str, unit: str = "") -> str:
    if not np.isfinite(before):
        return f"comes to {round(float(after))}{unit}"
    low, high = round(float(before)), round(float(after))
    if low == high:
        return f"stays at {low}{unit}"
    return f"{down if high < low else up} from {low}{unit} to {high}{unit}"


def method_of(data: MapData) -> list[str]:
    """What was done, told from the data itself, where the caller gives no sentences of its own."""
    people = float(data.zones.table["population"].sum())
    candidates = len(data.sites.candidates.intersection(data.times.site_id))
    weights = {words: data.weights.get(term, 0) for term, words in _term_words(data).items()}
    terms = {words: weight for words, weight in weights.items() if weight > 0}
    limited = data.sites.table.loc[data.times.site_id]
    limited = limited[(limited["catchment"] != "") & (limited["status"] == "existing")]
    rule = "".join(
        f"; {names.short_of(name)} serves {area} only"
        for name, area in zip(limited["name"], limited["catchment"], strict=True)
    )
    sets = "pairs" if len(data.plan.chosen) == 2 else "sets"
    total = data.ranking_total or len(data.ranking)
    shares = (
        "in equal parts"
        if len(set(terms.values())) == 1
        else f"weighed {listed(map('{:g}'.format, terms.values()))}"
    )
    parts = "" if len(terms) < 2 else f", {shares}"
    expected = (
        f"{len(data.zones.zone_id):,} small areas hold {people / 1e6:.1f} million people and "
        f"{float(_patients(data).sum()):,.0f} {data.demand_unit} in all."
    )
    return [
        expected,
        f"Journeys are by car, one way, on the road network: {data.period}.",
        f"Everyone goes to the nearest clinic{rule}.",
        f"{total:,} {sets} of {candidates} candidates were compared.",
        f"The plan has the lowest score: {listed(terms)}, each against today{parts}.",
        *_unweighted(data),
    ]


def _patients(data: MapData) -> pd.Series:
    return data.demand if data.patients is None else data.patients


def _unweighted(data: MapData) -> list[str]:
    """Where some patients count for more in every figure, what the average is with each counted once."""
    if data.patients is None:
        return []
    weight = data.patients.reindex(data.zones.zone_id).to_numpy()
    before, after = (
        float(np.average(access.minutes.to_numpy(), weights=weight)) for access in (data.today, data.planned)
    )
    counted_once = f"the average journey {_moves(before, after, 'falls', 'rises')} minutes"
    return [
        f"Some patients count for more, as the scenario asks; with every patient counted once {counted_once}."
    ]


def _term_words(data: MapData) -> dict[str, str]:
    return {
        "mean": "average journey",
        "variation": f"spread between patients ({VARIATION_WORDS[data.variation]})",
        "worst_tenth": "average of the worst tenth",
        "beyond_standard": f"share beyond {data.standard_min:g} minutes",
        "alliance_gap": "gap between alliances",
    }


def refuse_missing_shapes(codes: list[str]) -> NoReturn:
    """Refuse a map that would leave areas blank.

    Raises
    ------
    TableError
        Always, with the areas' codes.
    """
    raise TableError(f"map: {len(codes)} area(s) have no shape in the boundaries.", codes)


def lead_trust(data: MapData) -> str:
    """The trust whose load readers ask about first, or nothing where it plays no part."""
    playing = data.sites.table.loc[data.times.site_id]
    if "trust" not in playing:
        return ""
    found = playing.loc[playing["trust"].fillna("").str.contains(LEAD_TRUST, regex=False), "trust"]
    return "" if found.empty else str(found.iloc[0])


def short_credit(credit: str) -> str:
    """Whose work the map shows, short enough for one line under it."""
    known = (
        ("OpenStreetMap", "© OpenStreetMap contributors"),
        ("Office for National Statistics", "Office for National Statistics"),
        ("Contains OS data", "OS data © Crown copyright and database right 2025"),
        ("GeoNames", "GeoNames"),
    )
    return " · ".join(short for sign, short in known if sign in credit)


def tables(data: MapData) -> dict[str, Any]:
    """The figures as rows of text, for readers without a script."""
    lead, effect = headline(data)
    planned = planned_measures(data)
    rows = [
        (name, f"{scale * data.today_measures[key]:.{digits}f}", f"{scale * planned[key]:.{digits}f}")
        for name, key, scale, digits in (
            ("Average journey, minutes", "mean", 1, 1),
            (
                f"Spread ({VARIATION_WORDS[data.variation]})",
                data.variation,
                1,
                3 if data.variation == "gini" else 1,
            ),
            ("Worst tenth, minutes", "worst_tenth", 1, 1),
            (f"Within {data.standard_min:g} minutes, %", "coverage", 100, 0),
            ("Gap between alliances, minutes", "alliance_gap", 1, 1),
        )
    ]
    columns = {
        "alliance_name": "By cancer alliance",
        "imd_decile": "By deprivation tenth (1 = most deprived)",
    }
    groups = [(caption, _group_rows(data, column)) for column, caption in columns.items()]
    return {
        "lead": lead,
        "effect": effect,
        "measures": rows,
        "groups": groups,
        "method": " ".join(data.method or method_of(data)),
        "caveats": " ".join(data.caveats),
        "credits": data.credits,
    }


def _group_rows(data: MapData, column: str) -> list[tuple[str, str, str]]:
    group = data.zones.table[column]
    rows = []
    for label in sorted(group.unique()):
        members = (group == label).to_numpy()
        weight = data.demand.to_numpy()[members]
        if weight.sum() <= 0:  # nobody here would travel
            continue
        before, after = (
            float(np.average(access.minutes.to_numpy()[members], weights=weight))
            for access in (data.today, data.planned)
        )
        rows.append((str(label), f"{before:.1f}", f"{after:.1f}"))
    return rows
