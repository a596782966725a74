"""A good set for any objective: swaps from several seeded starts, every set evaluated exactly."""

from collections.abc import Callable, Sequence

import numpy as np

from clinic_siting.errors import InfeasibleError
from clinic_siting.siting.constraints import SetRule, obeyed
from clinic_siting.siting.interchange import greedy, interchange
from clinic_siting.siting.master import Master, solve_master
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.siting.solver import Deadline
from clinic_siting.tables import FloatArray, IntArray

STARTS = 6
# A swap that saves less than this is rounding.
ROUNDING = 1e-10

# Exact costs of sets, shape (n_sets, n_open) → (n_sets,); sets that break a rule cost very much, and
# the more the worse they break it.
Costs = Callable[[IntArray], FloatArray]


def starting_sets(
    cost: NearestCost, n_open: int, lines: Sequence[SetRule], *, seed: int, solver: str
) -> list[IntArray]:
    """Sets that obey the rules on the set: a p-median one, then random ones.

    Raises
    ------
    InfeasibleError
        Where no set does.
    """
    rng = np.random.default_rng(seed)
    starts = [interchange(cost, _obeying(cost, greedy(cost, n_open), lines, solver), lines)]
    for _ in range(STARTS - 1):
        chosen = np.sort(rng.choice(cost.n_sites, n_open, replace=False))
        if obeyed(lines, chosen[None, :])[0]:
            starts.append(chosen)
    return starts


def _obeying(cost: NearestCost, chosen: IntArray, lines: Sequence[SetRule], solver: str) -> IntArray:
    """The set itself, or some set that obeys the rules."""
    if obeyed(lines, chosen[None, :])[0]:
        return chosen
    master = Master(cost.n_sites, len(chosen), lines, [])
    return np.flatnonzero(solve_master(master, binary=True, time_limit_s=60.0, solver=solver).y > 0.5)


def swap_search(
    start: IntArray, costs: Costs, lines: Sequence[SetRule], n_sites: int, deadline: Deadline
) -> tuple[IntArray, float]:
    """Swap one site at a time for the best other one until no swap helps or time is up.

    Returns
    -------
        Positions of candidates, ascending, and the cost.
    """
    chosen, value = np.sort(start), float(costs(start[None, :])[0])
    helped = True
    while helped:
        helped = False
        for site in chosen.tolist():
            if deadline.left_s <= 0:
                return chosen, value
            rest = chosen[chosen != site]
            into = np.setdiff1d(np.arange(n_sites), chosen)
            sets = np.column_stack([np.tile(rest, (len(into), 1)), into])
            sets = sets[obeyed(lines, sets)]
            if not len(sets):
                continue
            cost = costs(sets)
            best = int(cost.argmin())
            if cost[best] < value - ROUNDING * max(1.0, abs(value)):
                chosen, value, helped = np.sort(sets[best]), float(cost[best]), True
    return chosen, value


def best_by_swaps(
    starts: Sequence[IntArray], costs: Costs, lines: Sequence[SetRule], n_sites: int, deadline: Deadline
) -> tuple[IntArray, float]:
    """The best of the sets that swaps lead to from several starts.

    Raises
    ------
    InfeasibleError
        Where there is no start.
    """
    if not starts:
        raise InfeasibleError("no set of sites to start from.")
    found = []
    for start in starts:
        found.append(swap_search(start, costs, lines, n_sites, deadline))
        if deadline.left_s <= 0:
            break
    return min(found, key=lambda one: (one[1], tuple(one[0])))
