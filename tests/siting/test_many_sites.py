"""Every objective with thousands of sets of four sites: what models prove against all sets, one by one."""

import numpy as np
import pytest
from tests.siting.scattered import OBJECTIVES, scattered

from clinic_siting.errors import InfeasibleError
from clinic_siting.siting import Effort, GuardRail, Objective, Rules, SitingCase, measure_today, solve
from clinic_siting.siting.enumeration import combinations_of
from clinic_siting.siting.outcomes import outcomes_of

RULES = {
    "no rules": Rules(4),
    "rules": Rules(4, guard_rails=(GuardRail("imd_decile", worse_by_at_most_min=-1),), min_volume=15),
}


@pytest.fixture
def many(monkeypatch):
    """As if the sets were too many to list."""
    for name in ("LARGEST", "FEW"):
        monkeypatch.setattr(f"clinic_siting.siting.answer.{name}", 0)


def judge(case: SitingCase, rules: Rules, wanted: Objective) -> bool:
    """Whether the plan is the first of all sets, and proved; where no set obeys, that is said."""
    sets = combinations_of(len(case.sites.candidates), 4)
    outcomes, today = outcomes_of(case, case, rules, sets), measure_today(case)
    values = wanted.sign * wanted.values(outcomes.measures, today).to_numpy()
    if not outcomes.kept.any():
        with pytest.raises(InfeasibleError, match="no set of 4 sites keeps"):
            solve(case, wanted, rules)
        return False
    best = values[outcomes.kept].min()
    plan = solve(case, wanted, rules, effort=Effort(60)).plan
    assert plan.proven
    assert wanted.sign * plan.value == pytest.approx(best, abs=1e-7)
    # Ties go to the smaller mean, then to the ids that sort first.
    level = np.flatnonzero(outcomes.kept & (values <= best + 1e-9))
    mean = outcomes.measures["mean"].to_numpy()[level]
    first = level[np.flatnonzero(mean <= mean.min() + 1e-9)[0]]
    assert plan.chosen == tuple(case.sites.candidates[sets[first]])
    return True


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("seed", "rules", "first"), [(1, "no rules", 0), (6, "rules", 1)])
def test_what_is_proved_with_many_sites_is_the_first_of_all_sets(seed, rules, first):
    case = scattered(seed, 40, 16, step=5 if seed % 2 == 0 else 0.01)
    found = [judge(case, RULES[rules], wanted) for wanted in OBJECTIVES[first::2]]
    assert all(found)


@pytest.mark.long
@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("seed", range(24))
def test_in_very_many_towns_what_is_proved_is_the_first_of_all_sets(seed, record_property):
    case = scattered(seed, 60, 20, step=5 if seed % 2 == 0 else 0.01)
    found = [judge(case, rules, wanted) for rules in RULES.values() for wanted in OBJECTIVES]
    record_property("proved", sum(found))
    record_property("none possible", len(found) - sum(found))
