"""The trade-off front against every plan there is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import ConfigError
from clinic_siting.siting import Objective, Rules, SitingCase, solve, trade_off
from clinic_siting.siting.solver import Effort
from clinic_siting.tables import Sites, TravelTimes


@pytest.fixture
def case():
    rng = np.random.default_rng(11)
    zones = pd.Index([f"z{i:02d}" for i in range(40)], name="zone_id")
    sites = [f"s{j}" for j in range(9)]
    here, there = rng.uniform(0, 60, (40, 2)), rng.uniform(0, 60, (9, 2))
    minutes = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    return SitingCase(
        TravelTimes(zones, pd.Index(sites), minutes),
        pd.Series(rng.integers(1, 9, 40).astype(float), index=zones),
        Sites(pd.DataFrame({"site_id": sites, "status": ["existing"] + ["candidate"] * 8})),
        pd.DataFrame(index=zones),
        minutes <= 15,
    )


def not_beaten(ranking, against):
    """By the definition: no other plan is as good at both and better at one."""
    points = ranking[["mean", against]].to_numpy()
    beaten = [((points <= p).all(axis=1) & (points < p).any(axis=1)).any() for p in points]
    return {ranking["sites"].iloc[k] for k in np.flatnonzero(~np.array(beaten))}


@pytest.mark.parametrize("against", ["mad", "sd", "gini", "worst_tenth"])
def test_a_listed_front_is_what_no_plan_beats(case, against):
    siting = solve(case, Objective("mean"), Rules(2))
    front = trade_off(case, siting, Rules(2), against, effort=Effort(20))
    assert front.complete
    assert set(front.points["sites"]) == not_beaten(siting.ranking, against)
    assert front.points["mean"].is_monotonic_increasing
    assert front.points[against].is_monotonic_decreasing
    assert front.points["sites"].iloc[0] == siting.plan.chosen


@pytest.mark.parametrize("against", ["mad", "worst_tenth"])
def test_a_front_found_point_by_point_is_the_listed_one(case, against):
    siting = solve(case, Objective("mean"), Rules(2))
    listed = trade_off(case, siting, Rules(2), against, effort=Effort(20))
    hidden = replace(siting, complete=False)
    found = trade_off(case, hidden, Rules(2), against, effort=Effort(20))
    assert found.complete
    pd.testing.assert_frame_equal(found.points, listed.points)


def test_a_front_says_which_sites_close(case):
    rules = Rules(1, relocate=1)
    siting = solve(case, Objective("mean"), rules)
    assert set(trade_off(case, siting, rules, "mad", effort=Effort(20)).points["closed"]) == {("s0",)}


def test_an_unknown_measure_is_refused(case):
    siting = solve(case, Objective("mean"), Rules(1))
    with pytest.raises(ConfigError, match="front: median is none of"):
        trade_off(case, siting, Rules(1), "median", effort=Effort())


def test_without_time_the_front_is_what_is_known_and_it_says_so(case):
    siting = replace(solve(case, Objective("mean"), Rules(1)), complete=False)
    front = trade_off(case, siting, Rules(1), "mad", effort=Effort(0.0))
    assert set(front.points["sites"]) == not_beaten(siting.ranking, "mad")
    assert front.points["bound"].isna().all()
    assert not front.points["proven"].any()
    assert not front.complete


@pytest.mark.parametrize("against", ["mad", "gini"])
def test_a_front_with_sites_too_many_to_list_is_what_no_plan_beats(case, monkeypatch, against):
    siting = solve(case, Objective("sd"), Rules(2))
    for name in ("LARGEST", "FEW"):
        monkeypatch.setattr(f"clinic_siting.siting.answer.{name}", 0)
    hidden = replace(siting, ranking=siting.ranking.head(1), complete=False)
    front = trade_off(case, hidden, Rules(2), against, effort=Effort(60))
    assert front.complete
    assert set(front.points["sites"]) == not_beaten(siting.ranking, against)
    assert front.points["bound"].to_numpy() == pytest.approx(front.points[against].to_numpy())
