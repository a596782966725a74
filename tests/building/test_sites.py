import pandas as pd
import pytest
from tests.building.conftest import opendocument

from clinic_siting import sources
from clinic_siting.building.sites import ODS_LAYOUT, build_sites
from clinic_siting.errors import ConfigError, DataError

CQC_PREAMBLE = (
    "CQC directory,,,,\nThis file lists the locations that we register,,,,\nDate:,01 October 2025,,,\n,,,,\n"
)
CQC_HEADING = (
    "Name,Also known as,Address,Postcode,Phone number,Service's website (if available),Service types,"
    "Date of latest check,Specialisms/services,Provider name,Local authority,Region,Location URL,"
    "CQC Location ID (for office use only),CQC Provider ID (for office use only)\n"
)


@pytest.fixture
def places(kent, kent_zones) -> dict[str, pd.DataFrame]:
    return {
        "zones": kent_zones,
        "sectors": sources.read_postcode_sectors(sources.open_data(kent / "data" / "kent")),
    }


def ods_row(code: str, name: str, postcode: str, closed: str = "") -> str:
    cells = dict.fromkeys(ODS_LAYOUT, "")
    cells |= {"Organisation Code": code, "Name": name, "Postcode": postcode, "Close Date": closed}
    cells |= {
        "Open Date": "20010401",
        "Parent Organisation Code": code[:3],
        "Address Line 1": "HERMITAGE LANE",
    }
    return ",".join(f'"{cell}"' for cell in cells.values())


def test_an_ods_extract_without_a_heading(places, tmp_path):
    rows = [
        ods_row("RWF03", "MAIDSTONE HOSPITAL", "ME16 9QQ"),
        ods_row("RWF99", "OLD WING", "ME16 9QQ", closed="20190331"),
        ods_row("RWFCL", "HERMITAGE CLINIC", "ME16 9QQ"),
        ods_row("RX999", "FAR AWAY HOSPITAL", "LS1 3EX"),
        ods_row("RX998", "LOST HOSPITAL", ""),
    ]
    path = tmp_path / "ets.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    listed = build_sites(path, **places, keep={"Name": ("hospital",)})
    table, join, words = listed.table, listed.join, listed.words
    assert table["site_id"].to_list() == ["RWF03"]
    assert table.loc[0, ["county", "icb_name", "trust", "status"]].to_list() == [
        *("Kent", "Kent and Medway", "RWF", "candidate")
    ]
    assert table.loc[0, "note"] == "Placed in the middle of its postcode sector."
    assert join.matched == 1
    # By their rows in the file, which has no heading, whatever was left out before.
    assert join.missing == (
        "row 4: FAR AWAY HOSPITAL, LS1 3EX",  # no sector of the data set
        "row 5: LOST HOSPITAL, no postcode",
    )
    assert list(words) == [
        "  1 row(s) have a close date and were left out.",
        "  1 row(s) have another Name and were left out.",
    ]


