"""OpenStreetMap files (.osm, .osm.pbf, also packed) become streets: two passes, ways then their nodes."""

import os
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from clinic_siting.errors import ClinicSitingError, DataError
from clinic_siting.osm.streets import Box, Streets, great_circle_m
from clinic_siting.osm.tags import (
    DRIVABLE,
    KIND_KEYS,
    Kind,
    Tags,
    direction,
    drivable,
    kind,
    open_to_patients,
)
from clinic_siting.tables import FloatArray, IntArray

# Called with what is being done and the share of it that is done, where that is known.
Progress = Callable[[str, float | None], None]
STEPS_BETWEEN_REPORTS = 100_000
# Of a clipped extract the nodes beyond its edge are missing; of a broken one, most.
MOST_MISSING = 0.5
# Beyond it osmium would make room for all ids below (OpenStreetMap stands at a hundredth of it).
LARGEST_ID = 1 << 40
# Of a line in hexadecimal well-known binary: byte order, kind and number of points.
WKB_HEAD = 18


def _no_tags(_key: str) -> None:
    """Tags of a road that is no more."""


@dataclass(slots=True)
class _Ways:
    """Ways as they are read: flat arrays grow, objects would not fit.

    ``taken`` says of every way that came through the filter whether it is among the others' rows.
    """

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    n_refs: "array[int]" = field(default_factory=lambda: array("q"))
    kind: "array[int]" = field(default_factory=lambda: array("l"))
    direction: "array[int]" = field(default_factory=lambda: array("b"))
    kinds: dict[Kind, int] = field(default_factory=dict)
    seen: dict[tuple[str | None, ...], int] = field(default_factory=dict)
    ferries: list[tuple[str, list[int]]] = field(default_factory=list)
    taken: bytearray = field(default_factory=bytearray)
    closed: int = 0

    def kind_of(self, tags: Tags) -> int:
        """Row of the way's kind; few tags make many ways, so each is understood once."""
        key = tuple(map(tags, KIND_KEYS))
        row = self.seen.get(key)
        if row is None:
            row = self.seen[key] = self.kinds.setdefault(kind(tags), len(self.kinds))
        return row


def read_ways(path: Path, *, box: Box | None = None, progress: Progress | None = None) -> Streets:
    """Read the drivable roads of an OpenStreetMap file.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm`` or a packed ``.osm``.
    box
        West, south, east, north in degrees; roads outside are passed over.
    progress
        Called with what is being done and the share that is done, None where it is unknown.

    Returns
    -------
    Streets
        A stretch between any two neighbouring nodes of a way.

    Raises
    ------
    ClinicSitingError
        Where osmium is not installed.
    DataError
        Where the file cannot be read, holds no drivable road, or lacks most of the roads' nodes.
    """
    osmium, report = _osmium(), progress or (lambda _what, _share: None)
    try:
        ways = _collect_ways(osmium, path, report)
        if not ways.n_refs:
            raise DataError(
                f"{path}: there are no roads for cars in it; is it an OpenStreetMap file with highways?"
            )
        refs = np.frombuffer(ways.refs, dtype=np.int64)
        usual = refs.min() >= 0 and refs.max() <= LARGEST_ID
        place = _places_along(osmium, path, ways, report) if usual else np.empty((0, 2))
        if np.isfinite(place).all(axis=1).sum() < (1 - MOST_MISSING) * len(refs):
            place = _places_one_by_one(osmium, path, refs)
    except (RuntimeError, SystemError, ValueError, OSError, osmium.InvalidLocationError) as problem:
        raise _unreadable(path, problem) from problem
    report("joining roads", None)
    node_id, first = np.unique(refs, return_index=True)
    lon, lat = place[first].T
    known = np.isfinite(lon)
    missing = int(np.sum(~known))
    if missing > MOST_MISSING * len(known):
        raise DataError(
            f"{path}: {missing:,} of {len(known):,} nodes of its roads are missing; was it cut short?"
        )
    if box is not None:
        west, south, east, north = box
        known &= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if not known.any():
            raise DataError(f"{path}: none of its roads lies in the area of the zones.")
    nodes = (node_id[known], lon[known], lat[known])
    return _streets(ways, refs, nodes, missing)


