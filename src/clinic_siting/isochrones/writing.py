"""Isochrones as a file for a GIS: GeoJSON or GeoPackage, with the same bytes for the same polygons."""

import tempfile
from pathlib import Path

import geopandas as gpd

from clinic_siting.files import refuse_ending, write_file

GEOJSON, GEOPACKAGE = (".geojson", ".json"), ".gpkg"
ENDINGS = (*GEOJSON, GEOPACKAGE)
LAYER = "isochrones"
# The format notes when a layer was changed; ours changes when the polygons do, and at no time besides.
NO_DATE = "1970-01-01T00:00:00.000Z"


def write_isochrones(path: Path, polygons: gpd.GeoDataFrame) -> None:
    """Write polygons whole or not at all, as GeoJSON or GeoPackage by the ending of the name.

    Parameters
    ----------
    path
        Ends in ``.geojson``, ``.json`` or ``.gpkg``.
    polygons
        As :func:`~clinic_siting.isochrones.isochrone_polygons` gives them.

    Raises
    ------
    ConfigError
        Where the ending names no format that can be written.
    OutputError
        Where the place may not be written to; what was there stays.
    """
    refuse_ending(path, ENDINGS)
    if path.suffix.lower() == GEOPACKAGE:
        write_file(path, _geopackage(polygons))
    else:
        write_file(path, polygons.to_json(drop_id=True) + "\n")


def _geopackage(polygons: gpd.GeoDataFrame) -> bytes:
    import pyogrio  # noqa: PLC0415 - GeoJSON does without it

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": NO_DATE})
    try:
        with tempfile.TemporaryDirectory(prefix="clinic-siting-") as folder:
            file = Path(folder) / "isochrones.gpkg"
            polygons.to_file(file, layer=LAYER, driver="GPKG", engine="pyogrio")
            return file.read_bytes()
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
