"""What weights mean in minutes, and the room they have."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ConfigError, TableError
from clinic_siting.robustness import preference_in_words, weight_prices, weight_ranges
from clinic_siting.siting import Score

TODAY = {"mean": 40.0, "mad": 20.0, "sd": 25.0, "gini": 0.3, "worst_tenth": 80.0, "coverage": 0.5}
TODAY["alliance_gap"] = 50.0


def _ranking(rows):
    columns = {"mean": 30.0, "mad": 10.0, "worst_tenth": 60.0, "coverage": 0.8, "alliance_gap": 30.0}
    table = pd.DataFrame([columns | row for row in rows.values()])
    return table.assign(sites=[(name,) for name in rows])


def test_a_minute_of_spread_is_priced_in_minutes_of_the_mean():
    prices = weight_prices(Score({"mean": 1, "variation": 1, "beyond_standard": 0.5}), TODAY)
    assert prices.loc["mean", "worth"] == 1
    # One minute of MAD is a twentieth of today's, one of the mean a fortieth.
    assert prices.loc["variation", "worth"] == pytest.approx(2)
    assert prices.loc["beyond_standard", "worth"] == pytest.approx(0.5 * 0.01 / 0.5 * 40)
    assert "1 minute off the spread (mean absolute deviation) is worth 2.0 minutes" in preference_in_words(
        prices
    )


def test_without_a_weight_on_the_mean_nothing_is_priced_in_minutes_of_it():
    prices = weight_prices(Score({"variation": 1, "worst_tenth": 1}, "sd"), TODAY)
    assert prices["worth"].to_list() == pytest.approx([1, 25 / 80])
    assert "not at the average journey" in preference_in_words(prices)
    alone = weight_prices(Score({"mean": 3}), TODAY)
    assert preference_in_words(alone) == "These weights look at the average journey alone."


def test_a_term_without_a_value_today_has_no_price():
    with pytest.raises(ConfigError, match="alliance_gap is 0 today and has no price"):
        weight_prices(Score({"mean": 1, "alliance_gap": 1}), TODAY | {"alliance_gap": 0.0})


def test_a_rival_that_is_better_at_one_term_ends_that_weights_room():
    # The plan: mean 30, MAD 10. The rival: mean 31, MAD 9.8. Level where w·0.2 ÷ 20 = 1 ÷ 40.
    ranking = _ranking({"plan": {}, "rival": {"mean": 31.0, "mad": 9.8}})
    ranges = weight_ranges(ranking, ["plan"], Score({"mean": 1, "variation": 1}), TODAY)
    assert ranges.loc["variation", ["lowest", "highest"]].to_list() == pytest.approx([0, 2.5])
    assert ranges.loc["variation", ["below", "above"]].to_list() == ["", "rival"]
    assert ranges.loc["mean", ["lowest", "highest"]].to_list() == pytest.approx([0.4, np.inf])
    assert ranges.loc["mean", "below"] == "rival"
    # Both are alike at the worst tenth, so that its weight may be anything.
    assert ranges.loc["worst_tenth", ["lowest", "highest"]].to_list() == [0, np.inf]


def test_terms_without_a_value_today_are_left_out():
    ranking = _ranking({"plan": {}, "rival": {"mean": 31.0}})
    ranges = weight_ranges(ranking, ["plan"], Score({"mean": 1}), TODAY | {"alliance_gap": 0.0})
    assert "alliance_gap" not in ranges.index


def test_a_plan_that_was_not_ranked_or_leaves_someone_behind_is_refused():
    ranking = _ranking({"plan": {}, "rival": {"mean": np.inf}})
    with pytest.raises(TableError, match="the plan is not in the ranking"):
        weight_ranges(ranking, ["other"], Score({"mean": 1}), TODAY)
    with pytest.raises(TableError, match="the plan leaves somebody without a route"):
        weight_ranges(ranking, ["rival"], Score({"mean": 1}), TODAY)


measure = st.floats(1, 50)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(measure, measure, measure), min_size=2, max_size=6), st.floats(0.1, 5))
def test_inside_the_room_the_plan_leads_and_outside_it_does_not(rows, mean_weight):
    ranking = _ranking({f"s{i}": {"mean": a, "mad": b, "worst_tenth": c} for i, (a, b, c) in enumerate(rows)})
    weights = {"mean": mean_weight, "variation": 1.0, "worst_tenth": 0.0}
    leads = Score(weights).of(ranking, TODAY).idxmin()
    ranges = weight_ranges(ranking, [f"s{leads}"], Score(weights), TODAY)
    for term in ("mean", "variation", "worst_tenth"):
        lowest, highest = ranges.loc[term, ["lowest", "highest"]]
        assert lowest <= weights[term] <= highest
        inside = [lowest, highest if np.isfinite(highest) else 1e6]
        for value in inside:
            if any({**weights, term: value}.values()):
                scores = Score({**weights, term: value}).of(ranking, TODAY)
                assert scores[leads] <= scores.min() + 1e-6
        if np.isfinite(highest):
            scores = Score({**weights, term: highest * 1.01 + 0.01}).of(ranking, TODAY)
            assert scores[leads] >= scores.min()
