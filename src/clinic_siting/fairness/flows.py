"""Which clinic receives whose patients, and what each existing clinic gains or loses."""

from collections.abc import Iterable

import pandas as pd

from clinic_siting.tables import Access, Sites, same_labels


def patient_flows(today: Access, planned: Access, cases: pd.Series, group: pd.Series) -> pd.DataFrame:
    """Cases a year from each group of zones to each clinic.

    Parameters
    ----------
    today, planned
        Access before and after.
    cases
        Cases a year by zone (modelled), without a planner's weights.
    group
        Where each zone belongs (``alliance_name``).

    Returns
    -------
    The group's column, ``site_id``, ``today``, ``planned``, ``change``, one row for each pair that
    has patients before or after. Patients without a route have the ``site_id`` ``none``.

    Raises
    ------
    TableError
        Where labels differ.
    """
    for other in (planned.table.index, cases.index, group.index):
        same_labels(today.table.index, other, "flows")
    flows = {}
    for name, access in (("today", today), ("planned", planned)):
        clinic = access.table["site_id"].astype(object).fillna("none").rename("site_id")
        flows[name] = cases.groupby([group.astype(str), clinic]).sum()
    table = pd.DataFrame(flows).fillna(0.0)
    table = table[(table > 0).any(axis=1)]
    return table.assign(change=table["planned"] - table["today"]).sort_index().reset_index()


def clinic_changes(volumes: pd.DataFrame, sites: Sites, chosen: Iterable[str]) -> pd.DataFrame:
    """Cases a year that each open clinic gains or loses; the trust that carries most comes first.

    Parameters
    ----------
    volumes
        On the sites in play: ``today``, ``planned`` (cases a year).
    sites
        The sites.
    chosen
        Ids of the new sites.

    Returns
    -------
    ``trust``, ``site_id``, ``name``, ``role`` (existing, new, or all of them), ``today``,
    ``planned``, ``change``, ``change_share`` (of today's cases; 0 where there were none). A trust of
    several clinics has a line of its own above them, with ``site_id`` ``all``.
    """
    is_open = sites.existing.union(pd.Index(list(chosen)))
    table = volumes.loc[is_open].rename_axis("site_id").reset_index()
    of_site = sites.table.reindex(table["site_id"])
    trust = of_site["trust"].fillna("").to_numpy() if "trust" in of_site else ""
    table = table.assign(trust=trust, name=of_site["name"].to_numpy())
    table["role"] = table["site_id"].isin(sites.existing).map({True: "existing", False: "new"})
    # A clinic without a trust stands for itself.
    table["owner"] = table["trust"].where(table["trust"] != "", table["name"])
    several = table[table["trust"] != ""].groupby("trust").filter(lambda rows: len(rows) > 1)
    totals = several.groupby("trust", as_index=False)[["today", "planned"]].sum()
    totals = totals.assign(site_id="all", role="all", owner=totals["trust"])
    totals["name"] = totals["trust"] + ", all clinics"
    carried = table.groupby("owner")[["today", "planned"]].sum()
    table = pd.concat([totals, table], ignore_index=True)
    table["of_owner"] = table["owner"].map(carried["today"])
    table["is_site"] = table["site_id"] != "all"
    table = table.sort_values(
        ["of_owner", "owner", "is_site", "today", "planned", "site_id"],
        ascending=[False, True, True, False, False, True],
    )
    table["change"] = table["planned"] - table["today"]
    table["change_share"] = (table["change"] / table["today"].where(table["today"] > 0)).fillna(0.0)
    columns = ["trust", "site_id", "name", "role", "today", "planned", "change", "change_share"]
    return table[columns].reset_index(drop=True)
