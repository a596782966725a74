"""A plan's file, its question and the figures beside it: what its claims are held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

import pandas as pd

from clinic_siting.siting import check
from clinic_siting.siting.every_plan import Tried, every_plan
from clinic_siting.siting.obedience import AGREEMENT, SetRules, broken_access_rules, value_of
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.question import Question
from clinic_siting.siting.rules import Rules

Sites = tuple[str, ...]


@dataclass(slots=True, eq=False)
class Recount:
    """Everything that is computed again for one file, each plan once.

    Attributes
    ----------
    question
        The question; its case is the one before anything closes.
    today
        Measures without a plan.
    known
        Measures of plans (sites opened, sites closed, rooms of clinics).
    listed
        Every plan that obeys some rules, or None where there are too many.
    """

    question: Question
    today: Mapping[str, float]
    known: dict[object, Mapping[str, float]] = field(default_factory=dict)
    listed: list[tuple[Rules, list[Tried] | None]] = field(default_factory=list)

    def measures(self, rules: Rules, chosen: Sequence[str], closed: Sequence[str]) -> Mapping[str, float]:
        """Every measure with a plan."""
        key = (tuple(sorted(chosen)), tuple(sorted(closed)), bool(rules.capacity))
        if key not in self.known:
            case = self.question.before
            self.known[key] = check.measures_of(case, self._journeys(rules, chosen, closed))
        return self.known[key]

    def broken(self, rules: Rules, chosen: Sequence[str], closed: Sequence[str]) -> list[str]:
        """Every rule that a plan breaks, in words."""
        case = self.question.before
        journeys = self._journeys(rules, chosen, closed)
        return [
            *SetRules.of(case, rules).broken(chosen, closed),
            *broken_access_rules(case, rules, chosen, journeys),
        ]

    def value(
        self, objective: Objective, rules: Rules, chosen: Sequence[str], closed: Sequence[str]
    ) -> float:
        """An objective's value with a plan."""
        return value_of(objective, self.measures(rules, chosen, closed), self.today, chosen)

    def every_plan(self, rules: Rules) -> list[Tried] | None:
        """Every plan that obeys the rules; None where there are too many to go through."""
        for of_rules, plans in self.listed:
            if of_rules == rules:
                return plans
        plans = every_plan(self.question.before, rules)
        self.listed.append((rules, plans))
        for plan in plans or ():
            self.known[plan.chosen, plan.closed, bool(rules.capacity)] = plan.measures
        return plans

    def are_candidates(self, sites: object) -> TypeGuard[list[str]]:
        """Whether it is a list of candidates."""
        return _all_of(sites, self.question.before.sites.candidates)

    def are_existing(self, sites: object) -> TypeGuard[list[str]]:
        """Whether it is a list of existing sites."""
        return _all_of(sites, self.question.before.sites.existing)

    def _journeys(self, rules: Rules, chosen: Sequence[str], closed: Sequence[str]) -> list[check.Journey]:
        case = self.question.before
        is_open = {*case.sites.existing, *chosen} - {*closed}
        return check.journeys_of(case, sorted(is_open), rules.capacity)


def agrees(claimed: object, right: float) -> bool:
    """Whether a claim is a number, and the right one."""
    if isinstance(claimed, bool) or not isinstance(claimed, int | float):
        return False
    return claimed == right or abs(claimed - right) <= AGREEMENT * max(1.0, abs(right))


def _all_of(sites: object, known: pd.Index) -> TypeGuard[list[str]]:
    return isinstance(sites, list) and all(isinstance(site, str) and site in known for site in sites)
