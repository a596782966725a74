"""Every objective under every rule of the grammar, on every path of the solver, against brute force.

The oracle shares nothing with the package, see :mod:`tests.siting.oracle`.
"""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.siting.oracle import (
    SAME,
    ZONES,
    Town,
    best_plans,
    in_order,
    measures_of,
    objectives_for,
    part_of_rules,
    plans_of,
    rules_for,
    undefined_today,
    value_of,
)

from clinic_siting.errors import ConfigError, InfeasibleError, TimeLimitError
from clinic_siting.siting import (
    OBJECTIVES,
    Effort,
    GuardRail,
    Objective,
    Rules,
    Then,
    differing,
    solve,
)
from clinic_siting.siting.grammar import RULE_KEYS

PATHS = {"listed": {}, "many": {"LARGEST": 0, "FEW": 0}}


def examples(few: int) -> settings:
    """A few cases, the same each time."""
    return settings(
        deadline=None,
        derandomize=True,
        max_examples=few,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


# Large ones: the first that hypothesis tries is the smallest.
seeds = st.integers(10**3, 10**9)


def judge(town: Town, wanted: Objective, rules: Rules, *, may_miss: bool) -> None:
    """Ask, and compare with every plan there is."""
    today = measures_of(town, town.patients(town.existing, {}))
    if undefined_today(wanted, today):
        with pytest.raises((ConfigError, InfeasibleError)):
            solve(town.case(), wanted, rules)
        return
    expected = best_plans(town, rules, wanted, today)
    if not expected:
        with pytest.raises((InfeasibleError, TimeLimitError) if may_miss else InfeasibleError):
            solve(town.case(), wanted, rules)
        return
    siting = solve(town.case(), wanted, rules)
    value = value_of(wanted, expected[0][1], today)
    if may_miss:
        assert wanted.sign * siting.plan.value >= wanted.sign * value - SAME
        assert not siting.plan.proven
        assert siting.plan.bound is None
        return
    assert siting.plan.value == pytest.approx(value, abs=SAME)
    assert siting.plan.proven
    assert siting.plan.chosen == expected[0][0]
    row = siting.ranking.iloc[0]
    for measure, known in expected[0][1].items():
        if measure in row and not (measure == "n_open" or rules.relocate):
            assert row[measure] == pytest.approx(known, abs=SAME), measure


def force_path(monkeypatch, path: str) -> None:
    for name, value in PATHS[path].items():
        monkeypatch.setattr(f"clinic_siting.siting.answer.{name}", value)


def test_no_gap_at_all_is_proven_as_such():
    town, rules = Town(419552123), Rules(1)
    town.group = dict.fromkeys(ZONES, "N")
    plan = solve(town.case(), Objective("gap"), rules).plan
    assert (plan.value, plan.gap, plan.proven) == (0.0, 0.0, True)


def test_two_sites_at_one_place_are_no_tie_where_one_of_them_is_soon_full():
    town = Town(764827)
    judge(town, Objective("fewest", share=0.5), rules_for(town, ("capacity",)), may_miss=False)


def test_a_set_that_meets_its_limit_to_the_last_digit_is_found():
    town = Town(557406272, n_existing=1)
    rules = rules_for(town, ("require", "force", "min_volume"))
    judge(town, Objective("fewest", share=1.0), rules, may_miss=False)


def test_what_cannot_be_covered_with_many_sites_is_said_in_words(monkeypatch):
    force_path(monkeypatch, "many")
    town = Town(7)
    rules = Rules(2, guard_rails=(GuardRail("imd_decile", mean_at_most_min=0.5),))
    with pytest.raises(InfeasibleError, match=r"no imd_decile may have a mean above 0\.5 min"):
        solve(town.case(), Objective("mean"), rules)


def test_every_rule_of_the_grammar_is_tried():
    town = Town(0)
    assert {key for key in RULE_KEYS if part_of_rules(key, town)} == set(RULE_KEYS)
    assert {wanted.name for wanted in objectives_for(town)} == set(OBJECTIVES)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("key", ["none", *RULE_KEYS])
@examples(1)
@given(seed=seeds)
def test_every_objective_under_every_rule_is_as_good_as_any_plan(monkeypatch, path, key, seed):
    town = Town(seed)
    rules = rules_for(town, (key,))
    force_path(monkeypatch, path)
    objectives = objectives_for(town)
    if path == "many":  # the slower one: every other objective, in turns; more seeds have all of them
        objectives = objectives[(seed + len(key)) % 2 :: 2]
    for wanted in objectives:
        may_miss = path == "many" and key == "capacity" and wanted.name != "fewest"
        judge(town, wanted, rules, may_miss=may_miss)


@pytest.mark.parametrize("path", PATHS)
@examples(3)
@given(seed=seeds, keys=st.lists(st.sampled_from(RULE_KEYS), min_size=2, max_size=4, unique=True))
def test_rules_together_leave_the_best_of_what_they_leave(monkeypatch, path, seed, keys):
    town = Town(seed)
    rules = rules_for(town, tuple(keys))
    force_path(monkeypatch, path)
    for wanted in objectives_for(town)[seed % 3 :: 3]:
        may_miss = path == "many" and "capacity" in keys and wanted.name != "fewest"
        judge(town, wanted, rules, may_miss=may_miss)


@pytest.mark.parametrize("path", PATHS)
@examples(1)
@given(seed=seeds, within=st.sampled_from([0.0, 0.01, 0.1, 0.5]))
def test_a_second_objective_among_the_nearly_best_of_the_first(monkeypatch, path, seed, within):
    town = Town(seed)
    force_path(monkeypatch, path)
    today = measures_of(town, town.patients(town.existing, {}))
    plain = [o for o in objectives_for(town) if o.name not in {"weighted", "fewest"}]
    plans = plans_of(town, Rules(2), 2)
    for first, second in zip(plain, plain[1:] + plain[:1], strict=True):
        if not plans:
            continue
        best = value_of(first, in_order(first, plans, today)[0][1], today)
        limit = first.sign * best + within * abs(best) + SAME
        nearly = [p for p in plans if first.sign * value_of(first, p[1], today) <= limit]
        expected = in_order(second, nearly, today)[0]
        siting = solve(town.case(), first, Rules(2), then=Then(second, within))
        assert siting.plan.value == pytest.approx(value_of(second, expected[1], today), abs=SAME)
        assert siting.plan.chosen == expected[0]


@pytest.mark.parametrize("path", PATHS)
@examples(1)
@given(seed=seeds, key=st.sampled_from(["none", "forbid", "guard_rails", "budget"]))
def test_the_best_sets_and_those_that_differ_in_every_site(monkeypatch, path, seed, key):
    town = Town(seed)
    rules = replace(rules_for(town, (key,)), n_open=1 + seed % 2)
    force_path(monkeypatch, path)
    today = measures_of(town, town.patients(town.existing, {}))
    case = town.case()
    for wanted in objectives_for(town):
        expected = [] if undefined_today(wanted, today) else best_plans(town, rules, wanted, today)
        if not expected or wanted.name == "fewest":
            continue
        siting = solve(case, wanted, rules, top=4)
        values = [value_of(wanted, m, today) for _, m in expected[:4]]
        assert siting.ranking["value"][:4].tolist() == pytest.approx(values, abs=SAME)
        assert len(set(siting.ranking["sites"])) == len(siting.ranking)
        rivals = differing(case, siting, wanted, rules, top=3, effort=Effort())
        apart: list[tuple[tuple[str, ...], dict[str, float]]] = []
        for plan in expected:
            if len(apart) < 3 and not any(set(plan[0]) & set(other[0]) for other in apart):
                apart.append(plan)
        assert rivals["sites"].tolist() == [sites for sites, _ in apart]


@pytest.mark.parametrize("path", PATHS)
@examples(1)
@given(seed=seeds)
def test_shuffled_input_gives_the_same_plan(monkeypatch, path, seed):
    town = Town(seed)
    force_path(monkeypatch, path)
    today = measures_of(town, town.patients(town.existing, {}))
    for wanted in objectives_for(town):
        if undefined_today(wanted, today) or not best_plans(town, Rules(2), wanted, today):
            continue
        one = solve(town.case(), wanted, Rules(2))
        other = solve(town.case(shuffle=seed), wanted, Rules(2))
        assert one.plan.chosen == other.plan.chosen
        assert one.plan.value == other.plan.value
        assert one.plan.allocation.equals(other.plan.allocation)
