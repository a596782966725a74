"""Near-best plans, the sites they share, and stand-ins."""

import pandas as pd
import pytest

from clinic_siting.errors import TableError
from clinic_siting.robustness import near_best, replacements, site_frequency

RANKING = pd.DataFrame(
    {
        "sites": [("a", "x"), ("b", "x"), ("a", "y"), ("b", "y"), ("c", "x")],
        "score": [0.700, 0.705, 0.707, 0.720, 0.770],
        "mean": [30.0, 31.0, 30.5, 32.0, 35.0],
    }
)


def test_sets_within_one_per_cent_are_counted_inclusive():
    assert len(near_best(RANKING)) == 3
    assert len(near_best(RANKING, within=0)) == 1
    assert len(near_best(RANKING, within=1)) == 5


def test_sites_are_counted_among_the_near_best():
    table = site_frequency(RANKING)
    assert table.index.to_list() == ["a", "x", "b", "y", "c"]
    assert table["near_best_sets"].to_dict() == {"a": 2, "x": 2, "b": 1, "y": 1, "c": 0}
    assert table["share"].sum() == pytest.approx(2)
    assert table.at["c", "best_score"] == 0.770


def test_each_site_has_a_stand_in_and_a_price():
    table = replacements(RANKING, ["x", "a"])
    assert table.loc["a", "stand_in"] == "b"
    assert table.loc["a", "loss"] == pytest.approx(0.705 / 0.700 - 1)
    assert table.loc["a", "mean_loss_min"] == pytest.approx(1)
    assert table.loc["x", ["stand_in", "best_without"]].to_list() == ["y", "a + y"]
    assert table.loc["x", "loss_without"] == pytest.approx(0.01)


def test_a_site_that_every_set_must_have_has_no_stand_in():
    table = replacements(RANKING[:2], ["a", "x"])
    assert table.loc["x", "stand_in"] == ""
    assert pd.isna(table.loc["x", "loss_without"])


def test_a_plan_that_was_not_ranked_and_a_distance_below_0_are_refused():
    with pytest.raises(TableError, match="the plan is not in the ranking"):
        replacements(RANKING, ["c", "y"])
    with pytest.raises(TableError, match="the distance must be a share of 0 or more"):
        near_best(RANKING, within=-0.01)
    with pytest.raises(TableError, match="the ranking is empty"):
        near_best(RANKING[:0])
