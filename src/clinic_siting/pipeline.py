"""The line, in order: figures → travel times → isochrones → demand → access → siting → measures.

Only this module unpacks a :class:`~clinic_siting.config.Config`; every stage takes plain values.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting import access, area, fairness, isochrones, sources, travel
from clinic_siting.config import Config
from clinic_siting.demand import demand_by_zone
from clinic_siting.errors import ConfigError
from clinic_siting.network import Gate, congested, link_minutes, road_network, snap
from clinic_siting.siting import Siting, SitingCase, site_clinics
from clinic_siting.tables import (
    Access,
    BoolArray,
    DemandZones,
    Isochrones,
    Measures,
    RoadNetwork,
    Roads,
    Sites,
    Snap,
    SpeedTables,
    TravelTimes,
)

Announce = Callable[[str], None]
GROUPINGS = ("alliance_name", "icb_name", "imd_decile")
STAGES = (
    "Reading the figures",
    "Laying out the roads",
    "Travel times",
    "Choosing the sites",
    "Drawing isochrones",
    "Measuring access",
    "Writing the map and tables",
)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What stands before any choice: who lives where, and how far it is to every site.

    Attributes
    ----------
    data
        The folder that everything was read from.
    zones, sites
        Those that count in the scenario.
    unreachable
        Names, by zone id, of zones of the area that no site can be reached from by road; they
        are counted and named, and stand outside every measure. Empty unless the config lets
        a run go on without them.
    demand
        Cases a year (or people) by zone.
    roads, network
        The road tables and the routable graph.
    site_snap, zone_snap
        Where the sites in play and the zones join the roads.
    times
        Minutes, zones × sites in play; ``inf`` where there is no route or no right to be served.
    membership
        Minutes ≤ threshold, zones × sites × ``thresholds_min``.
    thresholds_min
        The bands and the standard, ascending.
    """

    data: sources.DataFolder
    zones: DemandZones
    unreachable: pd.Series
    sites: Sites
    demand: pd.Series
    roads: Roads
    network: RoadNetwork
    site_snap: Snap
    zone_snap: Snap
    times: TravelTimes
    membership: BoolArray
    thresholds_min: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a run found: the plan, and access before and after.

    Attributes
    ----------
    ground, siting
        What stood before the choice, and the choice.
    isochrones
        Membership of all sites, polygons of the existing and chosen ones.
    agreement
        Share of demand that each polygon has on its right side.
    today, planned, measures
        Access before and after, measured.
    volumes
        On the sites in play: demand that each receives ``today`` and ``planned``.
    """

    ground: Ground
    siting: Siting
    isochrones: Isochrones
    agreement: pd.DataFrame
    today: Access
    planned: Access
    measures: Measures
    volumes: pd.DataFrame


def _silent(_stage: str) -> None:
    """Announce nothing."""


def run(config: Config, *, announce: Announce = _silent) -> Answer:
    """Walk the whole line for one scenario.

    Parameters
    ----------
    config
        The scenario.
    announce
        Called with the name of each stage of :data:`STAGES` as it begins.

    Returns
    -------
    The answer; nothing is written.

    Raises
    ------
    ClinicSitingError
        Whatever a stage refuses.
    """
    ground = lay_ground(config, announce=announce)
    announce(STAGES[3])
    siting = choose(ground, config)
    announce(STAGES[4])
    open_today, chosen = ground.sites.existing, pd.Index(siting.plan.chosen)
    drawn = draw_isochrones(ground, config, open_today.union(chosen))
    agreement = isochrones.polygon_agreement(drawn, ground.zones, ground.demand, ground.times)
    announce(STAGES[5])
    standard = config.access.standard_min
    today = access.measure_access(ground.times, open_today, standard_min=standard)
    planned = access.measure_access(ground.times, open_today.union(chosen), standard_min=standard)
    measures = fairness.compare_access(
        today, planned, ground.demand, groups=groups_of(ground.zones), bands_min=config.access.bands_min
    )
    volumes = pd.DataFrame(
        {
            "today": access.clinic_volumes(today, ground.demand, ground.sites),
            "planned": access.clinic_volumes(planned, ground.demand, ground.sites),
        }
    )
    return Answer(
        ground=ground,
        siting=siting,
        isochrones=drawn,
        agreement=agreement,
        today=today,
        planned=planned,
        measures=measures,
        volumes=volumes,
    )


def lay_ground(config: Config, *, announce: Announce = _silent) -> Ground:
    """Everything up to the choice: figures, roads, travel times, isochrone membership, demand."""
    if config.siting.unverified_sites == "both":
        raise ConfigError("siting: unverified_sites: both is not available yet; use closed or open.")
    announce(STAGES[0])
    data = sources.open_data(config.data_folder)
    zones, sites, roads = _read_area(config, data)
    announce(STAGES[1])
    network = lay_roads(roads, SpeedTables(**sources.read_speed_tables(data)), config)
    announce(STAGES[2])
    max_snap_m = config.travel.max_snap_m
    site_snap = snap(network, sites.table.loc[sites.playing, ["lon", "lat"]], max_snap_m=max_snap_m)
    zone_snap = snap(network, zones.table[["lon", "lat"]], max_snap_m=max_snap_m)
    minutes = travel.travel_times(
        network, zone_snap, site_snap, door_to_door_min=config.travel.door_to_door_min
    )
    times = access.eligible_times(minutes, zones, sites)
    reached: BoolArray = np.asarray(np.isfinite(times.minutes).any(axis=1))
    if not config.access.allow_unreachable:
        access.refuse_unreachable(times, zones)
    served = zones.within(pd.Series(reached, index=zones.zone_id))
    times = TravelTimes(served.zone_id, times.site_id, times.minutes[reached])
    thresholds = tuple(sorted({*config.access.bands_min, config.access.standard_min}))
    return Ground(
        data=data,
        zones=served,
        unreachable=zones.table.loc[~reached, "name"]
        if "name" in zones.table
        else zones.zone_id[~reached].to_series(),
        sites=sites,
        demand=demand_by_zone(served, sources.read_incidence(data), model=config.demand.model),
        roads=roads,
        network=network,
        site_snap=site_snap,
        zone_snap=zone_snap,
        times=times,
        membership=isochrones.membership(times, thresholds),
        thresholds_min=thresholds,
    )


def lay_roads(roads: Roads, speeds: SpeedTables, config: Config) -> RoadNetwork:
    """The routable graph for the scenario's period, congestion and gates."""
    minutes = link_minutes(roads, speeds, period=config.travel.period)
    if config.travel.congestion:
        minutes = congested(minutes, roads, speeds, factors=config.travel.congestion)
    gates = [Gate(gate.name, gate.line, gate.minutes) for gate in config.travel.gates]
    return road_network(roads, minutes, gates=gates)