def vintage_of(path: Path) -> str:
    """Day of the data as the file's header tells it; empty where it does not.

    Raises
    ------
    DataError
        Where the file cannot be read.
    """
    osmium = _osmium()
    try:
        with osmium.io.Reader(_file(osmium, path), osmium.osm.NOTHING) as reader:
            header = reader.header()
            found = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    except (RuntimeError, OSError) as problem:
        raise _unreadable(path, problem) from problem
    return str(found or "")[:10]


def _collect_ways(osmium: ModuleType, path: Path, report: Progress) -> _Ways:
    ways, before = _Ways(), None
    reader = osmium.FileProcessor(_file(osmium, path), osmium.osm.WAY).with_filter(_way_filter(osmium))
    for way in _reported(reader, "reading roads", report, _share_read(path)):
        if way.id == before:
            raise DataError(
                f"{path}: way {way.id} is there in several versions, as in a file of OpenStreetMap's whole "
                "history; give an extract of one day."
            )
        before, tags = way.id, _no_tags if way.deleted else way.tags.get
        taken = drivable(tags) and open_to_patients(tags)
        ways.taken.append(taken)
        if taken:
            refs = [node.ref for node in way.nodes]
            ways.refs.extend(refs)
            ways.n_refs.append(len(refs))
            ways.kind.append(ways.kind_of(tags))
            ways.direction.append(direction(tags))
        elif drivable(tags):
            ways.closed += 1
        elif tags("route") == "ferry":
            ways.ferries.append((tags("name") or "a ferry", [node.ref for node in way.nodes]))
    return ways


def _way_filter(osmium: ModuleType) -> Any:  # noqa: ANN401 - osmium is optional, so its type cannot stand here
    wanted = [*(("highway", value) for value in DRIVABLE), ("route", "ferry")]
    return osmium.filter.TagFilter(*wanted).enable_for(osmium.osm.WAY)


def _places_along(osmium: ModuleType, path: Path, ways: _Ways, report: Progress) -> FloatArray:
    """Longitude and latitude of every reference along the ways, shape (n_refs, 2); NaN where unknown.

    Nodes never reach Python, which would take thrice as long: osmium keeps those that roads need and
    writes each way's as a line in well-known binary.
    """
    lines: list[str] = []
    write, total = osmium.geom.WKBFactory().create_linestring, len(ways.taken)

    class Lines(osmium.SimpleHandler):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.number = -1

        def way(self, way: Any) -> None:  # noqa: ANN401 - as above
            self.number += 1
            if self.number % STEPS_BETWEEN_REPORTS == 0:
                report("placing roads", self.number / total)
            if ways.taken[self.number]:
                try:
                    lines.append(write(way, osmium.geom.use_nodes.ALL)[WKB_HEAD:])
                except (RuntimeError, osmium.InvalidLocationError):
                    lines.append(_known_places(way))

    nodes = osmium.filter.IdFilter(np.unique(np.frombuffer(ways.refs, dtype=np.int64)).tolist())
    index = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    index.ignore_errors()
    reader = osmium.io.Reader(_file(osmium, path), osmium.osm.NODE | osmium.osm.WAY)
    osmium.apply(reader, nodes.enable_for(osmium.osm.NODE), _way_filter(osmium), index, Lines())
    report("placing roads", 1.0)
    return np.frombuffer(bytes.fromhex("".join(lines)), dtype="<f8").reshape(-1, 2)


def _known_places(way: Any) -> str:  # noqa: ANN401 - as above
    """Line of a way of which some nodes are missing, in the same hexadecimal digits."""
    places = [(node.lon, node.lat) if node.location.valid() else (np.nan, np.nan) for node in way.nodes]
    return np.array(places, dtype="<f8").tobytes().hex()


