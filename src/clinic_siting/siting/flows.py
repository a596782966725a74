"""Who goes where: demand by site, and which site each zone is sent to where one cannot take everyone."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.naming import refuse_unknown_sites
from clinic_siting.siting.passing_on import Rooms
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
    """Send demand to the nearest open site with room; see :mod:`clinic_siting.siting.passing_on`.

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
    rooms = Rooms.of(case, capacity)
    is_open = case.times.site_id.get_indexer(sites).astype(np.int64)
    found = rooms.journeys(is_open)
    way = rooms.minutes[is_open][:, found.zone]
    before = np.arange(len(sites))[:, None] < found.site
    preferred = np.isfinite(way) & ((way < found.minutes) | ((way == found.minutes) & before))
    table = pd.DataFrame(
        {
            "zone_id": case.times.zone_id.to_numpy()[np.flatnonzero(case.counted)[found.zone]],
            "site_id": np.append(sites.to_numpy(dtype=object), "")[found.site],
            "minutes": found.minutes,
            "demand": found.demand,
            "rank": preferred.sum(axis=0),
        }
    )
    return table.iloc[np.lexsort((table["rank"], found.zone))].reset_index(drop=True)
