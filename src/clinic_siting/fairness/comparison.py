"""Every measure today and with the plan, for everyone and group by group."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting import measures
from clinic_siting.tables import Access, BoolArray, FloatArray, IntArray, Measures, same_labels

# Measure, its value today and with the plan, unit.
Row = tuple[str, float, float, str]
EVERYONE = "everyone"
DEPRIVATION = "imd_decile"
MINUTES, SHARE, INDEX, RATIO = "minutes", "share of patients", "0 to 1", "ratio"
# Minutes come from a model of the roads, so whatever is made of them does too.
MODELLED = "modelled"
SPREAD: dict[str, tuple[Callable[..., FloatArray], str]] = {
    "mean": (measures.mean, MINUTES),
    "median": (measures.median, MINUTES),
    "sd": (measures.sd, MINUTES),
    "mad": (measures.mad, MINUTES),
    "gini": (measures.gini, INDEX),
    "p90": (measures.p90, MINUTES),
    "p95": (measures.p95, MINUTES),
    "worst_tenth": (measures.worst_tenth, MINUTES),
    "max": (measures.maximum, MINUTES),
    "cv": (measures.cv, RATIO),
    "theil": (measures.theil, "nats"),
    "atkinson": (measures.atkinson, INDEX),
    "palma": (measures.palma, RATIO),
}
# Within a group of a few areas the ranked measures say little; these are what a reader compares.
OF_GROUPS = ("mean", "mad", "p90")


def compare_access(
    today: Access,
    planned: Access,
    demand: pd.Series,
    *,
    groups: pd.DataFrame,
    bands_min: Iterable[float],
    parts: Mapping[str, pd.DataFrame] | None = None,
) -> Measures:
    """Measures before and after the plan, for everyone and for each group of patients.

    Parameters
    ----------
    today, planned
        Access before and after, on the same zones.
    demand
        Cases a year (or people) by zone.
    groups
        On the zones' index, one column a grouping of whole zones (``alliance_name``,
        ``imd_decile`` …). Each gives a gap between its groups and Theil's part between them;
        ``imd_decile`` also the slope and relative index of inequality.
    bands_min
        Thresholds in minutes whose shares are reported beside the standard's.
    parts
        Groupings that cut through zones (``age``, ``car``): demand, zones × groups.

    Returns
    -------
    Measures with further columns ``grouping`` (a column of ``groups``, a key of ``parts``, or
    ``everyone``) and ``status``. Coverage counts zones within the standard; ``within_t`` zones
    within t minutes, inclusive.

    Raises
    ------
    TableError
        Where the labels of the inputs differ.
    """
    parts = parts or {}
    for other in (planned.table.index, demand.index, groups.index, *(p.index for p in parts.values())):
        same_labels(today.table.index, other, "measures")
    bands = tuple(bands_min)
    before, after = (_Journeys.of(access) for access in (today, planned))
    weights = demand.to_numpy(dtype=float)
    rows = _rows(before, after, weights, bands, tuple(SPREAD))
    for column in map(str, groups.columns):
        rows += _between(today, planned, demand, groups[column])
    if DEPRIVATION in groups and demand.sum() > 0:
        rows += _gradient(today, planned, demand, groups[DEPRIVATION])
    found = [(EVERYONE, EVERYONE, *row) for row in rows]
    for column in map(str, groups.columns):
        grouped = groups.groupby(column, observed=True)
        for group in grouped.groups:
            members = np.asarray(grouped.indices[group])
            rows = _rows(before.at(members), after.at(members), weights[members], bands, OF_GROUPS)
            found += [(column, str(group), *row) for row in rows]
    for grouping, split in parts.items():
        for group in split:
            rows = _rows(before, after, split[group].to_numpy(dtype=float), bands, OF_GROUPS)
            found += [(grouping, str(group), *row) for row in rows]
    return Measures(_table(found))


def headline(table: pd.DataFrame, column: str) -> dict[str, float]:
    """The measures of everyone as plain numbers.

    Parameters
    ----------
    table
        ``Measures.table``.
    column
        ``today`` or ``planned``.
    """
    rows = table[table["grouping"] == EVERYONE]
    return {str(name): float(value) for name, value in zip(rows["measure"], rows[column], strict=True)}


@dataclass(frozen=True, slots=True, eq=False)
class _Journeys:
    """Minutes and whether they are within the standard, shape (n_zones,) each."""

    minutes: FloatArray
    covered: BoolArray

    @classmethod
    def of(cls, access: Access) -> "_Journeys":
        table = access.table
        return cls(table["minutes"].to_numpy(dtype=float), table["covered"].to_numpy(dtype=bool))

    def at(self, zones: IntArray) -> "_Journeys":
        return _Journeys(self.minutes[zones], self.covered[zones])


def _rows(
    today: _Journeys, planned: _Journeys, demand: FloatArray, bands: tuple[float, ...], names: tuple[str, ...]
) -> list[Row]:
    if demand.sum() <= 0:  # nobody lives here who would travel: there is nothing to compare
        return []
    rows: list[Row] = []
    for name in names:
        of, unit = SPREAD[name]
        rows.append((name, float(of(today.minutes, demand)), float(of(planned.minutes, demand)), unit))
    within = {"coverage": (today.covered, planned.covered)}
    within |= {f"within_{band:g}": (today.minutes <= band, planned.minutes <= band) for band in bands}
    return rows + [
        (name, float(measures.coverage(before, demand)), float(measures.coverage(after, demand)), SHARE)
        for name, (before, after) in within.items()
    ]


def _between(today: Access, planned: Access, demand: pd.Series, group: pd.Series) -> list[Row]:
    """Compare the groups with each other: the gap, and the part of Theil's T that lies between them."""
    if demand.sum() <= 0:
        return []
    name = str(group.name).removesuffix("_name")
    gap = [measures.group_gap(access.minutes, demand, group) for access in (today, planned)]
    theil = [measures.theil_between(access.minutes, demand, group) for access in (today, planned)]
    return [(f"{name}_gap", gap[0], gap[1], MINUTES), (f"{name}_theil_between", theil[0], theil[1], "nats")]


def _gradient(today: Access, planned: Access, demand: pd.Series, tenths: pd.Series) -> list[Row]:
    before, after = (measures.inequality_gradient(a.minutes, demand, tenths) for a in (today, planned))
    return [
        ("slope_index", before.slope, after.slope, MINUTES),
        ("relative_index", before.relative, after.relative, RATIO),
    ]


def _table(rows: list[tuple[str, str, str, float, float, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["grouping", "group", "measure", "today", "planned", "unit"])
    # Two infinite figures (no route before or after) are no change, not an undefined one.
    same = (table["today"] == table["planned"]).to_numpy(dtype=bool)
    before, after = table["today"].to_numpy(dtype=float), table["planned"].to_numpy(dtype=float)
    change = np.subtract(after, before, out=np.zeros(len(table)), where=~same)
    table = table.assign(change=change, status=MODELLED)
    return table[["grouping", "group", "measure", "today", "planned", "change", "unit", "status"]]
