"""The workbook: every table with its units, text that stays text, the same bytes each time."""

import datetime as dt
import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from clinic_siting.cells import is_dangerous
from clinic_siting.report import words
from clinic_siting.report.data import ReportData
from clinic_siting.report.document import data_year
from clinic_siting.report.sheets import Sheet, SheetTable, is_patients, measures_explained, sheets
from clinic_siting.report.widths import column_widths, is_spread, lines_of, runs_over

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

BLUE, INK, SECONDARY, PALE, RULE = "#005EB8", "#212B32", "#4C6272", "#F0F4F5", "#D8DDE0"
A4 = 9
LINE_PT = 13.2
# Inches left and right of the print; figures that a heading's button and its bold letters take.
MARGIN_IN = 0.4
HEAD_ROOM = 3
NUMBERS = {
    "minutes": "0.0",
    "people": "#,##0",
    "number": "0",
    "share of 1": "0.0%",
    "share of patients": "0.0%",
    "share of today": "0.0000",
    "0 to 1": "0.000",
    "ratio": "0.000",
    "nats": "0.000",
    "degrees": "0.00000",
    "no unit": "0.00",
}
STATUSES = {
    "observed": "Counted by somebody: a census, a published table, a planner's own records.",
    "modelled": "Computed from observations: travel times, expected patients, and whatever is made of them.",
    "assumed": "Set by a planner, or by us for want of data.",
    "unverified": "Could not be confirmed.",
}


