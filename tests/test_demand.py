"""Demand: how many people, or how many cases national rates lead one to expect."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.demand import (
    demand_by_age,
    demand_by_car,
    demand_by_zone,
    expected_cases,
    no_car_share,
    planner_weights,
    with_referrals,
)
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


def _town(**columns: object) -> DemandZones:
    return DemandZones(zones_of([600, 0, 900], [300, 500, 100]).table.assign(**columns))


def test_referrals_are_the_planners_own_column():
    own = demand_by_zone(_town(referrals=[3, 0, 7.5]), RATES, model="referrals")
    assert own.to_list() == [3, 0, 7.5]


def test_referrals_that_are_missing_or_no_numbers_are_refused():
    with pytest.raises(TableError, match="referrals needs a column referrals"):
        demand_by_zone(_town(), RATES, model="referrals")
    with pytest.raises(TableError, match=r"referrals is no number in 1 row\(s\).\n  z1"):
        demand_by_zone(_town(referrals=[3, None, 2]), RATES, model="referrals")
    with pytest.raises(TableError, match="referrals are negative"):
        demand_by_zone(_town(referrals=[3, -1, 2]), RATES, model="referrals")


def test_the_most_deprived_and_those_without_a_car_count_for_more_as_documented():
    town = _town(imd_decile=[1, 10, 4], households=[10, 20, 40], households_no_car=[5, 0, 30])
    weights = planner_weights(town, deprivation=0.9, no_car=0.4)
    assert weights.to_list() == pytest.approx([1 + 0.9 + 0.2, 1, 1 + 0.6 + 0.3])
    assert (planner_weights(town, deprivation=0, no_car=0) == 1).all()


def test_weights_without_ground_or_sense_are_refused():
    with pytest.raises(TableError, match=r"demand\.deprivation needs a column imd_decile"):
        planner_weights(_town(), deprivation=1, no_car=0)
    with pytest.raises(TableError, match="car ownership needs a column households"):
        planner_weights(_town(), deprivation=0, no_car=1)
    with pytest.raises(ConfigError, match="no_car must be a number of 0 or more"):
        planner_weights(_town(), deprivation=0, no_car=-1)
    with pytest.raises(TableError, match=r"more households without a car than households.\n  z2"):
        no_car_share(_town(households=[1, 1, 1], households_no_car=[0, 1, 2]))


def test_where_nobody_lives_nobody_is_without_a_car():
    assert no_car_share(_town(households=[0, 4, 4], households_no_car=[0, 1, 4])).to_list() == [0, 0.25, 1]


@pytest.mark.parametrize("model", ["incidence", "population", "referrals"])
def test_ages_and_cars_add_up_to_the_demand_of_every_zone(model):
    town = _town(referrals=[3, 2, 7], households=[10, 20, 40], households_no_car=[5, 0, 30])
    demand = demand_by_zone(town, RATES, model=model)
    for parts in (demand_by_age(town, RATES, model=model), demand_by_car(town, demand)):
        assert (parts >= 0).all(axis=None)
        assert parts.sum(axis=1).to_list() == pytest.approx(demand.to_list())


def test_ages_weigh_by_their_rates_where_cases_are_expected():
    rates = pd.Series({"age_00_64": 5.0, "age_65_plus": 20.0})
    ages = demand_by_age(_town(), rates, model="incidence")
    assert ages.loc["z0"].to_dict() == pytest.approx(
        {"under 25": 600 * 5e-5, "25 to 59": 0, "60 to 74": 300 * 20e-5, "75 and over": 0}
    )


def test_referrals_of_a_zone_without_known_ages_are_not_lost():
    town = DemandZones(zones_of([0, 5], [0, 5]).table.assign(referrals=[4, 1]))
    assert demand_by_age(town, RATES, model="referrals").sum(axis=1).to_list() == pytest.approx([4, 1])


def test_own_referrals_stand_beside_the_zones_and_a_zone_that_is_missing_has_none(toy_zones):
    own = pd.DataFrame({"zone_id": ["c", "a"], "referrals": ["3", "1.5"]})
    found = with_referrals(toy_zones, own).table["referrals"]
    assert found.to_dict() == {"a": 1.5, "b": 0, "c": 3, "d": 0, "e": 0, "f": 0}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"zone_id": ["a"], "cases": [1]}, r"column\(s\) referrals missing"),
        ({"zone_id": ["a", "x"], "referrals": [1, 1]}, r"1 zone\(s\) are not in the data set"),
        ({"zone_id": ["a", " a"], "referrals": [1, 1]}, r"1 zone\(s\) stand more than once"),
        ({"zone_id": ["a"], "referrals": [-1]}, r"1 row\(s\) have no number of 0 or more"),
        ({"zone_id": ["a"], "referrals": ["many"]}, r"1 row\(s\) have no number of 0 or more"),
        ({"zone_id": ["a"], "referrals": [np.inf]}, r"1 row\(s\) have no number of 0 or more"),
        ({"zone_id": ["a", "b"], "referrals": [1, 9999]}, r"1 row\(s\) .* stands for 'unknown'.*\n  b: 9999"),
        ({"zone_id": ["a", "b"], "referrals": [1, -999]}, r"1 row\(s\) .* stands for 'unknown'.*\n  b: -999"),
    ],
)
def test_own_referrals_without_sense_are_refused(toy_zones, rows, words):
    with pytest.raises(TableError, match=words):
        with_referrals(toy_zones, pd.DataFrame(rows))
