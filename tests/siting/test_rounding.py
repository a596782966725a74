"""What a refusal says would do must do, also after it is rounded for reading."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_siting.errors import InfeasibleError
from clinic_siting.siting import GuardRail, Objective, Rules, SitingCase, solve
from clinic_siting.siting.rounding import at_least, at_most
from clinic_siting.tables import Sites, TravelTimes


@given(st.floats(1e-6, 1e9), st.integers(1, 6))
def test_figures_are_rounded_to_the_side_on_which_they_do(value, digits):
    low, high = float(at_most(value, digits)), float(at_least(value, digits))
    assert low <= value * (1 + 1e-9)
    assert value * (1 - 1e-9) <= high
    assert high - low <= 10.0 ** (1 - digits) * high * (1 + 1e-9)


def test_what_has_few_digits_stays_as_it_is():
    assert [at_least(0.0, 3), at_least(1.0, 6), at_least(23.1, 3), at_most(92.4, 3)] == [
        "0",
        "1",
        "23.1",
        "92.4",
    ]


@pytest.fixture
def case():
    minutes = np.array([[90.0, 46.2436, 92.3871], [90.0, 46.2711, 0.0], [90.0, 0.0, 92.4444]])
    zones = pd.Index(["z0", "z1", "z2"], name="zone_id")
    return SitingCase(
        TravelTimes(zones, pd.Index(["a", "b", "c"]), minutes),
        pd.Series(1.0, index=zones),
        Sites(pd.DataFrame({"site_id": ["a", "b", "c"], "status": ["existing", "candidate", "candidate"]})),
        pd.DataFrame({"alliance_name": ["N", "S", "S"]}, index=zones),
        minutes <= 30,
    )


@pytest.mark.parametrize(
    ("asked", "loosened"),
    [
        (Rules(2, min_apart_min=300.0), lambda words: Rules(2, min_apart_min=by(words, "open site: "))),
        (
            Rules(1, guard_rails=(GuardRail("alliance_name", mean_at_most_min=20.0),)),
            lambda words: Rules(
                1, guard_rails=(GuardRail("alliance_name", 20.0 + by(words, "give way by ")),)
            ),
        ),
        (Rules(1, min_volume=3.5), lambda words: Rules(1, min_volume=3.5 - by(words, "give way by "))),
    ],
)
def test_a_rule_loosened_by_what_a_refusal_says_can_be_kept(case, asked, loosened):
    with pytest.raises(InfeasibleError) as refusal:
        solve(case, Objective("mean"), asked)
    solve(case, Objective("mean"), loosened(str(refusal.value)))


def by(words: str, before: str) -> float:
    """The first number after some words."""
    return float(words.split(before, 1)[1].split(" ", 1)[0])
