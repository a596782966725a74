"""Roads, their speeds, the routable graph, and where places join it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables.checks import (
    BoolArray,
    FloatArray,
    IntArray,
    check_coordinates,
    check_counts,
    numbers,
    positions,
    require_columns,
)


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Road junctions and the links between them.

    Attributes
    ----------
    nodes
        Row number = node id; ``lon``, ``lat`` in degrees; ``junctions_400m``, a count.
    links
        ``from_node``, ``to_node``, ``length_m`` (along the road), ``road_class``, ``ramp``,
        ``oneway``, ``source``, ``authority`` and ``road`` (number), the last two may be null.
        A one-way link runs from ``from_node`` to ``to_node``; any other runs both ways.

    Raises
    ------
    TableError
        On a length that is not finite and positive, a node that does not exist, or a self-loop.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame

    def __post_init__(self) -> None:
        """Check."""
        require_columns(self.nodes, ("lon", "lat", "junctions_400m"), "road nodes")
        needed = ("from_node", "to_node", "length_m", "road_class", "ramp", "oneway", "authority", "road")
        require_columns(self.links, needed, "road links")
        if self.nodes.empty or self.links.empty:
            raise TableError("roads: there are no nodes or no links; was the file cut short?")
        check_coordinates(self.nodes, "road nodes")
        check_counts(self.nodes, ("junctions_400m",), "road nodes")
        start, end, length = (numbers(self.links[c]) for c in ("from_node", "to_node", "length_m"))
        problems = {
            "length_m is not finite and positive": ~(np.isfinite(length) & (length > 0)),
            "a node does not exist": ~(self._is_node(start) & self._is_node(end)),
            "both ends are the same node": start == end,
        }
        for what, wrong in problems.items():
            if wrong.any():
                rows = [
                    f"link {row}: {start[row]:.12g} → {end[row]:.12g}, {length[row]} m"
                    for row in np.flatnonzero(wrong)
                ]
                raise TableError(f"road links: {what} in {wrong.sum():,} row(s).", rows)

    def _is_node(self, number: FloatArray) -> BoolArray:
        known: BoolArray = (number >= 0) & (number < len(self.nodes)) & (number == np.floor(number))
        return known


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """The routable graph: minutes on every directed edge, in compressed sparse rows.

    Attributes
    ----------
    lon, lat
        Degrees, shape (n_nodes,).
    indptr, indices
        CSR structure: the edges out of node ``u`` end at ``indices[indptr[u]:indptr[u + 1]]``.
    minutes
        Minutes of each directed edge, shape (n_edges,); of parallel links the quickest.
    anchor
        Whether a journey may begin or end at the node, shape (n_nodes,).

    Raises
    ------
    TableError
        Where an edge's minutes are not finite and positive.
    """

    lon: FloatArray
    lat: FloatArray
    indptr: IntArray
    indices: IntArray
    minutes: FloatArray
    anchor: BoolArray

    def __post_init__(self) -> None:
        """Check and seal."""
        wrong = ~(np.isfinite(self.minutes) & (self.minutes > 0))
        if wrong.any():
            tails = np.repeat(np.arange(self.n_nodes), np.diff(self.indptr))
            rows = [
                f"{tails[e]} → {self.indices[e]}: {self.minutes[e]} minutes" for e in np.flatnonzero(wrong)
            ]
            raise TableError(f"road network: {wrong.sum():,} edge(s) without finite, positive minutes.", rows)
        for array in (self.lon, self.lat, self.indptr, self.indices, self.minutes, self.anchor):
            array.flags.writeable = False

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)


@dataclass(frozen=True, slots=True, eq=False)
class SpeedTables:
    """The tables from which a link's minutes follow, as they stand in the data set's CSV files.

    Attributes
    ----------
    speeds
        ``road_class``, ``setting``, ``carriageway``, ``kph``.
    observed
        ``authority``, ``authority_name``, ``road``, ``kph``, ``delay_s_per_km``.
    periods
        ``period``, ``delay_ratio``; ``fitted_ratio``, minutes of the period ÷ fitted minutes, for roads
        whose speeds nobody observed.
    area_factors
        ``authority``, ``authority_name`` and a column of factors for each period.

    Raises
    ------
    TableError
        On a missing column, a key that occurs twice, a speed or factor that is not finite and
        positive, or a delay that is not finite and 0 or more, or no shorter than the drive it is part of.
    """

    speeds: pd.DataFrame
    observed: pd.DataFrame
    periods: pd.DataFrame
    area_factors: pd.DataFrame

    def __post_init__(self) -> None:
        """Check."""
        keys = {
            "speeds": ["road_class", "setting", "carriageway"],
            "observed": ["authority", "road"],
            "periods": ["period"],
            "area_factors": ["authority"],
        }
        positive = {"speeds": ["kph"], "observed": ["kph"]}
        at_least_0 = {"observed": ["delay_s_per_km"], "periods": ["delay_ratio"]}
        for name, key in keys.items():
            table: pd.DataFrame = getattr(self, name)
            figures = positive.get(name, []) + at_least_0.get(name, [])
            require_columns(table, [*key, *figures], name)
            twice = table[table.duplicated(key)]
            if len(twice):
                raise TableError(
                    f"{name}: {len(twice)} row(s) repeat a key.",
                    twice[key].itertuples(index=False, name=None),
                )
            check_counts(table, figures, name)
            for column in positive.get(name, []):
                zero = table[column] == 0
                if zero.any():
                    raise TableError(f"{name}: {column} is 0; give km/h above 0.", _keys(table[zero], key))
        observed = self.observed
        endless = numbers(observed["delay_s_per_km"]) * numbers(observed["kph"]) >= 3600
        if endless.any():
            raise TableError(
                "observed: delay_s_per_km is no shorter than the whole drive of a kilometre (3600 ÷ kph) in "
                f"{endless.sum():,} row(s).",
                _keys(observed[endless], ["authority", "road"]),
            )
        factors = self.area_factors.drop(columns=["authority", "authority_name"], errors="ignore")
        values = factors.apply(numbers).to_numpy(dtype=float)
        if not (np.isfinite(values) & (values > 0)).all():
            raise TableError("area_factors: every factor must be a number above 0.")


def _keys(rows: pd.DataFrame, key: list[str]) -> list[str]:
    return [" ".join(map(str, row)) for row in rows[key].itertuples(index=False, name=None)]


@dataclass(frozen=True, slots=True, eq=False)
class Snap:
    """Where places join the road network, and what the way to the road costs.

    Attributes
    ----------
    index
        Ids of the places, in the order given.
    node
        Node of the network at which each place joins, shape (n_places,).
    straight_m
        Straight metres from the place to that node, shape (n_places,).
    minutes
        Minutes of the way to the road, shape (n_places,); ``inf`` where it is too far.

    Raises
    ------
    TableError
        Where the shapes differ, or minutes or metres are NaN or negative.
    """

    index: pd.Index
    node: IntArray
    straight_m: FloatArray
    minutes: FloatArray

    def __post_init__(self) -> None:
        """Check and seal."""
        if not len(self.index) == len(self.node) == len(self.straight_m) == len(self.minutes):
            raise TableError("snap: index, node, straight_m and minutes differ in length.")
        for name, values in (("straight_m", self.straight_m), ("minutes", self.minutes)):
            wrong = ~(values >= 0)
            if wrong.any():
                raise TableError(f"snap: {name} is NaN or negative.", self.index[wrong])
        for array in (self.node, self.straight_m, self.minutes):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Count the places."""
        return len(self.index)

    def __getitem__(self, rows: slice) -> "Snap":
        """Return the places in some rows."""
        return Snap(self.index[rows], self.node[rows], self.straight_m[rows], self.minutes[rows])

    def of(self, ids: Iterable[str]) -> "Snap":
        """The places with these ids, in the order given."""
        row = positions(self.index, ids, "snap")
        return Snap(self.index[row], self.node[row], self.straight_m[row], self.minutes[row])
