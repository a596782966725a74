"""From streets to links."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from clinic_siting.osm.simplify import chains, left_out_pieces, merged_twins, strongly_connected
from clinic_siting.osm.streets import Streets, great_circle_m, no_ferries
from clinic_siting.osm.tags import Kind
from clinic_siting.osm.ways import read_ways

MINOR = {"highway": "residential"}
ONE_WAY = {**MINOR, "oneway": "yes"}
KINDS = (
    Kind("minor", ramp=False, road=None, maxspeed_mph=None),
    Kind("primary", ramp=False, road="A1", maxspeed_mph=30.0),
)


def links(streets):
    found = chains(strongly_connected(merged_twins(streets))[0])
    ids = streets.node_id
    return sorted(
        (int(ids[a]), int(ids[b])) if not both else tuple(sorted((int(ids[a]), int(ids[b]))))
        for a, b, both in zip(found.start, found.end, found.both_ways, strict=True)
    )


def test_points_along_a_road_go_and_its_length_stays(osm_file):
    streets = read_ways(osm_file([([11, 12, 13, 14], MINOR)]))
    joined = chains(streets)
    assert links(streets) == [(11, 14)]
    assert joined.length_m == pytest.approx([streets.length_m.sum()])


def test_a_road_drawn_in_two_ways_is_one_link(osm_file):
    assert links(read_ways(osm_file([([11, 12], MINOR), ([13, 12], MINOR)]))) == [(11, 13)]


def test_dead_ends_and_junctions_stay(osm_file):
    ways = [([11, 12, 13, 14], MINOR), ([13, 23, 33], MINOR)]
    assert links(read_ways(osm_file(ways))) == [(11, 13), (13, 14), (13, 33)]


@pytest.mark.parametrize(
    "other", [{"highway": "tertiary"}, {**MINOR, "maxspeed": "20 mph"}, {**MINOR, "ref": "A1"}]
)
def test_a_node_stays_where_the_road_changes(osm_file, other):
    assert links(read_ways(osm_file([([11, 12], MINOR), ([12, 13], other)]))) == [(11, 12), (12, 13)]


def test_one_way_chains_keep_their_direction(osm_file):
    ways = [([11, 12, 13], ONE_WAY), ([13, 23, 22, 21, 11], {**MINOR, "oneway": "-1"}), ([11, 13], MINOR)]
    streets = read_ways(osm_file(ways))
    assert links(streets) == [(11, 13), (11, 13), (11, 13)]


def test_two_one_way_streets_that_meet_head_on_are_not_one_road(osm_file):
    streets = read_ways(osm_file([([11, 12], ONE_WAY), ([13, 12], ONE_WAY)]))
    assert len(chains(streets).start) == 2


def test_a_close_that_returns_to_its_own_junction_keeps_its_farthest_point(osm_file):
    ways = [([11, 12, 13], MINOR), ([12, 22, 32, 33, 23, 12], MINOR)]
    assert links(read_ways(osm_file(ways))) == [(11, 12), (12, 13), (12, 33), (12, 33)]


def test_a_ring_without_a_junction_is_kept_in_pieces(osm_file):
    found = links(read_ways(osm_file([([11, 12, 22, 21, 11], MINOR)])))
    assert len(found) >= 2
    assert all(a != b for a, b in found)


def test_a_road_drawn_once_for_each_direction_is_one_two_way_road(osm_file):
    streets = merged_twins(read_ways(osm_file([([11, 12], ONE_WAY), ([12, 11], ONE_WAY), ([11, 12], MINOR)])))
    assert streets.both_ways.tolist() == [True]


def test_parallel_roads_of_different_kinds_both_stay(osm_file):
    streets = merged_twins(read_ways(osm_file([([11, 12], MINOR), ([11, 12], {"highway": "primary"})])))
    assert len(streets.tail) == 2


def test_roads_that_cross_without_a_common_node_are_not_joined(osm_file):
    ways = [([11, 33], MINOR), ([31, 13], {**MINOR, "bridge": "yes"}), ([11, 31], MINOR)]
    assert links(read_ways(osm_file(ways))) == [(13, 33)]


def test_what_one_cannot_leave_again_is_left_out_and_named(osm_file):
    ways = [
        ([11, 12, 13, 23, 22, 21], MINOR),
        ([13, 14], ONE_WAY),  # in, never out
        ([41, 42, 43], MINOR),  # an island
        ([42, 52], MINOR),
        ([13, 43], {"route": "ferry", "name": "Isle ferry"}),
    ]
    kept, left = strongly_connected(merged_twins(read_ways(osm_file(ways))))
    pieces = left_out_pieces(kept, left)
    assert pieces["nodes"].tolist() == [4, 1]
    assert pieces["joined"].tolist() == [False, True]
    assert pieces["ferry"].tolist() == ["Isle ferry", ""]
    assert pieces["km"].sum() == pytest.approx(left.length_m.sum() / 1000)
    assert pieces.loc[0, ["lon", "lat"]].tolist() == pytest.approx([0.04, 51.02])


def minutes_between(n, tail, head, length, both_ways):
    graph = np.full((n, n), np.inf)
    np.minimum.at(graph, (tail, head), length)
    np.minimum.at(graph, (head[both_ways], tail[both_ways]), length[both_ways])
    np.fill_diagonal(graph, 0)
    rows, columns = (axis.astype(np.int32) for axis in np.nonzero(np.isfinite(graph)))
    return dijkstra(csr_array((graph[rows, columns], (rows, columns)), shape=(n, n)))


@st.composite
def towns(draw):
    n = draw(st.integers(3, 14))
    node = st.integers(0, n - 1)
    edge = st.tuples(node, node, st.booleans(), st.integers(0, 1)).filter(lambda e: e[0] != e[1])
    edges = draw(st.lists(edge, min_size=2, max_size=30))
    tail, head, both, kind = (np.array(column) for column in zip(*edges, strict=True))
    lon, lat = np.arange(n) ** 1.5 / 100, 51 + np.arange(n) % 4 / 100
    length = great_circle_m(lon, lat, tail, head)
    return Streets(np.arange(n), lon, lat, tail, head, length, both, kind, KINDS, no_ferries(), {})


@settings(deadline=None, max_examples=150)
@given(towns())
def test_simplifying_changes_no_distance_between_the_nodes_that_stay(streets):
    kept, left = strongly_connected(merged_twins(streets))
    assert len(kept.tail) + len(left.tail) == len(merged_twins(streets).tail)
    if not len(kept.tail):
        return
    found = chains(kept)
    stays = np.unique(np.concatenate([found.start, found.end]))
    assert (found.start != found.end).all()
    n = len(streets.node_id)
    before = minutes_between(n, kept.tail, kept.head, kept.length_m, kept.both_ways)
    after = minutes_between(n, found.start, found.end, found.length_m, found.both_ways)
    both = np.ix_(stays, stays)
    assert after[both] == pytest.approx(before[both])
    assert np.isfinite(after[both]).all()
    assert found.length_m.sum() == pytest.approx(kept.length_m.sum())
