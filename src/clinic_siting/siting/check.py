"""A second opinion on every plan: plain loops over the travel times, shared with nothing else.

Slow on purpose and simple on purpose: whoever doubts a plan can read this file and
:mod:`clinic_siting.siting.obedience` alone.
"""

from collections.abc import Mapping, Sequence
from math import inf, isinf, sqrt

from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.score import Score

# (zone, site or None, minutes, demand): a zone may be split where clinics have a largest volume.
Journey = tuple[str, str | None, float, float]
# So small a part of a zone's demand, wherever it goes, is rounding.
LEFT = 1e-9


def served_by(case: SitingCase, is_open: Sequence[str]) -> dict[str, tuple[float, str | None]]:
    """Send each zone to its nearest open site; of equals, to the first by id.

    Returns
    -------
        Zone → (minutes, site); (``inf``, None) where no open site has a route.
    """
    sites = sorted(is_open)
    rows = case.times.frame[sites].to_numpy().tolist()
    result: dict[str, tuple[float, str | None]] = {}
    for zone, row in zip(case.times.zone_id.tolist(), rows, strict=True):
        best = min(row, default=inf)
        result[zone] = (best, sites[row.index(best)] if best < inf else None)
    return result


def journeys_of(case: SitingCase, is_open: Sequence[str], capacity: Mapping[str, float]) -> list[Journey]:
    """Who goes where: the shortest journeys are granted first, as long as there is room.

    Zones that count are those with demand and a route to some site, open or not.
    """
    zones = case.times.zone_id.tolist()
    demand = dict(zip(zones, case.demand.tolist(), strict=True))
    shortest = dict(zip(zones, case.times.frame.min(axis=1).tolist(), strict=True))
    counted = [zone for zone in zones if demand[zone] > 0 and shortest[zone] < inf]
    if not capacity:
        served = served_by(case, is_open)
        return [(zone, served[zone][1], served[zone][0], demand[zone]) for zone in counted]
    sites = sorted(is_open)
    rows = dict(zip(zones, case.times.frame[sites].to_numpy().tolist(), strict=True))
    wishes = sorted(
        (minutes, zone, site) for zone in counted for site, minutes in zip(sites, rows[zone], strict=True)
    )
    room = {site: capacity.get(site, inf) for site in is_open}
    left = {zone: demand[zone] for zone in counted}
    journeys: list[Journey] = []
    for minutes, zone, site in wishes:
        granted = min(left[zone], room[site])
        if granted > LEFT * demand[zone] and minutes < inf:
            journeys.append((zone, site, minutes, granted))
            left[zone] -= granted
            room[site] -= granted
    for zone, rest in left.items():
        if rest > LEFT * demand[zone]:
            journeys.append((zone, None, inf, rest))
    return journeys


def measures_of(case: SitingCase, journeys: Sequence[Journey]) -> dict[str, float]:
    """Recompute every measure, one journey after another."""
    row = {zone: i for i, zone in enumerate(case.times.zone_id.tolist())}
    column = {site: j for j, site in enumerate(case.times.site_id)}
    patients = sorted((minutes, weight) for _, _, minutes, weight in journeys)
    total = sum(weight for _, weight in patients)
    covered = sum(
        weight
        for zone, site, _, weight in journeys
        if site is not None and case.within_standard[row[zone], column[site]]
    )
    result = {"coverage": covered / total}
    if isinf(patients[-1][0]):
        unreached = ("mean", "sd", "mad", "gini", "p90", "max", "worst_tenth", "alliance_gap")
        return result | dict.fromkeys(unreached, inf)
    mean = sum(t * w for t, w in patients) / total
    result |= {
        "mean": mean,
        "sd": sqrt(sum(w * (t - mean) ** 2 for t, w in patients) / total),
        "mad": sum(w * abs(t - mean) for t, w in patients) / total,
        "gini": _gini(patients, total, mean),
        "max": patients[-1][0],
    }
    means = group_means(case, journeys, case.gap_group)
    gap = max(means.values()) - min(means.values()) if means else 0.0
    return result | _tail(patients, total) | {"alliance_gap": gap}


def group_means(case: SitingCase, journeys: Sequence[Journey], group: str) -> dict[str, float]:
    """Mean minutes of each group of patients; nothing where there is no such grouping."""
    if group not in case.groups:
        return {}
    name = dict(zip(case.times.zone_id.tolist(), case.groups[group].astype(str).tolist(), strict=True))
    minutes: dict[str, float] = {}
    people: dict[str, float] = {}
    for zone, _, t, w in journeys:
        minutes[name[zone]] = minutes.get(name[zone], 0.0) + t * w
        people[name[zone]] = people.get(name[zone], 0.0) + w
    return {one: minutes[one] / people[one] for one in people}


def _gini(patients: Sequence[tuple[float, float]], total: float, mean: float) -> float:
    """Add up |tᵢ − tⱼ| over pairs: each later patient against everyone before."""
    if mean == 0:
        return 0.0
    pairs = weight_before = minutes_before = 0.0
    for t, w in patients:
        pairs += w * (t * weight_before - minutes_before)
        weight_before += w
        minutes_before += w * t
    return 2 * pairs / (2 * total**2 * mean)


def _tail(patients: Sequence[tuple[float, float]], total: float) -> dict[str, float]:
    """Walk down from the longest journey until a tenth of demand is seen, and up to nine tenths."""
    wanted, minutes = 0.1 * total, 0.0
    left = wanted
    for t, w in reversed(patients):
        minutes += t * min(w, left)
        left -= min(w, left)
    reached, p90 = 0.0, patients[-1][0]
    for t, w in patients:
        reached += w
        if reached >= (0.9 - 1e-10) * total:
            p90 = t
            break
    return {"worst_tenth": minutes / wanted, "p90": p90}


def score_of(planned: Mapping[str, float], today: Mapping[str, float], score: Score) -> float:
    """Recompute the score of one plan from measures with the plan and today."""
    total = weights = 0.0
    for term, weight in score.weights.items():
        if weight == 0:
            continue
        if term == "beyond_standard":
            share = (1 - planned["coverage"]) / (1 - today["coverage"])
        else:
            measure = {"variation": score.variation}.get(term, term)
            share = planned[measure] / today[measure]
        total += weight * share
        weights += weight
    return total / weights
