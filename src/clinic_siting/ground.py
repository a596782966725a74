"""What stands before any choice: the figures read, the roads laid, the minutes measured.

The first half of the line, which every question about an area shares: one plan, a matrix, an
isochrone, a hundred scenarios. Like :mod:`~clinic_siting.pipeline` it unpacks the config, so that
no stage has to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting import access, isochrones, sources, travel
from clinic_siting.config import Config
from clinic_siting.demand import demand_by_age, demand_by_car, demand_by_zone, planner_weights
from clinic_siting.figures import Figures, read_figures
from clinic_siting.network import (
    Gate,
    RoadTopology,
    congested,
    gate_minutes,
    link_minutes,
    road_topology,
    snap,
)
from clinic_siting.tables import (
    BoolArray,
    DemandZones,
    RoadNetwork,
    Roads,
    Sites,
    Snap,
    SpeedTables,
    TravelTimes,
)

Announce = Callable[[str], None]
Lay = Callable[[travel.TravelEngine, RoadNetwork], travel.TravelMetric]
GROUPINGS = ("alliance_name", "icb_name", "county", "lad_name", "imd_decile", "rural_urban")
ROAD_ORDER = "road_order.parquet"
# Where orders of roads that came without one are kept, by a digest of the roads.
ORDERS = Path("~/.cache/clinic-siting/orders")
READING, LAYING, TRAVELLING = "Reading the figures", "Laying out the roads", "Travel times"


@dataclass(frozen=True, slots=True, eq=False)
class Footing:
    """What an inspection leaves to the run that follows it, so that nothing is read or joined twice.

    Attributes
    ----------
    figures, network
        What was read, and the routable graph.
    zone_snap, site_snap
        Where every zone of the data set and the sites in play join it.
    """

    figures: Figures
    network: RoadNetwork
    zone_snap: Snap
    site_snap: Snap


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """Minutes and where journeys join the roads.

    Attributes
    ----------
    network
        The routable graph.
    all_zones_snap
        Where every zone of the data set joins it.
    zone_snap, site_snap
        Where the area's zones and the sites in play join it.
    engine
        What computed the minutes, prepared for these roads whatever their minutes.
    times
        Minutes, zones × sites in play; ``inf`` where there is no route.
    own_pairs
        How many of them are a planner's own.
    """

    network: RoadNetwork
    engine: travel.TravelEngine
    all_zones_snap: Snap
    zone_snap: Snap
    site_snap: Snap
    times: TravelTimes
    own_pairs: int


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Who lives where, and how far it is to every site.

    Attributes
    ----------
    data
        The folder that everything was read from.
    zones, sites
        Those that count in the scenario.
    all_zones
        Those of the data set, also outside the area.
    unreachable
        Names, by zone id, of zones of the area that no site can be reached from by road; they
        are counted and named, and stand outside every measure. Empty unless the config lets
        a run go on without them.
    patients
        Cases a year (or people, or referrals) by zone: what clinics will see.
    demand
        The same after the planner's weights: what plans are compared by.
    parts
        ``demand`` split by ``age`` and ``car``, as far as the zones tell: zones × groups.
    rates
        Cases a year per 100,000 people by age band.
    roads, speeds, network
        The road tables, the speeds on them and the routable graph.
    engine, own_pairs
        What computed the minutes, and how many pairs have a planner's own instead.
    site_snap, zone_snap, all_zones_snap
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
    all_zones: DemandZones
    unreachable: pd.Series
    sites: Sites
    patients: pd.Series
    demand: pd.Series
    parts: Mapping[str, pd.DataFrame]
    rates: pd.Series
    roads: Roads
    speeds: SpeedTables
    network: RoadNetwork
    engine: travel.TravelEngine
    own_pairs: int
    site_snap: Snap
    zone_snap: Snap
    all_zones_snap: Snap
    times: TravelTimes
    membership: BoolArray
    thresholds_min: tuple[float, ...]

    @property
    def groups(self) -> pd.DataFrame:
        """The groupings by which access is compared, as far as the zones have them."""
        return self.zones.table[[column for column in GROUPINGS if column in self.zones.table]]


def silent(_stage: str) -> None:
    """Announce nothing."""


def lay_ground(config: Config, *, footing: Footing | None = None, announce: Announce = silent) -> Ground:
    """Everything up to the choice: figures, roads, travel times, isochrone membership, demand.

    Parameters
    ----------
    config
        The scenario.
    footing
        What an inspection of the same scenario left, where there was one.
    announce
        Called with the name of each stage as it begins.

    Raises
    ------
    DataError
        Where zones have no road to any site and the config does not let that pass.
    """
    announce(READING)
    figures = read_figures(config) if footing is None else footing.figures
    announce(LAYING)
    network = lay_roads(figures, config) if footing is None else footing.network
    announce(TRAVELLING)
    joined = None if footing is None else (footing.zone_snap, footing.site_snap)
    journeys = measure_journeys(figures, network, config, joined=joined)
    return stand_on(figures, journeys, config)


def lay_roads(figures: Figures, config: Config, *, topology: RoadTopology | None = None) -> RoadNetwork:
    """The routable graph for the scenario's period, congestion and gates.

    Parameters
    ----------
    figures
        The roads and the speeds on them.
    config
        The scenario.
    topology
        Of these roads, if it is known already.
    """
    minutes = link_minutes(figures.roads, figures.speeds, period=config.travel.period)
    if config.travel.congestion:
        minutes = congested(minutes, figures.roads, figures.speeds, factors=config.travel.congestion)
    gates = [Gate(gate.name, gate.line, gate.minutes) for gate in config.travel.gates]
    topology = topology or road_topology(figures.roads)
    return topology.network(minutes, extra=gate_minutes(figures.roads, gates))


def measure_journeys(
    figures: Figures,
    network: RoadNetwork,
    config: Config,
    *,
    known: Journeys | None = None,
    joined: tuple[Snap, Snap] | None = None,
    lay: Lay = travel.TravelEngine.on,
) -> Journeys:
    """Minutes from every zone to every site in play, whoever it may serve.

    Parameters
    ----------
    figures, network, config
        What was read, the routable graph, and the scenario.
    known
        Journeys on the same roads with the same ``max_snap_m``, whatever the minutes: its engine
        serves again, and so do the places where the same zones and sites join the roads.
    joined
        Where all zones and the sites in play join the roads, where that is known without journeys.
    lay
        Lays the network's minutes on the engine; another way spreads the work over workers.
    """
    zones, sites, max_snap_m = figures.zones, figures.sites, config.travel.max_snap_m

    def join(places: pd.DataFrame, before: Snap | None) -> Snap:
        if before is not None and before.index.equals(places.index):
            return before
        return snap(network, places[["lon", "lat"]], max_snap_m=max_snap_m)

    if known is not None:
        joined = known.all_zones_snap, known.site_snap
    before = joined or (None, None)
    all_zones_snap = join(figures.all_zones.table, before[0])
    site_snap = join(sites.table.loc[sites.playing], before[1])
    zone_snap = all_zones_snap.of(zones.zone_id)
    engine = _engine(figures.data, network) if known is None else known.engine
    times = lay(engine, network).times(zone_snap, site_snap, door_to_door_min=config.travel.door_to_door_min)
    journeys = Journeys(network, engine, all_zones_snap, zone_snap, site_snap, times, 0)
    if config.own_times_file is None:
        return journeys
    table = sources.read_own_times(config.own_times_file)
    own = travel.own_minutes(times, table, all_zones=figures.all_zones.zone_id, all_sites=figures.all_sites)
    has_own = ~np.isnan(own)
    times = TravelTimes(times.zone_id, times.site_id, np.where(has_own, own, times.minutes))
    return replace(journeys, times=times, own_pairs=int(has_own.sum()))


def _engine(data: sources.DataFolder, network: RoadNetwork) -> travel.TravelEngine:
    stored = data.read(ROAD_ORDER) if ROAD_ORDER in data.manifest.index else None
    return travel.travel_engine(network, stored_order=stored, cache_dir=ORDERS.expanduser())


def stand_on(figures: Figures, journeys: Journeys, config: Config) -> Ground:
    """Figures and journeys together: who may be served where, within what time, and how many they are."""
    zones, sites = figures.zones, figures.sites
    times = access.eligible_times(journeys.times, zones, sites)
    if not config.access.allow_unreachable:
        access.refuse_unreachable(times, zones)
    reached: BoolArray = np.asarray(np.isfinite(times.minutes).any(axis=1))
    served = zones.within(pd.Series(reached, index=zones.zone_id))
    times = TravelTimes(served.zone_id, times.site_id, times.minutes[reached])
    thresholds = tuple(sorted({*config.access.bands_min, config.access.standard_min}))
    patients = demand_by_zone(served, figures.rates, model=config.demand.model)
    weight = planner_weights(served, deprivation=config.demand.deprivation, no_car=config.demand.no_car)
    return Ground(
        data=figures.data,
        zones=served,
        all_zones=figures.all_zones,
        unreachable=access.names_of(zones)[~reached],
        sites=sites,
        patients=patients,
        demand=(patients * weight).rename("demand"),
        parts=_parts(served, figures.rates, patients, weight, config.demand.model),
        rates=figures.rates,
        roads=figures.roads,
        speeds=figures.speeds,
        network=journeys.network,
        engine=journeys.engine,
        own_pairs=journeys.own_pairs,
        site_snap=journeys.site_snap,
        zone_snap=journeys.zone_snap.of(served.zone_id),
        all_zones_snap=journeys.all_zones_snap,
        times=times,
        membership=isochrones.membership(times, thresholds),
        thresholds_min=thresholds,
    )


def _parts(
    zones: DemandZones, rates: pd.Series, patients: pd.Series, weight: pd.Series, model: str
) -> dict[str, pd.DataFrame]:
    """Groupings that cut through zones, as far as the zones tell them."""
    parts = {}
    if set(rates.index) <= set(zones.table):
        parts["age"] = demand_by_age(zones, rates, model=model)
    if {"households", "households_no_car"} <= set(zones.table):
        parts["car"] = demand_by_car(zones, patients)
    return {name: split.mul(weight, axis="index") for name, split in parts.items()}
