"""When no set of many sites keeps the rules on who goes where: which rule, and by how much at least.

Sets are too many to list. For each rule the smallest amount is sought by which it would have to give
way while the others stand: from above by swaps, every set evaluated exactly, and from below by a
bound: for guard-rails a Benders master in which their limits may be exceeded; for volumes what sites
could take in pairs; for rooms their sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinic_siting.errors import ClinicSitingError, InfeasibleError, TimeLimitError
from clinic_siting.siting import reach
from clinic_siting.siting.benders import Search, prove
from clinic_siting.siting.cut_search import Setting, labels_of, radius_of, rails_of, start_of
from clinic_siting.siting.flows import volumes_of
from clinic_siting.siting.giving_way import row_of
from clinic_siting.siting.local_search import Costs, best_by_swaps, starting_sets
from clinic_siting.siting.master import Master
from clinic_siting.siting.near import NearRows
from clinic_siting.siting.outcomes import means_of_sets, outcomes_of, rail_limits, single_rules
from clinic_siting.siting.question import TIE
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.solver import Deadline
from clinic_siting.siting.viable import most_viable
from clinic_siting.tables import FloatArray, IntArray

# Costs of sets that break a rule which is to stand.
BROKEN = 1e9
# Part of the time left for one rule, and the least that any gets.
PART, LEAST_S = 0.3, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Loosening:
    """By how much one rule would have to give way while others stand.

    Attributes
    ----------
    words
        The rule.
    chosen, enough
        The best set found, and by how much it breaks the rule; ``inf`` where none keeps the others.
    least
        By how much every set breaks it at least.
    """

    words: str
    chosen: IntArray
    enough: float
    least: float


def why_no_plan(setting: Setting) -> ClinicSitingError:
    """Explain that no set keeps the rules on who goes where, or that none was found in time.

    Parameters
    ----------
    setting
        The question; its rules on the set itself can be kept.
    """
    unserved = reach.why_not_everyone(setting)
    if unserved is not None:
        return unserved
    parts = single_rules(setting.question.rules)
    # What follows from a rule on who goes where for the set itself is no rule of its own.
    setting = replace(setting, lines=[line for line in setting.lines if line.words not in parts])
    alone = [_least(setting, words, rule, []) for words, rule in parts.items()]
    n_open = setting.question.rules.n_open
    hopeless = [found for found in alone if found.least > TIE]
    if hopeless:
        verdict = f"no set of {n_open} sites keeps {_these(len(hopeless))}"
        return InfeasibleError(
            f"{verdict}; loosen it." if len(hopeless) == 1 else f"{verdict}.", _rows(setting, hopeless)
        )
    together = [
        _least(setting, words, rule, [other for name, other in parts.items() if name != words])
        for words, rule in parts.items()
    ]
    rows = _rows(setting, [found for found in together if np.isfinite(found.enough)])
    rows = rows or setting.question.rules_on_access()
    if any(found.least > TIE for found in together):
        return InfeasibleError(
            f"no set of {n_open} sites keeps {_these(len(parts))} together; loosen one.", rows
        )
    return TimeLimitError(
        "no set of sites that keeps every rule was found in time; loosen one, or give more time.", rows
    )


def _these(count: int) -> str:
    return "this rule" if count == 1 else f"these {count} rules"


def _rows(setting: Setting, found: Sequence[Loosening]) -> list[str]:
    return [row_of(setting.question, one.words, one.chosen, by=one.enough, least=one.least) for one in found]


def _least(setting: Setting, words: str, rule: Rules, others: Sequence[Rules]) -> Loosening:
    """By how much one rule must give way while others stand."""
    until = Deadline.after(max(LEAST_S, PART * setting.deadline.left_s))
    if rule.guard_rails:
        return _least_of_rail(setting, words, rule, others, until)
    if rule.min_volume and not rule.capacity and not others:
        chosen, smallest, bound = most_viable(setting, until)
        return Loosening(words, chosen, rule.min_volume - smallest, max(0.0, rule.min_volume - bound))
    least = 0.0
    if rule.capacity:
        least = _least_by_room(setting, rule)
    chosen, enough = _by_swaps(setting, _excess(setting, words, rule, others), until)
    return Loosening(words, chosen, enough, max(0.0, min(least, enough)))


def _least_of_rail(
    setting: Setting, words: str, rule: Rules, others: Sequence[Rules], until: Deadline
) -> Loosening:
    """The same of a guard-rail, by cuts."""
    search = _rail_search(setting, words, rule, others, until)
    try:
        prove(search)
    except InfeasibleError:  # the others cannot hold together
        return Loosening(words, np.empty(0, dtype=np.int64), np.inf, np.inf)
    except TimeLimitError:
        pass
    if search.best is None:
        chosen, enough = _by_swaps(setting, _excess(setting, words, rule, others), until)
    else:
        chosen, enough = search.best, search.value
    return Loosening(words, chosen, enough, max(0.0, min(search.bound, enough)))


def _excess(setting: Setting, words: str, rule: Rules, others: Sequence[Rules]) -> Costs:
    """By how much sets break one rule; very much where they break another, or leave somebody out."""

    def costs(sets: IntArray) -> FloatArray:
        total = _broken_by(setting, rule, sets, words)
        broken = np.zeros(len(sets))
        for other in others:
            broken += _broken_by(setting, other, sets)
        broken[~np.isfinite(total)] = BROKEN
        return np.where(broken > 0, BROKEN * (1 + np.minimum(broken, BROKEN)), total)

    return costs


def _broken_by(setting: Setting, rule: Rules, sets: IntArray, words: str | None = None) -> FloatArray:
    """By how much sets break a single rule, its rooms apart unless they are the rule."""
    case, before = setting.question.case, setting.question.before
    if rule.capacity:
        excess = outcomes_of(case, before, rule, sets, setting.field).excess
        if words is not None:
            return np.asarray(excess[words], dtype=float)
        return np.asarray(np.sum(list(excess.values()), axis=0), dtype=float)
    if rule.min_volume:
        smallest = volumes_of(case, sets)[:, len(case.sites.existing) :].min(axis=1, initial=np.inf)
        return np.asarray(np.maximum(rule.min_volume - smallest - TIE, 0.0))
    _, limits = rail_limits(case, before, rule.guard_rails[0])
    over = (means_of_sets(case, sets, rule.guard_rails[0].group) - limits).max(axis=1)
    return np.asarray(np.where(over <= TIE, 0.0, over))


def _by_swaps(setting: Setting, costs: Costs, until: Deadline) -> tuple[IntArray, float]:
    """A set that costs as little as swaps can make it."""
    n_open, n_sites = setting.question.rules.n_open, setting.minutes.n_sites
    starts = starting_sets(
        setting.minutes, n_open, setting.lines, seed=setting.effort.seed, solver=setting.effort.solver
    )
    chosen, value = best_by_swaps(starts, costs, setting.lines, n_sites, until)
    return chosen, value if value < BROKEN else np.inf


def _rail_search(
    setting: Setting, words: str, rule: Rules, others: Sequence[Rules], until: Deadline
) -> Search:
    """A search for the set that breaks a guard-rail least, in the group where it breaks it most."""
    field, question = setting.field, setting.question
    n_open = question.rules.n_open
    start = start_of(setting.minutes, n_open, setting.lines)
    label = labels_of(field, setting.minutes, start)
    costs = [replace(cost, gives_way=True) for cost in rails_of(field, replace(question, rules=rule), label)]
    for other in others:
        costs += rails_of(field, replace(question, rules=other), label)
    master = Master(setting.minutes.n_sites, n_open, setting.lines, costs)
    of_sets = _excess(setting, words, rule, others)

    def evaluate(chosen: IntArray) -> float:
        value = float(of_sets(chosen[None, :])[0])
        return value if value < BROKEN else np.inf

    search = Search(master, evaluate, until, setting.effort.solver)
    radius = radius_of(field, ())
    if np.isfinite(radius):
        search.find_near = NearRows.within(field, radius).violated
    if start is not None:
        search.offer(start)
    return search


def _least_by_room(setting: Setting, rule: Rules) -> float:
    """Demand that no set has room for: all, less the rooms of existing sites and the largest new ones."""
    case, rooms = setting.question.case, rule.capacity
    room = np.sort([rooms.get(site, np.inf) for site in case.sites.candidates])[::-1]
    held = sum(rooms.get(site, np.inf) for site in case.sites.existing)
    demand = float(case.demand.to_numpy()[case.counted].sum())
    return demand - held - float(room[: setting.question.rules.n_open].sum()) - TIE * demand
