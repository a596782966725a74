"""A good set of sites in no time: greedy opening, then the best swap until none helps.

Sources: Teitz and Bart, Heuristic methods for estimating the generalized vertex median of a weighted
graph, Operations Research 16 (1968) 955–961; Whitaker, A fast algorithm for the greedy interchange
for large-scale clustering and median location problems, INFOR 21 (1983) 95–108.
"""

from collections.abc import Sequence

import numpy as np

from clinic_siting.siting.constraints import SetRule, obeyed
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# A swap that saves less than this, relative to the cost, is rounding.
ROUNDING = 1e-12


def greedy(cost: NearestCost, n_open: int, *, enough: float = -np.inf) -> IntArray:
    """Open one site after another, each the one that saves most.

    Parameters
    ----------
    cost
        What is to be saved.
    n_open
        How many sites to open.
    enough
        Open no further site once the cost is as low as this.

    Returns
    -------
        Positions of candidates, ascending, shape (n_open,) or fewer.
    """
    chosen = np.empty(0, dtype=np.int64)
    for _ in range(n_open):
        best = cost.nearest(chosen)[0]
        if cost.weight @ best <= enough:
            break
        saving = _savings(cost, best)
        saving[chosen] = -1.0
        chosen = np.append(chosen, saving.argmax())
    return np.sort(chosen)


def interchange(cost: NearestCost, chosen: IntArray, lines: Sequence[SetRule]) -> IntArray:
    """Swap an open site for a closed one as long as that lowers the cost and the rules allow it.

    Returns
    -------
        Positions of candidates, ascending.
    """
    chosen = np.sort(chosen)
    while True:
        change = swap_changes(cost, chosen)
        allowed = allowed_swaps(chosen, cost.n_sites, lines)
        change = np.where(allowed, change, np.inf)
        out, into = np.unravel_index(change.argmin(), change.shape) if change.size else (0, 0)
        if not change.size or change[out, into] >= -ROUNDING * max(1e-9, cost.value(chosen)):
            return chosen
        chosen = np.sort(np.append(np.delete(chosen, out), into))


def swap_changes(cost: NearestCost, chosen: IntArray) -> FloatArray:
    """What each swap would change the cost by, shape (n_open, n_sites); exact."""
    best, where, second = cost.nearest(chosen)
    rank = np.full(cost.n_sites + 1, -1, dtype=np.int64)
    rank[chosen] = np.arange(len(chosen))
    owner = rank[where]  # -1: served as today
    served = owner >= 0
    lost = np.bincount(owner[served], (cost.weight * (second - best))[served], minlength=len(chosen))
    # Patients of the closed site go to the newcomer where it beats their second best.
    entry_owner = owner[cost.zone]
    kept = np.flatnonzero(entry_owner >= 0)
    zone = cost.zone[kept]
    rescue = cost.weight[zone] * np.maximum(second[zone] - np.maximum(cost.cost[kept], best[zone]), 0)
    cell = entry_owner[kept] * cost.n_sites + cost.site[kept]
    rescued = np.bincount(cell, rescue, minlength=len(chosen) * cost.n_sites)
    return np.asarray(lost[:, None] - rescued.reshape(len(chosen), cost.n_sites) - _savings(cost, best))


def allowed_swaps(chosen: IntArray, n_sites: int, lines: Sequence[SetRule]) -> BoolArray:
    """Which swaps obey the rules, shape (n_open, n_sites)."""
    allowed = np.ones((len(chosen), n_sites), dtype=bool)
    allowed[:, chosen] = False
    if lines:
        out, into = np.nonzero(allowed)
        sets = np.tile(chosen, (len(out), 1))
        sets[np.arange(len(out)), out] = into
        allowed[out, into] = obeyed(lines, sets)
    return allowed


def _savings(cost: NearestCost, best: FloatArray) -> FloatArray:
    saving = cost.weight[cost.zone] * np.maximum(best[cost.zone] - cost.cost, 0)
    return np.bincount(cost.site, saving, minlength=cost.n_sites).astype(float)
