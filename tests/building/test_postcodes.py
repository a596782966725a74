import gzip
import zipfile

import pandas as pd
import pytest

from clinic_siting.building import postcodes
from clinic_siting.building.postcodes import read_postcodes, sectors_of
from clinic_siting.errors import DataError

# As published since 2025, some columns left out.
HEADING = "pcd7,pcd8,pcds,dointr,doterm,oa21cd,lad25cd,lsoa21cd,icb23cd,cal24cd,lat,long,imd20ind\n"
LIVE = '"ME169QQ","ME16 9QQ","ME16 9QQ","198001","","E00","E07","E01","E54","E56",51.27,0.52,"1"\n'
ENDED = LIVE.replace('"198001",""', '"198001","202001"').replace("9QQ", "9QR")
NOWHERE = LIVE.replace("51.27,0.52", "99.999999,0").replace("9QQ", "9QS")


def test_sectors_are_the_median_of_their_live_postcodes(tmp_path):
    pd.DataFrame(
        {
            "pcd": ["ME169QQ", "ME169QR", "ME169QS", "ME169ZZ"],
            "pcds": ["ME16 9QQ", "ME16 9QR", "ME16 9QS", "ME16 9ZZ"],
            "doterm": ["", "", "201901", ""],
            "lat": [51.2, 51.4, 59.0, 99.999999],
            "long": [0.5, 0.7, 0.1, 0.0],
        }
    ).to_csv(tmp_path / "ONSPD.csv", index=False)
    units = read_postcodes(tmp_path / "ONSPD.csv")
    assert list(units.index) == ["ME169QQ", "ME169QR"]
    assert sectors_of(units).loc["ME16 9"].to_list() == [0.6, 51.3]


@pytest.mark.parametrize("packed", ["plain", "gzip", "zip"])
def test_a_directory_is_read_as_it_comes(tmp_path, packed):
    text = ("\ufeff" + HEADING + LIVE + ENDED + NOWHERE).encode()
    path = tmp_path / "ONSPD_MAY_2026_UK"
    if packed == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("Documents/Names and codes.csv", "CAL24CD,CAL24NM\n")
            archive.writestr("Data/ONSPD_MAY_2026_UK.csv", text)
    else:
        path.write_bytes(gzip.compress(text) if packed == "gzip" else text)
    assert read_postcodes(path).reset_index().to_numpy().tolist() == [["ME169QQ", "ME16 9", 0.52, 51.27]]


def test_a_directory_longer_than_a_block_is_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(postcodes, "BLOCK_BYTES", 1000)
    lines = [LIVE.replace("9QQ", f"9{a}{b}") for a in "ABCDE" for b in "ABCDE"]
    (tmp_path / "ONSPD.csv").write_text(HEADING + "".join(lines), encoding="utf-8")
    assert len(read_postcodes(tmp_path / "ONSPD.csv")) == 25


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"name,street\na,b\n", "pcds, lat and long are looked for"),
        (b"", "pcds, lat and long are looked for"),
        (HEADING.encode() + b"\n", "names no live postcode with a place"),
        (HEADING.encode() + b"a,b\n", "cannot be read as the ONS Postcode Directory"),
        (HEADING.encode() + b'"' + b"x" * 2000, "cannot be read as the ONS Postcode Directory"),
        (gzip.compress(HEADING.encode() * 9)[:-9], "cannot be read as the ONS Postcode Directory"),
        (b"PK\x03\x04 not really", "cannot be read as the ONS Postcode Directory"),
    ],
    ids=[
        "other columns",
        "nothing",
        "no rows",
        "short rows",
        "a quote without end",
        "cut short",
        "no archive",
    ],
)
def test_what_is_no_directory_is_refused_in_one_line(tmp_path, monkeypatch, content, refusal):
    monkeypatch.setattr(postcodes, "BLOCK_BYTES", 1000)
    (tmp_path / "ONSPD.csv").write_bytes(content)
    with pytest.raises(DataError, match=refusal):
        read_postcodes(tmp_path / "ONSPD.csv")


def test_a_list_without_end_is_refused_as_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(postcodes, "MOST_POSTCODES", 2)
    (tmp_path / "ONSPD.csv").write_text(HEADING + LIVE * 3, encoding="utf-8")
    with pytest.raises(DataError, match="more than 2 rows; it is no list of postcodes"):
        read_postcodes(tmp_path / "ONSPD.csv")


def test_a_directory_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="no such file; name one that exists"):
        read_postcodes(tmp_path / "ONSPD.csv")
