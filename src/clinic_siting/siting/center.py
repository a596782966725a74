"""Prove the smallest longest journey (p-center): bisection over travel times with set cover.

Some set of sites keeps every journey within r exactly where one covers every zone within r. The
answer is one of the travel times; each step halves those left, by a PuLP model that either finds
a cover or proves that there is none.
Source: Minieka, The m-center problem, SIAM Review 12 (1970) 138–139.
"""

import numpy as np

from clinic_siting.errors import InfeasibleError, TimeLimitError
from clinic_siting.siting.benders import Search
from clinic_siting.siting.field import UNREACHED_MIN, Field
from clinic_siting.siting.master import solve_master
from clinic_siting.siting.near import NearRows
from clinic_siting.tables import FloatArray, IntArray


def prove_center(search: Search, field: Field) -> None:
    """Improve and prove ``search.best`` until its longest journey is the shortest possible.

    Parameters
    ----------
    search
        Its master knows the rules and has no cost; its value is the longest journey in minutes.
    field
        The case.

    Raises
    ------
    InfeasibleError
        Where no set obeys the rules.
    TimeLimitError
        Where no set was found in time.
    """
    # Without any site at hand every zone is as near as its nearest candidate at best.
    search.bound = float(np.minimum(field.today, field.minutes.min(axis=1, initial=np.inf)).max())
    if search.best is None:
        search.offer(_cover(search, NearRows.within(field, UNREACHED_MIN - 1)))
    radii = _radii(field, search.bound, search.value)
    low, high = 0, len(radii) - 1  # the best known is at ``high``
    while low < high and search.deadline.left_s > 0:
        middle = (low + high) // 2
        near = NearRows.within(field, float(radii[middle]))
        try:
            chosen = _cover(search, near)
        except InfeasibleError:
            low = middle + 1
        except TimeLimitError:
            break
        else:
            search.offer(chosen)
            high = int(np.searchsorted(radii, search.value))
        search.bound = float(radii[low])


def _radii(field: Field, shortest: float, longest: float) -> FloatArray:
    """Every travel time that the answer can be, ascending."""
    every = np.concatenate([field.today, field.minutes.ravel()])
    return np.unique(every[(every >= shortest) & (every <= longest)])


def _cover(search: Search, near: NearRows) -> IntArray:
    """Find a set that obeys the rules and covers every zone.

    A set that breaks what the model cannot know is ruled out, and another one sought.

    Raises
    ------
    InfeasibleError
        Where there is none.
    TimeLimitError
        Where none was found in time.
    """
    if near.hopeless:
        raise InfeasibleError("a zone has no candidate near.")
    search.master.near[:] = near.violated(np.zeros(search.master.n_sites))
    while True:
        left = max(0.1, search.deadline.left_s)
        point = solve_master(search.master, binary=True, time_limit_s=left, solver=search.solver)
        chosen = np.flatnonzero(point.y > 0.5)
        rows = near.violated(np.round(point.y))
        search.master.near.extend(rows)
        if rows:
            continue
        if np.isfinite(search.evaluate(chosen)):
            return chosen
        y = np.round(point.y)
        for bounded in search.master.costs:  # what limits a cost rules out more than this one set
            bounded.add_cuts(y, y, None)
        search.master.ruled_out.append(chosen)
        if search.deadline.left_s <= 0:
            raise TimeLimitError("no set of sites that keeps every rule was found in time; give more time.")
