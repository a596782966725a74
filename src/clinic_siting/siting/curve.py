"""What the worst tenth cannot beat, from the most demand that any set brings within each time.

Let C(r) be the largest share of demand that any set of sites brings within r minutes, or a bound
on it. No set's distribution lies above C, so no set's worst tenth is shorter than the worst tenth
of C itself; between the times tried, C is taken to stand at the shorter one's journeys.
"""

from collections.abc import Sequence

import numpy as np

from clinic_siting.errors import InfeasibleError, TimeLimitError
from clinic_siting.measures import WORST_SHARE
from clinic_siting.siting.benders import Search, prove
from clinic_siting.siting.constraints import SetRule, obeyed
from clinic_siting.siting.field import Field
from clinic_siting.siting.interchange import greedy, interchange
from clinic_siting.siting.master import Bounded, Master
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.siting.solver import Deadline
from clinic_siting.tables import FloatArray

# Times tried between the shortest and the longest that can matter.
TIMES = 24
# The shortest time tried, as a share of the 90 % point of the best set known.
SHORTEST = 0.7


def worst_tenth_bound(
    field: Field, n_open: int, lines: Sequence[SetRule], minutes: FloatArray, deadline: Deadline, solver: str
) -> float:
    """Bound the worst tenth of every set from below.

    Parameters
    ----------
    field, n_open, lines
        The case, the number of new sites, and the rules on the set.
    minutes
        By zone, with the best set known: where its tail lies, times are tried.
    deadline, solver
        How long to look, and with what.

    Returns
    -------
        Minutes, at least 0.
    """
    order = np.argsort(minutes)
    reached = np.cumsum(field.share[order])
    rank = min(int(np.searchsorted(reached, 1 - WORST_SHARE)), len(order) - 1)
    ninety = float(minutes[order[rank]])
    times = np.linspace(SHORTEST * ninety, float(minutes.max()), TIMES)
    uncovered = np.zeros(TIMES)
    for k, time in enumerate(times):
        if deadline.left_s <= 0:
            break
        share = Deadline.after(deadline.left_s / (TIMES - k))
        uncovered[k] = _least_uncovered(field, n_open, lines, float(time), share, solver)
        if uncovered[k] == 0:
            break  # whatever is longer can be covered as well
    return float(_tail_mean(times, np.maximum.accumulate(uncovered[::-1])[::-1]))


def _tail_mean(times: FloatArray, uncovered: FloatArray) -> float:
    """Mean of the worst tenth where at least ``uncovered`` of demand travels longer than each time."""
    # Of the rest of the tenth nothing is known, so it counts as no time at all.
    beyond = np.minimum(np.append(uncovered, 0.0), WORST_SHARE)
    return float((times * -np.diff(beyond)).sum()) / WORST_SHARE


def _least_uncovered(
    field: Field, n_open: int, lines: Sequence[SetRule], time: float, deadline: Deadline, solver: str
) -> float:
    """A share of demand that every set leaves beyond a time."""
    cost = NearestCost.of_beyond(field, time)
    start = greedy(cost, n_open)
    known = obeyed(lines, start[None, :])[0]
    if known:
        start = interchange(cost, start, lines)
    now = cost.nearest(start if known else start[:0])[1]
    both = now * (int(field.nearest_today.max(initial=0)) + 1) + field.nearest_today
    label = np.asarray(np.unique(both, return_inverse=True)[1], dtype=np.int64)
    master = Master(cost.n_sites, n_open, lines, [Bounded(cost, label)])
    search = Search(master, cost.value, deadline, solver)
    if known:
        search.offer(start)
    try:
        prove(search)
    except (InfeasibleError, TimeLimitError):
        return 0.0
    return float(np.clip(min(search.bound, search.value), 0, 1))
