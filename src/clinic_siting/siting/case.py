"""The question put to a siting model: who travels where, and which sites are open or may be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from clinic_siting.errors import DataError, InfeasibleError, TableError
from clinic_siting.siting.naming import refuse_unknown_sites
from clinic_siting.siting.rules import MOST_AMOUNT
from clinic_siting.tables import BoolArray, FloatArray, Sites, TravelTimes, same_labels
from clinic_siting.tables.checks import numbers

# Less, or more, leaves what a solver and a sum can hold.
LEAST_DEMAND = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class SitingCase:
    """Travel times, demand and sites that belong together.

    Attributes
    ----------
    times
        Minutes from each zone to each site that plays; ``inf`` where there is no route or the
        site may not serve the zone.
    demand
        Index ``zone_id``; any unit, at least 0.
    sites
        Existing sites stay open; candidates may be opened; excluded ones are ignored.
    groups
        Index ``zone_id``; a column for each way to group patients.
    within_standard
        Whether the zone lies in the site's isochrone for the standard, shape (n_zones, n_sites),
        rows and columns in the (sorted) order of ``times``.
    allow_unreachable
        Leave zones that no site reaches out of every measure instead of refusing them.
    gap_group
        The column of ``groups`` between whose means the gap is measured.

    Raises
    ------
    TableError
        Where labels or shapes differ, or demand is negative, not finite, or adds up to nothing or to
        more than there can be.
    DataError
        Naming the zones that no site reaches, unless they are allowed.
    """

    times: TravelTimes
    demand: pd.Series
    sites: Sites
    groups: pd.DataFrame
    within_standard: BoolArray
    allow_unreachable: bool = False
    gap_group: str = "alliance_name"

    def __post_init__(self) -> None:
        """Check and sort."""
        demand, groups = self.demand.sort_index(), self.groups.sort_index()
        same_labels(self.times.zone_id, demand.index, "travel times and demand")
        same_labels(self.times.zone_id, groups.index, "travel times and groups")
        same_labels(self.times.site_id, self.sites.playing, "travel times and sites that play")
        if self.within_standard.shape != self.times.minutes.shape:
            raise TableError(
                f"isochrone membership has shape {self.within_standard.shape}, "
                f"travel times {self.times.minutes.shape}."
            )
        _check_demand(demand)
        unreached = self.times.zone_id[np.flatnonzero(~self.reached)]
        if len(unreached) and not self.allow_unreachable:
            raise DataError(
                f"{len(unreached):,} zone(s) can reach no site; mend their roads or set "
                "allow_unreachable to leave them out.",
                unreached,
            )
        if len(unreached) and not demand.drop(unreached).any():
            raise DataError("no zone with demand can reach any site.", unreached)
        object.__setattr__(self, "demand", demand.astype(float))
        object.__setattr__(self, "groups", groups)

    def closing(self, ids: Iterable[str]) -> "SitingCase":
        """The same case with some existing sites closed.

        Raises
        ------
        ConfigError
            Where one of them is not an existing site.
        InfeasibleError
            Where a zone could then reach no site at all.
        """
        closed = sorted(set(ids))
        words = "close: {} site(s) are not existing ones."
        refuse_unknown_sites(words, closed, self.sites.existing, self.sites)
        if not closed:
            return self
        table = self.sites.table.copy()
        table.loc[closed, "status"] = "excluded"
        left = np.flatnonzero(~self.times.site_id.isin(closed))
        times = TravelTimes(self.times.zone_id, self.times.site_id[left], self.times.minutes[:, left])
        lost = self.times.zone_id[np.flatnonzero(self.reached & ~np.isfinite(times.minutes).any(axis=1))]
        if len(lost):
            raise InfeasibleError(
                f"closing {', '.join(closed)} leaves {len(lost):,} zone(s) without any site.", lost
            )
        within = self.within_standard[:, left]
        return replace(self, times=times, sites=Sites(table), within_standard=within)

    @property
    def reached(self) -> BoolArray:
        """Zones with a route to some site that is or may be open, shape (n_zones,)."""
        return np.asarray(np.isfinite(self.times.minutes).any(axis=1))

    @property
    def counted(self) -> BoolArray:
        """Zones that measures speak of: those with demand and a route to some site."""
        return self.reached & (self.demand.to_numpy() > 0)

    def covers(self, sites: pd.Index) -> BoolArray:
        """Isochrone membership for some sites, shape (n_zones, len(sites))."""
        return self.within_standard[:, self.times.site_id.get_indexer(sites).astype(np.int64)]

    @property
    def minutes_today(self) -> FloatArray:
        """Minutes to the nearest existing site, shape (n_zones,); ``inf`` where there is none."""
        nearest: FloatArray = self.times.to(self.sites.existing).min(axis=1, initial=np.inf)
        return nearest


def _check_demand(demand: pd.Series) -> None:
    values = numbers(demand)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        raise TableError(
            f"demand must be a number of 0 or more; {wrong.sum():,} zone(s) differ.", demand[wrong].items()
        )
    if not values.any():
        raise TableError("demand is 0 in every zone, so there is nobody to travel.")
    if not LEAST_DEMAND <= values.sum() <= MOST_AMOUNT:
        bounds = f"{LEAST_DEMAND:g} and {MOST_AMOUNT:g}"
        raise TableError(
            f"demand adds up to {values.sum():g}, which is not between {bounds}; give it in another unit."
        )
