"""Answers over every choice of existing sites that close, of which the best counts."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import pandas as pd

from clinic_siting.errors import ClinicSitingError, InfeasibleError, TimeLimitError
from clinic_siting.siting.answer import answer
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.question import Plans, Question, best_first
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.solver import Effort, TimeShares


def answer_over_closings(question: Question, top: int, effort: Effort) -> Plans:
    """Answer for every choice of existing sites to close, and keep the best.

    Raises
    ------
    InfeasibleError
        Where no choice leaves a plan.
    TimeLimitError
        Where time was up before any plan was found.
    """
    answers: list[Plans] = []
    refusals: list[ClinicSitingError] = []
    closings, missed = list(_closings(question.case, question.rules)), False
    shares = TimeShares.of(effort, len(closings))
    for number, closed in enumerate(closings):
        if number and shares.deadline.left_s <= 0:
            missed = True
            break
        try:
            one = replace(question, case=question.case.closing(closed))
            found = answer(one, top, shares.take())
        except InfeasibleError as refusal:
            refusals.append(refusal)
        except TimeLimitError as refusal:
            refusals, missed = [refusal, *refusals], True
        else:
            closing = pd.Series([closed] * len(found.ranking), dtype=object)
            answers.append(replace(found, ranking=found.ranking.assign(closed=closing)))
    if not answers:
        raise refusals[0]
    sign = question.objective.sign
    ranking = best_first(pd.concat([found.ranking for found in answers]), sign)
    bounds = [found.bound for found in answers]
    bound = None if missed or None in bounds else sign * min(sign * b for b in bounds if b is not None)
    method = answers[0].method
    if len(closings) > 1:
        method += f"; for each of {len(closings):,} choices of sites to close"
    return Plans(ranking, bound, method, not missed and all(a.complete for a in answers))


def _closings(case: SitingCase, rules: Rules) -> Iterable[tuple[str, ...]]:
    left = [site for site in case.sites.existing if site not in rules.close]
    if rules.relocate > len(left):
        raise InfeasibleError(
            f"relocate: {rules.relocate} existing sites cannot close, there are only {len(left)}."
        )
    for chosen in combinations(left, rules.relocate):
        yield tuple(sorted({*rules.close, *chosen}))
