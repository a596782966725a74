"""Copies of the bundled roads laid side by side, for trials of a size that no data set here has.

Each copy is the mirror image of its neighbour, so that the edge they share is the same, and is joined to
it there.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.ground import DATA, MAX_SNAP_M
from clinic_siting import sources
from clinic_siting.network import link_minutes, road_topology, snap
from clinic_siting.tables import FloatArray, IntArray, RoadNetwork, Snap, SpeedTables

# Where a copy is joined to the next: so many roads along each shared edge, half a minute each.
CROSSINGS, CROSSING_MIN = 400, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """Copies of the bundled roads joined to one network, and places on it.

    Attributes
    ----------
    networks
        By period, all on the same edges.
    zones, sites
        Where they join.
    """

    networks: dict[str, RoadNetwork]
    zones: Snap
    sites: Snap


def copies(tiles: int, n_zones: int, n_sites: int, periods: tuple[str, ...]) -> Copies:
    """Lay up to four copies of the bundled roads side by side, and draw places on them."""
    data = sources.open_data(DATA)
    roads, base_zones = sources.read_roads(data), sources.read_zones(data)
    speeds = SpeedTables(**sources.read_speed_tables(data))
    topology = road_topology(roads)
    base = {p: topology.network(link_minutes(roads, speeds, period=p)) for p in periods}
    one = base[periods[0]]
    zones = snap(one, base_zones.table[["lon", "lat"]], max_snap_m=MAX_SNAP_M)
    tail, head, source = _tiled_edges(one, tiles)
    order = np.lexsort((head, tail))
    tail, head, source = tail[order], head[order], source[order]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=tiles * one.n_nodes))])
    lon, lat = _tiled_places(one, tiles)
    anchor = np.tile(one.anchor, tiles)
    networks = {
        period: RoadNetwork(lon, lat, indptr, head, np.append(net.minutes, CROSSING_MIN)[source], anchor)
        for period, net in base.items()
    }
    return Copies(networks, *_drawn(zones, one.n_nodes, tiles, n_zones, n_sites))


def _tiled_edges(one: RoadNetwork, tiles: int) -> tuple[IntArray, IntArray, IntArray]:
    """Tails, heads and the base edge of each; crossings have the number after the last."""
    n, n_edges = one.n_nodes, len(one.indices)
    tail, head = np.repeat(np.arange(n), np.diff(one.indptr)), one.indices
    tails = [tail + k * n for k in range(tiles)]
    heads = [head + k * n for k in range(tiles)]
    sources_ = [np.arange(n_edges)] * tiles
    west, north = outermost(one.lat, one.lon), outermost(one.lon, -one.lat)
    # Copies 0 and 1, and 2 and 3, meet at the west; 0 and 2, and 1 and 3, at the north.
    for a, b, border in ((0, 1, west), (0, 2, north), (2, 3, west), (1, 3, north)):
        if b < tiles:
            tails += [border + a * n, border + b * n]
            heads += [border + b * n, border + a * n]
            sources_ += [np.full(len(border), n_edges)] * 2
    return np.concatenate(tails), np.concatenate(heads), np.concatenate(sources_)


def outermost(along: FloatArray, outward: FloatArray) -> IntArray:
    """Outermost node of each band along an edge of the roads: where ``outward`` is least."""
    band = np.floor((along - along.min()) / np.ptp(along) * (CROSSINGS - 1e-6)).astype(np.int64)
    order = np.lexsort((outward, band))
    border: IntArray = order[np.flatnonzero(np.diff(band[order], prepend=-1))]
    return border


def _tiled_places(one: RoadNetwork, tiles: int) -> tuple[FloatArray, FloatArray]:
    west, north = 2 * one.lon.min() - one.lon, 2 * one.lat.max() - one.lat
    lon, lat = [one.lon, west, one.lon, west], [one.lat, one.lat, north, north]
    return np.concatenate(lon[:tiles]), np.concatenate(lat[:tiles])


def _drawn(zones: Snap, n: int, tiles: int, n_zones: int, n_sites: int) -> tuple[Snap, Snap]:
    """Zones of all copies, and sites where zones are, drawn by a fixed seed."""
    rng = np.random.default_rng(2026)
    ids = np.array([f"{k}-{zone}" for k in range(tiles) for zone in zones.index])
    node = np.concatenate([zones.node + k * n for k in range(tiles)])
    everywhere = Snap(pd.Index(ids), node, np.tile(zones.straight_m, tiles), np.tile(zones.minutes, tiles))
    some = [rng.choice(len(ids), min(count, len(ids)), replace=False) for count in (n_zones, n_sites)]
    drawn = [everywhere.of(ids[np.sort(rows)]) for rows in some]
    return drawn[0], drawn[1]
