import io
import re
import zipfile

import pytest
from tests.building.conftest import workbook

from clinic_siting import workbooks
from clinic_siting.errors import DataError
from clinic_siting.workbooks import first_sheet, read_workbook


def test_cells_keep_their_columns_and_rows_their_numbers_while_empty_rows_go():
    content = workbook({"One": [["a", "", "c"], [], [1, 2.5]], "Two": [["b & <c>"]]})
    assert read_workbook(content, "t.xlsx") == {
        "One": {1: ["a", "", "c"], 3: ["1", "2.5"]},
        "Two": {1: ["b & <c>"]},
    }


@pytest.mark.parametrize(
    ("numbers", "found"), [(["", ' r="7"'], [1, 7]), ([' r="7"', ""], [7, 8]), ([' r="7"', ' r="2"'], [7, 8])]
)
def test_a_row_without_a_likely_number_follows_the_one_before(numbers, found):
    rows = "".join(f"<row{number}><c><v>1</v></c></row>" for number in numbers)
    sheet = with_sheet(lambda text: re.sub(r"<row.*</row>", rows, text))
    assert list(read_workbook(sheet, "t.xlsx")["One"]) == found


@pytest.mark.parametrize("number", ["x", "99999999999"])
def test_a_row_that_no_sheet_has_is_refused(number):
    odd = with_sheet(lambda text: text.replace('<row r="1"', f'<row r="{number}"'))
    with pytest.raises(DataError, match=r"no workbook|more than 1,048,576 rows"):
        read_workbook(odd, "t.xlsx")


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


def with_sheet(change) -> bytes:
    """A workbook, the text of whose sheet was changed."""
    old = zipfile.ZipFile(io.BytesIO(workbook({"One": [["a", 1]]})))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            text = old.read(name).decode()
            archive.writestr(name, change(text) if name.endswith("sheet1.xml") else text)
    return buffer.getvalue()


def test_entities_behind_a_long_comment_are_refused_too():
    bomb = f'<!--{"x" * 9000}--><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(DataError, match="declares entities"):
        read_workbook(with_sheet(lambda _: bomb), "t.xlsx")


def test_a_text_that_the_workbook_does_not_have_is_refused():
    odd = with_sheet(lambda text: text.replace("<row", '<row><c t="s"><v>77</v></c></row><row', 1))
    with pytest.raises(DataError, match="cannot be read"):
        read_workbook(odd, "t.xlsx")


def test_rows_that_all_name_a_cell_far_to_the_right_are_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_CELLS", 100_000)
    rows = '<row><c r="XFD1"><v>1</v></c></row>' * 20
    bomb = with_sheet(lambda text: text.replace("<row", rows + "<row", 1))
    with pytest.raises(DataError, match="more than 100,000 cells in a sheet"):
        read_workbook(bomb, "t.xlsx")


def test_a_stream_that_was_damaged_is_refused():
    content = bytearray(with_sheet(lambda text: text))
    at = content.index(b"sheet1.xml") + 20
    content[at : at + 8] = b"\xff" * 8
    with pytest.raises(DataError, match="cannot be read"):
        read_workbook(bytes(content), "t.xlsx")


@pytest.mark.parametrize(
    ("bomb", "what"),
    [
        ("<row>" + "<c/>" * 2_000, "one of its rows has no end"),
        ("<c>" * 2_000, "one of its rows has no end"),
        ("<row/>" * 2_000, "more than 1,000 rows in a sheet"),
    ],
)
def test_a_little_that_unpacks_to_very_many_elements_is_refused_as_it_is_read(monkeypatch, bomb, what):
    monkeypatch.setattr(workbooks, "MOST_ELEMENTS", 1_000)
    monkeypatch.setattr(workbooks, "MOST_ROWS", 1_000)
    with pytest.raises(DataError, match=what):
        read_workbook(with_sheet(lambda text: text.replace("<row", bomb + "<row", 1)), "t.xlsx")


def test_the_first_sheet_with_cells_becomes_a_csv_with_each_row_on_its_own_line():
    content = workbook({"Empty": [], "List": [["a", "b"], [], ["x, y", 2]], "More": [["c"]]})
    assert first_sheet(read_workbook(content, "t.xlsx"), "t.xlsx") == b'a,b\n\n"x, y",2\n'


def test_a_workbook_without_cells_is_no_table():
    with pytest.raises(DataError, match=r"t\.xlsx cannot be read: its sheets are empty"):
        first_sheet({"Empty": {}}, "t.xlsx")