def test_an_ods_extract_with_a_heading(places, tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text("Code,Name,Postcode,Close Date,Status\nRWF03,MAIDSTONE,ME169QQ,,Active\n")
    table = build_sites(path, **places).table
    assert table[["site_id", "status", "name"]].to_numpy().tolist() == [["RWF03", "candidate", "MAIDSTONE"]]


def test_a_cqc_directory_with_rows_before_its_heading(places, tmp_path):
    row = 'The Spire,,"1 Road, Maidstone",ME16 9QQ,,,{},09/Jan/2018,Surgery,{},Kent,South East,url,1-{},1-9\n'
    path = tmp_path / "CQC_directory.csv"
    rows = row.format("Hospitals - Mental health/capacity", "A Ltd", 11) + row.format("Dentist", "B Ltd", 12)
    path.write_text(CQC_PREAMBLE + CQC_HEADING + rows, encoding="utf-8-sig")
    table = build_sites(path, **places, keep={"Service types": ("Hospital",)}).table
    assert table[["site_id", "trust", "services"]].to_numpy().tolist() == [["1-11", "A Ltd", "Surgery"]]


def test_a_plain_list_is_placed_by_coordinates_then_whole_postcode_then_sector(places, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "site;postcode;lon;lat;name;status\n;me16 9qq;0,52;51,27;Own point;existing\n"
        ";ME16 9QQ;;;By postcode;\n;ME16 9XX;;;By sector;\n",
        encoding="cp1252",
    )
    units = pd.DataFrame({"sector": ["ME16 9"], "lon": [0.5], "lat": [51.28]}, index=["ME169QQ"])
    listed = build_sites(path, **places, postcodes=units)
    table, join = listed.table, listed.join
    by_name = table.set_index("name")
    assert by_name.loc["Own point", ["lon", "lat", "status"]].to_list() == [0.52, 51.27, "existing"]
    assert by_name.loc["By postcode", ["lon", "lat", "note"]].to_list() == [0.5, 51.28, ""]
    assert by_name.at["By sector", "note"].startswith("Placed in the middle")
    assert (join.matched, join.missing) == (3, ())


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("name,postcode\nA,LS1 3EX\n", DataError, "no site is left; none of its rows lies in the area"),
        (
            "code,name,postcode\nA,A,ME16 9QQ\nA,B,ME16 9QQ\n",
            DataError,
            r"1 id\(s\) are empty or occur twice",
        ),
        ("name,street\nA,B\n", DataError, "no heading with one of postcode"),
    ],
)
def test_a_list_that_places_nothing_is_refused(places, tmp_path, text, error, message):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=message):
        build_sites(path, **places)


def test_a_clinic_or_a_column_that_the_list_lacks_is_refused(places, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("code,name,postcode\nA,A,ME16 9QQ\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"--existing: 1 id\(s\) are not in the list"):
        build_sites(path, **places, existing=("B",))
    with pytest.raises(DataError, match="no column 'Colour' to choose sites by"):
        build_sites(path, **places, keep={"Colour": ("red",)})


def test_a_clinic_that_is_open_stays_wherever_it_lies(places, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("code,name,lon,lat\nA,Far,-1.5,53.8\nB,Near,0.52,51.27\n", encoding="utf-8")
    table = build_sites(path, **places, existing=("A",)).table
    assert table[["site_id", "status", "county"]].to_numpy().tolist() == [
        ["A", "existing", ""],
        ["B", "candidate", "Kent"],
    ]


HSCA_HEADING = [
    *("Location ID", "Location HSCA start date", "Dormant (Y/N)", "Care home?", "Location Name"),
    *("Location ODS Code", "Location Inspection Directorate", "Location Primary Inspection Category"),
    *("Location Postal Code", "Location Latitude", "Location Longitude", "Provider ID", "Provider Name"),
    "Service type - Acute services with overnight beds",
]


def hsca_row(code, name, *, dormant="N", lat="51.27", acute="Y") -> list[str]:
    kind = ["Hospitals", "Acute hospital - NHS non-specialist"]
    place = ["ME16 9QQ", lat, "0.52"] if lat else ["ME16 9QQ", "", ""]
    return [code, "2010-10-01", dormant, "N", name, "", *kind, *place, "RWF", "Maidstone NHS Trust", acute]


def test_the_cqc_directory_with_filters_as_it_is_published(places, tmp_path):
    path = tmp_path / "01_October_2026_HSCA_Active_Locations.ods"
    rows = [
        HSCA_HEADING,
        hsca_row("RWF03", "Maidstone Hospital"),
        hsca_row("1-2000", "Spire by postcode", lat=""),
        hsca_row("1-2001", "Asleep", dormant="Y"),
        hsca_row("1-2002", "Rest Home", acute=""),
    ]
    path.write_bytes(opendocument({"README": [["Source: CQC database"]], "HSCA_Active_Locations": rows}))
    listed = build_sites(path, **places, keep={HSCA_HEADING[-1]: ("Y",)})
    columns = ["site_id", "lat", "trust", "services"]
    assert listed.table[columns].to_numpy().tolist() == [
        ["1-2000", 51.26744, "Maidstone NHS Trust", "Acute hospital - NHS non-specialist"],
        ["RWF03", 51.27, "Maidstone NHS Trust", "Acute hospital - NHS non-specialist"],
    ]
    assert listed.publisher == "Care Quality Commission"
    assert listed.words[0] == "  1 row(s) have Dormant: Y and were left out."
