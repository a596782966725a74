"""What others offer for the same questions, each behind the same few functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from clinic_siting.network import to_networkx
from clinic_siting.tables import FloatArray, IntArray, RoadNetwork
from clinic_siting.travel.searches import reversed_graph

# What pandana answers where there is no route.
PANDANA_NO_ROUTE = 4_294_967.0


@dataclass(frozen=True, slots=True, eq=False)
class Peer:
    """A library with the network already inside it.

    Attributes
    ----------
    name
        Of the library.
    matrix
        Minutes from some nodes to others, shape (n_starts, n_targets).
    to_one
        Minutes from every node to one, or None where the library has no such search.
    within
        How many nodes reach one node within so many minutes, or None.
    """

    name: str
    matrix: Callable[[IntArray, IntArray], FloatArray]
    to_one: Callable[[int], FloatArray] | None
    within: Callable[[int, float], int] | None


def by_scipy(network: RoadNetwork) -> Peer:
    """The reference."""
    graph = reversed_graph(network)

    def matrix(starts: IntArray, targets: IntArray) -> FloatArray:
        rows = [dijkstra(graph, indices=target)[starts] for target in targets]
        return np.column_stack(rows)

    def to_one(target: int) -> FloatArray:
        minutes: FloatArray = dijkstra(graph, indices=target)
        return minutes

    def within(target: int, limit: float) -> int:
        return int(np.isfinite(dijkstra(graph, indices=target, limit=limit)).sum())

    return Peer("scipy", matrix, to_one, within)


def by_networkx(network: RoadNetwork) -> Peer:
    """A MultiDiGraph as osmnx makes it, searched as its users do."""
    import networkx as nx  # noqa: PLC0415 - a peer is loaded only when it is measured

    graph = to_networkx(network).reverse(copy=False)

    def seconds(target: int, cutoff: float | None = None) -> dict[int, float]:
        found: dict[int, float] = nx.single_source_dijkstra_path_length(
            graph, int(target), weight="travel_time", cutoff=cutoff
        )
        return found

    def to_one(target: int) -> FloatArray:
        minutes = np.full(network.n_nodes, np.inf)
        found = seconds(target)
        minutes[list(found)] = np.array(list(found.values())) / 60
        return minutes

    def matrix(starts: IntArray, targets: IntArray) -> FloatArray:
        return np.column_stack([to_one(target)[starts] for target in targets])

    return Peer("networkx", matrix, to_one, lambda target, limit: len(seconds(target, 60 * limit)))


def by_igraph(network: RoadNetwork) -> Peer:
    """Binary-heap searches in C."""
    import igraph  # noqa: PLC0415 - a peer is loaded only when it is measured

    tail = np.repeat(np.arange(network.n_nodes), np.diff(network.indptr))
    graph = igraph.Graph(network.n_nodes, np.column_stack([tail, network.indices]), directed=True)
    weights = network.minutes.tolist()

    def matrix(starts: IntArray, targets: IntArray) -> FloatArray:
        found = graph.distances(targets.tolist(), starts.tolist(), weights=weights, mode="in")
        return np.array(found).T

    def to_one(target: int) -> FloatArray:
        return np.array(graph.distances([target], None, weights=weights, mode="in")[0])

    return Peer("igraph", matrix, to_one, None)


def by_pandana(network: RoadNetwork) -> Peer:
    """Contraction hierarchies, one query a pair; preparation is part of this call."""
    import pandana  # noqa: PLC0415 - a peer is loaded only when it is measured

    tail = np.repeat(np.arange(network.n_nodes), np.diff(network.indptr))
    # Seconds: it counts in whole thousandths of what it is given, and overflows beyond 4.3 billion.
    weights = pd.DataFrame({"seconds": network.minutes * 60})
    # Turned round, so that a range around a site is where it is reached from.
    ends = [pd.Series(end) for end in (network.indices, tail)]
    places = [pd.Series(axis) for axis in (network.lon, network.lat)]
    inside: Any = pandana.Network(*places, *ends, weights, twoway=False)

    def matrix(starts: IntArray, targets: IntArray) -> FloatArray:
        pairs = np.tile(targets, len(starts)), np.repeat(starts, len(targets))
        found = np.array(inside.shortest_path_lengths(*pairs), dtype=float)
        found[found >= PANDANA_NO_ROUTE] = np.inf
        return (found / 60).reshape(len(starts), len(targets))

    def within(target: int, limit: float) -> int:
        return len(inside.nodes_in_range([target], limit * 60))

    return Peer("pandana", matrix, None, within)
