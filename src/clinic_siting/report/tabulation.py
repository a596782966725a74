"""Values become tables: the open sites, every zone, and the record of the plan."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from clinic_siting.tables import Access, DemandZones, Sites, SitingPlan

MEASURE_KEYS = ("mean", "max", "sd", "mad", "gini", "p90", "worst_tenth", "coverage", "alliance_gap")
RANKED_SETS = 10


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


def zone_table(zones: DemandZones, demand: pd.Series, today: Access, planned: Access) -> pd.DataFrame:
    """One row a zone: where its patients go, how long it takes, today and with the plan."""
    names = [c for c in ("name", "msoa", "lad_name", "county", "alliance_name") if c in zones.table]
    table = zones.table[names].join(demand)
    for when, access in (("today", today), ("planned", planned)):
        table = table.join(access.table.add_suffix(f"_{when}"))
    return table.assign(change_min=_difference(planned.minutes, today.minutes))


def plan_record(
    plan: SitingPlan, *, today: Mapping[str, float], planned: Mapping[str, float], ranking: pd.DataFrame
) -> dict[str, object]:
    """The plan as ``plan.json`` holds it."""
    best = ranking.head(RANKED_SETS)
    return {
        "chosen": list(plan.chosen),
        "objective": plan.objective,
        "value": plan.value,
        "unit": plan.unit,
        "bound": plan.bound,
        "gap": plan.gap,
        "proven": plan.proven,
        "method": plan.method,
        "today": {key: today[key] for key in MEASURE_KEYS if key in today},
        "measures": {key: planned[key] for key in MEASURE_KEYS if key in planned},
        "ranking": [
            {"chosen": list(row["sites"]), **{k: float(v) for k, v in row.items() if k != "sites"}}
            for row in best.to_dict("records")
        ],
    }


def _difference(after: pd.Series, before: pd.Series) -> pd.Series:
    with np.errstate(invalid="ignore"):
        return (after - before).where(after != before, 0.0)
