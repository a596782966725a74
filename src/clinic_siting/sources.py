"""A data folder becomes tables: nothing is read that its manifest does not vouch for."""

import hashlib
import io
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.errors import DataError
from clinic_siting.spreadsheets import read_bytes, read_table
from clinic_siting.tables import DEGREES, DemandZones, Roads, Sites

MANIFEST = "manifest.csv"
MANIFEST_COLUMNS = ("file", "title", "publisher", "licence", "vintage", "source", "note", "sha256")
# What the libraries that read shapes end in where a file holds none.
UNREADABLE = (ValueError, OSError, RuntimeError, LookupError, TypeError, AttributeError)
IF_MISSING = "restore it, or point `data:` at another folder"
BOUNDARIES = {
    "msoa": "msoa.parquet",
    "alliances": "alliances.geojson",
    "icbs": "icbs.geojson",
    "counties": "counties.geojson",
    "land": "land.geojson",
}
# By which column shapes meet the zones' groups; land only lies behind them.
NAMED_BY = {"msoa": "msoa", "alliances": "alliance_name", "icbs": "icb_name", "counties": "county"}
# Zones and sites may lie this far beyond the outermost road (about 30 km): an island, a headland.
BOUNDS_MARGIN_DEG = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class DataFolder:
    """A folder of figures with the manifest that names and seals them.

    Attributes
    ----------
    path
        The folder.
    manifest
        Index ``file``; title, publisher, licence, vintage, source, note and sha256 of each.
    """

    path: Path
    manifest: pd.DataFrame

    def read(self, file: str) -> bytes:
        """Bytes of one file, after its checksum was compared with the manifest's.

        Raises
        ------
        DataError
            Where the manifest does not name the file, or it is missing or altered.
        """
        if file not in self.manifest.index:
            raise DataError(f"{self.path / MANIFEST}: {file} is not listed; add its row with its checksum.")
        content = read_bytes(self.path / file, if_missing=IF_MISSING)
        expected, found = str(self.manifest.at[file, "sha256"]), hashlib.sha256(content).hexdigest()
        if found != expected:
            raise DataError(
                f"{self.path / file} is not the file its manifest describes; restore it, or put the new "
                f"checksum into {MANIFEST}.",
                [f"expected sha256 {expected}", f"found    sha256 {found}"],
            )
        return content

    def table(self, file: str, *, as_text: tuple[str, ...] = ()) -> pd.DataFrame:
        """One CSV (``.csv`` or ``.csv.gz``) or Parquet file as a table."""
        return read_table(self.read(file), self.path / file, as_text=as_text)


