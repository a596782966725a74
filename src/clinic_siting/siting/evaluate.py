"""Exact measures of very many sets of sites at once.

Opening one more site changes the minutes of few zones: those that it is nearer to than every site
already open. So the sets are grouped by all their sites but the last; the distribution of minutes
with that prefix is sorted and summed up once, and each last site is a small, exact correction
to it. Nothing is binned or sampled.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.field import UNREACHED_MIN, Field, field_of
from clinic_siting.siting.pair_row import measure_row
from clinic_siting.siting.pairwise import Pairwise
from clinic_siting.siting.prefix import MEASURES, Prefix
from clinic_siting.tables import FloatArray, IntArray

THREADS = 2
# Zones × sites of sets below which one thread measures them.
FEW_CELLS = 200_000
# Corrections worked on at once: as many as stay in a core's cache.
BLOCK = 60_000
# Pairs on top of the same sites, for each candidate, from which on pairs are worked out together.
MANY_PAIRS = 6
# Shared zones, as a part of all zones that candidates are nearer to, up to which that pays.
WORTH = 0.5
# Measures each run of sets, here or in threads.
Each = Callable[[Callable[[IntArray], FloatArray], Iterable[IntArray]], Iterable[FloatArray]]


def measure_sets(case: SitingCase, sets: IntArray, field: Field | None = None) -> pd.DataFrame:
    """Measure access with each set of candidates opened beside the existing sites.

    Parameters
    ----------
    case
        The case.
    sets
        Positions in ``case.sites.candidates``, shape (n_sets, n_open), in any order.
    field
        The case laid out by :func:`~clinic_siting.siting.field.field_of`, where it is at hand.

    Returns
    -------
        One row a set, one column a measure; everything but coverage ``inf`` where the set leaves
        a zone without a route.
    """
    field = field_of(case) if field is None else field
    sets = _shared_first(sets, field.minutes.shape[1])
    order = np.lexsort(sets.T[::-1]) if sets.shape[1] else np.arange(len(sets))
    sets = sets[order]
    if sets.shape[1] == 0:
        rows = [Prefix.of(field, field.today, field.uncovered).alone()]
    elif sets.size * len(field.share) < FEW_CELLS:  # threads would take longer to start
        rows = [part for group in _alike(sets, 2) for part in _measure_group(field, group, map)]
    else:
        with ThreadPoolExecutor(THREADS) as pool:
            rows = [part for group in _alike(sets, 2) for part in _measure_group(field, group, pool.map)]
    measured = np.empty((len(sets), len(MEASURES)))
    measured[order] = np.concatenate(rows)
    table = pd.DataFrame(measured, columns=list(MEASURES))
    table.loc[table["max"] >= UNREACHED_MIN, [m for m in MEASURES if m != "coverage"]] = np.inf
    return table


def _shared_first(sets: IntArray, n_sites: int) -> IntArray:
    """The same sets, such that those that share their first sites are many; they are measured together.

    Sites of every set come first, then the others ascending; of the last two the earlier one.
    """
    in_all = np.bincount(sets.ravel(), minlength=n_sites) == len(sets)
    rank = np.where(in_all, 0, n_sites) + np.arange(n_sites)
    arranged = np.sort(rank[sets], axis=1) % n_sites
    arranged[:, -2:] = np.sort(arranged[:, -2:], axis=1)
    return np.asarray(arranged)


def measure_today(case: SitingCase) -> dict[str, float]:
    """Measure access with the existing sites alone; ``inf`` where they leave a zone without a route."""
    row = measure_sets(
        case, np.empty((1, 0), dtype=np.int64), field_of(case, case.sites.candidates[:0])
    ).iloc[0]
    return {str(measure): float(value) for measure, value in row.items()}


def _measure_group(field: Field, sets: IntArray, each: Each) -> Iterator[FloatArray]:
    """Measure sets that share all sites but the last two."""
    if sets.shape[1] >= 2 and len(sets) >= MANY_PAIRS * field.minutes.shape[1] and _overlaps_fit(field):
        whole = Pairwise.of(_prefix(field, sets[0, :-2]))
        rows = list(_alike(sets, 1))
        yield from each(lambda part: measure_row(whole, int(part[0, -2]), part[:, -1]), rows)
    else:
        yield from each(lambda part: _measure_prefix(field, part), _alike(sets, 1))


def _overlaps_fit(field: Field) -> bool:
    """Whether the zones that two sites share are few enough to be worth telling apart."""
    sites_near = np.bincount(field.nearer.zone, minlength=len(field.share))
    n_sites = max(1, field.minutes.shape[1])
    return bool((sites_near.astype(float) ** 2).sum() <= len(field.nearer.zone) * n_sites * WORTH)


def _alike(sets: IntArray, n_last: int) -> Iterator[IntArray]:
    """Runs of sets that share all sites but the last ``n_last``."""
    shared = sets[:, : max(0, sets.shape[1] - n_last)]
    changes = np.flatnonzero((np.diff(shared, axis=0) != 0).any(axis=1)) + 1
    yield from np.split(sets, changes)


def _prefix(field: Field, shared: IntArray) -> Prefix:
    minutes = np.minimum(field.today, field.minutes[:, shared].min(axis=1, initial=UNREACHED_MIN))
    uncovered = field.uncovered & ~field.covers[:, shared].any(axis=1)
    return Prefix.of(field, minutes, uncovered)


def _measure_prefix(field: Field, sets: IntArray) -> FloatArray:
    """Measure sets that share all sites but the last, shape (n_sets, n_measures)."""
    prefix, last = _prefix(field, sets[0, :-1]), sets[:, -1]
    sizes = np.cumsum(field.nearer.start[last + 1] - field.nearer.start[last])
    blocks = np.split(last, np.flatnonzero(np.diff(sizes // BLOCK)) + 1)
    return np.concatenate([prefix.with_each(block) for block in blocks])
