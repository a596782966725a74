"""Road tables from streets."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import DataError
from clinic_siting.grid import grid_points
from clinic_siting.osm import read_roads_file
from clinic_siting.osm.network import hilbert, junctions

MINOR = {"highway": "residential"}
CROSS = [([11, 12, 13], MINOR), ([2, 12, 22], {"highway": "primary", "ref": "A1", "maxspeed": "30 mph"})]


def test_tables_have_the_columns_and_types_of_a_data_set(osm_file):
    roads = read_roads_file(osm_file(CROSS)).roads
    assert roads.nodes.dtypes.astype(str).to_dict() == {
        "lon": "float64",
        "lat": "float64",
        "junctions_400m": "int16",
    }
    assert list(roads.links) == [
        *("from_node", "to_node", "length_m", "road_class", "ramp", "oneway", "source", "authority", "road"),
        "maxspeed_mph",
    ]
    assert (roads.links["source"] == "osm").all()
    assert roads.links["authority"].isna().all()
    primary = roads.links[roads.links["road_class"] == "primary"]
    assert primary["road"].tolist() == ["A1", "A1"]
    assert primary["maxspeed_mph"].tolist() == [30.0, 30.0]
    assert roads.links.loc[roads.links["road_class"] == "minor", "maxspeed_mph"].isna().all()


def test_the_same_roads_in_another_order_give_the_same_tables(osm_file):
    one = read_roads_file(osm_file(CROSS)).roads
    turned = [(refs[::-1], tags) for refs, tags in CROSS[::-1]]
    other = read_roads_file(osm_file(turned, name="turned.osm")).roads
    pd.testing.assert_frame_equal(one.nodes, other.nodes)
    pd.testing.assert_frame_equal(one.links, other.links, check_categorical=False)


def test_a_hilbert_curve_steps_from_cell_to_neighbouring_cell():
    side = np.linspace(0.0, 1.0, 16)
    lon, lat = (axis.ravel() for axis in np.meshgrid(side, side))
    order = np.argsort(hilbert(lon, lat))
    steps = np.abs(np.diff(lon[order])) + np.abs(np.diff(lat[order]))
    assert steps == pytest.approx(1 / 15)


def test_junctions_within_400_m_are_counted_with_the_node_itself():
    # Three junctions in a row, 399 m and 401 m apart, each with two short arms.
    points = [(x, y) for x in (0.0, 399.0, 800.0) for y in (0.0, 1.0, -1.0)]
    pairs = [(0, 1), (0, 2), (0, 3), (3, 4), (3, 5), (3, 6), (6, 7), (6, 8)]
    links = pd.DataFrame(pairs, columns=["from_node", "to_node"])
    assert junctions(np.array(points), links)[[0, 3, 6]].tolist() == [2, 2, 1]


def test_a_link_belongs_to_the_authority_of_the_nearest_place_if_one_is_near(osm_file):
    ways = [([11, 12], MINOR), ([12, 13], {"highway": "tertiary"}), ([13, 19], MINOR)]
    places = pd.DataFrame({"lon": [0.01, 0.01], "lat": [51.01, 51.035], "authority": ["E1", "E2"]})
    roads = read_roads_file(osm_file(ways), authorities=places).roads
    lat = roads.nodes["lat"].to_numpy()
    middle = (lat[roads.links["from_node"]] + lat[roads.links["to_node"]]) / 2
    by_middle = dict(zip(np.round(middle, 3), roads.links["authority"], strict=True))
    assert by_middle[51.015] == "E1"
    assert by_middle[51.025] == "E2"
    assert by_middle[51.06] == "E2"


def test_a_road_far_from_any_place_belongs_to_no_authority(osm_file):
    places = pd.DataFrame({"lon": [1.0], "lat": [52.0], "authority": ["E1"]})
    assert read_roads_file(osm_file(CROSS), authorities=places).roads.links["authority"].isna().all()


def test_one_way_roads_alone_are_no_network(osm_file):
    with pytest.raises(DataError, match="no two junctions can be reached from one another"):
        read_roads_file(osm_file([([11, 12, 13], {**MINOR, "oneway": "yes"})]))


def test_roads_outside_great_britain_are_refused(osm_file):
    path = osm_file(CROSS)
    path.write_text(path.read_text(encoding="utf-8").replace('lat="51.', 'lat="41.'), encoding="utf-8")
    with pytest.raises(DataError, match=r"5 node\(s\) lie outside Great Britain"):
        read_roads_file(path)


def test_lengths_agree_with_the_national_grid(osm_file):
    roads = read_roads_file(osm_file(CROSS)).roads
    grid = grid_points(roads.nodes["lon"], roads.nodes["lat"])
    straight = np.hypot(*(grid[roads.links["from_node"]] - grid[roads.links["to_node"]]).T)
    assert roads.links["length_m"].to_numpy() == pytest.approx(straight, rel=4e-3)
