"""Every measure today and with the plan, for everyone and group by group."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from clinic_siting import measures
from clinic_siting.tables import Access, FloatArray, Measures, same_labels

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
    rows = [_rows(today.table, planned.table, demand, bands, tuple(SPREAD))]
    rows += [_between(today, planned, demand, groups[column]) for column in map(str, groups.columns)]
    if DEPRIVATION in groups and demand.sum() > 0:
        rows.append(_gradient(today, planned, demand, groups[DEPRIVATION]))
    found = [table.assign(grouping=EVERYONE, group=EVERYONE) for table in rows]
    for column in map(str, groups.columns):
        for group, members in groups.groupby(column, observed=True).groups.items():
            of_group = _rows(
                today.table.loc[members], planned.table.loc[members], demand[members], bands, OF_GROUPS
            )
            found.append(of_group.assign(grouping=column, group=str(group)))
    for grouping, split in parts.items():
        for group in split:
            of_group = _rows(today.table, planned.table, split[group], bands, OF_GROUPS)
            found.append(of_group.assign(grouping=grouping, group=str(group)))
    table = pd.concat(found, ignore_index=True).assign(status=MODELLED)
    return Measures(table[["grouping", "group", "measure", "today", "planned", "change", "unit", "status"]])


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


def _rows(
    today: pd.DataFrame,
    planned: pd.DataFrame,
    demand: pd.Series,
    bands: tuple[float, ...],
    names: tuple[str, ...],
) -> pd.DataFrame:
    if demand.sum() <= 0:  # nobody lives here who would travel: there is nothing to compare
        return _frame([])
    rows: list[tuple[str, float, float, str]] = []
    for name in names:
        of, unit = SPREAD[name]
        rows.append((name, float(of(today["minutes"], demand)), float(of(planned["minutes"], demand)), unit))
    within = {"coverage": (today["covered"], planned["covered"])}
    within |= {f"within_{band:g}": (today["minutes"] <= band, planned["minutes"] <= band) for band in bands}
    rows += [
        (name, float(measures.coverage(before, demand)), float(measures.coverage(after, demand)), SHARE)
        for name, (before, after) in within.items()
    ]
    return _frame(rows)


def _between(today: Access, planned: Access, demand: pd.Series, group: pd.Series) -> pd.DataFrame:
    """Compare the groups with each other: the gap, and the part of Theil's T that lies between them."""
    if demand.sum() <= 0:
        return _frame([])
    name = str(group.name).removesuffix("_name")
    gap = [measures.group_gap(access.minutes, demand, group) for access in (today, planned)]
    theil = [measures.theil_between(access.minutes, demand, group) for access in (today, planned)]
    return _frame(
        [(f"{name}_gap", gap[0], gap[1], MINUTES), (f"{name}_theil_between", theil[0], theil[1], "nats")]
    )


def _gradient(today: Access, planned: Access, demand: pd.Series, tenths: pd.Series) -> pd.DataFrame:
    before, after = (measures.inequality_gradient(a.minutes, demand, tenths) for a in (today, planned))
    return _frame(
        [
            ("slope_index", before.slope, after.slope, MINUTES),
            ("relative_index", before.relative, after.relative, RATIO),
        ]
    )


def _frame(rows: list[tuple[str, float, float, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["measure", "today", "planned", "unit"])
    # Two infinite figures (no route before or after) are no change, not an undefined one.
    same = (table["today"] == table["planned"]).to_numpy(dtype=bool)
    before, after = table["today"].to_numpy(dtype=float), table["planned"].to_numpy(dtype=float)
    change = np.subtract(after, before, out=np.zeros(len(table)), where=~same)
    return table.assign(change=change)
