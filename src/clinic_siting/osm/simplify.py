"""From streets to links: what is one road becomes one link, what cannot be reached and left stays out."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clinic_siting.osm.streets import Streets
from clinic_siting.tables import BoolArray, FloatArray, IntArray

MILLIMETRES = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Links between nodes that matter.

    Attributes
    ----------
    start, end
        Rows of the streets' nodes, shape (n_chains,); one-way links run from start to end.
    length_m
        Metres along all stretches of the link.
    both_ways, kind
        As in :class:`Streets`.
    """

    start: IntArray
    end: IntArray
    length_m: FloatArray
    both_ways: BoolArray
    kind: IntArray


def merged_twins(streets: Streets) -> Streets:
    """Make one stretch of two that run between the same nodes and differ in direction at most.

    A road drawn once for each direction, or twice for one, is a road.
    """
    low, high = np.minimum(streets.tail, streets.head), np.maximum(streets.tail, streets.head)
    pair = low * len(streets.node_id) + high
    order = np.argsort(pair, kind="stable")
    same = pair[order][1:] == pair[order][:-1]
    shared = np.zeros(len(pair), dtype=bool)
    shared[order[1:][same]] = True
    shared[order[:-1][same]] = True
    rows = np.flatnonzero(shared)
    twins = pd.DataFrame(
        {
            "pair": pair[rows],
            "kind": streets.kind[rows],
            "mm": np.rint(streets.length_m[rows] * MILLIMETRES),
            "upward": streets.both_ways[rows] | (streets.tail[rows] == low[rows]),
            "downward": streets.both_ways[rows] | (streets.tail[rows] == high[rows]),
            "row": rows,
        }
    )
    merged = twins.groupby(["pair", "kind", "mm"], sort=False).agg(
        row=("row", "min"), upward=("upward", "any"), downward=("downward", "any")
    )
    keep = ~shared
    keep[merged["row"]] = True
    tail, head, both_ways = streets.tail.copy(), streets.head.copy(), streets.both_ways.copy()
    row, upward, downward = (merged[c].to_numpy() for c in ("row", "upward", "downward"))
    tail[row], head[row] = (
        np.where(upward, low[row], high[row]),
        np.where(upward, high[row], low[row]),
    )
    both_ways[row] = upward & downward
    return _chosen(replace(streets, tail=tail, head=head, both_ways=both_ways), keep)


def strongly_connected(streets: Streets) -> tuple[Streets, Streets]:
    """Split off the largest part in which one can drive from anywhere to anywhere.

    Returns
    -------
    tuple
        That part, and the stretches that were left out; both on the same nodes.
    """
    part = _parts(streets, directed=True)
    largest = np.bincount(part).argmax()
    inside = (part[streets.tail] == largest) & (part[streets.head] == largest)
    return _chosen(streets, inside), _chosen(streets, ~inside)


def left_out_pieces(kept: Streets, left_out: Streets) -> pd.DataFrame:
    """Pieces of road that hang together and were left out, longest first.

    Parameters
    ----------
    kept
        The part that was kept.
    left_out
        Stretches on the same nodes.

    Returns
    -------
    pd.DataFrame
        ``km``, ``nodes``, ``lon``, ``lat`` (middle of the piece's nodes), ``joined``: some road leads
        to or from the kept part, in one direction only; ``ferry``: names of ferries that call there.
    """
    nodes = np.unique(np.concatenate([left_out.tail, left_out.head]))
    in_kept = np.zeros(len(kept.node_id), dtype=bool)
    in_kept[kept.tail] = in_kept[kept.head] = True
    # Pieces hang together by nodes of their own: the kept part must not glue them.
    own = ~in_kept[left_out.tail] & ~in_kept[left_out.head]
    part = _parts(_chosen(left_out, own), directed=False)
    piece_of_stretch = part[np.where(in_kept[left_out.tail], left_out.head, left_out.tail)]
    table = pd.DataFrame(
        {
            "piece": piece_of_stretch,
            "km": left_out.length_m / 1000,
            "joined": in_kept[left_out.tail] | in_kept[left_out.head],
        }
    )
    pieces = table.groupby("piece").agg(km=("km", "sum"), joined=("joined", "any"))
    nodes = nodes[~in_kept[nodes]]
    places = pd.DataFrame({"piece": part[nodes], "lon": kept.lon[nodes], "lat": kept.lat[nodes]})
    places = places.groupby("piece").agg(nodes=("lon", "size"), lon=("lon", "median"), lat=("lat", "median"))
    pieces = pieces.join(places).assign(ferry=_ferries_at(kept, part, in_kept))
    pieces = pieces.assign(ferry=pieces["ferry"].fillna(""))
    pieces = pieces.sort_values(["km", "lon", "lat"], ascending=[False, True, True], ignore_index=True)
    return pieces[["km", "nodes", "lon", "lat", "joined", "ferry"]]


