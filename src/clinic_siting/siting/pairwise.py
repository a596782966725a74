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
    by_zone, place, row_end
        Entries by zone, then by site; the place of each entry there; where each entry's zone ends.
    steps
        The sites' shifts.
    change
        Change of the minutes × share of each group, shape (n_sites, n_groups).
    square
        Change of the squares about ``centre``, shape (n_sites,).
    bend, bend_after
        H at the zone's minutes in the base, and at its minutes with the site, of each entry.
    own, own_after
        The site's ∫ D up to the same two times, of each entry.
    products
        ∫ Dₐ D_b.
    uncovered
        Share of demand that each two sites leave uncovered, shape (n_sites, n_sites).
    nearest
        Minutes of each zone with every site open.
    best_ninety
        The 90 % point with every site open.
    bends
        ∫ D(1 − 2F) of each site, shape (n_sites,).
    """

    base: Prefix
    pairs: Columns
    share: FloatArray
    before: FloatArray
    by_zone: IntArray
    place: IntArray
    row_end: IntArray
    steps: Steps
    change: FloatArray
    square: FloatArray
    bend: FloatArray
    bend_after: FloatArray
    own: FloatArray
    own_after: FloatArray
    products: FloatArray
    uncovered: FloatArray
    nearest: FloatArray
    best_ninety: float
    bends: FloatArray

    @classmethod
    def of(cls, base: Prefix) -> "Pairwise":
        """Work out what each site alone would do."""
        field = base.field
        pairs = _nearer(field, base.minutes)
        share, before = field.share[pairs.zone], base.minutes[pairs.zone]
        n_sites, n_groups = len(pairs.start) - 1, len(field.group_share)
        by_zone = np.lexsort((pairs.column, pairs.zone))
        place = np.empty(len(by_zone), dtype=np.int64)
        place[by_zone] = np.arange(len(by_zone))
        ends = np.searchsorted(pairs.zone[by_zone], np.arange(len(field.share)), side="right")
        steps = Steps.of(pairs, before, share)
        cell = pairs.column * n_groups + field.group[pairs.zone]
        change = np.bincount(cell, share * (pairs.minutes - before), minlength=n_sites * n_groups)
        centre = base.travelled[-1]
        squares = share * ((pairs.minutes - centre) ** 2 - (before - centre) ** 2)
        rank = np.searchsorted(base.ascending, pairs.minutes, side="right")
        left = ~field.covers[base.uncovered]
        bend, bend_after = base.slope_at(before, base.rank[pairs.zone]), base.slope_at(pairs.minutes, rank)
        nearest = np.minimum(base.minutes, field.minutes.min(axis=1, initial=np.inf))
        shortest = Prefix.of(field, nearest, base.uncovered)
        return cls(
            base=base,
            pairs=pairs,
            share=share,
            before=before,
            by_zone=by_zone,
            place=place,
            row_end=ends[pairs.zone],
            steps=steps,
            change=change.reshape(n_sites, n_groups).astype(float),
            square=np.bincount(pairs.column, squares, minlength=n_sites).astype(float),
            bend=bend,
            bend_after=bend_after,
            own=steps.integral(pairs.column, before),
            own_after=steps.integral(pairs.column, pairs.minutes),
            products=inner_products(steps),
            uncovered=(left * field.share[base.uncovered, None]).T @ left,
            nearest=nearest,
            best_ninety=float(shortest.ascending[np.searchsorted(shortest.reached[1:], target(base))]),
            bends=np.bincount(pairs.column, share * (bend - bend_after), minlength=n_sites).astype(float),
        )


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
