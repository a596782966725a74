"""Answer with many sites: Benders cuts for the mean, coverage and the number, bisection for the maximum.

Ties are settled by a second search: of all plans as good as the best, the one with the smallest mean.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd

from clinic_siting.errors import InfeasibleError, TimeLimitError
from clinic_siting.siting.benders import Search, prove
from clinic_siting.siting.center import prove_center
from clinic_siting.siting.constraints import SetRule, obeyed
from clinic_siting.siting.cut_search import Setting, search_for, setting_of
from clinic_siting.siting.interchange import swap_changes
from clinic_siting.siting.loosening import why_no_plan
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.outcomes import outcomes_of
from clinic_siting.siting.question import PROVEN, TIE, Limit, Plans, Question, best_first
from clinic_siting.siting.solver import Effort
from clinic_siting.tables import IntArray

PROVABLE = ("mean", "max", "coverage", "fewest")
METHODS = {
    "mean": "Benders cuts in a PuLP master",
    "coverage": "Benders cuts in a PuLP master",
    "fewest": "Benders cuts in a PuLP master",
    "max": "bisection with set cover in PuLP",
}


def answer_by_cuts(question: Question, lines: Sequence[SetRule], top: int, effort: Effort) -> Plans:
    """Find and prove the best sets for the mean, the maximum, coverage or the number of sites.

    Parameters
    ----------
    question
        The question.
    lines
        Its rules on the set itself.
    top
        How many of the best sets to find.
    effort
        Time limit and solver.

    Raises
    ------
    InfeasibleError
        Where no set obeys the rules and limits.
    TimeLimitError
        Where no set was found in time.
    """
    setting = setting_of(question, lines, effort)
    listed: list[IntArray] = []
    bound: float | None = None
    while len(listed) < top:
        try:
            chosen, proven_bound = _best(setting, listed)
        except (InfeasibleError, TimeLimitError):
            if not listed and question.objective.name == "fewest":
                raise
            if not listed:
                raise why_no_plan(setting) from None
            break
        if not listed:
            bound = proven_bound
        listed.append(chosen)
        if setting.deadline.left_s <= 0:
            break
    ranking = _ranking(setting, listed)
    method = f"{METHODS[question.objective.name]}, {effort.solver}"
    if bound is not None:
        bound *= question.objective.sign
    return Plans(ranking, bound, method, complete=False)


def _best(setting: Setting, without: list[IntArray]) -> tuple[IntArray, float | None]:
    """The best set that is not in ``without``, and the bound (less is better)."""
    question, objective = setting.question, setting.question.objective
    search = search_for(setting, question, without)
    if objective.name == "max":
        prove_center(search, setting.field)
    else:
        prove(search)
    best, bound = search.found, min(search.bound, search.value)
    if objective.name == "coverage":  # 1 − uncovered, with the sign of an objective to minimise
        value, bound = search.value - 1, bound - 1
    elif objective.name == "fewest":
        value, bound = search.value, float(np.ceil(bound - PROVEN))
    else:
        value = search.value
    if objective.name != "mean" and setting.deadline.left_s > 0:
        best = _smallest_mean(setting, best, value, without)
    best = _first_ids(setting, search, best, without)
    known = setting.effort.solver == "HiGHS" and np.isfinite(bound)
    return best, bound if known else None


def _smallest_mean(setting: Setting, best: IntArray, value: float, without: list[IntArray]) -> IntArray:
    """Of all sets that tie with the best, the one with the smallest mean."""
    question = setting.question
    rules, objective = question.rules, question.objective
    if objective.name == "fewest":
        rules = replace(rules, n_open=round(value))
        tie = Limit(Objective("coverage"), objective.share or 0.0)
    else:
        tie = Limit(objective, objective.sign * value)
    tied = replace(question, objective=Objective("mean"), rules=rules, limits=(*question.limits, tie))
    finer = search_for(setting, tied, without)
    finer.offer(best)
    # The limit of a tie may leave a solver's rounding no room.
    with suppress(InfeasibleError, TimeLimitError):
        prove(finer)
    return best if finer.best is None else finer.best


def _first_ids(setting: Setting, search: Search, best: IntArray, without: list[IntArray]) -> IntArray:
    """Of the sets that tie with the best in value and mean, the first by its ids, as far as swaps tell.

    Sites with the same times, which are what ties are made of, differ by a swap. Where sites may be full,
    times do not tell what a swap changes: each is tried.
    """
    full = bool(setting.question.rules.capacity)
    value, mean, best = search.evaluate(best) + TIE, _mean_of(setting, best), np.sort(best)
    seen = {tuple(chosen.tolist()) for chosen in without}
    while setting.deadline.left_s > 0:
        change = swap_changes(setting.minutes, best)
        earlier = np.arange(change.shape[1]) < best[:, None]
        alike = full | (np.abs(change) <= TIE)
        swaps = np.argwhere(earlier & alike & ~np.isin(np.arange(change.shape[1]), best))
        sets = [np.sort(np.append(np.delete(best, out), into)) for out, into in swaps.tolist()]
        for chosen in sorted(sets, key=lambda chosen: chosen.tolist()):
            if setting.deadline.left_s <= 0:
                return best
            kept = obeyed(setting.lines, chosen[None, :])[0] and tuple(chosen.tolist()) not in seen
            if kept and search.evaluate(chosen) <= value and _mean_of(setting, chosen) <= mean + TIE:
                best = chosen
                break
        else:
            break
    return best


def _mean_of(setting: Setting, chosen: IntArray) -> float:
    """The mean, where sites may be full so that two at one place are not alike; else 0, for swaps tell it."""
    question = setting.question
    if not question.rules.capacity:
        return 0.0
    chosen = chosen[None, :]
    found = outcomes_of(question.case, question.before, question.rules, chosen, setting.field).measures
    return float(found["mean"].iloc[0])


def _ranking(setting: Setting, listed: list[IntArray]) -> pd.DataFrame:
    """The sets found, with all their measures."""
    question = setting.question
    tables = []
    for chosen in listed:
        table = outcomes_of(
            question.case, question.before, question.rules, chosen[None, :], setting.field
        ).measures
        ids = tuple(question.case.sites.candidates[np.sort(chosen)])
        value = float(len(ids)) if question.objective.name == "fewest" else None
        values = question.objective.values(table, question.today) if value is None else value
        tables.append(table.assign(value=values, sites=pd.Series([ids], dtype=object)))
    plans = pd.concat(tables, ignore_index=True)
    columns = ["sites", "value", *[c for c in plans.columns if c not in {"sites", "value"}]]
    return best_first(plans, question.objective.sign)[columns]
