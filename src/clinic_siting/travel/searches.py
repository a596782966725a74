"""Plain shortest-path searches by scipy: the reference that every faster engine must equal."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from clinic_siting.tables import FloatArray, IntArray, RoadNetwork

# Sources searched in one go by one thread: 8 × 676,000 nodes are 43 MB of minutes.
SOURCES_AT_ONCE = 8


def reversed_graph(network: RoadNetwork) -> csr_array:
    """Graph whose edges run from head to tail: searched from a site it gives minutes *to* the site."""
    shape = (network.n_nodes, network.n_nodes)
    forward = csr_array((network.minutes, network.indices, network.indptr), shape=shape)
    return csr_array(forward.T.tocsr())


def minutes_to(
    network: RoadNetwork, targets: IntArray, *, threads: int
) -> Iterator[tuple[slice, FloatArray]]:
    """Minutes from every node to each target, some targets at a time.

    Parameters
    ----------
    network
        The graph.
    targets
        Nodes, shape (n_targets,).
    threads
        Searches run side by side; scipy lets go of the interpreter's lock.

    Yields
    ------
    tuple
        Which targets, and their minutes, shape (targets at once, n_nodes); ``inf`` = no route.
    """
    graph = reversed_graph(network)
    parts = [slice(i, i + SOURCES_AT_ONCE) for i in range(0, len(targets), SOURCES_AT_ONCE)]

    def search(part: slice) -> FloatArray:
        minutes: FloatArray = dijkstra(graph, directed=True, indices=targets[part])
        return minutes

    with ThreadPoolExecutor(threads) as pool:
        # One round of parts at a time, so that no more than these wait in memory.
        for start in range(0, len(parts), threads):
            some = parts[start : start + threads]
            yield from zip(some, pool.map(search, some), strict=True)


def all_cores() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
