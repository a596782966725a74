"""Whatever is wrong with zones is found, by its rows; what is right is green."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.gate import check_referrals, check_zones
from clinic_siting.gate.findings import Finding

MSOAS = [f"E0290{n:04}" for n in range(6)]


def check(table: pd.DataFrame, **changes) -> list[Finding]:
    options = {"model": "incidence", "rates": ["age_00_64", "age_65_plus"], "msoas": MSOAS}
    return check_zones(table, **(options | changes))


def only(findings: list[Finding]) -> Finding:
    """The one finding that is not green."""
    found = [finding for finding in findings if finding.light != "green"]
    assert len(found) == 1, found
    return found[0]


def with_cell(table: pd.DataFrame, column: str, value: object, row: int = 3) -> pd.DataFrame:
    column_of = table[column].astype(object)
    column_of[row] = value
    return table.assign(**{column: column_of.infer_objects()})


def test_referrals_out_of_all_proportion_are_amber_and_named():
    people = pd.Series(1000.0, index=list("abcde"))
    referrals = pd.Series([1.0, 2, 0, 3, 999], index=people.index)
    found = check_referrals(referrals, people)
    assert (found.light, found.rows) == ("amber", ("e: 999 referrals, 1000 people",))
    assert check_referrals(referrals.replace(999, 30), people).light == "green"
    assert check_referrals(referrals * 0, people).light == "green"


def test_sound_zones_are_green_and_each_check_says_what_holds(zones):
    findings = check(zones)
    assert {finding.light for finding in findings} == {"green"}
    assert all(finding.what and not finding.rows for finding in findings)


@pytest.mark.parametrize(
    ("column", "value", "what", "row"),
    [
        ("zone_id", "E01900002", r"zone_id: 1 id\(s\) occur more than once", "E01900002"),
        ("zone_id", "", r"zone_id is empty in 1 row\(s\)", "row 5"),
        ("zone_id", "e01900002", "differ only in case, blanks or signs", "'E01900002' and 'e01900002'"),
        (
            "zone_id",
            "E02000001",
            r"several kinds of area are mixed; 2 kind\(s\)",
            "MSOA: 1, for instance E02",
        ),
        ("zone_id", "E00000001", "several kinds of area are mixed", "output area: 1, for instance E00000001"),
        ("zone_id", "Kent 1", "several kinds of area are mixed", "no such code: 1, for instance Kent 1"),
        ("msoa", "E02000001", "no shape: codes of 2011 against 2021", "E01900003: E02000001"),
        (
            "population",
            np.nan,
            "hold something that is no figure",
            "population must be a number of 0 or more; 1",
        ),
        ("population", np.inf, "hold something that is no figure", "first E01900003: inf"),
        ("population", -5, "hold something that is no figure", "first E01900003: -5"),
        ("age_00_64", "many", "hold something that is no figure", "first E01900003: many"),
        ("population", -999, "stands for 'unknown'", "E01900003: population -999"),
        ("population", 9999, "stands for 'unknown'", "E01900003: population 9999"),
        ("imd_decile", 0, "no whole number from 1 to 10", "E01900003: 0"),
        ("imd_decile", 2.5, "no whole number from 1 to 10", "E01900003: 2.5"),
        ("population", 1.003, "people by age do not add up", "E01900003: 1003 by age, population 1.003"),
    ],
)
def test_one_bad_cell_is_found_by_its_row(zones, column, value, what, row):
    finding = next(f for f in check(with_cell(zones, column, value)) if f.light == "red")
    assert pd.Series([finding.what]).str.contains(what, regex=True).all(), finding.what
    assert row in finding.rows[-1] or row in finding.rows[0]
    assert finding.where == "zones"
    assert finding.remedy


def test_zones_where_nobody_lives_have_no_demand(zones):
    empty = zones.assign(age_00_64=zones["age_00_64"].where(zones.index != 3, 0), age_65_plus=0)
    finding = next(f for f in check(empty) if "no demand" in f.what)
    assert (finding.light, finding.rows) == ("red", ("E01900003",))
    empty = zones.assign(population=zones["population"].where(zones.index != 3, 0))
    assert only(check(empty, model="population")).what == "1 zone(s) have no demand"
    in_area = np.arange(12) != 3
    assert {f.light for f in check(empty, model="population", in_area=in_area)} == {"green"}


def test_of_few_referrals_many_zones_have_none_but_none_is_unknown(zones):
    referrals = zones.assign(referrals=[3, *[0] * 11])
    assert {f.light for f in check(referrals, model="referrals")} == {"green"}
    assert len(only(check(zones, model="referrals")).rows) == 12
    assert {f.light for f in check(zones, model="own")} == {"green"}


def test_missing_zones_show_where_a_middle_layer_area_is_empty(zones):
    finding = only(check(zones.head(7)))
    assert finding.what == "2 middle-layer area(s) have a shape but no zone: zones are missing"
    assert finding.rows == ("E02900004", "E02900005")


def test_columns_that_nobody_reads_are_amber_and_misspelt_ones_are_recognised(zones):
    finding = only(check(zones.assign(popluation=1, mood="good")))
    assert (finding.light, finding.rows) == ("amber", ("popluation (did you mean population?)", "mood"))
    assert {f.light for f in check(zones.assign(mood="good"), named=["mood"])} == {"green"}


def test_ages_without_a_rate_are_amber(zones):
    finding = only(check(zones, rates=["age_00_64"]))
    assert (finding.light, finding.rows) == ("amber", ("age_65_plus",))
