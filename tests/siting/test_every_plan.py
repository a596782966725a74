"""Plans gone through one by one are those of an oracle that shares nothing with the package."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.siting.oracle import Town, plans_of, rules_for

from clinic_siting.siting import Rules, every_plan
from clinic_siting.siting.grammar import RULE_KEYS

seeds = st.integers(10**3, 10**9)


@pytest.mark.parametrize("key", ["none", *RULE_KEYS])
@settings(deadline=None, derandomize=True, max_examples=4)
@given(seed=seeds)
def test_every_plan_that_obeys_a_rule_is_there_with_its_measures(key, seed):
    town = Town(seed)
    rules = rules_for(town, (key,))
    expected = plans_of(town, rules, rules.n_open)
    found = every_plan.every_plan(town.case(), rules)
    assert sorted(plan.chosen for plan in found) == sorted(tuple(sorted(sites)) for sites, _ in expected)

    def place(chosen: tuple[str, ...], measures: Mapping[str, float]) -> tuple[object, ...]:
        """Plans that open the same sites and close others may have one mean, but for rounding."""
        return chosen, round(measures["mean"], 6), measures["max"], round(measures["mad"], 6)

    known = sorted(expected, key=lambda plan: place(*plan))
    ours = sorted(found, key=lambda plan: place(plan.chosen, plan.measures))
    for plan, (_, measures) in zip(ours, known, strict=True):
        for name, value in measures.items():
            if name != "n_open":
                assert plan.measures[name] == pytest.approx(value, abs=1e-9), name


def test_too_many_plans_are_not_gone_through(monkeypatch):
    town = Town(10**6)
    monkeypatch.setattr(every_plan, "LARGEST_RAW", 9)
    assert every_plan.every_plan(town.case(), Rules(2)) is None
    assert len(every_plan.every_plan(town.case(), Rules(1)) or ()) <= 5
    monkeypatch.setattr(every_plan, "LARGEST_CELLS", 9)
    assert every_plan.every_plan(town.case(), Rules(1)) is None


def test_full_clinics_are_told_only_a_few_times(monkeypatch):
    town = Town(10**6)
    rules = Rules(1, capacity={town.existing[0]: 1.0})
    assert every_plan.every_plan(town.case(), rules) is not None
    monkeypatch.setattr(every_plan, "LARGEST_FULL", 0)
    assert every_plan.every_plan(town.case(), rules) is None
    forced = replace(rules, capacity={}, force=(town.candidates[0], town.candidates[1]))
    assert every_plan.every_plan(town.case(), forced) == []
