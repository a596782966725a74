"""The loops of customizable contraction hierarchies, written to be compiled by numba.

They are plain Python on arrays, so that they can be read, and tested, without numba; a network of
real size needs them compiled. Nodes are numbered by rank, the order in which they are contracted.
See Dibbelt, Strasser and Wagner, "Customizable Contraction Hierarchies", ACM Journal of Experimental
Algorithmics 21 (2016), doi:10.1145/2886843, and Delling, Goldberg, Nowatzyk and Werneck, "PHAST:
Hardware-accelerated shortest path trees", Journal of Parallel and Distributed Computing 73 (2013),
doi:10.1016/j.jpdc.2012.02.007.
"""

import pickle
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clinic_siting.tables import BoolArray, FloatArray, IntArray

Int32Array = npt.NDArray[np.int32]
# What reading machine code that was damaged, or writing it where there is no room, ends in.
UNREADABLE = (pickle.UnpicklingError, EOFError, OSError, AttributeError, ImportError, LookupError, ValueError)


class Arcs(NamedTuple):
    """Arcs of the hierarchy, each from a node to a higher one.

    Attributes
    ----------
    parent
        Lowest of each node's heads, -1 at the top, shape (n_nodes,).
    first
        The arcs of node ``v`` are ``first[v] … first[v + 1] - 1``, shape (n_nodes + 1,).
    head
        Where each arc ends, ascending within a node, shape (n_arcs,).
    """

    parent: Int32Array
    first: IntArray
    head: Int32Array


class Lower(NamedTuple):
    """The same arcs seen from above.

    Attributes
    ----------
    tail
        Where each arc begins, shape (n_arcs,).
    first, arc
        The arcs that end in node ``x`` are ``arc[first[x]:first[x + 1]]``.
    """

    tail: Int32Array
    first: IntArray
    arc: IntArray


def contract(adjacent_first: IntArray, adjacent: Int32Array) -> tuple[Int32Array, IntArray, Int32Array]:
    """Contract nodes in turn: each node's heads are its higher neighbours and its children's heads.

    Parameters
    ----------
    adjacent_first, adjacent
        Higher neighbours of each node, in compressed sparse rows.

    Returns
    -------
    tuple
        The three arrays of :class:`Arcs`.
    """
    n = adjacent_first.size - 1
    parent = np.full(n, -1, np.int32)
    child = np.full(n, -1, np.int32)
    sibling = np.full(n, -1, np.int32)
    seen = np.full(n, -1, np.int32)
    first = np.zeros(n + 1, np.int64)
    head = np.empty(max(16, 2 * adjacent.size), np.int32)
    size = 0
    for v in range(n):
        begin = size
        # No node has more heads than there are nodes above it.
        if size + n - v > head.size:
            longer = np.empty(2 * head.size + n - v, np.int32)
            longer[:size] = head[:size]
            head = longer
        for e in range(adjacent_first[v], adjacent_first[v + 1]):
            head[size] = adjacent[e]
            seen[adjacent[e]] = v
            size += 1
        c = child[v]
        while c != -1:
            # The lowest head of a child is this node itself.
            for a in range(first[c] + 1, first[c + 1]):
                if seen[head[a]] != v:
                    seen[head[a]] = v
                    head[size] = head[a]
                    size += 1
            c = sibling[c]
        head[begin:size].sort()
        first[v + 1] = size
        if size > begin:
            parent[v] = head[begin]
            sibling[v] = child[parent[v]]
            child[parent[v]] = v
    return parent, first, head[:size].copy()


def find_arcs(arcs: Arcs, low: Int32Array, high: Int32Array) -> IntArray:
    """Find the arc between each pair of nodes by bisection; shape (n_pairs,)."""
    found = np.empty(low.size, np.int64)
    for pair in range(low.size):
        a, end = arcs.first[low[pair]], arcs.first[low[pair] + 1]
        while a < end:
            middle = (a + end) // 2
            if arcs.head[middle] < high[pair]:
                a = middle + 1
            else:
                end = middle
        found[pair] = a
    return found


