"""What a page is made from: one frozen value for a map, one for its line in the index."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables import (
    JOINED,
    Access,
    DemandZones,
    Isochrones,
    Measures,
    Roads,
    Sites,
    SitingPlan,
    TravelTimes,
    same_labels,
)

# What a slider may weigh, in the order of the panel; `variation` is the measure the config names.
WEIGHTS = ("mean", "variation", "worst_tenth", "beyond_standard", "alliance_gap")
VARIATIONS = ("mad", "sd", "gini")
MEASURES = ("mean", "sd", "mad", "gini", "p90", "max", "worst_tenth", "coverage", "alliance_gap")
SHAPES = ("msoa", "alliances", "icbs", "counties", "land")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapData:
    """Everything a page shows; it computes nothing that a stage before it has not decided.

    Attributes
    ----------
    scenario
        The config's stem, as in the file's name.
    title
        What is proposed, in a few words (Two more sarcoma clinics); the sites' names follow it.
    zones
        The area's zones with ``msoa``, ``msoa_name``, ``alliance_name``, ``icb_name``, ``county``
        and ``imd_decile``.
    sites
        All sites; the existing and candidate ones that play are those of ``times``.
    demand
        Cases a year (or whatever ``demand_unit`` says) by zone.
    times
        Minutes, zones × playing sites; ``inf`` where a site may not serve a zone.
    today, planned
        Access by zone, before and after.
    plan
        The plan that the page opens with.
    ranking
        Best set first: ``sites`` (tuple of ids), ``score`` (1 = today) and the measures, in
        minutes, or shares for ``gini`` and ``coverage``.
    ranking_total
        Number of sets compared, if the ranking holds only the best of them; else 0.
    today_measures
        The same measures for the clinics of today.
    measures
        Tidy before and after, by group.
    isochrones
        Polygons of existing and chosen sites (``site_id``, ``minutes``, ``geometry`` in degrees).
    boundaries
        ``msoa``, ``alliances``, ``icbs``, ``counties`` and ``land`` in degrees.
    places, postcode_sectors
        ``name``, ``lon``, ``lat``, ``population``; ``sector``, ``lon``, ``lat``.
    roads
        Motorways, trunk and primary roads are drawn from it.
    weights
        Weight of each term of the score, as in the config.
    variation
        Which measure stands for the spread: ``mad``, ``sd`` or ``gini``.
    bands_min
        Thresholds of the classes, ascending, in minutes.
    standard_min
        The access standard in minutes, inclusive.
    period
        The times of day the minutes are for, in words.
    demand_unit
        Unit of the demand.
    counts_spread
        Whether real counts were spread over wider areas, so that what a clinic receives is an estimate.
    rules
        What a set must fulfil, in a few words (one in Kent, one in Essex); empty for nothing.
    patients
        Cases a year by zone, for figures of load, where a planner lets some count for more in
        ``demand``; else None.
    snap_m
        Straight metres from each zone to the road, for the layer on trust in the data; or None.
    robustness
        One row a scenario of travel, the plan's own first: ``scenario`` (in words), ``mean``
        (minutes with this plan), ``rank`` (of this plan), ``regret`` (score over the best
        score there, less 1), ``best`` (tuple of the leading sites' ids) and, where known, ``kind``
        (plan, period or crossing); or None.
    certainty
        Sentences on how the plan fares under every other assumption that was tried.
    all_ranked
        Whether the ranking holds every set that obeys the rules, so that trade-off fronts can be read off it.
    all_listed
        Whether every set that obeys the rules was looked at, not only those that a search came by.
    phases
        Sentences on the order in which the sites open.
    tiles
        Address template and credit of an online background that a reader may switch on; or None.
    credits, data_date, fingerprint
        What stands in the small print.
    method, caveats
        Sentences.

    Raises
    ------
    TableError
        Where labels do not meet, a column, a shape or a measure is missing, or the ranking is
        empty or does not hold the plan.
    """

    scenario: str
    title: str
    zones: DemandZones
    sites: Sites
    demand: pd.Series
    times: TravelTimes
    today: Access
    planned: Access
    plan: SitingPlan
    ranking: pd.DataFrame
    today_measures: Mapping[str, float]
    measures: Measures
    isochrones: Isochrones
    boundaries: Mapping[str, gpd.GeoDataFrame]
    places: pd.DataFrame
    postcode_sectors: pd.DataFrame
    roads: Roads
    weights: Mapping[str, float]
    variation: str
    bands_min: tuple[float, ...]
    standard_min: float
    period: str
    credits: str
    data_date: str
    fingerprint: str
    method: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    demand_unit: str = "cases a year"
    counts_spread: bool = False
    rules: str = ""
    ranking_total: int = 0
    patients: pd.Series | None = None
    snap_m: pd.Series | None = None
    robustness: pd.DataFrame | None = None
    certainty: tuple[str, ...] = ()
    all_ranked: bool = False
    all_listed: bool = True
    phases: tuple[str, ...] = ()
    tiles: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        """Check that the parts belong together."""
        for what, labels in (
            ("demand", self.demand.index),
            ("travel times", self.times.zone_id),
            ("access today", self.today.table.index),
            ("access with the plan", self.planned.table.index),
        ):
            same_labels(self.zones.zone_id, labels, f"map, zones and {what}")
        needed = ("msoa", "msoa_name", "alliance_name", "icb_name", "county", "imd_decile")
        _require(needed, self.zones.table.columns, "zones lack")
        _require(("sites", "score", *MEASURES), self.ranking.columns, "the ranking lacks")
        _require(MEASURES, self.today_measures, "today's measures lack")
        _require(SHAPES, self.boundaries, "the boundaries lack")
        if self.variation not in VARIATIONS:
            raise TableError(f"map: variation must be one of {', '.join(VARIATIONS)}, not {self.variation}.")
        if self.plan.chosen not in {tuple(sorted(ids)) for ids in self.ranking["sites"]}:
            raise TableError("map: the plan is not among the ranked sets.", [JOINED.join(self.plan.chosen)])


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """One scenario's line in the index of maps.

    Attributes
    ----------
    scenario
        Stem of the config; the page lies beside the index as ``<scenario>.html``.
    title
        As in :class:`MapData`.
    question
        What the scenario asks, in a line.
    chosen
        Names of the sites that open.
    mean, spread, worst_tenth
        Minutes today and with the plan.
    coverage
        Share within the standard, today and with the plan.
    standard_min
        The access standard in minutes.
    data_date, fingerprint
        As in :class:`MapData`.
    """

    scenario: str
    title: str
    chosen: tuple[str, ...]
    mean: tuple[float, float]
    spread: tuple[float, float]
    worst_tenth: tuple[float, float]
    coverage: tuple[float, float]
    standard_min: float
    question: str = ""
    data_date: str = ""
    fingerprint: str = ""


def _require(needed: tuple[str, ...], present: object, what: str) -> None:
    missing = [name for name in needed if name not in present]  # type: ignore[operator]
    if missing:
        raise TableError(f"map: {what} {', '.join(missing)}.")
