"""CSV and Parquet files as people bring them: any usual encoding and separator, and no bombs.

Excel writes a byte-order mark, or Windows-1252, or semicolons with decimal commas, depending on
the country it was sold in; none of that is the planner's fault. A file that unpacks to more than
any table of this tool could hold, or has a million columns, is refused before it is parsed.
"""

import csv
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from clinic_siting.cells import DANGEROUS, QUOTE, bare, bare_table
from clinic_siting.decimals import decimal_commas, without_thousands
from clinic_siting.errors import DataError

LARGEST_BYTES = 1_000_000_000
MOST_COLUMNS = 20_000
MOST_CELLS = 250_000_000
SEPARATORS = (",", ";", "\t", "|")
GZIP, PARQUET, ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"
CHUNK = 1 << 20
# Text has none of these; a file that does was made by no spreadsheet.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
# Western text in Windows-1252 is mostly ASCII; noise is not.
MOST_ACCENTS = 0.3
# What stands for "no figure"; ids and codes are text, so there NA may be one.
BLANKS = ("", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "None", "-nan", "<NA>", "n/a")
# Text that some program kept a spreadsheet from running.
HIDDEN = re.compile(rf"{QUOTE}[{re.escape(''.join(DANGEROUS))}]")
# What a column without a heading is called while it is read; no file holds this sign.
NAMELESS = "\x00"


