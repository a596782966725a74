"""What no set can beat that holds some sites and adds a few more from a list.

Let F be the sites held, q the number still to add, and R the list, of which children F + j add one
more. All bounds rest on three facts about S ⊇ F:

- Opening shortens: tᵢ(S) ≤ tᵢ(F).
- Savings in any sum of a function that grows with minutes are submodular: adding a set saves no
  more than its members' savings at F together, so no more than the q largest.
- With μ the mean of S, L(x) = Σ w (x − t)⁺ and U(x) = Σ w (t − x)⁺: L(μ) = U(μ), and L(x) grows both
  with x and with every site that opens.

Hence, with c ≤ μ(S) the mean of F + j less the largest savings,

    MAD(S)  = 2 L_S(μ)  ≥ 2 L_{F+j}(c)
    SD(S)²  ≥ Σ w ((c − t)⁺)² + L(c)² ÷ share(t > c)      (Cauchy–Schwarz above the mean)
    SD(S)²  = Σ w (t − x)² − (μ − x)² ≥ the same for F + j less largest savings − h², μ within h of x
    Gini(S) ≥ MAD(S) ÷ 2μ ≥ L_{F+j}(c) ÷ c              (|X − Y| is no less than |X − μ| on average)
    worst tenth(S) ≥ Σ q t − largest savings          for the tail weights q of F
    gap(S)  ≥ largest group mean less savings − smallest group mean of F + j
"""

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heappush, heapreplace

import numpy as np

from clinic_siting.measures import WORST_SHARE
from clinic_siting.siting.field import Field
from clinic_siting.tables import FloatArray, IntArray

# Slices of the mean in which the SD is bounded one by one.
SLICES = 6
ROUNDING = 1e-9
TERMS = ("mean", "mad", "sd", "gini", "worst_tenth", "uncovered", "alliance_gap")


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Minutes in ascending order with sums over the first k zones, shape (n + 1,) each."""

    minutes: FloatArray
    share: FloatArray
    first: FloatArray
    second: FloatArray

    @classmethod
    def of(cls, minutes: FloatArray, share: FloatArray) -> "Ranked":
        """Sort and sum up."""
        order = np.argsort(minutes)
        t, w = minutes[order], share[order]
        sums = [np.concatenate([[0.0], np.cumsum(x)]) for x in (w, w * t, w * t * t)]
        return cls(t, *sums)

    def below(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Σ w (x − t)⁺, Σ w ((x − t)⁺)² and Σ w [t ≤ x]."""
        k = np.searchsorted(self.minutes, x, side="right")
        share, first, second = self.share[k], self.first[k], self.second[k]
        return x * share - first, x * x * share - 2 * x * first + second, share


@dataclass(frozen=True, slots=True, eq=False)
class Children:
    """The children of a node.

    Attributes
    ----------
    bound
        What no set below each child can beat, in the weighted objective, shape (n_children,).
    terms
        The bound of each term, shape (n_children,).
    mean, saving
        Mean minutes of the node, and what each child saves of it.
    mean_square, saving_square
        The same for squared minutes.
    centre
        c of each child.
    below, below_square, share_below
        L, Σ w ((c − t)⁺)² and Σ w [t ≤ c] of each child at its c.
    ranked
        The node's minutes.
    """

    bound: FloatArray
    terms: Mapping[str, FloatArray]
    mean: float
    saving: FloatArray
    mean_square: float
    saving_square: FloatArray
    centre: FloatArray
    below: FloatArray
    below_square: FloatArray
    share_below: FloatArray
    ranked: Ranked


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Zones that the listed candidates are nearer to than the sites of the node.

    Attributes
    ----------
    site
        Rank of the candidate in the list.
    zone, weight, before, after
        The zone, its share, and its minutes without and with the candidate.
    n_sites
        Length of the list.
    """

    site: IntArray
    zone: IntArray
    weight: FloatArray
    before: FloatArray
    after: FloatArray
    n_sites: int

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sums by candidate, shape (n_sites,)."""
        return np.bincount(self.site, self.weight * values, minlength=self.n_sites).astype(float)


def entries_of(field: Field, minutes: FloatArray, first: int) -> Entries:
    """What each candidate from ``first`` on would change."""
    listed = slice(field.nearer.start[first], None)
    zone, time = field.nearer.zone[listed], field.nearer.minutes[listed]
    before = minutes[zone]
    moved = np.flatnonzero(time < before)
    zone, site = zone[moved], field.nearer.column[listed][moved] - first
    n_sites = len(field.nearer.start) - 1 - first
    return Entries(site, zone, field.share[zone], before[moved], time[moved], n_sites)


