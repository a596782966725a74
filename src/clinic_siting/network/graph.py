"""The routable graph: from links and their minutes to one quickest edge a directed pair."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError, DataError
from clinic_siting.tables import BoolArray, FloatArray, IntArray, RoadNetwork, Roads

# Where drivers cannot set out or arrive: no kerb, or (connectors) no road in the world.
NO_STOPPING_CLASSES = ("motorway", "connector")


@dataclass(frozen=True, slots=True)
class Gate:
    """A line across the roads that costs extra minutes: a toll, a ferry, a tunnel's queue.

    Attributes
    ----------
    name
        For messages.
    line
        Two or more points (lon, lat) in degrees.
    minutes
        Added once to every directed link that crosses the line.

    Raises
    ------
    ConfigError
        Where the line has fewer than two points, or minutes are negative or not finite.
    """

    name: str
    line: tuple[tuple[float, float], ...]
    minutes: float

    def __post_init__(self) -> None:
        """Check."""
        if len(self.line) < 2 or not np.isfinite(np.asarray(self.line, dtype=float)).all():
            raise ConfigError(f"gate {self.name}: line needs two or more points [lon, lat].")
        if not (np.isfinite(self.minutes) and self.minutes >= 0):
            raise ConfigError(f"gate {self.name}: minutes must be 0 or more, not {self.minutes}.")


@dataclass(frozen=True, slots=True, eq=False)
class RoadTopology:
    """The part of a network that no speed can change: which directed edges there are.

    A new period, gate or draw of speeds is then :meth:`network` alone, in milliseconds.

    Attributes
    ----------
    lon, lat, anchor, indptr, indices
        As in :class:`~clinic_siting.tables.RoadNetwork`.
    link
        For each directed link, sorted by its edge, the row of ``roads.links``; shape (n_directed,).
    first
        Where each edge's run of parallel links begins in ``link``, shape (n_edges,).
    """

    lon: FloatArray
    lat: FloatArray
    anchor: BoolArray
    indptr: IntArray
    indices: IntArray
    link: IntArray
    first: IntArray

    def network(self, minutes: pd.Series | FloatArray, *, extra: FloatArray | None = None) -> RoadNetwork:
        """Take the quickest of parallel links on every edge.

        Parameters
        ----------
        minutes
            Minutes of each link, in the order of ``roads.links``.
        extra
            Minutes that gates add to each link.

        Returns
        -------
        RoadNetwork
            Sharing this topology's arrays.

        Raises
        ------
        DataError
            Where a link's minutes are zero, negative, endless or missing.
        """
        of_link = np.asarray(minutes, dtype=float)
        wrong = ~(np.isfinite(of_link) & (of_link > 0))
        if wrong.any():
            rows = [f"link {row}: {of_link[row]} minutes" for row in np.flatnonzero(wrong)]
            raise DataError(f"roads: {wrong.sum():,} link(s) without finite, positive minutes.", rows)
        if extra is not None:
            of_link = of_link + extra
        quickest = np.minimum.reduceat(of_link[self.link], self.first)
        return RoadNetwork(self.lon, self.lat, self.indptr, self.indices, quickest, self.anchor)


def road_topology(roads: Roads) -> RoadTopology:
    """Sort directed links into edges: both ways unless one-way, parallel ones together."""
    links, n_nodes = roads.links, len(roads.nodes)
    start = links["from_node"].to_numpy(dtype=np.int64)
    end = links["to_node"].to_numpy(dtype=np.int64)
    both = np.flatnonzero(~links["oneway"].to_numpy(dtype=bool))
    pair = np.concatenate([start * n_nodes + end, end[both] * n_nodes + start[both]])
    link = np.concatenate([np.arange(len(links)), both])
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    tail, head = np.divmod(pair[first], n_nodes)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n_nodes))])
    ordinary = ~(links["road_class"].isin(NO_STOPPING_CLASSES) | links["ramp"]).to_numpy(dtype=bool)
    anchor = np.zeros(n_nodes, dtype=bool)
    anchor[start[ordinary]] = True
    anchor[end[ordinary]] = True
    lon, lat = (roads.nodes[c].to_numpy(dtype=float, copy=True) for c in ("lon", "lat"))
    return RoadTopology(lon, lat, anchor, indptr, head, link[order], first)


def road_network(roads: Roads, minutes: pd.Series | FloatArray, *, gates: Iterable[Gate] = ()) -> RoadNetwork:
    """Routable graph of the roads with these minutes.

    Parameters
    ----------
    roads
        Links and their nodes.
    minutes
        Minutes of each link, in the order of ``roads.links``.
    gates
        Lines that cost extra.

    Returns
    -------
    RoadNetwork
        One edge a directed pair: the quickest of parallel links, never their sum.

    Raises
    ------
    ConfigError
        Where no link crosses a gate.
    DataError
        Where a link's minutes are zero, negative, endless or missing.
    """
    return road_topology(roads).network(minutes, extra=gate_minutes(roads, gates))


def gate_minutes(roads: Roads, gates: Iterable[Gate]) -> FloatArray:
    """Minutes that gates add to each link, shape (n_links,).

    Raises
    ------
    ConfigError
        Where no link crosses a gate.
    """
    extra = np.zeros(len(roads.links))
    for gate in gates:
        crosses = links_across(roads, gate.line)
        if not crosses.any():
            raise ConfigError(
                f"gate {gate.name}: no road link crosses its line; are its points [lon, lat]?",
                [f"{lon}, {lat}" for lon, lat in gate.line],
            )
        extra[crosses] += gate.minutes
    return extra


def links_across(roads: Roads, line: tuple[tuple[float, float], ...]) -> BoolArray:
    """Whether each link's straight segment crosses the line, shape (n_links,).

    A point that lies on the line counts as on its left, so that a journey through a node on the
    line crosses once, not twice.
    """
    lon, lat = roads.nodes["lon"].to_numpy(dtype=float), roads.nodes["lat"].to_numpy(dtype=float)
    start, end = roads.links["from_node"].to_numpy(), roads.links["to_node"].to_numpy()
    ax, ay, bx, by = lon[start], lat[start], lon[end], lat[end]
    crosses = np.zeros(len(start), dtype=bool)
    for (px, py), (qx, qy) in itertools.pairwise(line):
        left_a = (qx - px) * (ay - py) >= (qy - py) * (ax - px)
        left_b = (qx - px) * (by - py) >= (qy - py) * (bx - px)
        left_p = (bx - ax) * (py - ay) >= (by - ay) * (px - ax)
        left_q = (bx - ax) * (qy - ay) >= (by - ay) * (qx - ax)
        crosses |= (left_a != left_b) & (left_p != left_q)
    return crosses
