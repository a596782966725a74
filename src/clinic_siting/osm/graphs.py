"""Graphs that osmnx saved or downloads become streets."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.parsers import expat

import numpy as np

from clinic_siting.errors import ClinicSitingError, DataError
from clinic_siting.osm.streets import SHORTEST_M, Box, Streets, great_circle_m, no_ferries
from clinic_siting.osm.tags import ACCESS_KEYS, CLOSED, DRIVABLE, Kind, drivable, kind, open_to_patients
from clinic_siting.tables import DEGREES

# Where several stretches became one edge, it counts as the humblest of their classes.
_RANK = {highway: rank for rank, highway in enumerate(DRIVABLE)}
_PRELUDE = 1 << 16
# What reading a file that is no graph of osmnx's ends in; XML's own errors are SyntaxErrors, those of
# map projections RuntimeErrors.
_UNREADABLE = (
    SyntaxError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RuntimeError, OSError
)  # fmt: skip


def read_graphml(path: Path, *, box: Box | None = None) -> Streets:
    """Read the drivable edges of a GraphML file saved by osmnx, all or those inside a box in degrees.

    Raises
    ------
    ClinicSitingError
        Where osmnx is not installed.
    DataError
        Where the file declares a document type (entities of which could read other files or swell
        without end), cannot be read, is undirected, or holds no drivable road.
    """
    _refuse_document_type(path)
    osmnx = _osmnx()
    from networkx import NetworkXException  # noqa: PLC0415 - comes with osmnx

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a value without a declared kind is text
            graph = osmnx.load_graphml(path)
        if not graph.is_directed():
            raise DataError(f"{path}: the graph is undirected; one-way streets would be lost.")
        if str(graph.graph.get("crs", DEGREES)).upper() != DEGREES:
            graph = osmnx.project_graph(graph, to_latlong=True)
        if box is not None:
            west, south, east, north = box
            places = graph.nodes(data=True)
            outside = [n for n, at in places if not (west <= at["x"] <= east and south <= at["y"] <= north)]
            graph.remove_nodes_from(outside)
        return _streets(graph, str(path))
    except (*_UNREADABLE, NetworkXException) as problem:
        what = " ".join(str(problem).split())[:200] or type(problem).__name__
        raise DataError(f"{path} cannot be read as GraphML saved by osmnx: {what}.") from problem


def download_place(place: str, *, cache: Path) -> Streets:
    """Download the drivable roads of a place, politely: what was asked once is kept in ``cache``.

    Raises
    ------
    ClinicSitingError
        Where osmnx is not installed.
    DataError
        Where the internet or the servers cannot be reached, or do not know the place.
    """
    osmnx = _osmnx()
    roads = f'["highway"~"^({"|".join(DRIVABLE)})$"]["area"!~"yes"]'
    try:
        with _settings(osmnx, cache):
            graph = osmnx.graph_from_place(place, custom_filter=roads, simplify=False, retain_all=True)
    except OSError as problem:
        raise DataError(
            f"{place}: OpenStreetMap's servers cannot be reached; is there an internet connection? "
            "Without one, import a file that was downloaded elsewhere: clinic-siting roads import FILE."
        ) from problem
    except (ValueError, TypeError) as problem:
        what = " ".join(str(problem).split())[:200]
        raise DataError(
            f"{place}: OpenStreetMap has no roads for it; try a fuller name, as 'Lewes, England' ({what})."
        ) from problem
    return _streets(graph, place)


def _streets(graph: Any, name: str) -> Streets:  # noqa: ANN401 - networkx is optional, so its type cannot stand here
    nodes = sorted(graph.nodes)
    row = {node: number for number, node in enumerate(nodes)}
    lon, lat = (np.array([graph.nodes[node][axis] for node in nodes], dtype=float) for axis in ("x", "y"))
    kinds: dict[Kind, int] = {}
    edges: list[tuple[int, int, float, int]] = []
    counts = {"roads": 0, "roads closed to the public": 0, "loops": 0}
    for u, v, data in graph.edges(data=True):
        tags = {key: _one(key, value) for key, value in data.items()}.get
        if not drivable(tags):
            continue
        counts["roads"] += 1
        if not open_to_patients(tags):
            counts["roads closed to the public"] += 1
        elif u == v:
            counts["loops"] += 1
        else:
            number = kinds.setdefault(kind(tags), len(kinds))
            edges.append((row[u], row[v], float(data.get("length", np.nan)), number))
    if not edges:
        raise DataError(f"{name}: there are no roads for cars in it, or none where the zones are.")
    tail, head, length, kind_row = (np.array(column) for column in zip(*edges, strict=True))
    length = np.where(np.isnan(length), great_circle_m(lon, lat, tail, head), length)
    return Streets(
        node_id=np.arange(len(nodes)) if isinstance(nodes[0], str) else np.array(nodes, dtype=np.int64),
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        length_m=np.where(length == 0, SHORTEST_M, length),
        both_ways=np.zeros(len(tail), dtype=bool),
        kind=kind_row,
        kinds=tuple(kinds),
        ferries=no_ferries(),
        counts=counts,
    )


def _one(key: str, value: object) -> str | None:
    """Read one value where osmnx made a list of those along the edge."""
    if not isinstance(value, list):
        return None if value is None or value != value else str(value)  # noqa: PLR0124 - NaN alone differs from itself
    values = [str(v) for v in value]
    if key == "highway":
        known = [v for v in values if v in _RANK]
        return max(known, key=_RANK.__getitem__) if len(known) == len(values) else None
    if key in ACCESS_KEYS:
        return next((v for v in values if v in CLOSED), values[0])
    if key == "ref":
        return ";".join(values)
    return values[0] if len(set(values)) == 1 else None


def _refuse_document_type(path: Path) -> None:
    """Look at the file up to its first element, where alone a document type may stand."""

    def refuse(*_: object) -> None:
        raise DataError(
            f"{path} declares a document type, which osmnx never writes and which may read other files; "
            "it was not opened."
        )

    class _BodyReachedError(Exception):
        pass

    def stop(*_: object) -> None:
        raise _BodyReachedError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = refuse, stop
    try:
        with path.open("rb") as file:
            while chunk := file.read(_PRELUDE):
                parser.Parse(chunk)
            parser.Parse(b"", True)  # noqa: FBT003 - expat's own signature
    except _BodyReachedError:
        return
    except (expat.ExpatError, LookupError, ValueError) as problem:  # among them an encoding nobody knows
        raise DataError(f"{path} cannot be read as GraphML: {problem}.") from problem
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {problem.strerror}.") from problem


@contextmanager
def _settings(osmnx: ModuleType, cache: Path) -> Iterator[None]:
    """Let osmnx cache and keep access tags; its settings are global, so put them back."""
    settings = osmnx.settings
    before = (settings.use_cache, settings.cache_folder, settings.useful_tags_way)
    settings.use_cache, settings.cache_folder = True, str(cache)
    settings.useful_tags_way = sorted({*settings.useful_tags_way, *ACCESS_KEYS})
    try:
        yield
    finally:
        settings.use_cache, settings.cache_folder, settings.useful_tags_way = before


def _osmnx() -> ModuleType:
    try:
        import osmnx  # noqa: PLC0415 - an optional extra, needed here alone
    except ImportError as missing:
        raise ClinicSitingError(
            "osmnx is not installed; install the extra: pip install 'clinic-siting[osm]'."
        ) from missing
    module: ModuleType = osmnx
    return module
