"""Every objective under every kind of rule, against brute force by plain loops."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ConfigError, InfeasibleError
from clinic_siting.siting import (
    OBJECTIVES,
    GuardRail,
    Objective,
    Requirement,
    Rules,
    Score,
    SitingCase,
    Then,
    check,
    obedience,
    solve,
)
from clinic_siting.tables import Sites, TravelTimes

SCORE = Score({"mean": 1, "variation": 2, "worst_tenth": 1}, "sd")


def objective(name: str) -> Objective:
    if name == "weighted":
        return Objective(name, SCORE)
    return Objective(name, share=0.7) if name == "fewest" else Objective(name)


def town(seed: int, n_existing: int = 2) -> SitingCase:
    rng = np.random.default_rng(seed)
    zones = pd.Index([f"z{i}" for i in range(9)], name="zone_id")
    names = [f"s{j}" for j in range(n_existing + 6)]
    times = TravelTimes(zones, pd.Index(names), rng.integers(1, 40, (9, len(names))).astype(float))
    table = pd.DataFrame(
        {
            "site_id": names,
            "status": ["existing"] * n_existing + ["candidate"] * 6,
            "kind": ["a", "b", *rng.choice(["a", "b"], len(names))[2:]],  # what rules ask for is there
            "cost": rng.integers(1, 5, len(names)).astype(float),
        }
    )
    groups = pd.DataFrame(
        {"alliance_name": rng.choice(["N", "S"], 9), "imd_decile": rng.integers(1, 4, 9)}, index=zones
    )
    demand = pd.Series(rng.integers(1, 6, 9).astype(float), index=zones)
    return SitingCase(times, demand, Sites(table), groups, times.minutes <= 15)


# Candidates are s2 to s7, existing sites s0 and s1; demand is some 27 in all.
RULES = {
    "none": Rules(2),
    "three": Rules(3),
    "require": Rules(2, require=(Requirement({"kind": ("a",)}, 1), Requirement({"kind": ("b",)}, 0, 1))),
    "force": Rules(2, force=("s5",), forbid=("s3",)),
    "either": Rules(2, either=(("s2", "s3", "s4"),)),
    "apart": Rules(2, min_apart_min=12.0),
    "budget": Rules(2, budget=5.0),
    "capacity": Rules(2, capacity={"s0": 6.0, "s4": 4.0}),
    "volume": Rules(2, min_volume=5.0),
    "rails": Rules(2, guard_rails=(GuardRail("imd_decile", 14.0), GuardRail("alliance_name", None, -0.5))),
    "close": Rules(2, close=("s0",)),
    "relocate": Rules(1, relocate=1),
}


def plans_of(case, rules, n_open):
    """Every feasible plan's measures, by loops alone."""
    some = replace(rules, n_open=n_open)
    for closed in (c for r in range(2) for c in combinations(case.sites.existing, r)):
        for chosen in combinations(case.sites.candidates, n_open):
            if obedience.SetRules.of(case, some).broken(chosen, closed):
                continue
            is_open = [s for s in case.sites.existing if s not in closed] + list(chosen)
            journeys = check.journeys_of(case, is_open, some.capacity)
            if not obedience.broken_access_rules(case, some, chosen, journeys):
                yield check.measures_of(case, journeys)


def best_value(case, wanted, rules):
    """The best value there is; None where nothing is feasible."""
    if wanted.name == "fewest":
        enough = (
            float(n)
            for n in range(7)
            for measures in plans_of(case, rules, n)
            if measures["coverage"] >= wanted.share - 1e-9
        )
        return next(enough, None)
    today = check.measures_of(case, check.journeys_of(case, list(case.sites.existing), {}))
    values = [
        check.score_of(measures, today, wanted.score) if wanted.score else measures[wanted.measure]
        for measures in plans_of(case, rules, rules.n_open)
    ]
    return min(values, key=lambda value: wanted.sign * value, default=None)


@pytest.mark.parametrize("kind", RULES)
@settings(deadline=None, max_examples=2)
@given(
    st.integers(0, 10**6), st.lists(st.sampled_from(list(OBJECTIVES)), min_size=3, max_size=3, unique=True)
)
def test_every_objective_under_every_rule_equals_brute_force(kind, seed, names):
    case = town(seed)
    for wanted in map(objective, names[:3]):
        expected = best_value(case, wanted, RULES[kind])
        if expected is None:
            with pytest.raises(InfeasibleError):
                solve(case, wanted, RULES[kind])
            continue
        siting = solve(case, wanted, RULES[kind])
        assert siting.plan.value == pytest.approx(expected, abs=1e-9)
        assert siting.plan.proven
        assert siting.plan.objective == wanted.name


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from(["max", "coverage", "mad"]))
def test_a_second_objective_is_chosen_among_the_nearly_best_of_the_first(seed, first):
    case = town(seed)
    siting = solve(case, Objective(first), Rules(2), then=Then(Objective("mean"), within=0.1))
    everything = solve(case, Objective(first), Rules(2)).ranking
    best = everything["value"].iloc[0]
    sign = Objective(first).sign
    nearly = everything[sign * everything["value"] <= sign * best + 0.1 * best + 1e-9]
    assert siting.plan.value == pytest.approx(nearly["mean"].min())
    assert f"among plans within 10% of the best {first}" in siting.plan.method


