"""The field of times: minutes to a site from every point, as the travel times would have them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from clinic_siting.errors import TableError
from clinic_siting.isochrones.contours import below
from clinic_siting.isochrones.drawing import Drawing, Lattice, Single
from clinic_siting.network import access_minutes
from clinic_siting.tables import BoolArray, FloatArray, RoadNetwork

# Neighbours are looked up side by side.
THREADS = 2


@dataclass(frozen=True, slots=True, eq=False)
class WayToRoad:
    """The way from every point of a lattice to its nearest node: one for all sites.

    Attributes
    ----------
    lattice
        The points.
    nodes
        Metres east and north of the network's nodes, shape (n_nodes, 2).
    node
        Nearest node, shape (rows, columns).
    minutes
        Minutes of the way there, shape (rows, columns); ``inf`` beyond ``max_snap_m``.
    margin_m
        Farther than this from every node in time, nobody is in time.
    """

    lattice: Lattice
    nodes: FloatArray
    node: npt.NDArray[np.int32]
    minutes: Single
    margin_m: float

    def field(self, node_minutes: FloatArray, window: tuple[slice, slice]) -> FloatArray:
        """Minutes from each point of a window to the site whose node minutes these are."""
        minutes: FloatArray = node_minutes[self.node[window]] + self.minutes[window]
        return minutes

    def areas(self, node_minutes: FloatArray, bands_min: tuple[float, ...]) -> list[shapely.MultiPolygon]:
        """Areas in time, in metres of the National Grid, one a band: contours of one field.

        Parameters
        ----------
        node_minutes
            Minutes from every node to the site, shape (n_nodes,).
        bands_min
            Thresholds in minutes, ascending.
        """
        in_time = node_minutes <= bands_min[-1]
        if not in_time.any():
            return [shapely.MultiPolygon()] * len(bands_min)
        window = self.lattice.window(self.nodes[in_time], self.margin_m)
        lattice = self.lattice.cut(*window)
        # Beyond the longest band and one cell more, "too long" and "no route" read the same.
        too_long = bands_min[-1] + _way_min(lattice.cell_m)
        field = np.minimum(self.field(node_minutes, window), too_long)
        return [below(field, lattice, band) for band in bands_min]


def way_to_road(
    network: RoadNetwork, nodes: FloatArray, used: BoolArray, latest_min: float, drawing: Drawing
) -> WayToRoad:
    """Nearest node of every point around the nodes in use, and the way there.

    Parameters
    ----------
    network
        The roads.
    nodes
        Metres east and north of its nodes, shape (n_nodes, 2).
    used
        Nodes from which any of the sites is reached in time, shape (n_nodes,).
    latest_min
        The longest time that counts.
    drawing
        ``cell_m``, ``max_snap_m`` and ``anchors_only``.

    Returns
    -------
    WayToRoad
        Straight metres × 1.3 at 20 km/h, as zones have it.
    """
    margin_m = min(drawing.max_snap_m, latest_min / _way_min(1.0)) + 2 * drawing.cell_m
    lattice = Lattice.around(nodes[used], margin_m=margin_m, cell_m=drawing.cell_m)
    stops = drawing.anchors_only and network.anchor.any()
    begins = np.flatnonzero(network.anchor) if stops else np.arange(len(nodes))
    tree = cKDTree(nodes[begins], balanced_tree=False, compact_nodes=False)
    # At sea there is nothing to be found: searching no farther than counts saves a third.
    straight_m, nearest = tree.query(
        lattice.points, distance_upper_bound=np.nextafter(margin_m, np.inf), workers=THREADS
    )
    minutes = np.where(straight_m <= drawing.max_snap_m, access_minutes(straight_m), np.inf)
    shape = (lattice.rows, lattice.columns)
    return WayToRoad(
        lattice,
        nodes,
        begins[np.where(np.isfinite(straight_m), nearest, 0)].astype(np.int32).reshape(shape),
        minutes.astype(np.float32).reshape(shape),
        margin_m,
    )


def nodes_in_time(network: RoadNetwork, drawn: Mapping[str, FloatArray], latest_min: float) -> BoolArray:
    """Nodes from which any of the sites is reached in time, shape (n_nodes,).

    Parameters
    ----------
    network
        The roads.
    drawn
        By site id, minutes from every node to the site, shape (n_nodes,).
    latest_min
        The longest time that counts.

    Raises
    ------
    TableError
        Where a site's minutes do not fit the network, or are NaN or negative.
    """
    in_time = np.zeros(network.n_nodes, dtype=bool)
    for site, minutes in drawn.items():
        if minutes.shape != in_time.shape:
            raise TableError(
                f"isochrones: site {site} has node minutes of shape {minutes.shape}; "
                f"the network has {network.n_nodes:,} nodes."
            )
        wrong = ~(minutes >= 0)
        if wrong.any():
            rows = [f"node {node}: {minutes[node]}" for node in np.flatnonzero(wrong)[:1000]]
            raise TableError(
                f"isochrones: site {site} has {wrong.sum():,} node minutes that are NaN or negative.",
                rows,
                of=int(wrong.sum()),
            )
        in_time |= minutes <= latest_min
    return in_time


def _way_min(straight_m: float) -> float:
    return float(access_minutes(np.array([straight_m]))[0])
