import pandas as pd
import pytest
from tests.building.conftest import workbook

from clinic_siting import pipeline, sources
from clinic_siting.building import proposals, referrals
from clinic_siting.config import read_config
from clinic_siting.errors import ConfigError, DataError


@pytest.fixture
def places(toy_data) -> tuple:
    data = sources.open_data(toy_data)
    return sources.read_zones(data), sources.read_postcode_sectors(data)


def test_a_semicolon_list_from_excel_becomes_demand_a_year_by_zone(places, tmp_path):
    path = tmp_path / "referrals.csv"
    path.write_bytes(
        "Sarcoma referrals;;\n\n"
        "Patient Postcode;Number;Referral date\nty1 1ab;3;05/01/2024\nTY1 1ZZ;1;28/02/2025\n"
        "TY4 1AA;2;31/12/2025\nnonsense;1;01/02/2025\n;1;01/02/2025\nLS1 3EX;1;01/02/2025\n".encode("cp1252")
    )
    found = referrals.read_referrals(path, *places)
    zones, sectors = places
    assert found.table["referrals"].to_list() == [2.0, 1.0]  # 24 months: half as many a year
    assert (
        zones.table.loc[found.table["zone_id"], "lon"].to_list()
        == sectors.loc[["TY1 1", "TY4 1"], "lon"].to_list()
    )
    assert found.lost == (
        "row 7: 'nonsense' is no postcode",
        "row 8: no postcode",
        "row 9: LS1 3 is no sector of the data set",
    )
    said = referrals.in_words(found, path.name)
    assert said.startswith("referrals.csv: 3 of 6 row(s) placed, 6 patient(s) in 2 zone(s).")
    assert "January 2024 to December 2025, 24 month(s): divided by 2 for a year, 3.0." in said
    assert "2 zone(s) have 1 to 7 patients: keep the file" in said
    assert "3EX" not in said


def test_a_workbook_with_day_numbers_for_dates(places, tmp_path):
    path = tmp_path / "referrals.xlsx"
    rows = [["Postcode", "Date"], ["TY1 1AB", 45292], ["TY1 1AB", 45627]]  # 1 Jan and 1 Dec 2024
    path.write_bytes(workbook({"Referrals": rows}))
    found = referrals.read_referrals(path, *places)
    assert (found.patients, found.years) == (2.0, 1.0)
    assert found.period == "January 2024 to December 2024, 12 month(s)"
    assert referrals.read_referrals(path, *places, years=4).table["referrals"].to_list() == [0.5]


def test_rows_of_a_workbook_are_named_as_excel_counts_them(places, tmp_path):
    path = tmp_path / "referrals.xlsx"
    rows = [
        ["Sarcoma"],
        [],
        ["", "Postcode"],
        [],
        ["", "TY1 1AB"],
        [],
        [],
        ["x"],
        ["", "nonsense"],
        ["", "TY1 1AB"],
    ]
    path.write_bytes(workbook({"Notes": [["x"]], "Referrals": rows}))
    found = referrals.read_referrals(path, *places)
    assert found.lost == ("row 8: no postcode", "row 9: 'nonsense' is no postcode")
    assert found.n_rows == 4


def test_rows_of_a_list_with_blank_lines_are_named_as_excel_counts_them(places, tmp_path):
    path = tmp_path / "referrals.csv"
    path.write_bytes(
        b"Sarcoma;;\r\n\r\nPostcode;Number\r\n\r\n;\r\nTY1 1AB;1\r\nTY1 1AB;1\r\n;\r\nnonsense;1\r\n"
    )
    assert referrals.read_referrals(path, *places).lost == ("row 9: 'nonsense' is no postcode",)


