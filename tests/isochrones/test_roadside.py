"""The roadside: a buffer around the parts of roads in time, as exact as its truth."""

import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from clinic_siting.grid import grid_points
from clinic_siting.isochrones import Drawing, isochrone_polygons

ROADSIDE = Drawing(face="road", cell_m=25, buffer_m=150)


def both_ways(edges):
    return [(u, v, minutes) for a, b, minutes in edges for u, v in ((a, b), (b, a))]


def drawn(network, minutes, bands, drawing=ROADSIDE) -> list[shapely.Geometry]:
    polygons = isochrone_polygons(network, {"s": np.array(minutes)}, bands_min=bands, drawing=drawing)
    assert polygons.is_valid.all()
    return list(gpd.GeoSeries(polygons.geometry).to_crs("EPSG:27700"))


def overlap(area: shapely.Geometry, truth: shapely.Geometry) -> float:
    return shapely.intersection(area, truth).area / shapely.union(area, truth).area


def truth_of(network, nodes, minutes, threshold, buffer_m) -> shapely.Geometry:
    """Union of buffers around every part of an edge from which the time suffices: the definition, slowly."""
    tail = np.repeat(np.arange(network.n_nodes), np.diff(network.indptr))
    # A node in time that no link leads to is a road without length.
    parts = list(shapely.points(nodes[minutes <= threshold]))
    for u, v, along in zip(tail, network.indices, network.minutes, strict=True):
        share = np.clip((threshold - minutes[v]) / along, 0, 1)
        if minutes[v] <= threshold:
            parts.append(shapely.linestrings([nodes[v], nodes[v] + share * (nodes[u] - nodes[v])]))
    return shapely.union_all(shapely.buffer(parts, buffer_m, quad_segs=8)) if parts else shapely.Polygon()


def test_a_road_in_time_is_a_sausage_cut_where_the_time_is_up(network_of):
    road = network_of([(530_000, 180_000), (534_000, 180_000)], both_ways([(0, 1, 8.0)]))
    for area, length in zip(drawn(road, [0.0, 8.0], (3.0, 5.0, 20.0)), (1500, 2500, 4000), strict=True):
        truth = shapely.LineString([(530_000, 180_000), (530_000 + length, 180_000)]).buffer(150)
        assert overlap(area, truth) > 0.98


def test_a_long_road_to_a_node_out_of_time_is_followed_to_the_metre(network_of):
    # A 20 km link of which the first tenth is in time: its far end lies far outside the area.
    road = network_of([(530_000, 180_000), (550_000, 180_000)], both_ways([(0, 1, 60.0)]))
    (area,) = drawn(road, [1.0, 61.0], (7.0,))
    truth = shapely.LineString([(530_000, 180_000), (532_000, 180_000)]).buffer(150)
    assert overlap(area, truth) > 0.98


def test_a_one_way_road_counts_only_in_its_direction(network_of):
    # Node 0 is the clinic's. From 1 one drives to it; the road to 2 leads away.
    points = [(530_000, 180_000), (530_000, 182_000), (532_000, 180_000)]
    star = network_of(points, [(1, 0, 2.0), (0, 2, 2.0)])
    (area,) = drawn(star, [0.0, 2.0, np.inf], (5.0,))
    truth = shapely.LineString(points[:2]).buffer(150)
    assert overlap(area, truth) > 0.98


def test_the_hole_inside_a_ring_road_and_the_island_beyond_a_motorway_are_kept(network_of):
    square = [(530_000, 180_000), (532_000, 180_000), (532_000, 182_000), (530_000, 182_000)]
    island = [(540_000, 180_000), (541_000, 180_000)]
    edges = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 1.0), (4, 5, 1.0)]
    town = network_of(square + island, both_ways(edges))
    (area,) = drawn(town, [0.0, 1.0, 2.0, 1.0, 3.0, 4.0], (10.0,))
    assert len(area.geoms) == 2
    holes = [hole for part in area.geoms for hole in part.interiors]
    assert len(holes) == 1
    assert shapely.Polygon(holes[0]).area == pytest.approx(1700**2, rel=0.01)


def test_where_nothing_is_in_time_the_roadside_is_empty(network_of):
    road = network_of([(530_000, 180_000), (534_000, 180_000)], both_ways([(0, 1, 8.0)]))
    polygons = isochrone_polygons(
        road, {"a": np.array([0.0, 8.0]), "b": np.array([9.0, 9.0])}, bands_min=(2.0, 4.0), drawing=ROADSIDE
    )
    assert polygons.geometry.is_empty.tolist() == [False, False, True, True]


def test_a_site_has_the_same_roadside_whoever_is_drawn_beside_it(network_of):
    # Far apart in both directions, so that each looks at a part of the blocks and of the samples alone.
    corners = [(530_000, 180_000), (560_000, 181_000), (531_000, 220_000), (561_000, 222_000)]
    points = [(east + step, north + step) for east, north in corners for step in (0, 900)]
    network = network_of(points, both_ways([(k, k + 1, 4.0) for k in range(0, 8, 2)]))
    sites = {f"s{k}": np.where(np.arange(8) // 2 == k, 4.0 * (np.arange(8) % 2), np.inf) for k in range(4)}
    together = isochrone_polygons(network, sites, bands_min=(3.0, 9.0), drawing=ROADSIDE)
    for site, minutes in sites.items():
        alone = isochrone_polygons(network, {site: minutes}, bands_min=(3.0, 9.0), drawing=ROADSIDE)
        ours = together.loc[together["site_id"] == site].geometry.reset_index(drop=True)
        assert ours.geom_equals_exact(alone.geometry, 1e-9).all()
        assert not ours.is_empty.any()


@given(seed=st.integers(0, 2**32 - 1), cell_m=st.sampled_from([60.0, 100.0, 150.0]))
@settings(deadline=None, max_examples=8, phases=[Phase.explicit, Phase.generate])
def test_the_roadside_nests_holds_every_road_in_time_and_is_near_its_truth(network_of, seed, cell_m):
    rng = np.random.default_rng(seed)
    points = np.array([530_000, 180_000]) + rng.uniform(0, 8000, (30, 2))
    edges = {(u, v): rng.uniform(0.5, 9) for u, v in rng.integers(0, 30, (50, 2)) if u != v}
    network = network_of(points, [(u, v, m) for (u, v), m in edges.items()])
    minutes = rng.choice([0.0, 2.0, 5.0, 8.0, 30.0, np.inf], 30)
    bands = (1.0, 6.0, 7.5)
    nodes = grid_points(network.lon, network.lat)
    areas = drawn(network, minutes, bands, Drawing(face="road", cell_m=cell_m, buffer_m=150))
    assert all(
        inner.is_empty or outer.buffer(0.001).covers(inner) for inner, outer in itertools.pairwise(areas)
    )
    for band, area in zip(bands, areas, strict=True):
        truth = truth_of(network, nodes, minutes, band, 150)
        assert truth.is_empty == area.is_empty
        if not truth.is_empty:
            assert overlap(area, truth) > 1 - cell_m / 500
            # Whoever stands on the road in time is inside, with metres to spare.
            assert shapely.difference(truth_of(network, nodes, minutes, band, 5), area).area < 1
