"""Who goes where, how long it takes, and whether that is within the standard."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from clinic_siting.errors import DataError, TableError
from clinic_siting.tables import Access, BoolArray, DemandZones, Sites, TravelTimes, same_labels

Rows = TypeVar("Rows", pd.Series, pd.DataFrame)
# A part of a zone below this is the rounding of a solver, not a patient.
SMALLEST_SHARE = 1e-9


def eligible_times(times: TravelTimes, zones: DemandZones, sites: Sites) -> TravelTimes:
    """Travel times with ``inf`` where a site's catchment keeps it from serving the zone.

    Parameters
    ----------
    times
        Minutes, shape (n_zones, n_sites).
    zones
        Zones with ``alliance_name`` where any site has a catchment.
    sites
        Sites; ``catchment`` names the one alliance that the site serves, empty for everyone.

    Returns
    -------
    Minutes, shape (n_zones, n_sites).

    Raises
    ------
    TableError
        Where zones or sites do not meet the travel times, or zones lack the catchments' column.
    """
    same_labels(times.zone_id, zones.zone_id, "travel times and zones")
    unknown = times.site_id.difference(sites.site_id)
    if len(unknown):
        raise TableError(f"travel times and sites: {len(unknown)} id(s) are not known.", unknown)
    catchment = sites.table["catchment"].reindex(times.site_id).to_numpy(dtype=str)
    if not (catchment != "").any():
        return times
    if "alliance_name" not in zones.table:
        raise TableError("zones: a site has a catchment, but there is no alliance_name to meet it.")
    home = zones.table["alliance_name"].to_numpy(dtype=str)
    may_serve = (catchment[None, :] == "") | (home[:, None] == catchment[None, :])
    return TravelTimes(times.zone_id, times.site_id, np.where(may_serve, times.minutes, np.inf))


def measure_access(times: TravelTimes, open_sites: Iterable[str], *, standard_min: float) -> Access:
    """Access when some sites are open: everyone goes to the nearest that may serve them.

    Of two sites equally near, the one whose id sorts first is named.

    Parameters
    ----------
    times
        Minutes, shape (n_zones, n_sites); ``inf`` where a site may not serve a zone.
    open_sites
        Ids of the open sites.
    standard_min
        Access standard in minutes, inclusive.

    Returns
    -------
    Access, one row a zone; a zone that no open site serves has ``inf`` and no site.

    Examples
    --------
    >>> print(*measure_access(times, ["old", "east"], standard_min=5).table.loc["c"])
    5.0 east True
    """
    open_ids = sorted(set(open_sites))
    if not open_ids:
        nowhere = {"minutes": np.inf, "site_id": None, "covered": False}
        return Access(pd.DataFrame(nowhere, index=times.zone_id).astype({"site_id": object}))
    minutes = times.to(open_ids)
    nearest = minutes.argmin(axis=1)
    shortest = minutes[np.arange(len(nearest)), nearest]
    served = np.isfinite(shortest)
    site_id = np.where(served, np.array(open_ids, dtype=object)[nearest], None)
    table = pd.DataFrame(
        {"minutes": shortest, "site_id": site_id, "covered": shortest <= standard_min}, index=times.zone_id
    )
    return Access(table)


def refuse_unreachable(times: TravelTimes, zones: DemandZones) -> None:
    """Stop where a zone has no way to any site, rather than leave it out in silence.

    Parameters
    ----------
    times
        Minutes, shape (n_zones, n_sites).
    zones
        The zones, for their names.

    Raises
    ------
    DataError
        Naming the zones that have no site.
    """
    same_labels(times.zone_id, zones.zone_id, "travel times and zones")
    lost: BoolArray = np.asarray(np.isinf(times.minutes).all(axis=1))
    if lost.any():
        raise DataError(
            f"{lost.sum():,} zone(s) cannot reach any site by road; leave them out of `area:`, raise "
            "`travel: max_snap_m`, or set `access: allow_unreachable: true`.",
            [f"{zone_id} {name}" for zone_id, name in names_of(zones)[lost].items()],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Zones cut into parts where their nearest clinic has no room for all of their patients.

    Attributes
    ----------
    table
        Index ``part_id``; ``zone_id``, ``site_id``, ``minutes`` and ``share`` of the zone's demand;
        the shares of a zone sum to 1. Without moved patients every zone is one part.
    """

    table: pd.DataFrame

    def of(self, rows: Rows) -> Rows:
        """Rows of zones, once for each of their parts."""
        return rows.loc[self.table["zone_id"]].set_axis(self.table.index)

    def access(self, *, standard_min: float) -> Access:
        """Access of the parts."""
        covered = self.table["minutes"] <= standard_min
        return Access(self.table[["minutes", "site_id"]].assign(covered=covered))


def share_out(planned: Access, demand: pd.Series, moved_on: pd.DataFrame) -> Shares:
    """Cut zones where some of their patients go beyond the nearest clinic.

    Parameters
    ----------
    planned
        Where each zone's nearest open site is.
    demand
        Demand by zone.
    moved_on
        Demand that its nearest site has no room for: ``zone_id``, ``site_id``, ``minutes``, ``demand``.
    """
    stay = planned.table[["minutes", "site_id"]].assign(share=1.0).rename_axis("zone_id").reset_index()
    if moved_on.empty:
        return Shares(stay.set_axis(stay["zone_id"].rename("part_id")))
    moved = moved_on.assign(share=moved_on["demand"] / demand.loc[moved_on["zone_id"]].to_numpy())
    gone = moved.groupby("zone_id")["share"].sum().reindex(stay["zone_id"], fill_value=0.0).to_numpy()
    parts = pd.concat([stay.assign(share=1.0 - gone), moved[["zone_id", "site_id", "minutes", "share"]]])
    parts = parts[parts["share"] > SMALLEST_SHARE].sort_values(["zone_id", "minutes"], kind="stable")
    rank = parts.groupby("zone_id").cumcount().astype(str)
    return Shares(parts.set_axis((parts["zone_id"] + "/" + rank).rename("part_id")))


def names_of(zones: DemandZones) -> pd.Series:
    """Names of zones for a reader, their ids where they have none."""
    if "name" in zones.table:
        return zones.table["name"]
    return zones.zone_id.to_series().rename("name")


def clinic_volumes(access: Access, demand: pd.Series, sites: Sites) -> pd.Series:
    """Demand that each site receives.

    Parameters
    ----------
    access
        Where each zone goes.
    demand
        Cases a year (or people) by zone.
    sites
        The sites that may play.

    Returns
    -------
    Series ``volume`` on the ids of the playing sites, 0 where nobody goes.

    Raises
    ------
    TableError
        Where labels differ, or patients go to a site that does not play.
    """
    same_labels(access.table.index, demand.index, "access and demand")
    received = demand.groupby(access.table["site_id"]).sum()
    lost = received.index.difference(sites.playing)
    if len(lost):
        raise TableError(f"volumes: {len(lost)} site(s) receive patients but do not play.", lost)
    return received.reindex(sites.playing, fill_value=0.0).astype(float).rename("volume")
