"""Every plan that the rules leave, gone through one by one by plain arithmetic: proof without a solver.

Shares nothing with the models or with their fast evaluation. Each plan's minutes are looked up
again, sorted, and summed up by the definition of each measure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb, inf

import numpy as np

from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.check import LEFT
from clinic_siting.siting.obedience import AGREEMENT, SetRules
from clinic_siting.siting.rules import Rules
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# Sets of sites looked at, zones × plans added up, and plans with a full clinic, told journey by journey.
LARGEST_RAW, LARGEST_CELLS, LARGEST_FULL = 300_000, 150_000_000, 500
# Weights add up to one but for rounding.
WHOLE = 1e-10
# Who goes where: zone, open site, demand, one entry a journey.
Sent = tuple[IntArray, IntArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A plan that obeys the rules.

    Attributes
    ----------
    chosen, closed
        Ids of the sites that it opens and closes, sorted.
    measures
        Every measure with it, in minutes and shares.
    """

    chosen: tuple[str, ...]
    closed: tuple[str, ...]
    measures: Mapping[str, float]


def every_plan(case: SitingCase, rules: Rules) -> list[Tried] | None:
    """Go through every plan that opens so many sites and obeys the rules.

    Parameters
    ----------
    case
        The case before anything is closed.
    rules
        The rules.

    Returns
    -------
        The plans with which everyone reaches a site; None where there are too many to go through.
    """
    sets = list(_sets(case, rules)) if _raw(case, rules) <= LARGEST_RAW else None
    if sets is None or len(sets) * len(case.times.zone_id) > LARGEST_CELLS:
        return None
    book = _Book.of(case, rules)
    tried: list[Tried] = []
    full = 0
    for chosen, closed in sets:
        is_open = sorted({*case.sites.existing, *chosen} - {*closed})
        times, nearest = book.nearest(is_open)
        if book.too_full(is_open, nearest):
            full += 1
            if full > LARGEST_FULL:
                return None
            sent = book.shared_out(is_open, times)
        else:
            sent = (np.arange(len(nearest)), nearest, book.weight)
        found = book.plan(is_open, chosen, times, sent)
        if found:
            tried.append(Tried(chosen, closed, found))
    return tried


def _raw(case: SitingCase, rules: Rules) -> int:
    free = len(set(case.sites.candidates) - {*rules.force, *rules.forbid})
    left = len(set(case.sites.existing) - {*rules.close})
    wanted = rules.n_open - len(set(rules.force))
    return comb(free, wanted) * comb(left, rules.relocate) if wanted >= 0 else 0


