"""OpenDocument spreadsheets (.ods) as plain text cells: LibreOffice saves them, and CQC publishes one."""

import io
import zipfile
from pathlib import Path
from xml.parsers import expat

from clinic_siting.errors import DataError
from clinic_siting.workbooks import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, UNREADABLE, Rows, read_workbook

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
# Read as it is unpacked, never held; CQC's directory of 57,000 places unpacks to 440 million.
LARGEST_CONTENT_BYTES = 2_000_000_000
# Which attribute holds a cell's value, by what kind of value it is; text stands in its paragraphs.
VALUES = dict.fromkeys(("float", "currency", "percentage"), "office:value")
VALUES |= {"date": "office:date-value", "boolean": "office:boolean-value"}
CELLS = ("table:table-cell", "table:covered-table-cell")
BREAKS = {"text:tab": "\t", "text:line-break": "\n"}


def read_sheets(content: bytes, name: str | Path) -> dict[str, Rows]:
    """Cells of each sheet of a workbook, Excel's or OpenDocument's; what it is follows from its bytes.

    Parameters
    ----------
    content
        Bytes of an ``.xlsx`` or ``.ods`` file.
    name
        What to call it in a refusal.

    Returns
    -------
    As of :func:`clinic_siting.workbooks.read_workbook`; dates of an ``.ods`` file as ``2024-01-31``.

    Raises
    ------
    DataError
        Where it is no workbook, damaged, or unpacks to more than any table here could need.
    """
    if MIMETYPE not in content[:200]:
        return read_workbook(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo("content.xml").file_size > LARGEST_CONTENT_BYTES:
                raise DataError(f"{name}: its sheets unpack to more than {LARGEST_CONTENT_BYTES:,} bytes.")
            reader = _Reader(name)
            with archive.open("content.xml") as stream:
                reader.parser.ParseFile(stream)
    except (*UNREADABLE, expat.ExpatError) as problem:
        raise DataError(f"{name} cannot be read: damaged, locked by a password, or no workbook.") from problem
    return reader.sheets


class _Reader:
    """What has been read so far: the sheets, and the row and the cell that are open.

    Parameters
    ----------
    name
        What to call the file in a refusal.
    """

    def __init__(self, name: str | Path) -> None:
        self.name = name
        self.sheets: dict[str, Rows] = {}
        self.rows: Rows = {}
        self.row: list[str] = []
        self.number, self.blanks, self.room = 0, 0, MOST_CELLS
        self.repeat_row = self.repeat_cell = 1
        self.value: str | None = None
        self.text: list[str] | None = None
        self.paragraphs = self.aside = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse_entities

    def _refuse_entities(self, *_: object) -> None:
        # No spreadsheet declares entities, and those that do may unfold without end.
        raise DataError(f"{self.name} cannot be read: it declares entities, which no spreadsheet does.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table" and not self.aside:
            self.rows = self.sheets[attributes.get("table:name", f"Sheet {len(self.sheets) + 1}")] = {}
            self.number = 0
        elif tag == "table:table-row":
            self.row, self.blanks = [], 0
            self.repeat_row = int(attributes.get("table:number-rows-repeated", 1))
        elif tag in CELLS:
            self.repeat_cell = int(attributes.get("table:number-columns-repeated", 1))
            kind = VALUES.get(attributes.get("office:value-type", ""))
            self.value = attributes.get(kind) if kind else None
            self.text, self.paragraphs = [], 0
        elif tag == "office:annotation":  # somebody's remark on the cell, not what the cell says
            self.aside += 1
        elif self.text is not None and not self.aside:
            self._start_of_text(tag, attributes)

    def _start_of_text(self, tag: str, attributes: dict[str, str]) -> None:
        text = self.text if self.text is not None else []
        if tag == "text:p":
            text += ["\n"] * bool(self.paragraphs)
            self.paragraphs += 1
        elif tag == "text:s":
            text.append(" " * min(int(attributes.get("text:c", 1)), MOST_COLUMNS))
        elif tag in BREAKS:
            text.append(BREAKS[tag])

    def _characters(self, text: str) -> None:
        if self.text is not None and self.paragraphs and not self.aside:
            self.text.append(text)

    def _end(self, tag: str) -> None:
        if tag == "office:annotation":
            self.aside -= 1
        elif tag in CELLS:
            self._end_of_cell()
        elif tag == "table:table-row":
            self._end_of_row()

    def _end_of_cell(self) -> None:
        written = self.value if self.value is not None else "".join(self.text or [])
        self.text = None
        cell = written.strip()
        if not cell:  # blanks are written once there is something behind them: a row ends with very many
            self.blanks += self.repeat_cell
            return
        if len(self.row) + self.blanks + self.repeat_cell > MOST_COLUMNS:
            raise DataError(f"{self.name}: more than {MOST_COLUMNS:,} columns.")
        self.row += [""] * self.blanks + [cell] * self.repeat_cell
        self.blanks = 0

    def _end_of_row(self) -> None:
        first, self.number = self.number + 1, self.number + self.repeat_row
        if not self.row:
            return
        if self.number > MOST_ROWS:
            raise DataError(f"{self.name}: more than {MOST_ROWS:,} rows in a sheet.")
        self.room -= len(self.row) * self.repeat_row
        if self.room < 0:
            raise DataError(f"{self.name}: more than {MOST_CELLS:,} cells.")
        for number in range(first, self.number + 1):
            self.rows[number] = self.row
