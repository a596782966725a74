"""Rules, the sets they leave, and why they may leave none."""

import numpy as np
import pytest

from clinic_siting.errors import ConfigError, InfeasibleError
from clinic_siting.siting import Requirement, Rules, feasible_sets

EAST = {"alliance_name": ("East",)}


def ids(sites, rules):
    return [tuple(row) for row in sites.candidates.to_numpy()[feasible_sets(rules, sites)]]


def test_every_set_is_listed_once_in_the_order_of_its_ids(toy_sites):
    assert ids(toy_sites, Rules(2)) == [("east", "far"), ("east", "mid"), ("far", "mid")]


def test_nothing_to_open_is_one_empty_set(toy_sites):
    assert feasible_sets(Rules(0), toy_sites).shape == (1, 0)


def test_requirements_count_new_sites_in_a_group(toy_sites):
    assert ids(toy_sites, Rules(2, require=(Requirement(EAST, 2),))) == [("east", "far")]
    assert ids(toy_sites, Rules(2, require=(Requirement(EAST, 0, 1),))) == [("east", "mid"), ("far", "mid")]
    # The existing site stands in the West and does not count.
    west = Requirement({"alliance_name": ("West",)}, at_least=1)
    assert ids(toy_sites, Rules(1, require=(west,))) == [("mid",)]


def test_a_site_counts_where_every_column_agrees(toy_sites):
    both = Requirement({"alliance_name": ("East", "West"), "name": ("Far clinic",)}, at_least=1)
    assert ids(toy_sites, Rules(1, require=(both,))) == [("far",)]


def test_forced_and_forbidden_sites(toy_sites):
    assert ids(toy_sites, Rules(2, force=("mid",), forbid=("far",))) == [("east", "mid")]


def test_a_requirement_reads_as_a_sentence():
    requirement = Requirement({"county": ("Essex", "Thurrock")}, 1, 2)
    assert str(requirement) == "at least 1 and at most 2 of the new sites in county Essex or Thurrock"


def test_more_sites_than_candidates_are_refused(toy_sites):
    with pytest.raises(InfeasibleError, match="4 sites are to be opened, but there are only 3 candidates"):
        feasible_sets(Rules(4), toy_sites)


def test_an_impossible_requirement_is_named_with_what_it_lacks(toy_sites):
    rules = Rules(2, require=(Requirement({"name": ("Mid clinic",)}, 2), Requirement(EAST, 1)))
    with pytest.raises(InfeasibleError, match="can meet this requirement") as refusal:
        feasible_sets(rules, toy_sites)
    assert refusal.value.rows == (
        "at least 2 of the new sites in name Mid clinic: would have to give way by 1",
    )


def test_requirements_that_clash_are_named_together(toy_sites):
    rules = Rules(2, require=(Requirement(EAST, 2),), force=("mid",))
    with pytest.raises(InfeasibleError, match="these 2 requirements together") as refusal:
        feasible_sets(rules, toy_sites)
    assert len(refusal.value.rows) == 2
    assert "East: would have to give way by 1" in refusal.value.rows[0]
    assert "mid must be opened" in refusal.value.rows[1]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Rules(-1), "number of new sites cannot be -1"),
        (lambda: Rules(2, force=("a",), forbid=("a", "b")), "both forced and forbidden"),
        (lambda: Requirement({}), "must name a column"),
        (lambda: Requirement({"county": ()}), "must name a column"),
        (lambda: Requirement(EAST, 2, 1), "contradicts itself"),
        (lambda: Requirement(EAST, -1), "contradicts itself"),
    ],
)
def test_rules_that_make_no_sense_are_refused(make, words):
    with pytest.raises(ConfigError, match=words):
        make()


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Rules(1, require=(Requirement({"region": ("x",)}, 1),)), "sites have no column region"),
        (Rules(1, force=("old",)), "not candidates"),
        (Rules(1, forbid=("nowhere",)), "not candidates"),
    ],
)
def test_rules_about_what_does_not_exist_are_refused(toy_sites, rules, words):
    with pytest.raises(ConfigError, match=words):
        feasible_sets(rules, toy_sites)


def test_shape_is_sets_by_sites(toy_sites):
    sets = feasible_sets(Rules(2), toy_sites)
    assert sets.shape == (3, 2)
    assert (np.diff(sets, axis=1) > 0).all()
