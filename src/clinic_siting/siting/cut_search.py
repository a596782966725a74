"""Questions laid out for cuts: costs, limits and starting sets of a search, and the exact value of a set."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinic_siting.siting.benders import Evaluate, Search
from clinic_siting.siting.constraints import SetRule, obeyed
from clinic_siting.siting.field import UNREACHED_MIN, Field, field_of
from clinic_siting.siting.interchange import greedy, interchange
from clinic_siting.siting.master import Bounded, Master
from clinic_siting.siting.near import NearRows
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.outcomes import outcomes_of, rail_limits
from clinic_siting.siting.question import TIE, Limit, Question
from clinic_siting.siting.solver import Deadline, Effort
from clinic_siting.tables import IntArray

# Room that a model leaves beyond each limit, in minutes or shares. Without it a solver's presolve may call
# impossible what meets a limit to the last digit; what does exceed the limit its exact value tells.
LEEWAY = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A question laid out for cuts.

    Attributes
    ----------
    question, lines
        The question, and its rules on the set itself.
    field, minutes
        The case, and its weighted minutes.
    effort, deadline
        How hard and how long to look.
    """

    question: Question
    field: Field
    minutes: NearestCost
    lines: Sequence[SetRule]
    effort: Effort
    deadline: Deadline


def setting_of(question: Question, lines: Sequence[SetRule], effort: Effort) -> Setting:
    """Lay a question out, from now on."""
    field = field_of(question.case)
    deadline = Deadline.after(effort.time_limit_s)
    return Setting(question, field, NearestCost.of_minutes(field), lines, effort, deadline)


def search_for(setting: Setting, question: Question, without: list[IntArray]) -> Search:
    """A search with everything that the question limits, started from a good set."""
    field, objective = setting.field, question.objective
    n_open = None if objective.name == "fewest" else question.rules.n_open
    limits = list(question.limits)
    if objective.name == "fewest":
        limits.append(Limit(Objective("coverage"), objective.share or 0.0))
    aim = aim_of(setting, objective)
    if n_open is None:
        start = enough_of(aim, 1 - (objective.share or 0.0), setting.lines)
    else:
        start = start_of(aim, n_open, setting.lines)
    label = labels_of(field, aim, start)
    costs = [] if objective.name in {"max", "fewest"} else [Bounded(aim, label)]
    costs += limited_costs(setting, limits, label) + rails_of(field, question, label)
    master = Master(len(question.case.sites.candidates), n_open, setting.lines, costs)
    master.ruled_out.extend(without)
    search = Search(
        master, evaluator_of(setting, question, limits, aim), setting.deadline, setting.effort.solver
    )
    radius = radius_of(field, limits)
    if np.isfinite(radius):
        search.find_near = NearRows.within(field, radius).violated
    if start is not None and not any(np.array_equal(start, other) for other in without):
        search.offer(start)
    return search


def aim_of(setting: Setting, objective: Objective) -> NearestCost:
    """The cost that an objective is about, or, where it is about none, the mean."""
    if objective.name in {"coverage", "fewest"}:
        return NearestCost.of_uncovered(setting.field)
    return setting.minutes


def start_of(aim: NearestCost, n_open: int, lines: Sequence[SetRule]) -> IntArray | None:
    """A good set by greedy opening and swaps; None where greedy opening breaks a rule."""
    chosen = greedy(aim, n_open)
    if not obeyed(lines, chosen[None, :])[0]:
        return None
    return interchange(aim, chosen, lines)


def enough_of(aim: NearestCost, at_most: float, lines: Sequence[SetRule]) -> IntArray | None:
    """A set that brings a cost low enough by greedy opening; None where that breaks a rule."""
    chosen = greedy(aim, aim.n_sites, enough=at_most)
    return chosen if obeyed(lines, chosen[None, :])[0] else None


def labels_of(field: Field, aim: NearestCost, start: IntArray | None) -> IntArray:
    """Zones that share their site today and with the starting set share a cut."""
    now = aim.nearest(np.empty(0, dtype=np.int64) if start is None else start)[1]
    both = now * (int(field.nearest_today.max(initial=0)) + 1) + field.nearest_today
    return np.asarray(np.unique(both, return_inverse=True)[1], dtype=np.int64)


def limited_costs(setting: Setting, limits: Sequence[Limit], label: IntArray) -> list[Bounded]:
    """The mean and coverage, as far as an earlier objective limits them."""
    costs = []
    for limit in limits:
        if limit.objective.name == "coverage":
            costs.append(Bounded(NearestCost.of_uncovered(setting.field), label, 1 - limit.at_most + LEEWAY))
        elif limit.objective.name == "mean":
            costs.append(Bounded(setting.minutes, label, limit.at_most + LEEWAY))
    return costs


def rails_of(field: Field, question: Question, label: IntArray) -> list[Bounded]:
    """The mean minutes of each group of patients, as far as a guard-rail limits it."""
    costs = []
    for rail in question.rules.guard_rails:
        codes, limits = rail_limits(question.case, question.before, rail)
        for group in np.flatnonzero(np.isfinite(limits)).tolist():
            weight = np.where(codes == group, field.share, 0.0)
            weight /= weight.sum()
            costs.append(Bounded(NearestCost.of_minutes(field, weight), label, float(limits[group]) + LEEWAY))
    return costs


def radius_of(field: Field, limits: Sequence[Limit]) -> float:
    """Minutes within which every zone must have a site: a limit, or any route at all."""
    radii = [limit.at_most + TIE for limit in limits if limit.objective.name == "max"]
    if (field.today >= UNREACHED_MIN).any():
        radii.append(UNREACHED_MIN - 1)
    return min(radii, default=np.inf)


def evaluator_of(setting: Setting, question: Question, limits: Sequence[Limit], aim: NearestCost) -> Evaluate:
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
