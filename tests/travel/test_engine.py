"""Both engines give the same minutes, and the choice between them is said."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ClinicSitingError, ConfigError, TableError
from clinic_siting.travel import engine as engines
from clinic_siting.travel import nested_dissection, travel_engine, travel_times, write_order
from clinic_siting.travel.hierarchy import build_hierarchy, customised, minutes_to

SAME = {"rtol": 0, "atol": 1e-8}


@pytest.fixture(scope="module")
def both(town):
    pytest.importorskip("numba")
    pytest.importorskip("pymetis")
    return travel_engine(town, engine="cch"), travel_engine(town, engine="scipy")


def test_both_engines_agree_on_every_pair_of_a_town(both, town, at):
    everywhere = list(range(town.n_nodes))
    fast, plain = (e.on(town).times(at(everywhere), at(everywhere, prefix="s")).minutes for e in both)
    assert np.isinf(plain).any()
    assert np.isfinite(plain).sum() > 100_000
    assert np.allclose(fast, plain, **SAME)


def test_both_engines_agree_on_part_of_the_town_and_its_ways_to_the_road(both, town, at):
    zones, sites = (
        at([3, 3, 250, 401], [1.0, 2.0, 0.5, 0.0]),
        at([9, 250, 9], [0.25, np.inf, 4.0], prefix="s"),
    )
    fast, plain = (e.on(town).times(zones, sites, door_to_door_min=5.0).minutes for e in both)
    assert np.allclose(fast, plain, **SAME)
    assert np.isinf(fast[:, 1]).all()
    assert np.isinf(fast[3]).all()


def test_both_engines_agree_on_every_node(both, town, at):
    sites = at([9, 250, 9], [0.25, np.inf, 4.0], prefix="s")
    fast, plain = (e.on(town).node_times(sites) for e in both)
    assert fast.shape == (3, town.n_nodes)
    assert fast.flags.c_contiguous
    assert np.allclose(fast, plain, **SAME)


def test_new_minutes_need_no_new_engine(both, town, at):
    rng = np.random.default_rng(1)
    places, sites = at(list(range(0, 400, 7))), at([5, 77, 399], prefix="s")
    for _ in range(3):
        minutes = town.minutes * rng.uniform(0.5, 2, len(town.minutes))
        other = type(town)(town.lon, town.lat, town.indptr, town.indices, minutes, town.anchor)
        fast, plain = (e.on(other).times(places, sites).minutes for e in both)
        assert np.allclose(fast, plain, **SAME)


N = 9
edges = st.dictionaries(
    st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).filter(lambda p: p[0] != p[1]),
    st.floats(0.01, 200),
    min_size=1,
    max_size=45,
)


@settings(deadline=None, max_examples=80)
@given(edges, st.permutations(range(N)), st.integers(1, 3))
def test_any_order_of_contraction_gives_the_same_minutes_as_scipy(network_of, at, some, order, threads):
    pytest.importorskip("numba")
    network, everywhere = network_of(some, N), np.arange(N)
    hierarchy = build_hierarchy(network, np.array(order, dtype=np.int32))
    metric = customised(hierarchy, network.minutes)
    fast = minutes_to(metric, everywhere, everywhere, threads=threads).T
    plain = travel_times(network, at(list(range(N))), at(list(range(N)), prefix="s"), engine="scipy").minutes
    assert np.allclose(fast, plain, **SAME)
    for few in (everywhere[::4], everywhere[3:4]):
        part = minutes_to(metric, few, everywhere[::2], threads=threads).T
        assert np.allclose(part, plain[np.ix_(everywhere[::2], few)], **SAME)


def test_progress_reaches_all_sites(both, town, at):
    for engine in both:
        seen: list[tuple[int, int]] = []
        sites = at(list(range(0, 400, 4)), prefix="s")
        engine.on(town).times(at([0]), sites, progress=lambda *done, seen=seen: seen.append(done))
        assert seen[-1] == (100, 100)
        assert seen == sorted(seen)


def test_a_network_of_other_roads_is_refused(both, network_of):
    other = network_of({(0, 1): 1.0}, 403)
    for engine in both:
        with pytest.raises(TableError, match="the network has other roads than the engine was made for"):
            engine.on(other)


def test_a_small_network_needs_no_hierarchy(town):
    engine = travel_engine(town)
    assert engine.name == "scipy"
    assert "needs no other" in engine.because


def test_a_large_network_is_ordered_and_the_order_s_author_named(town, monkeypatch, tmp_path):
    pytest.importorskip("numba")
    pytest.importorskip("pymetis")
    monkeypatch.setattr(engines, "FEW_EDGES", 1)
    assert travel_engine(town).because == "contraction hierarchies in an order from METIS"
    assert travel_engine(town, cache_dir=tmp_path).because.endswith("from METIS")
    assert travel_engine(town, cache_dir=tmp_path).because.endswith("from the cache")
    write_order(tmp_path / "order.parquet", nested_dissection(town), town)
    stored = (tmp_path / "order.parquet").read_bytes()
    engine = travel_engine(town, stored_order=stored)
    assert engine.in_words == "Travel times by contraction hierarchies in an order from the data set."


def test_an_order_of_other_roads_does_not_count(town, network_of, monkeypatch, tmp_path):
    pytest.importorskip("numba")
    pytest.importorskip("pymetis")
    monkeypatch.setattr(engines, "FEW_EDGES", 1)
    other = network_of({(0, 1): 1.0, (1, 2): 1.0}, 3)
    write_order(tmp_path / "order.parquet", nested_dissection(other), other)
    stored = (tmp_path / "order.parquet").read_bytes()
    assert travel_engine(town, stored_order=stored).because.endswith("from METIS")


def test_without_numba_scipy_steps_in_and_says_so_unless_the_fast_engine_was_asked_for(town, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr(engines, "FEW_EDGES", 1)
    engine = travel_engine(town)
    assert engine.name == "scipy"
    assert engine.in_words.startswith(
        "Travel times by scipy's plain search, slower, with the same minutes: numba cannot be used here"
    )
    with pytest.raises(ClinicSitingError, match=r"numba cannot be used here; .*clinic-siting\[fast\]"):
        travel_engine(town, engine="cch")


def test_an_unknown_engine_is_refused(town):
    with pytest.raises(ConfigError, match="'warp' does not exist; choose one of auto, cch, scipy"):
        travel_engine(town, engine="warp")


@pytest.mark.parametrize(("n_zones", "n_sites"), [(0, 2), (2, 0)])
def test_no_zones_or_no_sites_have_no_times(both, town, at, n_zones, n_sites):
    for engine in both:
        times = engine.on(town).times(at([1] * n_zones), at([2] * n_sites, prefix="s"))
        assert times.minutes.shape == (n_zones, n_sites)
