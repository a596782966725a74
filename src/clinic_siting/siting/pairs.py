"""Bounds of the last two sites of a set, pair by pair.

For a pair j, k on top of the sites F held, everything additive is exact but for zones that both
are nearer to than F. With sⱼ what j saves of the mean, μ lies between c = mean − sⱼ − sₖ and c plus
what they save twice over. L is convex in x, so its tangent at each child's own c bounds it at the
pair's, and what both put below x is at most Σ w min((x − tⱼ)⁺, (x − tₖ)⁺).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clinic_siting.siting.bounds import Children
from clinic_siting.siting.field import Field
from clinic_siting.tables import FloatArray, IntArray

# Multiplications beyond which overlaps of pairs are not worked out beforehand.
LARGEST_OVERLAP = 400_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """What two sites save, or put below a time, twice over; at most, whatever else is open.

    Attributes
    ----------
    saved
        Σ w min((e − tⱼ)⁺, (e − tₖ)⁺), with e the minutes today, shape (n_sites, n_sites).
    below, squared
        Σ w min((x − tⱼ)⁺, (x − tₖ)⁺) at the largest useful mean x, and the same of squares.
    """

    saved: FloatArray
    below: FloatArray
    squared: FloatArray

    def after(self, first: int) -> "Overlap":
        """The same for the candidates from ``first`` on."""
        return Overlap(self.saved[first:, first:], self.below[first:, first:], self.squared[first:, first:])


def pair_overlap(field: Field, largest_mean: float) -> Overlap:
    """Work the overlaps of all pairs out, or call them unlimited where that would take too long."""
    n_zones, n_sites = field.minutes.shape
    if n_zones * n_sites**2 > LARGEST_OVERLAP or not np.isfinite(largest_mean):
        unlimited = np.full((n_sites, n_sites), np.inf)
        return Overlap(unlimited, unlimited, unlimited)
    saved, below, squared = (np.empty((n_sites, n_sites)) for _ in range(3))
    saving = np.maximum(field.today[:, None] - field.minutes, 0)
    short = np.maximum(largest_mean - field.minutes, 0)
    for j in range(n_sites):
        saved[j] = field.share @ np.minimum(saving[:, [j]], saving)
        both = np.minimum(short[:, [j]], short)
        below[j], squared[j] = field.share @ both, field.share @ both**2
    return Overlap(saved, below, squared)


def pairs_that_may_win(
    children: Children,
    alive: IntArray,
    overlap: Overlap,
    terms: Mapping[str, float],
    *,
    threshold: float,
    largest_mean: float,
) -> tuple[IntArray, IntArray]:
    """Pairs of children that bounds do not rule out.

    Parameters
    ----------
    children
        The children of a node with two sites to add.
    alive
        Children that may be the first of a pair.
    overlap
        Overlaps of the candidates listed from the node's first on.
    terms
        Weight of each term of the objective.
    threshold
        The value to beat.
    largest_mean
        A mean above which no set can beat it.

    Returns
    -------
        First and second of each pair, ranks in the list of children.
    """
    n_children = len(children.bound)
    one = np.repeat(alive, n_children - 1 - alive)
    other = np.concatenate([np.arange(j + 1, n_children) for j in alive] or [np.empty(0, dtype=np.int64)])
    mean = children.mean - children.saving[one] - children.saving[other]
    kept = mean <= largest_mean
    one, other, mean = one[kept], other[kept], mean[kept]
    below = _below(children, one, other, mean, overlap)
    pairs = Pairs(children, one, other, mean, below, overlap.saved[one, other], overlap.squared[one, other])
    bound = np.zeros(len(one))
    for term, weight in terms.items():
        bound += weight * np.maximum(pairs.term(term), 0)
    kept = bound < threshold
    return one[kept], other[kept]


def _below(
    children: Children, one: IntArray, other: IntArray, mean: FloatArray, overlap: Overlap
) -> FloatArray:
    """L of each pair at its mean, from below."""
    first, second = (
        children.below[j] + children.share_below[j] * (mean - children.centre[j]) for j in (one, other)
    )
    held = children.ranked.below(mean)[0]
    return np.maximum(np.maximum(first, second), first + second - held - overlap.below[one, other])


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of children and what is known of them."""

    children: Children
    one: IntArray
    other: IntArray
    mean: FloatArray
    below: FloatArray
    saved_twice: FloatArray
    squared_twice: FloatArray

    def term(self, name: str) -> FloatArray:
        """One term of the objective, from below, shape (n_pairs,)."""
        if name == "mean":
            return self.mean
        if name == "mad":
            return 2 * self.below
        if name == "gini":
            return self.below / np.maximum(self.mean, 1e-9)
        if name == "sd":
            return self._sd()
        return self.children.terms[name][self.one]  # the other comes after it, so it is counted there

    def _sd(self) -> FloatArray:
        children, one, other = self.children, self.one, self.other
        square = children.mean_square - children.saving_square[one] - children.saving_square[other]
        # About x = c: the pair's own mean is off by what is saved twice, and what both bring from near
        # the mean to far below it counts once too often.
        saved_twice = np.minimum(self.saved_twice, np.minimum(children.saving[one], children.saving[other]))
        additive = square - self.mean**2 - self.squared_twice - saved_twice**2
        tangents = [
            children.below_square[j] + 2 * children.below[j] * (self.mean - children.centre[j])
            for j in (one, other)
        ]
        above = 1 - children.ranked.below(self.mean)[2]
        cauchy = np.maximum(*tangents) + np.maximum(self.below, 0) ** 2 / np.maximum(above, 1e-12)
        return np.asarray(np.sqrt(np.maximum(np.maximum(additive, cauchy), 0)))
