"""The routable graph: parallel links, one-ways, gates, places to stop."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ConfigError, DataError
from clinic_siting.network import Gate, gate_minutes, links_across, road_network, road_topology
from clinic_siting.tables import RoadNetwork, Roads


def roads_of(links: list[tuple[int, int, bool]], points: list[tuple[float, float]], **columns) -> Roads:
    nodes = pd.DataFrame(points, columns=["lon", "lat"]).assign(junctions_400m=0)
    table = pd.DataFrame(links, columns=["from_node", "to_node", "oneway"])
    table = table.assign(length_m=100.0, road_class="minor", ramp=False, authority=None, road=None)
    return Roads(nodes, table.assign(**columns))


def edges_of(network: RoadNetwork) -> dict[tuple[int, int], float]:
    tails = np.repeat(np.arange(network.n_nodes), np.diff(network.indptr)).tolist()
    pairs = list(zip(tails, network.indices.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    return dict(zip(pairs, network.minutes.tolist(), strict=True))


STREET = [(0.0, 51.0), (0.1, 51.0), (0.2, 51.0)]


def test_of_parallel_links_the_quickest_counts_and_never_their_sum():
    roads = roads_of([(0, 1, False), (1, 0, False), (0, 1, True), (1, 2, False)], STREET)
    network = road_network(roads, np.array([5.0, 4.0, 3.0, 1.0]))
    assert edges_of(network) == {(0, 1): 3.0, (1, 0): 4.0, (1, 2): 1.0, (2, 1): 1.0}


def test_a_one_way_link_runs_from_its_first_node_to_its_second_alone():
    network = road_network(roads_of([(1, 0, True), (1, 2, False)], STREET), np.array([2.0, 3.0]))
    assert edges_of(network) == {(1, 0): 2.0, (1, 2): 3.0, (2, 1): 3.0}


links = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()).filter(lambda link: link[0] != link[1]),
    min_size=1,
    max_size=25,
)


@settings(deadline=None, max_examples=60)
@given(links, st.data())
def test_every_edge_is_the_least_of_the_links_that_run_its_way(some, data):
    minutes = data.draw(st.lists(st.floats(0.1, 90), min_size=len(some), max_size=len(some)))
    points = [(x / 10, 51.0) for x in range(6)]
    want: dict[tuple[int, int], float] = {}
    for (u, v, oneway), value in zip(some, minutes, strict=True):
        for pair in [(u, v)] if oneway else [(u, v), (v, u)]:
            want[pair] = min(value, want.get(pair, np.inf))
    network = road_network(roads_of(some, points), np.array(minutes))
    assert edges_of(network) == want
    assert list(edges_of(network)) == sorted(want)


def test_new_minutes_on_a_topology_equal_a_network_built_anew():
    roads = roads_of([(0, 1, False), (0, 1, True), (1, 2, False)], STREET)
    topology = road_topology(roads)
    for minutes in (np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])):
        assert edges_of(topology.network(minutes)) == edges_of(road_network(roads, minutes))
    assert topology.network(minutes).indices is topology.network(minutes).indices


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf, np.nan])
def test_a_link_of_zero_negative_or_endless_minutes_is_refused_by_name(bad):
    roads = roads_of([(0, 1, False), (1, 2, False)], STREET)
    with pytest.raises(DataError, match=rf"1 link\(s\) without finite, positive minutes.\n  link 1: {bad}"):
        road_network(roads, np.array([1.0, bad]))


def test_journeys_begin_where_a_link_is_neither_motorway_ramp_nor_connector():
    points = [(x / 10, 51.0) for x in range(6)]
    roads = roads_of(
        [(0, 1, False), (1, 2, False), (2, 3, False), (3, 4, False)],
        points,
        road_class=["motorway", "connector", "primary", "minor"],
        ramp=[False, False, True, False],
    )
    assert road_network(roads, np.ones(4)).anchor.tolist() == [False, False, False, True, True, False]


def test_a_gate_adds_its_minutes_once_to_each_way_of_a_link_it_crosses():
    roads = roads_of([(0, 1, False), (1, 2, False)], STREET)
    zigzag = ((0.04, 50.9), (0.06, 51.1), (0.08, 50.9))
    network = road_network(roads, np.array([1.0, 1.0]), gates=[Gate("Bridge", zigzag, 10.0)])
    assert edges_of(network) == {(0, 1): 11.0, (1, 0): 11.0, (1, 2): 1.0, (2, 1): 1.0}


def test_two_gates_on_one_link_add_up_and_the_quickest_parallel_link_is_taken_after_them():
    roads = roads_of(
        [(0, 2, True), (0, 1, True), (1, 2, True), (0, 2, True)], [(0, 51), (0.1, 51.2), (0.2, 51)]
    )
    gate = Gate("Toll", ((0.15, 50.9), (0.15, 51.05)), 4.0)
    again = Gate("Queue", ((0.05, 50.9), (0.05, 51.05)), 5.0)
    assert gate_minutes(roads, [gate, again]).tolist() == [9.0, 0.0, 0.0, 9.0]
    network = road_network(roads, np.array([3.0, 1.0, 1.0, 2.0]), gates=[gate, again])
    assert edges_of(network)[0, 2] == 11.0


def test_a_journey_through_a_node_on_the_line_crosses_once():
    roads = roads_of([(0, 1, False), (1, 2, False)], STREET)
    assert links_across(roads, ((0.1, 50.9), (0.1, 51.1))).sum() == 1


def test_a_link_that_ends_before_the_line_or_passes_beside_it_does_not_cross():
    roads = roads_of([(0, 1, False)], STREET[:2])
    assert not links_across(roads, ((0.2, 50.9), (0.2, 51.1))).any()
    assert not links_across(roads, ((0.05, 51.1), (0.05, 51.2))).any()


def test_a_gate_that_no_link_crosses_is_refused():
    roads = roads_of([(0, 1, False)], STREET[:2])
    with pytest.raises(ConfigError, match="gate Nowhere: no road link crosses its line"):
        road_network(roads, np.ones(1), gates=[Gate("Nowhere", ((1.0, 52.0), (1.1, 52.0)), 5.0)])


@pytest.mark.parametrize("minutes", [-1.0, np.nan, np.inf])
def test_a_gate_of_impossible_minutes_is_refused(minutes):
    with pytest.raises(ConfigError, match="gate Toll: minutes must be 0 or more"):
        Gate("Toll", ((0.0, 51.0), (0.1, 51.0)), minutes)


def test_a_gate_of_one_point_is_refused():
    with pytest.raises(ConfigError, match="gate Toll: line needs two or more points"):
        Gate("Toll", ((0.0, 51.0),), 1.0)
