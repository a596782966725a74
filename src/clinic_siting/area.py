"""Which zones' patients count, and which sites play."""

import difflib
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from clinic_siting.errors import ConfigError
from clinic_siting.tables import DemandZones, Sites

Area = Mapping[str, tuple[str, ...]]


def zones_in(zones: DemandZones, area: Area) -> DemandZones:
    """Zones that lie in the area: every column must hold one of its values.

    Parameters
    ----------
    zones
        All zones of the data set.
    area
        Column of the zones → values.

    Raises
    ------
    ConfigError
        Where a column or a value matches nothing, with the nearest that exists.
    """
    return zones.within(_members(zones.table, area, "area"))


def sites_in_play(
    sites: Sites,
    area: Area,
    *,
    candidates: str = "in_area",
    existing: str = "all",
    unverified: str = "closed",
) -> Sites:
    """Sites with the status they have in this scenario.

    Parameters
    ----------
    sites
        All sites of the data set.
    area
        Column of the sites → values.
    candidates, existing
        ``in_area`` or ``all``: sites outside the area that do not play become excluded.
    unverified
        ``closed``: a candidate of unverified confidence is not open today but may be opened;
        ``open``: it counts as existing.

    Raises
    ------
    ConfigError
        Where the area names a column that sites lack, or no candidate is left.
    """
    table = sites.table.copy()
    if unverified == "open" and "confidence" in table:
        doubtful = (table["status"] == "candidate") & (table["confidence"] == "unverified")
        table.loc[doubtful, "status"] = "existing"
    for status, where in (("candidate", candidates), ("existing", existing)):
        if where == "in_area":
            inside = _members(table, area, "area (of the sites)", every_value=False)
            table.loc[(table["status"] == status) & ~inside, "status"] = "excluded"
    if not (table["status"] == "candidate").any():
        raise ConfigError("sites: no candidate lies in the area; widen `area:` or set `candidates: all`.")
    return Sites(table)


def with_added(sites: Sites, zones: DemandZones, added: pd.DataFrame) -> Sites:
    """Sites with a planner's own candidates, each in the groups of the zone nearest to it.

    Parameters
    ----------
    sites
        The sites of the data set.
    zones
        All zones of the data set.
    added
        Index ``site_id``; ``name``, ``lon``, ``lat`` in degrees.

    Raises
    ------
    ConfigError
        Where an id is taken.
    """
    taken = [site for site in added.index if site in sites.site_id]
    if taken:
        raise ConfigError(f"sites: {len(taken)} added site(s) have the id of another.", taken)
    shrink = np.cos(np.radians(zones.table["lat"].mean()))  # a degree east is shorter than one north
    tree = cKDTree(np.column_stack([zones.table["lon"] * shrink, zones.table["lat"]]))
    _, nearest = tree.query(np.column_stack([added["lon"] * shrink, added["lat"]]))
    groups = [c for c in zones.table if c in sites.table and c not in {"name", "lon", "lat"}]
    rows = zones.table[groups].iloc[nearest].set_axis(added.index)
    rows = rows.assign(**{c: added[c] for c in ("name", "lon", "lat")}, status="candidate", catchment="")
    for column in sites.table.columns.difference(rows.columns):
        rows[column] = "" if sites.table[column].dtype == object else np.nan
    return Sites(pd.concat([sites.table, rows[sites.table.columns].rename_axis("site_id")]))


def with_costs(sites: Sites, cost: Mapping[str, float]) -> Sites:
    """Sites with the column ``cost``; a site without one has none.

    Parameters
    ----------
    sites
        The sites.
    cost
        Cost by id, in any one unit.

    Raises
    ------
    ConfigError
        Where an id is unknown.
    """
    unknown = [site for site in cost if site not in sites.site_id]
    if unknown:
        raise ConfigError(f"siting: cost names {len(unknown)} site(s) that do not exist.", unknown)
    return Sites(sites.table.assign(cost=pd.Series(cost, dtype=float).reindex(sites.site_id)))


def _members(table: pd.DataFrame, area: Area, what: str, *, every_value: bool = True) -> pd.Series:
    inside = pd.Series(data=True, index=table.index)
    for column, values in area.items():
        if column not in table:
            near = difflib.get_close_matches(column, map(str, table.columns), n=1)
            hint = f"did you mean {near[0]}?" if near else "columns: " + ", ".join(table.columns)
            raise ConfigError(f"{what}: there is no column {column}; {hint}")
        cells = table[column].astype(object).where(table[column].notna(), "").astype(str)
        known = sorted(set(cells))
        lost = [value for value in values if value not in set(known)] if every_value else []
        if lost:
            raise ConfigError(
                f"{what}: {len(lost)} value(s) of {column} match nothing.",
                [f"{value!r}; nearest: {_nearest(value, known)}" for value in lost],
            )
        inside &= cells.isin(values)
    if every_value and not inside.any():
        raise ConfigError(f"{what}: no row meets all of {', '.join(area)} at once.")
    return inside


def _nearest(value: str, known: list[str]) -> str:
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(value.lower(), by_lower, n=1, cutoff=0.4)
    return by_lower[near[0]] if near else ", ".join(known[:3]) + " …"
