"""Plain shortest-path searches by scipy: the reference that the faster engine must equal."""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from clinic_siting.tables import FloatArray, IntArray, RoadNetwork

# Targets searched in one call: 8 × 676,000 nodes are 43 MB of minutes. Threads would not help, as
# scipy holds Python's lock throughout a search.
TARGETS_AT_ONCE = 8


def reversed_graph(network: RoadNetwork) -> csr_array:
    """Graph whose edges run from head to tail: searched from a site it gives minutes *to* the site."""
    shape = (network.n_nodes, network.n_nodes)
    # Older releases of scipy search no others than 32-bit numbers.
    indices, indptr = network.indices.astype(np.int32), network.indptr.astype(np.int32)
    forward = csr_array((network.minutes, indices, indptr), shape=shape)
    return csr_array(forward.T.tocsr())


def minutes_to(
    graph: csr_array,
    targets: IntArray,
    starts: IntArray,
    *,
    done: Callable[[int], None] = lambda _: None,
) -> FloatArray:
    """Shortest minutes to some nodes from others.

    Parameters
    ----------
    graph
        The reversed graph.
    targets, starts
        Nodes.
    done
        Called with the number of targets done.

    Returns
    -------
    ndarray
        Shape (n_targets, n_starts); ``inf`` = no route.
    """
    result = np.empty((len(targets), len(starts)))
    for i in range(0, len(targets), TARGETS_AT_ONCE):
        part = slice(i, i + TARGETS_AT_ONCE)
        result[part] = dijkstra(graph, directed=True, indices=targets[part])[:, starts]
        done(min(part.stop, len(targets)))
    return result