def open_data(folder: Path) -> DataFolder:
    """Open a data folder by reading its manifest.

    Raises
    ------
    DataError
        Where the folder or its manifest is missing, or the manifest lacks a column or names a
        file twice.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such data folder.")
    content = read_bytes(folder / MANIFEST, if_missing=IF_MISSING)
    manifest = read_table(content, folder / MANIFEST, all_text=True)
    missing = [column for column in MANIFEST_COLUMNS if column not in manifest.columns]
    if missing:
        raise DataError(f"{folder / MANIFEST}: column(s) {', '.join(missing)} missing.")
    twice = manifest.loc[manifest["file"].duplicated(), "file"]
    if len(twice):
        raise DataError(f"{folder / MANIFEST}: a file is listed twice.", twice)
    return DataFolder(folder, manifest.set_index("file").sort_index())


def read_zones(data: DataFolder) -> DemandZones:
    """Small areas with their people, groups and the point where journeys begin."""
    table = data.table("zones.csv.gz", as_text=("zone_id", "msoa"))
    return DemandZones(table)


def read_sites(data: DataFolder, zones: DemandZones) -> Sites:
    """Hospitals and diagnostic centres; a catchment must be an alliance that the zones know.

    Raises
    ------
    DataError
        Where a catchment names no ``alliance_name`` of the zones.
    """
    blank_as_text = ("confidence", "catchment", "services", "trust", "note", "source")
    # A column that is blank throughout would be read as numbers.
    table = data.table("sites.csv", as_text=("site_id", *blank_as_text))
    table = table.assign(**{c: table[c].fillna("") for c in blank_as_text if c in table})
    sites = Sites(table)
    known = set(zones.table["alliance_name"]) if "alliance_name" in zones.table else set()
    wrong = sites.table["catchment"][~sites.table["catchment"].isin({"", *known})]
    if len(wrong):
        raise DataError(
            f"{data.path / 'sites.csv'}: a catchment must be one of the zones' alliance_name.", wrong.items()
        )
    return sites


def read_roads(data: DataFolder) -> Roads:
    """Junctions and links of the road network."""
    return Roads(data.table("road_nodes.parquet"), data.table("road_edges.parquet"))


def check_bounds(zones: DemandZones, sites: Sites, roads: Roads) -> None:
    """Zones and sites must lie where the roads are.

    Raises
    ------
    DataError
        Naming every point more than ``BOUNDS_MARGIN_DEG`` outside the roads' bounding box.
    """
    low = roads.nodes[["lon", "lat"]].min() - BOUNDS_MARGIN_DEG
    high = roads.nodes[["lon", "lat"]].max() + BOUNDS_MARGIN_DEG
    for what, table in (("zones", zones.table), ("sites", sites.table.loc[sites.playing])):
        outside = ((table[["lon", "lat"]] < low) | (table[["lon", "lat"]] > high)).any(axis=1)
        if outside.any():
            rows = table.loc[outside, ["lon", "lat"]].itertuples(name=None)
            raise DataError(f"{what}: {outside.sum()} point(s) lie outside the road network's bounds.", rows)


def read_boundaries(data: DataFolder) -> dict[str, gpd.GeoDataFrame]:
    """Outlines for maps, in degrees: msoa, alliances, icbs, counties, land.

    Raises
    ------
    DataError
        Where a file holds no shapes, does not say in which coordinates, or lacks the names.
    """
    return {name: _shapes(data, file, NAMED_BY.get(name)) for name, file in BOUNDARIES.items()}


def read_land(data: DataFolder) -> gpd.GeoDataFrame:
    """Outline of the land alone, in degrees.

    Raises
    ------
    DataError
        Where the file holds no shapes or does not say in which coordinates.
    """
    return _shapes(data, BOUNDARIES["land"], None)


def read_postcode_sectors(data: DataFolder) -> pd.DataFrame:
    """Centre of each postcode sector: index ``sector``; lon, lat in degrees.

    Raises
    ------
    DataError
        Where a column is missing.
    """
    sectors = _list(data, "postcode_sectors.csv.gz", ("sector", "lon", "lat"), as_text=("sector",))
    return sectors.set_index("sector").sort_index()


def read_places(data: DataFolder) -> pd.DataFrame:
    """Towns for labels and look-up: name, lon, lat, population, largest first.

    Raises
    ------
    DataError
        Where a column is missing.
    """
    places = _list(data, "places.csv", ("name", "lon", "lat", "population"))
    return places.sort_values(["population", "name", "lon"], ascending=[False, True, True], ignore_index=True)


def read_incidence(data: DataFolder) -> pd.Series:
    """Cases a year per 100,000 people by age band.

    Raises
    ------
    DataError
        Where a column is missing, an age band occurs twice, or a rate is not a number of 0 or more.
    """
    rates = _list(data, "incidence.csv", ("age_band", "cases_per_100k")).set_index("age_band")[
        "cases_per_100k"
    ]
    twice = rates.index[rates.index.duplicated()]
    if len(twice):
        raise DataError(
            f"{data.path / 'incidence.csv'}: {len(twice)} age_band(s) occur more than once.", twice.unique()
        )
    values = pd.to_numeric(rates, errors="coerce").to_numpy(dtype=float)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        raise DataError(f"{data.path / 'incidence.csv'}: rates must be 0 or more.", rates[wrong].items())
    return rates.astype(float)


def read_speed_tables(data: DataFolder) -> Mapping[str, pd.DataFrame]:
    """Tables behind the minutes of a link: speeds, observed, periods, area_factors."""
    files = {
        "speeds": "speeds.csv",
        "observed": "observed_speeds.csv",
        "periods": "periods.csv",
        "area_factors": "area_factors.csv",
    }
    return {name: data.table(file, as_text=("authority",)) for name, file in files.items()}


def read_own_times(path: Path) -> pd.DataFrame:
    """A planner's own travel times, CSV or Parquet, as they stand in the file.

    Raises
    ------
    DataError
        Where the file is missing or cannot be read.
    """
    return read_table(read_bytes(path), path, as_text=("zone_id", "site_id"))


def read_own_demand(path: Path) -> pd.DataFrame:
    """A planner's own referrals, CSV or Parquet, as they stand in the file.

    Raises
    ------
    DataError
        Where the file is missing or cannot be read.
    """
    return read_table(read_bytes(path), path, as_text=("zone_id",))


def credits_of(data: DataFolder) -> str:
    """Attribution lines that must go wherever figures or maps made from this folder go."""
    readme = data.path / "README.md"
    quoted = [line for line in _lines(readme) if line.startswith('"') and line.endswith('"')]
    if quoted:
        return quoted[0].strip('"')
    publishers = sorted({p.strip() for cell in data.manifest["publisher"] for p in cell.split(";")})
    return "Source: " + "; ".join(publishers) + "."


def _list(
    data: DataFolder, file: str, columns: Iterable[str], *, as_text: tuple[str, ...] = ()
) -> pd.DataFrame:
    table = data.table(file, as_text=as_text)
    _require_columns(table, columns, data.path / file)
    return table


def _require_columns(table: pd.DataFrame, columns: Iterable[str], path: Path) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        found = ", ".join(map(str, table.columns))
        raise DataError(f"{path}: column(s) {', '.join(missing)} missing.", [f"columns: {found}"])


def _shapes(data: DataFolder, file: str, named_by: str | None) -> gpd.GeoDataFrame:
    content = io.BytesIO(data.read(file))
    try:
        with warnings.catch_warnings():
            # What GDAL grumbles about (an open ring, a shape it does not know) is decided on below.
            warnings.simplefilter("ignore", RuntimeWarning)
            shapes = gpd.read_parquet(content) if file.endswith(".parquet") else gpd.read_file(content)
    except (*UNREADABLE, shapely.errors.ShapelyError) as problem:
        raise DataError(f"{data.path / file} cannot be read: {_first_line(problem)}.") from problem
    if shapes.empty or shapes.geometry.isna().any():
        raise DataError(f"{data.path / file}: there are no shapes, or some are empty.")
    _require_columns(shapes, [named_by] if named_by else [], data.path / file)
    if shapes.crs is None:
        raise DataError(f"{data.path / file}: the shapes name no coordinate system.")
    try:
        shapes = shapes.to_crs(DEGREES)
        somewhere = np.isfinite(shapely.get_coordinates(shapes.geometry.array)).all()
        valid = shapely.make_valid(shapes.geometry.array) if somewhere else None
    except (shapely.errors.ShapelyError, ValueError, RuntimeError) as problem:
        raise DataError(
            f"{data.path / file} holds shapes that are none: {_first_line(problem)}."
        ) from problem
    if valid is None:
        raise DataError(
            f"{data.path / file}: a corner of a shape lies nowhere; its coordinates are no figures."
        )
    return shapes.set_geometry(valid)


def _lines(path: Path) -> Iterator[str]:
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (line.strip() for line in file)


def _first_line(problem: Exception) -> str:
    return str(problem).strip().split("\n", maxsplit=1)[0] or type(problem).__name__
