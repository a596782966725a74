"""Isochrones as lines: they cross the coast instead of tracing it."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from clinic_siting.errors import ConfigError, TableError
from clinic_siting.isochrones import Drawing, display_lines

COARSE = Drawing(cell_m=200, smallest_km2=0.5)
# A road along the coast, which runs east at 180,000 m north; the sea lies south of it.
COAST_ROAD = [(530_000 + 500 * i, 180_400) for i in range(41)]
LAND_M = shapely.box(500_000, 180_000, 580_000, 220_000)


def in_degrees(area: shapely.Geometry) -> shapely.Geometry:
    return gpd.GeoSeries([area], crs="EPSG:27700").to_crs("EPSG:4326")[0]


def in_metres(lines: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    return list(lines.to_crs("EPSG:27700").geometry)


@pytest.fixture
def road(network_of):
    edges = [(i, j, 1.0) for i in range(41) for j in (i - 1, i + 1) if 0 <= j < 41]
    return network_of(COAST_ROAD, edges)


@pytest.fixture
def minutes():
    """The clinic stands in the middle of the road."""
    return np.abs(np.arange(41.0) - 20)


def test_lines_stay_on_land_cross_the_coast_and_never_follow_it(road, minutes):
    lines = display_lines(
        road, {"s": minutes}, bands_min=(8.0, 16.0), land=in_degrees(LAND_M), drawing=COARSE
    )
    assert lines["minutes"].tolist() == [8.0, 16.0]
    shore = shapely.box(500_000, 179_900, 580_000, 180_100)
    for line in in_metres(lines):
        assert not line.is_empty
        assert LAND_M.buffer(1).covers(line)
        # Two ends on the coast, and no more of it than the crossing itself.
        assert len(line.geoms) == 1
        assert shapely.intersection(line, shore).length < 800


def test_lines_of_one_site_do_not_cross(road, minutes):
    lines = display_lines(
        road, {"s": minutes}, bands_min=(4.0, 8.0, 16.0), land=in_degrees(LAND_M), drawing=COARSE
    )
    near, middle, far = lines.geometry
    assert not near.intersects(middle)
    assert not middle.intersects(far)


def test_small_rings_are_left_out(network_of):
    lone = network_of([(540_000, 190_000), (570_000, 190_000)], [(0, 1, 500.0), (1, 0, 500.0)])
    drawn = {"s": np.array([0.0, 500.0])}
    land = in_degrees(LAND_M)
    for smallest, empty in ((1.0, False), (20.0, True)):
        drawing = Drawing(cell_m=200, smallest_km2=smallest)
        lines = display_lines(lone, drawn, bands_min=(6.0,), land=land, drawing=drawing)
        assert lines.geometry.is_empty.tolist() == [empty]


def test_where_there_is_no_land_there_are_no_lines(road, minutes):
    lake = in_degrees(shapely.box(400_000, 100_000, 401_000, 101_000))
    lines = display_lines(road, {"s": minutes}, bands_min=(8.0,), land=lake, drawing=COARSE)
    assert lines.geometry.is_empty.all()


def test_a_site_that_nobody_reaches_has_rows_without_lines(road):
    lines = display_lines(
        road, {"s": np.full(41, np.inf)}, bands_min=(8.0, 16.0), land=in_degrees(LAND_M), drawing=COARSE
    )
    assert lines["site_id"].tolist() == ["s", "s"]
    assert lines.geometry.is_empty.all()


def test_lines_refuse_what_polygons_refuse(road, minutes):
    with pytest.raises(ConfigError, match="bands must be ascending"):
        display_lines(road, {"s": minutes}, bands_min=(8.0, 4.0), land=in_degrees(LAND_M))
    with pytest.raises(TableError, match="the network has 41 nodes"):
        display_lines(road, {"s": minutes[:5]}, bands_min=(8.0,), land=in_degrees(LAND_M))
