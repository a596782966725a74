"""A traffic-light list that can be read at a glance."""

import pytest

from clinic_siting.errors import ConfigError, DataError, TableError
from clinic_siting.gate import MEND, Check, Finding, caught, in_words, refuse_red, refused

RED = Finding("red", "3 are wrong", "zones", tuple("abcdefg"), "mend them")
AMBER = Finding("amber", "1 is odd", "sites", ("x",), "look at it")
GREEN = Finding("green", "all is well", "roads")


def test_a_check_is_green_where_it_finds_nothing():
    check = Check("zones", "{n} are wrong", "all are right", "mend them")
    assert check.judge([]) == Finding("green", "all are right", "zones")
    assert check.judge(range(1234)).what == "1,234 are wrong"
    assert check.judge([1]).light == "red"


def test_red_comes_first_with_five_rows_and_what_to_do():
    assert in_words([GREEN, AMBER, RED], config="toy.yaml").splitlines() == [
        "toy.yaml: 1 red, 1 amber, 1 green.",
        "RED    zones: 3 are wrong.",
        *(f"         {row}" for row in "abcde"),
        "         … and 2 more",
        "       → mend them.",
        "AMBER  sites: 1 is odd.",
        "         x",
        "       → look at it.",
        "GREEN  roads: all is well.",
    ]


def test_a_question_ends_with_its_own_mark():
    asked = Finding("red", "no such period; did you mean am_peak?", "roads")
    assert (
        in_words([asked], config="c").splitlines()[1] == "RED    roads: no such period; did you mean am_peak?"
    )
    with pytest.raises(DataError, match=r"did you mean am_peak\?$"):
        refuse_red([asked], config="c")


def test_a_refusal_is_a_red_finding_and_says_its_place_once():
    def refuse() -> None:
        raise TableError("zones: 2 are twice.", ["a", "b"])

    [finding] = caught("zones", refuse)
    assert finding == Finding("red", "zones: 2 are twice", "zones", ("a", "b"), MEND)
    assert "RED    zones: 2 are twice." in in_words([finding], config="c")
    assert caught("zones", lambda: None) == []


def test_for_a_wrong_setting_no_file_need_be_restored():
    finding = refused("roads", ConfigError("congestion: no authority 'Kentt'. Did you mean Kent?"))
    assert finding.remedy == ""
    with pytest.raises(DataError, match=r"Did you mean Kent\?$"):
        refuse_red([finding], config="c")


def test_of_very_many_rows_all_are_counted_though_few_are_given():
    finding = refused("roads", TableError("roads: 9,000 are swapped.", range(1000), of=9000))
    assert "         … and 8,995 more" in in_words([finding], config="c").splitlines()
    with pytest.raises(DataError, match="and 8,996 more"):
        refuse_red([finding], config="c")


def test_what_a_refusal_says_is_to_be_done_is_not_said_twice():
    finding = refused("zones", TableError("zones: no such file; restore it."))
    assert (finding.what, finding.remedy) == ("zones: no such file; restore it", "")


def test_only_red_stops_a_run():
    refuse_red([AMBER, GREEN], config="toy.yaml")
    with pytest.raises(DataError, match=r"^zones: 3 are wrong; mend them\.\n  a") as one:
        refuse_red([AMBER, RED], config="toy.yaml")
    assert len(str(one.value).splitlines()) == 6
    with pytest.raises(DataError, match=r"And 1 more red finding\(s\): clinic-siting check toy.yaml"):
        refuse_red([RED, RED], config="toy.yaml")
