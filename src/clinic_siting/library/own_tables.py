"""The models without the geography: from anybody's tables to a plan."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from geopandas.array import GeometryDtype

from clinic_siting import access, fairness
from clinic_siting.errors import ConfigError
from clinic_siting.library.plan import BANDS_MIN, Plan, with_chosen
from clinic_siting.siting import Asked, Objective, Score, Siting, SitingCase, case_of
from clinic_siting.siting import solve as solve_case
from clinic_siting.siting.grammar import read_block
from clinic_siting.siting.reading import demand_of, sites_of, times_of
from clinic_siting.tables import Access

GAP_GROUP = "alliance_name"
ONE_SITE: Mapping[str, object] = {"open": 1}
# A column with more different values than this names zones rather than groups of patients.
MOST_GROUPS = 50
TENTHS = "imd_decile"


def solve(
    times: pd.DataFrame,
    demand: pd.DataFrame | pd.Series,
    sites: pd.DataFrame,
    *,
    objective: str | Objective = "mean",
    siting: Mapping[str, object] = ONE_SITE,
    standard_min: float | None = None,
) -> Plan:
    """Choose sites from tables alone: anybody's minutes, any unit of demand.

    Parameters
    ----------
    times
        Minutes, wide (zones × sites, as :func:`travel_times` gives them) or long (``zone_id``,
        ``site_id``, ``minutes``); ``inf`` for no route.
    demand
        ``demand`` by ``zone_id``, in the index or a column. Further columns of at most 50 different
        words are groups of patients, and so is ``imd_decile``. Where it is a GeoDataFrame, so are the
        plan's zones.
    sites
        ``status`` (existing, candidate or excluded) by ``site_id``; a GeoDataFrame or not.
    objective
        One of mean, max, coverage, worst_tenth, mad, sd, gini, gap, weighted; or an ``Objective``, which
        ``fewest`` needs. The gap is between the groups of ``alliance_name``, or of the only group.
    siting
        What a plan must obey, as a config's ``siting:`` block has it:
        ``{"open": 2, "require": [{"county": ["Kent"], "at_least": 1}]}``.
    standard_min
        Access standard in minutes, inclusive; coverage needs it.

    Raises
    ------
    ConfigError
        Where the question makes no sense.
    TableError
        Where ids do not meet, or figures are none.
    DataError
        Where zones can reach no site.
    InfeasibleError
        Where no plan obeys the rules.
    """
    zones = _flat(demand.to_frame("demand") if isinstance(demand, pd.Series) else demand, "zone_id")
    weights, groups = demand_of(zones, "demand")
    groups = groups[[column for column in groups if _groups_patients(groups[column])]]
    places = sites_of(_flat(sites, "site_id"), "sites")
    block = read_block(dict(siting))
    asked_for = _objective(objective, block.score, standard_min)
    gap_group = GAP_GROUP if GAP_GROUP in groups else next(map(str, groups), None)
    asked = Asked(asked_for, block.rules, standard_min=standard_min, gap_group=gap_group)
    minutes = times_of(_flat(times, "zone_id"), "times")
    case = case_of(minutes, weights, places, groups=groups, asked=asked)
    found = solve_case(case, asked_for, block.rules, then=block.then)
    today, planned = _access(case, found, standard_min)
    return Plan(
        siting=found,
        measures=_measures(today, planned, case),
        zones=_like(demand, _zones(case, today, planned)),
        sites=_like(sites, with_chosen(places.table, found)),
    )


def _objective(objective: str | Objective, score: Score | None, standard_min: float | None) -> Objective:
    found = objective
    if isinstance(found, str):
        if found == "weighted" and score is None:
            raise ConfigError("objective: weighted needs weights in siting, for instance {'mean': 1}.")
        found = Objective(found, score if found == "weighted" else None)
    terms = found.score.terms if found.score else {}
    if standard_min is None and (found.name in {"coverage", "fewest"} or "beyond_standard" in terms):
        raise ConfigError(f"objective: {found.name} needs standard_min, a standard in minutes.")
    return found


def _flat(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Columns without shapes; an index that holds the ids becomes the column that names them."""
    kept = [c for c in table if not isinstance(table[c].dtype, GeometryDtype)]
    plain = pd.DataFrame(table[kept])
    return plain if name in plain else plain.rename_axis(index=name, columns=None).reset_index()


def _groups_patients(column: pd.Series) -> bool:
    if column.name == TENTHS:
        return True
    return not pd.api.types.is_numeric_dtype(column) and column.nunique() <= MOST_GROUPS


def _access(case: SitingCase, found: Siting, standard_min: float | None) -> tuple[Access, Access]:
    standard = -1.0 if standard_min is None else standard_min
    existing = case.sites.existing
    open_ids = existing.difference(list(found.closed)).union(pd.Index(found.plan.chosen))
    today = access.measure_access(case.times, existing, standard_min=standard)
    return today, access.measure_access(case.times, open_ids, standard_min=standard)


def _measures(today: Access, planned: Access, case: SitingCase) -> pd.DataFrame:
    """Before and after; nothing stands before where no site is open today."""
    nowhere = case.sites.existing.empty
    before = planned if nowhere else today
    compared = fairness.compare_access(before, planned, case.demand, groups=case.groups, bands_min=BANDS_MIN)
    table: pd.DataFrame = compared.table
    if nowhere:
        table = table.assign(today=np.nan, change=np.nan)
    return table


def _zones(case: SitingCase, today: Access, planned: Access) -> pd.DataFrame:
    table = case.groups.assign(demand=case.demand)
    for when, reached in (("today", today), ("planned", planned)):
        table = table.join(reached.table.add_suffix(f"_{when}"))
    return table.assign(change_min=planned.minutes - today.minutes)


def _like(given: object, table: pd.DataFrame) -> pd.DataFrame:
    """A table with the geometry of what it was made from, if that had one."""
    if not isinstance(given, gpd.GeoDataFrame):
        return table
    named = given if table.index.name not in given else given.set_index(str(table.index.name))
    geometry = named.geometry.set_axis(named.index.astype(str))
    shaped: pd.DataFrame = gpd.GeoDataFrame(table, geometry=geometry.reindex(table.index), crs=given.crs)
    return shaped
