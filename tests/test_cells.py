"""Text that a spreadsheet might run is only text; figures stay figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_siting.cells import bare, bare_table, is_dangerous, neutral, neutral_table


@pytest.mark.parametrize(
    "text", ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋", "－", "＠"]
)
def test_what_a_spreadsheet_runs_stands_behind_an_apostrophe(text):
    assert neutral(text) == f"'{text}"
    assert not is_dangerous(neutral(text))


@pytest.mark.parametrize("text", ["", "St Mary's", "A = B", "<script>", "7", "'quoted'"])
def test_other_text_stays_as_it_is(text):
    assert neutral(text) == text


def test_cells_labels_and_headings_are_all_made_harmless():
    table = pd.DataFrame({"=name": ["@x", "plain"], "count": [-1, 2]}, index=pd.Index(["+a", "b"], name="id"))
    safe = neutral_table(table)
    assert safe.columns.to_list() == ["'=name", "count"]
    assert safe["'=name"].to_list() == ["'@x", "plain"]
    assert safe.index.to_list() == ["'+a", "b"]
    assert safe.index.name == "id"


def test_figures_keep_their_value_and_type():
    table = pd.DataFrame({"change": [-1.5, np.inf], "whole": [-1, 2], "yes": [True, False]})
    safe = neutral_table(table)
    pd.testing.assert_frame_equal(safe, table)


def test_several_levels_of_labels_and_missing_cells_pass():
    index = pd.MultiIndex.from_tuples([("=a", 1), ("b", 2)], names=["group", "n"])
    table = pd.DataFrame({"name": ["-x", None]}, index=index)
    safe = neutral_table(table)
    assert safe.index.to_list() == [("'=a", 1), ("b", 2)]
    assert safe.index.names == ["group", "n"]
    assert safe["name"].iloc[0] == "'-x"
    assert pd.isna(safe["name"].iloc[1])


def test_an_empty_table_passes():
    assert neutral_table(pd.DataFrame()).empty


@given(st.text())
def test_law_nothing_dangerous_is_left(text):
    assert not is_dangerous(neutral(text))
    assert neutral(neutral(text)) == neutral(text)


@given(st.text().filter(lambda text: not (text.startswith("'") and is_dangerous(text[1:]))))
def test_law_what_was_made_harmless_comes_back(text):
    assert bare(neutral(text)) == text


def test_a_table_that_was_made_harmless_comes_back():
    table = pd.DataFrame({"self": ["@x", "plain", None], "count": [-1, 2, 3]}, index=[4, 5, 7])
    pd.testing.assert_frame_equal(bare_table(neutral_table(table)), table)
