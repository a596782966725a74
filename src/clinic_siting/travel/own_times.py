"""A planner's own travel times (peak, public transport) in place of ours for the pairs they have."""

import difflib
from itertools import zip_longest

import numpy as np
import pandas as pd

from clinic_siting.errors import DataError
from clinic_siting.tables import FloatArray, TravelTimes
from clinic_siting.tables.checks import numbers

LONG_COLUMNS = ("zone_id", "site_id", "minutes")
DAY_MIN = 24 * 60
# Of so many unknown ids the nearest known one is looked for.
NEAREST_TOLD = 20
# Minutes by any way of travelling lie within this factor of our drive; seconds are 60 times as many.
UNLIKE_MINUTES = 20.0
# Below this a journey of ours is too short to judge one of theirs by: a bus may not come for an hour.
COMPARABLE_MIN = 5.0


def with_own_times(
    times: TravelTimes,
    table: pd.DataFrame,
    *,
    all_zones: pd.Index | None = None,
    all_sites: pd.Index | None = None,
) -> TravelTimes:
    """Travel times in which a planner's own minutes replace ours for the pairs they have.

    Parameters
    ----------
    times
        Ours.
    table
        Long (``zone_id``, ``site_id``, ``minutes``) or wide (``zone_id`` and a column a site);
        minutes from door to door, ``inf`` for no route, in a wide table blank for "no own time".
    all_zones, all_sites
        Ids that exist although these times do not have them (another area's); their pairs are
        left out.

    Returns
    -------
    TravelTimes
        On the same zones and sites.

    Raises
    ------
    DataError
        On a missing column, unknown ids, a pair given twice, minutes that are missing, negative
        or no numbers, or values that look like seconds or hours, all of them or some.
    """
    own = own_minutes(times, table, all_zones=all_zones, all_sites=all_sites)
    return TravelTimes(times.zone_id, times.site_id, np.where(np.isnan(own), times.minutes, own))


def own_minutes(
    times: TravelTimes,
    table: pd.DataFrame,
    *,
    all_zones: pd.Index | None = None,
    all_sites: pd.Index | None = None,
) -> FloatArray:
    """Sort a planner's own minutes into zones × sites.

    Parameters
    ----------
    times, table, all_zones, all_sites
        As in :func:`with_own_times`.

    Returns
    -------
    ndarray
        Shape (n_zones, n_sites); NaN where the planner has no time of their own.

    Raises
    ------
    DataError
        As in :func:`with_own_times`.
    """
    long = _as_long(table)
    if long.empty:
        raise DataError("own times: there are no minutes in the file; was it cut short?")
    unknown = {
        "zone": _unknown(long["zone_id"], times.zone_id, all_zones),
        "site": _unknown(long["site_id"], times.site_id, all_sites),
    }
    counts = [f"{len(ids):,} {what} id(s)" for what, ids in unknown.items() if ids]
    if counts:
        # Zones and sites by turns, so that the first few rows tell of both.
        rows = [name for pair in zip_longest(*unknown.values()) for name in pair if name]
        raise DataError(f"own times: {' and '.join(counts)} are not known.", rows)
    twice = long.duplicated(["zone_id", "site_id"])
    if twice.any():
        raise DataError(f"own times: {twice.sum():,} pair(s) occur more than once.", _pairs(long[twice]))
    minutes = _as_minutes(long)
    row = times.zone_id.get_indexer(pd.Index(long["zone_id"]))
    column = times.site_id.get_indexer(pd.Index(long["site_id"]))
    here = (row >= 0) & (column >= 0)
    own = np.full(times.minutes.shape, np.nan)
    own[row[here], column[here]] = minutes[here]
    _refuse_other_units(own, times)
    return own


def _as_long(table: pd.DataFrame) -> pd.DataFrame:
    table = table.reset_index() if table.index.name == "zone_id" else table
    if "zone_id" not in table or table.columns.size < 2:
        raise DataError(
            "own times: needs columns zone_id, site_id, minutes, or zone_id and one column a site.",
            [f"columns: {', '.join(map(str, table.columns))}"],
        )
    if set(LONG_COLUMNS) <= set(table.columns):
        long = table[list(LONG_COLUMNS)]
    else:
        if "minutes" in table or "site_id" in table:
            raise DataError(
                "own times: a long table needs zone_id, site_id and minutes; a column of them is missing.",
                [f"columns: {', '.join(map(str, table.columns))}"],
            )
        long = table.melt("zone_id", var_name="site_id", value_name="minutes")
        long = long[long["minutes"].notna()]
    return long.astype({"zone_id": str, "site_id": str}).reset_index(drop=True)


def _unknown(ids: pd.Series, ours: pd.Index, others: pd.Index | None) -> list[str]:
    """Ids that nobody knows, the first twenty with the nearest that somebody does."""
    known = ours if others is None else ours.union(others)
    rows = []
    for number, name in enumerate(pd.Index(ids.unique()).difference(known)):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.8) if number < NEAREST_TOLD else []
        rows.append(f"{name} (did you mean {near[0]}?)" if near else name)
    return rows


def _as_minutes(long: pd.DataFrame) -> FloatArray:
    minutes = numbers(long["minutes"])
    for what, wrong in {
        "missing or no number": np.isnan(minutes),
        "negative": minutes < 0,
        "longer than a day (seconds? a sentinel for no route?)": np.isfinite(minutes) & (minutes > DAY_MIN),
    }.items():
        if wrong.any():
            raise DataError(
                f"own times: {wrong.sum():,} value(s) are {what}.", _pairs(long[wrong]), of=int(wrong.sum())
            )
    return minutes


def _refuse_other_units(own: FloatArray, times: TravelTimes) -> None:
    ours = times.minutes
    compared = np.isfinite(own) & np.isfinite(ours) & (ours >= 1)
    if not compared.any():
        return
    ratio = float(np.median(own[compared] / ours[compared]))
    if ratio > UNLIKE_MINUTES:
        raise DataError(
            f"own times: typically {ratio:.0f} times ours, so they look like seconds; give minutes."
        )
    if ratio < 1 / UNLIKE_MINUTES:
        raise DataError(f"own times: typically {ratio:.3f} of ours, so they look like hours; give minutes.")
    # A column in seconds among others in minutes, or a number that stands for "no route".
    row, column = np.nonzero(compared & (ours >= COMPARABLE_MIN) & (own > UNLIKE_MINUTES * ours))
    if len(row):
        rows = [
            f"{times.zone_id[i]} → {times.site_id[j]}: {own[i, j]:g}, by our roads {ours[i, j]:.0f} minutes"
            for i, j in zip(row[:1000], column[:1000], strict=True)
        ]
        raise DataError(
            f"own times: {len(row):,} value(s) are more than {UNLIKE_MINUTES:.0f} times ours (seconds? a "
            "number for no route?); give minutes, and inf where there is no route.",
            rows,
            of=len(row),
        )


def _pairs(rows: pd.DataFrame) -> list[str]:
    # Spelt out as far as anyone may look.
    first = rows.head(1000)
    return [
        f"{zone} → {site}: {minutes}"
        for zone, site, minutes in zip(first["zone_id"], first["site_id"], first["minutes"], strict=True)
    ]
