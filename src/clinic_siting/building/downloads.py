"""A publisher's file as it was downloaded: rows before the heading, no heading at all, or a workbook."""

import csv
import io
import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting.errors import DataError
from clinic_siting.opendocument import read_sheets
from clinic_siting.spreadsheets import ZIP, read_bytes, read_table

# A heading stands within so many lines; what is before it are titles and dates.
PREAMBLE_LINES = 30
OLD_LSOA = re.compile(r"lsoa(11|01)(cd|nm)|lsoa(code|name)?\(?20[01]1\)?|lsoacode2011")
NEW_LSOA = ("lsoa21cd", "lsoacode2021", "lsoa2021", "lsoa21", "zoneid", "geographycode")
LSOA_CODE = re.compile(r"[EW]01\d{6}")
# Figures as Britain writes thousands; any other comma may be a neighbour's decimal one.
THOUSANDS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"


@dataclass(frozen=True, slots=True, eq=False)
class Download:
    """One file, all cells as text.

    Attributes
    ----------
    name
        The file's name, for people.
    table
        Its rows under its own headings; the index is their number in the file, as a spreadsheet counts.
    """

    name: str
    table: pd.DataFrame

    def column(self, *names: str) -> str | None:
        """The heading that goes by one of the names, without case, blanks and signs; None if none does."""
        plain_headings = {plain(str(column)): str(column) for column in self.table.columns}
        return next((plain_headings[n] for n in names if n in plain_headings), None)

    def matching(self, pattern: str) -> str | None:
        """The first heading whose plain form matches a pattern whole; None if none does."""
        return next((str(c) for c in self.table.columns if re.fullmatch(pattern, plain(str(c)))), None)

    def numbers(self, column: str) -> pd.Series:
        """A column of numbers of 0 or more, on the table's rows; a comma may stand before three digits alone.

        Raises
        ------
        DataError
            Naming the rows that hold none.
        """
        text = self.table[column].astype(str).str.strip()
        text = text.where(~text.str.fullmatch(THOUSANDS), text.str.replace(",", "", regex=False))
        values = pd.to_numeric(text, errors="coerce").astype(float)
        wrong = ~np.isfinite(values) | (values < 0)
        if wrong.any():
            rows = [f"row {row}: {cell!r}" for row, cell in self.table.loc[wrong, column].items()]
            raise DataError(f"{self.name}: {wrong.sum():,} row(s) have no number as {column!r}.", rows)
        return values


def plain(heading: str) -> str:
    """A heading without case, blanks and signs.

    Examples
    --------
    >>> plain("LSOA code (2021)")
    'lsoacode2021'
    """
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def heading_cells(line: bytes) -> list[str]:
    """Cells of a line of CSV, whatever separates them; none where it is no CSV."""
    text = line.decode("utf-8-sig", errors="replace").strip("\r\n")
    separator = max(",;\t|", key=text.count)
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error:
        return []


def read_download(path: Path, *, heading: Collection[str], without_heading: Sequence[str] = ()) -> Download:
    """Read a file as it was downloaded.

    Parameters
    ----------
    path
        CSV, gzipped CSV, Parquet or a workbook, .xlsx or .ods (the first sheet with a fitting heading).
    heading
        Plain names of which the heading has at least one; titles before it are passed over.
    without_heading
        Headings to give to a file that has none and at least so many columns less a dozen.

    Raises
    ------
    DataError
        Where it is missing, unreadable, or has no such heading.
    """
    content = read_bytes(path)
    if content.startswith(ZIP):
        return Download(path.name, _from_workbook(content, path, heading))
    if content[:2] == b"\x1f\x8b" or content.startswith(b"PAR1"):
        return _numbered(read_table(content, path, all_text=True), path, first=2)
    lines = content.split(b"\n", maxsplit=PREAMBLE_LINES)[:PREAMBLE_LINES]
    at = next((n for n, line in enumerate(lines) if _is_heading(heading_cells(line), heading)), None)
    first = 1
    if at is not None:
        content, first = content.split(b"\n", maxsplit=at)[at], at + 2
    elif without_heading and _has_no_heading(heading_cells(lines[0]), without_heading):
        cells = heading_cells(lines[0])
        names = [
            *without_heading[: len(cells)],
            *(f"Column {n}" for n in range(len(without_heading), len(cells))),
        ]
        content = ",".join(names).encode() + b"\n" + content
    else:
        raise _no_heading(path, heading, heading_cells(lines[0]))
    return _numbered(read_table(content, path, all_text=True), path, first=first)


def _numbered(table: pd.DataFrame, path: Path, *, first: int) -> Download:
    return Download(path.name, table.set_axis(table.index + first))


def area_codes(download: Download, *names: str) -> pd.Series:
    """Codes of the LSOAs of 2021 that the rows are about.

    Parameters
    ----------
    download
        The file.
    names
        More plain headings that such codes may have.

    Raises
    ------
    DataError
        Where the file is about LSOAs of 2011, or names none.
    """
    column = download.column(*names, *NEW_LSOA)
    old = next((c for c in download.table.columns if OLD_LSOA.search(plain(str(c)))), None)
    if column is None and old is not None:
        raise DataError(
            f"{download.name}: its areas are the LSOAs of 2011 ({old!r}), the census's those of 2021, and "
            "the two differ; take the edition of 2021."
        )
    if column is None:
        raise DataError(
            f"{download.name}: no column names LSOAs of 2021, as LSOA21CD does.",
            [f"columns: {', '.join(map(str, download.table.columns[:12]))}"],
        )
    return download.table[column].astype(str).str.strip()


def _from_workbook(content: bytes, path: Path, heading: Collection[str]) -> pd.DataFrame:
    sheets = read_sheets(content, path)
    for rows in sheets.values():
        for at in itertools.islice(rows, PREAMBLE_LINES):
            if _is_heading(rows[at], heading):
                text = io.StringIO()
                width = len(rows[at])
                below = {number: row for number, row in rows.items() if number > at}
                cut = ((row + [""] * width)[:width] for row in (rows[at], *below.values()))
                csv.writer(text).writerows(cut)
                table = read_table(text.getvalue().encode(), path, all_text=True)
                return table.set_axis(pd.Index(list(below))[table.index])
    raise _no_heading(path, heading, [f"sheets: {', '.join(sheets)}"])


def _no_heading(path: Path, heading: Collection[str], found: list[str]) -> DataError:
    wanted = ", ".join(list(heading)[:6])
    return DataError(
        f"{path}: no heading with one of {wanted} within {PREAMBLE_LINES} lines; is it the right file?",
        [f"found: {', '.join(found[:8])}"],
    )


def _is_heading(cells: list[str], heading: Collection[str]) -> bool:
    return not heading_missing(cells, heading)


def heading_missing(cells: list[str], heading: Collection[str]) -> bool:
    """Whether none of the cells goes by one of the names."""
    return {plain(cell) for cell in cells}.isdisjoint(heading)


def _has_no_heading(cells: list[str], names: Sequence[str]) -> bool:
    """Whether the first row is data: as wide as the layout, and a postcode where it has one."""
    at = names.index("Postcode")
    return (
        len(cells) > at and re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", cells[at].strip()) is not None
    )
