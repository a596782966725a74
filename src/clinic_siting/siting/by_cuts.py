"""Answer with many sites: Benders cuts for the mean, coverage and the number, bisection for the maximum.

Ties are settled by a second search: of all plans as good as the best, the one with the smallest mean.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import pandas as pd

from clinic_siting.errors import InfeasibleError
from clinic_siting.siting.benders import Evaluate, Search, prove
from clinic_siting.siting.center import prove_center
from clinic_siting.siting.constraints import SetRule, obeyed
from clinic_siting.siting.field import UNREACHED_MIN, Field, field_of
from clinic_siting.siting.interchange import greedy, interchange, swap_changes
from clinic_siting.siting.master import Bounded, Master
from clinic_siting.siting.near import NearRows
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.outcomes import outcomes_of, rail_limits
from clinic_siting.siting.question import PROVEN, TIE, Answer, Limit, Question, best_first
from clinic_siting.siting.solver import Deadline, Effort
from clinic_siting.tables import IntArray

PROVABLE = ("mean", "max", "coverage", "fewest")
METHODS = {
    "mean": "Benders cuts in a PuLP master",
    "coverage": "Benders cuts in a PuLP master",
    "fewest": "Benders cuts in a PuLP master",
    "max": "bisection with set cover in PuLP",
}


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A question laid out for cuts."""

    question: Question
    field: Field
    minutes: NearestCost
    lines: Sequence[SetRule]
    effort: Effort
    deadline: Deadline


def answer_by_cuts(question: Question, lines: Sequence[SetRule], top: int, effort: Effort) -> Answer:
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
    deadline, field = Deadline.after(effort.time_limit_s), field_of(question.case)
    setting = Setting(question, field, NearestCost.of_minutes(field), lines, effort, deadline)
    listed: list[IntArray] = []
    bound: float | None = None
    while len(listed) < top:
        try:
            chosen, proven_bound = _best(setting, listed)
        except InfeasibleError:
            if not listed:
                raise InfeasibleError(
                    "no set of sites keeps every rule on who goes where.", question.rules_on_access()
                ) from None
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
    return Answer(ranking, bound, method, complete=False)


def _best(setting: Setting, without: list[IntArray]) -> tuple[IntArray, float | None]:
    """The best set that is not in ``without``, and the bound (less is better)."""
    question, objective = setting.question, setting.question.objective
    search = _search(setting, question, without)
    if objective.name == "max":
        prove_center(search, setting.field)
    else:
        prove(search)
    if search.best is None:
        raise InfeasibleError("no set of sites obeys the rules and limits together.")
    bound = min(search.bound, search.value)
    if objective.name == "coverage":  # 1 − uncovered, with the sign of an objective to minimise
        value, bound = search.value - 1, bound - 1
    elif objective.name == "fewest":
        value, bound = search.value, float(ceil(bound - PROVEN))
    else:
        value = search.value
    best = search.best
    if objective.name != "mean" and setting.deadline.left_s > 0:
        best = _smallest_mean(setting, search, value, without)
    best = _first_ids(setting, search, best, without)
    known = setting.effort.solver == "HiGHS" and np.isfinite(bound)
    return best, bound if known else None


def _smallest_mean(setting: Setting, search: Search, value: float, without: list[IntArray]) -> IntArray:
    """Of all sets that tie with the best, the one with the smallest mean."""
    question = setting.question
    rules, objective = question.rules, question.objective
    if objective.name == "fewest":
        rules = replace(rules, n_open=round(value))
        tie = Limit(Objective("coverage"), objective.share or 0.0)
    else:
        tie = Limit(objective, objective.sign * value)
    tied = replace(question, objective=Objective("mean"), rules=rules, limits=(*question.limits, tie))
    finer = _search(setting, tied, without)
    if search.best is not None:
        finer.offer(search.best)
    with suppress(InfeasibleError):  # the limit of a tie may leave a solver's rounding no room
        prove(finer)
    return search.best if finer.best is None else finer.best  # type: ignore[return-value]


def _first_ids(setting: Setting, search: Search, best: IntArray, without: list[IntArray]) -> IntArray:
    """Of the sets that tie with the best in value and mean, the first by its ids, as far as swaps tell.

    Sites with the same times, which are what ties are made of, differ by a swap.
    """
    value, best = search.evaluate(best) + TIE, np.sort(best)
    seen = {tuple(chosen.tolist()) for chosen in without}
    while setting.deadline.left_s > 0:
        change = swap_changes(setting.minutes, best)
        earlier = np.arange(change.shape[1]) < best[:, None]
        swaps = np.argwhere(earlier & (np.abs(change) <= TIE) & ~np.isin(np.arange(change.shape[1]), best))
        sets = [np.sort(np.append(np.delete(best, out), into)) for out, into in swaps.tolist()]
        for chosen in sorted(sets, key=lambda chosen: chosen.tolist()):
            kept = obeyed(setting.lines, chosen[None, :])[0] and tuple(chosen.tolist()) not in seen
            if kept and search.evaluate(chosen) <= value:
                best = chosen
                break
        else:
            break
    return best


