"""Every rule of a plan checked one by one, by plain loops; a plan that fails is not published."""

from collections.abc import Mapping, Sequence
from math import inf

from clinic_siting.errors import SolverError
from clinic_siting.siting import check
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.question import Question
from clinic_siting.siting.rules import Rules

# Two ways of adding up the same figures differ by rounding alone.
AGREEMENT = 1e-9


def confirm_plan(
    question: Question, chosen: Sequence[str], closed: Sequence[str], *, claimed: float
) -> float:
    """Recompute a plan's value and go through its rules.

    Parameters
    ----------
    question
        The question; its case is the one before anything is closed.
    chosen, closed
        Ids of the sites that the plan opens and closes.
    claimed
        The value that the model claims.

    Returns
    -------
        The recomputed value, in the objective's unit.

    Raises
    ------
    SolverError
        Naming every rule that is broken, and a value that is not the claimed one.
    """
    case, rules = question.before, question.rules
    journeys = _journeys(case, rules, chosen, closed)
    planned = check.measures_of(case, journeys)
    today = check.measures_of(case, check.journeys_of(case, list(case.sites.existing), {}))
    problems = broken_set_rules(case, rules, chosen, closed)
    problems += broken_access_rules(case, rules, chosen, journeys)
    for limit in question.limits:
        value = _value(limit.objective, planned, today, chosen)
        if limit.objective.sign * (value - limit.at_most) > AGREEMENT * max(1.0, abs(value)):
            problems.append(f"{limit}, but it is {value:.9g}")
    objective = question.objective
    value = _value(objective, planned, today, chosen)
    if not abs(value - claimed) <= AGREEMENT * max(1.0, abs(value)):
        problems.append(f"{objective.name}: recomputed {value!r}, claimed {claimed!r}")
    if problems:
        raise SolverError("the plan does not hold when checked again, so it is not published.", problems)
    return value


def planned_measures(
    case: SitingCase, rules: Rules, chosen: Sequence[str], closed: Sequence[str]
) -> dict[str, float]:
    """Recompute every measure with a plan."""
    return check.measures_of(case, _journeys(case, rules, chosen, closed))


def _journeys(
    case: SitingCase, rules: Rules, chosen: Sequence[str], closed: Sequence[str]
) -> list[check.Journey]:
    is_open = [site for site in case.sites.existing if site not in closed]
    is_open += [site for site in chosen if site in case.sites.candidates]
    return check.journeys_of(case, is_open, rules.capacity)


def _value(
    objective: Objective, planned: Mapping[str, float], today: Mapping[str, float], chosen: Sequence[str]
) -> float:
    if objective.name == "fewest":
        return float(len(chosen))
    if objective.score is not None:
        return check.score_of(planned, today, objective.score)
    return planned[objective.measure]


def broken_set_rules(
    case: SitingCase, rules: Rules, chosen: Sequence[str], closed: Sequence[str]
) -> list[str]:
    """Go through the rules on which sites open and close; an empty list means that all are kept."""
    status = case.sites.table["status"]
    broken = []
    if len(set(chosen)) != rules.n_open:
        broken.append(f"{len(set(chosen))} sites opened, not {rules.n_open}")
    broken += [f"{site} is not a candidate" for site in chosen if status.get(site) != "candidate"]
    broken += [f"{site} was to be opened" for site in rules.force if site not in chosen]
    broken += [f"{site} was to stay closed" for site in rules.forbid if site in chosen]
    broken += [f"{site} is not an existing site" for site in closed if status.get(site) != "existing"]
    broken += [f"{site} was to close" for site in rules.close if site not in closed]
    if len(set(closed)) != len(set(rules.close)) + rules.relocate:
        broken.append(f"{len(set(closed))} sites closed, not {len(set(rules.close)) + rules.relocate}")
    for sites in rules.either:
        count = sum(site in chosen for site in sites)
        if count != 1:
            broken.append(f"{count} of {' and '.join(sites)} opened, not exactly one")
    for requirement in rules.require:
        count = 0
        for site in chosen:
            place = {**case.sites.table.loc[site].to_dict(), "site_id": site}
            count += all(str(place[column]) in values for column, values in requirement.where.items())
        too_many = requirement.at_most is not None and count > requirement.at_most
        if count < requirement.at_least or too_many:
            broken.append(f"{count} instead of {requirement}")
    if rules.budget is not None:
        cost = sum(case.sites.table["cost"].astype(float).get(site, 0.0) for site in chosen)
        if cost > rules.budget + AGREEMENT * max(1.0, rules.budget):
            broken.append(f"the new sites cost {cost:g}, more than {rules.budget:g}")
    return broken + _too_near(case, rules, chosen, closed)


def _too_near(case: SitingCase, rules: Rules, chosen: Sequence[str], closed: Sequence[str]) -> list[str]:
    if not rules.min_apart_min:
        return []
    broken = []
    column = {site: j for j, site in enumerate(case.times.site_id)}
    rows = case.times.minutes.tolist()
    others = [site for site in case.sites.existing if site not in closed]
    for site in chosen:
        for other in others:
            way = min((row[column[site]] + row[column[other]] for row in rows), default=inf)
            if way < rules.min_apart_min:
                broken.append(f"{site} and {other} are {way:.2f} minutes apart")
        others.append(site)
    return broken


def broken_access_rules(
    case: SitingCase, rules: Rules, chosen: Sequence[str], journeys: Sequence[check.Journey]
) -> list[str]:
    """Go through the rules on who goes where; an empty list means that all are kept."""
    volume: dict[str, float] = {}
    broken = []
    for zone, site, _, demand in journeys:
        if site is None:
            broken.append(f"{demand:g} of the demand of {zone} goes nowhere")
        else:
            volume[site] = volume.get(site, 0.0) + demand
    for site, room in rules.capacity.items():
        if volume.get(site, 0.0) > room + AGREEMENT * max(1.0, room):
            broken.append(f"{site} takes {volume[site]:g}, more than {room:g}")
    least = rules.min_volume - AGREEMENT * max(1.0, rules.min_volume)
    broken += [
        f"{site} takes {volume.get(site, 0.0):g}, less than {rules.min_volume:g}"
        for site in chosen
        if volume.get(site, 0.0) < least
    ]
    return broken + _beyond_rails(case, rules, journeys)


def _beyond_rails(case: SitingCase, rules: Rules, journeys: Sequence[check.Journey]) -> list[str]:
    broken = []
    today = check.journeys_of(case, list(case.sites.existing), {}) if rules.guard_rails else []
    for rail in rules.guard_rails:
        before = check.group_means(case, today, rail.group)
        for name, mean in check.group_means(case, journeys, rail.group).items():
            if rail.mean_at_most_min is not None and mean > rail.mean_at_most_min + AGREEMENT:
                broken.append(f"{rail.group} {name}: a mean of {mean:.4f} minutes")
            worse = mean - before[name]
            if rail.worse_by_at_most_min is not None and worse > rail.worse_by_at_most_min + AGREEMENT:
                broken.append(f"{rail.group} {name}: {worse:.4f} minutes worse than today")
    return broken
