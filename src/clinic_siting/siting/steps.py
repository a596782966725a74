"""How each site alone would shift the distribution of minutes, as tables that are looked up.

Site j moves the share wᵢ of every zone it is nearer to from eᵢ down to tᵢⱼ: it adds
Dⱼ(x) = Σ wᵢ·1[tᵢⱼ ≤ x < eᵢ] to the distribution. The jumps of all sites stand in one array each, those
of site j beyond j × :data:`STRIDE`, so that one search serves many sites. Times that jumps have
themselves are numbered, and looked up by their number.
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
    site, time, rise, place
        Of each jump; the place of its time among all different ones.
    share, first
        Sums of rises, and of rises × times, before each jump; one longer than ``key``.
    arrival, arrival_start
        Key of each jump up alone, and where those of each site start.
    arrival_time
        Its time; one longer than ``arrival``.
    place_before, place_after
        Place of the zone's minutes without the site, and with it, of each pair.
    n_places
        How many different times there are.
    passed, shift
        Jumps of all sites before each site's jumps in each run of 2 to the power of ``shift`` places,
        shape (n_sites, n_runs + 1).
    """

    start: IntArray
    key: FloatArray
    site: IntArray
    time: FloatArray
    rise: FloatArray
    place: IntArray
    share: FloatArray
    first: FloatArray
    arrival: FloatArray
    arrival_start: IntArray
    arrival_time: FloatArray
    place_before: IntArray
    place_after: IntArray
    n_places: int
    passed: IntArray
    shift: int

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
        times = np.concatenate([pairs.minutes, before])
        by_time = np.argsort(times)
        place = np.empty(len(times), dtype=np.int64)
        place[by_time] = np.cumsum(np.diff(times[by_time], prepend=times[by_time[:1]]) != 0)
        column = np.concatenate([pairs.column, pairs.column])
        order = by_time[np.argsort(column[by_time], kind="stable")]
        time, site = times[order], column[order]
        rise = np.concatenate([share, -share])[order]
        n_places = int(place.max(initial=-1)) + 1
        passed, shift = _passed(site, place[order], len(pairs.start) - 1, n_places)
        return cls(
            start=2 * pairs.start,
            key=site * STRIDE + time,
            site=site,
            time=time,
            rise=rise,
            place=place[order],
            share=np.concatenate([[0.0], np.cumsum(rise)]),
            first=np.concatenate([[0.0], np.cumsum(rise * time)]),
            arrival=pairs.column * STRIDE + pairs.minutes,
            arrival_start=pairs.start,
            arrival_time=np.append(pairs.minutes, np.inf),
            place_before=place[len(before) :],
            place_after=place[: len(before)],
            n_places=n_places,
            passed=passed,
            shift=shift,
        )

    def at(self, site: IntArray, x: FloatArray) -> FloatArray:
        """D of each site at x."""
        k = np.searchsorted(self.key, site * STRIDE + x, side="right")
        return np.asarray(self.share[k] - self.share[self.start[site]])

    def integral(self, site: IntArray, x: FloatArray) -> FloatArray:
        """∫ D of each site up to x, which is Σ w ((x − t)⁺ − (x − e)⁺)."""
        k = np.searchsorted(self.key, site * STRIDE + x, side="right")
        return self._integral(site, x, k)

    def integral_at_place(self, site: IntArray, x: FloatArray, place: IntArray) -> FloatArray:
        """The same up to times whose places are known, which is quicker."""
        k = self.passed[site, (place >> self.shift) + 1]
        begin = self.start[site]
        # Not those of the same run that come later.
        late = np.flatnonzero(self.place[k - 1] > place)
        while len(late := late[k[late] > begin[late]]):
            k[late] -= 1
            late = late[self.place[k[late] - 1] > place[late]]
        return self._integral(site, x, k)

    def _integral(self, site: IntArray, x: FloatArray, k: IntArray) -> FloatArray:
        begin = self.start[site]
        return np.asarray(x * (self.share[k] - self.share[begin]) - (self.first[k] - self.first[begin]))

    def next_arrival(self, site: IntArray, x: FloatArray) -> FloatArray:
        """The first time after x at which patients arrive at the site; ``inf`` where none do."""
        k = np.searchsorted(self.arrival, site * STRIDE + x, side="right")
        later = k < self.arrival_start[site + 1]
        return np.where(later, self.arrival_time[k], np.inf)


def _passed(site: IntArray, place: IntArray, n_sites: int, n_places: int) -> tuple[IntArray, int]:
    """Count the jumps up to each run of places, of about one jump of each site."""
    n_runs = max(1, len(site) // max(1, n_sites))
    shift = max(0, (n_places - 1).bit_length() - n_runs.bit_length())
    n_runs = (max(0, n_places - 1) >> shift) + 1
    jumps = np.bincount(site * n_runs + (place >> shift), minlength=n_sites * n_runs)
    passed = np.zeros((n_sites, n_runs + 1), dtype=np.int64)
    passed[:, 1:] = np.cumsum(jumps).reshape(n_sites, n_runs)
    passed[1:, 0] = passed[:-1, -1]
    return passed, shift
