"""Pruned enumeration: its bounds hold for every set below a node, and its answers are brute force's."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_siting.errors import InfeasibleError, TimeLimitError
from clinic_siting.siting import (
    Effort,
    GuardRail,
    Objective,
    Rules,
    Score,
    SitingCase,
    Then,
    loosening,
    measure_sets,
    measure_today,
    solve,
    tree,
)
from clinic_siting.siting.bounds import TERMS, children_of, largest_later
from clinic_siting.siting.by_tree import Noted
from clinic_siting.siting.curve import worst_tenth_bound
from clinic_siting.siting.field import field_of
from clinic_siting.siting.pairs import pair_overlap, pairs_that_may_win
from clinic_siting.siting.solver import Deadline
from clinic_siting.tables import Sites, TravelTimes

EVERYTHING = Score(
    {"mean": 1, "variation": 2, "worst_tenth": 1, "beyond_standard": 0.5, "alliance_gap": 0.5}, "gini"
)


def town(seed: int, n_candidates: int = 7, n_existing: int = 2) -> SitingCase:
    rng = np.random.default_rng(seed)
    zones = pd.Index([f"z{i}" for i in range(14)], name="zone_id")
    places = rng.uniform(0, 50, (14 + n_existing + n_candidates, 2))
    minutes = np.abs(places[:14, None] - places[None, 14:]).sum(axis=2).round(1)
    names = [f"s{j}" for j in range(n_existing + n_candidates)]
    status = ["existing"] * n_existing + ["candidate"] * n_candidates
    demand = pd.Series(rng.integers(1, 6, 14).astype(float), index=zones)
    groups = pd.DataFrame({"alliance_name": rng.choice(["N", "S", "W"], 14)}, index=zones)
    sites = Sites(pd.DataFrame({"site_id": names, "status": status}))
    times = TravelTimes(zones, pd.Index(names), minutes)
    return SitingCase(times, demand, sites, groups, times.minutes <= 15)


def term_of(table: pd.DataFrame, term: str) -> np.ndarray:
    return (1 - table["coverage"] if term == "uncovered" else table[term]).to_numpy()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(0, 2), st.integers(1, 3), st.sampled_from(TERMS))
def test_no_set_below_a_child_beats_its_bound(seed, n_held, more, term):
    case = town(seed)
    held, first = np.arange(n_held), n_held
    children = children_of(field_of(case), held, first, more, {term: 1.0}, np.inf)
    for j in range(7 - n_held):
        later = list(combinations(range(first + j + 1, 7), more - 1))
        if not later:
            assert children.bound[j] == np.inf
            continue
        sets = np.array([[*held, first + j, *rest] for rest in later])
        best = term_of(measure_sets(case, sets), term).min()
        assert children.terms[term][j] <= best + 1e-9


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(0, 2), st.sampled_from(TERMS))
def test_pairs_that_are_left_out_cannot_win(seed, n_held, term):
    case = town(seed)
    field, held = field_of(case), np.arange(n_held)
    pairs = np.array(list(combinations(range(n_held, 7), 2)))
    values = term_of(measure_sets(case, np.array([[*held, *pair] for pair in pairs])), term)
    threshold = float(np.median(values))
    children = children_of(field, held, n_held, 2, {term: 1.0}, np.inf)
    overlap = pair_overlap(field, float(field.share @ field.today)).after(n_held)
    alive = np.flatnonzero(children.bound < threshold)
    one, other = pairs_that_may_win(
        children, alive, overlap, {term: 1.0}, threshold=threshold, largest_mean=np.inf
    )
    kept = set(zip((one + n_held).tolist(), (other + n_held).tolist(), strict=True))
    winners = {tuple(pair) for pair in pairs[values < threshold - 1e-9].tolist()}
    assert winners <= kept


@given(st.lists(st.floats(0, 9), max_size=8), st.integers(0, 4))
def test_largest_savings_that_come_later(savings, k):
    expected = [sum(sorted(savings[i + 1 :], reverse=True)[:k]) for i in range(len(savings))]
    assert largest_later(np.array(savings, dtype=float), k) == pytest.approx(expected)


def objective(name: str) -> Objective:
    return Objective(name, EVERYTHING) if name == "weighted" else Objective(name)


@pytest.mark.parametrize("name", ["worst_tenth", "mad", "sd", "gini", "gap", "weighted"])
@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_the_tree_finds_and_proves_what_listing_all_sets_does(monkeypatch, name, seed, n_open):
    case, wanted = town(seed), objective(name)
    listed = solve(case, wanted, Rules(n_open))
    with monkeypatch.context() as patch:
        patch.setattr("clinic_siting.siting.answer.LARGEST", 0)
        searched = solve(case, wanted, Rules(n_open), top=3, effort=Effort(20))
    assert searched.plan.value == pytest.approx(listed.plan.value)
    assert searched.plan.proven
    assert "pruned enumeration" in searched.plan.method
    assert not searched.complete
    best = min(3, len(listed.ranking))
    assert searched.ranking["value"].tolist() == pytest.approx(listed.ranking["value"][:best].tolist())


@pytest.fixture
def only_the_tree(monkeypatch):
    monkeypatch.setattr("clinic_siting.siting.answer.LARGEST", 0)
    monkeypatch.setattr("clinic_siting.siting.answer.FEW", 0)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(2, force=("s5",), forbid=("s2",)),
        Rules(2, either=(("s3", "s4"),)),
        Rules(2, min_volume=6.0),
        Rules(2, guard_rails=(GuardRail("alliance_name", 22.0),)),
    ],
)
def test_rules_hold_in_the_tree_as_in_the_list(monkeypatch, rules):
    listed = solve(town(3), Objective("mad"), rules)
    monkeypatch.setattr("clinic_siting.siting.answer.LARGEST", 0)
    searched = solve(town(3), Objective("mad"), rules)
    assert searched.plan.value == pytest.approx(listed.plan.value)
    assert searched.plan.proven


@pytest.mark.usefixtures("only_the_tree")
def test_a_second_objective_is_found_by_the_tree():
    siting = solve(town(3), Objective("mean"), Rules(3), then=Then(Objective("mad"), within=0.05))
    assert siting.plan.proven


@pytest.mark.usefixtures("only_the_tree")
def test_with_capacities_a_plan_is_found_but_not_called_proven():
    siting = solve(town(3), Objective("mad"), Rules(2, capacity={"s0": 3.0, "s1": 3.0}))
    assert siting.plan.bound is None
    assert not siting.plan.proven
    assert "swaps" in siting.plan.method
    assert not siting.moved_on.empty


@pytest.mark.usefixtures("only_the_tree")
def test_rules_that_no_set_keeps_are_named():
    with pytest.raises(
        InfeasibleError, match=r"(?s)no set of 2 sites keeps this rule.*demand of 1e\+06.*give way"
    ):
        solve(town(3), Objective("mad"), Rules(2, min_volume=1e6))


@pytest.mark.usefixtures("only_the_tree")
def test_the_best_so_far_is_kept_when_time_is_up():
    siting = solve(town(4), Objective("gini"), Rules(3), effort=Effort(1e-6))
    assert len(siting.plan.chosen) == 3
    assert not siting.plan.proven
    assert siting.plan.bound <= siting.plan.value


@pytest.mark.usefixtures("only_the_tree")
@pytest.mark.parametrize("n_open", [1, 2, 3])
def test_sets_that_were_not_evaluated_in_time_keep_a_bound(monkeypatch, n_open):
    monkeypatch.setattr(tree, "_evaluate", lambda *_: False)
    wanted = Objective("weighted", Score({"mean": 1, "variation": 1}, "mad"))
    case = town(4)
    plan = solve(case, wanted, Rules(n_open), top=3, effort=Effort(0.2)).plan
    assert 0 < plan.bound <= plan.value
    assert plan.gap == pytest.approx((plan.value - plan.bound) / plan.value)
    sets = np.array(list(combinations(range(7), n_open)))
    best = wanted.values(measure_sets(case, sets), measure_today(case)).min()
    assert plan.bound <= best + 1e-9


def test_a_search_remembers_the_best_sets_that_it_looked_at():
    sets = np.array(list(combinations(range(5), 2)))
    noted = Noted(lambda asked: (asked * [10, 1]).sum(axis=1).astype(float), 3)
    for part in (sets[4:], sets[:4]):
        noted(part)
    assert noted.best_with(2.0, np.array([0, 2])) == [(2.0, (0, 2)), (3.0, (0, 3))]
    assert noted.best_with(1.0, np.array([0, 1])) == [(1.0, (0, 1)), (2.0, (0, 2)), (3.0, (0, 3))]


@pytest.mark.usefixtures("only_the_tree")
def test_time_that_is_up_before_any_plan_is_said_so(monkeypatch):
    monkeypatch.setattr(loosening, "LEAST_S", 0.0)
    rules = Rules(3, guard_rails=(GuardRail("alliance_name", mean_at_most_min=0.1),))
    with pytest.raises(
        TimeLimitError, match=r"(?s)found in time.*no alliance_name may .* by [\d.]+ minutes at most, 0"
    ):
        solve(town(4), Objective("gini"), rules, effort=Effort(1e-6))


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_no_worst_tenth_beats_the_coverage_curve(seed, n_open):
    case = town(seed)
    best = solve(case, Objective("worst_tenth"), Rules(n_open))
    field = field_of(case)
    chosen = case.sites.candidates.get_indexer(pd.Index(best.plan.chosen))
    minutes = np.minimum(field.today, field.minutes[:, chosen].min(axis=1))
    bound = worst_tenth_bound(field, n_open, (), minutes, Deadline.after(20), "HiGHS")
    assert 0 < bound <= best.plan.value + 1e-9
