"""A plan of the toy country in every world that its config names."""

import numpy as np
import pytest

from clinic_siting import ground, pipeline, trials
from clinic_siting.config import read_config
from clinic_siting.robustness import travel_rows, world_rows
from clinic_siting.tables import LONGEST_JOURNEY_MIN

QUICK = {"periods": [], "gates_min": [], "demand_models": [], "close_each": False}
GATE = {"name": "Toy Bridge", "line": [[0.505, 51.2], [0.505, 51.4]], "minutes": 0}


@pytest.fixture
def tried(write_config):
    """Trials of the toy country with some settings changed, and its ground."""

    def run(**changes):
        config = read_config(write_config(**changes))
        laid = ground.lay_ground(config)
        siting = pipeline.choose(laid, config)
        return trials.try_worlds(laid, config, siting), laid, siting

    return run


def test_every_kind_of_world_is_tried(tried):
    found, *_ = tried(
        travel={"gates": [GATE]},
        robustness={
            "gates_min": [5, 10],
            "speed_draws": 3,
            "demand_draws": 2,
            "areas": {"west": {"alliance_name": ["West Alliance"]}},
            "reduced": [{"sites": ["TOY01"], "share": 0.5}],
        },
    )
    names = found.scores.worlds
    assert names.index[0] == trials.OWN
    assert names["kind"].value_counts().to_dict() == {
        "period": 5,
        "crossing": 2,
        "clinics": 3,
        "plan": 1,
        "demand": 1,
        "area": 1,
    }
    assert "5 more minutes at the Toy Bridge" in names.index
    assert "the unverified clinics are open" in names.index
    assert found.speed_draws.worlds["kind"].to_list() == ["speed draw"] * 3
    assert found.demand_draws.worlds["kind"].to_list() == ["demand draw"] * 2


def test_the_plans_own_world_gives_the_scores_of_the_ranking(tried):
    found, _, siting = tried()
    own = {s: found.scores.score[found.scores.row(s), 0] for s in siting.ranking["sites"]}
    assert list(own.values()) == pytest.approx(siting.ranking["score"].to_list())
    row = world_rows(found.scores, found.plan).loc[trials.OWN]
    assert (row["rank"], row["regret"]) == (1, 0)
    assert (found.scores.regret >= 0).all()
    assert found.least.value <= found.scores.regret[found.scores.row(found.plan)].max() + 1e-12


def test_another_time_of_day_is_what_a_run_at_that_time_finds(tried):
    found, *_ = tried(robustness=QUICK | {"periods": ["pm_peak"]})
    evening, *_ = tried(travel={"period": "pm_peak"}, robustness=QUICK)
    column = found.scores.worlds.index.get_loc("weekday evening peak")
    assert found.scores.score[:, column] == pytest.approx(evening.scores.score[:, 0])
    assert found.scores.mean[:, column] == pytest.approx(evening.scores.mean[:, 0])


def test_a_crossing_that_costs_more_is_what_a_gate_in_the_config_costs(tried):
    found, *_ = tried(travel={"gates": [GATE]}, robustness=QUICK | {"gates_min": [7]})
    gated, *_ = tried(travel={"gates": [GATE | {"minutes": 7}]}, robustness=QUICK)
    column = found.scores.worlds.index.get_loc("7 more minutes at the Toy Bridge")
    assert found.scores.mean[:, column] == pytest.approx(gated.scores.mean[:, 0])


def test_the_world_of_open_unverified_clinics_is_what_a_run_with_them_open_finds(tried):
    found, *_ = tried()
    opened, _, siting = tried(siting={"unverified_sites": "open", "require": []})
    column = found.scores.worlds.index.get_loc("the unverified clinics are open")
    for sites in siting.ranking["sites"]:
        if sites in found.scores.sets:
            there = found.scores.score[found.scores.row(sites), column]
            assert there == pytest.approx(opened.scores.score[opened.scores.row(sites), 0])
    best = found.scores.sets[found.scores.best[column]]
    assert "TOY02" not in best


def test_both_worlds_of_unverified_clinics_give_the_plan_with_the_smallest_largest_regret(tried):
    found, laid, siting = tried(siting={"unverified_sites": "both"}, robustness=QUICK)
    closed, *_ = tried(robustness=QUICK)
    column = closed.scores.worlds.index.get_loc("the unverified clinics are open")
    largest = closed.scores.regret[:, [0, column]].max(axis=1)
    assert largest[closed.scores.row(siting.plan.chosen)] == pytest.approx(largest.min())
    assert siting.ranking["sites"].iloc[0] == siting.plan.chosen
    assert "smallest largest regret over two worlds" in siting.plan.method
    assert siting.plan.value == pytest.approx(siting.ranking["score"].iloc[0])
    assert siting.plan.proven == (siting.plan.value == pytest.approx(siting.ranking["score"].min(), rel=1e-6))
    assert laid.sites.existing.to_list() == ["TOY01"]
    assert found.plan == siting.plan.chosen


def test_weights_on_demand_are_tried_without(tried):
    found, laid, _ = tried(demand={"deprivation": 1.0, "no_car": 0.5}, robustness=QUICK)
    plain, *_ = tried(robustness=QUICK)
    assert not np.array_equal(laid.patients, laid.demand)
    column = found.scores.worlds.index.get_loc("without the weights on demand")
    assert found.scores.mean[:, column] == pytest.approx(plain.scores.mean[:, 0])


def test_the_map_gets_the_worlds_of_travel(tried):
    found, *_ = tried(travel={"gates": [GATE]})
    rows = travel_rows(found.scores, found.plan, trials.OWN)
    assert rows["scenario"].iloc[0] == trials.OWN
    assert len(rows) == 1 + 5 + 3
    assert (rows["mean"] < LONGEST_JOURNEY_MIN).all()
    assert (rows["regret"] >= 0).all()


def test_a_planners_own_minutes_hold_at_every_time_of_day(tried, toy_data):
    own = toy_data.parent / "own.csv"
    own.write_text("zone_id,site_id,minutes\nE01900000,TOY01,77\n", encoding="utf-8")
    found, laid, _ = tried(travel={"own_times": "data/own.csv"}, robustness=QUICK | {"periods": ["pm_peak"]})
    plain, *_ = tried(robustness=QUICK | {"periods": ["pm_peak"]})
    assert laid.own_pairs == 1
    later = found.scores.mean[:, 1] - plain.scores.mean[:, 1]
    assert (later >= -1e-9).all()
    assert later.max() > 0


def test_the_same_seed_draws_the_same_speeds(tried):
    once, *_ = tried(robustness=QUICK | {"speed_draws": 2, "seed": 5})
    again, *_ = tried(robustness=QUICK | {"speed_draws": 2, "seed": 5})
    other, *_ = tried(robustness=QUICK | {"speed_draws": 2, "seed": 6})
    assert (once.speed_draws.score == again.speed_draws.score).all()
    assert (once.speed_draws.score != other.speed_draws.score).any()