def render_workbook(data: ReportData) -> bytes:
    """The workbook (xlsx).

    Parameters
    ----------
    data
        What the report shows.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - only a report needs it

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with Workbook(out, options) as book:
        # No clock: the workbook bears the date of the figures.
        made = dt.datetime(data_year(data.provenance.files["vintage"]), 1, 1)  # noqa: DTZ001 - a plain date
        book.set_properties({"title": data.proposal, "subject": data.effect, "created": made})
        styles = _Styles(book)
        held = sheets(data)
        _read_me(book.add_worksheet("Read me"), styles, data, held)
        for sheet in held:
            _write_sheet(book.add_worksheet(sheet.name), styles, sheet, data)
    return out.getvalue()


class _Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **changes: object) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        own = {"font_name": "Arial", "font_size": 10, "font_color": INK, "valign": "vcenter", **changes}
        key = tuple(sorted(own.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(own))
        return self._made[key]

    @property
    def title(self) -> Any:  # noqa: ANN401 - the same
        return self(bold=True, font_size=14)

    @property
    def heading(self) -> Any:  # noqa: ANN401 - the same
        return self(bold=True, font_size=11)

    @property
    def small(self) -> Any:  # noqa: ANN401 - the same
        return self(font_color=SECONDARY, font_size=9)


def _write_sheet(page: "Worksheet", styles: _Styles, sheet: Sheet, data: ReportData) -> None:
    """Tables one below the other: a title, units and status, column names, rows."""
    _layout(page, sheet.name)
    widths = column_widths(sheet.parts)
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    row = 0
    for number, part in enumerate(sheet.parts):
        _text(page, row, 0, part.title, styles, bold=True, font_size=14 if number == 0 else 11)
        if is_spread(part):
            row = _sentences(page, row + 1, styles, part, widths) + 1
            continue
        _heads(page, row + 1, styles, part, widths)
        _rows(page, row + 4, styles, part, data, widths)
        last = row + 3 + len(part.table)
        if number == 0 and len(sheet.parts) == 1 and len(part.table):
            page.freeze_panes(row + 4, 1)
            page.autofilter(row + 3, 0, last, part.table.shape[1] - 1)
            page.repeat_rows(row + 1, row + 3)
        row = last + 3


def _heads(page: "Worksheet", first: int, styles: _Styles, part: SheetTable, widths: Sequence[float]) -> None:
    """Unit, status and name of each column."""
    tallest = 1
    for place, column in enumerate(map(str, part.table.columns)):
        meaning, width = part.meaning(column), widths[place]
        small = {"align": _side(part.table.iloc[:, place]), "font_color": SECONDARY, "font_size": 9}
        head = {"bold": True, "bg_color": PALE, "bottom": 1, "bottom_color": INK, "align": small["align"]}
        unit = "" if meaning.unit == "text" else meaning.unit
        tallest = max(tallest, lines_of(column, width - HEAD_ROOM))
        _text(page, first, place, unit, styles, text_wrap=runs_over(unit, width), **small)
        _text(page, first + 1, place, meaning.status, styles, **small)
        _text(page, first + 2, place, column, styles, text_wrap=tallest > 1, **head)
    if tallest > 1:
        page.set_row(first + 2, LINE_PT * tallest)


def _sentences(
    page: "Worksheet", first: int, styles: _Styles, part: SheetTable, widths: Sequence[float]
) -> int:
    """Sentences one below the other, each over all columns; gives the row below them."""
    last = max(len(widths) - 1, 0)
    for offset, text in enumerate(part.table.iloc[:, 0].astype(str)):
        if last:
            page.merge_range(first + offset, 0, first + offset, last, "", styles())
        _text(page, first + offset, 0, text, styles, text_wrap=True)
        page.set_row(first + offset, LINE_PT * lines_of(text, sum(widths)))
    return first + len(part.table)


def _rows(
    page: "Worksheet",
    first: int,
    styles: _Styles,
    part: SheetTable,
    data: ReportData,
    widths: Sequence[float],
) -> None:
    _heights(page, first, part.table, widths)
    for place, column in enumerate(map(str, part.table.columns)):
        meaning = part.meaning(column)
        counts = is_patients(meaning, data.demand_unit)
        form = NUMBERS.get(meaning.unit, "#,##0" if counts else "General")
        of_row = part.table["unit"].astype(str).to_list() if "unit" in part.table else []
        for offset, value in enumerate(part.table.iloc[:, place].to_list()):
            own = form
            if meaning.unit == "as the row says":
                own = NUMBERS.get(of_row[offset], "General")
            cell = _Cell(first + offset, place, widths[place])
            _cell(page, cell, value, styles, number=own, counts=counts)


def _heights(page: "Worksheet", first: int, table: pd.DataFrame, widths: Sequence[float]) -> None:
    """Room for cells whose text runs over several lines."""
    for offset, cells in enumerate(table.itertuples(index=False)):
        texts = ((cell, width) for cell, width in zip(cells, widths, strict=False) if isinstance(cell, str))
        tallest = max((lines_of(cell, width) for cell, width in texts), default=1)
        if tallest > 1:
            page.set_row(first + offset, LINE_PT * tallest)


class _Cell(NamedTuple):
    """Where a cell stands, and how wide it is."""

    row: int
    column: int
    width: float


def _side(values: pd.Series) -> str:
    """Figures stand to the right, words to the left."""
    return "right" if values.dtype.kind in "iuf" else "left"


def _cell(page: "Worksheet", at: _Cell, value: object, styles: _Styles, *, number: str, counts: bool) -> None:
    row, column, width = at
    if isinstance(value, bool):
        page.write_boolean(row, column, value, styles())
    elif isinstance(value, str):
        _text(page, row, column, value, styles, text_wrap=runs_over(value, width))
    elif value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        _text(page, row, column, words.KEPT_BACK if counts else "", styles, align="right")
    elif isinstance(value, float) and math.isinf(value):
        endless = words.NO_END if number == NUMBERS["no unit"] else words.NO_ROUTE
        _text(page, row, column, endless if value > 0 else "first route", styles, align="right")
    else:
        # Twelve digits: more are noise, and fewer would not add up.
        page.write_number(row, column, float(f"{float(value):.12g}"), styles(num_format=number))  # type: ignore[arg-type]


def _text(page: "Worksheet", row: int, column: int, text: str, styles: _Styles, **changes: object) -> None:
    """Write text as text; what looks like a formula keeps its mark of being text when it is edited."""
    quoted = {"quote_prefix": True} if is_dangerous(text) else {}
    # Words keep a distance from the figures to their left.
    indented = {"indent": 1} if column and changes.get("align", "left") == "left" else {}
    page.write_string(row, column, text, styles(**{"align": "left", **changes, **quoted, **indented}))


def _read_me(page: "Worksheet", styles: _Styles, data: ReportData, held: Sequence[Sheet]) -> None:
    """What the workbook is, what its figures are, and what every column means."""
    _layout(page, "Read me")
    made, people = data.provenance, data.zones.table["population"].sum()
    lines: list[tuple[str, str]] = [
        ("Scenario", data.scenario),
        ("Fingerprint", made.fingerprint),
        (
            "Area",
            f"{len(data.zones.zone_id):,} small areas, {people:,.0f} people",
        ),
        ("Figures", made.data_date),
        ("Patients", _patients_in_words(data)),
        ("Empty cells", "Not applicable. “no route”: no road leads there."),
        *((name.capitalize(), text) for name, text in STATUSES.items()),
        ("Credits", made.credits),
    ]
    _text(page, 0, 0, data.proposal, styles, bold=True, font_size=14)
    _text(page, 1, 0, data.effect, styles)
    row = 3
    for what, text in lines:
        _text(page, row, 0, what, styles, bold=True)
        page.merge_range(row, 1, row, 4, "", styles())
        _text(page, row, 1, text, styles, text_wrap=True)
        page.set_row(row, LINE_PT * max(1, math.ceil(len(text) / 105)))
        row += 1
    for title, table in (("Data dictionary", _dictionary(held)), ("Measures", measures_explained())):
        _text(page, row + 1, 0, title, styles, bold=True, font_size=11)
        for place, column in enumerate(table.columns):
            _text(page, row + 2, place, str(column), styles, bold=True, bg_color=PALE, bottom=1)
        for cells in table.itertuples(index=False):
            for place, cell in enumerate(cells):
                _text(page, row + 3, place, str(cell), styles)
            row += 1
        row += 3
    for place, width in enumerate((16, 24, 66, 18, 12)):
        page.set_column(place, place, width)


def _patients_in_words(data: ReportData) -> str:
    if data.counts_are_real:
        return (
            f"Real counts ({data.demand_unit}). 1 to 7, and counts that would give one away, are kept back "
            f"({words.KEPT_BACK}); others are rounded to the nearest 5, totals too."
        )
    if data.demand_unit == "people":
        return "Residents (census, observed)."
    return f"Expected numbers ({data.demand_unit}), modelled from residents by age; nobody was counted."


def _dictionary(held: Sequence[Sheet]) -> pd.DataFrame:
    """Every column of every sheet."""
    rows: dict[tuple[str, str], tuple[str, str, str]] = {}
    for sheet in held:
        for part in sheet.parts:
            for column in map(str, part.table.columns):
                meaning = part.meaning(column)
                rows.setdefault((sheet.name, column), (meaning.text, meaning.unit, meaning.status))
    table = [(*key, *value) for key, value in rows.items()]
    return pd.DataFrame(table, columns=["sheet", "column", "meaning", "unit", "status"])


def _layout(page: "Worksheet", name: str) -> None:
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=MARGIN_IN, right=MARGIN_IN)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L{name}&R&P of &N")
