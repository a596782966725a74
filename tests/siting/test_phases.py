"""Opening in phases: the order, and what nesting costs, against every order there is."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import ConfigError
from clinic_siting.siting import (
    Objective,
    Rules,
    SitingCase,
    Wish,
    measure_sets,
    open_in_phases,
    solve,
)
from clinic_siting.siting.rules import Requirement
from clinic_siting.siting.solver import Effort
from clinic_siting.tables import Sites, TravelTimes


def on_a_line(candidates, people):
    """A case on a line: minutes are distances, one clinic exists at 0."""
    zones = pd.Index([f"z{at:02d}" for at in people], name="zone_id")
    places = {"a clinic": 0} | candidates
    minutes = np.abs(np.array(list(people))[:, None] - np.array(list(places.values())))
    status = ["existing"] + ["candidate"] * len(candidates)
    return SitingCase(
        TravelTimes(zones, pd.Index(list(places)), minutes.astype(float)),
        pd.Series(list(people.values()), index=zones, dtype=float),
        Sites(pd.DataFrame({"site_id": list(places), "status": status})),
        pd.DataFrame(index=zones),
        minutes <= 5,
    )


@pytest.fixture
def line():
    return on_a_line({"left": 20, "middle": 30, "right": 40}, {20: 10, 40: 9})


def phases_of(case, rules, phases, objective="mean"):
    wish = Wish(case, Objective(objective), rules, Effort(20))
    return open_in_phases(wish, solve(case, wish.objective, rules), phases)


def test_the_larger_town_comes_first_and_nesting_costs_what_one_can_count(line):
    first, second = phases_of(line, Rules(2), [1, 1])
    # Both towns have their clinic in the end. On the way, with `right` alone the town at 20 keeps its
    # 20 minutes (200 ÷ 19), with `left` alone the one at 40 has 20 (180 ÷ 19); `middle` has 190 ÷ 19.
    assert (first.opens, second.opens) == (("left",), ("right",))
    assert first.value == pytest.approx(180 / 19)
    assert first.costs == pytest.approx(0)
    assert (second.is_open, second.value, second.costs) == (("left", "right"), 0, 0)


def test_where_the_best_single_site_is_not_in_the_plan_nesting_costs():
    case = on_a_line({"left": 20, "middle": 30, "right": 40}, {20: 10, 30: 1, 40: 10})
    first, second = phases_of(case, Rules(2), [1, 1], "max")
    assert first.at_once == ("middle",)
    assert (first.at_once_value, first.value, first.costs) == (10, 20, 10)
    assert second.step_by_step == ("left", "middle")
    assert second.step_by_step_value == 10
    assert first.proven
    assert second.proven


def test_rules_on_the_finished_plan_do_not_bind_its_beginning(line):
    rules = Rules(2, force=("right",), require=(Requirement({"site_id": ("right",)}, at_least=1),))
    first, _ = phases_of(line, rules, [1, 1])
    assert first.opens == ("left",)


def test_the_order_is_the_best_of_all_orders():
    rng = np.random.default_rng(4)
    candidates = {f"s{k}": int(at) for k, at in enumerate(rng.choice(90, 6, replace=False))}
    case = on_a_line(candidates, {int(at): 1 + int(at) % 5 for at in rng.choice(99, 30, replace=False)})
    phases = phases_of(case, Rules(4), [1, 2, 1], "mad")
    chosen = solve(case, Objective("mad"), Rules(4)).plan.chosen

    def value(sites):
        return measure_sets(case, case.sites.candidates.get_indexer(sorted(sites))[None, :])["mad"].iloc[0]

    best = min(sum(value(order[:n]) for n in (1, 3, 4)) for order in permutations(chosen))
    assert sum(phase.value for phase in phases) == pytest.approx(best)
    assert all(phase.costs >= -1e-9 for phase in phases)


def test_closed_sites_are_closed_in_every_phase(line):
    first, last = phases_of(line, Rules(2, relocate=1), [1, 1])
    assert first.value == pytest.approx(180 / 19)
    assert last.value == 0


@pytest.mark.parametrize("phases", [[1], [1, 2], [2, 0], [3, -1]])
def test_phases_that_do_not_sum_up_to_the_plan_are_refused(line, phases):
    with pytest.raises(ConfigError, match="phases: they open"):
        phases_of(line, Rules(2), phases)


def test_too_many_orders_are_refused(line):
    siting = solve(line, Objective("mean"), Rules(2))
    many = replace(siting, plan=replace(siting.plan, chosen=tuple(f"s{k:02d}" for k in range(20))))
    with pytest.raises(ConfigError, match="too many orders"):
        open_in_phases(Wish(line, Objective("mean"), Rules(20), Effort()), many, [1] * 20)


def test_for_the_fewest_sites_coverage_on_the_way_counts(line):
    wish = Wish(line, Objective("fewest", share=1.0), Rules(0), Effort(20))
    first, second = open_in_phases(wish, solve(line, wish.objective, wish.rules), [1, 1])
    assert (first.opens, first.value, second.value) == (("left",), pytest.approx(10 / 19), 1)
