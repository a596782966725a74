"""The data gate of a scenario: every table of its folder, as it stands, before anything is computed.

Like :mod:`~clinic_siting.ground` it unpacks the config, so that the checks themselves take plain
tables. The first half looks at the tables alone and is quick; the second lays the roads and sees
how places join them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from clinic_siting import gate, ground, network, sources
from clinic_siting.config import Config
from clinic_siting.demand import demand_by_zone
from clinic_siting.errors import ClinicSitingError
from clinic_siting.figures import Figures, Tables, cut_figures
from clinic_siting.gate import Finding, caught
from clinic_siting.ground import Announce, Footing, silent
from clinic_siting.joining import snap_audit
from clinic_siting.network.speeds import FITTED
from clinic_siting.sources import DataFolder
from clinic_siting.tables import BoolArray, DemandZones, Roads, Sites, SpeedTables

CHECKING = "Checking the figures"
JOINING = "Joining places and roads"
STAGES = (CHECKING, ground.LAYING, JOINING)
NEEDED = {
    "zones": ("zone_id", "lon", "lat", "population"),
    "sites": ("site_id", "lon", "lat", "status"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What is known before a run.

    Attributes
    ----------
    findings
        In the order of the checks.
    footing, snaps
        What a run of the scenario can stand on, and how places join the roads; None where no
        roads could be laid.
    """

    findings: list[Finding]
    footing: Footing | None = None
    snaps: pd.DataFrame | None = None


def inspect(config: Config, *, announce: Announce = silent) -> Inspection:
    """Everything that can be known before a run: tables, then how places join the roads.

    Parameters
    ----------
    config
        The scenario.
    announce
        Called with the name of each stage of :data:`STAGES` as it begins.
    """
    announce(CHECKING)
    findings, tables = inspect_tables(config)
    if tables is None:
        return Inspection(findings)
    announce(ground.LAYING)
    figures = cut_figures(tables, config)
    try:
        laid = ground.lay_roads(figures, config)
    except ClinicSitingError as refusal:
        return Inspection([*findings, gate.refused("roads", refusal)])
    findings += [*_speeds(figures, config), *_gates(figures, config)]
    announce(JOINING)
    if config.demand.model == "referrals":
        people = figures.zones.table["population"]
        findings.append(gate.check_referrals(figures.zones.table["referrals"], people))
    audit = snap_audit(figures.roads, laid, figures.all_zones, figures.sites, config)
    findings += inspect_journeys(figures, audit.table, config)
    joined = audit.zone_snap, audit.site_snap
    if config.own_times_file is not None:
        findings += caught(
            "own times",
            lambda: ground.measure_journeys(figures, laid, config, joined=joined),
            remedy="give minutes from door to door, and inf where there is no route",
        )
    return Inspection(findings, Footing(figures, laid, *joined), audit.table)


def inspect_tables(config: Config) -> tuple[list[Finding], Tables | None]:
    """Check the tables of a scenario's data folder alone.

    Parameters
    ----------
    config
        The scenario.

    Returns
    -------
    The findings, and, where none is red, the tables.
    """
    findings = gate.check_settings(
        _minutes(config), max_snap_m=config.travel.max_snap_m, standard_min=config.access.standard_min
    )
    try:
        data = sources.open_data(config.data_folder)
    except ClinicSitingError as refusal:
        return [*findings, gate.refused("data", refusal)], None
    of_zones, zones = _zones(data, config)
    of_sites, sites = _sites(data, config, zones)
    of_roads, roads = _roads(data)
    findings += [*of_zones, *of_sites, *of_roads]
    findings += _incidence(data)
    if zones is None or sites is None or roads is None or _red(findings):
        return findings, None
    speeds = SpeedTables(**sources.read_speed_tables(data))
    tables = Tables(data, zones, sites, roads, speeds, sources.read_incidence(data))
    findings += caught(
        "figures", lambda: _figures_fit(tables, config), remedy="correct the config, or the figures it names"
    )
    return findings, None if _red(findings) else tables


def inspect_journeys(figures: Figures, snaps: pd.DataFrame, config: Config) -> list[Finding]:
    """Check how places join the roads that were laid for the scenario."""
    zones = snaps[snaps["place"] == "zone"]
    in_area = zones.index.isin(figures.zones.zone_id)
    demand = demand_by_zone(figures.zones, figures.rates, model=config.demand.model)
    findings = gate.check_snaps(
        zones[in_area],
        snaps[snaps["place"] == "site"],
        demand,
        allow_unreachable=config.access.allow_unreachable,
    )
    if not in_area.all():
        findings.append(gate.check_snaps_elsewhere(zones[~in_area]))
    return findings


def _figures_fit(tables: Tables, config: Config) -> None:
    """Whether places lie where the roads are, what the config names is there, and everyone has demand."""
    sources.check_bounds(tables.zones, tables.sites, tables.roads)
    figures = cut_figures(tables, config)
    demand_by_zone(figures.zones, figures.rates, model=config.demand.model)


