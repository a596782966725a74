"""Who goes where: demand by site, and what happens where a site cannot take everyone.

A clinic with a largest volume takes its nearest patients first; those beyond it go to their next
nearest clinic with room. Every patient prefers the nearer clinic and every clinic the nearer
patient, so the outcome is the one stable matching of the two (Gale and Shapley, College
admissions and the stability of marriage, American Mathematical Monthly 69 (1962) 9–15).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from clinic_siting import measures
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.naming import refuse_unknown_sites
from clinic_siting.tables import FloatArray, IntArray

# Zones × sets looked at together: as many as a few hundred megabytes hold.
BLOCK = 4_000_000


def volumes_of(case: SitingCase, sets: IntArray) -> FloatArray:
    """Demand at each open site where everyone goes to the nearest; of equals, to the first by id.

    Parameters
    ----------
    case
        The case.
    sets
        Positions in ``case.sites.candidates``, shape (n_sets, n_open).

    Returns
    -------
        In the unit of demand, shape (n_sets, n_existing + n_open): the existing sites in the order
        of their ids, then the sites of the set.
    """
    counted, existing = case.counted, case.sites.existing
    demand = case.demand.to_numpy()[counted]
    times = case.times.to(case.sites.candidates)[counted].T
    position = case.times.site_id.get_indexer(case.sites.candidates)
    now = case.times.to(existing)[counted]
    nearest_now = now.argmin(axis=1) if len(existing) else np.zeros(len(demand), dtype=np.int64)
    minutes_now = now.min(axis=1, initial=np.inf)
    position_now = np.append(case.times.site_id.get_indexer(existing), len(case.times.site_id))[nearest_now]
    width = len(existing) + sets.shape[1]
    parts = []
    for first in range(0, len(sets), max(1, BLOCK // len(demand))):
        part = sets[first : first + max(1, BLOCK // len(demand))]
        best = np.tile(minutes_now, (len(part), 1))
        where = np.tile(position_now, (len(part), 1))
        owner = np.tile(nearest_now, (len(part), 1))
        for k in range(sets.shape[1]):
            minutes, here = times[part[:, k]], position[part[:, k]][:, None]
            nearer = (minutes < best) | ((minutes == best) & (here < where) & np.isfinite(minutes))
            best, where = np.where(nearer, minutes, best), np.where(nearer, here, where)
            owner = np.where(nearer, len(existing) + k, owner)
        owner = np.where(np.isfinite(best), owner, width)  # a column for those without a route
        cell = owner + np.arange(len(part))[:, None] * (width + 1)
        total = np.bincount(cell.ravel(), np.tile(demand, len(part)), minlength=len(part) * (width + 1))
        parts.append(total.reshape(len(part), width + 1)[:, :width])
    return np.concatenate(parts) if parts else np.empty((0, width))


def check_capacity(case: SitingCase, capacity: Mapping[str, float]) -> None:
    """Refuse capacities of sites that do not exist.

    Raises
    ------
    ConfigError
        Naming them.
    """
    words = "capacity: {} site(s) do not exist."
    refuse_unknown_sites(words, capacity, case.sites.table.index, case.sites)


def allocate(case: SitingCase, open_sites: Sequence[str], capacity: Mapping[str, float]) -> pd.DataFrame:
    """Send demand to the nearest open site with room.

    Parameters
    ----------
    case
        The case.
    open_sites
        Ids of all open sites.
    capacity
        Largest demand of a site, in the unit of demand; sites left out take everyone.

    Returns
    -------
        Columns ``zone_id``, ``site_id``, ``minutes``, ``demand``, and ``rank`` (0 = nearest, 1 = next
        nearest …), by zone and rank. A zone may be split between sites; demand without any room has
        an empty site and ``inf`` minutes.
    """
    sites = pd.Index(sorted(open_sites))
    zones = np.flatnonzero(case.counted)
    minutes = case.times.to(sites)[zones]
    order = np.argsort(minutes, axis=1, kind="stable")
    sorted_minutes = np.take_along_axis(minutes, order, axis=1)
    order = np.where(np.isfinite(sorted_minutes), order, len(sites))  # beyond it: nowhere
    nowhere = np.full((len(zones), 1), len(sites))
    order = np.hstack([order, nowhere])
    sorted_minutes = np.hstack([sorted_minutes, np.full((len(zones), 1), np.inf)])
    held = np.zeros(order.shape)
    held[:, 0] = case.demand.to_numpy()[zones]
    room = np.array([capacity.get(site, np.inf) for site in sites])
    while _push_on(held, order, sorted_minutes, room):
        pass
    zone, rank = np.nonzero(held)
    names = np.append(sites.to_numpy(dtype=object), "")
    return pd.DataFrame(
        {
            "zone_id": case.times.zone_id.to_numpy()[zones[zone]],
            "site_id": names[order[zone, rank]],
            "minutes": sorted_minutes[zone, rank],
            "demand": held[zone, rank],
            "rank": rank,
        }
    )


def _push_on(held: FloatArray, order: IntArray, minutes: FloatArray, room: FloatArray) -> bool:
    """Let each site that holds too much pass its farthest patients on; say whether any did."""
    volume = np.bincount(order.ravel(), held.ravel(), minlength=len(room) + 1)[: len(room)]
    too_full = np.flatnonzero(volume > room * (1 + 1e-12) + 1e-12)
    for site in too_full:
        zone, rank = np.nonzero((order == site) & (held > 0))
        nearest_first = np.lexsort((zone, minutes[zone, rank]))
        zone, rank = zone[nearest_first], rank[nearest_first]
        amount = held[zone, rank]
        before = np.cumsum(amount) - amount
        kept = np.clip(room[site] - before, 0, amount)
        held[zone, rank] = kept
        held[zone, rank + 1] += amount - kept
    return bool(len(too_full))


def measures_of_flows(case: SitingCase, flows: pd.DataFrame) -> dict[str, float]:
    """Measure access where zones may be split between sites.

    Returns
    -------
        The same measures as for undivided zones.
    """
    minutes, demand = flows["minutes"].to_numpy(), flows["demand"].to_numpy()
    zone = case.times.zone_id.get_indexer(pd.Index(flows["zone_id"]))
    site = case.times.site_id.get_indexer(pd.Index(flows["site_id"]))
    covered = case.within_standard[zone, site] & (site >= 0)
    result = {
        "mean": measures.mean(minutes, demand),
        "sd": measures.sd(minutes, demand),
        "mad": measures.mad(minutes, demand),
        "gini": measures.gini(minutes, demand),
        "p90": measures.p90(minutes, demand),
        "max": measures.maximum(minutes, demand),
        "worst_tenth": measures.worst_tenth(minutes, demand),
        "coverage": measures.coverage(covered, demand),
        "alliance_gap": np.float64(0.0),
    }
    if case.gap_group in case.groups:
        groups = case.groups[case.gap_group].iloc[zone].astype(str).reset_index(drop=True)
        gap = measures.group_gap(pd.Series(minutes), pd.Series(demand), groups)
        result["alliance_gap"] = np.float64(gap)
    return {name: float(value) for name, value in result.items()}
