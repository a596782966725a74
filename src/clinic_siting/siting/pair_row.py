"""Measures of one site with each of some later ones: sums over the zones that the two share."""

from dataclasses import dataclass
from itertools import count

import numpy as np

from clinic_siting.measures import WORST_SHARE
from clinic_siting.siting.pairwise import Pairwise, target
from clinic_siting.siting.prefix import ROUNDING, TOP
from clinic_siting.siting.steps import STRIDE
from clinic_siting.tables import FloatArray, IntArray

# Halvings after which shared zones that no longer matter are left out.
NARROW = 4


def measure_row(whole: Pairwise, first: int, seconds: IntArray) -> FloatArray:
    """Measures with ``first`` and each of some later sites open, shape (len(seconds), n_measures)."""
    row = Row.of(whole, first, seconds)
    groups = row.group_totals()
    mean = groups.sum(axis=1)
    means = groups / whole.base.field.group_share
    ninety = row.ninety()
    spread = np.maximum(row.spread(), 0)
    return np.column_stack(
        [
            mean,
            row.sd(mean),
            np.maximum(2 * row.above(mean), 0),
            spread / np.where(mean > 0, mean, 1),
            ninety,
            row.longest(),
            ninety + row.above(ninety) / WORST_SHARE,
            1 - np.clip(whole.uncovered[first, seconds], 0, 1),
            means.max(axis=1) - means.min(axis=1),
        ]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Pairs of one site with some later ones, and the zones that each two share.

    Attributes
    ----------
    whole
        What is known of all sites.
    first, seconds
        The site, and the later ones.
    pair
        Which of ``seconds`` each shared zone belongs to, ascending.
    entry, far_entry
        The later site's entry, and that of the farther of the two.
    mine
        The first site's entry.
    far, before, share
        Minutes to the farther, minutes in the base, share of demand.
    """

    whole: Pairwise
    first: int
    seconds: IntArray
    pair: IntArray
    mine: IntArray
    entry: IntArray
    far_entry: IntArray
    far: FloatArray
    before: FloatArray
    share: FloatArray

    @classmethod
    def of(cls, whole: Pairwise, first: int, seconds: IntArray) -> "Row":
        """Find the shared zones."""
        own = np.arange(whole.pairs.start[first], whole.pairs.start[first + 1])
        begin = whole.place[own] + 1
        length = whole.row_end[own] - begin
        mine = np.repeat(own, length)
        offset = np.repeat(begin - (np.cumsum(length) - length), length)
        entry = whole.by_zone[np.arange(len(mine)) + offset]
        rank = np.full(len(whole.pairs.start) - 1, -1, dtype=np.int32)
        rank[seconds] = np.arange(len(seconds))
        pair = rank[whole.pairs.column[entry]]
        wanted = np.flatnonzero(pair >= 0)
        # By pair, and within it by the minutes to the first site: searches then run along.
        wanted = wanted[np.argsort(pair[wanted].astype(np.uint16), kind="stable")]
        mine, entry, pair = mine[wanted], entry[wanted], pair[wanted]
        mine_is_far = whole.pairs.minutes[mine] >= whole.pairs.minutes[entry]
        far_entry = np.where(mine_is_far, mine, entry)
        far, before = whole.pairs.minutes[far_entry], whole.before[mine]
        return cls(whole, first, seconds, pair, mine, entry, far_entry, far, before, whole.share[mine])

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sum over the shared zones of each pair."""
        return np.bincount(self.pair, self.share * values, minlength=len(self.seconds)).astype(float)

    def group_totals(self) -> FloatArray:
        """Minutes × share of each group, shape (n_pairs, n_groups)."""
        whole, field = self.whole, self.whole.base.field
        n_groups = len(field.group_share)
        base = np.bincount(field.group, field.share * whole.base.minutes, minlength=n_groups)
        cell = self.pair * n_groups + field.group[whole.pairs.zone[self.mine]]
        twice = np.bincount(
            cell, self.share * (self.far - self.before), minlength=len(self.seconds) * n_groups
        )
        both = whole.change[self.first] + whole.change[self.seconds]
        return np.asarray(base + both - twice.reshape(-1, n_groups), dtype=float)

    def sd(self, mean: FloatArray) -> FloatArray:
        """Standard deviation of each pair."""
        whole = self.whole
        centre = whole.base.travelled[-1]
        base = float(whole.base.field.share @ (whole.base.minutes - centre) ** 2)
        both = whole.square[self.first] + whole.square[self.seconds]
        twice = self.sums((self.far - centre) ** 2 - (self.before - centre) ** 2)
        variance = base + both - twice - (mean - centre) ** 2
        minutes = whole.base.field.minutes
        for k in np.flatnonzero(variance < ROUNDING * (base + (mean - centre) ** 2)):
            nearer = np.minimum(minutes[:, self.first], minutes[:, self.seconds[k]])
            t = np.minimum(whole.base.minutes, nearer)
            variance[k] = whole.base.field.share @ (t - mean[k]) ** 2
        return np.asarray(np.sqrt(variance))

    def above(self, x: FloatArray) -> FloatArray:
        """Σ w (t − x)⁺ of each pair at its own x."""
        whole = self.whole
        one = np.full(len(self.seconds), self.first)
        alone = whole.steps.integral(one, x) + whole.steps.integral(self.seconds, x)
        both = whole.change[self.first].sum() + whole.change[self.seconds].sum(axis=1)
        at = x[self.pair]
        twice = self.sums(np.maximum(self.far - at, 0) - np.maximum(self.before - at, 0))
        return np.asarray(whole.base.upper(x) + both + alone - twice)

    def ninety(self) -> FloatArray:
        """First minutes at which 90 % of demand is reached."""
        base, n_pairs = self.whole.base, len(self.seconds)
        best, aim = self.whole.best_ninety, target(base)
        # Positions in the base's times: the best point there is, and the base's own.
        low = np.full(n_pairs, np.searchsorted(base.ascending, best, side="left") - 1)
        high = np.full(n_pairs, min(np.searchsorted(base.reached[1:], aim), len(base.ascending) - 1))
        tail = Tail(self, self.pair, self.far, self.before, self.share, np.zeros(n_pairs))
        times = np.append(base.ascending, -1.0)  # position -1: before every time
        for halving in count():
            undecided = high - low > 1
            if halving % NARROW == 0 or not undecided.any():
                tail = tail.narrowed(times[low], times[high])
            if not undecided.any():
                break
            middle = np.where(undecided, (low + high) // 2, high)
            enough = tail.reached(times[middle]) >= aim
            high, low = np.where(undecided & enough, middle, high), np.where(undecided & ~enough, middle, low)
        return self._next_arrivals(tail, times[low], times[high])

    def _next_arrivals(self, tail: "Tail", x: FloatArray, last: FloatArray) -> FloatArray:
        """From x on, the first arrival at either site that reaches the target, at the latest ``last``."""
        one = np.full(len(self.seconds), self.first)
        found = np.full(len(x), np.nan)
        steps, aim = self.whole.steps, target(self.whole.base)
        while np.isnan(found).any():
            x = np.minimum(last, np.minimum(steps.next_arrival(one, x), steps.next_arrival(self.seconds, x)))
            enough = (tail.reached(x) >= aim) | (x >= last)
            found = np.where(np.isnan(found) & enough, x, found)
        return found

    def spread(self) -> FloatArray:
        """∫(F + D)(1 − F − D) of each pair, its Gini times its mean."""
        whole = self.whole
        base, pairs, steps = whole.base, whole.pairs, whole.steps
        inside = base.reached[1:-1]
        total = np.diff(base.ascending) @ (inside * (1 - inside))
        bent = whole.bends[self.first] + whole.bends[self.seconds]
        bent = bent - self.sums(whole.bend[self.mine] - whole.bend_after[self.far_entry])
        # ∫(Dₐ + D_b) O: the farther site's own integral is known, the nearer one's is looked up.
        near_entry = self.mine + self.entry - self.far_entry
        at_far = whole.own_after[self.far_entry] + steps.integral(pairs.column[near_entry], self.far)
        crossed = self.sums(whole.own[self.mine] + whole.own[self.entry] - at_far)
        products = whole.products
        alone = products[self.first, self.first] + np.diag(products)[self.seconds]
        squares = alone + 2 * products[self.first, self.seconds] - 2 * crossed + self._square_of_shared()
        return np.asarray(total + bent - squares)

    def _square_of_shared(self) -> FloatArray:
        """∫ O² of each pair, over its sorted jumps."""
        pair = np.concatenate([self.pair, self.pair])
        time = np.concatenate([self.far, self.before])
        order = np.argsort(pair * STRIDE + time)
        moved = np.cumsum(np.concatenate([self.share, -self.share])[order])
        width = np.append(np.diff(time[order]), 0.0)
        # Between two pairs O is 0 up to rounding, so what lies between them adds nothing.
        return np.bincount(pair[order], moved**2 * width, minlength=len(self.seconds)).astype(float)

    def longest(self) -> FloatArray:
        """Longest journey of each pair, sought among the zones where it can be."""
        whole, minutes = self.whole, self.whole.base.field.minutes
        mine = np.minimum(whole.base.minutes, minutes[:, self.first])
        zones = np.flatnonzero(mine >= np.minimum(mine, whole.nearest).max())
        zones = zones[np.argsort(-mine[zones])]
        longest = np.zeros(len(self.seconds))
        for begin in range(0, len(zones), TOP):
            part = zones[begin : begin + TOP]
            if mine[part[0]] <= longest.min(initial=np.inf):
                break  # neither this zone nor any later one can be the longest of a pair
            both = np.minimum(minutes[np.ix_(part, self.seconds)], mine[part, None])
            longest = np.maximum(longest, both.max(axis=0))
        return longest


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """The shared zones of a row that matter between two times of each pair.

    Attributes
    ----------
    row
        The row.
    pair, far, before, share
        Of each of these zones.
    always
        Share of the zones left out that are moved all the way between the two times, shape (n_pairs,).
    """

    row: Row
    pair: IntArray
    far: FloatArray
    before: FloatArray
    share: FloatArray
    always: FloatArray

    def narrowed(self, low: FloatArray, high: FloatArray) -> "Tail":
        """The same between two nearer times."""
        begin, end = low[self.pair], high[self.pair]
        through = (self.far <= begin) & (self.before > end)
        always = np.bincount(self.pair, self.share * through, minlength=len(low))
        kept = np.flatnonzero(~through & (self.far <= end) & (self.before > begin))
        return Tail(
            self.row,
            self.pair[kept],
            self.far[kept],
            self.before[kept],
            self.share[kept],
            self.always + always,
        )

    def reached(self, x: FloatArray) -> FloatArray:
        """Share of demand within x of each pair."""
        whole, row = self.row.whole, self.row
        base = whole.base.reached[np.searchsorted(whole.base.ascending, x, side="right")]
        one = np.full(len(x), row.first)
        at = x[self.pair]
        twice = self.share * ((self.far <= at) & (at < self.before))
        shared = self.always + np.bincount(self.pair, twice, minlength=len(x))
        return np.asarray(base + whole.steps.at(one, x) + whole.steps.at(row.seconds, x) - shared)