def _zones(data: DataFolder, config: Config) -> tuple[list[Finding], DemandZones | None]:
    try:
        table = data.table("zones.csv.gz", as_text=("zone_id", "msoa"))
        shapes = data.table("msoa.parquet") if "msoa.parquet" in data.manifest.index else pd.DataFrame()
    except ClinicSitingError as refusal:
        return [gate.refused("zones", refusal)], None
    missing = _missing(table, "zones")
    if missing:
        return missing, None
    findings = [gate.check_whole(table, "zones")]
    findings += gate.check_zones(
        table,
        model="own" if config.own_demand_file else config.demand.model,
        rates=_age_bands(data),
        msoas=list(shapes["msoa"].astype(str)) if "msoa" in shapes else [],
        named=_named_columns(config),
        in_area=_in_area(table, config),
    )
    findings += gate.check_places(table.set_index("zone_id"), "zones", _land(data))
    if not _red(findings):
        try:
            return findings, DemandZones(table)
        except ClinicSitingError as refusal:
            findings.append(gate.refused("zones", refusal))
    return findings, None


def _sites(data: DataFolder, config: Config, zones: DemandZones | None) -> tuple[list[Finding], Sites | None]:
    try:
        table = data.table("sites.csv", as_text=("site_id",))
        sectors = sources.read_postcode_sectors(data)
    except ClinicSitingError as refusal:
        return [gate.refused("sites", refusal)], None
    missing = _missing(table, "sites")
    if missing:
        return missing, None
    known = table.get("catchment") if zones is None else zones.table.get("alliance_name")
    alliances = [] if known is None else list(known.dropna().unique())
    findings = [gate.check_whole(table, "sites")]
    findings += gate.check_sites(table, alliances=alliances, sectors=sectors, named=_named_columns(config))
    in_play = table[table["status"].isin(["existing", "candidate"])]
    findings += gate.check_places(in_play.set_index("site_id"), "sites", _land(data))
    if not _red(findings) and zones is not None:
        try:
            return findings, sources.read_sites(data, zones)
        except ClinicSitingError as refusal:
            findings.append(gate.refused("sites", refusal))
    return findings, None


def _roads(data: DataFolder) -> tuple[list[Finding], Roads | None]:
    try:
        roads = sources.read_roads(data)
        speeds = dict(sources.read_speed_tables(data))
        SpeedTables(**speeds)
    except ClinicSitingError as refusal:
        return [gate.refused("roads", refusal)], None
    return gate.check_roads(roads.nodes, roads.links, speeds), roads


def _speeds(figures: Figures, config: Config) -> list[Finding]:
    """Say where a time of day is no more than one ratio on all roads."""
    period = config.travel.period
    if period == FITTED or not network.without_observed_speeds(figures.roads):
        return []
    what = network.observed_in_words(figures.roads, figures.speeds, period=period)
    remedy = "take roads with numbers (ref), or read the result as one of a typical hour"
    return [Finding("amber", f"speeds in {period}: {what}", "roads", (), remedy)]


def _gates(figures: Figures, config: Config) -> Iterator[Finding]:
    """Say which roads each gate lies across, so that a line drawn too long does not pass unseen."""
    for line in config.travel.gates:
        links = figures.roads.links[network.links_across(figures.roads, line.line)]
        roads = links["road"].astype(object).fillna(links["road_class"].astype(object))
        crossed = f"{len(links):,} link(s) cross its line ({', '.join(sorted(set(map(str, roads))))})"
        yield Finding("green", f"gate {line.name}: {crossed}, {line.minutes:g} minutes each", "roads")


def _incidence(data: DataFolder) -> list[Finding]:
    try:
        return [gate.check_rates(sources.read_incidence(data))]
    except ClinicSitingError as refusal:
        return [gate.refused("incidence", refusal)]


def _land(data: DataFolder) -> gpd.GeoDataFrame | None:
    return sources.read_land(data) if "land.geojson" in data.manifest.index else None


def _age_bands(data: DataFolder) -> list[str]:
    try:
        return list(sources.read_incidence(data).index)
    except ClinicSitingError:  # its own check says so
        return []


def _in_area(table: pd.DataFrame, config: Config) -> BoolArray:
    inside: BoolArray = np.ones(len(table), dtype=bool)
    for column, values in config.area.items():
        if column in table:
            inside &= table[column].astype(str).isin(values).to_numpy()
    return inside


def _named_columns(config: Config) -> set[str]:
    """Columns of zones or sites that a scenario names itself."""
    areas = [config.area, *config.robustness.areas.values()]
    required = [column for rule in config.siting.require for column in rule.where]
    return {*(column for area in areas for column in area), *required} | {
        rail.group for rail in config.siting.guard_rails
    }


def _minutes(config: Config) -> Iterator[tuple[str, float]]:
    yield "access.standard_min", config.access.standard_min
    yield from ((f"access.bands_min[{i}]", band) for i, band in enumerate(config.access.bands_min))
    yield "travel.door_to_door_min", config.travel.door_to_door_min
    yield from ((f"travel.gates: {gate.name}", gate.minutes) for gate in config.travel.gates)
    yield from ((f"robustness.gates_min[{i}]", more) for i, more in enumerate(config.robustness.gates_min))
    yield "siting.min_apart_min", config.siting.min_apart_min
    for rail in config.siting.guard_rails:
        yield f"siting.guard_rails: {rail.group}", rail.mean_at_most_min or 0.0


def _missing(table: pd.DataFrame, where: str) -> list[Finding]:
    missing = [column for column in NEEDED[where] if column not in table]
    if not missing and table.empty:
        return [Finding("red", f"{where}: no rows; was the file cut short?", where, (), gate.MEND)]
    if not missing:
        return []
    found = f"columns: {', '.join(map(str, table.columns[:12]))}"
    return [Finding("red", f"{where}: column(s) {', '.join(missing)} missing", where, (found,), "add them")]


def _red(findings: list[Finding]) -> bool:
    return any(finding.light == "red" for finding in findings)
