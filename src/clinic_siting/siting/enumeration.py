"""List the sets of candidates that obey the rules, as long as they can be listed."""

from collections.abc import Sequence
from math import comb

import numpy as np

from clinic_siting.siting.constraints import LinearRule, SetRule, obeyed
from clinic_siting.tables import FloatArray, IntArray

# Sets that may be listed before the rules sort them out, and those that may remain.
LARGEST_RAW = 6_000_000
LARGEST = 250_000


def feasible_sets(
    lines: Sequence[SetRule], n_candidates: int, n_open: int, *, largest: int = LARGEST
) -> IntArray | None:
    """List every set of candidates that obeys the rules.

    Parameters
    ----------
    lines
        Rules over the candidates.
    n_candidates, n_open
        How many there are, and how many are to be opened.
    largest
        Give up where more sets than this remain.

    Returns
    -------
        Positions of candidates, shape (n_sets, n_open), each row ascending, rows in lexicographic
        order, which is that of the sorted ids; None where there are too many to list.
    """
    fixed = fixed_sites(lines, n_candidates)
    always = np.flatnonzero(fixed == 1)
    free = np.flatnonzero(np.isnan(fixed))
    n_free = n_open - len(always)
    if not 0 <= n_free <= len(free):
        return np.empty((0, n_open), dtype=np.int64)
    # Rules that do more than open or close one site may leave few of very many sets.
    sift = any(about is None for about in map(_single_site, lines))
    if comb(len(free), n_free) > (LARGEST_RAW if sift else largest):
        return None
    sets = free[combinations_of(len(free), n_free)]
    if len(always):
        sets = np.sort(np.column_stack([sets, np.tile(always, (len(sets), 1))]), axis=1)
        sets = sets[np.lexsort(sets.T[::-1])]
    kept: IntArray = sets[obeyed(lines, sets)]
    return kept if len(kept) <= largest else None


def combinations_of(n: int, k: int) -> IntArray:
    """Every ascending choice of ``k`` of the numbers below ``n``, in lexicographic order."""
    sets = np.empty((1, 0), dtype=np.int64)
    last = np.full(1, -1)
    for chosen in range(k):
        first, end = last + 1, n - (k - chosen - 1)  # leave room for those still to come
        length = np.maximum(end - first, 0)
        row = np.repeat(np.arange(len(sets)), length)
        last = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length) + first[row]
        sets = np.column_stack([sets[row], last])
    return sets


def fixed_sites(lines: Sequence[SetRule], n_candidates: int) -> FloatArray:
    """1 where a rule about one site alone opens it, 0 where it closes it, NaN elsewhere."""
    fixed = np.full(n_candidates, np.nan)
    for line in lines:
        if isinstance(line, LinearRule) and (site := _single_site(line)) is not None:
            fixed[site] = line.lower
    return fixed


def _single_site(line: SetRule) -> int | None:
    """The site that a rule opens or closes, where it does nothing else."""
    if not isinstance(line, LinearRule) or line.lower != line.upper or line.lower not in {0.0, 1.0}:
        return None
    about = np.flatnonzero(line.coefficients)
    return int(about[0]) if len(about) == 1 and line.coefficients[about[0]] == 1 else None
