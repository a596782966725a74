"""What a report is made from: frozen values that every format shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables import JOINED, Access, DemandZones, Measures, Sites, SitingPlan, same_labels

OBSERVED, MODELLED, ASSUMED, UNVERIFIED = "observed", "modelled", "assumed", "unverified"
KINDS = (OBSERVED, MODELLED, ASSUMED, UNVERIFIED)


def joined(ranking: pd.DataFrame) -> pd.DataFrame:
    """A table of sets with each set, and what closes for it, as ids joined by ``+``."""
    sets = {key: ranking[key].map(JOINED.join) for key in ("sites", "closed") if key in ranking}
    return ranking.assign(**sets)


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that the result stands on.

    Attributes
    ----------
    what
        The thing, in a few words.
    value
        What is taken for it, with its unit.
    status
        ``observed``, ``modelled``, ``assumed`` or ``unverified``.
    why
        Where it comes from, and what it leaves out.

    Raises
    ------
    TableError
        Where the status is none of these.
    """

    what: str
    value: str
    status: str
    why: str

    def __post_init__(self) -> None:
        """Check."""
        if self.status not in KINDS:
            raise TableError(f"assumption {self.what!r}: status {self.status!r} is not {', '.join(KINDS)}.")


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Tables by which a plan is defended.

    Attributes
    ----------
    sites
        From :func:`~clinic_siting.report.site_table`.
    zones
        From :func:`~clinic_siting.report.zone_table`.
    clinics
        Patients that each open clinic gains or loses; a trust of several has a line of its own.
    gains
        Index ``journey``: people and cases with a shorter, a longer or an unaffected journey.
    by_authority, by_alliance
        Gains by place, or None where the zones do not say.
    flows
        ``alliance_name``, ``site_id``, ``today``, ``planned``, or None.
    s_curve
        ``group``, ``minutes``, ``today``, ``planned``: share of patients within so many minutes.
    unweighted
        Where a planner lets some patients count for more: index ``measure``; ``today``, ``planned``,
        ``today_unweighted``, ``planned_unweighted``, ``unit``; else None.
    phases, phases_said
        Where the sites open one after the other: index ``phase``, from
        :func:`~clinic_siting.evidence.phase_table`, and sentences; else None and none.
    """

    sites: pd.DataFrame
    zones: pd.DataFrame
    clinics: pd.DataFrame
    gains: pd.DataFrame
    s_curve: pd.DataFrame
    by_authority: pd.DataFrame | None = None
    by_alliance: pd.DataFrame | None = None
    flows: pd.DataFrame | None = None
    unweighted: pd.DataFrame | None = None
    phases: pd.DataFrame | None = None
    phases_said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """How sure the plan is.

    Attributes
    ----------
    sentences
        What a reader must know first.
    tables
        Name → table, whichever there are. The report shows ``worlds`` (index ``world``; ``mean``,
        ``rank``, ``regret``, ``best``), ``site_frequency`` (index ``site_id``; ``near_best_sets``,
        ``share``), ``replacements`` (index ``site_id``; ``stand_in``, ``loss``, ``mean_loss_min``),
        ``weights`` (index ``term``; ``weight``, ``lowest``, ``highest``, ``below``, ``above``) and
        ``fronts`` (index ``against``; ``sites``, ``rank``, measures); the workbook holds all. Sets are
        ids joined by ``+``.
    within
        Distance from the best score up to which a set counts as near-best.
    """

    sentences: tuple[str, ...] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    within: float = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Provenance:
    """Where everything comes from.

    Attributes
    ----------
    files
        Index ``file``; ``title``, ``publisher``, ``licence``, ``vintage``, ``sha256``.
    versions
        Package → version.
    fingerprint
        Of the settings, inputs and versions.
    credits
        The sentence that must travel with the figures.
    data_date
        Vintage of the zones' figures.
    seed
        Of random draws; None where there are none.
    """

    files: pd.DataFrame
    versions: Mapping[str, str]
    fingerprint: str
    credits: str
    data_date: str
    seed: int | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReportData:
    """Everything a report shows; it decides nothing that a stage before it has not decided.

    Attributes
    ----------
    scenario
        The config's stem.
    proposal, effect
        The two halves of the headline: what is proposed, and what it does.
    zones, sites
        Of the scenario.
    demand
        What plans are compared by, by zone.
    today, planned
        Access before and after.
    plan
        The plan.
    ranking
        Best set first: ``sites`` (ids), ``score`` and measures.
    ranking_total
        Number of sets ranked.
    measures
        Tidy before and after, by group, with ``grouping`` and ``status``.
    evidence, robustness, provenance
        Tables and words.
    isochrones
        ``site_id``, ``minutes``, ``geometry`` in degrees.
    boundaries
        ``msoa``, ``counties`` and ``land`` in degrees, as far as there are any.
    places
        ``name``, ``lon``, ``lat``, ``population``, largest first.
    short_names
        Site id → a name that fits a row.
    method, caveats
        Sentences.
    assumptions
        What the result stands on.
    bands_min, standard_min
        Thresholds and the access standard in minutes.
    variation
        Which measure stands for the spread: ``mad``, ``sd`` or ``gini``.
    demand_unit
        Of patients: ``cases a year``, ``people`` or ``referrals a year``.
    counts_are_real
        Whether patients are real counts, of which small ones are kept back.
    all_ranked
        Whether all sets that obey the rules were ranked.

    Raises
    ------
    TableError
        Where labels do not meet or the ranking is empty.
    """

    scenario: str
    proposal: str
    effect: str
    zones: DemandZones
    sites: Sites
    demand: pd.Series
    today: Access
    planned: Access
    plan: SitingPlan
    ranking: pd.DataFrame
    ranking_total: int
    measures: Measures
    evidence: Evidence
    robustness: Robustness
    provenance: Provenance
    isochrones: gpd.GeoDataFrame
    boundaries: Mapping[str, gpd.GeoDataFrame]
    places: pd.DataFrame
    short_names: Mapping[str, str]
    bands_min: tuple[float, ...]
    standard_min: float
    variation: str
    demand_unit: str
    method: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = field(default=())
    counts_are_real: bool = False
    all_ranked: bool = True

    def __post_init__(self) -> None:
        """Check that the parts belong together."""
        for what, labels in (
            ("demand", self.demand.index),
            ("access today", self.today.table.index),
            ("access with the plan", self.planned.table.index),
        ):
            same_labels(self.zones.zone_id, labels, f"report, zones and {what}")
        if self.ranking.empty:
            raise TableError("report: the ranking is empty.")

    @property
    def ranked(self) -> str:
        """How many sets were ranked, or that they are not all."""
        return f"{self.ranking_total:,} sets of sites" if self.all_ranked else "the sets that were looked at"

    def short(self, site_id: str) -> str:
        """Short name of a site."""
        known = site_id in self.sites.site_id
        return self.short_names.get(site_id, self.sites.name_of(site_id) if known else site_id)

    def set_name(self, site_ids: tuple[str, ...] | str, closed: tuple[str, ...] = ()) -> str:
        """Short names of a set of sites, given as ids or as ids joined by ``+``, less those that close."""
        ids = site_ids.split(JOINED) if isinstance(site_ids, str) else site_ids
        opens = JOINED.join(self.short(site) for site in ids)
        return opens + "".join(f" − {self.short(site)}" for site in closed)

    def ranked_names(self) -> list[str]:
        """Short names of the sets of the ranking."""
        closed = self.ranking["closed"] if "closed" in self.ranking else [()] * len(self.ranking)
        pairs = zip(self.ranking["sites"], closed, strict=True)
        return [self.set_name(tuple(ids), tuple(shut)) for ids, shut in pairs]

    def everyone(self, measure: str) -> tuple[float, float]:
        """A measure of all patients, today and with the plan.

        Raises
        ------
        TableError
            Where the measures do not hold it.
        """
        table = self.measures.table
        row = table[(table["grouping"] == "everyone") & (table["measure"] == measure)]
        if row.empty:
            raise TableError(f"report: the measures lack {measure} of everyone.")
        return float(row["today"].iloc[0]), float(row["planned"].iloc[0])

    def by_group(self, grouping: str, measure: str) -> pd.DataFrame:
        """A measure by group: index ``group``; ``today``, ``planned``, ``change``."""
        table = self.measures.table
        rows = table[(table["grouping"] == grouping) & (table["measure"] == measure)]
        return rows.set_index("group")[["today", "planned", "change"]]
