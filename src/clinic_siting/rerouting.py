"""Travel times under other minutes on the roads: another time of day, a slower crossing, a draw of speeds.

Like :mod:`~clinic_siting.ground` it unpacks the config.
"""

from dataclasses import dataclass

import numpy as np

from clinic_siting import access, sources, travel
from clinic_siting.config import Config
from clinic_siting.ground import Ground
from clinic_siting.network import (
    Gate,
    RoadTopology,
    congested,
    gate_minutes,
    link_minutes,
    road_topology,
)
from clinic_siting.robustness import Clock
from clinic_siting.siting import SitingCase
from clinic_siting.tables import FloatArray, TravelTimes


@dataclass(frozen=True, slots=True, eq=False)
class OtherRoads:
    """Travel times of the ground's zones and sites for any minutes on its links.

    Attributes
    ----------
    ground, config
        The scenario.
    clock
        What measures the times.
    own
        A planner's own minutes, NaN where there are none; None without a table of them.
    """

    ground: Ground
    config: Config
    clock: Clock
    own: FloatArray | None

    def minutes(self, period: str) -> FloatArray:
        """Minutes of each link at a time of day, with the scenario's congestion."""
        found = link_minutes(self.ground.roads, self.ground.speeds, period=period)
        factors = self.config.travel.congestion
        if factors:
            found = congested(found, self.ground.roads, self.ground.speeds, factors=factors)
        return found.to_numpy(dtype=float)

    def gates(self, name: str = "", more_min: float = 0.0) -> FloatArray:
        """Minutes that gates add to each link, with some more at one of them."""
        gates = [
            Gate(gate.name, gate.line, gate.minutes + (more_min if gate.name == name else 0.0))
            for gate in self.config.travel.gates
        ]
        return gate_minutes(self.ground.roads, gates)

    def times(self, minutes: FloatArray, gates: FloatArray) -> TravelTimes:
        """Minutes from zones to sites, ``inf`` where a site may not serve a zone."""
        found = self.clock.times(minutes, extra=gates)
        if self.own is not None:  # a planner's own minutes hold whatever the roads are like
            mixed = np.where(np.isnan(self.own), found.minutes, self.own)
            found = TravelTimes(found.zone_id, found.site_id, mixed)
        return access.eligible_times(found, self.ground.zones, self.ground.sites)


def other_roads(ground: Ground, config: Config, case: SitingCase) -> OtherRoads:
    """Roads on which the sites of a case can be reached otherwise."""
    topology: RoadTopology = road_topology(ground.roads)
    site_snap = ground.site_snap.of(case.times.site_id)
    clock = Clock(topology, ground.engine, ground.zone_snap, site_snap, config.travel.door_to_door_min)
    return OtherRoads(ground, config, clock, _own_minutes(ground, config, case.times))


def _own_minutes(ground: Ground, config: Config, times: TravelTimes) -> FloatArray | None:
    """A planner's own minutes, NaN where there are none; None without a table of them."""
    if config.own_times_file is None:
        return None
    zones = ground.all_zones
    sites = sources.read_sites(ground.data, zones)
    table = sources.read_own_times(config.own_times_file)
    return travel.own_minutes(times, table, all_zones=zones.zone_id, all_sites=sites.site_id)