def customise(arcs: Arcs, lower: Lower, up: FloatArray, down: FloatArray) -> None:
    """Let every arc cost no more than the two arcs over any node below it, in place.

    Parameters
    ----------
    arcs, lower
        The arcs, seen from below and from above.
    up, down
        Minutes of each arc from tail to head and from head to tail; ``inf`` where no road runs.
    """
    between = np.empty(arcs.parent.size, np.int64)
    for x in range(arcs.parent.size):
        for a in range(arcs.first[x], arcs.first[x + 1]):
            between[arcs.head[a]] = a
        for i in range(lower.first[x], lower.first[x + 1]):
            vx = lower.arc[i]
            # The higher heads of v lie above x too, for contracting v has joined them all.
            for vy in range(vx + 1, arcs.first[lower.tail[vx] + 1]):
                xy = between[arcs.head[vy]]
                up[xy] = min(up[xy], down[vx] + up[vy])
                down[xy] = min(down[xy], down[vy] + up[vx])


def climb(arcs: Arcs, down: FloatArray, targets: IntArray, minutes: FloatArray) -> None:
    """Minutes to each target from the nodes above it, in place.

    Parameters
    ----------
    arcs, down
        The arcs, and their minutes from head to tail.
    targets
        Nodes, shape (n_targets,).
    minutes
        Shape (n_nodes, n_targets), ``inf`` everywhere at first.
    """
    for k in range(targets.size):
        v = targets[k]
        minutes[v, k] = 0.0
        while v != -1:
            for a in range(arcs.first[v], arcs.first[v + 1]):
                x = arcs.head[a]
                minutes[x, k] = min(minutes[x, k], down[a] + minutes[v, k])
            v = arcs.parent[v]


def sweep(arcs: Arcs, up: FloatArray, minutes: FloatArray) -> None:
    """From the top down, minutes from every node by way of the nodes above it, in place.

    Parameters
    ----------
    arcs, up
        The arcs, and their minutes from tail to head.
    minutes
        Shape (n_nodes, n_targets), as :func:`climb` leaves them.
    """
    width = minutes.shape[1]
    for v in range(arcs.parent.size - 1, -1, -1):
        if width == 1:
            # The same for one target, two to three times as fast: its minutes stay in a register.
            best = minutes[v, 0]
            for a in range(arcs.first[v], arcs.first[v + 1]):
                best = min(best, up[a] + minutes[arcs.head[a], 0])
            minutes[v, 0] = best
            continue
        for a in range(arcs.first[v], arcs.first[v + 1]):
            x = arcs.head[a]
            for k in range(width):
                through = up[a] + minutes[x, k]
                # Not min(): this form lets the compiler do several targets at once.
                if through < minutes[v, k]:  # noqa: PLR1730
                    minutes[v, k] = through


def above(parent: Int32Array, nodes: IntArray) -> BoolArray:
    """Mark the nodes and all that stand above them, shape (n_nodes,)."""
    marked = np.zeros(parent.size, np.bool_)
    for node in nodes:
        v = node
        while v != -1 and not marked[v]:
            marked[v] = True
            v = parent[v]
    return marked


@cache
def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel by numba: the machine code is kept on disk, and runs without Python's lock.

    Raises
    ------
    ImportError
        Where numba is not installed.
    """
    import numba  # noqa: PLC0415 - an optional extra, needed here alone

    plain: Callable[..., Any] = numba.njit(nogil=True)(kernel)
    try:
        kept = numba.njit(nogil=True, cache=True)(kernel)
    except RuntimeError:
        # Nowhere to keep machine code (a read-only installation without a home folder).
        return plain

    def call(*arguments: Any) -> Any:  # noqa: ANN401 - whatever the kernel takes and gives
        if not damaged:
            try:
                return kept(*arguments)
            except UNREADABLE:
                # It fails before the kernel begins: cut short, of another version, or the disk is full.
                damaged.append(kernel.__name__)
                forget(kept, kernel.__name__)
        return plain(*arguments)

    damaged: list[str] = []
    return call


def forget(kept: Any, name: str) -> None:  # noqa: ANN401 - numba is optional, so its type cannot stand here
    """Remove a kernel's machine code from the disk, so that the next run keeps it anew."""
    with suppress(OSError):
        for path in Path(kept.stats.cache_path).glob(f"*.{name}-*.nb[ic]"):
            path.unlink(missing_ok=True)
