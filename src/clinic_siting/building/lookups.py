"""What is said about zones elsewhere: where their people live, how deprived they are, what they belong to."""

import re
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.building.downloads import Download, area_codes, plain
from clinic_siting.errors import DataError
from clinic_siting.grid import degree_points
from clinic_siting.tables import DEGREES, GREAT_BRITAIN_GRID, FloatArray

SHAPES = (".geojson", ".json", ".gpkg", ".shp")
CENTROIDS_HEADING = ("lsoa21cd", "lsoacode2021", "lsoa11cd")
DEPRIVATION_HEADING = ("lsoacode2021", "lsoa21cd", "lsoacode2011", "lsoacode")
DECILE = r"indexofmultipledeprivationimddecile.*|imddecile.*"
SCORE = r"indexofmultipledeprivationimdscore|imdscore"
# Codes and names of what zones belong to, whatever the year in the heading: ours → theirs.
GROUPS = {
    "zone_id": r"lsoa21cd|lsoacode2021|zoneid",
    "msoa": r"msoa21cd|msoa",
    "msoa_name": r"msoa21nm|msoa21hclnm|msoahclnm|msoaname",
    "lad": r"(lad|ltla)\d\dcd|lad",
    "lad_name": r"(lad|ltla)\d\dnm|ladname",
    "county_code": r"(ctyua|utla|cty)\d\dcd",
    "county": r"(ctyua|utla|cty)\d\dnm|county",
    "icb": r"icb\d\dcd|icb",
    "icb_name": r"icb\d\dnm|icbname",
    "alliance": r"cal\d\dcd|alliance",
    "alliance_name": r"cal\d\dnm|alliancename|canceralliance",
    "region": r"rgn\d\dnm|region",
    "rural_urban": r"urbanruralflag|ruralurban|urbanrura|ruralurbanflag|ruc21nm",
}
# By which of them a lookup is joined: the most exact that it has and the zones have already.
KEYS = ("zone_id", "msoa", "lad", "lad_name", "icb", "icb_name")
LOOKUP_HEADING = (
    *(
        "lsoa21cd",
        "lsoacode2021",
        "lsoa11cd",
        "zoneid",
        "msoa21cd",
        "msoa",
        "lad",
        "ladname",
        "icb",
        "icbname",
    ),
    *(f"{unit}{year}cd" for unit in ("lad", "ltla", "icb") for year in range(20, 30)),
)
IN_BRITISH_DEGREES = {"x": (-9.0, 2.5), "y": (49.5, 61.0)}
BOARD = re.compile(r"^NHS (.*?)( Integrated Care Board)?$")


def read_points(path: Path) -> Download:
    """Points in a file of shapes as a table with ``x``, ``y`` in degrees; other shapes give their middle.

    Raises
    ------
    DataError
        Where the file is missing, holds no shapes, or does not say in which coordinates.
    """
    shapes = read_shapes(path)
    points = shapes.to_crs(GREAT_BRITAIN_GRID).geometry.centroid.to_crs(DEGREES)
    known = shapes.drop(columns=[c for c in shapes if c.lower() in {"x", "y", "geometry"}]).astype(str)
    return Download(path.name, pd.DataFrame(known).assign(x=points.x.to_numpy(), y=points.y.to_numpy()))


