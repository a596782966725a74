"""∫ Dₐ D_b for every two sites at once, exactly.

Where jumps fall on few different times (whole minutes, whole seconds), that is one matrix product of the
values between these times. Otherwise all jumps of all sites are sorted by time and cut into blocks of a
few. With C the values before a block, R the integrals of what its own jumps add, and δ its width, a
block adds

    Cₐ C_b δ + Cₐ R_b + Rₐ C_b

— matrix products over all blocks — and for each two of its own jumps p, q, at one site each,
sₚ s_q (end − max(xₚ, x_q)).
"""

import numpy as np

from clinic_siting.siting.steps import Steps
from clinic_siting.tables import FloatArray, IntArray

# Jumps in a block, and blocks, or different times, worked on together.
BLOCK = 32
BLOCKS = 2048


def inner_products(steps: Steps) -> FloatArray:
    """∫ Dₐ D_b, shape (n_sites, n_sites)."""
    return _by_times(steps) if steps.n_places * BLOCK <= len(steps.time) else _by_blocks(steps)


def _by_times(steps: Steps) -> FloatArray:
    """The products from the values between every two neighbouring times."""
    n_sites, n = len(steps.start) - 1, steps.n_places
    times = np.empty(n)
    times[steps.place] = steps.time
    jumps = np.bincount(steps.site * n + steps.place, steps.rise, minlength=n_sites * n).reshape(n_sites, n)
    value = np.cumsum(jumps, axis=1)
    return np.asarray((value * np.diff(times, append=times[-1:])) @ value.T)


def _by_blocks(steps: Steps) -> FloatArray:
    """The products from blocks of jumps."""
    n_sites = len(steps.start) - 1
    order = np.argsort(steps.time)
    missing = -len(order) % BLOCK
    last = steps.time[order[-1:]] if len(order) else np.zeros(1)
    time = np.concatenate([steps.time[order], np.repeat(last, missing)]).reshape(-1, BLOCK)
    rise = np.concatenate([steps.rise[order], np.zeros(missing)]).reshape(-1, BLOCK)
    sites = np.concatenate([steps.site[order], np.zeros(missing, dtype=np.int64)]).reshape(-1, BLOCK)
    end = np.append(time[1:, 0], last)[: len(time)]
    total = np.zeros((n_sites, n_sites))
    before = np.zeros(n_sites)
    for first in range(0, len(time), BLOCKS):
        part = slice(first, first + BLOCKS)
        left = end[part, None] - time[part]
        block = np.repeat(np.arange(len(left)), BLOCK)
        cell = sites[part].ravel() * len(left) + block
        shape = (n_sites, len(left))
        jump = np.bincount(cell, rise[part].ravel(), minlength=n_sites * len(left)).reshape(shape)
        added = np.bincount(cell, (rise[part] * left).ravel(), minlength=n_sites * len(left)).reshape(shape)
        value = before[:, None] + np.cumsum(jump, axis=1) - jump
        before = value[:, -1] + jump[:, -1]
        half = (value * left[:, 0] / 2 + added) @ value.T
        total += half + half.T
        total += _inside(sites[part], rise[part], left, n_sites)
    return total


def _inside(sites: IntArray, rise: FloatArray, left: FloatArray, n_sites: int) -> FloatArray:
    """What each two jumps of a block add to their sites, shape (n_sites, n_sites)."""
    p, q = np.triu_indices(BLOCK, 1)
    cell = (sites[:, p] * n_sites + sites[:, q]).ravel()
    both = (rise[:, p] * rise[:, q] * left[:, q]).ravel()
    upper = np.bincount(cell, both, minlength=n_sites**2).reshape(n_sites, n_sites)
    alone = np.bincount(sites.ravel(), (rise**2 * left).ravel(), minlength=n_sites)
    return np.asarray(upper + upper.T + np.diag(alone))
