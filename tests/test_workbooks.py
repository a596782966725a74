import io
import zipfile

import pytest
from tests.building.conftest import workbook

from clinic_siting.errors import DataError
from clinic_siting.workbooks import read_workbook


def test_cells_keep_their_columns_and_empty_rows_go():
    content = workbook({"One": [["a", "", "c"], [], [1, 2.5]], "Two": [["b & <c>"]]})
    assert read_workbook(content, "t.xlsx") == {
        "One": [["a", "", "c"], ["1", "2.5"]],
        "Two": [["b & <c>"]],
    }


def test_what_is_no_workbook_is_refused():
    with pytest.raises(DataError, match="damaged, locked by a password, or no workbook"):
        read_workbook(b"PK\x03\x04 not really", "t.xlsx")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.txt", "x")
    with pytest.raises(DataError, match="no workbook"):
        read_workbook(buffer.getvalue(), "t.zip")


def test_entities_that_could_unfold_are_refused():
    old = zipfile.ZipFile(io.BytesIO(workbook({"One": [["a"]]})))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in old.namelist():
            text = old.read(name)
            bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' if name.endswith("sheet1.xml") else b""
            archive.writestr(name, bomb + text)
    with pytest.raises(DataError, match="declares entities, which no spreadsheet does"):
        read_workbook(buffer.getvalue(), "t.xlsx")
