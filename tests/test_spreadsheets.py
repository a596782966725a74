"""Tables are read as spreadsheets write them; what is no table, or a bomb, is refused in one line."""

import gzip
import io
import zlib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import spreadsheets
from clinic_siting.errors import DataError
from clinic_siting.spreadsheets import file_rows, read_bytes, read_table, refuse_shape

PLAIN = "site_id,name,minutes\n007,Café Royal,1.5\n008,Müllerhaus,\n"


def parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def sites(content: bytes) -> pd.DataFrame:
    return read_table(content, "sites.csv", as_text=("site_id",))


# --- what is read without complaint -----------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("cp1252"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace(",", ";").encode("cp1252"),
        PLAIN.replace(",", ";").replace("1.5", "1,5").encode("cp1252"),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        PLAIN.replace(",", " , ").encode(),
        b"\n\n" + PLAIN.encode(),
        b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
        b'"site_id","name","minutes"\n"007","Caf\xc3\xa9 Royal","1.5"\n"008","M\xc3\xbcllerhaus",""\n',
        gzip.compress(PLAIN.encode(), mtime=0),
        gzip.compress(PLAIN[:30].encode(), mtime=0) + gzip.compress(PLAIN[30:].encode(), mtime=0),
    ],
    ids=[
        "plain",
        "byte-order mark",
        "Windows-1252",
        "UTF-16",
        "Windows line ends",
        "semicolons",
        "semicolons and decimal commas",
        "tabs",
        "bars",
        "blanks",
        "blank lines first",
        "a line that names the separator",
        "quotes",
        "gzip",
        "two gzip members",
    ],
)
def test_whatever_a_spreadsheet_writes_is_the_same_table(content):
    table = sites(content)
    assert table.columns.to_list() == ["site_id", "name", "minutes"]
    assert table["site_id"].to_list() == ["007", "008"]
    assert table["name"].str.strip().to_list() == ["Café Royal", "Müllerhaus"]
    assert table["minutes"].to_list() == [1.5, pytest.approx(np.nan, nan_ok=True)]


def test_decimal_points_between_semicolons_stay_points():
    assert read_table(b"a;b\n1.5;2\n", "t.csv")["a"].to_list() == [1.5]


def test_beside_decimal_commas_points_mark_thousands():
    table = read_table(b"zone;minutes;referrals\na;12,5;1.234\nb;3;2.000,5\nc;4,5;\n", "own.csv")
    assert table["referrals"].tolist()[:2] == [1234.0, 2000.5]
    assert table["minutes"].tolist() == [12.5, 3.0, 4.5]
    # A point that marks no thousands leaves the column to whoever asks for numbers.
    table = read_table(b"zone;minutes;version\na;12,5;1.2\nb;3;1.234\n", "own.csv")
    assert table["version"].tolist() == ["1.2", "1.234"]


def test_a_comma_that_may_mark_thousands_or_decimals_is_refused():
    with pytest.raises(
        DataError, match=r"own\.csv: 1,234 may be 1234 or 1\.234; write figures without marks"
    ):
        read_table(b"zone;referrals\na;1,234\nb;12\n", "own.csv")
    assert read_table(b"zone;minutes\na;1,234\nb;0,5\n", "own.csv")["minutes"].tolist() == [1.234, 0.5]


def test_blank_columns_that_a_spreadsheet_adds_at_the_end_are_left_out():
    table = read_table(b"zone,minutes,,,\na,1,,,\nb,2,,,\n", "own.csv")
    assert list(table.columns) == ["zone", "minutes"]
    with pytest.raises(DataError, match="2 columns with figures have no heading"):
        read_table(b"zone,,\na,1,2\n", "own.csv")


def test_all_as_text_leaves_cells_alone_but_for_decimal_commas():
    table = read_table(b"zone_id;minutes\n 007 ;12,5\nNA;\n", "t.csv", all_text=True)
    assert table.to_numpy().tolist() == [["007", "12.5"], ["NA", ""]]


def test_an_id_that_spells_no_figure_stays_an_id():
    assert sites(b"site_id,minutes\nNA,NA\n")["site_id"].to_list() == ["NA"]
    assert sites(b"site_id,minutes\n,1\n")["site_id"].to_list() == [""]


