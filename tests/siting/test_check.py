"""The second opinion notices what is wrong."""

import pytest

from clinic_siting.errors import SolverError
from clinic_siting.siting import Requirement, Rules, check


def test_zones_go_to_the_nearest_open_site_and_of_equals_to_the_first(toy_case):
    served = check.served_by(toy_case, ("far", "mid"))
    assert {zone: site for zone, (_, site) in served.items()} == {
        "a": "old",
        "b": "mid",  # five minutes to either; mid comes first
        "c": "mid",
        "d": "mid",
        "e": "far",
        "f": "far",
    }


def test_each_broken_rule_is_named(toy_case):
    west = Requirement({"alliance_name": ("West",)}, 1)
    rules = Rules(1, require=(west,), force=("mid",), forbid=("far",))
    assert check.broken_rules(toy_case, rules, ("far", "old")) == [
        "2 sites opened, not 1",
        "old is not a candidate",
        "mid was to be opened",
        "far was to stay closed",
    ]
    assert check.broken_rules(toy_case, Rules(1, require=(west,)), ("far",)) == [
        "0 instead of at least 1 of the new sites in alliance_name West"
    ]
    assert check.broken_rules(toy_case, rules, ("mid",)) == []


def test_agreement_is_silent_and_disagreement_is_not():
    check.confirm(4.0, 4.0 + 1e-12, [], "mean")
    with pytest.raises(SolverError, match=r"mean: recomputed 4.0, claimed 4.1"):
        check.confirm(4.0, 4.1, [], "mean")
