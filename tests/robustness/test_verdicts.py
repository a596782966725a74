"""What the scores say about a plan."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import TableError
from clinic_siting.robustness import (
    Scores,
    duels,
    leaders,
    regret_table,
    travel_rows,
    world_rows,
    worlds_in_words,
)
from clinic_siting.robustness.verdicts import _together


@pytest.fixture
def scores():
    """Three sets in four worlds; the plan is a."""
    score = np.array([[0.70, 0.70, 0.80, 0.70], [0.72, 0.72, 0.75, 0.71], [0.90, 0.70, 0.90, 0.90]])
    worlds = pd.DataFrame(
        {"kind": ["period", "plan", "crossing", "demand"]},
        index=pd.Index(["in the peak", "as planned", "ten minutes more", "people"], name="world"),
    )
    return Scores((("a",), ("b",), ("c",)), worlds, score, 40 * score, np.ones_like(score, dtype=bool))


def test_the_plan_is_ranked_in_every_world(scores):
    rows = world_rows(scores, ["a"])
    assert rows["rank"].to_list() == [1, 1, 2, 1]
    assert rows["regret"].to_list() == pytest.approx([0, 0, 0.80 / 0.75 - 1, 0])
    assert rows["best"].to_list() == [("a",), ("a",), ("b",), ("a",)]
    assert rows["mean"].to_list() == pytest.approx([28, 28, 32, 28])


def test_the_map_shows_travel_worlds_with_the_plans_own_first(scores):
    rows = travel_rows(scores, ["a"], "as planned")
    assert rows.columns.to_list() == ["scenario", "kind", "mean", "rank", "regret", "best"]
    assert rows["scenario"].to_list() == ["as planned", "in the peak", "ten minutes more"]


def test_sets_are_ordered_by_their_largest_regret(scores):
    table = regret_table(scores)
    assert table.index.to_list() == ["b", "a", "c"]
    assert table.loc["a", "in_world"] == "ten minutes more"
    assert table["worlds_led"].sum() == 4
    assert (table["largest_regret"] >= 0).all()


def test_leaders_share_the_worlds_among_them(scores):
    table = leaders(scores)
    assert table["share"].to_dict() == {"a": 0.75, "b": 0.25}


def test_a_beats_b_in_a_share_of_worlds_and_ties_count_half(scores):
    table = duels(scores, [("a",), ("b",), ("c",)])
    assert table.loc["a", "b"] == 0.75
    assert table.loc["a", "c"] == pytest.approx(0.75 + 0.25 / 2)
    assert np.allclose(table + table.T, 1)


def test_sets_that_serve_nobody_tie(scores):
    score = scores.score.copy()
    score[1:, 0] = np.inf
    lost = Scores(scores.sets, scores.worlds, score, scores.mean, scores.offered)
    assert duels(lost, [("b",), ("c",)]).loc["b", "c"] == pytest.approx((0.5 + 0 + 1 + 1) / 4)


def test_duels_need_a_world(scores):
    with pytest.raises(TableError, match="there are no worlds to compare in"):
        duels(scores.of(["speed draw"]), [("a",), ("b",)])


def test_what_a_reader_must_know_first_is_where_another_set_leads(scores):
    lines = worlds_in_words(world_rows(scores, ["a"]), str.upper)
    assert lines == [
        "This plan stays best under 2 of the 3 other assumptions that were tried.",
        "B would be better (6.7% at most): ten minutes more.",
    ]
    crossing = [f"{minutes} more minutes at the bridge" for minutes in (10, 15, 20)]
    assert _together([*crossing[:1], "a flood"]) == ["10 more minutes at the bridge", "a flood"]
    assert _together(crossing[:2]) == ["10 or 15 more minutes at the bridge"]
    assert _together(["a flood", *crossing]) == ["a flood", "10, 15 or 20 more minutes at the bridge"]
    lost = worlds_in_words(world_rows(scores, ["a"]), str.upper, lost=("a flood",))
    assert lost[-1] == "No set at all would serve everyone: a flood."
    alone = scores.of(["plan"])
    assert worlds_in_words(world_rows(alone, ["a"]), str.upper) == []
