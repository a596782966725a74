"""Measures of one site with each of some later ones: sums over the zones that the two share."""

from dataclasses import dataclass
from itertools import count

import numpy as np

from clinic_siting.measures import WORST_SHARE
from clinic_siting.siting.pairwise import Pairwise, first_reached, target
from clinic_siting.siting.prefix import ROUNDING, TOP, gini, sums_of_runs
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# Halvings after which shared zones that no longer matter are left out.
NARROW = 4


def measure_row(whole: Pairwise, first: int, seconds: IntArray) -> FloatArray:
    """Measures with ``first`` and each of some later sites open, shape (len(seconds), n_measures).

    Parameters
    ----------
    whole
        What is known of all sites.
    first, seconds
        The site, and the later ones, ascending.
    """
    row = Row.of(whole, first, seconds)
    groups = row.group_totals()
    mean = groups.sum(axis=1)
    means = groups / whole.base.field.group_share
    ninety = row.ninety()
    return np.column_stack(
        [
            mean,
            row.sd(mean),
            np.maximum(2 * row.above(mean), 0),
            gini(row.spread(), mean),
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
    start
        Shared zones of pair ``k`` are ``start[k]:start[k + 1]``, ascending by minutes to the later site.
    pair
        Which of ``seconds`` each shared zone belongs to.
    mine, entry
        The first site's entry, and the later one's.
    mine_is_far
        Whether the first is the farther of the two.
    far, before, share
        Minutes to the farther, minutes in the base, share of demand.
    """

    whole: Pairwise
    first: int
    seconds: IntArray
    start: IntArray
    pair: IntArray
    mine: IntArray
    entry: IntArray
    mine_is_far: BoolArray
    far: FloatArray
    before: FloatArray
    share: FloatArray

    @classmethod
    def of(cls, whole: Pairwise, first: int, seconds: IntArray) -> "Row":
        """Find the shared zones."""
        pairs = whole.pairs
        own = slice(pairs.start[first], pairs.start[first + 1])
        near = np.zeros(len(whole.nearest), dtype=bool)
        near[pairs.zone[own]] = True
        begin, end = pairs.start[seconds[0]], pairs.start[seconds[-1] + 1]
        entry = begin + np.flatnonzero(near[pairs.zone[begin:end]])
        if len(seconds) <= seconds[-1] - seconds[0]:  # some sites between are not asked for
            wanted = np.zeros(len(pairs.start) - 1, dtype=bool)
            wanted[seconds] = True
            entry = entry[wanted[pairs.column[entry]]]
        start = np.append(np.searchsorted(entry, pairs.start[seconds]), len(entry))
        entry_of_zone = np.empty(len(near), dtype=np.int64)
        entry_of_zone[pairs.zone[own]] = np.arange(own.start, own.stop)
        mine = entry_of_zone[pairs.zone[entry]]
        to_first, to_other = pairs.minutes[mine], pairs.minutes[entry]
        return cls(
            whole=whole,
            first=first,
            seconds=seconds,
            start=start,
            pair=np.repeat(np.arange(len(seconds)), np.diff(start)),
            mine=mine,
            entry=entry,
            mine_is_far=to_first >= to_other,
            far=np.maximum(to_first, to_other),
            before=whole.before[mine],
            share=whole.share[mine],
        )

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sum over the shared zones of each pair."""
        return sums_of_runs(self.share * values, self.start)

    def group_totals(self) -> FloatArray:
        """Minutes × share of each group, shape (n_pairs, n_groups)."""
        whole, group = self.whole, self.whole.base.field.group
        n_groups = len(whole.groups)
        cell = self.pair * n_groups + group[whole.pairs.zone[self.mine]]
        twice = np.bincount(
            cell, self.share * (self.far - self.before), minlength=len(self.seconds) * n_groups
        )
        both = whole.change[self.first] + whole.change[self.seconds]
        return np.asarray(whole.groups + both - twice.reshape(-1, n_groups), dtype=float)

    def sd(self, mean: FloatArray) -> FloatArray:
        """Standard deviation of each pair."""
        whole = self.whole
        centre = whole.base.travelled[-1]
        both = whole.square[self.first] + whole.square[self.seconds]
        twice = self.sums((self.far - self.before) * (self.far + self.before - 2 * centre))
        variance = whole.squares + both - twice - (mean - centre) ** 2
        minutes = whole.base.field.minutes
        for k in np.flatnonzero(variance < ROUNDING * (whole.squares + (mean - centre) ** 2)):
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
        beyond = np.flatnonzero(self.before > at)  # what is nearer in the base is so with any site
        at, pair = at[beyond], self.pair[beyond]
        less = self.share[beyond] * (np.maximum(self.far[beyond], at) - self.before[beyond])
        twice = np.bincount(pair, less, minlength=len(x))
        return np.asarray(whole.base.upper(x) + both + alone - twice)

    def ninety(self) -> FloatArray:
        """First minutes at which 90 % of demand is reached."""
        whole, n_pairs = self.whole, len(self.seconds)
        steps, base = whole.steps, whole.base
        one, aim = np.full(n_pairs, self.first), target(base)
        # No sooner than if the two shared no zone, and no later than with either alone.
        apart = first_reached(base, lambda x: steps.at(one, x) + steps.at(self.seconds, x), n_pairs)
        high = np.minimum(whole.ninety[self.first], whole.ninety[self.seconds])
        low = np.minimum(apart, high) - 1
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
        products = whole.products
        far_entry = np.where(self.mine_is_far, self.mine, self.entry)
        place = whole.steps.place_after[far_entry]
        # −∫O(1 − 2F) + 2∫(Dₐ + D_b)O: the farther site's own integral is known, the nearer one's looked up.
        nearer = np.where(self.mine_is_far, whole.pairs.column[self.entry], self.first)
        shared = whole.left[self.mine] + whole.own[self.entry] + whole.left_after[far_entry]
        shared -= 2 * whole.steps.integral_at_place(nearer, self.far, place)
        alone = np.diag(products)
        squares = alone[self.first] + alone[self.seconds] + 2 * products[self.first, self.seconds]
        bent = whole.bends[self.first] + whole.bends[self.seconds]
        return np.asarray(whole.spread + bent - squares + self.sums(shared) - self._square_of_shared(place))

    def _square_of_shared(self, place: IntArray) -> FloatArray:
        """∫ O² of each pair, over its sorted jumps; ``place`` is that of the farther minutes."""
        steps, n = self.whole.steps, len(place)
        # Pair, place in time and jump in one number: that sorts quicker than times by their order.
        for_place, for_jump = steps.n_places.bit_length(), (2 * n).bit_length()
        key = np.concatenate([self.pair, self.pair]) << for_place
        key |= np.concatenate([place, steps.place_before[self.mine]])
        key <<= for_jump
        key |= np.arange(2 * n)
        key.sort()
        jump = key & ((1 << for_jump) - 1)
        time = np.concatenate([self.far, self.before])[jump]
        moved = np.cumsum(np.concatenate([self.share, -self.share])[jump])
        # Between two pairs O is 0 up to rounding, so what lies between them adds nothing.
        width = np.append(np.diff(time), 0.0) if n else time
        return sums_of_runs(moved * moved * width, 2 * self.start)

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
