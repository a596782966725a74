"""Exact measures of very many pairs of sites on top of the same sites: of all pairs at once.

Alone, two sites a and b would add Dₐ and D_b to the base distribution F. Together they add
Dₐ + D_b − O, where O = Σ wᵢ·1[farᵢ ≤ x < eᵢ] over the zones that both are nearer to, with far the
farther of the two. What each site does alone is worked out once for all its pairs; a pair then costs
no more than the zones that its two sites share.

- Every sum Σ w φ(t) is φ's sum for the base, plus both changes, less Σ_O w (φ(far) − φ(e)).
- Gini = ∫(F + D)(1 − F − D) ÷ μ with D = Dₐ + D_b − O, expanded into integrals of single sites, of
  two sites (:mod:`clinic_siting.siting.gram`) and of O.
- The 90 % point is found by bisection over the base's own times, then from arrival to arrival.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clinic_siting.measures import SHARE_TOLERANCE, WORST_SHARE
from clinic_siting.siting.field import Columns, Field
from clinic_siting.siting.gram import inner_products
from clinic_siting.siting.prefix import Prefix
from clinic_siting.siting.steps import Steps
from clinic_siting.tables import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Pairwise:
    """A base distribution, and what each site alone would do to it.

    Attributes
    ----------
    base
        The base distribution.
    pairs
        Zones that each site is nearer to than the base, ascending by minutes.
    share, before
        Of each of these entries, the zone's share and its minutes in the base.
    steps
        The sites' shifts.
    spread
        ∫F(1 − F) of the base.
    groups, change
        Minutes × share of each group, shape (n_groups,), and each site's change, shape (n_sites, n_groups).
    squares, square
        Σ w (t − c)² about the base's mean c, and each site's change, shape (n_sites,).
    own, left, left_after
        2 ∫ D of the site up to ``before``; the same less H there; and H less the same at the minutes
        with the site: what an entry adds to ∫(F + D)(1 − F − D), where two sites share its zone.
    products
        ∫ Dₐ D_b.
    uncovered
        Share of demand that each two sites leave uncovered, shape (n_sites, n_sites).
    nearest
        Minutes of each zone with every site open.
    ninety
        For each site alone the first of the base's times at which 90 % are reached: its position.
    bends
        ∫ D(1 − 2F) of each site, shape (n_sites,).
    """

    base: Prefix
    pairs: Columns
    share: FloatArray
    before: FloatArray
    steps: Steps
    spread: float
    groups: FloatArray
    change: FloatArray
    squares: float
    square: FloatArray
    own: FloatArray
    left: FloatArray
    left_after: FloatArray
    products: FloatArray
    uncovered: FloatArray
    nearest: FloatArray
    ninety: IntArray
    bends: FloatArray

    @classmethod
    def of(cls, base: Prefix) -> "Pairwise":
        """Work out what each site alone would do."""
        field = base.field
        pairs = _nearer(field, base.minutes)
        share, before = field.share[pairs.zone], base.minutes[pairs.zone]
        n_sites, n_groups = len(pairs.start) - 1, len(field.group_share)
        steps = Steps.of(pairs, before, share)
        cell = pairs.column * n_groups + field.group[pairs.zone]
        change = np.bincount(cell, share * (pairs.minutes - before), minlength=n_sites * n_groups)
        centre = base.travelled[-1]
        squares = share * (pairs.minutes - before) * (pairs.minutes + before - 2 * centre)
        rank = np.searchsorted(base.ascending, pairs.minutes, side="right")
        bend, bend_after = base.slope_at(before, base.rank[pairs.zone]), base.slope_at(pairs.minutes, rank)
        own = 2 * steps.integral(pairs.column, before)
        inside = base.reached[1:-1]
        uncovered = ~field.covers[base.uncovered]
        return cls(
            base=base,
            pairs=pairs,
            share=share,
            before=before,
            steps=steps,
            spread=float(np.diff(base.ascending) @ (inside * (1 - inside))),
            groups=np.bincount(field.group, field.share * base.minutes, minlength=n_groups).astype(float),
            change=change.reshape(n_sites, n_groups).astype(float),
            squares=float(field.share @ (base.minutes - centre) ** 2),
            square=np.bincount(pairs.column, squares, minlength=n_sites).astype(float),
            own=own,
            left=own - bend,
            left_after=bend_after - 2 * steps.integral(pairs.column, pairs.minutes),
            products=inner_products(steps),
            uncovered=(uncovered * field.share[base.uncovered, None]).T @ uncovered,
            nearest=np.minimum(base.minutes, field.minutes.min(axis=1, initial=np.inf)),
            ninety=first_reached(base, lambda x: steps.at(np.arange(n_sites), x), n_sites),
            bends=np.bincount(pairs.column, share * (bend - bend_after), minlength=n_sites).astype(float),
        )


def first_reached(base: Prefix, more: Callable[[FloatArray], FloatArray], n: int) -> IntArray:
    """Position of the first of the base's times at which it and ``more`` reach 90 %, of each of ``n``."""
    aim, last = target(base), len(base.ascending) - 1
    low = np.full(n, -1)
    high = np.full(n, min(np.searchsorted(base.reached[1:], aim), last))
    while (undecided := high - low > 1).any():
        middle = np.where(undecided, (low + high) // 2, high)
        x = base.ascending[middle]
        reached = base.reached[np.searchsorted(base.ascending, x, side="right")] + more(x)
        enough = reached >= aim
        high, low = np.where(undecided & enough, middle, high), np.where(undecided & ~enough, middle, low)
    return high


def target(base: Prefix) -> float:
    """The share of demand that counts as 90 %."""
    return float((1 - WORST_SHARE - SHARE_TOLERANCE) * base.reached[-1])


def _nearer(field: Field, minutes: FloatArray) -> Columns:
    """Zones that each candidate is nearer to than the base."""
    pairs = field.nearer
    kept = np.flatnonzero(pairs.minutes < minutes[pairs.zone])
    if len(kept) == len(pairs.zone):
        return pairs
    column = pairs.column[kept]
    length = np.bincount(column, minlength=len(pairs.start) - 1)
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    return Columns(start, column, pairs.zone[kept], pairs.minutes[kept])
