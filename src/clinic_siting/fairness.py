"""Who gains: every measure today and with the plan, for everyone and group by group."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from clinic_siting import measures
from clinic_siting.tables import Access, FloatArray, Measures, same_labels

EVERYONE = "everyone"
MINUTES, SHARE, INDEX = "minutes", "share of patients", "0 to 1"
SPREAD: dict[str, tuple[Callable[..., FloatArray], str]] = {
    "mean": (measures.mean, MINUTES),
    "sd": (measures.sd, MINUTES),
    "mad": (measures.mad, MINUTES),
    "gini": (measures.gini, INDEX),
    "p90": (measures.p90, MINUTES),
    "worst_tenth": (measures.worst_tenth, MINUTES),
    "max": (measures.maximum, MINUTES),
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
) -> Measures:
    """Measures before and after the plan, for everyone and for each group of zones.

    Parameters
    ----------
    today, planned
        Access before and after, on the same zones.
    demand
        Cases a year (or people) by zone.
    groups
        On the zones' index, one column a grouping (``alliance_name``, ``imd_decile`` …).
    bands_min
        Thresholds in minutes whose shares are reported beside the standard's.

    Returns
    -------
    Measures with a further column ``grouping`` (the column of ``groups``, or ``everyone``).
    Coverage counts zones within the standard; ``within_t`` zones within t minutes, inclusive.

    Raises
    ------
    TableError
        Where the labels of the inputs differ.
    """
    for other in (planned.table.index, demand.index, groups.index):
        same_labels(today.table.index, other, "measures")
    bands = tuple(bands_min)
    parts = [
        _rows(today.table, planned.table, demand, bands).assign(grouping=EVERYONE, group=EVERYONE),
        *(_gap_row(today, planned, demand, groups[column]) for column in map(str, groups.columns)),
    ]
    for column in map(str, groups.columns):
        for group, members in groups.groupby(column, observed=True).groups.items():
            rows = _rows(today.table.loc[members], planned.table.loc[members], demand[members], bands)
            keep = rows["measure"].isin(OF_GROUPS) | (rows["unit"] == SHARE)
            parts.append(rows[keep].assign(grouping=column, group=str(group)))
    table = pd.concat(parts, ignore_index=True)
    return Measures(table[["grouping", "group", "measure", "today", "planned", "change", "unit"]])


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
    today: pd.DataFrame, planned: pd.DataFrame, demand: pd.Series, bands: tuple[float, ...]
) -> pd.DataFrame:
    if demand.sum() <= 0:  # nobody lives here who would travel: there is nothing to compare
        return _frame([])
    rows: list[tuple[str, float, float, str]] = [
        (name, float(of(today["minutes"], demand)), float(of(planned["minutes"], demand)), unit)
        for name, (of, unit) in SPREAD.items()
    ]
    rows.append(
        (
            "coverage",
            float(measures.coverage(today["covered"], demand)),
            float(measures.coverage(planned["covered"], demand)),
            SHARE,
        )
    )
    for band in bands:
        before, after = today["minutes"] <= band, planned["minutes"] <= band
        name = f"within_{band:g}"
        rows.append(
            (name, float(measures.coverage(before, demand)), float(measures.coverage(after, demand)), SHARE)
        )
    return _frame(rows)


def _gap_row(today: Access, planned: Access, demand: pd.Series, group: pd.Series) -> pd.DataFrame:
    before, after = (measures.group_gap(access.minutes, demand, group) for access in (today, planned))
    name = f"{str(group.name).removesuffix('_name')}_gap"
    return _frame([(name, before, after, MINUTES)]).assign(grouping=EVERYONE, group=EVERYONE)


def _frame(rows: list[tuple[str, float, float, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["measure", "today", "planned", "unit"])
    # Two infinite figures (no route before or after) are no change, not an undefined one.
    same = (table["today"] == table["planned"]).to_numpy(dtype=bool)
    before, after = table["today"].to_numpy(dtype=float), table["planned"].to_numpy(dtype=float)
    change = np.subtract(after, before, out=np.zeros(len(table)), where=~same)
    return table.assign(change=change)
