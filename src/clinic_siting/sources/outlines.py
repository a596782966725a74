"""Outlines for maps: small areas, alliances, ICBs, counties and the land behind them."""

import io
import warnings

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from clinic_siting.errors import DataError
from clinic_siting.sources.folder import DataFolder, require_columns
from clinic_siting.spreadsheets import refuse_shape
from clinic_siting.tables import DEGREES

# What the libraries that read shapes end in where a file holds none.
UNREADABLE = (ValueError, OSError, RuntimeError, LookupError, TypeError, AttributeError)
BOUNDARIES = {
    "msoa": "msoa.parquet",
    "alliances": "alliances.geojson",
    "icbs": "icbs.geojson",
    "counties": "counties.geojson",
    "land": "land.geojson",
}
# By which column shapes meet the zones' groups; land only lies behind them.
NAMED_BY = {"msoa": "msoa", "alliances": "alliance_name", "icbs": "icb_name", "counties": "county"}


def read_boundaries(data: DataFolder) -> dict[str, gpd.GeoDataFrame]:
    """Outlines for maps, in degrees: msoa, alliances, icbs, counties, land.

    Raises
    ------
    DataError
        Where a file holds no shapes, does not say in which coordinates, or lacks the names.
    """
    return {name: read_outlines(data, file, NAMED_BY.get(name)) for name, file in BOUNDARIES.items()}


def read_land(data: DataFolder) -> gpd.GeoDataFrame:
    """Outline of the land alone, in degrees.

    Raises
    ------
    DataError
        Where the file holds no shapes or does not say in which coordinates.
    """
    return read_outlines(data, BOUNDARIES["land"])


def read_outlines(data: DataFolder, file: str, named_by: str | None = None) -> gpd.GeoDataFrame:
    """One file of valid shapes, in degrees.

    Parameters
    ----------
    data
        The folder.
    file
        GeoParquet, or whatever GDAL reads.
    named_by
        A column that must be there, by which shapes meet the zones' groups.

    Raises
    ------
    DataError
        Where a file holds no shapes, does not say in which coordinates, or lacks the names.
    """
    content = data.read(file)
    try:
        with warnings.catch_warnings():
            # What GDAL grumbles about (an open ring, a shape it does not know) is decided on below.
            warnings.simplefilter("ignore", RuntimeWarning)
            shapes = _from_parquet(content, file) if file.endswith(".parquet") else _from_other(content)
    except (*UNREADABLE, shapely.errors.ShapelyError) as problem:
        raise DataError(f"{data.path / file} cannot be read: {_first_line(problem)}.") from problem
    if shapes.empty or shapes.geometry.isna().any():
        raise DataError(f"{data.path / file}: there are no shapes, or some are empty.")
    require_columns(shapes, [named_by] if named_by else [], data.path / file)
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


def _from_parquet(content: bytes, file: str) -> gpd.GeoDataFrame:
    refuse_shape(pq.ParquetFile(pa.BufferReader(content)).metadata, file)
    return gpd.read_parquet(io.BytesIO(content))


def _from_other(content: bytes) -> gpd.GeoDataFrame:
    return gpd.read_file(io.BytesIO(content))


def _first_line(problem: Exception) -> str:
    return str(problem).strip().split("\n", maxsplit=1)[0] or type(problem).__name__
