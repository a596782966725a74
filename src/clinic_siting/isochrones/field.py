"""The field of times: minutes to a site from every point, as the travel times would have them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from clinic_siting.isochrones.drawing import Drawing, Lattice
from clinic_siting.network import access_minutes
from clinic_siting.tables import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class WayToRoad:
    """The way from every point of a lattice to its nearest node: one for all sites.

    Attributes
    ----------
    lattice
        The points.
    node
        Nearest node, shape (rows, columns).
    minutes
        Minutes of the way there, shape (rows, columns); ``inf`` beyond ``max_snap_m``.
    """

    lattice: Lattice
    node: npt.NDArray[np.int32]
    minutes: npt.NDArray[np.float32]

    def field(self, node_minutes: FloatArray, window: tuple[slice, slice]) -> FloatArray:
        """Minutes from each point of a window to the site whose node minutes these are."""
        minutes: FloatArray = node_minutes[self.node[window]] + self.minutes[window]
        return minutes


def way_to_road(nodes: FloatArray, anchor: BoolArray, lattice: Lattice, drawing: Drawing) -> WayToRoad:
    """Nearest node of every point and the way there.

    Parameters
    ----------
    nodes
        Metres east and north of the network's nodes, shape (n_nodes, 2).
    anchor
        Where a journey may begin, shape (n_nodes,).
    lattice
        The points.
    drawing
        ``max_snap_m`` and ``anchors_only``.

    Returns
    -------
    WayToRoad
        Straight metres × 1.3 at 20 km/h, as zones have it.
    """
    begins = np.flatnonzero(anchor) if drawing.anchors_only and anchor.any() else np.arange(len(nodes))
    tree = cKDTree(nodes[begins], balanced_tree=False, compact_nodes=False)
    straight_m, nearest = tree.query(lattice.points)
    minutes = np.where(straight_m <= drawing.max_snap_m, access_minutes(straight_m), np.inf)
    shape = (lattice.rows, lattice.columns)
    node = begins[nearest].astype(np.int32).reshape(shape)
    return WayToRoad(lattice, node, minutes.astype(np.float32).reshape(shape))
