"""Rows that name an LSOA, an MSOA or a postcode find their zone; those that cannot are named."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import pipeline
from clinic_siting.config import read_config
from clinic_siting.errors import ClinicSitingError, DataError
from clinic_siting.placing import place_counts, place_points, sector_of
from clinic_siting.questions import read_points
from clinic_siting.sources import open_data
from clinic_siting.spreadsheets import read_table
from clinic_siting.tables import DemandZones

ZONES = DemandZones(
    pd.DataFrame(
        {
            "zone_id": ["E01000001", "E01000002", "E01000003"],
            "name": ["Abbey 001A", "Abbey 001B", "Borough 001A"],
            "msoa": ["E02000001", "E02000001", "E02000002"],
            "msoa_name": ["Abbey North", "Abbey North", "Borough"],
            "lon": [0.40, 0.42, 0.50],
            "lat": [51.20, 51.20, 51.30],
            "population": [1000.0, 3000.0, 2000.0],
        }
    )
)
SECTORS = pd.DataFrame(
    {"lon": [0.401, 0.499, 1.5], "lat": [51.2, 51.3, 52.5]},
    index=pd.Index(["TY1 1", "TY2 1", "TY9 9"], name="sector"),
)


def placed(**columns) -> dict[str, float]:
    table = place_counts(pd.DataFrame(columns), ZONES, SECTORS)
    return dict(zip(table["zone_id"], table["referrals"], strict=True))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"lsoa": ["E01000002", "E01000002"], "referrals": [2, 3]}, {"E01000002": 5}),
        ({"LSOA code": ["E01000002", " E01000003 "]}, {"E01000002": 1, "E01000003": 1}),
        ({"LSOA21NM": ["Abbey 001A"], "referrals": [4]}, {"E01000001": 4}),
        ({"msoa": ["E02000001"], "referrals": [8]}, {"E01000001": 2, "E01000002": 6}),
        ({"MSOA_name": ["Borough", "E02000002"], "referrals": [8, 1]}, {"E01000003": 9}),
        ({"Postcode": ["ty1 1ab", "TY11ZZ", "TY1 1", "TY2 1QQ"]}, {"E01000001": 3, "E01000003": 1}),
        ({"msoa": ["E02000001"], "postcode": ["TY2 1AB"], "referrals": [1]}, {"E01000003": 1}),
    ],
)
def test_rows_find_their_zones(columns, expected):
    assert placed(**columns) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("columns", "verdict", "row"),
    [
        ({"county": ["Kent"]}, "no column says where: give one called lsoa, msoa or postcode", "county"),
        (
            {"lsoa": ["E01000001", "E01999999"]},
            r"1 row\(s\) name no LSOA of the data set; codes of 2011",
            "row 3",
        ),
        ({"lsoa": [""]}, "name no LSOA", "row 2: ''"),
        ({"msoa": ["E02999999"]}, r"1 row\(s\) name no MSOA of the data set", "row 2: 'E02999999'"),
        ({"postcode": ["CT1"]}, "name no postcode of the data set; a sector at least is needed", "'CT1'"),
        ({"postcode": ["ZZ9 9ZZ"]}, "name no postcode of the data set", "'ZZ9 9ZZ'"),
        ({"postcode": ["TY9 9AB"]}, "name no postcode of the data set; it lies outside", "'TY9 9AB'"),
        ({"lsoa": ["E01000001"], "referrals": [-1]}, "have no number of 0 or more as referrals", "row 2: -1"),
        ({"msoa": ["E02000001"], "referrals": [9999]}, "a number that stands for 'unknown'", "row 2: 9999"),
        ({"lsoa": ["E01000001"], "referrals": ["some"]}, "have no number of 0 or more", "row 2: some"),
        ({"lsoa": ["E01000001"], "referrals": [float("inf")]}, "have no number of 0 or more", "row 2: inf"),
    ],
)
def test_rows_that_lie_nowhere_are_named(columns, verdict, row):
    with pytest.raises(DataError, match=verdict) as refusal:
        placed(**columns)
    assert row in refusal.value.rows[0]


@pytest.mark.parametrize("name", ["Referrals", " REFERRALS ", "Patients", "count", "n"])
def test_a_column_of_counts_is_known_however_it_is_written(name):
    assert placed(**{"lsoa": ["E01000001", "E01000002"], name: [5, 7]}) == {"E01000001": 5, "E01000002": 7}


@pytest.mark.parametrize(
    ("columns", "verdict"),
    [
        (
            {"referals": [5]},
            r"each row would count as one patient.*\n.*referals \(did you mean referrals\?\)",
        ),
        ({"Count": [5], "Patients": [5]}, "2 columns could be the count; call one of them referrals"),
        ({"referrals": [True]}, "no number of 0 or more"),
        ({"referrals": [1e308]}, "more than 100,000,000 referrals a year"),
    ],
)
def test_counts_that_would_be_passed_over_or_are_none_are_refused(columns, verdict):
    with pytest.raises(ClinicSitingError, match=verdict):
        placed(lsoa=["E01000001"], **columns)


def test_rows_are_named_as_the_file_counts_them():
    table = read_table(b"postcode,referrals\nTY1 1AB,1\n\n,\nZZ9 9ZZ,1\n", "own.csv")
    with pytest.raises(DataError, match="name no postcode") as refusal:
        place_counts(table, ZONES, SECTORS)
    assert refusal.value.rows == ("row 5: 'ZZ9 9ZZ'",)


def test_msoas_need_zones_that_know_theirs():
    bare = DemandZones(ZONES.table.drop(columns=["msoa", "msoa_name"]))
    with pytest.raises(DataError, match="do not say in which MSOA they lie"):
        place_counts(pd.DataFrame({"msoa": ["E02000001"]}), bare, SECTORS)


def test_two_areas_of_one_name_are_told_apart_by_code_alone():
    twins = DemandZones(ZONES.table.assign(msoa_name="Twin", name="Twin"))
    for column in ("msoa", "lsoa"):
        with pytest.raises(DataError, match="of the data set"):
            place_counts(pd.DataFrame({column: ["Twin"]}), twins, SECTORS)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["E02000001", "E02000002", "Borough"]), st.integers(0, 50)), min_size=1
    )
)
@settings(deadline=None, max_examples=60)
def test_nobody_is_lost_and_nobody_counts_twice(rows):
    found = placed(msoa=[row[0] for row in rows], referrals=[row[1] for row in rows])
    assert sum(found.values()) == pytest.approx(sum(row[1] for row in rows))


def test_points_are_the_middle_of_what_is_named():
    def point(**columns):
        table = place_points(pd.DataFrame(columns), ZONES, SECTORS)
        return table[["lon", "lat"]].to_numpy().tolist()

    assert point(postcode=["TY2 1AB"]) == [[0.499, 51.3]]
    assert point(lsoa=["E01000002"]) == [[0.42, 51.2]]
    assert point(msoa=["E02000002", "E02000001"]) == [[0.5, 51.3], pytest.approx([0.415, 51.2])]
    assert point(lon=[1.0], lat=[51.0], postcode=["nowhere"]) == [[1.0, 51.0]]


@pytest.mark.parametrize("text", ["", "ME", "14 4PY", "<script>", "ME14 4PYX", "CT12", "ME14 4PY" * 9])
def test_what_is_no_postcode_has_no_sector(text):
    assert sector_of(text) == ""


@given(st.text(max_size=10))
@settings(deadline=None, max_examples=200)
def test_any_text_is_a_sector_or_none(text):
    sector = sector_of(text)
    assert sector == "" or sector_of(sector) == sector


def test_a_run_takes_referrals_by_msoa_and_a_matrix_sites_by_postcode(write_config, toy_data):
    folder = toy_data.parent.parent
    (folder / "own.csv").write_text("MSOA;referrals\nE02900000;7\nE02900003;2,5\n", encoding="cp1252")
    config = read_config(write_config(demand={"model": "referrals", "own": "own.csv"}))
    patients = pipeline.lay_ground(config).patients
    assert patients.sum() == pytest.approx(9.5)
    assert (patients > 0).sum() == 4
    (folder / "sites.csv").write_text("site_id,postcode\nnew,TY3 1AB\n")
    table = read_points(folder / "sites.csv", open_data(toy_data)).table
    assert table.loc["new", "status"] == "candidate"
    (folder / "own.csv").write_text("msoa,referrals\nE02000000,7\n")
    with pytest.raises(ClinicSitingError, match="name no MSOA of the data set"):
        pipeline.lay_ground(config)
