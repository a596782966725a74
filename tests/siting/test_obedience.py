"""Every broken rule is named; what holds is silent."""

import pandas as pd
import pytest

from clinic_siting.errors import SolverError
from clinic_siting.siting import GuardRail, Objective, Requirement, Rules, check, measure_today, obedience
from clinic_siting.siting.question import Limit, Question

WEST = Requirement({"alliance_name": ("West",)}, 1)


def journeys(case, is_open, capacity=None):
    return check.journeys_of(case, is_open, capacity or {})


@pytest.mark.parametrize(
    ("rules", "chosen", "closed", "words"),
    [
        (Rules(1), ("far", "mid"), (), "2 sites opened, not 1"),
        (Rules(1), ("old",), (), "old is not a candidate"),
        (Rules(1, force=("mid",)), ("far",), (), "mid was to be opened"),
        (Rules(1, forbid=("far",)), ("far",), (), "far was to stay closed"),
        (
            Rules(1, require=(WEST,)),
            ("far",),
            (),
            "0 instead of at least 1 of the new sites",
        ),
        (Rules(1), ("far",), ("mid",), "mid is not an existing site"),
        (Rules(1, close=("old",)), ("far",), (), "old was to close"),
        (Rules(1, relocate=1), ("far",), (), "0 sites closed, not 1"),
        (Rules(1, either=(("far", "mid"),)), ("east",), (), "0 of far and mid opened, not exactly one"),
        (Rules(1, budget=2.5), ("far",), (), "the new sites cost 3, more than 2.5"),
        (Rules(2, min_apart_min=11), ("east", "far"), (), "far and east are 10.00 minutes apart"),
        (Rules(1, min_apart_min=11), ("mid",), (), "mid and old are 10.00 minutes apart"),
    ],
)
def test_each_broken_rule_on_the_sites_is_named(toy_case, rules, chosen, closed, words):
    toy_case.sites.table["cost"] = 3.0
    assert any(words in line for line in obedience.SetRules.of(toy_case, rules).broken(chosen, closed))


def test_only_sites_that_may_open_need_a_cost(toy_case):
    table = toy_case.sites.table
    table["cost"] = (
        table["status"].map({"existing": "", "candidate": "3"}).where(table.index != "far", "dear")
    )
    within = obedience.SetRules.of(toy_case, Rules(1, budget=4))
    assert within.broken(("mid",), ()) == []
    assert within.broken(("far",), ()) == ["the new sites cost inf, more than 4"]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Rules(1, min_volume=601), "far takes 600, less than 601"),
        (Rules(1, guard_rails=(GuardRail("alliance_name", 5),)), "alliance_name East: a mean of"),
        (Rules(1, guard_rails=(GuardRail("imd_decile", None, -6),)), "imd_decile 5: -5.0000 minutes worse"),
        (Rules(1, capacity={"far": 100.0}), "far takes 600, more than 100"),
    ],
)
def test_each_broken_rule_on_who_goes_where_is_named(toy_case, rules, words):
    unlimited = journeys(toy_case, ["old", "far"])
    broken = obedience.broken_access_rules(toy_case, rules, ("far",), unlimited)
    assert any(words in line for line in broken), broken


def test_demand_that_goes_nowhere_is_named(toy_case):
    left_over = journeys(toy_case, ["old"], {"old": 900.0})
    broken = obedience.broken_access_rules(toy_case, Rules(0), (), left_over)
    assert broken == ["100 of the demand of f goes nowhere"]


def question(case, **changes):
    parts = {"objective": Objective("mean"), "rules": Rules(1), "limits": ()} | changes
    return Question(case, case, measure_today(case), **parts)


def test_what_holds_is_confirmed_with_its_recomputed_value(toy_case):
    value = obedience.confirm_plan(question(toy_case), ("east",), (), claimed=4.0 + 1e-12)
    assert value == pytest.approx(4)


@pytest.mark.parametrize("claimed", [4.1, float("nan")])
def test_a_value_that_differs_is_refused(toy_case, claimed):
    with pytest.raises(SolverError, match=r"(?s)not published.*mean: recomputed 4\.0, claimed"):
        obedience.confirm_plan(question(toy_case), ("east",), (), claimed=claimed)


def test_a_limit_that_is_exceeded_is_refused(toy_case):
    limits = (Limit(Objective("max"), 9.0),)
    with pytest.raises(SolverError, match=r"max must be at most 9, but it is 10"):
        obedience.confirm_plan(question(toy_case, limits=limits), ("east",), (), claimed=4.0)


def test_the_number_of_sites_is_what_fewest_is_about(toy_case):
    fewest = question(toy_case, objective=Objective("fewest", share=0.5))
    assert obedience.confirm_plan(fewest, ("east",), (), claimed=1.0) == 1
    assert isinstance(toy_case.sites.table, pd.DataFrame)