def test_a_total_at_the_foot_and_a_remark_are_left_out_though_they_have_no_date(places, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "Referral date,Postcode,Count\n05/01/2024,ty1-1ab.,3\n31/12/2025,TY1\u00a01AB,1\nTotal,,4\n"
        "Source: the alliance,,all of them\n",
        encoding="utf-8",
    )
    found = referrals.read_referrals(path, *places)
    assert (found.patients, found.years) == (4, 2)
    assert found.lost == ("row 4: no postcode", "row 5: no postcode")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("postcode,date\nTY1 1AB,yesterday\n", r"1 row\(s\) have no date as 'date'; mend them, or leave"),
        ("postcode,date\nTY1 1AB,13/02/2020\nTY1 1AB,02/13/2020\n", r"(?s)1 row\(s\) have no date.*row 3"),
        ("postcode,date\nTY1 1AB,13/02/1905\nTY1 1AB,13/02/2025\n", "dates go over 120 years; correct"),
        ("postcode,count\nTY1 1AB,few\n", r"1 row\(s\) have no number as 'count'"),
        ('postcode,count\nTY1 1AB,"1,000"\nTY1 1AB,"2,5"\n', r"1 row\(s\) have no number.*\n  row 3: '2,5'"),
        ("postcode,count\nTY1 1AB,inf\n", r"1 row\(s\) have no number as 'count'"),
        ("postcode,count\nTY1 1AB,3\nTY1 1AB,9999\n", r"stands for 'unknown'.*\n  row 3: 9999"),
        ("postcode\nLS1 3EX\nTY1 1AB\nLS1 4EX\n", r"2 of 3 row\(s\) cannot be placed; is it the right data"),
        ("colour,x\nred,1\n", "no heading with one of zoneid"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(places, tmp_path, text, message):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        referrals.read_referrals(path, *places)


@pytest.mark.parametrize(
    "text",
    [
        *("05/02/2024", "5.2.24", "2024-02-05", "2024-02-05T10:00Z", "2024-02-05 10:00+01:00", "20240205"),
        *("5 February 2024", "05-Feb-24", "5 feb 2024", "February 2024", "Feb-24", "02/2024", "45327"),
    ],
)
def test_a_date_is_read_as_people_write_it(text):
    found = referrals._date(text)
    assert (found.year, found.month) == (2024, 2)
    assert found.day in {1, 5}


@pytest.mark.parametrize(
    "text", ["", "02/13/2020", "31/11/2024", "2024", "2024Q1", "2024-W05", "1/2", "10:30", "now", "1/1/1020"]
)
def test_what_may_be_another_day_is_no_date(text):
    assert referrals._date(text) is None


@pytest.mark.parametrize("years", [0, -1, 1e-300, 1e300, float("nan")])
def test_years_are_those_that_a_list_goes_over(places, tmp_path, years):
    with pytest.raises(ConfigError, match=r"--years must be from 0\.01 to 100"):
        referrals.read_referrals(tmp_path / "x.csv", *places, years=years)


def test_a_long_silence_in_a_list_is_told_since_a_date_may_be_mistyped(places, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("postcode,date\nTY1 1AB,03/02/2002\nTY1 1AB,03/02/2022\nTY1 1AB,09/08/2022\n", "utf-8")
    said = referrals.in_words(referrals.read_referrals(path, *places), path.name)
    assert "  None is dated between February 2002 and February 2022: is a date mistyped?\n" in said
    path.write_text("postcode,date\nTY1 1AB,03/02/2022\nTY1 1AB,09/08/2022\n", "utf-8")
    assert referrals.read_referrals(path, *places).doubt == ""


def test_a_building_without_a_name_has_that_of_its_place(places, tmp_path):
    path = tmp_path / "buildings.csv"
    path.write_text("building,postcode,lon,lat\n,TY5 1AB,,\n ,,0.5,51.3\n", encoding="utf-8")
    added, *_ = proposals.read_proposals(path, *places)
    assert [site["name"] for site in added] == ["TY5 1AB", "S002"]


def test_proposed_buildings_become_candidates_of_a_scenario_that_runs(places, toy_config, tmp_path):
    path = tmp_path / "buildings.csv"
    path.write_text("building,postcode\nOld Mill,TY5 1AB\nFar,LS1 3EX\n", encoding="utf-8")
    added, join, words = proposals.read_proposals(path, *places)
    assert [(site["id"], site["name"]) for site in added] == [("S001", "Old Mill")]
    assert join.missing == ("row 3: Far, LS1 3EX",)
    assert "middle of a postcode sector" in words[-1]
    scenario = toy_config.with_name("buildings.yaml")
    scenario.write_text(proposals.scenario_with(added, toy_config), encoding="utf-8")
    config = read_config(scenario)
    assert config.sites.added[0].name == "Old Mill"
    answer = pipeline.run(config)
    assert "S001" in answer.ground.sites.candidates
    assert proposals.scenario_with(added, None).startswith("# To put into a scenario.\nsites:\n  added:\n")


def test_demand_that_was_made_of_a_list_is_what_a_run_counts(places, write_config, toy_data, tmp_path):
    path = tmp_path / "referrals.csv"
    path.write_text("postcode\n" + "TY1 1AB\n" * 5 + "TY7 1AB\n" * 9, encoding="utf-8")
    found = referrals.read_referrals(path, *places)
    found.table.to_csv(toy_data.parent.parent / "demand.csv", index=False)
    config = read_config(write_config("own", demand={"model": "referrals", "own": "demand.csv"}))
    patients = pipeline.run(config).ground.patients
    assert sorted(patients[patients > 0]) == [5, 9]
    pd.testing.assert_series_equal(
        patients[patients > 0], found.table.set_index("zone_id")["referrals"].astype(float), check_names=False
    )
