"""A siting case under other assumptions, with the same candidates."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.isochrones import membership
from clinic_siting.siting import SitingCase
from clinic_siting.tables import Sites, TravelTimes, same_labels


def with_times(case: SitingCase, times: TravelTimes, *, standard_min: float) -> SitingCase:
    """The same case with other travel times.

    Parameters
    ----------
    case
        The case.
    times
        Minutes for the same zones and sites, ``inf`` where a site may not serve a zone.
    standard_min
        Access standard in minutes, inclusive.
    """
    same_labels(case.times.site_id, times.site_id, "sites of the case and of other times")
    return replace(case, times=times, within_standard=membership(times, (standard_min,))[:, :, 0])


def with_candidates(case: SitingCase, ids: Iterable[str]) -> SitingCase:
    """The same case with some of its candidates alone: what no set opens need not be measured.

    Zones that then reach no site are left out of the measures, as nobody could serve them.

    Parameters
    ----------
    case
        The case.
    ids
        Ids of the candidates that stay.
    """
    keep = set(ids)
    table = case.sites.table.copy()
    table.loc[[site for site in case.sites.candidates if site not in keep], "status"] = "excluded"
    sites = Sites(table)
    column = np.flatnonzero(case.times.site_id.isin(sites.playing))
    times = TravelTimes(case.times.zone_id, case.times.site_id[column], case.times.minutes[:, column])
    return replace(case, times=times, sites=sites, within_standard=case.within_standard[:, column])


def with_demand(case: SitingCase, demand: pd.Series) -> SitingCase:
    """The same case with other demand by zone."""
    return replace(case, demand=demand)


def with_open(case: SitingCase, minutes: pd.DataFrame, *, standard_min: float) -> SitingCase:
    """The same case with more sites open, some of which may be candidates at the same time.

    A candidate that is open anyway stays a candidate, so that sets mean the same as before; its
    open twin has another id.

    Parameters
    ----------
    case
        The case.
    minutes
        Zones × sites that are open as well; ``inf`` where a site may not serve a zone.
    standard_min
        Access standard in minutes, inclusive.
    """
    same_labels(case.times.zone_id, minutes.index, "zones of the case and of further sites")
    twins = minutes.rename(columns=lambda site: f"{site} (open)")
    wide = case.times.frame.join(twins)
    times = TravelTimes(wide.index, wide.columns, wide.to_numpy(dtype=float))
    # A site that the case leaves out may be among them: its row is made anew.
    known = case.sites.table.reindex(minutes.columns)
    rows = known.set_axis(twins.columns).assign(status="existing")
    rows["name"] = rows["name"].where(rows["name"].notna(), minutes.columns.to_numpy())
    sites = Sites(pd.concat([case.sites.table, rows.rename_axis("site_id")]))
    within = membership(times, (standard_min,))[:, :, 0]
    return replace(case, times=times, sites=sites, within_standard=within)


def with_share(case: SitingCase, sites: Iterable[str], share: float) -> Mapping[str, float]:
    """Capacity of some existing sites when each serves a share of whom it serves today.

    Parameters
    ----------
    case
        The case.
    sites
        Ids of existing sites.
    share
        Of today's demand at the site, from 0 to 1.

    Returns
    -------
    Site → demand a year.

    Raises
    ------
    TableError
        Where a site is not an existing one or the share is none.
    """
    ids = list(sites)
    unknown = [site for site in ids if site not in case.sites.existing]
    if unknown or not 0 <= share <= 1:
        raise TableError(f"capacity: a share of {share} of {len(ids)} site(s) cannot be.", unknown)
    existing = case.sites.existing
    minutes = case.times.to(existing)
    nearest = np.where(np.isfinite(minutes).any(axis=1), minutes.argmin(axis=1), -1)
    demand = case.demand.to_numpy(dtype=float)
    return {site: share * float(demand[nearest == existing.get_loc(site)].sum()) for site in sorted(ids)}
