"""To networkx and back."""

import sys

import networkx as nx
import numpy as np
import pytest

from clinic_siting.errors import ClinicSitingError, DataError
from clinic_siting.network import from_networkx, to_networkx
from clinic_siting.tables import RoadNetwork


@pytest.fixture
def network() -> RoadNetwork:
    indptr, indices = np.array([0, 2, 3, 3]), np.array([1, 2, 0])
    minutes, anchor = np.array([1.5, 9.0, 2.0]), np.array([True, False, True])
    return RoadNetwork(np.array([0.0, 0.1, 0.2]), np.full(3, 51.0), indptr, indices, minutes, anchor)


def test_a_network_goes_out_in_osmnx_words_and_comes_back_the_same(network):
    graph = to_networkx(network)
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.graph["crs"] == "EPSG:4326"
    assert graph.nodes[1] == {"x": 0.1, "y": 51.0, "anchor": False}
    assert graph.edges[0, 1, 0]["travel_time"] == 90.0
    back = from_networkx(graph)
    for name in ("lon", "lat", "indptr", "indices", "minutes", "anchor"):
        assert np.array_equal(getattr(back, name), getattr(network, name))


def test_of_parallel_edges_the_quickest_comes_in_and_loops_do_not():
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node("p", x=0.0, y=51.0)
    graph.add_node("q", x=0.1, y=51.0)
    for seconds in (300, 120, 600):
        graph.add_edge("p", "q", travel_time=seconds)
    graph.add_edge("q", "q", travel_time=0)
    network = from_networkx(graph)
    assert network.minutes.tolist() == [2.0]
    assert network.indptr.tolist() == [0, 1, 1]
    assert network.anchor.all()


def test_a_graph_without_travel_times_or_places_is_refused_by_name():
    graph = nx.MultiDiGraph()
    graph.add_node(7, x=0.0, y=51.0)
    graph.add_edge(7, 8, length=100)
    with pytest.raises(DataError, match=r"1 node\(s\) lack x or y and 1 edge\(s\) travel_time"):
        from_networkx(graph)


def test_an_undirected_or_projected_graph_is_refused():
    with pytest.raises(DataError, match="undirected"):
        from_networkx(nx.MultiGraph())
    with pytest.raises(DataError, match="the graph is in EPSG:27700"):
        from_networkx(nx.MultiDiGraph(crs="EPSG:27700"))


def test_without_networkx_the_extra_is_named(network, monkeypatch):
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(ClinicSitingError, match=r"clinic-siting\[osm\]"):
        to_networkx(network)
