"""The way in and out: which reader a file needs, and the tables in a data folder."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from scipy.spatial import cKDTree

from clinic_siting.errors import DataError
from clinic_siting.files import write_file
from clinic_siting.grid import grid_points
from clinic_siting.osm.graphs import download_place, read_graphml
from clinic_siting.osm.network import FARTHEST_ZONE_M, RoadImport, imported
from clinic_siting.osm.streets import Box
from clinic_siting.osm.ways import Progress, read_ways, vintage_of

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
GRAPHML_SUFFIX = ".graphml"
CACHE = Path("~/.cache/clinic-siting/osm")
MANIFEST = "manifest.csv"
NODES, EDGES, LEFT_OUT = "road_nodes.parquet", "road_edges.parquet", "roads_left_out.csv"
PIECES_NAMED = 5


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of a data folder.

    Attributes
    ----------
    content
        Its bytes.
    row
        What the manifest says of it; columns that are not given stay as they are.
    """

    content: bytes
    row: Mapping[str, str]


def read_roads_file(
    path: Path,
    *,
    authorities: pd.DataFrame | None = None,
    box: Box | None = None,
    progress: Progress | None = None,
) -> RoadImport:
    """Read the road network in an OpenStreetMap file.

    Motorways, trunk, primary, secondary, tertiary, unclassified, residential and living streets with
    their links, where the public may drive; ferries are left out. Roads that cross without a common
    node (a bridge) are not joined. Points in the middle of a road go, lengths stay; dead ends stay.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm`` (also ``.gz``, ``.bz2``) or GraphML saved by osmnx.
    authorities
        ``lon``, ``lat``, ``authority`` of places: whose roads lie around them. None: null.
    box
        West, south, east, north in degrees; what lies outside is passed over.
    progress
        Called with what is being done and the share of it that is done, None where it is unknown.

    Returns
    -------
    RoadImport
        The largest network in which all can reach all, and a report of what was left out.

    Raises
    ------
    ClinicSitingError
        Where the library for the file is not installed.
    DataError
        Where the file is missing, of another kind, broken, hostile, or holds no usable roads.
    """
    report = progress or (lambda _what, _share: None)
    name = path.name.lower()
    if not name.endswith((*OSM_SUFFIXES, GRAPHML_SUFFIX)):
        raise DataError(
            f"{path}: not a kind of file that roads are read from; give one of "
            f"{', '.join((*OSM_SUFFIXES, GRAPHML_SUFFIX))}."
        )
    if not path.is_file():
        raise DataError(f"{path}: no such file.")
    if name.endswith(GRAPHML_SUFFIX):
        report("reading the graph", None)
        streets = read_graphml(path, box=box)
    else:
        streets = read_ways(path, box=box, progress=report)
    return imported(streets, authorities=authorities, progress=report)


def file_vintage(path: Path) -> str:
    """Day of an OpenStreetMap file's data, for the manifest; empty where it does not tell."""
    return "" if path.name.lower().endswith(GRAPHML_SUFFIX) else vintage_of(path)


def download_roads(
    place: str,
    *,
    authorities: pd.DataFrame | None = None,
    cache: Path = CACHE,
    progress: Progress | None = None,
) -> RoadImport:
    """Download the road network of a place from OpenStreetMap.

    Parameters
    ----------
    place
        As one would type it into a search: ``"Lewes, England"``.
    authorities
        As for :func:`read_roads_file`.
    cache
        Folder for the servers' answers, so that nothing is asked for twice.
    progress
        As for :func:`read_roads_file`.

    Returns
    -------
    RoadImport
        As :func:`read_roads_file` gives it.

    Raises
    ------
    ClinicSitingError
        Where osmnx is not installed.
    DataError
        Where the servers cannot be reached or do not know the place, or it holds no usable roads.
    """
    report = progress or (lambda _what, _share: None)
    report(f"downloading {place}", None)
    return imported(download_place(place, cache=cache.expanduser()), authorities=authorities, progress=report)


def write_roads(result: RoadImport, folder: Path, *, source: str = "", vintage: str = "") -> list[Path]:
    """Write the road tables into a data folder, with their rows in its manifest.

    Parameters
    ----------
    result
        Roads and what was left out.
    folder
        An existing data folder, whose other files stay, or a new one.
    source, vintage
        For the manifest.

    Returns
    -------
    list
        The files written.

    Raises
    ------
    DataError
        Where the folder's manifest cannot be read.
    OutputError
        Where the folder cannot be written.
    """
    return write_data_files(folder, road_files(result, source=source, vintage=vintage))


