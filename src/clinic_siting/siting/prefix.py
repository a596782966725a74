"""The distribution of minutes with some sites open, and exact corrections to it for one more.

With the base distribution F of minutes (by share of demand) sorted once, one more site moves the
share wᵢ of each zone it is nearer to from mᵢ down to tᵢ: D(x) = Σ wᵢ·1[tᵢ ≤ x < mᵢ] is added to F.

- mean, group means, second moment: sums over the moved zones.
- U(x) = Σ w (t − x)⁺ by prefix sums gives MAD = 2·U(μ) and, with τ the 90 % point, the worst
  tenth = τ + U(τ) ÷ 0.1.
- Gini = ∫F(1 − F) ÷ μ, and ∫(F + D)(1 − F − D) = ∫F(1 − F) + ∫D(1 − 2F) − ∫D², of which the second
  term is Σ wᵢ·(H(mᵢ) − H(tᵢ)) with H = ∫(1 − 2F) tabulated, and the third a sum over sorted jumps.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clinic_siting.measures import SHARE_TOLERANCE, WORST_SHARE
from clinic_siting.siting.field import Field
from clinic_siting.tables import BoolArray, FloatArray, IntArray

MEASURES = ("mean", "sd", "mad", "gini", "p90", "max", "worst_tenth", "coverage", "alliance_gap")
# Zones looked at together when the longest journey is sought from the top.
TOP = 512
# A variance this much smaller than the sums it is the difference of has lost too many digits.
ROUNDING = 1e-6
# A mean this short is none.
NOTHING_MIN = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Zones that one more site moves, for several such sites in turn.

    Attributes
    ----------
    zone, site
        Which zone is moved by which of the sites, sites ascending.
    share, before, after
        Its share of demand, and its minutes before and after.
    start
        Entries of site ``s`` are ``start[s]:start[s + 1]``.
    """

    zone: IntArray
    site: IntArray
    share: FloatArray
    before: FloatArray
    after: FloatArray
    start: IntArray

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum of values by site, shape (n_sites,)."""
        return _reduce(np.add, values, self.start, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """A distribution of minutes, sorted and summed up.

    Attributes
    ----------
    minutes, uncovered
        By zone, shape (n,).
    ascending, order
        Sorted minutes, and the zones in that order.
    reached, travelled
        Share of demand, and minutes × share, of the first k zones in that order, shape (n + 1,).
    slope
        H at each sorted minute: ∫(1 − 2F) from the shortest journey on, shape (n,).
    rank
        Number of zones with minutes up to each zone's own, shape (n,).
    """

    field: Field
    minutes: FloatArray
    uncovered: BoolArray
    order: IntArray
    ascending: FloatArray
    reached: FloatArray
    travelled: FloatArray
    slope: FloatArray
    rank: IntArray

    @classmethod
    def of(cls, field: Field, minutes: FloatArray, uncovered: BoolArray) -> "Prefix":
        """Sort and sum up."""
        order = np.argsort(minutes)
        ascending, share = minutes[order], field.share[order]
        reached = np.concatenate([[0.0], np.cumsum(share)])
        steps = np.diff(ascending) * (1 - 2 * reached[1:-1])
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.searchsorted(ascending, ascending, side="right")
        return cls(
            field=field,
            minutes=minutes,
            uncovered=uncovered,
            order=order,
            ascending=ascending,
            reached=reached,
            travelled=np.concatenate([[0.0], np.cumsum(share * ascending)]),
            slope=np.concatenate([[0.0], np.cumsum(steps)]),
            rank=rank,
        )

    def alone(self) -> FloatArray:
        """Measures without a further site, shape (1, n_measures)."""
        nothing = np.empty(0)
        none = np.empty(0, dtype=np.int64)
        moves = Moves(none, none, nothing, nothing, nothing, np.zeros(2, dtype=np.int64))
        longest = self.ascending[-1:]
        return self._measures(moves, longest, np.array([self.field.share[self.uncovered].sum()]))

    def with_each(self, sites: IntArray) -> FloatArray:
        """Measures with each of some further sites, shape (len(sites), n_measures)."""
        moves = self._moves(sites)
        position, site = self.field.newly_covered.of(sites)
        zone = self.field.newly_covered.zone[position]
        gained = np.bincount(site, self.field.share[zone] * self.uncovered[zone], minlength=len(sites))
        uncovered = self.field.share[self.uncovered].sum() - gained
        return self._measures(moves, self._longest(sites, moves), np.asarray(uncovered, dtype=float))

    def _moves(self, sites: IntArray) -> Moves:
        position, site = self.field.nearer.of(sites)
        zone, after = self.field.nearer.zone[position], self.field.nearer.minutes[position]
        before = self.minutes[zone]
        moved = np.flatnonzero(after < before)
        zone, site = zone[moved], site[moved]
        start = np.concatenate([[0], np.cumsum(np.bincount(site, minlength=len(sites)))])
        return Moves(zone, site, self.field.share[zone], before[moved], after[moved], start)

    def _measures(self, moves: Moves, longest: FloatArray, uncovered: FloatArray) -> FloatArray:
        groups = self._group_totals(moves)
        mean = groups.sum(axis=1)
        group_means = groups / self.field.group_share
        by_move = mean[moves.site]
        above = np.maximum(moves.after - by_move, 0) - np.maximum(moves.before - by_move, 0)
        mad = 2 * (self.upper(mean) + moves.sums(moves.share * above))
        spread, p90 = self._ranked(moves)
        by_move = p90[moves.site]
        above = np.maximum(moves.after - by_move, 0) - np.maximum(moves.before - by_move, 0)
        tail = self.upper(p90) + moves.sums(moves.share * above)
        return np.column_stack(
            [
                mean,
                self._sd(moves, mean),
                np.maximum(mad, 0),
                gini(spread, mean),
                p90,
                longest,
                p90 + tail / WORST_SHARE,
                1 - np.clip(uncovered, 0, 1),
                group_means.max(axis=1) - group_means.min(axis=1),
            ]
        )

    def _group_totals(self, moves: Moves) -> FloatArray:
        """Minutes × share of each group with each site, shape (n_sites, n_groups)."""
        n_sites, n_groups = len(moves.start) - 1, len(self.field.group_share)
        base = np.bincount(self.field.group, self.field.share * self.minutes, minlength=n_groups)
        cell = moves.site * n_groups + self.field.group[moves.zone]
        change = np.bincount(cell, moves.share * (moves.after - moves.before), minlength=n_sites * n_groups)
        return np.asarray(base + change.reshape(n_sites, n_groups), dtype=float)

    def _sd(self, moves: Moves, mean: FloatArray) -> FloatArray:
        centre = self.travelled[-1]  # sums about the base's mean lose fewer digits
        base = self.field.share @ (self.minutes - centre) ** 2
        change = (moves.after - centre) ** 2 - (moves.before - centre) ** 2
        variance = base + moves.sums(moves.share * change) - (mean - centre) ** 2
        for site in np.flatnonzero(variance < ROUNDING * (base + (mean - centre) ** 2)):
            minutes = self.minutes.copy()
            part = slice(moves.start[site], moves.start[site + 1])
            minutes[moves.zone[part]] = moves.after[part]
            variance[site] = self.field.share @ (minutes - mean[site]) ** 2
        return np.asarray(np.sqrt(variance))

    def upper(self, threshold: FloatArray) -> FloatArray:
        """U(x) of the base: Σ w (t − x)⁺."""
        k = np.searchsorted(self.ascending, threshold, side="right")
        left = self.reached[-1] - self.reached[k]
        return np.asarray(self.travelled[-1] - self.travelled[k] - threshold * left)

    def _ranked(self, moves: Moves) -> tuple[FloatArray, FloatArray]:
        """∫F(1 − F) and the 90 % point with each site, shape (n_sites,) each."""
        rank_after = np.searchsorted(self.ascending, moves.after, side="right")
        rank_before = self.rank[moves.zone]
        bend = self.slope_at(moves.before, rank_before) - self.slope_at(moves.after, rank_after)
        inside = self.reached[1:-1]
        base = np.diff(self.ascending) @ (inside * (1 - inside))
        jumps = _sorted_jumps(moves, rank_after, rank_before)
        squares = np.zeros(len(moves.start) - 1)
        if len(jumps.minutes):
            width = np.append(np.diff(jumps.minutes), 0.0)
            # Between two sites D is 0 up to rounding, so what lies between them adds nothing.
            squares = _reduce(np.add, jumps.moved**2 * width, jumps.start, 0.0)
        spread = base + moves.sums(moves.share * bend) - squares
        return spread, self._ninety(jumps)

    def slope_at(self, minutes: FloatArray, rank: IntArray) -> FloatArray:
        """H at any minutes, given the number of base zones up to them."""
        below = np.maximum(rank - 1, 0)
        beyond = minutes - self.ascending[below]
        return np.asarray(self.slope[below] + (1 - 2 * self.reached[rank]) * beyond)

    def _ninety(self, jumps: "Jumps") -> FloatArray:
        """First minutes at which F + D reaches 90 %, shape (n_sites,)."""
        target = (1 - WORST_SHARE - SHARE_TOLERANCE) * self.reached[-1]
        n_jumps = len(jumps.minutes)
        last_of_tie = np.ones(n_jumps, dtype=bool)
        last_of_tie[:-1] = np.diff(jumps.minutes) != 0
        last_of_tie[jumps.start[1:][np.diff(jumps.start) > 0] - 1] = True
        below = last_of_tie & (self.reached[jumps.rank] + jumps.moved < target)
        # F + D rises, so the last jump that is still below the target brackets it.
        last = _reduce(np.maximum, np.where(below, np.arange(n_jumps), -1), jumps.start, -1)
        moved = np.append(jumps.moved, 0.0)[last]  # the last entry, 0, where nothing is below
        following = np.where(last >= 0, last + 1, jumps.start[:-1])
        none = following >= jumps.start[1:]
        following_minutes = np.where(none, np.inf, np.append(jumps.minutes, np.inf)[following])
        k = np.searchsorted(self.reached[1:], target - moved, side="left")
        by_base = np.append(self.ascending, np.inf)[k]
        return np.asarray(np.minimum(by_base, following_minutes))

    def _longest(self, sites: IntArray, moves: Moves) -> FloatArray:
        """Longest journey with each site: of the zones it does not move, or of those it does."""
        longest = _reduce(np.maximum, moves.after, moves.start, 0.0)
        waiting = np.arange(len(sites))
        for end in range(len(self.order), 0, -TOP):
            zones = self.order[max(end - TOP, 0) : end][::-1]
            still = self.field.minutes[np.ix_(zones, sites[waiting])] >= self.minutes[zones][:, None]
            found = still.any(axis=0)
            unmoved = self.minutes[zones][still.argmax(axis=0)]
            longest[waiting[found]] = np.maximum(longest[waiting[found]], unmoved[found])
            waiting = waiting[~found]
            if not len(waiting):
                break
        return longest


@dataclass(frozen=True, slots=True, eq=False)
class Jumps:
    """The jumps of D, ascending by minutes for each site in turn.

    Attributes
    ----------
    minutes
        Where D jumps.
    moved
        D from there on, until the next jump.
    rank
        Number of base zones with minutes up to there.
    start
        Jumps of site ``s`` are ``start[s]:start[s + 1]``.
    """

    minutes: FloatArray
    moved: FloatArray
    rank: IntArray
    start: IntArray


def _sorted_jumps(moves: Moves, rank_after: IntArray, rank_before: IntArray) -> Jumps:
    """Each move is a jump up where it arrives and a jump down where it came from."""
    n_moves, start = len(moves.zone), 2 * moves.start
    arrival = np.arange(n_moves) + moves.start[moves.site]
    departure = np.arange(n_moves) + moves.start[moves.site + 1]
    minutes, rise = np.empty(2 * n_moves), np.empty(2 * n_moves)
    rank = np.empty(2 * n_moves, dtype=np.int64)
    for place, value, sign, ranks in (
        (arrival, moves.after, 1, rank_after),
        (departure, moves.before, -1, rank_before),
    ):
        minutes[place], rise[place], rank[place] = value, sign * moves.share, ranks
    order = np.empty(2 * n_moves, dtype=np.int64)
    for first, last in pairwise(start):
        order[first:last] = np.argsort(minutes[first:last]) + first
    return Jumps(minutes[order], np.cumsum(rise[order]), rank[order], start)


def gini(spread: FloatArray, mean: FloatArray) -> FloatArray:
    """∫F(1 − F) ÷ μ, and 0 where nobody travels: there both are what rounding left of longer times."""
    return np.asarray(
        np.where(mean > NOTHING_MIN, np.maximum(spread, 0) / np.maximum(mean, NOTHING_MIN), 0.0)
    )


def sums_of_runs(values: FloatArray, start: IntArray) -> FloatArray:
    """Sum of each run of values, run ``k`` being ``start[k]:start[k + 1]``."""
    return _reduce(np.add, values, start, 0.0)


def _reduce(how: np.ufunc, values: FloatArray, start: IntArray, empty: float) -> FloatArray:
    """Reduce values piece by piece; pieces without any give ``empty``."""
    result = np.full(len(start) - 1, empty, dtype=values.dtype)
    filled = np.flatnonzero(np.diff(start))
    if len(filled):
        result[filled] = how.reduceat(values, start[filled])
    return result
