"""Costs that follow from going to the nearest open site, and linear functions that never exceed them.

With base cost bᵢ of zone i today and cost cᵢⱼ < bᵢ of the candidates that are nearer, opening the
set S costs f(S) = Σᵢ wᵢ min(bᵢ, minⱼ∈S cᵢⱼ). For any y in [0, 1]ⁿ let vᵢ be the cost at which the sites
of zone i, cheapest first, are open once in all (bᵢ where they never are). Then for every set S

    f(S) ≥ Σᵢ wᵢ vᵢ − Σⱼ Σᵢ wᵢ (vᵢ − cᵢⱼ)⁺ yⱼ,

with equality at the y of a set itself: a Benders cut in closed form.
Source: Duran-Mateluna, Alès and Elloumi, An efficient Benders decomposition for the p-median
problem, European Journal of Operational Research 308 (2023) 84–96.
"""

from dataclasses import dataclass

import numpy as np

from clinic_siting.siting.field import Columns, Field
from clinic_siting.tables import FloatArray, IntArray

# Openings that add up to one within this are one site.
WHOLE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class NearestCost:
    """A cost of going to the nearest open site.

    Attributes
    ----------
    weight, base
        Of each zone, shape (n,).
    start, site, cost
        Candidates that are cheaper than the base: those of zone ``i`` are ``start[i]:start[i + 1]``,
        cheapest first.
    zone
        The zone of each of these entries.
    n_sites
        Number of candidates.
    """

    weight: FloatArray
    base: FloatArray
    start: IntArray
    site: IntArray
    cost: FloatArray
    zone: IntArray
    n_sites: int

    @classmethod
    def of_minutes(cls, field: Field, weight: FloatArray | None = None) -> "NearestCost":
        """Weighted minutes; the weights are shares of demand unless others are given."""
        pairs = field.nearer
        return _by_zone(field.share if weight is None else weight, field.today, pairs, pairs.minutes)

    @classmethod
    def of_uncovered(cls, field: Field) -> "NearestCost":
        """Share of demand beyond the standard."""
        pairs = field.newly_covered
        return _by_zone(field.share, field.uncovered.astype(float), pairs, np.zeros(len(pairs.zone)))

    @classmethod
    def of_beyond(cls, field: Field, minutes: float) -> "NearestCost":
        """Share of demand that travels longer than some minutes."""
        far = field.today > minutes
        kept = np.flatnonzero(far[field.nearer.zone] & (field.nearer.minutes <= minutes))
        column = field.nearer.column[kept]
        length = np.bincount(column, minlength=len(field.nearer.start) - 1)
        start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
        pairs = Columns(start, column, field.nearer.zone[kept], field.nearer.minutes[kept])
        return _by_zone(field.share, far.astype(float), pairs, np.zeros(len(kept)))

    def cut(self, y: FloatArray, label: IntArray, n_labels: int) -> tuple[FloatArray, FloatArray]:
        """Benders cuts at ``y``, one for each label of zones.

        Parameters
        ----------
        y
            Openings from 0 to 1, shape (n_sites,).
        label
            A number for each zone, shape (n,); the costs of zones with one label share a cut.
        n_labels
            How many labels there are.

        Returns
        -------
            Constants, shape (n_labels,), and coefficients, shape (n_labels, n_sites).
        """
        opening = y[self.site]
        total = np.concatenate([[0.0], np.cumsum(opening)])
        before = total[:-1] - total[self.start[self.zone]]
        reached = (before < 1 - WHOLE) & (before + opening >= 1 - WHOLE)
        value = self.base.copy()
        value[self.zone[reached]] = self.cost[reached]
        saving = self.weight[self.zone] * np.maximum(value[self.zone] - self.cost, 0)
        cell = label[self.zone] * self.n_sites + self.site
        slopes = np.bincount(cell, saving, minlength=n_labels * self.n_sites)
        constants = np.bincount(label, self.weight * value, minlength=n_labels)
        table = np.asarray(-slopes.reshape(n_labels, self.n_sites), dtype=float)
        return constants.astype(float), table

    def nearest(self, chosen: IntArray) -> tuple[FloatArray, IntArray, FloatArray]:
        """Cost, site (-1: today's) and second-best cost of each zone with a set open, shape (n,) each."""
        is_open = np.zeros(self.n_sites, dtype=bool)
        is_open[chosen] = True
        kept = np.flatnonzero(is_open[self.site])
        first = np.searchsorted(self.zone[kept], np.arange(len(self.base) + 1))
        best, second = self.base.copy(), self.base.copy()
        where = np.full(len(self.base), -1, dtype=np.int64)
        one = np.flatnonzero(np.diff(first) >= 1)
        best[one], where[one] = self.cost[kept[first[one]]], self.site[kept[first[one]]]
        two = np.flatnonzero(np.diff(first) >= 2)
        second[two] = self.cost[kept[first[two] + 1]]
        return best, where, second

    def value(self, chosen: IntArray) -> float:
        """Cost of a set: every zone served by its nearest site."""
        return float(self.weight @ self.nearest(chosen)[0])


def _by_zone(weight: FloatArray, base: FloatArray, pairs: Columns, cost: FloatArray) -> NearestCost:
    n_sites = len(pairs.start) - 1
    used = np.flatnonzero(weight[pairs.zone] > 0)
    zone, site, cost = pairs.zone[used], pairs.column[used], cost[used]
    order = np.lexsort((cost, zone))
    start = np.searchsorted(zone[order], np.arange(len(base) + 1))
    return NearestCost(weight, base, start, site[order], cost[order], zone[order], n_sites)
