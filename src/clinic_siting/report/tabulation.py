"""Values become tables: the open sites and every zone."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from clinic_siting.tables import Access, DemandZones, Sites


def site_table(sites: Sites, chosen: Iterable[str], volumes: pd.DataFrame) -> pd.DataFrame:
    """Every site that is open today or with the plan, and what it receives.

    Parameters
    ----------
    sites
        Sites in play.
    chosen
        Ids of the new sites.
    volumes
        On the sites' index: ``today``, ``planned`` (cases a year or people).

    Returns
    -------
    Index ``site_id``; name, role (existing, new), trust, today, planned, change; busiest today first.
    """
    open_ids = sites.existing.union(pd.Index(list(chosen)))
    table = sites.table.loc[open_ids, [c for c in ("name", "trust", "postcode") if c in sites.table]]
    table = table.assign(role=np.where(open_ids.isin(sites.existing), "existing", "new"))
    table = table.join(volumes).assign(change=volumes["planned"] - volumes["today"])
    return table.rename_axis("site_id").sort_values(["today", "planned"], ascending=False, kind="stable")


def zone_table(
    zones: DemandZones, demand: pd.Series | pd.DataFrame, today: Access, planned: Access
) -> pd.DataFrame:
    """One row a zone: where its patients go, how long it takes, today and with the plan.

    Parameters
    ----------
    zones
        The zones.
    demand
        ``demand`` by zone and, where a planner lets some patients count for more, ``patients``.
    today, planned
        Access before and after.
    """
    names = [c for c in ("name", "msoa", "lad_name", "county", "alliance_name") if c in zones.table]
    table = zones.table[names].join(demand)
    for when, access in (("today", today), ("planned", planned)):
        table = table.join(access.table.add_suffix(f"_{when}"))
    return table.assign(change_min=_difference(planned.minutes, today.minutes))


def _difference(after: pd.Series, before: pd.Series) -> pd.Series:
    with np.errstate(invalid="ignore"):
        return (after - before).where(after != before, 0.0)
