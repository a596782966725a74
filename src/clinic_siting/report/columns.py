"""What every column of every file means, with its unit and what kind of figure it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from clinic_siting.report.data import ASSUMED, MODELLED, OBSERVED
from clinic_siting.report.dictionary import COLUMNS, MINUTES, OF_ROW, PATIENTS, SHARE, Meaning

WHEN = ("today", "planned", "change")
COUNTED = ("cases", "demand", "patients")


def _when(unit: str, text: str = "") -> dict[str, Meaning]:
    """Today, planned and change in a unit."""
    return {name: Meaning(text or COLUMNS[name].text, unit, MODELLED) for name in WHEN}


SHARE_OF_DRAWS = {"share": Meaning("Share of the draws", SHARE, MODELLED)}
# What a column means in one table, where that is not what it means everywhere.
IN_TABLE: Mapping[str, Mapping[str, Meaning]] = {
    "measures": _when(OF_ROW),
    "alliances": {
        **_when(OF_ROW),
        "about": Meaning("measure, local authority (mean journey) or clinic (patients)"),
        "item": Meaning("Which measure, authority or clinic"),
    },
    "unweighted": {
        **_when(OF_ROW),
        "today_unweighted": Meaning("Today, without the weights on demand", OF_ROW, MODELLED),
        "planned_unweighted": Meaning("With the plan, without the weights on demand", OF_ROW, MODELLED),
    },
    "gains_by_alliance": _when(MINUTES),
    "gains_by_authority": _when(MINUTES),
    "s_curve": {
        name: Meaning(f"Share of patients within so many minutes, {when}", SHARE, MODELLED)
        for name, when in (("today", "today"), ("planned", "with the plan"))
    },
    "supply": {"supply": Meaning("Places a year for each patient within reach", "ratio", MODELLED)},
    "worlds": {"best_score": Meaning("Score of the set that leads there", "share of today", MODELLED)},
    "fronts": {"against": Meaning("The measure that stands against the average journey")},
    "speed_draws": SHARE_OF_DRAWS,
    "demand_draws": SHARE_OF_DRAWS,
    "demand": {
        "imd_decile": Meaning("Deprivation tenth of England, 1 = most deprived", "tenth", OBSERVED),
        "rural_urban": Meaning("Rural or urban"),
    },
    "sites_in_play": {
        "kind": Meaning("acute: acute hospital; cdc: community diagnostic centre"),
        "status": Meaning("existing: open today; candidate: may open"),
        "catchment": Meaning("Served alone by the site; empty: everyone"),
        "has_cdc": Meaning("Whether a community diagnostic centre is there", "1 or 0", OBSERVED),
        "services": Meaning("Services that are listed for it"),
        "note": Meaning("What else is known"),
        "source": Meaning("Where it was read"),
    },
    "snaps": {
        "id": Meaning("Code of the small area or site"),
        "place": Meaning("zone or site"),
        "straight_m": Meaning("Straight line to where it joins the road", "metres", MODELLED),
        "minutes": Meaning("Way to the road: straight line × 1.3 at 20 km/h", MINUTES, ASSUMED),
        "road": Meaning("Kind of road that it joins"),
        "moved": Meaning("Whether it joins a farther road than the nearest", "true or false", MODELLED),
        "beyond": Meaning("Whether it is too far from any road", "true or false", MODELLED),
        "island": Meaning("Whether its road leads nowhere else", "true or false", MODELLED),
        "unreachable": Meaning("Whether no site can be reached", "true or false", MODELLED),
        "in_area": Meaning("Whether the scenario counts its patients", "true or false", ASSUMED),
    },
    "times": {
        "a column a site": Meaning("Minutes from the small area to each site, by car", MINUTES, MODELLED)
    },
    "plans": {
        "scenario": Meaning("The scenario"),
        "sites": Meaning("The sites that open, by name"),
        "site_ids": Meaning("Their codes"),
        "proven": Meaning("Whether no other set scores lower", "true or false", MODELLED),
        "sets": Meaning("Sets that were compared", "number", MODELLED),
        "closed": Meaning("Sites that close"),
    },
    "sites": {
        "chosen": Meaning("Whether the plan opens it", "true or false", MODELLED),
        "catchment": Meaning("Served alone by the site; empty: everyone"),
        "kind": Meaning("acute: acute hospital; cdc: community diagnostic centre"),
        "best_score": Meaning("Score of the best set with the site", "share of today", MODELLED),
    },
}


@dataclass(frozen=True, slots=True)
class Counting:
    """How patients are counted in a run.

    Attributes
    ----------
    unit
        Of demand: ``cases a year``, ``people`` or ``referrals a year``.
    status
        What kind of figure that is.
    """

    unit: str
    status: str

    @classmethod
    def of(cls, unit: str) -> "Counting":
        """Expected cases are modelled; residents and a planner's own referrals were counted."""
        return cls(unit, MODELLED if unit.startswith("cases") else OBSERVED)


def counted(meaning: Meaning, column: str, counting: Counting) -> Meaning:
    """A column of patients with its unit; which clinic they go to is modelled whoever counted them."""
    status = counting.status if column in COUNTED else MODELLED
    return replace(meaning, unit=counting.unit, status=status)


def meaning_of(table: str, column: str, counting: Counting) -> Meaning:
    """What a column of a table holds.

    Parameters
    ----------
    table
        The file's stem, or the name of a layer.
    column
        Its name; in a comparison with the scenario before it (``peak: today``).
    counting
        How patients are counted.

    Returns
    -------
    Its meaning; of an unknown column an empty one.
    """
    plain = column.rpartition(": ")[2]
    here = IN_TABLE.get(table, {})
    found = here.get(plain) or COLUMNS.get(plain, Meaning(""))
    if found.unit == PATIENTS:
        found = counted(found, plain, counting)
    if found.unit == OF_ROW:  # such a table has a column `status` too
        found = replace(found, status=OF_ROW)
    scenario = column.rpartition(": ")[0]
    return replace(found, text=f"{found.text}, scenario {scenario}") if scenario else found


def columns_explained(tables: Mapping[str, Iterable[str]], counting: Counting) -> pd.DataFrame:
    """The data dictionary of a folder.

    Parameters
    ----------
    tables
        File name → its columns, those of its index too.
    counting
        How patients are counted.

    Returns
    -------
    Index ``file``; ``column``, ``meaning``, ``unit``, ``status`` (observed, modelled, assumed; empty for
    names and codes).
    """
    rows = []
    for file in sorted(tables):
        for column in tables[file]:
            meaning = meaning_of(file.partition(".")[0], column, counting)
            rows.append((file, column, meaning.text, meaning.unit, meaning.status))
    return pd.DataFrame(rows, columns=["file", "column", "meaning", "unit", "status"]).set_index("file")


def columns_of(table: pd.DataFrame) -> list[str]:
    """Names of a table's columns as a file has them, its index first where it has a name."""
    index = [str(name) for name in table.index.names if name is not None]
    return [*index, *map(str, table.columns)]
