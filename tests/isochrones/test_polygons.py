"""Polygons: drawn around the field of times that the matrix has, nested, checked against membership."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from clinic_siting.errors import ConfigError, TableError
from clinic_siting.grid import grid_points
from clinic_siting.isochrones import (
    Drawing,
    isochrone_polygons,
    isochrones,
    isochrones_at,
    polygon_agreement,
)
from clinic_siting.network import snap
from clinic_siting.tables import DemandZones, RoadNetwork, TravelTimes
from clinic_siting.travel import node_times, travel_times

METRES_A_MINUTE = 20_000 / 60 / 1.3  # of the way to the road
TO_DEGREES = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def in_metres(polygons: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    return list(polygons.to_crs("EPSG:27700").geometry)


def nested(bands) -> bool:
    return all(inner.is_empty or outer.covers(inner) for inner, outer in itertools.pairwise(bands))


# A street of 21 nodes, 200 m and a minute apart, running east; the clinic stands at its west end.
STREET = [(530_000 + 200 * i, 180_000) for i in range(21)]


@pytest.fixture
def street(network_of) -> RoadNetwork:
    return network_of(STREET, [(i, j, 1.0) for i in range(21) for j in (i - 1, i + 1) if 0 <= j < 21])


@pytest.fixture
def street_minutes() -> np.ndarray:
    return np.arange(21.0)


def test_one_node_alone_gives_a_disc_of_the_way_to_the_road(network_of):
    lone = network_of([(530_000, 180_000), (600_000, 180_000)], [(0, 1, 500.0), (1, 0, 500.0)])
    drawn = {"s": np.array([2.0, 502.0])}
    polygons = isochrone_polygons(lone, drawn, bands_min=(5.0, 12.0), drawing=Drawing(cell_m=50))
    for polygon, minutes in zip(in_metres(polygons), (3.0, 10.0), strict=True):
        assert polygon.area == pytest.approx(np.pi * (minutes * METRES_A_MINUTE) ** 2, rel=0.01)
        assert polygon.centroid.distance(shapely.Point(530_000, 180_000)) < 10


def test_beyond_max_snap_nobody_has_a_route(network_of):
    lone = network_of([(530_000, 180_000), (600_000, 180_000)], [(0, 1, 500.0), (1, 0, 500.0)])
    polygons = isochrone_polygons(
        lone, {"s": np.array([0.0, 500.0])}, bands_min=(60.0,), drawing=Drawing(cell_m=50, max_snap_m=1000)
    )
    assert in_metres(polygons)[0].area == pytest.approx(np.pi * 1000**2, rel=0.06)


def test_minutes_added_at_the_door_count(street, street_minutes):
    plain = isochrone_polygons(street, {"s": street_minutes + 3}, bands_min=(10.0,))
    added = isochrone_polygons(
        street, {"s": street_minutes}, bands_min=(10.0,), drawing=Drawing(door_to_door_min=3)
    )
    assert plain.geometry[0].equals(added.geometry[0])


def test_every_site_and_band_has_its_row_even_where_nothing_is_reached(street, street_minutes):
    drawn = {"b": street_minutes, "a": np.full(21, np.inf)}
    polygons = isochrone_polygons(street, drawn, bands_min=(5.0, 10.0))
    assert polygons["site_id"].tolist() == ["a", "a", "b", "b"]
    assert polygons["minutes"].tolist() == [5.0, 10.0, 5.0, 10.0]
    assert polygons.geometry.is_empty.tolist() == [True, True, False, False]
    assert polygons.crs == "EPSG:4326"
    nothing = isochrone_polygons(street, {"a": np.full(21, np.inf)}, bands_min=(5.0,))
    assert nothing.geometry.is_empty.all()


def test_a_journey_against_a_one_way_street_takes_the_long_way_round(network_of):
    # From the east end (node 2) the clinic at node 0 is a minute away; from node 0 outwards no matter.
    square = [(530_000, 180_000), (530_000, 183_000), (533_000, 180_000)]
    towards = network_of(square, [(2, 0, 1.0), (0, 2, 40.0), (1, 0, 40.0), (0, 1, 1.0)])
    polygons = isochrones_at(
        towards, pd.DataFrame({"lon": towards.lon[:1], "lat": towards.lat[:1]}, index=["s"]), bands_min=(5.0,)
    )
    area = in_metres(polygons)[0]
    assert area.contains(shapely.Point(533_000, 180_000))
    assert not area.contains(shapely.Point(530_000, 183_000))


def test_polygons_at_a_place_are_those_of_a_site_there(street):
    place = pd.DataFrame({"lon": street.lon[[3]], "lat": street.lat[[3]]}, index=["here"])
    at = isochrones_at(street, place, bands_min=(2.0, 4.0))
    drawn = {"here": node_times(street, snap(street, place, max_snap_m=5000))[0]}
    assert at.equals(isochrone_polygons(street, drawn, bands_min=(2.0, 4.0)))


def test_a_place_far_from_every_road_is_refused(street):
    place = pd.DataFrame({"lon": [2.0], "lat": [55.0]}, index=["at sea"])
    with pytest.raises(TableError, match=r"1 place\(s\) are farther than 5000 m from every road\.\n  at sea"):
        isochrones_at(street, place, bands_min=(15.0,))
    swapped = pd.DataFrame({"lon": [51.5], "lat": [0.1]}, index=["clinic"])
    with pytest.raises(TableError, match=r"Is it lon, lat\? They look swapped\.\n  clinic"):
        isochrones_at(street, swapped, bands_min=(15.0,))


@pytest.fixture
def town(network_of):
    """A random town: its network, zones, two sites, and the times between them."""
    rng = np.random.default_rng(7)
    points = np.array([530_000, 180_000]) + rng.uniform(0, 12_000, (300, 2))
    near = shapely.STRtree(shapely.points(points))
    tail, head = near.query(shapely.points(points), predicate="dwithin", distance=1500)
    minutes = 0.2 + 0.0015 * np.hypot(*(points[tail] - points[head]).T)
    driven = (tail != head) & (rng.random(len(tail)) < 0.5)
    edges = zip(tail[driven].tolist(), head[driven].tolist(), minutes[driven].tolist(), strict=True)
    network = network_of(points, edges)
    where = np.array([530_000, 180_000]) + rng.uniform(0, 12_000, (2000, 2))
    lon, lat = TO_DEGREES.transform(*where.T)
    zones = DemandZones(
        pd.DataFrame(
            {"zone_id": [f"z{i:04}" for i in range(2000)], "lon": lon, "lat": lat, "population": 1.0}
        )
    )
    sites = pd.DataFrame({"lon": lon[:2], "lat": lat[:2]}, index=["s1", "s2"])
    way = snap(network, sites, max_snap_m=5000)
    times = travel_times(network, snap(network, zones.table, max_snap_m=5000), way)
    drawn = dict(zip(sites.index, node_times(network, way), strict=True))
    return network, zones, times, drawn


def test_nearly_all_demand_is_on_the_side_where_its_minutes_put_it(town):
    network, zones, times, drawn = town
    drawing = Drawing(cell_m=50)
    drawn_isochrones = isochrones(times, network, drawn, bands_min=(8.0, 16.0), drawing=drawing)
    agreement = polygon_agreement(drawn_isochrones, zones, zones.table["population"], times)
    assert agreement["site_id"].tolist() == ["s1", "s1", "s2", "s2"]
    assert (agreement["agreement"] > 0.98).all()
    wrong = agreement["wrongly_in"] + agreement["wrongly_out"]
    assert agreement["agreement"].tolist() == pytest.approx((1 - wrong / 2000).tolist())


def test_demand_that_may_not_use_a_site_has_no_side(town):
    network, zones, times, drawn = town
    minutes = times.minutes.copy()
    minutes[:1990, 0] = np.inf
    barred = TravelTimes(times.zone_id, times.site_id, minutes)
    one = isochrones(barred, network, {"s1": drawn["s1"]}, bands_min=(16.0,), drawing=Drawing(cell_m=50))
    agreement = polygon_agreement(one, zones, zones.table["population"], barred)
    assert agreement.at[0, "wrongly_in"] + agreement.at[0, "wrongly_out"] <= 1


@pytest.mark.parametrize(("simplify_m", "smallest_km2"), [(0, 0), (200, 0), (0, 0.2), (400, 0.5)])
def test_bands_nest_and_are_valid_however_they_are_simplified(town, simplify_m, smallest_km2):
    network, _, _, drawn = town
    drawing = Drawing(simplify_m=simplify_m, smallest_km2=smallest_km2)
    polygons = isochrone_polygons(network, drawn, bands_min=(4.0, 8.0, 12.0, 16.0), drawing=drawing)
    assert polygons.is_valid.all()
    for _, bands in polygons.groupby("site_id"):
        assert nested(bands.geometry)


def test_simplification_leaves_fewer_corners_and_no_small_island_or_hole(town):
    network, _, _, drawn = town
    full = isochrone_polygons(network, drawn, bands_min=(16.0,), drawing=Drawing(cell_m=50))
    drawing = Drawing(cell_m=50, simplify_m=200, smallest_km2=0.5)
    simple = isochrone_polygons(network, drawn, bands_min=(16.0,), drawing=drawing)
    assert (
        shapely.get_num_coordinates(simple.geometry).sum()
        < 0.3 * shapely.get_num_coordinates(full.geometry).sum()
    )
    for polygon in in_metres(simple):
        for part in polygon.geoms:
            rings = [shapely.Polygon(ring) for ring in (part.exterior, *part.interiors)]
            assert min(ring.area for ring in rings) > 0.3e6


@given(st.lists(st.floats(0.5, 30), min_size=2, max_size=3, unique=True), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=15)
def test_bands_nest_on_any_field_and_nodes_among_nodes_in_time_are_inside(network_of, bands, seed):
    rng = np.random.default_rng(seed)
    points = np.array([530_000, 180_000]) + rng.uniform(0, 4000, (20, 2))
    network = network_of(points, [(i, (i + 1) % 20, 1.0) for i in range(20)])
    minutes = rng.choice([0.0, 5.0, 10.0, 20.0, np.inf], 20) + rng.choice([0.0, 0.25, 1.5], 20)
    bands = tuple(sorted(bands))
    polygons = isochrone_polygons(
        network, {"s": minutes}, bands_min=bands, drawing=Drawing(cell_m=100, max_snap_m=1000)
    )
    assert polygons.is_valid.all()
    assert nested(polygons.geometry)
    nodes = grid_points(network.lon, network.lat)
    for band, polygon in zip(bands, in_metres(polygons), strict=True):
        # The nearest point of the lattice is at most half a diagonal away, its corners' nodes twice as far.
        near = shapely.STRtree(shapely.points(nodes)).query(shapely.points(nodes), "dwithin", distance=300)
        worst = np.zeros(20)
        np.maximum.at(worst, near[0], minutes[near[1]])
        surely = worst + np.sqrt(2) * 100 / METRES_A_MINUTE <= band
        assert shapely.contains_xy(polygon.buffer(1), nodes[surely]).all()


def test_a_site_that_the_travel_times_do_not_know_is_refused(town):
    network, _, times, drawn = town
    with pytest.raises(TableError, match=r"1 site\(s\) to draw are not in the travel times\.\n  nowhere"):
        isochrones(times, network, {"nowhere": drawn["s1"]}, bands_min=(15.0,))


def test_node_minutes_that_do_not_fit_are_refused(street):
    with pytest.raises(
        TableError, match=r"site s has node minutes of shape \(5,\); the network has 21 nodes"
    ):
        isochrone_polygons(street, {"s": np.zeros(5)}, bands_min=(15.0,))
    with pytest.raises(TableError, match="site s has 21 node minutes that are NaN or negative"):
        isochrone_polygons(street, {"s": np.full(21, -1.0)}, bands_min=(15.0,))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"face": "hexagons"}, "face must be one of .*matrix.* not 'hexagons'"),
        ({"cell_m": 0.0}, "cell_m must be above 0, not 0.0"),
        ({"max_snap_m": float("nan")}, "max_snap_m must be above 0, not nan"),
        ({"simplify_m": -1.0}, "simplify_m must be 0 or more, not -1.0"),
    ],
)
def test_options_that_make_no_sense_are_refused(option, message):
    with pytest.raises(ConfigError, match=message):
        Drawing(**option)
