"""How each site alone would shift the distribution of minutes, as tables that are looked up.

Site j moves the share wᵢ of every zone it is nearer to from eᵢ down to tᵢⱼ: it adds
Dⱼ(x) = Σ wᵢ·1[tᵢⱼ ≤ x < eᵢ] to the distribution. The jumps of all sites stand in one array each, those
of site j beyond j × :data:`STRIDE`, so that one search serves many sites.
"""

from dataclasses import dataclass

import numpy as np

from clinic_siting.siting.field import UNREACHED_MIN, Columns
from clinic_siting.tables import FloatArray, IntArray

# Longer than any time, and a power of two: adding multiples of it costs the fewest digits.
STRIDE = 2048.0
if UNREACHED_MIN >= STRIDE:
    raise ValueError("the stride between sites must exceed every time.")


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The functions Dⱼ of all sites.

    Attributes
    ----------
    start
        Jumps of site ``j`` are ``start[j]:start[j + 1]``.
    key
        Site × stride + time of each jump, up or down, ascending.
    site, time, rise
        Of each jump.
    share, first
        Sums of rises, and of rises × times, before each jump; one longer than ``key``.
    arrival, arrival_start
        Key of each jump up alone, and where those of each site start.
    arrival_time
        Its time.
    """

    start: IntArray
    key: FloatArray
    site: IntArray
    time: FloatArray
    rise: FloatArray
    share: FloatArray
    first: FloatArray
    arrival: FloatArray
    arrival_start: IntArray
    arrival_time: FloatArray

    @classmethod
    def of(cls, pairs: Columns, before: FloatArray, share: FloatArray) -> "Steps":
        """Tabulate.

        Parameters
        ----------
        pairs
            Zones that each site is nearer to, ascending by minutes.
        before, share
            Of each of these pairs, the zone's minutes without the site and its share.
        """
        arrival = pairs.column * STRIDE + pairs.minutes
        key = np.concatenate([arrival, pairs.column * STRIDE + before])
        order = np.argsort(key)
        time = np.concatenate([pairs.minutes, before])[order]
        rise = np.concatenate([share, -share])[order]
        return cls(
            start=2 * pairs.start,
            key=key[order],
            site=np.concatenate([pairs.column, pairs.column])[order],
            time=time,
            rise=rise,
            share=np.concatenate([[0.0], np.cumsum(rise)]),
            first=np.concatenate([[0.0], np.cumsum(rise * time)]),
            arrival=arrival,
            arrival_start=pairs.start,
            arrival_time=pairs.minutes,
        )

    def at(self, site: IntArray, x: FloatArray) -> FloatArray:
        """D of each site at x."""
        k = np.searchsorted(self.key, site * STRIDE + x, side="right")
        return np.asarray(self.share[k] - self.share[self.start[site]])

    def integral(self, site: IntArray, x: FloatArray) -> FloatArray:
        """∫ D of each site up to x, which is Σ w ((x − t)⁺ − (x − e)⁺)."""
        k = np.searchsorted(self.key, site * STRIDE + x, side="right")
        begin = self.start[site]
        return np.asarray(x * (self.share[k] - self.share[begin]) - (self.first[k] - self.first[begin]))

    def next_arrival(self, site: IntArray, x: FloatArray) -> FloatArray:
        """The first time after x at which patients arrive at the site; ``inf`` where none do."""
        k = np.searchsorted(self.arrival, site * STRIDE + x, side="right")
        later = k < self.arrival_start[site + 1]
        return np.where(later, np.append(self.arrival_time, np.inf)[k], np.inf)