def _sets(case: SitingCase, rules: Rules) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Choices of sites to open and to close that obey the rules on them."""
    obeyed = SetRules.of(case, rules)
    free = sorted(set(case.sites.candidates) - {*rules.force, *rules.forbid})
    left = sorted(set(case.sites.existing) - {*rules.close})
    wanted = rules.n_open - len(set(rules.force))
    for closing in combinations(left, rules.relocate):
        closed = tuple(sorted({*rules.close, *closing}))
        for more in combinations(free, max(0, wanted)):
            chosen = tuple(sorted({*rules.force, *more}))
            if not obeyed.broken(chosen, closed):
                yield chosen, closed


@dataclass(frozen=True, slots=True, eq=False)
class _Book:
    """What plans are added up from, over the zones that count.

    Attributes
    ----------
    minutes, within
        Minutes, and membership of the isochrone, by site.
    weight
        Demand.
    room
        Largest demand of some sites.
    min_volume
        Smallest demand of a new site.
    group
        Group of each zone for the gap, as a number; None where there is no such grouping.
    rails
        Group of each zone and largest mean of each group, of each guard-rail.
    """

    minutes: Mapping[str, FloatArray]
    within: Mapping[str, FloatArray]
    weight: FloatArray
    room: Mapping[str, float]
    min_volume: float
    group: IntArray | None
    rails: tuple[tuple[IntArray, FloatArray], ...]

    @classmethod
    def of(cls, case: SitingCase, rules: Rules) -> "_Book":
        """Look everything up."""
        counted = (case.demand.to_numpy() > 0) & np.isfinite(case.times.minutes).any(axis=1)
        columns = case.times.site_id.tolist()
        minutes = np.ascontiguousarray(case.times.minutes[counted].T)
        within = case.within_standard[counted].T.astype(float)
        book = cls(
            minutes=dict(zip(columns, minutes, strict=True)),
            within=dict(zip(columns, within, strict=True)),
            weight=case.demand.to_numpy()[counted],
            room=rules.capacity,
            min_volume=rules.min_volume,
            group=_codes(case, counted, case.gap_group) if case.gap_group in case.groups else None,
            rails=(),
        )
        return replace(book, rails=tuple(book.limits(case, rules, counted)))

    def limits(
        self, case: SitingCase, rules: Rules, counted: BoolArray
    ) -> Iterator[tuple[IntArray, FloatArray]]:
        """What each guard-rail allows each group, in minutes."""
        existing = sorted(case.sites.existing)
        nobody = np.full(len(self.weight), inf)
        today = np.min([self.minutes[site] for site in existing], axis=0) if existing else nobody
        for rail in rules.guard_rails:
            group = _codes(case, counted, rail.group)
            most = np.full(group.max() + 1, inf)
            if rail.mean_at_most_min is not None:
                most = np.minimum(most, rail.mean_at_most_min)
            if rail.worse_by_at_most_min is not None:
                most = np.minimum(most, self.means(today, group, self.weight) + rail.worse_by_at_most_min)
            yield group, most

    def means(self, minutes: FloatArray, group: IntArray, weight: FloatArray) -> FloatArray:
        """Mean minutes of each group."""
        unreached = np.bincount(group, np.isinf(minutes)) > 0
        total = np.bincount(group, weight * np.where(np.isinf(minutes), 0, minutes))
        return np.where(unreached, inf, total / np.bincount(group, weight))

    def nearest(self, is_open: list[str]) -> tuple[FloatArray, IntArray]:
        """Minutes to each open site, shape (n_open, n_zones), and the nearest, of equals the first by id."""
        times = np.array([self.minutes[site] for site in is_open])
        return times, times.argmin(axis=0)

    def too_full(self, is_open: list[str], nearest: IntArray) -> bool:
        """Whether a clinic has no room for everyone who is nearest to it."""
        taken = np.bincount(nearest, self.weight, minlength=len(is_open))
        room = np.array([self.room.get(site, inf) for site in is_open])
        return bool((taken > room * (1 + AGREEMENT)).any())

    def shared_out(self, is_open: list[str], times: FloatArray) -> Sent | None:
        """Grant the shortest journeys first, as long as there is room; None where somebody is left over."""
        left, least = self.weight.tolist(), (LEFT * self.weight).tolist()
        room = [self.room.get(site, inf) for site in is_open]
        wishes = np.argsort(times.T.ravel(), kind="stable")  # of equals by zone, then by site
        zone_of, site_of = np.divmod(wishes, len(is_open))
        sent = []
        for zone, site in zip(zone_of.tolist(), site_of.tolist(), strict=True):
            granted = min(left[zone], room[site])
            if granted > least[zone]:
                left[zone] -= granted
                room[site] -= granted
                sent.append((zone, site, granted))
        if (np.array(left) > least).any():
            return None
        zones, sites, granted_all = zip(*sent, strict=True)
        return np.array(zones), np.array(sites), np.array(granted_all)

    def plan(
        self, is_open: list[str], chosen: tuple[str, ...], times: FloatArray, sent: Sent | None
    ) -> dict[str, float]:
        """Measures of a plan; nothing where a rule is broken or somebody goes nowhere."""
        if sent is None:
            return {}
        zone, site, weight = sent
        minutes = times[site, zone]
        if np.isinf(minutes).any():
            return {}
        taken = np.bincount(site, weight, minlength=len(is_open))
        volume = dict(zip(is_open, taken.tolist(), strict=True))
        least = self.min_volume - AGREEMENT * max(1.0, self.min_volume)
        if any(volume[one] < least for one in chosen):
            return {}
        if any(
            (self.means(minutes, group[zone], weight) > most + AGREEMENT).any() for group, most in self.rails
        ):
            return {}
        within = np.array([self.within[one] for one in is_open])[site, zone]
        means = np.zeros(1) if self.group is None else self.means(minutes, self.group[zone], weight)
        return {
            **_spread(minutes, weight / weight.sum()),
            "coverage": float(within @ weight / weight.sum()),
            "alliance_gap": float(means.max() - means.min()),
        }


def _codes(case: SitingCase, counted: BoolArray, group: str) -> IntArray:
    """Group of each zone that counts, as a number."""
    names = case.groups[group].astype(str).to_numpy()[counted]
    return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.int64)


def _spread(minutes: FloatArray, share: FloatArray) -> dict[str, float]:
    """Measures of a distribution of minutes, by their definitions."""
    order = np.argsort(minutes, kind="stable")
    t, w = minutes[order], share[order]
    reached = np.cumsum(w)
    mean = float(w @ t)
    worst = np.clip(0.1 - (reached[-1] - reached), 0, w)
    # Σ Σ wᵢ wⱼ |tᵢ − tⱼ| = 2 Σ wᵢ tᵢ (share before i − share after i)
    apart = 2 * float(w @ (t * (2 * reached - w - reached[-1])))
    return {
        "mean": mean,
        "sd": float(np.sqrt(w @ (t - mean) ** 2)),
        "mad": float(w @ np.abs(t - mean)),
        "gini": apart / (2 * mean) if mean else 0.0,
        "max": float(t[-1]),
        "worst_tenth": float(worst @ t) / 0.1,
        "p90": float(t[np.argmax(reached >= 0.9 - WHOLE)]),
    }
