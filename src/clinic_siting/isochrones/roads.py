"""Points along the roads near some sites, and the minutes from each to a site."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinic_siting.isochrones.drawing import Single
from clinic_siting.tables import BoolArray, FloatArray, IntArray, RoadNetwork

Nodes = npt.NDArray[np.int32]


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

    def ends_in_time(self, nodes: FloatArray, node_minutes: Single, threshold_min: float) -> FloatArray:
        """Points where the time is up, on links of which one end alone is in time.

        Parameters
        ----------
        nodes
            Metres east and north of the nodes, shape (n_nodes, 2).
        node_minutes
            Minutes from every node to the site, shape (n_nodes,).
        threshold_min
            The time.

        Returns
        -------
        ndarray
            Metres east and north, shape (n, 2).
        """
        minutes = node_minutes[self.ends]
        points = []
        for here, there in ((0, 1), (1, 0)):
            left = threshold_min - minutes[here]
            cut = np.flatnonzero((left > 0) & (minutes[there] > threshold_min) & (left < self.minutes[here]))
            share = (left[cut] / self.minutes[here][cut])[:, None]
            near, far = nodes[self.ends[here][cut]], nodes[self.ends[there][cut]]
            points.append(near + share * (far - near))
        return np.concatenate(points)


@dataclass(frozen=True, slots=True, eq=False)
class RoadSamples:
    """Points along the roads.

    Attributes
    ----------
    points
        Metres east and north, shape (n, 2).
    ends
        The two nodes between which each stands (twice the same for a node), shape (2, n).
    to_ends
        Minutes from the point to either end, ``inf`` against a one-way, shape (2, n).
    """

    points: FloatArray
    ends: Nodes
    to_ends: Single

    def minutes(self, node_minutes: Single) -> Single:
        """Minutes from each point to the site, whichever way is quicker, shape (n,)."""
        ways = node_minutes[self.ends]
        ways += self.to_ends
        quicker: Single = ways.min(axis=0)
        return quicker

    def take(self, rows: slice | IntArray) -> "RoadSamples":
        """Some of the samples, in the order given."""
        return RoadSamples(self.points[rows], self.ends[:, rows], self.to_ends[:, rows])


def road_links(network: RoadNetwork, used: BoolArray) -> RoadLinks:
    """Links that lead to a node in use.

    Parameters
    ----------
    network
        The roads.
    used
        Nodes from which any of the sites is reached in time, shape (n_nodes,).
    """
    tail = np.repeat(np.arange(network.n_nodes), np.diff(network.indptr))
    near = np.flatnonzero(used[network.indices])
    tail, head, minutes = tail[near], network.indices[near], network.minutes[near]
    pair, of_edge = np.unique(
        np.minimum(tail, head) * network.n_nodes + np.maximum(tail, head), return_inverse=True
    )
    either_way = np.full((2, len(pair)), np.inf, dtype=np.float32)
    either_way[(tail < head).astype(np.int64), of_edge] = minutes
    return RoadLinks(np.stack(np.divmod(pair, network.n_nodes)).astype(np.int32), either_way)


def road_samples(links: RoadLinks, nodes: FloatArray, used: BoolArray, *, step_m: float) -> RoadSamples:
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
    low, high = links.ends
    length = np.hypot(*(nodes[high] - nodes[low]).T)
    inner = np.maximum(np.ceil(length / step_m).astype(np.int64) - 1, 0)
    of_link = np.repeat(np.arange(len(low)), inner)
    number = np.arange(len(of_link)) - np.repeat(np.cumsum(inner) - inner, inner) + 1
    share = number / (inner[of_link] + 1)  # of the way from the lower end to the higher
    low, high = low[of_link], high[of_link]
    along = nodes[low] + share[:, None] * (nodes[high] - nodes[low])
    to_ends = links.minutes[:, of_link] * np.stack([share, 1 - share])
    own = used.copy()
    own[links.ends] = True
    own = np.flatnonzero(own).astype(np.int32)
    return RoadSamples(
        np.concatenate([nodes[own], along]),
        np.concatenate([np.stack([own, own]), np.stack([low, high])], axis=1),
        np.concatenate([np.zeros((2, len(own)), dtype=np.float32), to_ends.astype(np.float32)], axis=1),
    )
