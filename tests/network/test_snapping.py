"""The way to the road."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import ConfigError, TableError
from clinic_siting.grid import grid_points
from clinic_siting.network import snap, snap_both
from clinic_siting.tables import RoadNetwork, Snap


@pytest.fixture
def network() -> RoadNetwork:
    """Three nodes a tenth of a degree apart; the middle one is a motorway's."""
    anchor = np.array([True, False, True])
    return RoadNetwork(
        np.array([0.0, 0.1, 0.2]),
        np.full(3, 51.0),
        np.array([0, 1, 2, 2]),
        np.array([1, 2]),
        np.array([1.0, 1.0]),
        anchor,
    )


def place(lon: float, lat: float = 51.0) -> pd.DataFrame:
    return pd.DataFrame({"lon": [lon], "lat": [lat]}, index=["home"])


def test_the_national_grid_is_metres():
    # The grid's true origin, 49° N 2° W, is 400 km east and −100 km north; the globe's degrees
    # differ from the grid's own by about 100 m. A degree of latitude is 111 km.
    origin, north = grid_points(np.array([-2.0, -2.0]), np.array([49.0, 50.0]))
    assert origin == pytest.approx([400_000, -100_000], abs=150)
    assert north - origin == pytest.approx([0, 111_200], abs=150)


def test_the_way_to_the_road_is_longer_than_the_crow_flies_and_slow(network):
    joined = snap(network, place(0.0, 51.01), max_snap_m=5000)
    metres = joined.straight_m[0]
    assert joined.node.tolist() == [0]
    assert metres == pytest.approx(1112, rel=0.002)
    assert joined.minutes[0] == pytest.approx(metres / 1000 * 1.3 / 20 * 60)
    assert joined.index.tolist() == ["home"]


def test_a_place_on_its_node_has_no_way_to_the_road(network):
    assert snap(network, place(0.2), max_snap_m=5000).minutes[0] == pytest.approx(0, abs=1e-9)


def test_a_place_farther_than_the_limit_has_no_route_but_keeps_its_distance(network):
    near, far = (snap(network, place(0.0, 51.01), max_snap_m=m) for m in (1120, 1110))
    assert np.isfinite(near.minutes).all()
    assert far.minutes.tolist() == [np.inf]
    assert far.straight_m.tolist() == near.straight_m.tolist()


def test_a_place_beside_a_motorway_looks_for_an_ordinary_road_within_reach(network):
    beside = place(0.11)
    assert snap(network, beside, max_snap_m=9000, anchors_only=False).node.tolist() == [1]
    assert snap(network, beside, max_snap_m=9000).node.tolist() == [2]
    assert snap(network, beside, max_snap_m=5000).node.tolist() == [1]


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_limit_of_nothing_is_refused(network, limit):
    with pytest.raises(ConfigError, match="max_snap_m must be above 0"):
        snap(network, place(0.0), max_snap_m=limit)


def test_a_snap_refuses_missing_minutes_and_shapes_that_differ():
    ids, node = pd.Index(["a"]), np.array([0])
    with pytest.raises(TableError, match=r"minutes is NaN or negative.\n  a"):
        Snap(ids, node, np.array([1.0]), np.array([np.nan]))
    with pytest.raises(TableError, match="differ in length"):
        Snap(ids, node, np.array([1.0, 2.0]), np.array([1.0]))


def test_both_ways_to_join_are_found_at_once(network):
    beside = place(0.11)
    anchored, nearest = snap_both(network, beside, max_snap_m=20_000)
    assert (anchored.node.tolist(), nearest.node.tolist()) == (
        snap(network, beside, max_snap_m=20_000).node.tolist(),
        snap(network, beside, max_snap_m=20_000, anchors_only=False).node.tolist(),
    )
    assert anchored.node != nearest.node
