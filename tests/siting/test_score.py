"""The score by hand, and the weights it refuses."""

import pandas as pd
import pytest

from clinic_siting.errors import ConfigError
from clinic_siting.siting import Score
from clinic_siting.siting.check import score_of

TODAY = {"mean": 20.0, "mad": 8.0, "sd": 10.0, "gini": 0.2, "coverage": 0.6, "alliance_gap": 0.0}
PLANS = pd.DataFrame({"mean": [10.0], "mad": [6.0], "sd": [5.0], "gini": [0.3], "coverage": [0.9]})


@pytest.mark.parametrize(
    ("score", "value"),
    [
        (Score({"mean": 1}), 0.5),
        (Score({"mean": 1, "variation": 1}), (0.5 + 0.75) / 2),
        (Score({"mean": 1, "variation": 3}, "sd"), (0.5 + 3 * 0.5) / 4),
        (Score({"variation": 2}, "gini"), 1.5),
        (Score({"beyond_standard": 1, "alliance_gap": 0}), 0.25),
    ],
)
def test_score_is_the_weighted_mean_of_shares_of_today(score, value):
    assert score.of(PLANS, TODAY).tolist() == pytest.approx([value])
    assert score_of(PLANS.iloc[0].to_dict(), TODAY, score) == pytest.approx(value)


def test_today_scores_one():
    score = Score({"mean": 2, "variation": 1, "beyond_standard": 0.5})
    assert score.of(pd.DataFrame([TODAY]), TODAY).tolist() == pytest.approx([1])


@pytest.mark.parametrize("today", [0.0, 8.9e-16, float("inf")])
def test_a_term_that_is_nothing_today_is_refused_by_name(today):
    with pytest.raises(ConfigError, match=rf"(?s)0 or undefined.*alliance_gap: {today:g} today"):
        Score({"mean": 1, "alliance_gap": 1}).of(PLANS, TODAY | {"alliance_gap": today})


@pytest.mark.parametrize(
    ("weights", "variation", "words"),
    [
        ({"speed": 1}, "mad", "unknown term"),
        ({"mean": 1}, "range", "variation must be mad, sd, gini, not range"),
        ({"mean": -1}, "mad", "from 0 to 1,000,000"),
        ({"mean": float("nan")}, "mad", "from 0 to 1,000,000"),
        ({"mean": 1e308, "variation": 1e308}, "mad", "from 0 to 1,000,000"),
        ({"mean": 0}, "mad", "at least one must be more than 0"),
        ({}, "mad", "at least one must be more than 0"),
    ],
)
def test_weights_that_make_no_sense_are_refused(weights, variation, words):
    with pytest.raises(ConfigError, match=words):
        Score(weights, variation)
