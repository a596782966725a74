"""Shortest times: roads solved by hand, and the laws that every metric of roads obeys."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ConfigError
from clinic_siting.tables import Snap
from clinic_siting.travel import node_times, travel_times


@pytest.fixture(scope="module")
def ring(network_of):
    """0 ⇄ 1 → 2 → 0: a one-way ring with one two-way street; 3 stands apart."""
    return network_of({(0, 1): 2.0, (1, 0): 3.0, (1, 2): 5.0, (2, 0): 7.0}, 4)


def test_minutes_run_from_the_patient_to_the_clinic(ring, at):
    minutes = travel_times(ring, at([0, 1, 2, 3]), at([0, 2], prefix="s")).minutes
    assert minutes.tolist() == [[0, 7], [3, 5], [7, 0], [np.inf, np.inf]]


def test_the_way_to_the_road_counts_at_both_ends_and_door_to_door_once(ring, at):
    zones, sites = at([0, 1], [1.0, 0.5]), at([0], [4.0], prefix="s")
    times = travel_times(ring, zones, sites, door_to_door_min=10.0)
    assert times.minutes.tolist() == [[15.0], [17.5]]


def test_zone_and_site_on_one_node_are_the_two_ways_to_the_road_apart(ring, at):
    assert travel_times(ring, at([1], 2.0), at([1], 3.0, prefix="s")).minutes.tolist() == [[5.0]]


def test_a_place_too_far_from_any_road_has_no_route(ring, at):
    times = travel_times(ring, at([0, 1], [np.inf, 0.0]), at([0, 0], [0.0, np.inf], prefix="s"))
    assert times.minutes.tolist() == [[np.inf, np.inf], [3.0, np.inf]]


def test_zones_and_sites_that_share_nodes_or_come_in_any_order_keep_their_own_times(ring, at):
    zones = Snap(pd.Index(["b", "a", "c"]), np.array([2, 0, 2]), np.zeros(3), np.array([0.0, 1.0, 2.0]))
    times = travel_times(ring, zones, at([0, 0], [0.0, 1.0], prefix="s"))
    assert times.frame.loc[["a", "b", "c"]].to_numpy().tolist() == [[1, 2], [7, 8], [9, 10]]


def test_node_times_hold_the_site_s_own_way_to_the_road(ring, at):
    times = node_times(ring, at([0, 2], [1.0, 2.0], prefix="s"))
    assert times.tolist() == [[1, 4, 8, np.inf], [9, 7, 2, np.inf]]


def test_progress_counts_the_sites_to_the_last(ring, at):
    seen: list[tuple[int, int]] = []
    travel_times(ring, at([0]), at([0] * 5 + [1, 2, 3] * 7, prefix="s"), progress=lambda *s: seen.append(s))
    assert seen[-1] == (26, 26)
    assert seen == sorted(seen)


def test_an_unknown_engine_is_refused_with_the_known_ones(ring, at):
    with pytest.raises(ConfigError, match="travel engine 'warp' does not exist; choose one of auto"):
        travel_times(ring, at([0]), at([0], prefix="s"), engine="warp")


@pytest.mark.parametrize("minutes", [-1.0, np.nan, np.inf])
def test_impossible_door_to_door_minutes_are_refused(ring, at, minutes):
    with pytest.raises(ConfigError, match="door_to_door_min must be 0 or more"):
        travel_times(ring, at([0]), at([0], prefix="s"), door_to_door_min=minutes)


N = 7
edges = st.dictionaries(
    st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).filter(lambda p: p[0] != p[1]),
    st.floats(0.1, 60),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="module")
def all_pairs(network_of, at):
    def solve(some: dict[tuple[int, int], float]) -> np.ndarray:
        everywhere = list(range(N))
        return travel_times(network_of(some, N), at(everywhere), at(everywhere, prefix="s")).minutes

    return solve


@settings(deadline=None, max_examples=60)
@given(edges)
def test_times_equal_the_textbook_s_and_no_detour_is_quicker(all_pairs, some):
    want = np.full((N, N), np.inf)
    np.fill_diagonal(want, 0)
    for (u, v), minutes in some.items():
        want[u, v] = minutes
    for k in range(N):  # Floyd and Warshall
        want = np.minimum(want, want[:, [k]] + want[[k], :])
    got = all_pairs(some)
    assert np.allclose(got, want, rtol=0, atol=1e-8)
    assert (got[:, None, :] <= got[:, :, None] + got[None, :, :] + 1e-8).all()


@settings(deadline=None, max_examples=40)
@given(edges)
def test_turning_every_street_round_turns_every_journey_round(all_pairs, some):
    assert np.allclose(all_pairs({(v, u): m for (u, v), m in some.items()}), all_pairs(some).T, atol=1e-8)


@settings(deadline=None, max_examples=40)
@given(edges, st.floats(0.1, 60))
def test_a_new_street_never_makes_a_journey_longer(all_pairs, some, minutes):
    better = some | {(0, 1): min(minutes, some.get((0, 1), np.inf))}
    assert (all_pairs(better) <= all_pairs(some) + 1e-8).all()
