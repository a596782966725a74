"""Rules on who goes where that no set of many sites can keep: by how much, against every set there is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.siting.oracle import Town

from clinic_siting.errors import InfeasibleError
from clinic_siting.siting import (
    Effort,
    GuardRail,
    Objective,
    Rules,
    SitingCase,
    loosening,
    measure_today,
    solve,
)
from clinic_siting.siting.constraints import set_rules
from clinic_siting.siting.cut_search import setting_of
from clinic_siting.siting.enumeration import combinations_of
from clinic_siting.siting.outcomes import outcomes_of, single_rules
from clinic_siting.siting.question import Question
from clinic_siting.siting.solver import Deadline
from clinic_siting.siting.viable import most_viable, smallest_of_pairs
from clinic_siting.tables import TravelTimes

seeds = st.integers(10**3, 10**9)


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr("clinic_siting.siting.answer.LARGEST", 0)
    monkeypatch.setattr("clinic_siting.siting.answer.FEW", 0)


def setting_for(case, rules):
    question = Question(case, case, measure_today(case), Objective("mean"), rules)
    return setting_of(question, set_rules(rules, case), Effort(20))


@settings(deadline=None, derandomize=True, max_examples=4)
@given(seed=seeds, worse=st.booleans())
def test_the_least_loosening_of_a_guard_rail_is_that_of_all_sets(seed, worse):
    case = Town(seed, n_candidates=6).case()
    if np.isinf(case.times.minutes).any():
        return
    limit = {"worse_by_at_most_min": -30.0} if worse else {"mean_at_most_min": 0.5}
    rules = Rules(3, guard_rails=(GuardRail("imd_decile", **limit),), forbid=(case.sites.candidates[0],))
    (words,) = single_rules(rules)
    sets = combinations_of(6, 3)
    sets = sets[(sets != 0).all(axis=1)]
    every = outcomes_of(case, case, rules, sets).excess[words]
    found = loosening._least(setting_for(case, rules), words, rules, [])
    assert found.enough == pytest.approx(every.min(), abs=1e-7)
    assert found.least == pytest.approx(every.min(), abs=1e-5)


@settings(deadline=None, derandomize=True, max_examples=4)
@given(seed=seeds)
def test_the_set_with_the_largest_smallest_site_is_that_of_all_sets(seed):
    case = Town(seed, n_candidates=6).case()
    if np.isinf(case.times.minutes).any():
        return
    rules = Rules(3, min_volume=99.0)
    every = outcomes_of(case, case, rules, combinations_of(6, 3)).excess["each new site needs a demand of 99"]
    chosen, value, bound = most_viable(setting_for(case, rules), Deadline.after(20))
    assert len(chosen) == 3
    assert 99 - value == pytest.approx(every.min())
    assert value <= bound <= value + 1e-5 * max(1, bound)


def test_two_new_sites_take_what_they_leave_each_other():
    case = Town(10**6).case()
    smallest = smallest_of_pairs(case)
    assert (smallest <= np.minimum(np.diag(smallest)[:, None], np.diag(smallest)[None]) + 1e-9).all()
    assert (smallest == smallest.T).all()


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("objective", ["mean", "mad"])
@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"min_volume": 900.0}, r"needs a demand of 900: would have to give way by \d+ cases"),
        (
            {"guard_rails": (GuardRail("imd_decile", mean_at_most_min=0.5),)},
            r"no imd_decile may .* above 0\.5 minutes: would have to give way by [\d.]+ minutes",
        ),
        (
            {"capacity": dict.fromkeys([f"s{j}" for j in range(7)], 1.0)},
            r"room for everyone: would have to give way by \d+ of \d+ cases",
        ),
    ],
)
def test_every_rule_says_by_how_much_with_many_sites_too(objective, rules, words):
    with pytest.raises(InfeasibleError, match=words):
        solve(Town(1000000).case(), Objective(objective), Rules(2, **rules), effort=Effort(10))


@pytest.mark.usefixtures("many")
def test_rules_that_hold_alone_but_not_together_are_told_together(toy_case):
    # With 150 patients in f, only `mid` and `east` have 260 each, and only `far` is near to f.
    demand = toy_case.demand.copy()
    demand["f"] = 150.0
    groups = toy_case.groups.assign(end=["no"] * 5 + ["yes"])
    case = SitingCase(toy_case.times, demand, toy_case.sites, groups, toy_case.within_standard)
    rules = Rules(2, min_volume=260.0, guard_rails=(GuardRail("end", mean_at_most_min=6),))
    words = (
        r"(?s)these 2 rules together; loosen one.*needs a demand of 260: .* by 10 .*no end may .* by 4 min"
    )
    with pytest.raises(InfeasibleError, match=words):
        solve(case, Objective("mean"), rules, effort=Effort(10))


@pytest.mark.usefixtures("many")
def test_how_many_sites_would_reach_everyone_is_said(toy_case):
    minutes = toy_case.times.minutes.copy()
    minutes[minutes > 5] = np.inf
    times = TravelTimes(toy_case.times.zone_id, toy_case.times.site_id, minutes)
    case = SitingCase(times, toy_case.demand, toy_case.sites, toy_case.groups, minutes <= 10)
    words = r"(?s)no 1 sites reach everyone: 2 would reach everyone: \w+, \w+\. .* leaves out 1 zone"
    with pytest.raises(InfeasibleError, match=words):
        solve(case, Objective("mean"), Rules(1), effort=Effort(10))
