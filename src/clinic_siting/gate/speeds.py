"""Speeds before they are trusted: km/h that are km/h, and no figure that no road has."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clinic_siting.gate.findings import Check, Finding
from clinic_siting.tables.checks import numbers

# Between these lies the median speed of either table; in metres a second it is 3.6 times lower. Roads that
# were observed may all be of an inner city.
LIKELY_KPH = {"speeds": (15.0, 140.0), "observed": (10.0, 140.0)}
# No single figure lies outside these: a link that takes no time would draw everybody through it.
KEYS = ("road_class", "setting", "carriageway", "authority", "road", "period")
POSSIBLE_KPH = (1.0, 200.0)
POSSIBLE_RATIO = (0.0, 20.0)
POSSIBLE_FACTOR = (0.05, 20.0)


def check_speeds(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Check the tables from which a link's minutes follow.

    Parameters
    ----------
    tables
        As in :class:`~clinic_siting.tables.SpeedTables`, by name; those that are there are checked.
    """
    findings = []
    for name, table in tables.items():
        unit = _unit(name, table) if name in LIKELY_KPH else None
        findings += [] if unit is None else [unit]
        if unit is None or unit.light == "green":
            findings.append(_figures(name, table))
    return findings


def _unit(name: str, table: pd.DataFrame) -> Finding:
    low, high = LIKELY_KPH[name]
    typical = float(np.median(numbers(table["kph"]))) if len(table) else (low + high) / 2
    return Check(
        name, "kph looks like another unit than km/h", "speeds are km/h", "give speeds in km/h"
    ).judge([f"half of the rows are below {typical:.3g}"] if not low < typical < high else ())


def _figures(name: str, table: pd.DataFrame) -> Finding:
    """Rows with a figure that no road has, each named by its keys."""
    key = [column for column in KEYS if column in table]
    rows = []
    for column, (low, high) in _possible(name, table).items():
        figures = numbers(table[column])
        wrong = (figures < low) | (figures > high)
        for label, figure in zip(table.loc[wrong, key].itertuples(index=False), figures[wrong], strict=True):
            rows.append(f"{' '.join(map(str, label))}: {column} {figure:g}, not from {low:g} to {high:g}")
    return Check(
        name,
        "{n} figure(s) that no road has",
        "every figure is one that roads have",
        "correct the figures: km/h, and factors of what is usual",
    ).judge(rows)


def _possible(name: str, table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    if name in LIKELY_KPH:
        return {"kph": POSSIBLE_KPH}
    if name == "periods":
        known = {"delay_ratio": POSSIBLE_RATIO, "fitted_ratio": POSSIBLE_FACTOR}
        return {column: bounds for column, bounds in known.items() if column in table}
    return dict.fromkeys(table.columns.difference([*KEYS, "authority_name"]), POSSIBLE_FACTOR)