def choose(ground: Ground, config: Config) -> Siting:
    """The siting stage on laid ground."""
    standard = ground.thresholds_min.index(config.access.standard_min)
    case = SitingCase(
        times=ground.times,
        demand=ground.demand,
        sites=ground.sites,
        groups=groups_of(ground.zones),
        within_standard=ground.membership[:, :, standard],
    )
    return site_clinics(
        case, rules=config.siting.rules, score=config.siting.score, time_limit_s=config.solver.time_limit_s
    )


def draw_isochrones(ground: Ground, config: Config, site_ids: pd.Index) -> Isochrones:
    """Polygons of some sites around the membership of all."""
    snapped = ground.site_snap.of(site_ids)
    minutes = dict(zip(site_ids, travel.node_times(ground.network, snapped), strict=True))
    drawing = isochrones.Drawing(
        max_snap_m=config.travel.max_snap_m, door_to_door_min=config.travel.door_to_door_min
    )
    polygons = isochrones.isochrone_polygons(
        ground.network, minutes, bands_min=config.access.bands_min, drawing=drawing
    )
    times = ground.times
    return Isochrones(times.zone_id, times.site_id, ground.thresholds_min, ground.membership, polygons)


def groups_of(zones: DemandZones) -> pd.DataFrame:
    """The groupings by which access is compared, as far as the zones have them."""
    return zones.table[[column for column in GROUPINGS if column in zones.table]]


def _read_area(config: Config, data: sources.DataFolder) -> tuple[DemandZones, Sites, Roads]:
    all_zones = sources.read_zones(data)
    all_sites = sources.read_sites(data, all_zones)
    roads = sources.read_roads(data)
    sources.check_bounds(all_zones, all_sites, roads)
    sites = area.sites_in_play(
        all_sites,
        config.area,
        candidates=config.sites.candidates,
        existing=config.sites.existing,
        unverified=config.siting.unverified_sites,
    )
    return area.zones_in(all_zones, config.area), sites, roads
