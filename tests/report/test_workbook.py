"""A workbook that explains itself, in which nothing can run, with the same bytes each time."""

import io
import re
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clinic_siting.report.sheets import SheetTable, sheets
from clinic_siting.report.widths import BUDGET, column_widths, is_spread
from clinic_siting.report.workbook import render_workbook

NAMES = [
    "Read me", "Summary", "Sites", "By group", "Gains by place", "Flows", "Ranking", "Trade-offs",
    "Robustness", "Assumptions",
]  # fmt: skip


def parts_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name).decode("utf-8") for name in book.namelist()}


@pytest.fixture(scope="module")
def content(data) -> bytes:
    return render_workbook(data)


@pytest.fixture(scope="module")
def book(content) -> dict[str, str]:
    return parts_of(content)


def test_the_sheets_stand_in_order(book):
    assert re.findall(r'<sheet name="([^"]+)"', book["xl/workbook.xml"]) == NAMES


def test_the_workbook_bears_the_date_of_the_figures_and_no_clock(content, book):
    assert "2021-01-01T00:00:00Z" in book["docProps/core.xml"]
    with zipfile.ZipFile(io.BytesIO(content)) as book_file:
        assert {entry.date_time for entry in book_file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_report_has_the_same_bytes(data, content):
    assert render_workbook(data) == content


def test_every_column_has_a_meaning_and_every_figure_a_unit(data):
    for sheet in sheets(data):
        for part in sheet.parts:
            for column in part.table:
                meaning = part.meaning(str(column))
                assert meaning.text, (sheet.name, column)
                if part.table[column].dtype.kind == "f":
                    assert meaning.unit != "text", (sheet.name, column)
                    assert meaning.status, (sheet.name, column)


def test_the_dictionary_lists_every_column_of_every_sheet(data, book):
    told = book["xl/sharedStrings.xml"]
    for column in ("case_minutes_saved", "near_best_sets", "slope_index", "as the row says"):
        assert column in told
    assert {sheet.name for sheet in sheets(data)} == set(NAMES[1:])


def test_nothing_in_the_workbook_can_run(hostile):
    book = parts_of(render_workbook(hostile))
    pages = [text for name, text in book.items() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in page or "<hyperlink" in page for page in pages)
    assert "=cmd()" in book["xl/sharedStrings.xml"]
    assert 'quotePrefix="1"' in book["xl/styles.xml"]


def test_endless_and_missing_figures_have_words(data):
    sites = data.evidence.sites.copy()
    sites.iloc[0, sites.columns.get_loc("today")] = np.nan
    zones = data.ranking.assign(max=np.inf)
    book = parts_of(
        render_workbook(replace(data, ranking=zones, evidence=replace(data.evidence, sites=sites)))
    )
    assert "[c]" in book["xl/sharedStrings.xml"]
    assert "no route" in book["xl/sharedStrings.xml"]


def test_real_counts_are_called_observed_and_expected_ones_modelled(data):
    def statuses(of) -> list[str]:
        part = next(s for s in sheets(of) if s.name == "Gains by place").parts[0]
        return [part.meaning(name).status for name in ("cases", "today")]

    assert statuses(data) == ["modelled", "modelled"]
    # Which clinic they go to is modelled whoever counted them.
    counted = replace(data, demand_unit="referrals a year", counts_are_real=True)
    assert statuses(counted) == ["observed", "modelled"]


def test_every_sheet_prints_in_letters_that_can_be_read(data):
    for sheet in sheets(data):
        assert sum(column_widths(sheet.parts)) <= BUDGET, sheet.name


def test_words_give_way_and_figures_do_not():
    table = pd.DataFrame({"a": [1.0], "what": ["word " * 40], "why": ["word " * 30], "b": [2.0]})
    parts = [SheetTable("one", table), SheetTable("said", pd.DataFrame({"what": ["sentence " * 100]}))]
    widths = column_widths([*parts, SheetTable("six", table.rename(columns=str.upper))])
    assert widths == [9, 60, 60, 9]
    many = pd.DataFrame({f"w{k}": ["word " * 20] for k in range(5)} | {"x": [1.0]})
    widths = column_widths([SheetTable("many", many)])
    assert BUDGET - 5 < sum(widths) <= BUDGET
    assert widths[-1] == 9
    assert is_spread(parts[1])
