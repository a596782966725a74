"""Opening in phases: the best order, and what it costs to build each phase on the one before.

Rules that speak of the finished plan (``at_least``, ``force``, ``either``, ``min_volume``, guard-rails)
bind the last phase alone; those that no more sites can mend (``forbid``, ``at_most``, ``budget``,
``min_apart_min``, ``capacity``) bind every phase. Sites that close, close with the first phase.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, combinations
from math import comb, isfinite

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError, InfeasibleError, TimeLimitError
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.outcomes import outcomes_of
from clinic_siting.siting.plan import Phase, Siting, solve
from clinic_siting.siting.question import TIE
from clinic_siting.siting.rules import Requirement, Rules
from clinic_siting.siting.solver import Effort, TimeShares

# Ways to open the chosen sites that are looked at: a dozen sites one by one.
LARGEST = 50_000
# Of sums of values; orders that differ by less tie.
DIGITS = 9

Sites = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What was asked, as far as phases are concerned.

    Attributes
    ----------
    case, objective, rules, effort
        As for :func:`~clinic_siting.siting.plan.solve`; the time limit is that of all phases together.
    """

    case: SitingCase
    objective: Objective
    rules: Rules
    effort: Effort


def open_in_phases(wish: Wish, siting: Siting, phases: Sequence[int]) -> tuple[Phase, ...]:
    """Order the chosen sites so that the objective, averaged over the phases, is best.

    Parameters
    ----------
    wish
        The question.
    siting
        Its answer.
    phases
        How many sites are opened in each phase; together as many as the plan opens.

    Returns
    -------
        One for each phase, the last with the whole plan open.

    Raises
    ------
    ConfigError
        Where the phases open more or fewer sites than the plan, or there are too many orders.
    """
    chosen = siting.plan.chosen
    if sum(phases) != len(chosen) or min(phases, default=1) < 1:
        raise ConfigError(
            f"phases: they open {sum(phases)} site(s), the plan {len(chosen)}; let them sum up to it, "
            "each at least 1."
        )
    if orders_of(phases) > LARGEST:
        raise ConfigError(f"phases: {len(chosen)} sites have too many orders; use fewer phases.")
    if wish.objective.name == "fewest":  # what counts on the way there is how many are covered
        wish = replace(wish, objective=Objective("coverage"))
    fixed = replace(wish.rules, close=siting.closed, relocate=0, n_open=len(chosen))
    wish = replace(wish, rules=fixed)
    values = dict(_values(wish, siting, list(accumulate(phases))))
    order = _best_order(chosen, phases, values, wish.objective.sign)
    return tuple(_compared(wish, siting, order, values))


def orders_of(phases: Sequence[int]) -> int:
    """Ways to go from one phase to the next that are looked at to find the best order."""
    in_all = sum(phases)
    return sum(comb(in_all, k) * comb(k, n) for n, k in zip(phases, accumulate(phases), strict=True))


def _values(wish: Wish, siting: Siting, sizes: Sequence[int]) -> Iterator[tuple[Sites, float]]:
    """The objective with each part of the chosen sites open."""
    case = wish.case.closing(siting.closed)
    for size in sizes:
        sets = list(combinations(siting.plan.chosen, size))
        positions = np.array([case.sites.candidates.get_indexer(pd.Index(sites)) for sites in sets])
        table = outcomes_of(case, wish.case, on_the_way(wish.rules, size), positions).measures
        for sites, value in zip(sets, wish.objective.values(table, siting.today), strict=True):
            yield sites, float(value)


def _best_order(
    chosen: Sites, phases: Sequence[int], values: Mapping[Sites, float], sign: int
) -> list[Sites]:
    """The sites that each phase opens; of orders that tie, the first by its ids."""
    # Phases in which somebody has no route yet count first: the fewer, the better.
    best: dict[Sites, tuple[int, float, tuple[Sites, ...]]] = {(): (0, 0.0, ())}
    for n_opened, size in zip(phases, accumulate(phases), strict=True):
        after = {}
        for sites in combinations(chosen, size):
            ways = []
            served = isfinite(values[sites])
            more = sign * values[sites] if served else 0.0
            for opened in combinations(sites, n_opened):
                unserved, cost, order = best[tuple(site for site in sites if site not in opened)]
                ways.append((unserved + (not served), round(cost + more, DIGITS), (*order, opened)))
            after[sites] = min(ways)
        best = after
    return list(best[chosen][2])


def _compared(
    wish: Wish, siting: Siting, order: Sequence[Sites], values: Mapping[Sites, float]
) -> Iterator[Phase]:
    """Set each phase against opening as many sites at once, and against looking no further than it."""
    so_far: Sites = ()
    ahead: _Best | None = None
    shares = TimeShares.of(wish.effort, 2 * (len(order) - 1))
    for phase, opened in enumerate(order, start=1):
        so_far = tuple(sorted({*so_far, *opened}))
        value = values[so_far]
        if phase == len(order):  # all at once, the plan itself is opened
            at_once: _Best | None = _Best(so_far, value, siting.plan.proven)
            rules = wish.rules
        else:
            rules = on_the_way(wish.rules, len(so_far))
            at_once = _at_once(wish, rules, _Best(so_far, value, proven=False), shares)
        if phase == 1:  # the best first step is the best set of as many sites
            ahead = at_once
        elif ahead is not None:
            forced = replace(rules, force=tuple(sorted({*rules.force, *ahead.chosen})))
            ahead = _solved(wish, forced, shares)
        yield Phase(
            opens=opened,
            is_open=so_far,
            value=value if isfinite(value) else None,
            at_once=None if at_once is None else at_once.chosen,
            at_once_value=None if at_once is None else at_once.value,
            costs=_excess(wish, value, at_once) if isfinite(value) and at_once is not None else None,
            proven=at_once is not None and at_once.proven,
            step_by_step=None if ahead is None else ahead.chosen,
            step_by_step_value=None if ahead is None else ahead.value,
        )


@dataclass(frozen=True, slots=True)
class _Best:
    chosen: Sites
    value: float
    proven: bool


def _excess(wish: Wish, value: float, at_once: _Best) -> float:
    """How much worse the value is; 0 where the two tie."""
    worse = wish.objective.sign * (value - at_once.value)
    return 0.0 if abs(worse) <= TIE else worse


def _at_once(wish: Wish, rules: Rules, known: _Best, shares: TimeShares) -> _Best | None:
    """The best set of so many sites; where time was too short for a better one, the one at hand."""
    found = _solved(wish, rules, shares)
    if not isfinite(known.value) or (found is not None and found.proven):
        return found
    return known if found is None or _excess(wish, known.value, found) < 0 else found


def _solved(wish: Wish, rules: Rules, shares: TimeShares) -> _Best | None:
    try:
        plan = solve(wish.case, wish.objective, rules, effort=shares.take()).plan
    except (InfeasibleError, TimeLimitError):
        return None
    return _Best(plan.chosen, plan.value, plan.proven)


def on_the_way(rules: Rules, size: int) -> Rules:
    """The rules that an unfinished plan with so many sites must obey already."""
    most = [replace(r, at_least=0) for r in rules.require if r.at_most is not None]
    most += [Requirement({"site_id": sites}, at_most=1) for sites in rules.either]
    return replace(
        rules, n_open=size, require=tuple(most), force=(), either=(), min_volume=0.0, guard_rails=()
    )
