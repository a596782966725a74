import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.maps import scenery
from clinic_siting.maps.major_roads import draw_roads
from clinic_siting.tables import Isochrones, Roads

EVERYWHERE = (-9.0, 49.0, 3.0, 61.0)


def roads_of(**columns):
    nodes = pd.DataFrame(
        {"lon": [0.0, 0.3, 0.6, 0.6, 0.3, 0.0], "lat": [51.0] * 3 + [51.0002] * 3, "junctions_400m": 1}
    )
    links = pd.DataFrame(
        {
            "from_node": [0, 1, 3, 4], "to_node": [1, 2, 4, 5], "length_m": 1.0, "road_class": "trunk",
            "ramp": False, "oneway": True, "authority": None, "road": "A1", **columns,
        }
    )  # fmt: skip
    return Roads(nodes, links)


def test_of_a_dual_carriageway_one_line_is_drawn():
    _, trunk, _ = draw_roads(roads_of(), EVERYWHERE).lines
    assert len(trunk) == 1
    assert len(trunk[0]) == 2


def test_both_directions_of_a_primary_pair_stay_since_they_may_be_streets_apart():
    assert len(draw_roads(roads_of(road_class="primary"), EVERYWHERE).lines[2]) == 2


def test_slip_roads_and_lesser_roads_and_roads_far_away_are_left_out():
    for roads, bounds in (
        (roads_of(ramp=True), EVERYWHERE),
        (roads_of(road_class="minor"), EVERYWHERE),
        (roads_of(), (2.0, 52.0, 3.0, 53.0)),
    ):
        assert draw_roads(roads, bounds).lines == [[], [], []]


def test_a_road_with_a_short_stretch_of_motorway_carries_the_shield_of_its_longer_part():
    nodes = pd.DataFrame({"lon": [0.0, 0.05, 1.0], "lat": 51.0, "junctions_400m": 1})
    links = pd.DataFrame(
        {
            "from_node": [0, 1], "to_node": [1, 2], "length_m": 1.0, "road_class": ["motorway", "trunk"],
            "ramp": False, "oneway": False, "authority": None, "road": "A3",
        }
    )  # fmt: skip
    shields = draw_roads(Roads(nodes, links), EVERYWHERE).shields
    assert shields[["road", "road_class"]].to_numpy().tolist() == [["A3", 1]]


def test_a_road_without_a_number_is_drawn_and_gets_no_shield():
    drawn = draw_roads(roads_of(road=None), EVERYWHERE)
    assert len(drawn.lines[1]) == 1
    assert drawn.shields.empty


LAND = np.array([shapely.box(0, 51, 1, 52)], dtype=object)


def lines_of(*shapes):
    polygons = gpd.GeoDataFrame(
        {"site_id": "S", "minutes": [15.0] * len(shapes)}, geometry=list(shapes), crs=4326
    )
    isochrones = Isochrones(pd.Index(["Z"]), pd.Index(["S"]), (15.0,), np.zeros((1, 1, 1), bool), polygons)
    found = scenery.isochrone_lines(isochrones, scenery.shore(LAND, LAND))
    return [lines for _, _, lines in found]


def test_an_isochrone_inland_is_one_closed_line():
    (lines,) = lines_of(shapely.Point(0.5, 51.5).buffer(0.2))
    assert len(lines) == 1
    assert lines[0][0].tolist() == lines[0][-1].tolist()


def test_where_an_isochrone_would_trace_the_coast_it_is_not_drawn():
    (lines,) = lines_of(shapely.box(0.0, 51.3, 0.4, 51.7))
    west_edge = scenery.shore(LAND, LAND).land.bounds[0]
    assert lines
    assert min(path[:, 0].min() for path in lines) > west_edge + 40


def test_rings_too_small_to_read_are_dropped():
    assert lines_of(shapely.Point(0.5, 51.5).buffer(0.01)) == [[]]


def test_no_isochrones_are_no_lines():
    assert lines_of() == []


def test_a_county_label_stands_inside_its_county_and_small_ones_have_none():
    bent = shapely.Polygon([(0, 0), (9000, 0), (9000, 400), (400, 400), (400, 9000), (0, 9000)])
    table = scenery.county_labels({"Bent": bent, "Tiny": shapely.box(0, 0, 10, 10)})
    assert table["name"].tolist() == ["Bent"]
    assert bent.contains(shapely.Point(table["x"].iloc[0], table["y"].iloc[0]))


def test_county_lines_are_drawn_outside_the_area_and_away_from_the_coast_only():
    counties = {"In": shapely.box(0, 0, 1000, 1000), "Out": shapely.box(1000, 0, 2000, 1000),
                "Far": shapely.box(2000, 0, 3000, 1000)}  # fmt: skip
    coast = shapely.LineString([(0, 0), (3000, 0)])
    lines = scenery.county_lines(counties, {"In"}, counties["In"], coast)
    points = np.concatenate(lines)
    assert points[:, 0].min() > 1000
    assert points[:, 1].min() > 0
    assert scenery.county_lines(counties, set(counties), counties["In"], coast) == []