@pytest.mark.parametrize(
    "content",
    [
        b"id,n\n\na,1\n,\n ,  \nb,2\n\n\n",
        b"id;n\r\n;\r\na;1\r\n\r\n;\r\nb;2\r\n;\r\n",
    ],
)
def test_rows_without_anything_go_and_the_others_keep_their_numbers(content):
    for options in ({}, {"all_text": True}, {"as_text": ("id",)}):
        table = read_table(content, "t.csv", **options)
        assert table["id"].to_list() == ["a", "b"]
        assert table["n"].astype(int).to_list() == [1, 2]
        assert file_rows(table.index, [0, 1]) == [3, 6]


def test_a_row_that_says_no_figure_throughout_is_kept():
    assert len(read_table(b"a,b\n1,2\nNA,NA\n,\n3,4\n", "t.csv")) == 3


def test_lines_above_the_heading_count():
    table = read_table(b"sep=;\r\n\r\nid;n\r\na;1\r\n", "t.csv")
    assert file_rows(table.index, [0]) == [4]


def test_rows_of_any_other_table_are_counted():
    assert file_rows(pd.Index(["x", "y"]), [1]) == [3]


def test_a_quoted_heading_may_hold_the_separator_and_a_line_end():
    table = read_table(b'"minutes, by car\nor bus",zone\n1,a\n', "t.csv")
    assert table.columns.to_list() == ["minutes, by car\nor bus", "zone"]


def test_a_column_without_a_name_is_kept():
    assert read_table(b",a\n1,2\n", "t.csv", all_text=True).to_numpy().tolist() == [["1", "2"]]


def test_what_a_file_is_follows_from_its_bytes_not_from_its_name():
    assert sites(PLAIN.encode()).equals(
        read_table(gzip.compress(PLAIN.encode(), mtime=0), "x", as_text=("site_id",))
    )
    assert read_table(parquet(sites(PLAIN.encode())), "sites.csv").shape == (2, 3)


