"""The bundled roads, zones and sites, and crops of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting import sources
from clinic_siting.network import RoadTopology, link_minutes, road_topology, snap
from clinic_siting.tables import RoadNetwork, Roads, Snap, SpeedTables

DATA = Path(__file__).resolve().parents[1] / "data" / "lsesn"
LONDON = (-0.1257, 51.5085)
MAX_SNAP_M = 5000.0


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A network with places on it.

    Attributes
    ----------
    topology, minutes, network
        The roads, the minutes of their links, and both together.
    zones, sites
        Where they join the roads.
    stored_order
        Order of contraction that came with the roads, or None for a crop.
    """

    topology: RoadTopology
    minutes: pd.Series
    network: RoadNetwork
    zones: Snap
    sites: Snap
    stored_order: bytes | None


def bundled(*, period: str = "inter_peak", share: float = 1.0) -> Case:
    """All of the bundled roads, or the share of their nodes that lies nearest to London."""
    data = sources.open_data(DATA)
    roads, zones = sources.read_roads(data), sources.read_zones(data)
    sites = sources.read_sites(data, zones)
    if share < 1:
        roads = _crop(roads, share)
    speeds = SpeedTables(**sources.read_speed_tables(data))
    minutes, topology = link_minutes(roads, speeds, period=period), road_topology(roads)
    network = topology.network(minutes)
    joined = [snap(network, t.table[["lon", "lat"]], max_snap_m=MAX_SNAP_M) for t in (zones, sites)]
    order = data.read("road_order.parquet") if share == 1 else None
    return Case(topology, minutes, network, joined[0], joined[1], order)


def _crop(roads: Roads, share: float) -> Roads:
    nodes, links = roads.nodes, roads.links
    east = (nodes["lon"].to_numpy() - LONDON[0]) * np.cos(np.radians(LONDON[1]))
    away = np.hypot(east, nodes["lat"].to_numpy() - LONDON[1])
    kept = away <= np.quantile(away, share)
    number = np.cumsum(kept) - 1
    inside = kept[links["from_node"]] & kept[links["to_node"]]
    links = links[inside].reset_index(drop=True)
    ends = {end: number[links[end]] for end in ("from_node", "to_node")}
    return Roads(nodes[kept].reset_index(drop=True), links.assign(**ends))
