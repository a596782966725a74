"""Every column of every file has a meaning, a unit and a status."""

import pandas as pd
import pytest

from clinic_siting.report import Counting, columns_explained, columns_of
from clinic_siting.report.columns import meaning_of
from clinic_siting.report.geopackage import layers

CASES, REFERRALS = Counting.of("cases a year"), Counting.of("referrals a year")


def test_expected_cases_are_modelled_and_referrals_observed_but_not_who_goes_where():
    assert (CASES.status, REFERRALS.status) == ("modelled", "observed")
    assert meaning_of("gains", "cases", REFERRALS).status == "observed"
    assert meaning_of("clinics", "today", REFERRALS).status == "modelled"
    assert meaning_of("clinics", "today", REFERRALS).unit == "referrals a year"


@pytest.mark.parametrize(
    ("table", "column", "unit"),
    [
        ("clinics", "today", "cases a year"),
        ("gains_by_authority", "today", "minutes"),
        ("s_curve", "today", "share of 1"),
        ("measures", "today", "as the row says"),
        ("measures", "peak: today", "as the row says"),
    ],
)
def test_the_same_name_means_something_else_in_another_table(table, column, unit):
    assert meaning_of(table, column, CASES).unit == unit


def test_a_column_of_a_scenario_says_which():
    assert meaning_of("clinics", "peak: today", CASES).text == "Today, scenario peak"


def test_an_index_without_a_name_is_no_column():
    table = pd.DataFrame({"a": [1]})
    assert columns_of(table) == ["a"]
    assert columns_of(table.rename_axis("zone_id")) == ["zone_id", "a"]


def test_the_dictionary_is_in_the_order_of_files_and_columns():
    found = columns_explained({"zones.csv": ["zone_id", "demand"], "flows.csv": ["today"]}, CASES)
    assert found.index.to_list() == ["flows.csv", "zones.csv", "zones.csv"]
    assert found["column"].to_list() == ["today", "zone_id", "demand"]


def test_every_column_of_every_layer_is_explained(data):
    for name, layer in layers(data).items():
        unknown = [c for c in layer if c != "geometry" and not meaning_of(name, str(c), CASES).text]
        assert unknown == [], name
