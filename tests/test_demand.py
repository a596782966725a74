"""Demand: how many people, or how many cases national rates lead one to expect."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.demand import demand_by_zone, expected_cases
from clinic_siting.errors import ConfigError, TableError
from clinic_siting.tables import DemandZones

RATES = pd.Series({"age_00_64": 5.0, "age_65_plus": 20.0}, name="cases_per_100k")
COUNTS = st.lists(st.integers(0, 5000), min_size=2, max_size=8)


def zones_of(young: list[int], old: list[int]) -> DemandZones:
    return DemandZones(
        pd.DataFrame(
            {
                "zone_id": [f"z{n}" for n in range(len(young))],
                "lon": 0.1,
                "lat": 51.0,
                "population": np.add(young, old),
                "age_00_64": young,
                "age_65_plus": old,
            }
        )
    )


def test_expected_cases_are_people_times_rates():
    cases = expected_cases(zones_of([100_000, 0, 20_000], [0, 10_000, 5_000]), RATES)
    assert cases.to_dict() == pytest.approx({"z0": 5.0, "z1": 2.0, "z2": 2.0})
    assert cases.name == "demand"


def test_zones_without_an_age_band_are_refused_by_its_name(toy_zones):
    with pytest.raises(TableError, match=r"age band\(s\) that the rates name are missing.\n  age_00_64"):
        expected_cases(toy_zones, RATES)


def test_population_is_demand_without_rates(toy_zones):
    people = demand_by_zone(toy_zones, RATES, model="population")
    assert people.to_dict() == dict(zip("abcdef", [100, 200, 100, 300, 100, 200], strict=True))
    assert people.dtype == float
    assert people.name == "demand"


def test_an_unknown_model_is_refused_with_those_that_exist(toy_zones):
    with pytest.raises(ConfigError, match="model 'referals' is unknown; it is one of incidence, population"):
        demand_by_zone(toy_zones, RATES, model="referals")


@pytest.mark.parametrize("model", ["incidence", "population"])
def test_demand_of_nobody_is_refused(model):
    with pytest.raises(ConfigError, match="every zone's demand is 0"):
        demand_by_zone(zones_of([0, 0], [0, 0]), RATES, model=model)


@given(young=COUNTS, seed=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=50)
def test_groups_sum_to_the_whole_and_the_order_of_rows_never_matters(young, seed):
    old = [seed.randint(0, 900) for _ in young]
    zones = zones_of(young, old)
    cases = expected_cases(zones, RATES)
    group = pd.Series([seed.choice("xy") for _ in young], index=zones.zone_id)
    assert cases.groupby(group).sum().sum() == pytest.approx(cases.sum())
    assert cases.sum() == pytest.approx((5 * sum(young) + 20 * sum(old)) / 100_000)
    rows = seed.sample(range(len(young)), len(young))
    shuffled = DemandZones(zones.table.iloc[rows])
    pd.testing.assert_series_equal(expected_cases(shuffled, RATES[::-1]), cases)


@given(young=COUNTS, factor=st.floats(0.1, 10))
@settings(deadline=None, max_examples=25)
def test_twice_the_rate_is_twice_the_demand(young, factor):
    zones = zones_of(young, young)
    pd.testing.assert_series_equal(
        expected_cases(zones, RATES * factor), expected_cases(zones, RATES) * factor
    )
