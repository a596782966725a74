"""Shapes that a GIS opens, with stable bytes and no endless number."""

import sqlite3
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest

from clinic_siting.report.geopackage import layers, render_geopackage


@pytest.fixture(scope="module")
def content(data) -> bytes:
    return render_geopackage(data)


@pytest.fixture
def path(content, tmp_path):
    file = tmp_path / "results.gpkg"
    file.write_bytes(content)
    return file


def test_every_layer_is_there_in_degrees(path, data):
    listed = gpd.list_layers(path).set_index("name")["geometry_type"].to_dict()
    assert listed == {
        "zones": "Point",
        "sites": "Point",
        "isochrones": "MultiPolygon",
        "flows": "LineString",
    }
    zones = gpd.read_file(path, layer="zones")
    assert len(zones) == len(data.zones.zone_id)
    assert zones.crs.to_epsg() == 4326
    assert {"minutes_today", "minutes_planned", "site_id_planned"} <= set(zones.columns)


def test_sites_say_what_they_are_and_what_they_receive(path, data):
    sites = gpd.read_file(path, layer="sites").set_index("site_id")
    assert set(sites.index[sites["chosen"]]) == set(data.plan.chosen)
    assert sites.loc[list(data.plan.chosen), "planned"].gt(0).all()


def test_the_file_says_where_it_comes_from_and_bears_the_date_of_the_figures(path):
    with sqlite3.connect(path) as base:
        rows = base.execute("SELECT description, last_change FROM gpkg_contents").fetchall()
    base.close()
    assert {change for _, change in rows} == {"2021-01-01T00:00:00.000Z"}
    assert all("0123456789abcdef" in text for text, _ in rows)


def test_the_same_report_has_the_same_bytes(data, content):
    assert render_geopackage(data) == content


def test_no_route_is_an_empty_cell(data):
    zones = data.evidence.zones.assign(minutes_today=np.inf, change_min=-np.inf)
    layer = layers(replace(data, evidence=replace(data.evidence, zones=zones)))["zones"]
    assert layer["minutes_today"].isna().all()
    assert layer["change_min"].isna().all()


def test_data_without_alliances_have_no_flows(data):
    assert "flows" not in layers(replace(data, evidence=replace(data.evidence, flows=None)))


def test_hostile_names_are_only_text(hostile, tmp_path):
    file = tmp_path / "hostile.gpkg"
    file.write_bytes(render_geopackage(hostile))
    assert "<script>alert(1)</script>" in set(gpd.read_file(file, layer="sites")["name"])


def test_every_column_of_every_layer_says_what_it_is_in_which_unit(path):
    with sqlite3.connect(path) as base:
        told = dict(
            base.execute("SELECT table_name || '.' || column_name, description FROM gpkg_data_columns")
        )
        there = base.execute("SELECT extension_name FROM gpkg_extensions").fetchall()
    base.close()
    assert told["zones.minutes_today"].endswith("(minutes; modelled)")
    assert all(told.values())
    assert ("gpkg_schema",) in there
