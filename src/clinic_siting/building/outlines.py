"""Outlines of a new area for the map: MSOA boundaries, dissolved into its groups."""

import io
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from clinic_siting.building.joins import Join, join_of
from clinic_siting.building.lookups import read_shapes
from clinic_siting.errors import DataError
from clinic_siting.tables import DEGREES, GREAT_BRITAIN_GRID

MSOA_COLUMNS = ("MSOA21CD", "msoa")
# Outlines are for display: to so many metres, and of small areas a little finer.
COARSE_M, FINE_M = 150.0, 40.0
OUTLINES = {
    "alliances.geojson": ("alliance", "alliance_name"),
    "icbs.geojson": ("icb", "icb_name"),
    "counties.geojson": ("county_code", "county"),
}


def build_outlines(
    path: Path, zones: pd.DataFrame, *, land: gpd.GeoDataFrame | None = None
) -> tuple[dict[str, bytes], Join]:
    """Outlines for the map from the boundaries of the MSOAs of 2021.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage or shapefile with ``MSOA21CD``.
    zones
        ``msoa`` and the groups to dissolve by.
    land
        Land that was known before; clinics beyond the zones stand on it, or on other areas of the file.

    Returns
    -------
    File name → bytes: small areas, alliances, ICBs, counties and land; and how zones were met.

    Raises
    ------
    DataError
        Where the file names no MSOAs of 2021, or none of the zones'.
    """
    shapes = read_shapes(path)
    column = next((c for c in MSOA_COLUMNS if c in shapes), None)
    if column is None:
        old = "MSOA11CD" in shapes
        hint = "its areas are those of 2011; take MSOA (December 2021)" if old else "MSOA21CD is looked for"
        raise DataError(f"{path.name}: no column names MSOAs of 2021; {hint}.", map(str, shapes.columns[:12]))
    by_zone = pd.Index(zones["msoa"].unique())
    join = join_of(path.name, "MSOA boundaries", by_zone, pd.Index(shapes[column]))
    everywhere = shapes.geometry.to_crs(GREAT_BRITAIN_GRID)
    shapes = shapes[shapes[column].isin(by_zone)].rename(columns={column: "msoa"}).to_crs(GREAT_BRITAIN_GRID)
    if shapes.empty:
        raise DataError(f"{path.name}: none of the zones' MSOAs has an outline.", join.missing)
    shapes = shapes[["msoa", "geometry"]].sort_values("msoa", ignore_index=True)
    files = {"msoa.parquet": _parquet(shapes.assign(geometry=shapes.simplify_coverage(FINE_M)))}
    of_msoa = zones.groupby("msoa").first()
    for file, (code, name) in OUTLINES.items():
        grouped = shapes.assign(group=shapes["msoa"].map(of_msoa[name])).dissolve("group")
        # The code is for readers; a name will do where the zones have none.
        codes = (
            zones.groupby(name)[code].first() if code in zones else pd.Series(grouped.index, grouped.index)
        )
        outline = gpd.GeoDataFrame(
            {code: codes.reindex(grouped.index).to_numpy(), name: grouped.index},
            geometry=grouped.geometry.to_numpy(),
            crs=shapes.crs,
        )
        files[file] = _geojson(outline)
    files["land.geojson"] = _geojson(_land(everywhere, land))
    return files, Join(join.file, join.what, "MSOAs", join.matched, join.missing)


def _land(areas: gpd.GeoSeries, before: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """One outline of all areas of a file, the zones' or not, with the land that was known before."""
    known = [] if before is None else list(before.geometry.to_crs(areas.crs))
    whole = shapely.union_all([*areas, *known])
    return gpd.GeoDataFrame({"name": ["land"]}, geometry=[whole], crs=areas.crs)


def _geojson(shapes: gpd.GeoDataFrame) -> bytes:
    simple = shapes.assign(geometry=shapes.simplify_coverage(COARSE_M)).to_crs(DEGREES)
    return f"{simple.to_json(drop_id=True)}\n".encode()


def _parquet(shapes: gpd.GeoDataFrame) -> bytes:
    buffer = io.BytesIO()
    shapes.to_crs(DEGREES).to_parquet(buffer, index=False)
    return buffer.getvalue()
