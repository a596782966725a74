"""The way to the road: where places join the network, and how far that is."""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from clinic_siting.errors import ConfigError
from clinic_siting.grid import grid_points
from clinic_siting.tables import FloatArray, IntArray, RoadNetwork, Snap

# The way to the road is longer than the crow flies, and slow.
DETOUR = 1.3
ACCESS_KPH = 20.0
# Neighbours are looked up side by side.
THREADS = 2


def snap(network: RoadNetwork, places: pd.DataFrame, *, max_snap_m: float, anchors_only: bool = True) -> Snap:
    """Join each place to its nearest node where one can stop, by straight line on the National Grid.

    Parameters
    ----------
    network
        The nodes.
    places
        ``lon``, ``lat`` in degrees, on any index.
    max_snap_m
        Straight metres; a place farther from its node has no route.
    anchors_only
        Prefer nodes where a journey may begin or end (some ordinary road meets them: no motorway,
        ramp or connector alone), where one lies within ``max_snap_m``; else the nearest of any kind.

    Returns
    -------
    Snap
        Minutes are straight metres × 1.3 at 20 km/h; ``inf`` beyond ``max_snap_m``.

    Raises
    ------
    ConfigError
        Where ``max_snap_m`` is not above 0.
    """
    anchored, nearest = _join(network, places, max_snap_m=max_snap_m, anchors=anchors_only)
    return nearest if anchored is None else anchored


def snap_both(network: RoadNetwork, places: pd.DataFrame, *, max_snap_m: float) -> tuple[Snap, Snap]:
    """Join each place to its nearest node where one can stop, and to its nearest node of any kind.

    Parameters
    ----------
    network, places, max_snap_m
        As :func:`snap` takes them.

    Raises
    ------
    ConfigError
        Where ``max_snap_m`` is not above 0.
    """
    anchored, nearest = _join(network, places, max_snap_m=max_snap_m, anchors=True)
    return nearest if anchored is None else anchored, nearest


def _join(
    network: RoadNetwork, places: pd.DataFrame, *, max_snap_m: float, anchors: bool
) -> tuple[Snap | None, Snap]:
    """Join places to anchors, if asked and if there are any, and to nodes of any kind."""
    if not max_snap_m > 0:
        raise ConfigError(f"max_snap_m must be above 0, not {max_snap_m}.")
    nodes, points = grid_points(network.lon, network.lat), grid_points(places["lon"], places["lat"])
    straight_m, node = _nearest(nodes, points)
    nearest = _snap(places.index, node, straight_m, max_snap_m)
    if not (anchors and network.anchor.any()):
        return None, nearest
    at = np.flatnonzero(network.anchor)
    anchor_m, which = _nearest(nodes[at], points)
    better = ~network.anchor[node] & (anchor_m <= max_snap_m)
    node, straight_m = np.where(better, at[which], node), np.where(better, anchor_m, straight_m)
    return _snap(places.index, node, straight_m, max_snap_m), nearest


def _snap(index: pd.Index, node: IntArray, straight_m: FloatArray, max_snap_m: float) -> Snap:
    minutes = np.where(straight_m <= max_snap_m, access_minutes(straight_m), np.inf)
    return Snap(index, node, straight_m, minutes)


def access_minutes(straight_m: FloatArray) -> FloatArray:
    """Minutes of the way to the road: straight metres × 1.3 at 20 km/h."""
    return straight_m * DETOUR / (ACCESS_KPH * 1000 / 60)


def _nearest(nodes: FloatArray, points: FloatArray) -> tuple[FloatArray, IntArray]:
    # An unbalanced tree over nodes numbered along a Hilbert curve builds twice as fast.
    metres, node = cKDTree(nodes, balanced_tree=False, compact_nodes=False).query(points, workers=THREADS)
    return metres, node.astype(np.int64)
