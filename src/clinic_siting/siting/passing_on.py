"""Patients passed on by clinics without room for them: laid out once, worked out for many sets of open sites.

A clinic with a largest volume takes its nearest patients first; those beyond it go to their next
nearest clinic with room. Every patient prefers the nearer clinic and every clinic the nearer
patient, so the outcome is the one stable matching of the two (Gale and Shapley, College
admissions and the stability of marriage, American Mathematical Monthly 69 (1962) 9–15).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from clinic_siting import measures
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.prefix import MEASURES
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# A clinic may be too full by rounding.
ROUNDING = 1e-12
# So small a part of a zone's demand, wherever it goes, is rounding.
LEFT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """Who goes where with some sites open; a zone may be split between sites.

    Attributes
    ----------
    zone
        Positions among the zones that count, shape (n_journeys,).
    site
        Positions among the open sites, shape (n_journeys,); the number of open sites: nowhere.
    minutes
        Shape (n_journeys,); ``inf`` to nowhere.
    demand
        More than 0, shape (n_journeys,).
    volumes
        Demand at each open site, and last that without room anywhere, shape (n_open + 1,).
    """

    zone: IntArray
    site: IntArray
    minutes: FloatArray
    demand: FloatArray
    volumes: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """Clinics, their rooms and the way to each.

    Attributes
    ----------
    minutes
        Ways of the zones that count, shape (n_sites, n_zones), sites in the order of ``case.times``.
    within
        Whether the zone lies in the site's isochrone for the standard, shape (n_sites, n_zones).
    demand
        Of the zones that count, shape (n_zones,).
    room
        Largest demand of each site, ``inf`` where it takes everyone, shape (n_sites,).
    group
        Group of each zone for the gap between groups, as a number; None where there is no such grouping.
    nearest_first
        Site → its zones from the nearest to the farthest, as far as they were asked for.
    """

    minutes: FloatArray
    within: BoolArray
    demand: FloatArray
    room: FloatArray
    group: IntArray | None
    nearest_first: dict[int, IntArray] = field(default_factory=dict)

    @classmethod
    def of(cls, case: SitingCase, capacity: Mapping[str, float]) -> "Rooms":
        """Lay a case out.

        Parameters
        ----------
        case
            The case.
        capacity
            Largest demand of a site, in the unit of demand; sites left out take everyone.
        """
        counted = case.counted
        group = None
        if case.gap_group in case.groups:
            names = case.groups[case.gap_group][counted].astype(str).to_numpy(dtype=str)
            group = np.unique(names, return_inverse=True)[1].astype(np.int64)
        return cls(
            minutes=np.ascontiguousarray(case.times.minutes[counted].T),
            within=np.ascontiguousarray(case.within_standard[counted].T),
            demand=case.demand.to_numpy()[counted],
            room=np.array([capacity.get(site, np.inf) for site in case.times.site_id]),
            group=group,
        )

    def journeys(self, is_open: IntArray) -> Journeys:
        """Send demand to the nearest open site with room.

        Parameters
        ----------
        is_open
            Positions of the open sites in ``case.times``, ascending: of equals patients prefer the first.
        """
        n_open, every = len(is_open), np.arange(len(self.demand))
        nearest, minutes = self._nearest(is_open)
        held = np.zeros((n_open + 1, len(every)))
        held[nearest, every] = self.demand
        volumes: FloatArray = np.bincount(nearest, self.demand, minlength=n_open + 1).astype(float)
        most = self.room[is_open] * (1 + ROUNDING) + ROUNDING
        moved = np.zeros(len(every), dtype=bool)
        while (too_full := np.flatnonzero(volumes[:n_open] > most)).size:
            for full in too_full.tolist():
                self._pass_on(held, volumes, moved, full, is_open)
        stay, some = np.flatnonzero(~moved), np.flatnonzero(moved)
        at, of = np.nonzero(held[:, some] > LEFT * self.demand[some])
        way = np.vstack([self.minutes[np.ix_(is_open, some)], np.full(len(some), np.inf)])
        site = np.concatenate([nearest[stay], at])
        demand = np.concatenate([self.demand[stay], held[at, some[of]]])
        volumes[n_open] = demand[site == n_open].sum()
        return Journeys(
            zone=np.concatenate([stay, some[of]]),
            site=site,
            minutes=np.concatenate([minutes[stay], way[at, of]]),
            demand=demand,
            volumes=volumes,
        )

    def measures(self, is_open: IntArray, journeys: Journeys) -> dict[str, float]:
        """Measure access: the same measures as where every zone goes to its nearest site."""
        site, share = journeys.site, journeys.demand / journeys.demand.sum()
        covered = (site < len(is_open)) & self.within[np.append(is_open, 0)[site], journeys.zone]
        coverage, gap = float(share @ covered), 0.0
        if journeys.volumes[-1] > 0:
            return {**dict.fromkeys(MEASURES, np.inf), "coverage": coverage}
        if self.group is not None:
            means = group_means(journeys, self.group)
            gap = float(means.max() - means.min())
        order = np.argsort(journeys.minutes)
        t, w = journeys.minutes[order], share[order]
        reached, mean = np.cumsum(w), float(t @ w)
        tail = np.clip(reached - (1 - measures.WORST_SHARE), 0, w)
        apart = t - mean
        return {
            "mean": mean,
            "sd": float(np.sqrt(apart**2 @ w)),
            "mad": float(np.abs(apart) @ w),
            "gini": float(((t * w) @ (2 * reached - w - 1)) / mean) if mean > 0 else 0.0,
            "p90": float(t[np.searchsorted(reached, 1 - measures.WORST_SHARE - measures.SHARE_TOLERANCE)]),
            "max": float(t[-1]),
            "worst_tenth": float((t @ tail) / tail.sum()),
            "coverage": coverage,
            "alliance_gap": gap,
        }

    def _nearest(self, is_open: IntArray) -> tuple[IntArray, FloatArray]:
        """The nearest open site of each zone, as a position among them, and the way there in minutes."""
        minutes = np.full(len(self.demand), np.inf)
        nearest = np.full(len(minutes), len(is_open))
        for k, place in enumerate(is_open.tolist()):
            nearer = self.minutes[place] < minutes
            nearest[nearer] = k
            np.minimum(minutes, self.minutes[place], out=minutes)
        return nearest, minutes

    def _pass_on(
        self, held: FloatArray, volumes: FloatArray, moved: BoolArray, site: int, is_open: IntArray
    ) -> None:
        """Let a site that holds too much pass its farthest patients on to their next nearest.

        Parameters
        ----------
        held, volumes, moved
            Demand at each open site and nowhere, by zone and all together, and zones that were
            passed on; all are written over.
        site
            The site, among the open ones.
        is_open
            The open sites, among all.
        """
        place = int(is_open[site])
        if place not in self.nearest_first:
            self.nearest_first[place] = np.argsort(self.minutes[place], kind="stable")
        zone = self.nearest_first[place]
        zone = zone[held[site, zone] > 0]
        amount = held[site, zone]
        kept = np.clip(self.room[place] - (np.cumsum(amount) - amount), 0, amount)
        first = int(np.argmax(kept < amount))  # it takes those before whole
        volumes[site] = kept.sum()
        held[site, zone[first:]] = kept[first:]
        zone, rest = zone[first:], (amount - kept)[first:]
        moved[zone] = True
        way, now = self.minutes[np.ix_(is_open, zone)], self.minutes[place, zone]
        after = np.arange(len(way))[:, None] > site
        later = np.where((way > now) | ((way == now) & after), way, np.inf)
        following = later.argmin(axis=0)
        following[np.isinf(later.min(axis=0))] = len(way)
        held[following, zone] += rest
        volumes += np.bincount(following, rest, minlength=len(volumes))


def group_means(journeys: Journeys, group: IntArray) -> FloatArray:
    """Mean minutes of each group of zones, shape (n_groups,); ``inf`` where some go nowhere."""
    total = np.bincount(group[journeys.zone], journeys.minutes * journeys.demand)
    return np.asarray(total / np.bincount(group[journeys.zone], journeys.demand))