def children_of(
    field: Field, held: IntArray, first: int, more: int, terms: Mapping[str, float], largest_mean: float
) -> Children:
    """Bound every child of a node.

    Parameters
    ----------
    field
        The case; candidates are listed in its order.
    held
        F, positions of candidates.
    first
        Where R begins.
    more
        Number q of sites to add, at least 1, the child's own among them.
    terms
        Weight of each term of the objective.
    largest_mean
        A mean above which no set can be better than what is known.
    """
    minutes = np.minimum(field.today, field.minutes[:, held].min(axis=1, initial=np.inf))
    entries = entries_of(field, minutes, first)
    ranked = Ranked.of(minutes, field.share)
    mean, mean_square = float(ranked.first[-1]), float(ranked.second[-1])
    saving = entries.sums(entries.before - entries.after)
    saving_square = np.zeros(entries.n_sites)
    if "sd" in terms:
        saving_square = entries.sums(entries.before**2 - entries.after**2)
    centre = mean - saving - largest_later(saving, more - 1)
    below, below_square, share_below = _below_with(ranked, entries, centre, squares="sd" in terms)
    found: dict[str, FloatArray] = {}
    if "mean" in terms:
        found["mean"] = centre
    if "mad" in terms:
        found["mad"] = 2 * below
    if "gini" in terms:
        found["gini"] = below / np.maximum(centre, 1e-9)
    if "sd" in terms:
        found["sd"] = _sd_bound(
            entries, mean - saving, mean_square - saving_square, centre, more, largest_mean
        )
        cauchy = below_square + below**2 / np.maximum(1 - share_below, 1e-12)
        found["sd"] = np.sqrt(np.maximum(np.maximum(found["sd"], cauchy), 0))
    if "worst_tenth" in terms:
        tail = _tail_weights(minutes, field.share)
        tail_saving = entries.sums(tail[entries.zone] * (entries.before - entries.after))
        total = float((field.share * tail) @ minutes)
        found["worst_tenth"] = total - tail_saving - largest_later(tail_saving, more - 1)
    if "uncovered" in terms:
        found["uncovered"] = _uncovered_bound(field, held, first, more)
    if "alliance_gap" in terms:
        found["alliance_gap"] = _gap_bound(field, minutes, entries, more)
    bound = sum(weight * np.maximum(found[term], 0) for term, weight in terms.items())
    too_few = np.arange(entries.n_sites) > entries.n_sites - more  # not enough sites come after
    bound = np.where(too_few | (centre > largest_mean), np.inf, bound)
    return Children(
        bound,
        found,
        mean,
        saving,
        mean_square,
        saving_square,
        centre,
        below,
        below_square,
        share_below,
        ranked,
    )


def largest_later(savings: FloatArray, k: int) -> FloatArray:
    """Sum of the ``k`` largest savings that come after each, or of all where there are fewer."""
    sums, total = np.zeros(len(savings)), 0.0
    heap: list[float] = []
    if k == 0:
        return sums
    if k == 1:
        sums[:-1] = np.maximum.accumulate(savings[:0:-1])[::-1]
        return sums
    for i in range(len(savings) - 1, -1, -1):
        sums[i] = total
        value = float(savings[i])
        if len(heap) < k:
            heappush(heap, value)
            total += value
        elif value > heap[0]:
            total += value - heapreplace(heap, value)
    return sums


def _below_with(
    ranked: Ranked, entries: Entries, centre: FloatArray, *, squares: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """L, its square counterpart and the share below, of each child at its own c."""
    below, square, share = ranked.below(centre)
    c = centre[entries.site]
    after, before = np.maximum(c - entries.after, 0), np.maximum(c - entries.before, 0)
    crossed = (entries.after <= c).astype(float) - (entries.before <= c)
    if squares:
        square = square + entries.sums(after**2 - before**2)
    return below + entries.sums(after - before), square, share + entries.sums(crossed)


def _sd_bound(
    entries: Entries,
    mean: FloatArray,
    mean_square: FloatArray,
    centre: FloatArray,
    more: int,
    largest_mean: float,
) -> FloatArray:
    """Squared SD from below: the mean lies in one of a few slices, and about its middle sums are bounded."""
    highest = np.minimum(mean, largest_mean)  # of the mean of any set below the child
    low, high = float(centre.min(initial=np.inf)), float(highest.max(initial=0.0))
    least = np.full(len(mean), np.inf)
    if not low <= high:
        return least
    width = (high - low) / SLICES
    half = width / 2 + ROUNDING  # slices overlap, so that no mean falls between two
    for x in low + width * (np.arange(SLICES) + 0.5):
        saved = entries.sums(np.maximum((entries.before - x) ** 2 - (entries.after - x) ** 2, 0))
        about = mean_square - 2 * x * mean + x * x - largest_later(saved, more - 1) - half**2
        here = (centre <= x + half) & (highest >= x - half)
        least = np.where(here, np.minimum(least, about), least)
    return least


def _tail_weights(minutes: FloatArray, share: FloatArray) -> FloatArray:
    """Weight of each zone's demand in the mean of the worst tenth: 10, 0, or between at its boundary."""
    order = np.argsort(-minutes)
    seen = np.cumsum(share[order])
    part = np.clip(WORST_SHARE - (seen - share[order]), 0, share[order])
    weights = np.zeros(len(minutes))
    weights[order] = part / share[order] / WORST_SHARE
    return weights


def _uncovered_bound(field: Field, held: IntArray, first: int, more: int) -> FloatArray:
    uncovered = field.uncovered & ~field.covers[:, held].any(axis=1)
    pairs = field.newly_covered
    listed = slice(pairs.start[first], None)
    zone, site = pairs.zone[listed], pairs.column[listed] - first
    n_sites = len(pairs.start) - 1 - first
    gain = np.bincount(site, field.share[zone] * uncovered[zone], minlength=n_sites).astype(float)
    return np.asarray(float(field.share @ uncovered) - gain - largest_later(gain, more - 1))


def _gap_bound(field: Field, minutes: FloatArray, entries: Entries, more: int) -> FloatArray:
    n_groups = len(field.group_share)
    now = np.bincount(field.group, field.share * minutes, minlength=n_groups) / field.group_share
    cell = entries.site * n_groups + field.group[entries.zone]
    change = entries.weight * (entries.before - entries.after)
    total = np.bincount(cell, change, minlength=entries.n_sites * n_groups)
    saved = total.reshape(entries.n_sites, n_groups) / field.group_share
    means = now - saved
    further = np.sort(saved, axis=0)[::-1][: more - 1].sum(axis=0)
    return np.asarray((means - further).max(axis=1) - means.min(axis=1))
