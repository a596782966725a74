"""Excel workbooks (.xlsx) as plain text cells: what a sheet shows, without formulas, formats or macros."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from clinic_siting.errors import DataError

# Cells of each row by its number, from 1 as a spreadsheet counts.
Rows = dict[int, list[str]]
# Unpacked; an ordinary workbook of a million rows stays below.
LARGEST_SHEET_BYTES = 400_000_000
MOST_COLUMNS = 20_000
# With the gaps that are filled; a few bytes of file can name a cell far to the right in every row.
MOST_CELLS = 50_000_000
# A sheet has no more; nor is so much of it read and not yet forgotten.
MOST_ROWS, MOST_ELEMENTS = 1_048_576, 1_000_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CELL = re.compile(r"([A-Z]{1,3})[0-9]+")
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, ET.ParseError, LookupError, ValueError, OSError, EOFError, RuntimeError
)  # fmt: skip
LETTERS = 26


def read_workbook(content: bytes, name: str | Path) -> dict[str, Rows]:
    """Cells of each sheet as text, in the workbook's order.

    Parameters
    ----------
    content
        Bytes of an ``.xlsx`` file.
    name
        What to call it in a refusal.

    Returns
    -------
    Sheet → number of a row → its cells; numbers as the file has them (a date is its day number), empty
    rows left out.

    Raises
    ------
    DataError
        Where it is no workbook, damaged, or unpacks to more than any table here could need.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            shared = _shared_texts(archive, name)
            return {sheet: _rows(archive, path, shared, name) for sheet, path in _sheets(archive, name)}
    except UNREADABLE as problem:
        raise DataError(f"{name} cannot be read: damaged, locked by a password, or no workbook.") from problem


def first_sheet(sheets: Mapping[str, Rows], name: str | Path) -> bytes:
    """The first sheet that has cells as a CSV file, each row on the line of its number.

    Parameters
    ----------
    sheets
        From :func:`read_workbook`.
    name
        What to call them in a refusal.

    Raises
    ------
    DataError
        Where every sheet is empty.
    """
    rows = next((rows for rows in sheets.values() if rows), None)
    if rows is None:
        raise DataError(f"{name} cannot be read: its sheets are empty.")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows.get(n, []) for n in range(1, max(rows) + 1))
    return text.getvalue().encode()


def _elements(archive: zipfile.ZipFile, path: str, tag: str, name: str | Path) -> Iterator[ET.Element]:
    """Elements of one kind, each forgotten after its turn, so that a small file cannot fill the memory."""
    if archive.getinfo(path).file_size > LARGEST_SHEET_BYTES:
        raise DataError(f"{name}: a sheet unpacks to more than {LARGEST_SHEET_BYTES:,} bytes.")
    text = archive.read(path)
    # No spreadsheet declares entities, and those that do may unfold without end.
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise DataError(f"{name} cannot be read: it declares entities, which no spreadsheet does.")
    above: list[ET.Element] = []
    kept = 0
    for event, element in ET.iterparse(io.BytesIO(text), ("start", "end")):  # noqa: S314 - refused above
        if event == "start":
            above.append(element)
            kept += 1
            if kept > MOST_ELEMENTS:
                raise DataError(f"{name} cannot be read: one of its rows has no end.")
        else:
            above.pop()
            if element.tag.rpartition("}")[2] == tag:
                yield element
                for parent in above[-1:]:
                    parent.clear()
                kept = len(above)


def _sheets(archive: zipfile.ZipFile, name: str | Path) -> Iterator[tuple[str, str]]:
    links = _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship", name)
    target = {link.get("Id"): str(link.get("Target")).lstrip("/") for link in links}
    for sheet in _elements(archive, "xl/workbook.xml", "sheet", name):
        path = target[sheet.get(LINK)]
        full = path if path.startswith("xl/") else f"xl/{path}"
        if "worksheets/" in full:  # a chart has a sheet of its own, without cells
            yield str(sheet.get("name")), full


def _shared_texts(archive: zipfile.ZipFile, name: str | Path) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(item) for item in _elements(archive, "xl/sharedStrings.xml", "si", name)]


def _text(item: ET.Element) -> str:
    """The text of a cell, without the phonetic guide that some languages add."""
    parts = [item.findtext(f"{MAIN}t") or ""]
    parts += [run.findtext(f"{MAIN}t") or "" for run in item.iter(f"{MAIN}r")]
    return "".join(parts)


def _rows(archive: zipfile.ZipFile, path: str, shared: list[str], name: str | Path) -> Rows:
    rows: Rows = {}
    room, number = MOST_CELLS, 0
    for row in _elements(archive, path, "row", name):
        # A row that does not say, or says what cannot be, follows the one before.
        number = max(number + 1, int(row.get("r") or 0))
        if number > MOST_ROWS:
            raise DataError(f"{name}: more than {MOST_ROWS:,} rows in a sheet.")
        cells: list[str] = []
        for cell in row.iter(f"{MAIN}c"):
            column = _column(cell.get("r"), len(cells))
            if column >= MOST_COLUMNS:
                raise DataError(f"{name}: more than {MOST_COLUMNS:,} columns.")
            cells += [""] * (column + 1 - len(cells))
            cells[column] = _value(cell, shared)
        if any(cells):
            rows[number] = cells
            room -= len(cells)
        if room < 0:
            raise DataError(f"{name}: more than {MOST_CELLS:,} cells in a sheet.")
    return rows


def _column(reference: str | None, following: int) -> int:
    """Number of a cell's column from 0; a cell that does not say follows the one before."""
    match = CELL.fullmatch(reference or "")
    if match is None:
        return following
    number = 0
    for letter in match[1]:
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ET.Element, shared: list[str]) -> str:
    kind, value = cell.get("t"), cell.findtext(f"{MAIN}v") or ""
    if kind == "s":
        return shared[int(value)].strip()
    if kind == "inlineStr":
        return "".join(_text(part) for part in cell.iter(f"{MAIN}is")).strip()
    return "" if kind == "e" else value.strip()