def read_shapes(path: Path) -> gpd.GeoDataFrame:
    """Shapes of a file as it was downloaded (GeoJSON, GeoPackage, shapefile).

    Raises
    ------
    DataError
        Where the file is missing, holds no shapes, or does not say in which coordinates.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file; name one that exists.")
    try:
        with warnings.catch_warnings():
            # What GDAL grumbles about (a point without a place, an unknown shape) is decided on below.
            warnings.simplefilter("ignore", RuntimeWarning)
            shapes = gpd.read_file(path)
    except (ValueError, OSError, RuntimeError, shapely.errors.ShapelyError) as problem:
        raise DataError(f"{path} cannot be read as shapes.") from problem
    if not isinstance(shapes, gpd.GeoDataFrame) or shapes.empty or shapes.crs is None:
        raise DataError(f"{path}: there are no shapes, or they name no coordinate system.")
    return _sound(shapes, path)


def _sound(shapes: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """Shapes that lie somewhere, those that cross themselves mended."""
    nowhere = shapes.geometry.isna() | shapes.geometry.is_empty
    if nowhere.any():
        raise DataError(f"{path}: {nowhere.sum():,} of its {len(shapes):,} rows have no shape.")
    try:
        corners = shapely.get_coordinates(shapes.geometry.to_crs(GREAT_BRITAIN_GRID).array)
        with np.errstate(invalid="ignore"):  # a ring that is broken is mended or refused, not grumbled about
            valid = shapely.is_valid(shapes.geometry.array)
            mended = shapes if valid.all() else shapes.set_geometry(shapely.make_valid(shapes.geometry.array))
    except (ValueError, RuntimeError, shapely.errors.ShapelyError) as problem:
        raise DataError(f"{path} holds shapes that are none.") from problem
    if not np.isfinite(corners).all():
        raise DataError(f"{path}: a corner of a shape lies nowhere; is it in the coordinates that it names?")
    return mended


def centroids(download: Download) -> pd.DataFrame:
    """Population-weighted centroids: where a zone's journeys begin.

    Parameters
    ----------
    download
        ``LSOA21CD`` and x, y (British National Grid or degrees), or LAT and LONG.

    Returns
    -------
    Index ``zone_id``; ``lon``, ``lat`` in degrees.

    Raises
    ------
    DataError
        Where coordinates are missing, or a point lies outside Great Britain.
    """
    codes = area_codes(download)
    lon, lat = _degrees(download)
    table = pd.DataFrame({"lon": lon, "lat": lat}).round(5)
    table.index = pd.Index(codes, name="zone_id")
    (west, east), (south, north) = IN_BRITISH_DEGREES.values()
    outside = ~(table["lon"].between(west, east) & table["lat"].between(south, north))
    if outside.any():
        raise DataError(
            f"{download.name}: {outside.sum():,} point(s) lie outside Great Britain; are x and y swapped?",
            table.index[outside],
        )
    return table[~table.index.duplicated()]


def _degrees(download: Download) -> tuple[FloatArray, FloatArray]:
    lat, lon = download.column("lat", "latitude"), download.column("lon", "long", "longitude")
    if lat is None or lon is None:
        lon, lat = _column_named(download, "x"), _column_named(download, "y")
    if lat is None or lon is None:
        raise DataError(
            f"{download.name}: no coordinates; x and y, or lat and long, are looked for.",
            [f"columns: {', '.join(map(str, download.table.columns[:12]))}"],
        )
    x, y = (
        pd.to_numeric(download.table[column], errors="coerce").to_numpy(dtype=float) for column in (lon, lat)
    )
    if np.nanmax(np.abs(y), initial=0) <= 90:
        return x, y
    longitude, latitude = degree_points(x, y).T
    return longitude, latitude


def _column_named(download: Download, axis: str) -> str | None:
    """The column of an axis: the portal may write both X (of the geometry) and x (of the table)."""
    named = [
        str(c) for c in download.table if str(c).lower() in {axis, {"x": "easting", "y": "northing"}[axis]}
    ]
    named += [str(c) for c in download.table if plain(str(c)) in {"bngx", "eastings"} and axis == "x"]
    named += [str(c) for c in download.table if plain(str(c)) in {"bngy", "northings"} and axis == "y"]
    return named[-1] if named else None


def deprivation(download: Download) -> pd.DataFrame:
    """Indices of Deprivation 2025: decile of each zone (1 = most deprived tenth of England), and score.

    Parameters
    ----------
    download
        File 1 (rank and decile) or File 7 (all scores).

    Returns
    -------
    Index ``zone_id``; ``imd_decile`` and, where the file has it, ``imd_score``.

    Raises
    ------
    DataError
        Where the file is of the LSOAs of 2011, has no decile, or one is not 1 to 10.
    """
    codes = area_codes(download)
    decile = download.matching(DECILE)
    if decile is None:
        raise DataError(f"{download.name}: no column 'Index of Multiple Deprivation (IMD) Decile …'.")
    table = pd.DataFrame({"imd_decile": download.numbers(decile).astype(int)})
    score = download.matching(SCORE)
    if score is not None:
        table.insert(0, "imd_score", download.numbers(score))
    table.index = pd.Index(codes, name="zone_id")
    wrong = ~table["imd_decile"].between(1, 10)
    if wrong.any():
        raise DataError(f"{download.name}: {wrong.sum():,} decile(s) are not 1 to 10.", table.index[wrong])
    return table[~table.index.duplicated()]


def groups(download: Download) -> pd.DataFrame:
    """A lookup's codes and names under this project's names.

    Parameters
    ----------
    download
        Any ONS lookup by LSOA (2021), MSOA (2021), local authority or ICB, or one's own.

    Returns
    -------
    Columns as in ``GROUPS``, those the file has; names of ICBs without "NHS" and "Integrated Care Board".

    Raises
    ------
    DataError
        Where it is keyed by LSOAs of 2011, or has no column that is known.
    """
    if any(re.search(r"^lsoa(11|01)cd|lsoacode2011", plain(str(c))) for c in download.table) and (
        download.matching(GROUPS["zone_id"]) is None
    ):
        area_codes(download)
    found = {ours: download.matching(theirs) for ours, theirs in GROUPS.items()}
    table = pd.DataFrame({ours: download.table[c].str.strip() for ours, c in found.items() if c is not None})
    if not {*table.columns} & {*KEYS}:
        raise DataError(
            f"{download.name}: no column says which zones, authorities or ICBs its rows are about.",
            [f"columns: {', '.join(map(str, download.table.columns[:12]))}"],
        )
    if "icb_name" in table:
        table["icb_name"] = table["icb_name"].str.replace(BOARD, r"\1", regex=True)
    if "rural_urban" in table:
        # The flag says urban or rural; the class' name ("Urban: Nearer to a major town or city") begins so.
        table["rural_urban"] = table["rural_urban"].str.extract(r"^(Urban|Rural)", expand=False).fillna("")
    return table.drop_duplicates()
