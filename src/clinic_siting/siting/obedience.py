"""Every rule of a plan checked one by one, by plain loops; a plan that fails is not published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError, SolverError
from clinic_siting.siting import check
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.question import Question
from clinic_siting.siting.rules import Rules
from clinic_siting.tables import FloatArray

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
    problems = SetRules.of(case, rules).broken(chosen, closed)
    problems += broken_access_rules(case, rules, chosen, journeys)
    for limit in question.limits:
        value = value_of(limit.objective, planned, today, chosen)
        if limit.objective.sign * (value - limit.at_most) > AGREEMENT * max(1.0, abs(value)):
            problems.append(f"{limit}, but it is {value:.9g}")
    objective = question.objective
    value = value_of(objective, planned, today, chosen)
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


def value_of(
    objective: Objective, planned: Mapping[str, float], today: Mapping[str, float], chosen: Sequence[str]
) -> float:
    """An objective's value, from measures with the plan and today."""
    if objective.name == "fewest":
        return float(len(chosen))
    if objective.score is not None:
        return check.score_of(planned, today, objective.score)
    return planned[objective.measure]


@dataclass(frozen=True, slots=True, eq=False)
class SetRules:
    """The rules on which sites open and close, with what they speak of looked up once.

    Attributes
    ----------
    rules
        The rules.
    status, cost
        Of each site.
    counted
        Sites that count, of each requirement.
    minutes
        Minutes to each site, by zone.
    ways
        Ways between two sites, in minutes, as far as they were asked for.
    """

    rules: Rules
    status: Mapping[str, str]
    cost: Mapping[str, float]
    counted: tuple[frozenset[str], ...]
    minutes: Mapping[str, FloatArray]
    ways: dict[tuple[str, str], float] = field(default_factory=dict)

    @classmethod
    def of(cls, case: SitingCase, rules: Rules) -> "SetRules":
        """Look everything up.

        Raises
        ------
        ConfigError
            Where a rule speaks of a column that sites lack.
        """
        table = case.sites.table.assign(site_id=case.sites.table.index)
        named = [column for requirement in rules.require for column in requirement.where]
        missing = sorted({*named, *([] if rules.budget is None else ["cost"])} - set(table))
        if missing:
            raise ConfigError(f"sites have no column {' or '.join(missing)}, of which a rule speaks.")
        counted = []
        for requirement in rules.require:
            member = np.ones(len(table), dtype=bool)
            for column, values in requirement.where.items():
                member &= table[column].astype(str).isin(values).to_numpy()
            counted.append(frozenset(table.index[member].tolist()))
        sites = table.index.tolist()
        cost = []
        if rules.budget is not None:  # a site without a cost is beyond any budget
            cost = pd.to_numeric(table["cost"], errors="coerce").fillna(np.inf).tolist()
        return cls(
            rules=rules,
            status=dict(zip(sites, table["status"].tolist(), strict=True)),
            cost=dict(zip(sites, cost, strict=False)),
            counted=tuple(counted),
            minutes=dict(zip(case.times.site_id, case.times.minutes.T, strict=True)),
        )

    def broken(self, chosen: Sequence[str], closed: Sequence[str]) -> list[str]:
        """Go through the rules one by one; an empty list means that all are kept."""
        rules, status = self.rules, self.status
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
        for requirement, counted in zip(rules.require, self.counted, strict=True):
            count = sum(site in counted for site in chosen)
            too_many = requirement.at_most is not None and count > requirement.at_most
            if count < requirement.at_least or too_many:
                broken.append(f"{count} instead of {requirement}")
        return broken + self._too_dear(chosen) + self._too_near(chosen, closed)

    def _too_dear(self, chosen: Sequence[str]) -> list[str]:
        budget = self.rules.budget
        if budget is None:
            return []
        cost = sum(self.cost.get(site, 0.0) for site in chosen)
        dear = cost > budget + AGREEMENT * max(1.0, budget)
        return [f"the new sites cost {cost:g}, more than {budget:g}"] if dear else []

    def _too_near(self, chosen: Sequence[str], closed: Sequence[str]) -> list[str]:
        if not self.rules.min_apart_min:
            return []
        broken = []
        others = [s for s, status in self.status.items() if status == "existing" and s not in closed]
        for site in chosen:
            for other in others:
                way = self._way(site, other)
                if way < self.rules.min_apart_min:
                    broken.append(f"{site} and {other} are {way:.2f} minutes apart")
            others.append(site)
        return broken

    def _way(self, one: str, other: str) -> float:
        """Minutes between two sites, through the zone that makes it shortest."""
        known = self.ways.get((one, other))
        if known is None:
            there = one in self.minutes and other in self.minutes
            known = float((self.minutes[one] + self.minutes[other]).min(initial=inf)) if there else inf
            self.ways[one, other] = known
        return known


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
