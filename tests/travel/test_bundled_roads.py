"""Both engines on the roads that come with the project."""

import numpy as np
import pytest
from bench.ground import DATA, bundled

from clinic_siting import sources
from clinic_siting.network import Gate, gate_minutes, links_across, road_topology
from clinic_siting.travel import travel_engine
from clinic_siting.travel.orders import read_order, roads_digest

DARTFORD = ((0.24, 51.4647), (0.28, 51.4647))


@pytest.fixture(scope="module")
def london():
    """The nearest twelfth of the bundled roads."""
    return bundled(share=1 / 12)


@pytest.fixture(scope="module")
def roads():
    return sources.read_roads(sources.open_data(DATA))


def test_both_engines_agree_on_real_streets_one_ways_and_dead_ends(london):
    pytest.importorskip("numba")
    pytest.importorskip("pymetis")
    fast, plain = (travel_engine(london.network, engine=e).on(london.network) for e in ("cch", "scipy"))
    zones, sites = (
        places.of(places.index[np.isfinite(places.minutes)][::step])
        for places, step in ((london.zones, 10), (london.sites, 3))
    )
    ours, theirs = (metric.times(zones, sites).minutes for metric in (fast, plain))
    assert np.isfinite(theirs).sum() > 1000
    assert np.allclose(ours, theirs, rtol=0, atol=1e-6)


def test_the_stored_order_belongs_to_the_bundled_roads(roads):
    network = road_topology(roads).network(np.ones(len(roads.links)))
    order = sources.open_data(DATA).read("road_order.parquet")
    assert len(read_order(order, network)) == len(roads.nodes)
    assert len(roads_digest(network)) == 64


def test_of_the_bundled_links_that_repeat_a_pair_one_is_kept(roads):
    topology = road_topology(roads)
    assert (len(topology.link), len(topology.first)) == (1_553_355, 1_553_355 - 40_447)


def test_four_links_cross_the_dartford_line_and_each_pays_once(roads):
    crossing = roads.links[links_across(roads, DARTFORD)]
    assert crossing["road"].tolist() == ["A282"] * 4
    assert gate_minutes(roads, [Gate("Dartford Crossing", DARTFORD, 10.0)]).sum() == 40.0
