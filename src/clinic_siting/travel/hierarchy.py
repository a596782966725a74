"""Customizable contraction hierarchies: roads are ordered once, then any minutes are quick.

The hierarchy depends on which roads there are, not on their minutes. New minutes are *customised*
in about a tenth of a second on 1.5 million directed edges; a matrix is then one sweep down the part
of the hierarchy above the places, for many sites at once. Times are exact: the same additions as
scipy's search in another order.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from clinic_siting.tables import FloatArray, IntArray, RoadNetwork
from clinic_siting.travel.kernels import (
    Arcs,
    Int32Array,
    Lower,
    above,
    climb,
    compiled,
    contract,
    customise,
    find_arcs,
    sweep,
)

# Sites swept together: enough to fill the processor's vectors, few enough to stay in its cache.
SITES_AT_ONCE = 32
# Bytes of minutes that one sweep may hold.
SWEEP_BYTES = 100_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """Roads in the order of their contraction.

    Attributes
    ----------
    rank
        Place of each node in the order, shape (n_nodes,).
    arcs, lower
        Arcs between ranks, from below and from above.
    upward, downward
        Directed edges that run upwards, those that run downwards, and the arc of each: shape (2, n).
    """

    rank: IntArray
    arcs: Arcs
    lower: Lower
    upward: IntArray
    downward: IntArray


def build_hierarchy(network: RoadNetwork, order: Int32Array) -> Hierarchy:
    """Contract the nodes of a network in the order given.

    Parameters
    ----------
    network
        Its directed edges; their minutes do not matter.
    order
        Every node once, shape (n_nodes,); see :mod:`clinic_siting.travel.orders`.

    Returns
    -------
    Hierarchy
        For any minutes on these edges.
    """
    n = network.n_nodes
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    start, end = rank[np.repeat(np.arange(n), np.diff(network.indptr))], rank[network.indices]
    low, high = np.minimum(start, end), np.maximum(start, end)
    pairs = csr_array((np.ones(len(low), dtype=np.int8), (low, high)), shape=(n, n))
    pairs.sum_duplicates()
    arcs = Arcs(
        *compiled(contract)(pairs.indptr.astype(np.int64), pairs.indices.astype(np.int32, copy=False))
    )
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(arcs.first))
    from_above = np.argsort(arcs.head, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(arcs.head, minlength=n))])
    edge_arc = compiled(find_arcs)(arcs, low.astype(np.int32), high.astype(np.int32))
    upward, downward = (np.flatnonzero(side) for side in (start < end, start >= end))
    return Hierarchy(
        rank,
        arcs,
        Lower(tail, first, from_above),
        np.stack([upward, edge_arc[upward]]),
        np.stack([downward, edge_arc[downward]]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Minutes laid on a hierarchy.

    Attributes
    ----------
    hierarchy
        The roads.
    up, down
        Minutes of each arc from tail to head and from head to tail, over any nodes below it.
    """

    hierarchy: Hierarchy
    up: FloatArray
    down: FloatArray


def customised(hierarchy: Hierarchy, minutes: FloatArray) -> Metric:
    """Lay minutes on a hierarchy.

    Parameters
    ----------
    hierarchy
        The roads.
    minutes
        Minutes of each directed edge, shape (n_edges,).

    Returns
    -------
    Metric
        For any number of questions.
    """
    up = np.full(len(hierarchy.arcs.head), np.inf)
    down = up.copy()
    for of_arc, (edge, arc) in ((up, hierarchy.upward), (down, hierarchy.downward)):
        of_arc[arc] = minutes[edge]
    compiled(customise)(hierarchy.arcs, hierarchy.lower, up, down)
    return Metric(hierarchy, up, down)


def minutes_to(
    metric: Metric,
    targets: IntArray,
    starts: IntArray,
    *,
    threads: int,
    done: Callable[[int], None] = lambda _: None,
) -> FloatArray:
    """Shortest minutes to some nodes from others.

    Parameters
    ----------
    metric
        Roads with minutes on them.
    targets, starts
        Nodes.
    threads
        Sweeps run side by side.
    done
        Called with the number of targets done.

    Returns
    -------
    ndarray
        Shape (n_targets, n_starts); ``inf`` = no route.
    """
    part = cut_out(metric, targets, starts)
    result = np.empty((len(targets), len(starts)))

    def block(some: slice) -> slice:
        result[some] = swept(part, some)
        return some

    with ThreadPoolExecutor(threads) as pool:
        for some in pool.map(block, blocks(len(targets), len(part.arcs.parent), threads)):
            done(some.stop)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """All of a hierarchy, with its minutes, that journeys between some nodes can need.

    Attributes
    ----------
    arcs, up, down
        The nodes above any start or target, and the minutes of their arcs.
    starts, targets
        Numbers of the starts and targets in the part.
    """

    arcs: Arcs
    up: FloatArray
    down: FloatArray
    starts: IntArray
    targets: IntArray


def cut_out(metric: Metric, targets: IntArray, starts: IntArray) -> Part:
    """Cut out what journeys from these starts to these targets can need."""
    rank = metric.hierarchy.rank
    arcs, some, place = part_above(metric.hierarchy, np.concatenate([rank[starts], rank[targets]]))
    return Part(arcs, metric.up[some], metric.down[some], place[rank[starts]], place[rank[targets]])


def swept(part: Part, some: slice) -> FloatArray:
    """Minutes to some of a part's targets from all of its starts, shape (n_some, n_starts).

    The same to the last bit whichever targets are swept together.
    """
    targets = part.targets[some]
    held = np.full((len(part.arcs.parent), len(targets)), np.inf)
    compiled(climb)(part.arcs, part.down, targets, held)
    compiled(sweep)(part.arcs, part.up, held)
    return held[part.starts].T


def blocks(n_targets: int, n_nodes: int, threads: int) -> Iterator[slice]:
    """Cut the targets so that all threads end together and no sweep outgrows its memory."""
    widest = max(1, min(SITES_AT_ONCE, SWEEP_BYTES // (8 * n_nodes)))
    rounds = max(1, -(-n_targets // (widest * threads)))
    width = max(1, -(-n_targets // (rounds * threads)))
    return (slice(i, min(i + width, n_targets)) for i in range(0, n_targets, width))


def part_above(hierarchy: Hierarchy, nodes: IntArray) -> tuple[Arcs, IntArray | slice, IntArray]:
    """Cut out the nodes that stand above these: no shortest way needs any other.

    Returns
    -------
    tuple
        Arcs of the part, numbered anew; which arcs they are; each old node's number in the part.
    """
    parent, first, head = hierarchy.arcs
    n = len(parent)
    if len(nodes) >= n:
        return hierarchy.arcs, slice(None), np.arange(n)
    marked = compiled(above)(parent, nodes)
    kept = np.flatnonzero(marked)
    place = np.full(n + 1, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    arcs = np.flatnonzero(marked[hierarchy.lower.tail])
    part_first = np.concatenate([[0], np.cumsum(np.diff(first)[kept])])
    # The top's parent is -1, which is the last place, which is -1 again.
    part = Arcs(place[parent[kept]].astype(np.int32), part_first, place[head[arcs]].astype(np.int32))
    return part, arcs, place
