"""What is read for a scenario: a data folder's tables, once, and what of them counts in its area.

Like :mod:`~clinic_siting.ground` it unpacks the config.
"""

from dataclasses import dataclass

import pandas as pd

from clinic_siting import area, sources
from clinic_siting.config import Config
from clinic_siting.demand import with_referrals
from clinic_siting.placing import place_counts, with_count
from clinic_siting.tables import DemandZones, Roads, Sites, SpeedTables


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """All that a data folder holds for the line, read once.

    Attributes
    ----------
    data
        The folder.
    zones, sites
        All of the data set.
    roads, speeds
        The road tables and the speeds on them.
    rates
        Cases a year per 100,000 people by age band.
    """

    data: sources.DataFolder
    zones: DemandZones
    sites: Sites
    roads: Roads
    speeds: SpeedTables
    rates: pd.Series


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What was read for a scenario.

    Attributes
    ----------
    data
        The folder that everything was read from.
    zones, sites
        Those that count in the scenario; sites that do not play are excluded.
    roads, speeds
        The road tables and the speeds on them.
    rates
        Cases a year per 100,000 people by age band.
    all_zones
        Those of the data set, also outside the area, with a planner's own demand.
    all_sites
        Ids of the data set, also outside the area: a planner's own table may name them.
    """

    data: sources.DataFolder
    zones: DemandZones
    sites: Sites
    all_zones: DemandZones
    all_sites: pd.Index
    roads: Roads
    speeds: SpeedTables
    rates: pd.Series


def read_figures(config: Config) -> Figures:
    """Tables of the data folder, cut to the scenario's area."""
    return cut_figures(read_tables(config), config)


def read_tables(config: Config) -> Tables:
    """All that the data folder holds, whatever the scenario."""
    data = sources.open_data(config.data_folder)
    zones = sources.read_zones(data)
    sites = sources.read_sites(data, zones)
    roads = sources.read_roads(data)
    sources.check_bounds(zones, sites, roads)
    speeds = SpeedTables(**sources.read_speed_tables(data))
    return Tables(data, zones, sites, roads, speeds, sources.read_incidence(data))


def cut_figures(tables: Tables, config: Config) -> Figures:
    """What counts in a scenario: zones of its area, sites with the status they have in it."""
    all_zones = with_own_demand(tables.zones, config, tables.data)
    # The zones first: they know which of the area's names match nothing, and which are nearest.
    zones = area.zones_in(all_zones, config.area)
    sites = area.sites_in_play(
        tables.sites,
        config.area,
        candidates=config.sites.candidates,
        existing=config.sites.existing,
        unverified=config.siting.unverified_sites,
    )
    if config.sites.added:
        rows = [site.model_dump() for site in config.sites.added]
        sites = area.with_added(sites, all_zones, pd.DataFrame(rows).set_index("id"))
        sources.check_bounds(all_zones, sites, tables.roads)
    if config.siting.cost:
        sites = area.with_costs(sites, config.siting.cost)
    return Figures(
        data=tables.data,
        zones=zones,
        sites=sites,
        all_zones=all_zones,
        all_sites=tables.sites.site_id.union(sites.site_id),
        roads=tables.roads,
        speeds=tables.speeds,
        rates=tables.rates,
    )


def with_own_demand(zones: DemandZones, config: Config, data: sources.DataFolder) -> DemandZones:
    """Zones with the planner's own referrals, where the config names a file of them.

    Parameters
    ----------
    zones
        All of the data set.
    config
        The scenario.
    data
        For the postcode sectors, by which rows without a zone are placed.
    """
    file = config.own_demand_file
    if file is None:
        return zones
    return with_own_counts(zones, sources.read_own_demand(file), data)


def with_own_counts(zones: DemandZones, table: pd.DataFrame, data: sources.DataFolder) -> DemandZones:
    """Zones with a planner's own referrals, whatever way the rows say where.

    Parameters
    ----------
    zones
        All of the data set.
    table
        ``zone_id`` and ``referrals`` a year; or another column of :mod:`~clinic_siting.placing` that says
        where, and then each row may be one patient.
    data
        For the postcode sectors, by which rows without a zone are placed.
    """
    table = with_count(table)
    if "zone_id" not in table:
        table = place_counts(table, zones, sources.read_postcode_sectors(data))
    return with_referrals(zones, table)