def _search(setting: Setting, question: Question, without: list[IntArray]) -> Search:
    """A search with everything that the question limits, started from a good set."""
    field, objective = setting.field, question.objective
    n_open = None if objective.name == "fewest" else question.rules.n_open
    limits = list(question.limits)
    if objective.name == "fewest":
        limits.append(Limit(Objective("coverage"), objective.share or 0.0))
    aim = _aim(setting, objective)
    start = None if n_open is None else _start(aim, n_open, setting.lines)
    label = _labels(field, aim, start)
    costs = [] if objective.name in {"max", "fewest"} else [Bounded(aim, label)]
    costs += _limited_costs(setting, limits, label) + _rails(field, question, label)
    master = Master(len(question.case.sites.candidates), n_open, setting.lines, costs)
    master.ruled_out.extend(without)
    search = Search(
        master, _evaluator(setting, question, limits, aim), setting.deadline, setting.effort.solver
    )
    radius = _radius(field, limits)
    if np.isfinite(radius):
        search.find_near = NearRows.within(field, radius).violated
    if start is not None and not any(np.array_equal(start, other) for other in without):
        search.offer(start)
    return search


def _aim(setting: Setting, objective: Objective) -> NearestCost:
    if objective.name in {"coverage", "fewest"}:
        return NearestCost.of_uncovered(setting.field)
    return setting.minutes


def _start(aim: NearestCost, n_open: int, lines: Sequence[SetRule]) -> IntArray | None:
    """A good set by greedy opening and swaps; None where greedy opening breaks a rule."""
    chosen = greedy(aim, n_open)
    if not obeyed(lines, chosen[None, :])[0]:
        return None
    return interchange(aim, chosen, lines)


def _labels(field: Field, aim: NearestCost, start: IntArray | None) -> IntArray:
    """Zones that share their site today and with the starting set share a cut."""
    now = aim.nearest(np.empty(0, dtype=np.int64) if start is None else start)[1]
    both = now * (int(field.nearest_today.max(initial=0)) + 1) + field.nearest_today
    return np.asarray(np.unique(both, return_inverse=True)[1], dtype=np.int64)


def _limited_costs(setting: Setting, limits: Sequence[Limit], label: IntArray) -> list[Bounded]:
    costs = []
    for limit in limits:
        if limit.objective.name == "coverage":
            costs.append(Bounded(NearestCost.of_uncovered(setting.field), label, 1 - limit.at_most + TIE))
        elif limit.objective.name == "mean":
            costs.append(Bounded(setting.minutes, label, limit.at_most + TIE))
    return costs


def _rails(field: Field, question: Question, label: IntArray) -> list[Bounded]:
    """The mean minutes of each group of patients, as far as a guard-rail limits it."""
    costs = []
    for rail in question.rules.guard_rails:
        codes, limits = rail_limits(question.case, question.before, rail)
        for group in np.flatnonzero(np.isfinite(limits)).tolist():
            weight = np.where(codes == group, field.share, 0.0)
            weight /= weight.sum()
            costs.append(Bounded(NearestCost.of_minutes(field, weight), label, float(limits[group]) + TIE))
    return costs


def _radius(field: Field, limits: Sequence[Limit]) -> float:
    """Minutes within which every zone must have a site: a limit, or any route at all."""
    radii = [limit.at_most + TIE for limit in limits if limit.objective.name == "max"]
    if (field.today >= UNREACHED_MIN).any():
        radii.append(UNREACHED_MIN - 1)
    return min(radii, default=np.inf)


def _evaluator(setting: Setting, question: Question, limits: Sequence[Limit], aim: NearestCost) -> Evaluate:
    """The exact value of a set, to be made small; ``inf`` where it breaks a rule or a limit."""
    name, field = question.objective.name, setting.field
    plain = not question.rules.depend_on_access and not limits and (field.today < UNREACHED_MIN).all()

    def evaluate(chosen: IntArray) -> float:
        if plain and name in {"mean", "coverage"}:
            return aim.value(chosen)
        outcomes = outcomes_of(question.case, question.before, question.rules, chosen[None, :], field)
        measures = outcomes.measures
        broken = not outcomes.kept[0] or not np.isfinite(measures["max"].iloc[0])
        if broken or any(limit.excess(measures, question.today)[0] > 0 for limit in limits):
            return np.inf
        if name == "fewest":
            return float(len(chosen))
        return float(1 - measures["coverage"].iloc[0] if name == "coverage" else measures[name].iloc[0])

    return evaluate


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
