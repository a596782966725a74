"""Points along the roads near some sites, and the minutes from each to a site."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from clinic_siting.isochrones.drawing import Single
from clinic_siting.tables import BoolArray, FloatArray, IntArray, RoadNetwork

Nodes = npt.NDArray[np.int32]
Bands = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class RoadLinks:
    """Links between two nodes, whichever ways they run.

    Attributes
    ----------
    ends
        Their two nodes, shape (2, n_links).
    minutes
        Minutes from the other end to this one, ``inf`` against a one-way, shape (2, n_links).
    """

    ends: Nodes
    minutes: Single

    def least(self, of_node: Nodes) -> Nodes:
        """Least value of each node and of those that share a link with it, shape (n_nodes,)."""
        least = of_node.copy()
        for here, there in (self.ends, self.ends[::-1]):
            np.minimum.at(least, here, of_node[there])
        return least

    def where_time_is_up(
        self, nodes: FloatArray, node_minutes: Single, bands_min: tuple[float, ...]
    ) -> list[FloatArray]:
        """Points where the time is up, on links of which one end alone is in time.

        Parameters
        ----------
        nodes
            Metres east and north of the nodes, shape (n_nodes, 2).
        node_minutes
            Minutes from every node to the site, shape (n_nodes,).
        bands_min
            The times, ascending.

        Returns
        -------
        list of ndarray
            Metres east and north, shape (n, 2), one array a band.
        """
        between = in_band(node_minutes, bands_min)[self.ends]
        parted = np.flatnonzero(between[0] != between[1])  # few, and no other has one end alone in time
        ends, minutes = self.ends[:, parted], self.minutes[:, parted]
        at_ends = node_minutes[ends]
        points = []
        for band in bands_min:
            in_time = at_ends <= band
            one_end = np.flatnonzero(in_time[0] ^ in_time[1])
            here = np.where(in_time[0, one_end], 0, 1)
            whole = minutes[here, one_end]
            share = ((band - at_ends[here, one_end]) / whole)[:, None]
            near, far = nodes[ends[here, one_end]], nodes[ends[1 - here, one_end]]
            # A link against a one-way leads nobody here; one with time to spare is in time as a whole.
            points.append((near + share * (far - near))[np.isfinite(whole) & (share[:, 0] < 1)])
        return points


@dataclass(frozen=True, slots=True, eq=False)
class RoadSamples:
    """Points along the roads: nodes, and points between the ends of links.

    Attributes
    ----------
    ends
        The nodes at either end of each point's link, shape (2, n_samples); of a node, itself twice.
    to_ends
        Minutes from each point to either end, ``inf`` against a one-way, shape (2, n_samples).
    """

    ends: Nodes
    to_ends: Single

    def minutes(self, node_minutes: Single, points: slice) -> Single:
        """Minutes from some of the points to the site, whichever way is quicker.

        Parameters
        ----------
        node_minutes
            Minutes from every node, shape (n_nodes,).
        points
            Which points.
        """
        one_way, other_way = (
            np.take(node_minutes, end[points]) + way[points]
            for end, way in zip(self.ends, self.to_ends, strict=True)
        )
        quicker: Single = np.minimum(one_way, other_way, out=one_way)
        return quicker

    def at(self, which: IntArray) -> "RoadSamples":
        """Return some of them."""
        return RoadSamples(np.take(self.ends, which, axis=1), np.take(self.to_ends, which, axis=1))


def in_band(minutes: Single, bands_min: tuple[float, ...]) -> Bands:
    """Number of the first band that each time is within: as many as there are bands, if in none."""
    number = np.zeros(minutes.shape, dtype=np.uint8)
    for band in bands_min:
        number += minutes > band
    return number


def road_links(network: RoadNetwork, used: BoolArray) -> RoadLinks:
    """Links that lead to a node in use.

    Parameters
    ----------
    network
        The roads.
    used
        Nodes from which any of the sites is reached in time, shape (n_nodes,).
    """
    tail = np.repeat(np.arange(network.n_nodes, dtype=np.int32), np.diff(network.indptr))
    near = np.flatnonzero(used[network.indices])
    tail, head = tail[near], network.indices[near].astype(np.int32)
    # One way stands in the real part, the other in the imaginary: one matrix holds every link once.
    ways = network.minutes[near] * np.where(tail > head, np.complex64(1), np.complex64(1j))
    pairs = (np.minimum(tail, head), np.maximum(tail, head))
    links = sparse.coo_array((ways, pairs), (network.n_nodes, network.n_nodes)).tocsr().tocoo()
    minutes = np.stack([links.data.real, links.data.imag]).astype(np.float32)
    minutes[minutes == 0] = np.inf
    return RoadLinks(np.stack(links.coords).astype(np.int32), minutes)


def road_samples(
    links: RoadLinks, nodes: FloatArray, used: BoolArray, *, step_m: float
) -> tuple[FloatArray, RoadSamples]:
    """Every node in use, both ends of every link, and points at even steps between them.

    Parameters
    ----------
    links
        The roads.
    nodes
        Metres east and north of the nodes, shape (n_nodes, 2).
    used
        Nodes from which any of the sites is reached in time, shape (n_nodes,).
    step_m
        Metres from point to point at most.
    """
    low = np.take(nodes, links.ends[0], axis=0)
    onward = np.take(nodes, links.ends[1], axis=0) - low
    between = np.ceil(np.hypot(*onward.T) / step_m).astype(np.int32) - 1
    between[between < 0] = 0
    link = np.repeat(np.arange(len(between), dtype=np.int32), between)
    number = np.arange(1, len(link) + 1) - np.repeat(np.cumsum(between) - between, between)
    share = number / (between[link] + 1)  # of the way from the first end to the second
    along = np.take(onward, link, axis=0)
    along *= share[:, None]
    along += np.take(low, link, axis=0)
    to_ends = np.take(links.minutes, link, axis=1) * np.stack([share, 1 - share]).astype(np.float32)
    own = used.copy()
    own[links.ends] = True
    node = np.flatnonzero(own).astype(np.int32)
    at_node = np.stack([np.zeros(len(node), np.float32), np.full(len(node), np.inf, np.float32)])
    return np.concatenate([nodes[node], along]), RoadSamples(
        np.concatenate([np.stack([node, node]), np.take(links.ends, link, axis=1)], axis=1),
        np.concatenate([at_node, to_ends], axis=1),
    )
