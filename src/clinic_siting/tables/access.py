"""How long journeys take, who goes where, what was chosen, and what it changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables.checks import (
    LONGEST_JOURNEY_MIN,
    BoolArray,
    FloatArray,
    check_unique,
    positions,
    require_columns,
)

if TYPE_CHECKING:  # whoever only sites clinics need not wait for the geography to load
    import geopandas as gpd


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """Minutes from every zone to every site, patient to clinic.

    Attributes
    ----------
    zone_id, site_id
        Sorted ids.
    minutes
        Shape (n_zones, n_sites); ``inf`` where there is no route or the site may not serve the zone.

    Raises
    ------
    TableError
        On duplicate ids, a shape that does not fit, NaN, negative minutes, or finite minutes
        beyond a day (seconds, or a sentinel such as 9999).
    """

    zone_id: pd.Index
    site_id: pd.Index
    minutes: FloatArray

    def __post_init__(self) -> None:
        """Check, sort and seal."""
        zones, sites = pd.Index(self.zone_id, name="zone_id"), pd.Index(self.site_id, name="site_id")
        minutes = np.asarray(self.minutes, dtype=float)
        for ids in (zones, sites):
            check_unique(ids, "travel times")
        if minutes.shape != (len(zones), len(sites)):
            raise TableError(
                f"travel times: {len(zones)} zones and {len(sites)} sites, but a matrix of {minutes.shape}."
            )
        problems = {
            "missing (NaN)": np.isnan(minutes),
            "negative": minutes < 0,
            "longer than a day (seconds? a sentinel for no route?)": np.isfinite(minutes)
            & (minutes > LONGEST_JOURNEY_MIN),
        }
        for what, wrong in problems.items():
            if wrong.any():
                rows = [f"{zones[i]} → {sites[j]}: {minutes[i, j]}" for i, j in np.argwhere(wrong)[:1000]]
                raise TableError(
                    f"travel times: {wrong.sum():,} pair(s) are {what}.", rows, of=int(wrong.sum())
                )
        row, column = zones.argsort(), sites.argsort()
        minutes = np.ascontiguousarray(minutes[np.ix_(row, column)])
        minutes.flags.writeable = False
        object.__setattr__(self, "zone_id", zones[row])
        object.__setattr__(self, "site_id", sites[column])
        object.__setattr__(self, "minutes", minutes)

    def to(self, site_ids: Iterable[str]) -> FloatArray:
        """Minutes to some of the sites, shape (n_zones, len(site_ids)), in the order given."""
        return self.minutes[:, positions(self.site_id, site_ids, "travel times")]

    @property
    def frame(self) -> pd.DataFrame:
        """The minutes as a table, zones down, sites across."""
        return pd.DataFrame(self.minutes, index=self.zone_id, columns=self.site_id)


@dataclass(frozen=True, slots=True, eq=False)
class Isochrones:
    """One field of times with two faces: exact membership of zones, and polygons drawn around it.

    Attributes
    ----------
    zone_id, site_id
        Sorted ids, as in the travel times.
    bands_min
        Thresholds in minutes, ascending.
    membership
        Shape (n_zones, n_sites, n_bands): minutes ≤ threshold, inclusive. It alone decides figures.
    polygons
        ``site_id``, ``minutes`` (threshold), ``geometry`` in degrees: for the sites that are drawn.
    """

    zone_id: pd.Index
    site_id: pd.Index
    bands_min: tuple[float, ...]
    membership: BoolArray
    polygons: "gpd.GeoDataFrame"

    def __post_init__(self) -> None:
        """Check."""
        if list(self.bands_min) != sorted(set(self.bands_min)):
            raise TableError(f"isochrones: bands must ascend and differ, not {self.bands_min}.")
        shape = (len(self.zone_id), len(self.site_id), len(self.bands_min))
        if self.membership.shape != shape:
            raise TableError(f"isochrones: membership has shape {self.membership.shape}, not {shape}.")

    def within(self, threshold_min: float) -> BoolArray:
        """Membership for one threshold, shape (n_zones, n_sites)."""
        return self.membership[:, :, self.bands_min.index(threshold_min)]


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Who goes where, and how long it takes.

    Attributes
    ----------
    table
        Index ``zone_id``; ``minutes`` to the nearest site that is open and may serve the zone
        (``inf``: none), ``site_id`` of that site (null exactly there), ``covered``: within the standard.

    Raises
    ------
    TableError
        Where minutes are NaN or negative, a site is given without a route or a route without a
        site.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check."""
        require_columns(self.table, ("minutes", "site_id", "covered"), "access")
        wrong = ~(self.table["minutes"] >= 0)
        if wrong.any():
            raise TableError(
                f"access: {wrong.sum()} zone(s) whose minutes are NaN or negative.", self.table.index[wrong]
            )
        wrong = self.table["site_id"].isna() != np.isinf(self.table["minutes"])
        if wrong.any():
            raise TableError(
                f"access: {wrong.sum()} zone(s) have a site without a time or a time without a site.",
                self.table.index[wrong],
            )

    @property
    def minutes(self) -> pd.Series:
        """Minutes by zone."""
        return self.table["minutes"]


@dataclass(frozen=True, slots=True, eq=False)
class SitingPlan:
    """What a siting model returns.

    Attributes
    ----------
    chosen
        Ids of the sites to open, sorted.
    allocation
        Index ``zone_id``: the open site that serves each zone with the plan.
    objective, unit
        What was minimised (or maximised), and in what unit.
    value
        Re-evaluated from the travel times, never the solver's own number.
    bound
        What no plan can beat, or None where the solver gave none.
    gap
        ``|value − bound| ÷ max(|value|, 1e-9)``, or None.
    proven
        Bound and value agree to 1e-6 relative.
    method
        The model and solver, in words.
    aim, aim_proven
        What the plan has the smallest of, in words, where it was not chosen for its objective alone, and
        whether an exact model proves that no other has less; else empty.

    Raises
    ------
    TableError
        Where a site is chosen twice or a claim of proof has no bound behind it.
    """

    chosen: tuple[str, ...]
    allocation: pd.Series
    objective: str
    unit: str
    value: float
    bound: float | None
    gap: float | None
    proven: bool
    method: str
    aim: str = ""
    aim_proven: bool = False

    @property
    def settled(self) -> bool:
        """Whether an exact model proves that no other plan is better at what was asked for."""
        return self.aim_proven if self.aim else self.proven

    def __post_init__(self) -> None:
        """Check and sort."""
        if len(set(self.chosen)) != len(self.chosen):
            raise TableError(f"plan: a site is chosen twice: {', '.join(self.chosen)}.")
        if self.proven and (self.gap is None or not self.gap <= 1e-6):
            raise TableError(f"plan: claimed as proven with a gap of {self.gap}.")
        object.__setattr__(self, "chosen", tuple(sorted(self.chosen)))


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Measures of access before and after, one row each.

    Attributes
    ----------
    table
        ``measure``, ``group``, ``today``, ``planned``, ``change``, ``unit``; no NaN.

    Raises
    ------
    TableError
        Where a figure is NaN.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check."""
        needed = ("measure", "group", "today", "planned", "change", "unit")
        require_columns(self.table, needed, "measures")
        wrong = self.table[["today", "planned", "change"]].isna().any(axis=1)
        if wrong.any():
            raise TableError(
                "measures: some are not numbers.",
                self.table.loc[wrong, ["measure", "group"]].itertuples(index=False, name=None),
            )
