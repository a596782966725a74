"""Rules as rows, the sets they leave, and why they may leave none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ConfigError, InfeasibleError
from clinic_siting.siting import Objective, Requirement, Rules, solve
from clinic_siting.siting.constraints import minutes_apart, set_rules
from clinic_siting.siting.enumeration import combinations_of, feasible_sets

EAST = {"alliance_name": ("East",)}
MEAN = Objective("mean")


def ids(case, rules):
    sets = feasible_sets(set_rules(rules, case), len(case.sites.candidates), rules.n_open)
    return [tuple(row) for row in case.sites.candidates.to_numpy()[sets]]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 8), st.integers(0, 8))
def test_combinations_are_all_there_in_lexicographic_order(n, k):
    from itertools import combinations  # noqa: PLC0415 - the oracle

    assert combinations_of(n, k).tolist() == [list(row) for row in combinations(range(n), k)]


def test_every_set_is_listed_once_in_the_order_of_its_ids(toy_case):
    assert ids(toy_case, Rules(2)) == [("east", "far"), ("east", "mid"), ("far", "mid")]
    assert ids(toy_case, Rules(0)) == [()]


def test_requirements_count_new_sites_in_a_group(toy_case):
    assert ids(toy_case, Rules(2, require=(Requirement(EAST, 2),))) == [("east", "far")]
    assert ids(toy_case, Rules(2, require=(Requirement(EAST, 0, 1),))) == [("east", "mid"), ("far", "mid")]
    # The existing site stands in the West and does not count.
    west = Requirement({"alliance_name": ("West",)}, at_least=1)
    assert ids(toy_case, Rules(1, require=(west,))) == [("mid",)]


def test_a_site_counts_where_every_column_agrees(toy_case):
    both = Requirement({"alliance_name": ("East", "West"), "name": ("Far clinic",)}, at_least=1)
    assert ids(toy_case, Rules(1, require=(both,))) == [("far",)]
    assert ids(toy_case, Rules(1, require=(Requirement({"site_id": ("mid", "old")}, 1),))) == [("mid",)]


def test_forced_forbidden_and_alternative_sites(toy_case):
    assert ids(toy_case, Rules(2, force=("mid",), forbid=("far",))) == [("east", "mid")]
    assert ids(toy_case, Rules(2, force=("mid",))) == [("east", "mid"), ("far", "mid")]
    assert ids(toy_case, Rules(2, either=(("east", "far"),))) == [("east", "mid"), ("far", "mid")]


def test_sites_apart_from_each_other_and_from_existing_ones(toy_case):
    # Along the street: old 0, mid 10, east 15, far 25.
    assert ids(toy_case, Rules(2, min_apart_min=10)) == [("east", "far"), ("far", "mid")]
    assert ids(toy_case, Rules(1, min_apart_min=15)) == [("east",), ("far",)]
    apart = minutes_apart(toy_case)
    assert apart.tolist() == [[15, 10, 5], [10, 25, 15], [5, 15, 10]]


def test_a_budget_over_the_costs_of_sites(toy_case):
    toy_case.sites.table["cost"] = [3.0, 1.0, 0.1 + 0.2, 0.3]  # old, mid … by id: east far mid old
    costs = toy_case.sites.table["cost"]
    budget = float(costs["far"] + costs["mid"])
    assert ids(toy_case, Rules(2, budget=budget)) == [("far", "mid")]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Rules(1, require=(Requirement({"region": ("x",)}, 1),)), "sites have no column region"),
        (Rules(1, force=("old",)), "are no candidates"),
        (Rules(1, forbid=("nowhere",)), "are no candidates"),
        (Rules(1, either=(("mid", "nowhere"),)), "are no candidates"),
        (Rules(1, budget=1.0), "sites have no column cost"),
    ],
)
def test_rules_about_what_does_not_exist_are_refused(toy_case, rules, words):
    with pytest.raises(ConfigError, match=words):
        set_rules(rules, toy_case)


@pytest.mark.parametrize("cost", [-1.0, np.nan, "dear"])
def test_costs_that_cannot_be_are_refused_by_name(toy_case, cost):
    table = toy_case.sites.table
    table["cost"] = [1.0, cost, 1.0, 1.0]
    with pytest.raises(ConfigError, match=r"(?s)each candidate's cost must be a number.*far"):
        set_rules(Rules(1, budget=1.0), toy_case)


def test_more_sites_than_candidates_are_refused(toy_case):
    with pytest.raises(InfeasibleError, match="4 sites are to be opened, but there are only 3 candidates"):
        solve(toy_case, MEAN, Rules(4))


def test_an_impossible_requirement_is_named_with_what_it_lacks(toy_case):
    rules = Rules(2, require=(Requirement({"name": ("Mid clinic",)}, 2), Requirement(EAST, 1)))
    with pytest.raises(InfeasibleError, match="can meet this requirement") as refusal:
        solve(toy_case, MEAN, rules)
    assert refusal.value.rows == (
        "at least 2 of the new sites in name Mid clinic: would have to give way by 1",
    )


def test_requirements_that_clash_are_named_together(toy_case):
    rules = Rules(2, require=(Requirement(EAST, 2),), force=("mid",))
    with pytest.raises(InfeasibleError, match="these 2 requirements together") as refusal:
        solve(toy_case, MEAN, rules)
    assert len(refusal.value.rows) == 2
    assert "East: would have to give way by 1" in refusal.value.rows[0]
    assert "mid must be opened" in refusal.value.rows[1]


def test_sites_that_cannot_be_so_far_apart_are_told_how_far_would_do(toy_case):
    with pytest.raises(InfeasibleError, match=r"or more from any other open site: 10 minutes would do"):
        solve(toy_case, MEAN, Rules(2, min_apart_min=12))


def test_a_budget_that_is_too_small_is_told_how_much_would_do(toy_case):
    toy_case.sites.table["cost"] = 4.0
    with pytest.raises(InfeasibleError, match="may cost 5 at most: would have to give way by 3"):
        solve(toy_case, MEAN, Rules(2, budget=5.0))
