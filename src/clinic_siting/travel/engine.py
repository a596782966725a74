"""One network, any minutes: the engine that turns speeds into travel times."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinic_siting.errors import ClinicSitingError, ConfigError, DataError, TableError
from clinic_siting.tables import FloatArray, IntArray, RoadNetwork, Snap, TravelTimes
from clinic_siting.travel import hierarchy as cch
from clinic_siting.travel import searches
from clinic_siting.travel.kernels import Int32Array
from clinic_siting.travel.orders import cached_order, compute_order, read_order

ENGINES = ("auto", "cch", "scipy")
# Below this many directed edges a search takes milliseconds and no order pays for itself.
FEW_EDGES = 50_000
# Engines add the same minutes in another order. Rounded to this many decimals, a journey of exactly
# the standard is within it by either engine.
DECIMALS = 9
# Called with the number of sites done and of all sites.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class TravelMetric:
    """An engine with minutes on its edges: ask it as often as you like.

    Attributes
    ----------
    n_nodes
        Number of nodes.
    minutes_to
        Minutes to some nodes from others, shape (n_targets, n_starts), calling with targets done.
    """

    n_nodes: int
    minutes_to: Callable[[IntArray, IntArray, Callable[[int], None]], FloatArray]

    def times(
        self,
        zones: Snap,
        sites: Snap,
        *,
        door_to_door_min: float = 0.0,
        progress: Progress | None = None,
    ) -> TravelTimes:
        """Shortest minutes from every zone to every site, patient to clinic.

        Way to the road + shortest route on the network + way from the road + ``door_to_door_min``,
        rounded to a billionth of a minute.

        Parameters
        ----------
        zones, sites
            Where the places join the network.
        door_to_door_min
            Minutes added to every journey (parking, walking in).
        progress
            Called with the number of sites done and of all sites.

        Returns
        -------
        TravelTimes
            ``inf`` where there is no route, or a place is too far from any road.

        Raises
        ------
        ConfigError
            Where ``door_to_door_min`` is negative or not finite.
        """
        if not (np.isfinite(door_to_door_min) and door_to_door_min >= 0):
            raise ConfigError(f"door_to_door_min must be 0 or more minutes, not {door_to_door_min}.")
        starts, zone_of = np.unique(zones.node, return_inverse=True)
        targets, site_of = np.unique(sites.node, return_inverse=True)
        found = self.minutes_to(targets, starts, _counted(progress, len(targets), len(sites)))
        minutes = found.T[np.ix_(zone_of, site_of)]
        minutes += zones.minutes[:, None] + sites.minutes[None, :] + door_to_door_min
        return TravelTimes(zones.index, sites.index, np.round(minutes, DECIMALS, out=minutes))

    def node_times(self, sites: Snap) -> FloatArray:
        """Minutes from every node to each site, with the site's own way to the road.

        Parameters
        ----------
        sites
            Where the sites join the network.

        Returns
        -------
        ndarray
            Shape (n_sites, n_nodes), in the order of ``sites``; ``inf`` = no route.
        """
        minutes = self.minutes_to(sites.node, np.arange(self.n_nodes), lambda _: None)
        minutes += sites.minutes[:, None]
        return np.round(minutes, DECIMALS, out=minutes)


@dataclass(frozen=True, slots=True, eq=False)
class TravelEngine:
    """Travel times on one set of directed edges, for any minutes on them.

    Make it once by :func:`travel_engine`; each new period, gate or draw of speeds is then :meth:`on`
    and the question.

    Attributes
    ----------
    name
        ``cch`` (customizable contraction hierarchies) or ``scipy``.
    because
        Why this one, for the log.
    indptr, indices
        The directed edges.
    hierarchy
        The roads in order of contraction, or None for scipy.
    threads
        Threads used side by side.
    """

    name: str
    because: str
    indptr: IntArray
    indices: IntArray
    hierarchy: cch.Hierarchy | None
    threads: int

    @property
    def in_words(self) -> str:
        """Which engine, and why this one, in a line."""
        how = "scipy's plain search, " if self.name == "scipy" else ""
        return f"Travel times by {how}{self.because.rstrip('.')}."

    def on(self, network: RoadNetwork) -> TravelMetric:
        """Lay the minutes of a network on this engine's edges.

        Parameters
        ----------
        network
            With the edges that the engine was made for.

        Returns
        -------
        TravelMetric
            Ready for any number of questions.

        Raises
        ------
        TableError
            Where the network has other edges than the engine.
        """
        self.refuse_other_roads(network)
        if self.hierarchy is None:
            graph = searches.reversed_graph(network)
            return TravelMetric(
                network.n_nodes,
                lambda targets, starts, done: searches.minutes_to(graph, targets, starts, done=done),
            )
        metric = cch.customised(self.hierarchy, network.minutes)
        return TravelMetric(
            network.n_nodes,
            lambda targets, starts, done: cch.minutes_to(
                metric, targets, starts, threads=self.threads, done=done
            ),
        )

    def refuse_other_roads(self, network: RoadNetwork) -> None:
        """Refuse a network whose edges are not this engine's.

        Raises
        ------
        TableError
            Where they differ.
        """
        for mine, other in ((self.indptr, network.indptr), (self.indices, network.indices)):
            if mine is not other and not np.array_equal(mine, other):
                raise TableError("travel engine: the network has other roads than the engine was made for.")


def travel_engine(
    network: RoadNetwork,
    *,
    engine: str = "auto",
    stored_order: bytes | None = None,
    cache_dir: Path | None = None,
    threads: int | None = None,
) -> TravelEngine:
    """Choose and prepare the engine for a network's edges, whatever their minutes.

    Parameters
    ----------
    network
        The directed edges.
    engine
        ``cch`` (fast), ``scipy`` (reference), or ``auto`` for the fastest at hand.
    stored_order
        Content of the file that :func:`~clinic_siting.travel.orders.write_order` wrote for these
        roads. For other roads it does not count.
    cache_dir
        Folder in which orders of other roads are kept; without it they are computed each time.
    threads
        Threads to use; all cores by default.

    Returns
    -------
    TravelEngine
        Its ``name``, and in ``because`` the reason.

    Raises
    ------
    ConfigError
        Where there is no such engine.
    ClinicSitingError
        Where ``cch`` is asked for and cannot be had.
    """
    if engine not in ENGINES:
        raise ConfigError(f"travel engine {engine!r} does not exist; choose one of {', '.join(ENGINES)}.")
    threads = threads or all_cores()

    def by_scipy(because: str) -> TravelEngine:
        return TravelEngine("scipy", because, network.indptr, network.indices, None, threads)

    if engine == "scipy":
        return by_scipy("as asked for")
    if engine == "auto" and len(network.indices) < FEW_EDGES:
        return by_scipy(f"a network of {len(network.indices):,} edges needs no other")
    try:
        _require_numba()
        order, source = _order(network, stored_order, cache_dir)
    except ClinicSitingError as reason:
        if engine == "cch":
            raise
        return by_scipy(f"slower, with the same minutes: {reason.verdict}")
    prepared = cch.build_hierarchy(network, order)
    because = f"contraction hierarchies in an order from {source}"
    return TravelEngine("cch", because, network.indptr, network.indices, prepared, threads)


def all_cores() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _require_numba() -> None:
    try:
        # Imported, not only looked for: an installed numba may refuse the numpy beside it.
        import numba  # noqa: F401, PLC0415 - an optional extra
    except ImportError as missing:
        raise ClinicSitingError(
            "numba cannot be used here; install the extra: pip install 'clinic-siting[fast]'.",
            [str(missing)],
        ) from missing


def _order(
    network: RoadNetwork, stored_order: bytes | None, cache_dir: Path | None
) -> tuple[Int32Array, str]:
    if stored_order is not None:
        try:
            return read_order(stored_order, network), "the data set"
        except DataError:
            # The roads were replaced and the file was not: any order will do, so find another.
            pass
    return compute_order(network) if cache_dir is None else cached_order(network, cache_dir)


def _counted(progress: Progress | None, n_nodes: int, n_sites: int) -> Callable[[int], None]:
    """Turn site nodes done into sites done: several sites may share a node."""
    if progress is None:
        return lambda _: None
    return lambda done: progress(done * n_sites // n_nodes, n_sites)