def chains(streets: Streets) -> Chains:
    """Join stretches end to end wherever nothing else begins, ends or changes.

    Lengths add up. A node stays where roads meet or end, where the kind of road or its direction
    changes, and one on every loop, so that no link runs from a node to itself.
    """
    stays = ~_passed_through(streets)
    while True:
        label = _chain_labels(streets, stays)
        start, end, loops = _chain_ends(streets, stays, label)
        if not len(loops):
            break
        stays[loops] = True
    first = np.zeros(len(start), dtype=np.int64)
    first[label[::-1]] = np.arange(len(label))[::-1]
    length = np.bincount(label, weights=streets.length_m, minlength=len(start)).astype(float)
    return Chains(start, end, length, streets.both_ways[first], streets.kind[first])


def _passed_through(streets: Streets) -> BoolArray:
    """Whether a node has two stretches of one kind, to two neighbours, that one drives straight through."""
    n_nodes, n = len(streets.node_id), len(streets.tail)
    node = np.concatenate([streets.tail, streets.head])
    order = np.argsort(node, kind="stable")
    degree = np.bincount(node, minlength=n_nodes)
    of_two = order[degree[node[order]] == 2]
    one, two = of_two[0::2], of_two[1::2]
    a, b = one % n, two % n
    far = np.concatenate([streets.head, streets.tail])
    same = (streets.kind[a] == streets.kind[b]) & (streets.both_ways[a] == streets.both_ways[b])
    onward = streets.both_ways[a] | ((one < n) != (two < n))
    passed = np.zeros(n_nodes, dtype=bool)
    passed[node[one]] = same & onward & (far[one] != far[two])
    return passed


def _chain_labels(streets: Streets, stays: BoolArray) -> IntArray:
    """Number of the chain that each stretch belongs to."""
    n = len(streets.tail)
    node = np.concatenate([streets.tail, streets.head])
    inner = np.flatnonzero(~stays[node])
    inner = inner[np.argsort(node[inner], kind="stable")] % n
    label: IntArray = _components(inner[0::2], inner[1::2], n, directed=False)
    return label


def _chain_ends(streets: Streets, stays: BoolArray, label: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """First and last node of each chain; and, where both are one, a node to break the loop at."""
    n_chains = int(label.max()) + 1
    at_tail, at_head = stays[streets.tail], stays[streets.head]
    of = np.concatenate([label[at_tail], label[at_head]])
    ends = np.concatenate([streets.tail[at_tail], streets.head[at_head]])
    # Tails before heads: of a one-way chain, the end it leaves comes first.
    order = np.argsort(of, kind="stable")
    of, ends = of[order], ends[order]
    start, end = (np.full(n_chains, -1) for _ in range(2))
    start[of[0::2]], end[of[1::2]] = ends[0::2], ends[1::2]
    loop = start == end
    if not loop.any():
        return start, end, np.empty(0, dtype=np.int64)
    inside = np.flatnonzero(loop[label])
    node = np.concatenate([streets.tail[inside], streets.head[inside]])
    chain = np.concatenate([label[inside], label[inside]])
    chain, node = chain[~stays[node]], node[~stays[node]]
    anchor = start[chain]
    # The node farthest from the loop's own; on a ring without one, the first.
    away = np.hypot(
        (streets.lon[node] - streets.lon[anchor]) * np.cos(np.deg2rad(streets.lat[node])),
        streets.lat[node] - streets.lat[anchor],
    )
    away = np.where(anchor < 0, 0.0, away)
    order = np.lexsort((node, -away, chain))
    first = order[np.flatnonzero(np.diff(chain[order], prepend=-1))]
    return start, end, node[first]


def _ferries_at(kept: Streets, part: IntArray, in_kept: BoolArray) -> pd.Series:
    calls: dict[int, set[str]] = {}
    for name, ids in zip(kept.ferries["name"], kept.ferries["nodes"], strict=True):
        row = np.minimum(np.searchsorted(kept.node_id, ids), len(kept.node_id) - 1)
        row = row[kept.node_id[row] == np.asarray(ids)]
        for piece in np.unique(part[row[~in_kept[row]]]):
            calls.setdefault(int(piece), set()).add(name)
    return pd.Series({piece: "; ".join(sorted(names)) for piece, names in calls.items()}, dtype=object)


def _parts(streets: Streets, *, directed: bool) -> IntArray:
    back = streets.both_ways
    tail = np.concatenate([streets.tail, streets.head[back]])
    head = np.concatenate([streets.head, streets.tail[back]])
    return _components(tail, head, len(streets.node_id), directed=directed)


def _components(tail: IntArray, head: IntArray, n: int, *, directed: bool) -> IntArray:
    graph = coo_array((np.ones(len(tail), dtype=np.int32), (tail, head)), shape=(n, n)).tocsr()
    _, label = connected_components(graph, directed=directed, connection="strong")
    wide: IntArray = label.astype(np.int64)
    return wide


def _chosen(streets: Streets, keep: BoolArray) -> Streets:
    return replace(
        streets,
        tail=streets.tail[keep],
        head=streets.head[keep],
        length_m=streets.length_m[keep],
        both_ways=streets.both_ways[keep],
        kind=streets.kind[keep],
    )
