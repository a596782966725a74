"""The set model's plan: solved by hand, checked by brute force, tied, shuffled, refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ConfigError, InfeasibleError, SolverError
from clinic_siting.siting import (
    Effort,
    Objective,
    Requirement,
    Rules,
    Score,
    SitingCase,
    check,
    obedience,
    site_clinics,
    solve,
    solve_assignment_model,
)
from clinic_siting.tables import Sites, TravelTimes

MEAN = Score({"mean": 1})


def test_the_best_single_site_is_found_by_hand(toy_case):
    siting = site_clinics(toy_case, rules=Rules(1), score=MEAN, time_limit_s=10)
    # east: minutes 0 5 5 0 5 10 → (1000 + 500 + 0 + 500 + 2000) ÷ 1000.
    assert siting.plan.chosen == ("east",)
    assert siting.ranking.loc[0, "mean"] == pytest.approx(4.0)
    assert siting.plan.value == pytest.approx(4.0 / 13.5)
    assert siting.plan.proven
    assert siting.plan.allocation.to_dict() == dict(zip("abcdef", ["old"] * 2 + ["east"] * 4, strict=True))


def test_the_ranking_holds_every_set_best_first(toy_case):
    siting = site_clinics(toy_case, rules=Rules(2), score=MEAN, time_limit_s=10)
    assert len(siting.ranking) == 3
    assert siting.ranking["score"].is_monotonic_increasing
    assert siting.ranking.columns[:3].tolist() == ["sites", "score", "mean"]
    assert siting.today["mean"] == pytest.approx(13.5)


def tied_case(toy_case):
    """East and mid become the same place."""
    minutes = toy_case.times.frame.copy()
    minutes["mid"] = minutes["east"]
    times = TravelTimes(minutes.index, minutes.columns, minutes.to_numpy())
    return SitingCase(times, toy_case.demand, toy_case.sites, toy_case.groups, times.minutes <= 10)


def test_ties_go_to_the_first_ids(toy_case):
    siting = site_clinics(tied_case(toy_case), rules=Rules(1), score=MEAN, time_limit_s=10)
    assert siting.ranking["sites"].tolist()[:2] == [("east",), ("mid",)]
    assert siting.plan.chosen == ("east",)


def test_ties_in_the_score_go_to_the_smaller_mean(toy_case):
    # Opening either far or mid covers everyone within ten minutes of east; only the means differ.
    score = Score({"beyond_standard": 1})
    siting = site_clinics(toy_case, rules=Rules(2), score=score, time_limit_s=10)
    best = siting.ranking[siting.ranking["score"] < 1e-9]
    assert len(best) > 1
    assert best["mean"].is_monotonic_increasing


def test_shuffled_rows_give_the_same_plan(toy_case):
    frame = toy_case.times.frame.iloc[::-1, ::-1]
    times = TravelTimes(frame.index, frame.columns, frame.to_numpy())
    sites = Sites(toy_case.sites.table.iloc[::-1])
    shuffled = SitingCase(times, toy_case.demand[::-1], sites, toy_case.groups[::-1], times.minutes <= 10)
    score = Score({"mean": 1, "variation": 1})
    one = site_clinics(toy_case, rules=Rules(2), score=score, time_limit_s=10)
    other = site_clinics(shuffled, rules=Rules(2), score=score, time_limit_s=10)
    pd.testing.assert_frame_equal(one.ranking, other.ranking)
    assert one.plan.chosen == other.plan.chosen


def test_infeasible_rules_and_undefined_terms_are_refused(toy_case):
    rules = Rules(1, require=(Requirement({"name": ("Old clinic",)}, 1),))
    with pytest.raises(InfeasibleError, match="can meet this requirement"):
        site_clinics(toy_case, rules=rules, score=MEAN, time_limit_s=10)
    rules = Rules(1, require=(Requirement({"alliance_name": ("East", "Wesst")}, 1),))
    with pytest.raises(ConfigError, match=r"(?s)no alliance_name is called so.*Wesst: did you mean West\?"):
        site_clinics(toy_case, rules=rules, score=MEAN, time_limit_s=10)
    alone = Sites(toy_case.sites.table.assign(status="candidate"))
    case = SitingCase(toy_case.times, toy_case.demand, alone, toy_case.groups, toy_case.within_standard)
    with pytest.raises(ConfigError, match="mean: inf today"):
        site_clinics(case, rules=Rules(1), score=MEAN, time_limit_s=10)


def test_a_plan_that_fails_its_check_is_not_published(toy_case, monkeypatch):
    monkeypatch.setattr(obedience.SetRules, "broken", lambda *_: ["far was to stay closed"])
    with pytest.raises(SolverError, match=r"(?s)not published.*far was to stay closed"):
        site_clinics(toy_case, rules=Rules(1), score=MEAN, time_limit_s=10)


def test_a_value_that_differs_from_its_recomputation_is_not_published(toy_case, monkeypatch):
    monkeypatch.setattr(check, "score_of", lambda *_: 0.1)
    with pytest.raises(SolverError, match=r"recomputed 0\.1"):
        site_clinics(toy_case, rules=Rules(1), score=MEAN, time_limit_s=10)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(0, 2))
def test_set_model_assignment_model_and_brute_force_agree_on_the_mean(seed, n_open, n_existing):
    rng = np.random.default_rng(seed)
    zones = pd.Index([f"z{i}" for i in range(12)], name="zone_id")
    sites = [f"s{j}" for j in range(6)]
    times = TravelTimes(zones, pd.Index(sites), rng.integers(1, 60, (12, 6)).astype(float))
    status = ["existing"] * n_existing + ["candidate"] * (6 - n_existing)
    table = Sites(pd.DataFrame({"site_id": sites, "status": status, "kind": list("aabbab")}))
    demand = pd.Series(rng.integers(1, 5, 12).astype(float), index=zones)
    case = SitingCase(times, demand, table, pd.DataFrame(index=zones), times.minutes <= 30)
    rules = Rules(n_open, require=(Requirement({"kind": ("a",)}, 1),))
    chosen, solved = solve_assignment_model(case, rules, Effort(10))
    is_open = [*case.sites.existing, *chosen]
    value = check.measures_of(case, check.journeys_of(case, is_open, {}))["mean"]
    assert obedience.SetRules.of(case, rules).broken(chosen, ()) == []
    assert solved.bound == pytest.approx(value)
    siting = solve(case, Objective("mean"), rules)
    assert siting.plan.value == pytest.approx(value)
