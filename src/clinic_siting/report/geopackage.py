"""Shapes for a GIS: zones, sites, isochrones and flows in one GeoPackage with stable bytes."""

import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.report.columns import Counting, meaning_of
from clinic_siting.report.data import ReportData
from clinic_siting.report.document import data_year
from clinic_siting.tables import DEGREES

SITE_COLUMNS = (
    "name", "status", "confidence", "catchment", "kind", "trust", "postcode", "alliance_name", "lon", "lat",
)  # fmt: skip
GEOMETRY = "geometry"
# The extension in which a GeoPackage tells what its columns are (OGC 12-128r18, annex F.9).
SCHEMA_TABLE = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
)
"""
EXTENSION = ("gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema", "read-write")
# A millionth of a degree, about ten centimetres: what the figures can bear.
DIGITS = 6


def render_geopackage(data: ReportData) -> bytes:
    """All layers as one GeoPackage, in degrees (WGS 84).

    Parameters
    ----------
    data
        What the report shows.
    """
    import pyogrio  # noqa: PLC0415 - only a report needs it

    year = data_year(data.provenance.files["vintage"])
    # The format notes when a layer was changed; ours changes when the figures do.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{year}-01-01T00:00:00.000Z"})
    try:
        with tempfile.TemporaryDirectory(prefix="clinic-siting-") as folder:
            path = Path(folder) / "results.gpkg"
            made = layers(data)
            for name, layer in made.items():
                layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio", append=path.exists())
            _describe(path, data)
            _describe_columns(path, {name: list(layer.columns) for name, layer in made.items()}, data)
            return path.read_bytes()
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def layers(data: ReportData) -> dict[str, gpd.GeoDataFrame]:
    """Layer name → features.

    Parameters
    ----------
    data
        What the report shows.
    """
    found = {"zones": _zones(data), "sites": _sites(data), "isochrones": _isochrones(data)}
    flows = _flows(data)
    return found if flows is None else {**found, "flows": flows}


def _zones(data: ReportData) -> gpd.GeoDataFrame:
    """One point a zone, where its journeys begin."""
    place = data.zones.table[["lon", "lat"]]
    return _points(_finite(data.evidence.zones.reset_index()), place["lon"], place["lat"])


def _sites(data: ReportData) -> gpd.GeoDataFrame:
    """Existing, chosen and candidate sites with what they receive."""
    table = data.sites.table
    table = table.loc[data.sites.playing, [column for column in SITE_COLUMNS if column in table]]
    volumes = data.evidence.sites[["today", "planned", "change"]]
    table = table.assign(chosen=table.index.isin(data.plan.chosen)).join(volumes)
    best = data.ranking[["sites", "score"]].explode("sites").groupby("sites")["score"].min()
    table["best_score"] = best.reindex(table.index)
    return _points(table.drop(columns=["lon", "lat"]).reset_index(), table["lon"], table["lat"])


def _isochrones(data: ReportData) -> gpd.GeoDataFrame:
    shapes = data.isochrones.copy()
    geometry = shapely.set_precision(shapes.geometry.to_numpy(), 10.0**-DIGITS)
    names = [data.sites.name_of(str(site)) for site in shapes["site_id"]]
    table = pd.DataFrame({"site_id": shapes["site_id"], "name": names, "minutes": shapes["minutes"]})
    return gpd.GeoDataFrame(table, geometry=_multi(geometry), crs=DEGREES)


def _flows(data: ReportData) -> gpd.GeoDataFrame | None:
    """One line from the middle of an alliance's patients to a clinic."""
    flows, zones = data.evidence.flows, data.zones.table
    if flows is None:
        return None
    weight = data.demand.clip(lower=1e-12)
    group = zones["alliance_name"]
    total = weight.groupby(group).sum()
    middle = {axis: (zones[axis] * weight).groupby(group).sum() / total for axis in ("lon", "lat")}
    known = flows[flows["site_id"].isin(data.sites.site_id)].reset_index(drop=True)
    sites = data.sites.table.loc[known["site_id"]]
    begin = np.column_stack([middle[axis].loc[known["alliance_name"]].to_numpy() for axis in ("lon", "lat")])
    end = sites[["lon", "lat"]].to_numpy()
    lines = shapely.linestrings(np.stack([begin, end], axis=1).round(DIGITS))
    return gpd.GeoDataFrame(known.assign(name=sites["name"].to_numpy()), geometry=lines, crs=DEGREES)


def _points(table: pd.DataFrame, lon: pd.Series, lat: pd.Series) -> gpd.GeoDataFrame:
    points = shapely.points(lon.to_numpy(float).round(DIGITS), lat.to_numpy(float).round(DIGITS))
    return gpd.GeoDataFrame(table, geometry=points, crs=DEGREES)


def _multi(shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """A layer holds one kind of shape."""
    return [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]


def _finite(table: pd.DataFrame) -> pd.DataFrame:
    """Empty instead of endless minutes: a GIS has no word for no route."""
    return table.replace([np.inf, -np.inf], np.nan)


def _describe_columns(path: Path, columns: Mapping[str, Sequence[str]], data: ReportData) -> None:
    """Meaning, unit and status of every column, as the format's schema extension holds them."""
    counting, rows = Counting.of(data.demand_unit), []
    for layer, names in columns.items():
        for name in names:
            if name != GEOMETRY:
                meaning = meaning_of(layer, name, counting)
                unit = "; ".join(part for part in (meaning.unit, meaning.status) if part and part != "text")
                rows.append((layer, name, f"{meaning.text} ({unit})" if unit else meaning.text))
    with sqlite3.connect(path) as base:
        base.execute(SCHEMA_TABLE)
        base.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, description) VALUES (?, ?, ?)", rows
        )
        base.execute("INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, ?, ?, ?)", EXTENSION)
    base.close()


def _describe(path: Path, data: ReportData) -> None:
    """Say in the file itself what its layers are and where they come from."""
    texts = {
        "zones": "Small areas where journeys begin; minutes by car, one way, modelled; no route is empty.",
        "sites": "Existing, chosen and candidate sites.",
        "isochrones": "Areas from which a site is reached within so many minutes; drawn around the figures.",
        "flows": "From the middle of each alliance's patients to the clinics that serve them.",
    }
    made = data.provenance
    origin = f"{data.proposal}. Scenario {data.scenario}, fingerprint {made.fingerprint}. {made.credits}"
    with sqlite3.connect(path) as base:
        for layer, text in texts.items():
            base.execute(
                "UPDATE gpkg_contents SET description = ? WHERE table_name = ?", (f"{text} {origin}", layer)
            )
    base.close()
