"""Rules that make no sense are refused; the others read as sentences."""

import pytest

from clinic_siting.errors import ConfigError
from clinic_siting.siting import GuardRail, Requirement, Rules

EAST = {"alliance_name": ("East",)}


def test_a_requirement_reads_as_a_sentence():
    requirement = Requirement({"county": ("Essex", "Thurrock")}, 1, 2)
    assert str(requirement) == "at least 1 and at most 2 of the new sites in county Essex or Thurrock"


@pytest.mark.parametrize(
    ("worse", "words"),
    [
        (2.0, "no imd_decile may be worse off than today by more than 2 minutes"),
        (0.0, "no imd_decile may be worse off than today by more than 0 minutes"),
        (-5.0, "no imd_decile may be better off than today by less than 5 minutes"),
    ],
)
def test_a_guard_rail_reads_as_a_sentence_on_either_side_of_today(worse, words):
    assert str(GuardRail("imd_decile", worse_by_at_most_min=worse)) == words


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Rules(-1), "number of new sites cannot be -1"),
        (lambda: Rules(10**30), "number of new sites cannot be 10{30}"),
        (lambda: Rules(1, relocate=-1), "number of sites to close cannot be -1"),
        (lambda: Rules(2, force=("a",), forbid=("a", "b")), "both forced and forbidden"),
        (lambda: Rules(2, either=(("a",),)), "two or more different"),
        (lambda: Rules(2, either=(("a", "a"),)), "two or more different"),
        (lambda: Rules(2, budget=-1.0), r"(?s)numbers from 0 to 1e\+12.*budget: -1"),
        (lambda: Rules(2, min_apart_min=float("nan")), r"(?s)numbers from 0.*min_apart_min: nan"),
        (lambda: Rules(2, capacity={"a": float("inf")}), r"(?s)numbers from 0.*capacity of a: inf"),
        (lambda: Rules(2, min_volume=-3.0), r"(?s)numbers from 0.*min_volume: -3"),
        (lambda: GuardRail("imd_decile"), "has no limit"),
        (lambda: GuardRail("imd_decile", float("inf")), "has no limit"),
        (lambda: Requirement({}), "must name a column"),
        (lambda: Requirement({"county": ()}), "must name a column"),
        (lambda: Requirement(EAST, 2, 1), "contradicts itself"),
        (lambda: Requirement(EAST, -1), "contradicts itself"),
    ],
)
def test_rules_that_make_no_sense_are_refused(make, words):
    with pytest.raises(ConfigError, match=words):
        make()
