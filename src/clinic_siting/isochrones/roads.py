"""Points along the roads near some sites, and the minutes from each to a site."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinic_siting.isochrones.drawing import Single
from clinic_siting.tables import BoolArray, FloatArray, RoadNetwork

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

    def minutes_at_ends(self, node_minutes: Single) -> Single:
        """Minutes from either end of each link to the site, shape (2, n_links)."""
        at_ends: Single = node_minutes[self.ends]
        return at_ends

    def where_time_is_up(self, nodes: FloatArray, at_ends: Single, threshold_min: float) -> FloatArray:
        """Points where the time is up, on links of which one end alone is in time.

        Parameters
        ----------
        nodes
            Metres east and north of the nodes, shape (n_nodes, 2).
        at_ends
            Minutes from either end to the site, shape (2, n_links).
        threshold_min
            The time.

        Returns
        -------
        ndarray
            Metres east and north, shape (n, 2).
        """
        in_time = at_ends <= threshold_min
        one_end = np.flatnonzero(in_time[0] ^ in_time[1])
        here = np.where(in_time[0, one_end], 0, 1)
        whole = self.minutes[here, one_end]
        share = ((threshold_min - at_ends[here, one_end]) / whole)[:, None]
        near, far = nodes[self.ends[here, one_end]], nodes[self.ends[1 - here, one_end]]
        # A link against a one-way leads nobody here; one with time to spare is in time as a whole.
        up: FloatArray = (near + share * (far - near))[np.isfinite(whole) & (share[:, 0] < 1)]
        return up


@dataclass(frozen=True, slots=True, eq=False)
class RoadSamples:
    """Points along the roads: first some nodes, then points between the ends of links.

    Attributes
    ----------
    points
        Metres east and north, shape (n_nodes_sampled + n_between, 2).
    node
        The nodes, shape (n_nodes_sampled,).
    link
        The link on which each other point stands, shape (n_between,).
    to_ends
        Minutes from each such point to either end, ``inf`` against a one-way, shape (2, n_between).
    """

    points: FloatArray
    node: Nodes
    link: Nodes
    to_ends: Single

    def minutes(self, node_minutes: Single, at_ends: Single) -> Single:
        """Minutes from each point to the site, whichever way is quicker.

        Parameters
        ----------
        node_minutes
            Minutes from every node, shape (n_nodes,).
        at_ends
            Minutes from either end of each link, shape (2, n_links).

        Returns
        -------
        ndarray
            Shape (n_nodes_sampled + n_between,).
        """
        one_way, other_way = (
            np.take(at_end, self.link) + way for at_end, way in zip(at_ends, self.to_ends, strict=True)
        )
        return np.concatenate([node_minutes[self.node], np.minimum(one_way, other_way)])


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
    low, high = nodes[links.ends[0]], nodes[links.ends[1]]
    between = np.ceil(np.hypot(*(high - low).T) / step_m).astype(np.int32) - 1
    between[between < 0] = 0
    link = np.repeat(np.arange(len(between), dtype=np.int32), between)
    number = np.arange(1, len(link) + 1) - np.repeat(np.cumsum(between) - between, between)
    share = number / (between[link] + 1)  # of the way from the first end to the second
    along = low[link] + share[:, None] * (high - low)[link]
    to_ends = (links.minutes[:, link] * np.stack([share, 1 - share])).astype(np.float32)
    own = used.copy()
    own[links.ends] = True
    node = np.flatnonzero(own).astype(np.int32)
    return RoadSamples(np.concatenate([nodes[node], along]), node, link, to_ends)
