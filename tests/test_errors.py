"""A refusal reads well: one verdict, then at most five rows."""

import pytest

from clinic_siting import errors
from clinic_siting.errors import ClinicSitingError


def test_a_refusal_without_rows_is_its_verdict_alone():
    assert str(ClinicSitingError("nothing to do.")) == "nothing to do."


@pytest.mark.parametrize(("n_rows", "last"), [(1, "  row 0"), (5, "  row 4")])
def test_up_to_five_rows_are_shown_whole(n_rows, last):
    lines = str(ClinicSitingError("wrong.", [f"row {n}" for n in range(n_rows)])).split("\n")
    assert lines[0] == "wrong."
    assert len(lines) == 1 + n_rows
    assert lines[-1] == last


@pytest.mark.parametrize(("n_rows", "hidden"), [(6, "2"), (9, "5"), (5004, "5,000")])
def test_of_more_rows_four_are_shown_and_the_rest_counted(n_rows, hidden):
    refusal = ClinicSitingError("wrong.", range(n_rows))
    lines = str(refusal).split("\n")
    assert lines[1:] == ["  0", "  1", "  2", "  3", f"  … and {hidden} more"]
    assert len(refusal.rows) == n_rows


def test_of_very_many_rows_the_first_are_given_and_all_are_counted():
    refusal = ClinicSitingError("wrong.", range(1000), of=676_444)
    assert str(refusal).endswith("  3\n  … and 676,440 more")


def test_rows_are_taken_from_anything_that_can_be_walked_once():
    assert ClinicSitingError("wrong.", (pair for pair in [("a", 1)])).rows == ("a: 1",)


def test_names_from_anywhere_neither_break_the_line_nor_rule_the_terminal():
    refusal = ClinicSitingError("no site called a\nTraceback:\x1b[2J.", ["b\r\nc", "d\x0be", "Café — £"])
    assert str(refusal).splitlines() == ["no site called a Traceback: [2J.", "  b  c", "  d e", "  Café — £"]


def test_a_label_with_a_value_is_a_row_in_words():
    assert ClinicSitingError("wrong.", [("a", -1.0), "b"]).rows == ("a: -1.0", "b")


def test_every_error_is_a_refusal_and_a_table_error_is_one_of_the_data():
    named = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, Exception)]
    assert len(named) >= 6
    assert all(issubclass(cls, ClinicSitingError) for cls in named)
    assert issubclass(errors.TableError, errors.DataError)
