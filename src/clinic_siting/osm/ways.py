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
from clinic_siting.osm.streets import Streets, great_circle_m
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
Box = tuple[float, float, float, float]
STEPS_BETWEEN_REPORTS = 100_000
# Of a clipped extract the nodes beyond its edge are missing; of a broken one, most.
MOST_MISSING = 0.5


@dataclass(slots=True)
class _Ways:
    """Ways as they are read: flat arrays grow, objects would not fit."""

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    n_refs: "array[int]" = field(default_factory=lambda: array("q"))
    kind: "array[int]" = field(default_factory=lambda: array("l"))
    direction: "array[int]" = field(default_factory=lambda: array("b"))
    kinds: dict[Kind, int] = field(default_factory=dict)
    seen: dict[tuple[str | None, ...], int] = field(default_factory=dict)
    ferries: list[tuple[str, list[int]]] = field(default_factory=list)
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
        wanted = np.unique(refs)
        node_id, lon, lat = _collect_nodes(osmium, path, wanted, report)
    except (RuntimeError, SystemError, ValueError, OSError) as problem:
        raise DataError(f"{path} cannot be read as OpenStreetMap data: {_first_line(problem)}.") from problem
    missing = len(wanted) - len(node_id)
    if missing > MOST_MISSING * len(wanted):
        raise DataError(
            f"{path}: {missing:,} of {len(wanted):,} nodes of its roads are missing; was it cut short?"
        )
    report("joining roads", None)
    if box is not None:
        west, south, east, north = box
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        node_id, lon, lat = node_id[inside], lon[inside], lat[inside]
        if not len(node_id):
            raise DataError(f"{path}: none of its roads lies in the area of the zones.")
    return _streets(ways, refs, (node_id, lon, lat), missing)


def _collect_ways(osmium: ModuleType, path: Path, report: Progress) -> _Ways:
    ways = _Ways()
    wanted = [*(("highway", value) for value in DRIVABLE), ("route", "ferry")]
    reader = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.TagFilter(*wanted))
    for way in _reported(reader, "reading roads", report, _share_read(path)):
        tags = way.tags.get
        if not drivable(tags):
            if tags("route") == "ferry":
                ways.ferries.append((tags("name") or "a ferry", [node.ref for node in way.nodes]))
            continue
        if not open_to_patients(tags):
            ways.closed += 1
            continue
        refs = [node.ref for node in way.nodes]
        ways.refs.extend(refs)
        ways.n_refs.append(len(refs))
        ways.kind.append(ways.kind_of(tags))
        ways.direction.append(direction(tags))
    return ways


def _collect_nodes(
    osmium: ModuleType, path: Path, wanted: IntArray, report: Progress
) -> tuple[IntArray, FloatArray, FloatArray]:
    ids, lon, lat = array("q"), array("d"), array("d")
    reader = osmium.FileProcessor(str(path), osmium.osm.NODE)
    if wanted[0] >= 0:
        reader = reader.with_filter(osmium.filter.IdFilter(wanted.tolist()))
    total = len(wanted)
    for node in _reported(reader, "placing roads", report, lambda: min(len(ids) / total, 1.0)):
        ids.append(node.id)
        lon.append(node.lon)
        lat.append(node.lat)
    # A node may stand twice in files pasted together; editors number their new nodes below zero.
    node_id, row = np.unique(np.frombuffer(ids, dtype=np.int64), return_index=True)
    row = row[np.isin(node_id, wanted, assume_unique=True)]
    return (
        np.frombuffer(ids, dtype=np.int64)[row],
        np.frombuffer(lon, dtype=np.float64)[row],
        np.frombuffer(lat, dtype=np.float64)[row],
    )


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


def _first_line(problem: BaseException) -> str:
    return str(problem).strip().split("\n", maxsplit=1)[0].rstrip(".") or type(problem).__name__