def test_all_rules_at_once(toy_case):
    toy_case.sites.table["cost"] = 1.0
    rules = Rules(
        2,
        require=(Requirement({"alliance_name": ("East",)}, 1),),
        force=("mid",),
        either=(("east", "far"),),
        min_apart_min=10.0,
        budget=2.0,
        min_volume=200.0,
        guard_rails=(GuardRail("imd_decile", 20.0, 0.0),),
    )
    siting = solve(toy_case, Objective("mean"), rules)
    assert siting.plan.chosen == ("far", "mid")
    assert siting.complete


def test_patients_beyond_a_capacity_are_reported(toy_case):
    siting = solve(toy_case, Objective("mean"), Rules(1, force=("mid",), capacity={"mid": 350.0}))
    assert siting.moved_on.to_dict("records") == [
        {"zone_id": "d", "site_id": "old", "minutes": 15.0, "demand": 250.0, "rank": 1},
        {"zone_id": "e", "site_id": "old", "minutes": 20.0, "demand": 100.0, "rank": 1},
        {"zone_id": "f", "site_id": "old", "minutes": 25.0, "demand": 200.0, "rank": 1},
    ]
    assert siting.plan.allocation["d"] == "old"
    assert solve(toy_case, Objective("mean"), Rules(1)).moved_on.empty


def test_a_relocation_names_what_it_closes(toy_case):
    siting = solve(toy_case, Objective("mean"), Rules(2, relocate=1))
    assert siting.closed == ("old",)
    assert siting.ranking["closed"].iloc[0] == ("old",)
    assert "old" not in set(siting.plan.allocation)


def test_rooms_that_are_too_small_for_everyone_say_by_how_much(toy_case):
    rules = Rules(1, capacity=dict.fromkeys(["old", "mid", "east", "far"], 450.0))
    with pytest.raises(InfeasibleError, match="must have room for everyone: would have to give way by 100"):
        solve(toy_case, Objective("mean"), rules)


def test_a_volume_that_no_site_reaches_says_by_how_much(toy_case):
    with pytest.raises(InfeasibleError, match="demand of 1000: would have to give way by 100"):
        solve(toy_case, Objective("mean"), Rules(1, min_volume=1000.0))


def test_guard_rails_that_cannot_hold_are_named(toy_case):
    rules = Rules(1, guard_rails=(GuardRail("alliance_name", 3.0),))
    with pytest.raises(InfeasibleError, match="no alliance_name may have a mean above 3 minutes: would have"):
        solve(toy_case, Objective("mean"), rules)
    with pytest.raises(ConfigError, match="patients have no column region"):
        solve(toy_case, Objective("mean"), Rules(1, guard_rails=(GuardRail("region", 3.0),)))


def test_sets_that_leave_zones_without_a_route_name_them(toy_case):
    minutes = toy_case.times.minutes.copy()
    minutes[5, [0, 2, 3]] = np.inf  # f is reached from far alone
    times = TravelTimes(toy_case.times.zone_id, toy_case.times.site_id, minutes)
    case = SitingCase(times, toy_case.demand, toy_case.sites, toy_case.groups, minutes <= 10)
    assert solve(case, Objective("mean"), Rules(1)).plan.chosen == ("far",)
    with pytest.raises(InfeasibleError, match=r"(?s)leaves zones without a route, at least 1.*  f"):
        solve(case, Objective("mean"), Rules(1, forbid=("far",)))


def test_what_cannot_be_closed_is_refused(toy_case):
    with pytest.raises(ConfigError, match=r"(?s)close: 1 site.*far"):
        solve(toy_case, Objective("mean"), Rules(1, close=("far",)))
    with pytest.raises(InfeasibleError, match="2 existing sites cannot close, there are only 1"):
        solve(toy_case, Objective("mean"), Rules(1, relocate=2))
    with pytest.raises(ConfigError, match=r"(?s)capacity: 1 site\(s\) do not exist.*nowhere"):
        solve(toy_case, Objective("mean"), Rules(1, capacity={"nowhere": 1.0}))


def test_closing_the_only_site_that_reaches_a_zone_is_refused_by_name(toy_case):
    minutes = toy_case.times.minutes.copy()
    minutes[0, :3] = np.inf
    minutes[0, 3] = 1.0
    times = TravelTimes(toy_case.times.zone_id, toy_case.times.site_id, minutes)
    case = SitingCase(times, toy_case.demand, toy_case.sites, toy_case.groups, minutes <= 10)
    with pytest.raises(InfeasibleError, match=r"(?s)closing old leaves 1 zone\(s\) without any site.*a"):
        solve(case, Objective("mean"), Rules(1, close=("old",)))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Objective("speed"), "speed is none of mean, max"),
        (lambda: Objective("weighted"), "weights belong to the objective weighted"),
        (lambda: Objective("mean", SCORE), "weights belong to the objective weighted"),
        (lambda: Objective("fewest"), "a share to cover belongs to the objective fewest"),
        (lambda: Objective("mean", share=0.5), "a share to cover belongs to the objective fewest"),
        (lambda: Objective("fewest", share=1.5), "more than 0 and at most 1"),
        (lambda: Then(Objective("mean"), -0.1), "must be a share of 0 or more"),
    ],
)
def test_objectives_that_make_no_sense_are_refused(make, words):
    with pytest.raises(ConfigError, match=words):
        make()


def test_no_number_of_sites_may_cover_enough(toy_case):
    case = SitingCase(
        toy_case.times, toy_case.demand, toy_case.sites, toy_case.groups, toy_case.times.minutes < 0
    )
    with pytest.raises(InfeasibleError, match=r"even with all 3 candidates open 0\.00%"):
        solve(case, Objective("fewest", share=0.5), Rules(0))
