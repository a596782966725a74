"""The network as a networkx graph and back, in osmnx's words."""

from collections.abc import Hashable
from types import ModuleType
from typing import Any

import numpy as np

from clinic_siting.errors import ClinicSitingError, DataError
from clinic_siting.tables import DEGREES, RoadNetwork

SECONDS = 60.0


def to_networkx(network: RoadNetwork) -> Any:  # noqa: ANN401 - networkx is optional, so its type cannot stand here
    """Network as a ``networkx.MultiDiGraph`` as osmnx makes them.

    Parameters
    ----------
    network
        Minutes of each directed edge.

    Returns
    -------
    MultiDiGraph
        Nodes ``0 … n − 1`` with ``x``, ``y`` in degrees and ``anchor``; edges with ``travel_time``
        in seconds; ``graph["crs"]``.

    Raises
    ------
    ClinicSitingError
        Where networkx is not installed.
    """
    graph = _networkx().MultiDiGraph(crs=DEGREES)
    columns = (network.lon.tolist(), network.lat.tolist(), network.anchor.tolist())
    graph.add_nodes_from(
        (node, {"x": x, "y": y, "anchor": anchor})
        for node, (x, y, anchor) in enumerate(zip(*columns, strict=True))
    )
    tail = np.repeat(np.arange(network.n_nodes), np.diff(network.indptr)).tolist()
    seconds = (network.minutes * SECONDS).tolist()
    graph.add_edges_from(
        (u, v, 0, {"travel_time": s}) for u, v, s in zip(tail, network.indices.tolist(), seconds, strict=True)
    )
    return graph


def from_networkx(graph: Any) -> RoadNetwork:  # noqa: ANN401 - networkx is optional, so its type cannot stand here
    """Build a network from a directed networkx graph with osmnx's attributes.

    Parameters
    ----------
    graph
        Nodes with ``x``, ``y`` in degrees, edges with ``travel_time`` in seconds (see
        ``osmnx.add_edge_travel_times``). Nodes are numbered in the order of the graph.

    Returns
    -------
    RoadNetwork
        The quickest of parallel edges; loops dropped, as no journey needs one. Every node is an
        anchor unless it says ``anchor=False``.

    Raises
    ------
    DataError
        Where the graph is undirected or projected, or a node or edge lacks an attribute.
    """
    if not graph.is_directed():
        raise DataError("roads: the graph is undirected; one-way streets would be lost.")
    crs = str(graph.graph.get("crs", DEGREES))
    if crs.upper() != DEGREES:
        raise DataError(f"roads: the graph is in {crs}; hand it over in degrees ({DEGREES}).")
    number: dict[Hashable, int] = {node: row for row, node in enumerate(graph.nodes)}
    bad_nodes = [node for node, data in graph.nodes(data=True) if "x" not in data or "y" not in data]
    bad_edges = [(u, v) for u, v, data in graph.edges(data=True) if "travel_time" not in data]
    if bad_nodes or bad_edges or not number:
        raise DataError(
            f"roads: of the graph {len(bad_nodes):,} node(s) lack x or y and {len(bad_edges):,} edge(s) "
            "travel_time (seconds); osmnx.add_edge_travel_times writes it.",
            [*bad_nodes, *bad_edges],
        )
    quickest: dict[tuple[int, int], float] = {}
    for u, v, seconds in graph.edges(data="travel_time"):
        pair = (number[u], number[v])
        if u != v:
            quickest[pair] = min(float(seconds), quickest.get(pair, np.inf))
    pairs = sorted(quickest)
    tail = np.array([u for u, _ in pairs], dtype=np.int64)
    head = np.array([v for _, v in pairs], dtype=np.int64)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(number)))])
    minutes = np.array([quickest[pair] for pair in pairs]) / SECONDS
    lon, lat = (np.array([d for _, d in graph.nodes(data=axis)], dtype=float) for axis in ("x", "y"))
    anchor = np.array([d for _, d in graph.nodes(data="anchor", default=True)], dtype=bool)
    return RoadNetwork(lon, lat, indptr, head, minutes, anchor)


def _networkx() -> ModuleType:
    try:
        import networkx as nx  # noqa: PLC0415 - an optional extra, needed here alone
    except ImportError as missing:
        raise ClinicSitingError(
            "networkx is not installed; install the extra: pip install 'clinic-siting[osm]'."
        ) from missing
    module: ModuleType = nx
    return module
