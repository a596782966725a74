"""A plan as its file holds it, and the files beside it from which it can be checked."""

import io
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting.cells import neutral_table
from clinic_siting.errors import ConfigError
from clinic_siting.siting.asked import Asked
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.front import AGAINST, Front, listed_front
from clinic_siting.siting.naming import refuse_unknown_column
from clinic_siting.siting.plan import Siting
from clinic_siting.siting.reading import in_catchments, read_demand, read_sites, read_times
from clinic_siting.tables import Sites, TravelTimes, same_labels

RANKED = 10
# Names of the files that a plan can be checked from, in its own folder.
TIMES, DEMAND, SITES, PLAN = "times.parquet", "demand.csv", "sites_in_play.csv", "plan.json"


def plan_record(siting: Siting, asked: Asked, *, top: int | None = None) -> dict[str, object]:
    """Plain values for ``plan.json``.

    Parameters
    ----------
    siting
        The answer.
    asked
        The question.
    top
        How many plans of the ranking to list; None: ten, where the best are known.
    """
    plan, ranking = siting.plan, siting.ranking
    asked = replace(asked, phases=tuple(len(phase.opens) for phase in siting.phases))
    hidden = hidden_measures(asked)
    measures = [m for m in siting.today if m not in hidden]
    listed = ranking.head(top or (RANKED if siting.complete else 1))
    return {
        "chosen": list(plan.chosen),
        "closed": list(siting.closed),
        "objective": plan.objective,
        "value": plan.value,
        "unit": plan.unit,
        "bound": plan.bound,
        "gap": plan.gap,
        "proven": plan.proven,
        "method": plan.method,
        **({"aim": plan.aim, "aim_proven": plan.aim_proven} if plan.aim else {}),
        "today": {m: siting.today[m] for m in measures} | dict.fromkeys(hidden),
        "measures": {m: float(ranking[m].iloc[0]) for m in measures} | dict.fromkeys(hidden),
        "ranking": ranked_records(listed, hidden),
        "moved_on": siting.moved_on.to_dict("records"),
        **({"phases": [asdict(phase) for phase in siting.phases]} if siting.phases else {}),
        **({"fronts": _listed_fronts(siting)} if siting.complete and not siting.limits else {}),
        "question": asked.record(),
    }


def _listed_fronts(siting: Siting) -> dict[str, object]:
    """The trade-off fronts, read off the list of all plans."""
    return {against: front_record(listed_front(siting.ranking, against)) for against in AGAINST}


def front_record(front: Front) -> dict[str, object]:
    """Plain values of a trade-off front."""
    points = front.points.rename(columns={"sites": "chosen"}).astype(object)
    known = points.where(points.notna(), None)  # a bound that nobody knows
    return {"points": known.to_dict("records"), "complete": front.complete}


def hidden_measures(asked: Asked) -> list[str]:
    """Measures that mean nothing without a standard or a group."""
    hidden = [] if asked.standard_min is not None else ["coverage"]
    return hidden + ([] if asked.gap_group is not None else ["alliance_gap"])


def ranked_records(ranking: pd.DataFrame, hidden: list[str]) -> list[dict[str, object]]:
    """Plain values for some plans of a ranking."""
    records: list[dict[str, object]] = []
    for row in ranking.to_dict("records"):
        closed = {"closed": list(row.pop("closed"))} if "closed" in row else {}
        sites = list(row.pop("sites"))
        proof = {"proven": bool(row.pop("proven"))} if "proven" in row else {}
        numbers = {str(key): None if key in hidden else float(value) for key, value in row.items()}
        records.append({"chosen": sites, **closed, **numbers, **proof})
    return records


def case_files(case: SitingCase) -> dict[str, str | bytes]:
    """Everything that a plan for this case can be checked from, by file name.

    Written beside ``plan.json``, :func:`~clinic_siting.siting.verify.verify_folder` needs nothing else.
    """
    times = io.BytesIO()
    case.times.frame.reset_index().to_parquet(times, index=False)
    demand = case.groups.assign(demand=case.demand)
    return {TIMES: times.getvalue(), DEMAND: _csv(demand), SITES: _csv(case.sites.table)}


def _csv(table: pd.DataFrame) -> str:
    """CSV with every digit; what a spreadsheet might run stands behind an apostrophe, as readers know."""
    return neutral_table(table).to_csv(lineterminator="\n")


def read_case(times: Path, demand: Path, sites: Path, asked: Asked) -> SitingCase:
    """Read three files and let them meet.

    Raises
    ------
    DataError
        Where a file cannot be used, or ids do not match, naming them.
    ConfigError
        Where there is no candidate, or no such group.
    """
    minutes, (weights, groups), places = read_times(times), read_demand(demand), read_sites(sites)
    _check_asked(asked, groups, places, where=(demand, sites))
    return case_of(minutes, weights, places, groups=groups, asked=asked)


def _check_asked(asked: Asked, groups: pd.DataFrame, places: Sites, *, where: tuple[object, object]) -> None:
    """Whether there is anything to choose, and the group that the gap is measured between."""
    demand, sites = where
    if places.candidates.empty:
        raise ConfigError(f"{sites}: no site is a candidate, so there is nothing to choose.")
    if asked.gap_group is not None:
        refuse_unknown_column(f"group: {demand} has", asked.gap_group, groups.columns)


def case_of(
    minutes: TravelTimes, weights: pd.Series, places: Sites, *, groups: pd.DataFrame, asked: Asked
) -> SitingCase:
    """Times, demand and sites that meet.

    Parameters
    ----------
    minutes, weights, places, groups
        Travel times to the sites that play and maybe others, demand and groups by zone, sites.
    asked
        The standard, the group of the gap, and whether zones may be out of reach.

    Raises
    ------
    TableError
        Where ids do not match, naming them, or a catchment meets no column ``alliance_name``.
    DataError
        Where zones can reach no site and the question does not allow it.
    """
    same_labels(minutes.zone_id, weights.index, "zones of times (first) and of demand (second)")
    minutes = in_catchments(_of_playing_sites(minutes, places), groups, places)
    # Without a standard nobody is within it: no journey takes less than no time.
    standard = -1.0 if asked.standard_min is None else asked.standard_min
    return SitingCase(
        times=minutes,
        demand=weights,
        sites=places,
        groups=groups,
        within_standard=minutes.minutes <= standard,
        allow_unreachable=asked.allow_unreachable,
        gap_group=asked.gap_group or "",
    )


def _of_playing_sites(times: TravelTimes, sites: Sites) -> TravelTimes:
    """Leave out excluded sites; refuse times to sites that nobody knows, and sites without times."""
    what = "sites of times (first) and of the list of sites (second)"
    if not times.site_id.isin(sites.site_id).all():
        same_labels(times.site_id, sites.playing, what)
    kept = np.flatnonzero(times.site_id.isin(sites.playing))
    same_labels(times.site_id[kept], sites.playing, what)
    return TravelTimes(times.zone_id, times.site_id[kept], times.minutes[:, kept])
