"""Answer with many sites for any objective: swaps find a set, a pruned enumeration proves it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from clinic_siting.errors import ClinicSitingError, InfeasibleError, TimeLimitError
from clinic_siting.siting.constraints import SetRule, obeyed
from clinic_siting.siting.curve import worst_tenth_bound
from clinic_siting.siting.cut_search import Setting
from clinic_siting.siting.enumeration import fixed_sites
from clinic_siting.siting.evaluate import measure_sets
from clinic_siting.siting.field import Field, field_of
from clinic_siting.siting.local_search import Costs, best_by_swaps, starting_sets
from clinic_siting.siting.loosening import why_no_plan
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.siting.outcomes import Outcomes, outcomes_of
from clinic_siting.siting.question import TIE, Plans, Question, best_first
from clinic_siting.siting.solver import Deadline, Effort
from clinic_siting.siting.tree import Tree, in_order, search_tree
from clinic_siting.tables import FloatArray, IntArray

# Sets that break a rule cost more than any that does not, and more the worse they break it.
BROKEN = 1e9
# Part of the time for finding a good set; the rest is for proving.
FINDING = 0.3
# Part of the time after which the proof stops: measuring, checking and writing the plan take the rest.
PROVING = 0.97
# Part of the time for bounding the worst tenth by coverage.
CURVE = 0.4


def answer_by_tree(question: Question, lines: Sequence[SetRule], top: int, effort: Effort) -> Plans:
    """Find good sets for any objective, and prove as much as time allows.

    Parameters
    ----------
    question
        The question.
    lines
        Its rules on the set itself.
    top
        How many of the best sets to find.
    effort
        Time limit, solver and seed.

    Raises
    ------
    InfeasibleError
        Where every set that was looked at breaks a rule on who goes where.
    TimeLimitError
        Where time was up before a set was found that breaks none.
    """
    field, deadline = field_of(question.case), Deadline.after(PROVING * effort.time_limit_s)
    costs = Noted(exact_costs(question, field), top)
    n_open, n_sites = question.rules.n_open, len(question.case.sites.candidates)
    starts = starting_sets(
        NearestCost.of_minutes(field), n_open, lines, seed=effort.seed, solver=effort.solver
    )
    finding = Deadline.after(FINDING * effort.time_limit_s)
    chosen, value = best_by_swaps(starts, costs, lines, n_sites, finding)
    reason: ClinicSitingError | None = None
    if value >= BROKEN:  # before a long search, whether there can be anything to find
        setting = Setting(question, field, NearestCost.of_minutes(field), lines, effort, deadline)
        reason = why_no_plan(setting)
        if isinstance(reason, InfeasibleError):
            raise reason
    found, bound = [(value, tuple(chosen.tolist()))], None
    if not question.rules.capacity:  # with it patients need not go to the nearest site
        found = costs.best_with(value, chosen)
        least = _least_worst_tenth(question, field, lines, chosen, effort)
        found, bound = _prove(question, field, lines, found, top=top, deadline=deadline)
        bound = max(bound, least)
    if not found or found[0][0] >= BROKEN:
        raise _nothing_found(question, reason, finished=deadline.left_s > 0 and bound is not None)
    ranking = _ranking(question, field, [np.array(sites, dtype=np.int64) for _, sites in found])
    sign = question.objective.sign
    method = "swaps from several starts, every set evaluated exactly"
    if bound is not None:
        method += "; pruned enumeration for the proof"
    known = None if bound is None or not np.isfinite(bound) else sign * bound
    return Plans(ranking, known, method, complete=False)


def _nothing_found(
    question: Question, reason: ClinicSitingError | None, *, finished: bool
) -> ClinicSitingError:
    """Why there is no plan, after the search; ``reason`` is what was known before it."""
    words = reason.rows if reason is not None else question.rules_on_access()
    if finished:
        return InfeasibleError("no set of sites keeps every rule on who goes where.", words)
    return TimeLimitError(
        "no set of sites that keeps every rule was found in time; loosen one, or give more time.", words
    )


class Noted:
    """Costs that keep the best sets they were asked for.

    Until as many good sets are known as are to be ranked, a tree can leave nothing out; a search by swaps
    has looked at all that differ from its best in one site.

    Parameters
    ----------
    costs
        Exact costs of sets.
    keep
        How many of the best to keep.
    """

    def __init__(self, costs: Costs, keep: int) -> None:
        self._costs, self._keep = costs, keep
        self._best: dict[tuple[int, ...], float] = {}

    def __call__(self, sets: IntArray) -> FloatArray:
        """Ask, and note the best."""
        values = self._costs(sets)
        for row in np.argsort(values, kind="stable")[: self._keep].tolist():
            self._best[tuple(sorted(sets[row].tolist()))] = float(values[row])
        cheapest = sorted(self._best.items(), key=lambda one: (one[1], one[0]))
        self._best = dict(cheapest[: self._keep])
        return values

    def best_with(self, value: float, chosen: IntArray) -> list[tuple[float, tuple[int, ...]]]:
        """The best, (cost, set), with one of them first."""
        first = tuple(sorted(chosen.tolist()))
        others = [
            (cost, sites) for sites, cost in self._best.items() if sites != first and value <= cost < BROKEN
        ]
        return [(value, first), *others][: self._keep]


def exact_costs(question: Question, field: Field) -> Costs:
    """Exact costs of sets, to be made small."""

    def costs(sets: IntArray) -> FloatArray:
        return _costs(question, outcomes_of(question.case, question.before, question.rules, sets, field))

    return costs


def _costs(question: Question, outcomes: Outcomes) -> FloatArray:
    """Costs of sets by what they lead to, very large where a rule is broken."""
    values = question.objective.sign * question.objective.values(outcomes.measures, question.today).to_numpy()
    broken = np.zeros(len(values))
    for excess in outcomes.excess.values():
        broken += excess
    for limit in question.limits:
        broken += limit.excess(outcomes.measures, question.today)
    unreached = ~np.isfinite(outcomes.measures["max"].to_numpy())
    broken[unreached & (broken == 0)] = BROKEN
    return np.where(broken > 0, BROKEN * (1 + np.minimum(broken, BROKEN)), values)


def terms_of(question: Question) -> dict[str, float]:
    """The objective as a weighted sum of terms that the tree can bound."""
    objective = question.objective
    if objective.score is None:
        name = {"coverage": "uncovered", "gap": "alliance_gap"}.get(objective.name, objective.name)
        return {name: 1.0}
    total = sum(weight for _, weight in objective.score.terms.values())
    terms: dict[str, float] = {}
    for measure, weight in objective.score.terms.values():
        if measure == "beyond_standard":
            terms["uncovered"] = weight / (1 - question.today["coverage"]) / total
        else:
            terms[measure] = weight / question.today[measure] / total
    return terms


def _prove(
    question: Question,
    field: Field,
    lines: Sequence[SetRule],
    found: list[tuple[float, tuple[int, ...]]],
    *,
    top: int,
    deadline: Deadline,
) -> tuple[list[tuple[float, tuple[int, ...]]], float]:
    """Search the tree from the best set found so far."""
    fixed = fixed_sites(lines, field.minutes.shape[1])
    always = np.flatnonzero(fixed == 1)
    free = np.flatnonzero(np.isnan(fixed))
    saved = np.array([_saved_alone(field, int(j)) for j in free])
    order = np.concatenate([always, free[np.argsort(-saved, kind="stable")]])
    ordered = in_order(field, order)
    case, rules = question.case, question.rules

    def in_tree_order(sets: IntArray) -> FloatArray:
        original = np.sort(order[sets], axis=1)
        keep = obeyed(lines, original)
        values = np.full(len(sets), np.inf)
        if keep.any():
            # In the tree's own order sets share their first sites, so that they are measured together.
            measures = measure_sets(case, sets[keep], ordered)
            outcomes = outcomes_of(case, question.before, rules, original[keep], field, measures)
            exact = _costs(question, outcomes)
            values[keep] = np.where(exact < BROKEN, exact, np.inf)
        return values

    tree = Tree(
        field=ordered,
        terms=terms_of(question),
        n_open=question.rules.n_open,
        held=tuple(range(len(always))),
        costs=in_tree_order,
        by_site=np.ascontiguousarray(ordered.minutes.T),
        place=order,
        keep=top,
        mean_limit=_largest_mean(question),
    )
    rank = np.empty(field.minutes.shape[1], dtype=np.int64)
    rank[order] = np.arange(len(order))
    known = [(value, chosen) for value, chosen in found if value < BROKEN]
    tree.pool = [(value, tuple(sorted(rank[list(chosen)].tolist()))) for value, chosen in known]
    search_tree(tree, deadline)
    return [(value, tuple(sorted(order[list(chosen)].tolist()))) for value, chosen in tree.pool], tree.bound


def _largest_mean(question: Question) -> float:
    """The largest mean that an earlier objective leaves to a plan."""
    limits = [limit.at_most for limit in question.limits if limit.objective.name == "mean"]
    return min(limits, default=np.inf) + 2 * TIE


def _least_worst_tenth(
    question: Question, field: Field, lines: Sequence[SetRule], chosen: IntArray, effort: Effort
) -> float:
    """What the worst tenth cannot beat, where that is the objective; else no bound at all."""
    if question.objective.name != "worst_tenth" or effort.solver != "HiGHS":
        return -np.inf
    minutes = np.minimum(field.today, field.minutes[:, chosen].min(axis=1, initial=np.inf))
    until = Deadline.after(CURVE * effort.time_limit_s)
    return worst_tenth_bound(field, len(chosen), lines, minutes, until, effort.solver)


def _saved_alone(field: Field, site: int) -> float:
    """What one site saves of squared minutes: of the mean and of long journeys most."""
    entries = slice(field.nearer.start[site], field.nearer.start[site + 1])
    zone = field.nearer.zone[entries]
    saved = field.today[zone] ** 2 - field.nearer.minutes[entries] ** 2
    return float(field.share[zone] @ saved)


def _ranking(question: Question, field: Field, sets: Sequence[IntArray]) -> pd.DataFrame:
    """The sets found, with all their measures, best first."""
    table = outcomes_of(
        question.case, question.before, question.rules, np.array([np.sort(s) for s in sets]), field
    ).measures
    ids = [tuple(question.case.sites.candidates[np.sort(s)]) for s in sets]
    values = question.objective.values(table, question.today)
    plans = table.assign(value=values, sites=pd.Series(ids, dtype=object))
    columns = ["sites", "value", *table.columns]
    return best_first(plans, question.objective.sign)[columns]
