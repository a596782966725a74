"""CSV and Parquet files as people bring them: any usual encoding and separator, and no bombs.

Excel writes a byte-order mark, or Windows-1252, or semicolons with decimal commas, depending on
the country it was sold in; none of that is the planner's fault. A file that unpacks to more than
any table of this tool could hold, or has a million columns, is refused before it is parsed.
"""

import csv
import io
import zlib
from pathlib import Path

import pandas as pd

from clinic_siting.errors import DataError

LARGEST_BYTES = 1_000_000_000
MOST_COLUMNS = 20_000
SEPARATORS = (",", ";", "\t", "|")
GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
CHUNK = 1 << 20


def read_bytes(path: Path) -> bytes:
    """Bytes of a file.

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
        raise DataError(f"{path}: no such file; restore it, or point `data:` at another folder.") from problem
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {problem.strerror}.") from problem


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
        Read every column of a CSV as text, blanks as empty text.

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
    text = _decoded(content, name)
    if text.lower().startswith("sep=") and "\n" in text:  # Excel's own way to name the separator
        text = text.split("\n", maxsplit=1)[1]
    separator = _separator(text, name)
    _refuse_twice(text, separator, name)
    try:
        table: pd.DataFrame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            decimal="," if separator == ";" else ".",
            dtype=str if all_text else dict.fromkeys(as_text, str),
            keep_default_na=not all_text,
            skipinitialspace=True,
        )
    except (ValueError, OverflowError, csv.Error) as problem:
        raise DataError(f"{name} cannot be read as a table: {_first_line(problem)}.") from problem
    if not isinstance(table.index, pd.RangeIndex):
        raise DataError(f"{name} cannot be read as a table: rows have more cells than the heading.")
    return table.rename(columns=lambda column: str(column).strip())


def _from_parquet(content: bytes, name: str | Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(io.BytesIO(content))
    except (ValueError, OSError, TypeError, KeyError, IndexError, OverflowError) as problem:
        raise DataError(
            f"{name} cannot be read, damaged or no Parquet file: {_first_line(problem)}."
        ) from problem
    if table.shape[1] > MOST_COLUMNS:
        raise DataError(f"{name}: {table.shape[1]:,} columns; a table here has at most {MOST_COLUMNS:,}.")
    return table.reset_index() if table.index.name else table


def _unpacked(content: bytes, name: str | Path) -> bytes:
    parts, size = [], 0
    unpack = zlib.decompressobj(wbits=31)
    try:
        for start in range(0, len(content), CHUNK):
            part = unpack.decompress(content[start : start + CHUNK], LARGEST_BYTES - size + 1)
            size += len(part)
            if size > LARGEST_BYTES:
                raise DataError(f"{name} unpacks to more than {LARGEST_BYTES:,} bytes; it is no table.")
            parts.append(part)
    except zlib.error as problem:
        raise DataError(f"{name} cannot be read, a damaged gzip file: {problem}.") from problem
    if not unpack.eof:
        raise DataError(f"{name} cannot be read: a gzip file that was cut short.")
    return b"".join(parts)


def _decoded(content: bytes, name: str | Path) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in content:
        raise DataError(f"{name} cannot be read: a binary file, where CSV or Parquet was expected.")
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataError(f"{name} cannot be read: its text is in no encoding that spreadsheets write.")


def _separator(text: str, name: str | Path) -> str:
    heading = text[: 4 * CHUNK].lstrip("\r\n").split("\n", maxsplit=1)[0]
    counts = {mark: heading.count(mark) for mark in SEPARATORS}
    separator = max(counts, key=lambda mark: counts[mark])
    if counts[separator] >= MOST_COLUMNS:
        raise DataError(
            f"{name}: {counts[separator] + 1:,} columns; a table here has at most {MOST_COLUMNS:,}."
        )
    return separator if counts[separator] else ","


def _refuse_twice(text: str, separator: str, name: str | Path) -> None:
    heading = next(
        csv.reader([text.lstrip("\r\n").split("\n", maxsplit=1)[0].strip("\r")], delimiter=separator)
    )
    names = [column.strip() for column in heading]
    twice = sorted({column for column in names if names.count(column) > 1})
    if twice:
        raise DataError(f"{name}: {len(twice)} column(s) occur more than once.", twice)


def _first_line(problem: Exception) -> str:
    return str(problem).strip().split("\n", maxsplit=1)[0] or type(problem).__name__
