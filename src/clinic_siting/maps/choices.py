"""What a reader can choose between: sets, what they cost in minutes, what closes, other worlds."""

from typing import Any

import numpy as np
import pandas as pd

from clinic_siting.maps.data import MapData
from clinic_siting.maps.encode import column, whole_minutes
from clinic_siting.siting.front import listed_front
from clinic_siting.tables import FloatArray, IntArray

# Sets of two are all carried; with more sites to open there are too many, and the best will do.
MOST_SETS = {1: 100_000, 2: 100_000}
MOST_LARGER_SETS = 500
RANKED = ("mean", "sd", "mad", "gini", "worst_tenth", "coverage", "alliance_gap")
NOWHERE = 2**16 - 1
# A front is told against the spread that the config names, and against the worst tenth.
WORST = "worst_tenth"


def steps(data: MapData, minutes: FloatArray) -> IntArray:
    """Minutes as the page counts them, exact about the classes and the standard."""
    return whole_minutes(minutes, (*data.bands_min, data.standard_min))


def saves(data: MapData) -> dict[str, Any]:
    """Minutes to each candidate of the sets carried, for zones nearer to it than to what stays open."""
    staying = data.sites.existing.intersection(data.times.site_id).difference(list(_closable(data)))
    today = data.today.minutes.to_numpy()
    if _closable(data):
        today = data.times.to(staying).min(axis=1, initial=np.inf)
    starts, zones, minutes = [0], [], []
    needed = data.times.site_id.isin({site for ids in _kept(data)["sites"] for site in ids})
    for j, own in enumerate(data.times.minutes.T):
        nearer = np.flatnonzero(own < today) if needed[j] else np.array([], dtype=int)
        zones.append(nearer)
        minutes.append(steps(data, own[nearer]))
        starts.append(starts[-1] + len(nearer))
    count = len(data.zones.zone_id)
    return {
        "start": column(np.array(starts), "u4"),
        "zone": column(np.concatenate(zones), "u2" if count < NOWHERE else "u4"),
        "minutes": column(np.concatenate(minutes), "u2"),
    }


def _kept(data: MapData) -> pd.DataFrame:
    return data.ranking.head(MOST_SETS.get(len(data.plan.chosen), MOST_LARGER_SETS))


def _closed(data: MapData) -> list[tuple[str, ...]]:
    """Existing sites that close with each of the sets carried."""
    kept = _kept(data)
    return [tuple(ids) for ids in kept["closed"]] if "closed" in kept else [()] * len(kept)


def _closable(data: MapData) -> set[str]:
    return {site for ids in _closed(data) for site in ids}


def existing_minutes(data: MapData, position: dict[str, int]) -> list[tuple[int, dict[str, str]]]:
    """Minutes to every clinic of today, where some set closes one of them; else nothing needs them."""
    if not _closable(data):
        return []
    existing = data.sites.existing.intersection(data.times.site_id)
    return [(position[site], column(steps(data, data.times.to([site])[:, 0]), "u2")) for site in existing]


def moved_on(data: MapData) -> bool:
    """Whether the plan sends anyone past the nearest open clinic, as limits on clinics do."""
    first = [tuple(sorted(ids)) for ids in data.ranking["sites"]].index(data.plan.chosen)
    closed = data.ranking["closed"].iloc[first] if "closed" in data.ranking else ()
    staying = data.sites.existing.intersection(data.times.site_id).difference(list(closed))
    nearest = data.times.to([*staying, *data.plan.chosen]).min(axis=1)
    planned = data.planned.minutes.to_numpy()
    finite = np.isfinite(nearest)
    return not np.allclose(nearest[finite], planned[finite], atol=1e-6)


def ranking(data: MapData, position: dict[str, int]) -> dict[str, Any]:
    """Sets with their exact measures, so that a reader's weights give the package's scores."""
    size = len(data.plan.chosen)
    kept = _kept(data)
    sets = np.array([[position[s] for s in sorted(ids)] for ids in kept["sites"]], dtype=np.int64)
    return {
        "size": size,
        "sites": column(sets, "u2"),
        "closed": {row: [position[site] for site in ids] for row, ids in enumerate(_closed(data)) if ids},
        **{name: column(kept[name].to_numpy(dtype=float), "f8") for name in RANKED},
    }


def fronts(data: MapData) -> dict[str, list[int]]:
    """Rows of the ranking that no other set beats at both the mean and another measure, mean rising.

    Empty where not every set is ranked and carried: then nobody knows the whole front.
    """
    if not data.all_ranked or len(_kept(data)) < len(data.ranking):
        return {}
    closed = _closed(data)
    rows = {(tuple(sites), closed[k]): k for k, sites in enumerate(data.ranking["sites"])}
    found = {}
    for against in (data.variation, WORST):
        points = listed_front(data.ranking, against).points
        shut = points["closed"] if "closed" in points else [()] * len(points)
        found[against] = [
            rows[tuple(sites), tuple(ids)] for sites, ids in zip(points["sites"], shut, strict=True)
        ]
    return found


def worlds(data: MapData, position: dict[str, int]) -> list[dict[str, Any]] | None:
    """How the plan fares in other worlds of travel, or None where nobody tried."""
    if data.robustness is None:
        return None
    table = data.robustness
    return [
        {
            "scenario": str(table["scenario"].iloc[k]),
            "kind": str(table["kind"].iloc[k]) if "kind" in table else "",
            "mean": float(table["mean"].iloc[k]),
            "rank": int(table["rank"].iloc[k]),
            "regret": float(table["regret"].iloc[k]),
            "best": [position[site] for site in table["best"].iloc[k] if site in position],
        }
        for k in range(len(table))
    ]