def _places_one_by_one(osmium: ModuleType, path: Path, refs: IntArray) -> FloatArray:
    """Find the same for files that number nodes below zero or put ways first; osmium keeps none of those."""
    place = {
        node.id: (node.lon, node.lat) for node in osmium.FileProcessor(_file(osmium, path), osmium.osm.NODE)
    }
    return np.array([place.get(ref, (np.nan, np.nan)) for ref in refs.tolist()])


def _streets(
    ways: _Ways, refs: IntArray, nodes: tuple[IntArray, FloatArray, FloatArray], missing: int
) -> Streets:
    node_id, lon, lat = nodes
    row = np.minimum(np.searchsorted(node_id, refs), len(node_id) - 1)
    known = node_id[row] == refs
    way = np.repeat(np.arange(len(ways.n_refs)), np.frombuffer(ways.n_refs, dtype=np.int64))
    step = (way[1:] == way[:-1]) & known[1:] & known[:-1] & (refs[1:] != refs[:-1])
    tail, head, way = row[:-1][step], row[1:][step], way[:-1][step]
    along = np.frombuffer(ways.direction, dtype=np.int8)[way]
    tail, head = np.where(along < 0, head, tail), np.where(along < 0, tail, head)
    counts = {
        "roads": len(ways.n_refs),
        "roads closed to the public": ways.closed,
        "ferries": len(ways.ferries),
        "nodes missing from the file": missing,
    }
    return Streets(
        node_id=node_id,
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        length_m=great_circle_m(lon, lat, tail, head),
        both_ways=along == 0,
        kind=np.frombuffer(ways.kind, dtype=np.dtype("l")).astype(np.int64)[way],
        kinds=tuple(ways.kinds),
        ferries=pd.DataFrame(ways.ferries, columns=["name", "nodes"]),
        counts=counts,
    )


def _reported(
    items: Iterable[Any], what: str, report: Progress, share: Callable[[], float | None]
) -> Iterator[Any]:
    """Pass items through, saying now and then how far things are."""
    report(what, 0.0)
    for number, item in enumerate(items, start=1):
        if number % STEPS_BETWEEN_REPORTS == 0:
            report(what, share())
        yield item
    report(what, 1.0)


def _share_read(path: Path) -> Callable[[], float | None]:
    """How much of the file the reader has taken in; only Linux tells, elsewhere None."""
    size, name, open_files = path.stat().st_size, os.fspath(path.resolve()), Path("/proc/self/fd")

    def share() -> float | None:
        try:
            for handle in open_files.iterdir():
                if os.fspath(handle.readlink()) == name:
                    position = Path("/proc/self/fdinfo", handle.name).read_text(encoding="ascii").split()[1]
                    return min(int(position) / size, 1.0)
        except (OSError, ValueError, IndexError):
            return None
        return None

    return share


def _osmium() -> ModuleType:
    try:
        import osmium  # noqa: PLC0415 - an optional extra, needed here alone
    except ImportError as missing:
        raise ClinicSitingError(
            "osmium is not installed; install the extra: pip install 'clinic-siting[osm]'."
        ) from missing
    module: ModuleType = osmium
    return module


def _file(osmium: ModuleType, path: Path) -> Any:  # noqa: ANN401 - as above
    """Name the file's format, which osmium does not know by the large letters of a suffix."""
    name = path.name.lower()
    return osmium.io.File(str(path), "pbf" if name.endswith(".pbf") else name[name.rindex(".osm") + 1 :])


def _unreadable(path: Path, problem: BaseException) -> DataError:
    return DataError(
        f"{path} cannot be read as OpenStreetMap data: {_first_line(problem)}; was it downloaded whole?"
    )


def _first_line(problem: BaseException) -> str:
    return str(problem).strip().split("\n", maxsplit=1)[0].rstrip(".") or type(problem).__name__
