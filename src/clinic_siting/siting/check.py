"""A second opinion on every plan: plain loops over the travel times, shared with nothing else.

Slow on purpose and simple on purpose: whoever doubts a plan can read this file alone.
"""

from collections.abc import Mapping, Sequence
from math import isinf, sqrt

from clinic_siting.errors import SolverError
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.score import Score

# Two ways of adding up the same figures differ by rounding alone.
AGREEMENT = 1e-9


def served_by(case: SitingCase, chosen: Sequence[str]) -> dict[str, tuple[float, str | None]]:
    """Send each zone to its nearest open site; of equals, to the first by id.

    Returns
    -------
        Zone → (minutes, site); (``inf``, None) where no open site has a route.
    """
    is_open = sorted([*case.sites.existing, *chosen])
    column = {site: j for j, site in enumerate(case.times.site_id)}
    result: dict[str, tuple[float, str | None]] = {}
    for zone, row in zip(case.times.zone_id, case.times.minutes.tolist(), strict=True):
        best, where = float("inf"), None
        for site in is_open:
            if row[column[site]] < best:
                best, where = row[column[site]], site
        result[zone] = (best, where)
    return result


def measures_of(case: SitingCase, chosen: Sequence[str]) -> dict[str, float]:
    """Recompute every measure with some candidates opened, one zone after another."""
    served = served_by(case, chosen)
    reachable = {
        zone
        for zone, row in zip(case.times.zone_id, case.times.minutes, strict=True)
        if min(row) < float("inf")
    }
    patients = sorted(
        (served[zone][0], demand, zone)
        for zone, demand in zip(case.times.zone_id, case.demand.tolist(), strict=True)
        if demand > 0 and zone in reachable
    )
    total = sum(w for _, w, _ in patients)
    covered = _covered(case, chosen)
    result = {"coverage": sum(w for _, w, zone in patients if zone in covered) / total}
    if isinf(patients[-1][0]):
        unreached = ("mean", "sd", "mad", "gini", "p90", "max", "worst_tenth", "alliance_gap")
        return result | dict.fromkeys(unreached, float("inf"))
    mean = sum(t * w for t, w, _ in patients) / total
    result |= {
        "mean": mean,
        "sd": sqrt(sum(w * (t - mean) ** 2 for t, w, _ in patients) / total),
        "mad": sum(w * abs(t - mean) for t, w, _ in patients) / total,
        "gini": _gini(patients, total, mean),
        "max": patients[-1][0],
    }
    return result | _tail(patients, total) | {"alliance_gap": _gap(case, patients)}


def _covered(case: SitingCase, chosen: Sequence[str]) -> set[str]:
    is_open = {*case.sites.existing, *chosen}
    columns = [j for j, site in enumerate(case.times.site_id) if site in is_open]
    rows = zip(case.times.zone_id, case.within_standard.tolist(), strict=True)
    return {zone for zone, row in rows if any(row[j] for j in columns)}


Patients = list[tuple[float, float, str]]


def _gini(patients: Patients, total: float, mean: float) -> float:
    """Add up |tᵢ − tⱼ| over pairs: each later patient against everyone before."""
    if mean == 0:
        return 0.0
    pairs = weight_before = minutes_before = 0.0
    for t, w, _ in patients:
        pairs += w * (t * weight_before - minutes_before)
        weight_before += w
        minutes_before += w * t
    return 2 * pairs / (2 * total**2 * mean)


def _tail(patients: Patients, total: float) -> dict[str, float]:
    """Walk down from the longest journey until a tenth of demand is seen."""
    wanted, minutes = 0.1 * total, 0.0
    left = wanted
    for t, w, _ in reversed(patients):
        minutes += t * min(w, left)
        left -= min(w, left)
        if left <= 0:
            break
    reached, p90 = 0.0, patients[-1][0]
    for t, w, _ in patients:
        reached += w
        if reached >= (0.9 - 1e-10) * total:
            p90 = t
            break
    return {"worst_tenth": minutes / wanted, "p90": p90}


def _gap(case: SitingCase, patients: Patients) -> float:
    if "alliance_name" not in case.groups:
        return 0.0
    group = dict(case.groups["alliance_name"].astype(str).items())
    minutes: dict[str, float] = {}
    people: dict[str, float] = {}
    for t, w, zone in patients:
        minutes[group[zone]] = minutes.get(group[zone], 0.0) + t * w
        people[group[zone]] = people.get(group[zone], 0.0) + w
    means = [minutes[name] / people[name] for name in people]
    return max(means) - min(means)


def score_of(planned: Mapping[str, float], today: Mapping[str, float], score: Score) -> float:
    """Recompute the score of one plan from measures with the plan and today."""
    total = weights = 0.0
    for term, weight in score.weights.items():
        if weight == 0:
            continue
        if term == "beyond_standard":
            share = (1 - planned["coverage"]) / (1 - today["coverage"])
        else:
            measure = score.variation if term == "variation" else term
            share = planned[measure] / today[measure]
        total += weight * share
        weights += weight
    return total / weights


def broken_rules(case: SitingCase, rules: Rules, chosen: Sequence[str]) -> list[str]:
    """Go through the rules one by one; an empty list means that all are kept."""
    broken = []
    status = case.sites.table["status"]
    if len(set(chosen)) != rules.n_open:
        broken.append(f"{len(set(chosen))} sites opened, not {rules.n_open}")
    broken += [f"{site} is not a candidate" for site in chosen if status.get(site) != "candidate"]
    broken += [f"{site} was to be opened" for site in rules.force if site not in chosen]
    broken += [f"{site} was to stay closed" for site in rules.forbid if site in chosen]
    for requirement in rules.require:
        count = 0
        for site in chosen:
            place = case.sites.table.loc[site]
            count += all(place[column] in values for column, values in requirement.where.items())
        too_many = requirement.at_most is not None and count > requirement.at_most
        if count < requirement.at_least or too_many:
            broken.append(f"{count} instead of {requirement}")
    return broken


def confirm(value: float, claimed: float, broken: Sequence[str], what: str) -> None:
    """Refuse a plan that breaks a rule, or whose recomputed value is not the one claimed.

    Raises
    ------
    SolverError
        Naming what does not hold.
    """
    problems = list(broken)
    if abs(value - claimed) > AGREEMENT * max(1.0, abs(value)):
        problems.append(f"{what}: recomputed {value!r}, claimed {claimed!r}")
    if problems:
        raise SolverError("the plan does not hold when checked again, so it is not published.", problems)