def road_files(result: RoadImport, *, source: str, vintage: str = "") -> dict[str, DataFile]:
    """Road tables as files, each with its row of the manifest."""
    row = {
        "publisher": "OpenStreetMap contributors",
        "licence": "Open Database Licence 1.0",
        "vintage": vintage,
        "source": source,
        "note": "No turn restrictions; link geometry is straight between nodes",
    }
    pieces = result.left_out.to_csv(index=False, float_format="%.5f", lineterminator="\n").encode()
    nodes = "Road junctions and ends (lon, lat, junctions within 400 m), numbered along a Hilbert curve"
    links = "Road links: length, class, ramp, one-way (from_node to to_node), authority, number, limit"
    apart = "Pieces of road that cannot be both reached and left, and are not in the network"
    return {
        NODES: DataFile(_parquet(result.roads.nodes), {**row, "title": nodes}),
        EDGES: DataFile(_parquet(result.roads.links), {**row, "title": links}),
        LEFT_OUT: DataFile(pieces, {**row, "title": apart}),
    }


def write_data_files(folder: Path, files: Mapping[str, DataFile]) -> list[Path]:
    """Write files into a data folder, then their rows into its manifest.

    The manifest comes last: a run that dies on the way leaves a folder whose checksums do not fit,
    which is refused, never one that is half new unnoticed.

    Raises
    ------
    DataError
        Where the folder's manifest cannot be read.
    OutputError
        Where the folder cannot be written.
    """
    manifest = _manifest(folder)
    for name, file in files.items():
        for column, value in file.row.items():
            manifest.loc[name, column] = value
        manifest.loc[name, "sha256"] = hashlib.sha256(file.content).hexdigest()
        write_file(folder / name, file.content)
    write_file(folder / MANIFEST, manifest.fillna("").to_csv(lineterminator="\n"))
    return [*(folder / name for name in files), folder / MANIFEST]


def in_words(result: RoadImport, *, places: pd.DataFrame | None = None) -> str:
    """What was imported and what was not, for people.

    Parameters
    ----------
    result
        Roads and what was left out.
    places
        ``lon``, ``lat``, ``name``, by which pieces are called where one lies within 5 km.
    """
    links, pieces = result.roads.links, result.left_out
    km = links["length_m"].sum() / 1000
    shares = ", ".join(
        f"{what} on {100 * links.loc[links[column].notna(), 'length_m'].sum() / 1000 / km:.0f} %"
        for column, what in (("road", "number"), ("authority", "authority"), ("maxspeed_mph", "limit"))
        if column in links
    )
    lines = [f"{len(result.roads.nodes):,} nodes, {len(links):,} links, {km:,.0f} km ({shares})."]
    passed = [f"{number:,} {what}" for what, number in result.counts.items() if number and what != "roads"]
    if passed:
        lines.append(f"Passed over: {', '.join(passed)}.")
    if len(pieces):
        lines.append(
            f"Left out, as they cannot be both reached and left: {pieces['km'].sum():,.1f} km in "
            f"{len(pieces):,} piece(s); the longest:"
        )
    longest = pieces.head(PIECES_NAMED)
    columns = (longest[column] for column in ("km", "lon", "lat", "ferry"))
    for km, lon, lat, ferry, name in zip(*columns, names_at(longest, places), strict=True):
        by_ferry = f"; only a ferry goes there, and ferries are left out: {ferry}" if ferry else ""
        named = f" ({name})" if name else ""
        lines.append(f"  {km:,.1f} km around lon {lon:.3f}, lat {lat:.3f}{named}{by_ferry}")
    if links["road"].isna().all() or links["authority"].isna().all():
        lines.append(
            "No link has both a road number and an authority, so no observed speed applies to any of them."
        )
    return "\n".join(lines)


def names_at(points: pd.DataFrame, places: pd.DataFrame | None) -> list[str]:
    """Name of the place nearest to each point (``lon``, ``lat``); empty where none lies within 5 km."""
    if places is None or places.empty or points.empty:
        return [""] * len(points)
    known, wanted = (grid_points(table["lon"], table["lat"]) for table in (places, points))
    metres, nearest = cKDTree(known).query(wanted)
    names = places["name"].astype(str).to_numpy()[nearest]
    return [name if far <= FARTHEST_ZONE_M else "" for name, far in zip(names, metres, strict=True)]


def _manifest(folder: Path) -> pd.DataFrame:
    columns = ["file", "title", "publisher", "licence", "vintage", "source", "note", "sha256"]
    path = folder / MANIFEST
    if not path.is_file():
        return pd.DataFrame(columns=columns, dtype=str).set_index("file")
    try:
        manifest = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as problem:
        raise DataError(
            f"{path} cannot be read; put it right before roads are written beside it."
        ) from problem
    missing = [column for column in columns if column not in manifest]
    if missing:
        raise DataError(f"{path}: column(s) {', '.join(missing)} missing.")
    return manifest.set_index("file")


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()
