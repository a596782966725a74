"""Prove the set of sites with the smallest cost of going to the nearest one, by Benders cuts.

A swap search finds a good set. The linear master is solved and cut until no cut is violated; its
reduced costs close, or open, most sites for good. The binary master that is left is solved and
cut at its own sets until its bound meets the best exact value.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from clinic_siting.errors import InfeasibleError, TimeLimitError
from clinic_siting.siting.master import Master, MasterPoint, solve_master
from clinic_siting.siting.solver import Deadline
from clinic_siting.tables import FloatArray, IntArray

# Bound and value nearer than this, relative to the value, have met.
MET = 1e-9
# An estimate of a solver this near to the value, relative to it, is the value.
SAME = 1e-6
# A cut halfway to the best set is deeper than one at the corner the linear model picked.
HALFWAY = 0.5
# Rounds of linear cuts that may pass without the bound moving.
PATIENCE = 15
# Rows for zones without a near site, added at a time.
NEAR_ROWS = 10

# Exact value of a set; ``inf`` where it breaks something that the master cannot know.
Evaluate = Callable[[IntArray], float]
# Rows of sites of which one must be open, violated by some openings.
FindNear = Callable[[FloatArray], list[np.ndarray]]


@dataclass(slots=True)
class Search:
    """State of a search.

    Attributes
    ----------
    master
        The model.
    evaluate
        Exact value of a set.
    find_near
        Finds violated rows of sites near a zone.
    deadline, solver
        How long to look, and with what.
    best, value
        Best set so far and its exact value.
    bound
        What no set can beat.
    """

    master: Master
    evaluate: Evaluate
    deadline: Deadline
    solver: str
    find_near: FindNear = field(default=lambda _: [])
    best: IntArray | None = None
    value: float = np.inf
    bound: float = -np.inf

    @property
    def met(self) -> bool:
        """Whether the bound has met the value."""
        return self.bound >= self.value - MET * max(1e-9, abs(self.value))

    @property
    def found(self) -> IntArray:
        """The best set of a search that ended.

        Raises
        ------
        TimeLimitError
            Where none was found in time; a search that ended earlier found one, or raised.
        """
        if self.best is None:
            raise TimeLimitError("no set of sites that keeps every rule was found in time; give more time.")
        return self.best

    def offer(self, chosen: IntArray) -> float:
        """Evaluate a set and keep it where it is the best so far."""
        value = self.evaluate(chosen)
        if value < self.value:
            self.best, self.value = chosen, value
        return value


def prove(search: Search) -> None:
    """Improve and prove ``search.best`` until bound and value meet or time is up.

    Raises
    ------
    InfeasibleError
        Where no set obeys the rules and limits.
    TimeLimitError
        Where no set was found in time.
    """
    try:
        if search.best is not None:
            _cut_at(search, _point(search, search.best))
        _linear_phase(search)
        if not search.met:
            _binary_phase(search)
    except TimeLimitError:
        if search.best is None:
            raise
    except InfeasibleError:
        # Everything not yet looked at breaks something: what was found is the best there is.
        if search.best is None:
            raise
        search.bound = search.value


def _point(search: Search, chosen: IntArray) -> FloatArray:
    y = np.zeros(search.master.n_sites)
    y[chosen] = 1.0
    return y


def _cut_at(search: Search, y: FloatArray) -> None:
    for bounded in search.master.costs:
        bounded.add_cuts(y, y, None)


def _linear_phase(search: Search) -> None:
    standing = 0
    while search.deadline.left_s > 0:
        point = _solve(search, binary=False)
        if point.bound is None:
            return
        standing = standing + 1 if point.bound <= search.bound * (1 + MET) else 0
        search.bound = max(search.bound, point.bound)
        if search.met or standing > PATIENCE:
            return
        if not _separate(search, point):
            _fix(search, point)
            return


def _separate(search: Search, point: MasterPoint) -> bool:
    """Add whatever the point violates; say whether there was anything."""
    near = search.find_near(point.y)[:NEAR_ROWS]
    search.master.near.extend(near)
    added = len(near)
    for bounded, estimate in zip(search.master.costs, point.estimates, strict=True):
        if search.best is not None:
            halfway = HALFWAY * point.y + (1 - HALFWAY) * _point(search, search.best)
            added += bounded.add_cuts(halfway, point.y, estimate)
        added += bounded.add_cuts(point.y, point.y, estimate)
    return added > 0


def _fix(search: Search, point: MasterPoint) -> None:
    """Close or open for good the sites whose reduced cost alone would lift the bound past the value."""
    if not np.isfinite(search.value) or point.bound is None:
        return
    # A little room keeps sets that tie with the best within reach.
    too_dear = point.bound + np.abs(point.reduced_cost) > search.value * (1 + MET) + MET
    search.master.upper[too_dear & (point.y < 0.5)] = 0.0
    search.master.lower[too_dear & (point.y > 0.5)] = 1.0


def _binary_phase(search: Search) -> None:
    seen: set[tuple[int, ...]] = set()
    while not search.met and search.deadline.left_s > 0:
        point = _solve(search, binary=True)
        if point.bound is not None:
            search.bound = max(search.bound, point.bound)
        chosen = np.flatnonzero(point.y > 0.5)
        near = search.find_near(_point(search, chosen))
        if near:
            search.master.near.extend(near[:NEAR_ROWS])
            continue
        value = search.offer(chosen)
        if not point.finished:
            return
        estimate = search.master.objective_at(point.y, point.estimates)
        if tuple(chosen) in seen and value <= estimate + SAME * max(1e-9, abs(value)):
            return  # the model chose the same set again, at its true value: nothing else is better
        if tuple(chosen) in seen or not np.isfinite(value):
            search.master.ruled_out.append(chosen)
        seen.add(tuple(chosen))
        _cut_at(search, _point(search, chosen))


def _solve(search: Search, *, binary: bool) -> MasterPoint:
    left = max(0.1, search.deadline.left_s)
    return solve_master(search.master, binary=binary, time_limit_s=left, solver=search.solver)