def read_bytes(path: Path, *, if_missing: str = "name one that exists") -> bytes:
    """Bytes of a file.

    Parameters
    ----------
    path
        The file.
    if_missing
        What to do where there is none, for the refusal.

    Raises
    ------
    DataError
        Where it is missing, is no file, or cannot be read.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise DataError(f"{path} cannot be read: it is not a file.")
        if size > LARGEST_BYTES:
            raise DataError(f"{path} is {size:,} bytes long, more than any table here could need.")
        return path.read_bytes()
    except FileNotFoundError as problem:
        raise DataError(f"{path}: no such file; {if_missing}.") from problem
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:  # a zero byte in the name
        raise DataError(f"{str(path)!r} cannot be read: no file can have this name.") from problem


def read_table(
    content: bytes, name: str | Path, *, as_text: tuple[str, ...] = (), all_text: bool = False
) -> pd.DataFrame:
    """A table from the bytes of a CSV, a gzipped CSV or a Parquet file.

    Parameters
    ----------
    content
        The file's bytes; what it is follows from them, not from its name.
    name
        What to call it in a refusal.
    as_text
        Columns that are read as text although they may look like numbers: ids, codes.
    all_text
        Read every column of a CSV as text, blanks as empty text, decimal commas as points.

    Returns
    -------
    The rows, without those of a CSV that are blank from end to end; each keeps its place in the index, so
    that :func:`file_rows` can name it.

    Raises
    ------
    DataError
        Where it is empty, damaged, binary, too large, or no table.
    """
    if content.startswith(GZIP):
        content = _unpacked(content, name)
    if not content.strip():
        raise DataError(f"{name} cannot be read: it is empty.")
    if content.startswith(PARQUET):
        return _from_parquet(content, name)
    return _from_csv(_decoded(content, name), name, as_text=as_text, all_text=all_text)


def _from_csv(text: str, name: str | Path, *, as_text: tuple[str, ...], all_text: bool) -> pd.DataFrame:
    written = text
    if text[:4].lower() == "sep=" and "\n" in text:  # Excel's own way to name the separator
        text = text.split("\n", maxsplit=1)[1]
    text = text.lstrip("\r\n")
    above = written.count("\n") - text.count("\n")
    text = text.rstrip("\r\n") + "\n"
    separator = _separator(text, name)
    columns = _columns(text, separator, name)
    # Short rows are filled up, so that a small file could ask for a table without end.
    _refuse_cells(len(columns) * text.count("\n"), name)
    comma = separator == ";" and decimal_commas(text, name)
    text_columns = columns if all_text else [c for c in columns if c in as_text]
    try:
        table: pd.DataFrame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            names=columns,
            header=0,
            decimal="," if comma else ".",
            dtype=dict.fromkeys(text_columns, str),
            keep_default_na=False,
            na_values={column: BLANKS for column in columns if column not in text_columns},
            skipinitialspace=True,
            skip_blank_lines=False,  # they go below, and the others keep their numbers
            low_memory=False,  # in pieces, one column could come out as text here and numbers there
        )
    except (ValueError, OverflowError, csv.Error) as problem:
        raise DataError(f"{name} cannot be read as a table: {_first_line(problem)}.") from problem
    if not isinstance(table.index, pd.RangeIndex):
        raise DataError(
            f"{name} cannot be read as a table: rows have more cells than the heading; is it a decimal comma?"
        )
    table = _without_blank_columns(table, name)
    table = _without_blank_rows(table.set_axis(table.index + above), text, separator)
    text_columns = [column for column in text_columns if column in table]
    for column in table.columns.difference(text_columns) if comma else ():
        table[column] = without_thousands(table[column])
    for column in text_columns:
        table[column] = table[column].fillna("").str.strip()
        if comma and all_text:
            table[column] = table[column].str.replace(r"^(-?\d+),(\d+)$", r"\1.\2", regex=True)
    return bare_table(table) if HIDDEN.search(text) else table


def _without_blank_columns(table: pd.DataFrame, name: str | Path) -> pd.DataFrame:
    """Leave out columns without a name in which nothing is written, as Excel adds at the end."""
    nameless = [c for c in table.columns if str(c).startswith(NAMELESS)]
    blank = [c for c in nameless if (table[c].isna() | (table[c] == "")).all()]
    table = table.drop(columns=blank)
    left = [c for c in nameless if c not in blank]
    if len(left) > 1:
        raise DataError(f"{name}: {len(left)} columns with figures have no heading; give each a name.")
    return table.rename(columns=dict.fromkeys(left, ""))


def _without_blank_rows(table: pd.DataFrame, text: str, separator: str) -> pd.DataFrame:
    """Leave out rows in which nothing is written; one that says "no figure" throughout says something."""
    empty = (table.isna() | (table == "")).to_numpy().all(axis=1)
    if not empty.any():
        return table
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        blank = np.array([not any(map(str.strip, row)) for row in rows][1:], dtype=bool)
    except csv.Error:
        return table
    return table[~(blank & empty)] if len(blank) == len(table) else table


def file_rows(index: pd.Index, places: Iterable[int]) -> list[int]:
    """Numbers that some rows have in the file they came from, as a spreadsheet counts: the heading is 1.

    Parameters
    ----------
    index
        Of a table from :func:`read_table`; of any other table its rows are counted.
    places
        Which rows, from 0.
    """
    counted = index if index.dtype.kind in "iu" else range(len(index))
    return [int(counted[place]) + 2 for place in places]


def _from_parquet(content: bytes, name: str | Path) -> pd.DataFrame:
    try:
        # From memory: out of a Python file Arrow's threads could read no byte without waiting for Python.
        file = pq.ParquetFile(pa.BufferReader(content))
        refuse_shape(file.metadata, name)
        # What pandas noted in the file decides nothing: an index is a column like any other.
        read = file.read()
        read.validate(full=True)  # text that is none, codes of categories that are not there
        table: pd.DataFrame = read.to_pandas(ignore_metadata=True)
    except (
        pa.ArrowException,
        ValueError,
        OSError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
    ) as problem:
        raise DataError(
            f"{name} cannot be read, damaged or no Parquet file: {_first_line(problem)}."
        ) from problem
    table.columns = pd.Index([str(column).strip() for column in table.columns])
    _refuse_twice(list(table.columns), name)
    return table.drop(columns=[c for c in table.columns if c.startswith("__index_level_")])


def refuse_shape(metadata: Any, name: str | Path) -> None:  # noqa: ANN401 - pyarrow is untyped
    """Refuse a Parquet file from its footer: too many columns or cells, or parts that contradict the whole.

    Arrow makes room for what a part announces, gigabytes where a single bit of it is wrong.

    Parameters
    ----------
    metadata
        Of a ``pyarrow.parquet.ParquetFile``.
    name
        What to call it in a refusal.

    Raises
    ------
    DataError
        Naming the file.
    """
    if metadata.num_columns > MOST_COLUMNS:
        raise DataError(
            f"{name}: {metadata.num_columns:,} columns; a table here has at most {MOST_COLUMNS:,}."
        )
    _refuse_cells(metadata.num_columns * metadata.num_rows, name)
    parts = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    if min(parts, default=0) < 0 or sum(parts) != metadata.num_rows:
        raise DataError(
            f"{name} cannot be read, damaged or no Parquet file: its parts do not make up the whole."
        )


def _refuse_cells(cells: int, name: str | Path) -> None:
    if cells > MOST_CELLS:
        raise DataError(f"{name} unpacks to {cells:,} cells, more than any table here could need.")


def _unpacked(content: bytes, name: str | Path) -> bytes:
    """Unpack one or more gzip members, as long as they stay a reasonable size."""
    parts, size, rest = [], 0, memoryview(content)
    try:
        while rest:
            unpack = zlib.decompressobj(wbits=31)
            while rest and not unpack.eof:
                part = unpack.decompress(rest[:CHUNK], LARGEST_BYTES - size + 1)
                size += len(part)
                if size > LARGEST_BYTES:
                    raise DataError(f"{name} unpacks to more than {LARGEST_BYTES:,} bytes; it is no table.")
                parts.append(part)
                rest = rest[min(CHUNK, len(rest)) - len(unpack.unused_data) :]
            if not unpack.eof:
                raise DataError(f"{name} cannot be read: a gzip file that was cut short.")
    except zlib.error as problem:
        raise DataError(f"{name} cannot be read, a damaged gzip file: {problem}.") from problem
    return b"".join(parts)


def _decoded(content: bytes, name: str | Path) -> str:
    if content.startswith(ZIP):
        raise DataError(
            f"{name} cannot be read: an Excel workbook or a zip archive; save the sheet as CSV (UTF-8)."
        )
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if CONTROL.search(text):
            raise DataError(f"{name} cannot be read: a binary file, where CSV or Parquet was expected.")
        sample = text[:CHUNK]
        if encoding == "cp1252" and sum(c > "\x7f" for c in sample) > MOST_ACCENTS * len(sample):
            break
        return text
    raise DataError(f"{name} cannot be read: its text is in no encoding that spreadsheets write.")


def _separator(text: str, name: str | Path) -> str:
    heading = text.split("\n", maxsplit=1)[0]
    counts = {mark: heading.count(mark) for mark in SEPARATORS}
    separator = max(counts, key=lambda mark: counts[mark])
    if counts[separator] >= MOST_COLUMNS:
        raise DataError(
            f"{name}: {counts[separator] + 1:,} columns; a table here has at most {MOST_COLUMNS:,}."
        )
    return separator if counts[separator] else ","


def _columns(text: str, separator: str, name: str | Path) -> list[str]:
    """Names in the heading; a name given twice is refused."""
    lines = io.StringIO(text, newline="")
    try:
        heading = next(csv.reader(lines, delimiter=separator, skipinitialspace=True), [])
    except csv.Error as problem:
        raise DataError(f"{name} cannot be read as a table: {problem}.") from problem
    heading = [bare(column.strip()) or f"{NAMELESS}{number}" for number, column in enumerate(heading)]
    _refuse_twice(heading, name)
    return heading


def _refuse_twice(names: list[str], name: str | Path) -> None:
    twice = sorted(column for column, times in Counter(names).items() if times > 1)
    if twice:
        raise DataError(f"{name}: {len(twice)} column(s) occur more than once.", twice)


def _first_line(problem: Exception) -> str:
    return str(problem).strip().split("\n", maxsplit=1)[0].rstrip(".")[:200] or type(problem).__name__
