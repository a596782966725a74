"""Zones that must have an open site near: as rows of a model, found as they are needed."""

from dataclasses import dataclass

import numpy as np

from clinic_siting.siting.field import Field
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# Openings that add up to one within this are one site.
WHOLE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class NearRows:
    """Which candidates are near enough to which zones that have no existing site near.

    Attributes
    ----------
    zone, site
        Entries: the site is near enough to the zone.
    n_zones, n_sites
        Size; zones count only the ones without an existing site near.
    """

    zone: IntArray
    site: IntArray
    n_zones: int
    n_sites: int

    @classmethod
    def within(cls, field: Field, minutes: float) -> "NearRows":
        """Candidates within some minutes, inclusive, of zones that are farther from every existing site."""
        far = np.flatnonzero(field.today > minutes)
        zone, site = np.nonzero(field.minutes[far] <= minutes)
        return cls(zone, site, len(far), field.minutes.shape[1])

    @property
    def hopeless(self) -> bool:
        """Whether some zone has no candidate near either."""
        return bool((np.bincount(self.zone, minlength=self.n_zones) == 0).any())

    def violated(self, y: FloatArray) -> list[BoolArray]:
        """Rows of zones that openings leave without a whole site near, fewest choices first."""
        near = np.bincount(self.zone, y[self.site], minlength=self.n_zones)
        left = np.flatnonzero(near < 1 - WHOLE)
        choices = np.bincount(self.zone, minlength=self.n_zones)[left]
        rows: list[BoolArray] = []
        used = np.zeros(self.n_sites, dtype=bool)
        for zone in left[np.argsort(choices, kind="stable")].tolist():
            row = self.row(zone)
            if not (row & used).any():  # zones with choices in common say much the same
                rows.append(row)
                used |= row
        return rows

    def row(self, zone: int) -> BoolArray:
        """The candidates near one zone, shape (n_sites,)."""
        row = np.zeros(self.n_sites, dtype=bool)
        first, last = np.searchsorted(self.zone, [zone, zone + 1])
        row[self.site[first:last]] = True
        return row