def test_an_index_in_parquet_is_a_column_and_a_nameless_one_is_none():
    table = pd.DataFrame({"minutes": [1.0]}, index=pd.Index(["a"], name="zone_id"))
    assert read_table(parquet(table), "t").columns.to_list() == ["minutes", "zone_id"]
    assert read_table(parquet(table.rename_axis(None)), "t").columns.to_list() == ["minutes"]


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=8).map(str.strip)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS).filter(any), min_size=1, max_size=5),
    mark=st.sampled_from(spreadsheets.SEPARATORS),
    start=st.sampled_from(["", "\ufeff"]),
    packed=st.booleans(),
)
@settings(deadline=None, max_examples=100)
def test_text_survives_every_way_of_writing_it(rows, mark, start, packed):
    decimals = [cell for row in rows for cell in row if "," in cell]
    if decimals and mark == ";":  # a decimal comma between semicolons becomes a point
        return
    written = io.StringIO()
    pd.DataFrame(rows, columns=["one", "two"]).to_csv(written, sep=mark, index=False)
    content = (start + written.getvalue()).encode()
    table = read_table(gzip.compress(content) if packed else content, "t.csv", all_text=True)
    assert [tuple(row) for row in table.to_numpy()] == rows


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", "t.csv cannot be read: it is empty"),
        (b" \r\n\n", "t.csv cannot be read: it is empty"),
        (gzip.compress(b"", mtime=0), "t.csv cannot be read: it is empty"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:-9], "a gzip file that was cut short"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:12], "a gzip file that was cut short"),
        (b"\x1f\x8b" + b"\xff" * 40, "a damaged gzip file"),
        (gzip.compress(b"a", mtime=0) + b"trailing", "a damaged gzip file"),
        (parquet(pd.DataFrame({"a": [1] * 999}))[:-20], "damaged or no Parquet file"),
        (b"PAR1" + b"\x00" * 40 + b"PAR1", "damaged or no Parquet file"),
        (b"PAR1", "damaged or no Parquet file"),
        (b"a,b\n\x00\x01,2\n", "a binary file, where CSV or Parquet was expected"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "a binary file, where CSV or Parquet was expected"),
        (b"PK\x03\x04" + b"\x00" * 40, "an Excel workbook or a zip archive; save the sheet as CSV"),
        (b"id\n" + bytes(range(0xA0, 0xFF)) * 3, "in no encoding that spreadsheets write"),
        (b"id\n\x81\x8d\n", "in no encoding that spreadsheets write"),
        (b"\xff\xfea", "in no encoding that spreadsheets write"),
        (b"a,b\n1,2,3\n", "rows have more cells than the heading"),
        (b"a,b\n1,2\n1,2,3,4\n", "cannot be read as a table: Error tokenizing data"),
        (b'a,b\n"1,2\n', "cannot be read as a table"),
        (b"a,b,a\n1,2,3\n", r"t.csv: 1 column\(s\) occur more than once.\n  a"),
        (b"a, a\n1,2\n", r"t.csv: 1 column\(s\) occur more than once.\n  a"),
        (b"x" * 200_000 + b"\n1\n", "field larger than field limit"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(content, verdict):
    with pytest.raises(DataError, match=verdict) as refusal:
        read_table(content, "t.csv")
    assert "\n" not in refusal.value.verdict


def test_a_million_columns_are_refused_before_they_are_parsed():
    heading = ",".join(f"c{n}" for n in range(1_000_000))
    with pytest.raises(DataError, match="1,000,000 columns; a table here has at most 20,000"):
        read_table(heading.encode(), "wide.csv")


def test_short_rows_that_would_fill_up_to_very_many_cells_are_refused():
    heading = ",".join(f"c{n}" for n in range(10_000))
    with pytest.raises(DataError, match=r"wide\.csv unpacks to 300,\d+,000 cells, more than any table"):
        read_table(heading.encode() + b"\n" + b"0\n" * 30_000, "wide.csv")


def test_parquet_with_too_many_columns_or_cells_is_refused_from_its_footer(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_CELLS", 1_000_000)
    wide = pa.table({f"c{n}": pa.array([1]) for n in range(20_001)})
    repeated = pa.table({"c": pa.array(np.zeros(3_000_000, dtype=np.int8))})
    for table, verdict in ((wide, "20,001 columns"), (repeated, "3,000,000 cells")):
        buffer = io.BytesIO()
        pq.write_table(table, buffer)
        with pytest.raises(DataError, match=verdict):
            read_table(buffer.getvalue(), "t.parquet")


class Footer:
    """What a footer says that no writer of ours could make say it."""

    num_columns, num_rows, num_row_groups = 1, 4, 1

    def __init__(self, rows: int) -> None:
        self.num_rows_of_part = rows

    def row_group(self, _number: int) -> SimpleNamespace:
        return SimpleNamespace(num_rows=self.num_rows_of_part)


@pytest.mark.parametrize("rows", [23_196_530_298, 3, -4])
def test_parquet_whose_parts_contradict_the_whole_is_refused_before_room_is_made_for_them(rows):
    refuse_shape(Footer(4), "t.parquet")
    with pytest.raises(DataError, match=r"t\.parquet cannot be read, damaged .*: its parts do not make up"):
        refuse_shape(Footer(rows), "t.parquet")


def test_a_gzip_bomb_is_refused_while_it_unpacks(monkeypatch):
    monkeypatch.setattr(spreadsheets, "LARGEST_BYTES", 3_000_000)
    bomb = gzip.compress(b"0" * 100_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(DataError, match="unpacks to more than 3,000,000 bytes; it is no table"):
        read_table(bomb, "bomb.csv.gz")
    members = gzip.compress(b"0" * 2_000_000) * 2
    with pytest.raises(DataError, match="unpacks to more than 3,000,000 bytes; it is no table"):
        read_table(members, "bomb.csv.gz")


@given(
    noise=st.binary(max_size=300), start=st.sampled_from([b"", b"\x1f\x8b", b"PAR1", b"a,b\n", b"\xff\xfe"])
)
@settings(deadline=None, max_examples=300)
def test_random_bytes_are_read_or_refused(noise, start):
    for content in (start + noise, gzip.compress(noise), zlib.compress(noise)):
        try:
            table = read_table(content, "noise")
        except DataError as refusal:
            assert refusal.verdict.startswith("noise")  # noqa: PT017 - either outcome is right; a third is not
        else:
            assert table.index.dtype == "int64"
            assert table.index.is_unique


def test_a_file_is_read_whole_or_refused(tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_bytes(b"a\n1\n")
    assert read_bytes(tmp_path / "t.csv") == b"a\n1\n"
    for path, verdict in (
        (tmp_path / "nowhere.csv", "nowhere.csv: no such file"),
        (tmp_path, "cannot be read: it is not a file"),
        (tmp_path / "t.csv" / "below", "cannot be read: Not a directory"),
        (tmp_path / ("x" * 300), "cannot be read: File name too long"),
        (tmp_path / "a\x00b", "no file can have this name"),
    ):
        with pytest.raises(DataError, match=verdict):
            read_bytes(path)
    monkeypatch.setattr(spreadsheets, "LARGEST_BYTES", 3)
    with pytest.raises(DataError, match=r"t.csv is 4 bytes long, more than any table here could need"):
        read_bytes(tmp_path / "t.csv")
