"""Every set in every world."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import measures
from clinic_siting.errors import TableError
from clinic_siting.network import road_network, road_topology, snap
from clinic_siting.robustness import Clock, Scores, World, score_worlds
from clinic_siting.siting import Rules
from clinic_siting.tables import Roads
from clinic_siting.travel import travel_engine, travel_times

RULES = Rules(1)


def test_scores_are_shares_of_each_worlds_own_today(worlds, one_site, score, toy_times, toy_demand):
    scores = score_worlds(worlds, one_site, score, RULES)
    minutes, demand = toy_times.frame, toy_demand
    today = minutes["old"]
    east = np.minimum(today, minutes["east"])
    expected = sum(
        measure(east.to_numpy(), demand.to_numpy()) / measure(today.to_numpy(), demand.to_numpy()) / 2
        for measure in (measures.mean, measures.mad)
    )
    assert scores.score[scores.row(["east"]), 0] == pytest.approx(expected)
    # Half the speed doubles every journey and changes no share of today.
    assert scores.score[:, 1] == pytest.approx(scores.score[:, 0])
    assert scores.mean[:, 1] == pytest.approx(2 * scores.mean[:, 0])


def test_regret_is_at_least_0_and_0_for_each_worlds_own_best(worlds, one_site, score):
    scores = score_worlds(worlds, one_site, score, RULES)
    assert (scores.regret >= 0).all()
    assert (scores.regret[scores.best, np.arange(3)] == 0).all()
    assert scores.sets[scores.best[2]] == ("far",)


def test_a_world_may_measure_itself_against_another_today(worlds, one_site, score, make_case, toy_times):
    slow = make_case(2 * toy_times.minutes)
    against = World("against slow roads", "clinics", make_case(), before=slow)
    scores = score_worlds([worlds[0], against], one_site, score, RULES)
    assert scores.score[:, 1] == pytest.approx(scores.score[:, 0] / 2)


def test_a_set_with_a_site_that_is_open_anyway_is_scored_but_is_not_the_worlds_own(worlds, one_site, score):
    opened = replace(worlds[0], name="east is open", already_open=frozenset({"east"}))
    scores = score_worlds([worlds[0], opened], one_site, score, RULES)
    assert scores.sets[scores.best[0]] == ("east",)
    assert scores.sets[scores.best[1]] != ("east",)
    assert scores.regret[scores.row(["east"]), 1] == 0


def test_worlds_of_some_kinds_can_be_taken_alone(worlds, one_site, score):
    some = score_worlds(worlds, one_site, score, RULES).of(["plan", "demand"])
    assert some.worlds.index.to_list() == ["as planned", "demand at the far end"]
    assert some.score.shape == (3, 2)


def test_a_set_that_leaves_someone_without_a_route_is_endlessly_bad(make_case, toy_times, score, one_site):
    minutes = toy_times.minutes.copy()
    row, reached = 5, toy_times.site_id.get_indexer(["far"])
    minutes[row] = np.where(np.arange(4) == reached, 4, np.inf)
    case = make_case(minutes)
    world = World("f is cut off", "period", case, before=make_case())
    scores = score_worlds([world], one_site, score, RULES)
    assert np.isinf(scores.score[[0, 2], 0]).all()
    assert scores.sets[scores.best[0]] == ("far",)


def test_a_world_in_which_nobody_can_serve_all_is_named_and_left_out(worlds, one_site, score):
    crowded = replace(worlds[0], name="no room", capacity=dict.fromkeys(["old", "east", "mid", "far"], 1.0))
    scores = score_worlds([worlds[0], crowded], one_site, score, RULES)
    assert scores.worlds.index.to_list() == ["as planned"]
    assert scores.lost == ("no room",)
    with pytest.raises(TableError, match=r"1 world\(s\) have no plan at all.\n  no room"):
        score_worlds([crowded], one_site, score, RULES)


def test_where_every_set_opens_what_is_open_anyway_the_best_of_them_has_to_do(worlds, one_site, score):
    everywhere = replace(worlds[0], already_open=frozenset({"east", "mid", "far"}))
    scores = score_worlds([everywhere], one_site, score, RULES)
    assert scores.offered.all()


def test_sets_of_different_sizes_and_unknown_candidates_are_refused(worlds, score):
    with pytest.raises(TableError, match="sets of one size are needed"):
        score_worlds(worlds, [("east",), ("east", "far")], score, RULES)
    with pytest.raises(TableError, match="world as planned: it does not offer every candidate"):
        score_worlds(worlds, [("old",)], score, RULES)


def test_a_set_that_was_not_scored_is_refused(worlds, one_site, score):
    with pytest.raises(TableError, match="the set is not among those that were scored"):
        score_worlds(worlds, one_site, score, RULES).row(["old"])


def test_scores_that_do_not_hold_together_are_refused(worlds, one_site, score):
    scores = score_worlds(worlds, one_site, score, RULES)
    with pytest.raises(TableError, match="but other arrays"):
        replace(scores, score=scores.score[:2])
    with pytest.raises(TableError, match="a world occurs twice"):
        score_worlds([worlds[0], worlds[0]], one_site, score, RULES)
    with pytest.raises(TableError, match=r"1 world\(s\) have no plan at all.\n  as planned"):
        replace(scores, offered=scores.offered & (np.arange(3) > 0))
    with pytest.raises(TableError, match="sets are not sorted and unique"):
        replace(scores, sets=scores.sets[::-1])


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_regret_obeys_its_laws_whatever_the_scores(data):
    n_sets, n_worlds = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    cells = st.lists(
        st.lists(st.floats(0, 2), min_size=n_worlds, max_size=n_worlds), min_size=n_sets, max_size=n_sets
    )
    score = np.array(data.draw(cells))
    scores = Scores(
        sets=tuple((f"s{i}",) for i in range(n_sets)),
        worlds=pd.DataFrame({"kind": "plan"}, index=[f"w{k}" for k in range(n_worlds)]),
        score=score,
        mean=np.array(data.draw(cells)),
        offered=np.ones_like(score, dtype=bool),
    )
    assert (scores.regret >= 0).all()
    assert (scores.regret[scores.best, np.arange(n_worlds)] == 0).all()
    assert (score[scores.best, np.arange(n_worlds)] <= score.min(axis=0) + 1e-9).all()


def test_a_clock_gives_the_times_of_any_minutes(small_roads, places):
    topology = road_topology(small_roads)
    minutes = pd.Series([1.0, 2.0, 4.0])
    network = road_network(small_roads, minutes)
    zone_snap = snap(network, places, max_snap_m=5000)
    site_snap = zone_snap.of(["p0"])
    clock = Clock(topology, travel_engine(network), zone_snap, site_snap, 3.0)
    direct = travel_times(network, zone_snap, site_snap, door_to_door_min=3.0)
    assert clock.times(minutes.to_numpy()).minutes == pytest.approx(direct.minutes)
    later = clock.times(minutes.to_numpy(), extra=np.array([0.0, 5.0, 0.0]))
    assert (later.minutes - direct.minutes).ravel() == pytest.approx([0, 0, 5, 5])


@pytest.fixture
def small_roads():
    """A street of four nodes."""
    nodes = pd.DataFrame({"lon": [0.40, 0.42, 0.44, 0.46], "lat": 51.2, "junctions_400m": 5})
    links = pd.DataFrame(
        {"from_node": [0, 1, 2], "to_node": [1, 2, 3], "length_m": 1400.0, "road_class": "minor"}
    ).assign(ramp=False, oneway=False, source="osm", authority=None, road=None)
    return Roads(nodes, links)


@pytest.fixture
def places():
    lon = [0.40, 0.42, 0.44, 0.46]
    return pd.DataFrame({"lon": lon, "lat": 51.2}, index=pd.Index([f"p{i}" for i in range(4)]))


def test_a_clinic_with_too_little_room_sends_patients_on_and_rules_on_access_are_kept(
    worlds, one_site, score
):
    # Beside 'east' or 'far' the old clinic serves 300 or more; beside 'mid', which is as near to b, 100.
    full = replace(worlds[0], name="old takes 100", capacity={"old": 100.0})
    scores = score_worlds([worlds[0], full], one_site, score, RULES)
    assert (scores.mean[:2, 1] > scores.mean[:2, 0]).all()
    assert scores.mean[2, 1] == pytest.approx(scores.mean[2, 0])
    assert scores.offered.all()
    tight = replace(worlds[0], capacity={"old": 100.0, "east": 100.0, "mid": 900.0})
    scores = score_worlds([tight], one_site, score, RULES)
    assert scores.offered[:, 0].tolist() == [False, True, True]
    assert np.isinf(scores.score[0, 0])


def test_only_the_best_sets_are_tried_where_capacities_make_it_slow(monkeypatch, worlds, one_site, score):
    monkeypatch.setattr("clinic_siting.robustness.worlds.SETS_WITH_CAPACITY", 1)
    full = replace(worlds[0], capacity={"old": 100.0})
    scores = score_worlds([full], one_site, score, RULES)
    assert scores.offered[:, 0].tolist() == [True, False, False]
    assert np.isinf(scores.score[1:, 0]).all()


def test_the_plan_is_scored_in_every_world_however_many_sets_are_better_with_room_for_all(
    monkeypatch, worlds, one_site, score
):
    monkeypatch.setattr("clinic_siting.robustness.worlds.SETS_WITH_CAPACITY", 1)
    full = replace(worlds[0], capacity={"old": 100.0})
    scores = score_worlds([full], one_site, score, RULES, plan=one_site[2])
    assert np.isfinite(scores.score[:, 0]).tolist() == [True, False, True]
    assert np.isfinite(scores.regret[scores.row(one_site[2]), 0])
