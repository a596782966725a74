import re
import zipfile
from io import BytesIO

import pytest
from tests.building.conftest import opendocument, packed_opendocument, workbook

from clinic_siting import opendocument as reader
from clinic_siting.errors import DataError
from clinic_siting.opendocument import read_sheets


def sheet(rows: str) -> bytes:
    """One sheet of such rows."""
    text = zipfile.ZipFile(BytesIO(opendocument({"One": [["x"]]}))).read("content.xml").decode()
    return packed_opendocument(re.sub(r"(<table:table [^>]*>).*(</table:table>)", rf"\1{rows}\2", text))


def cell(inside: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def test_cells_keep_their_columns_and_rows_their_numbers_while_empty_rows_go():
    found = read_sheets(opendocument({"One": [["a", "", "c"], [""], ["b & <c>"]], "Two": [["x"]]}), "t.ods")
    assert found == {"One": {1: ["a", "", "c"], 3: ["b & <c>"]}, "Two": {1: ["x"]}}


def test_an_excel_workbook_is_told_by_its_bytes_not_by_its_name():
    assert read_sheets(workbook({"One": [["a"]]}), "t.ods") == {"One": {1: ["a"]}}


def test_figures_and_dates_are_as_the_file_has_them_and_text_as_it_is_shown():
    shown = "<text:p>5 Jan 24</text:p>"
    content = sheet(
        row(
            cell(shown, 'office:value-type="date" office:date-value="2024-01-05"'),
            cell("<text:p>1,234.50</text:p>", 'office:value-type="float" office:value="1234.5"'),
            cell("<text:p>BN2<text:s/>5BE</text:p><text:p>rear<text:tab/>door</text:p>"),
        )
    )
    assert read_sheets(content, "t.ods")["One"] == {1: ["2024-01-05", "1234.5", "BN2 5BE\nrear\tdoor"]}


def test_a_remark_on_a_cell_is_no_part_of_it():
    remark = "<office:annotation><text:p>Anna: is this right?</text:p></office:annotation>"
    assert read_sheets(sheet(row(cell(f"{remark}<text:p>12</text:p>"))), "t.ods")["One"] == {1: ["12"]}


def test_what_is_written_once_for_many_cells_and_rows_stands_in_each():
    twice = cell("<text:p>y</text:p>", 'table:number-columns-repeated="2"')
    covered = "<table:covered-table-cell/>"
    content = sheet(
        row(cell("", 'table:number-columns-repeated="2"'), repeated=3) + row(covered, twice, repeated=2)
    )
    assert read_sheets(content, "t.ods")["One"] == {4: ["", "y", "y"], 5: ["", "y", "y"]}


@pytest.mark.parametrize(
    ("columns", "rows", "refusal"),
    [
        (999_999_999, 1, "more than 20,000 columns"),
        (1, 2_000_000, "more than 1,048,576 rows"),
        (10_000, 1_000_000, "more than 50,000,000 cells"),
    ],
)
def test_a_little_that_stands_for_very_many_cells_is_refused(columns, rows, refusal):
    many = cell("<text:p>y</text:p>", f'table:number-columns-repeated="{columns}"')
    with pytest.raises(DataError, match=refusal):
        read_sheets(sheet(row(many, repeated=rows)), "t.ods")


def test_entities_that_could_unfold_are_refused():
    text = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(DataError, match="declares entities, which no spreadsheet does"):
        read_sheets(packed_opendocument(text), "t.ods")


@pytest.mark.parametrize(
    "content", ["<office:not-closed>", "", "\x00\x01", '<a table:number-rows-repeated="x"/>']
)
def test_what_is_damaged_or_encrypted_is_refused_or_empty(content):
    try:
        assert read_sheets(packed_opendocument(content), "t.ods") == {}
    except DataError as refusal:
        assert "damaged, locked by a password, or no workbook" in str(refusal)  # noqa: PT017


def test_sheets_that_unpack_to_more_than_any_table_are_refused_unread(monkeypatch):
    monkeypatch.setattr(reader, "LARGEST_CONTENT_BYTES", 100)
    with pytest.raises(DataError, match="unpack to more than 100 bytes"):
        read_sheets(opendocument({"One": [["a"]]}), "t.ods")
