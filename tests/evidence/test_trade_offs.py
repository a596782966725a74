"""What is given up for what: fronts that are exact, and phases with their price."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting import pipeline, telling
from clinic_siting.config import read_config
from clinic_siting.evidence import front_table, phase_table, phases_in_words

STANDARD = 45


@pytest.fixture
def answer(answer_of):
    return answer_of()


@pytest.mark.parametrize("against", ["mad", "sd", "gini", "worst_tenth"])
def test_a_point_is_on_the_front_exactly_where_no_other_set_beats_it(answer, against):
    front = front_table(answer.siting).loc[[against]]
    sets = answer.siting.ranking
    found = {}
    for row in sets.to_dict("records"):
        better = (sets["mean"] <= row["mean"]) & (sets[against] <= row[against])
        strictly = (sets["mean"] < row["mean"] - 1e-9) | (sets[against] < row[against] - 1e-9)
        found[" + ".join(row["sites"])] = not (better & strictly).any()
    assert set(front["sites"]) == {sites for sites, unbeaten in found.items() if unbeaten}
    assert front["mean"].is_monotonic_increasing
    assert front[against].is_monotonic_decreasing
    assert front["point"].to_list() == list(range(1, len(front) + 1))


def test_points_carry_the_figures_and_the_rank_of_their_sets(answer):
    ranking = answer.siting.ranking
    for row in front_table(answer.siting).to_dict("records"):
        own = ranking.iloc[row["rank"] - 1]
        assert row["sites"] == " + ".join(own["sites"])
        assert [row[m] for m in ("mean", "mad", "worst_tenth", "score")] == [
            own[m] for m in ("mean", "mad", "worst_tenth", "score")
        ]


def test_without_all_sets_no_front_is_claimed(answer):
    from dataclasses import replace  # noqa: PLC0415 - only here

    table = front_table(replace(answer.siting, complete=False))
    assert table.empty
    assert "sites" in table


def test_phases_end_with_the_plan_and_say_what_comes_first_and_what_that_costs(answer_of):
    answer = answer_of(siting={"phases": [1, 1]})
    table = phase_table(answer, standard_min=STANDARD)
    best = answer.siting.ranking.iloc[0]
    assert table.loc[2, "is_open"] == " + ".join(answer.siting.plan.chosen)
    assert table.loc[2, ["mean", "coverage"]].to_list() == [best["mean"], best["coverage"]]
    assert table.loc[2, "costs"] == pytest.approx(0)
    assert table.loc[1, "mean"] >= table.loc[2, "mean"]
    assert (table["score"] + 1e-12 >= table["at_once_score"]).all()
    assert table["costs"].to_list() == pytest.approx((table["score"] - table["at_once_score"]).to_list())
    lines = phases_in_words(table, answer.ground.sites.name_of, standard_min=STANDARD)
    first = answer.ground.sites.name_of(table.loc[1, "opens"])
    assert lines[0].startswith(
        f"One after the other, best first {first} (average {table.loc[1, 'mean']:.1f} "
    )
    assert len(lines) == 2
    told = (
        "costs nothing" if table.loc[1, "at_once"] == table.loc[1, "is_open"] else "the price of building up"
    )
    assert told in lines[1]


def test_a_first_phase_that_another_site_would_serve_better_has_its_price_told():
    row = {"opens": "A", "is_open": "A", "mean": 30.04, "coverage": 0.5, "score": 0.9, "at_once": "B",
           "at_once_mean": 28.0, "costs": 0.0123}  # fmt: skip
    last = {**row, "opens": "B", "is_open": "A + B", "mean": np.nan, "at_once": "A + B", "costs": 0.0}
    table = pd.DataFrame([row, last], index=pd.Index([1, 2], name="phase"))
    assert phases_in_words(table, {"A": "Ash", "B": "Birch"}.__getitem__, standard_min=45) == [
        "One after the other, best first Ash (average 30.0 minutes, 50% within 45), then Birch.",
        (
            "For the first phase alone Birch would be better (score lower by 0.0123, 2.0 minutes shorter on "
            "average): the price of building up to the plan."
        ),
    ]


def test_what_is_not_proved_to_be_best_is_not_said_to_cost_nothing():
    row = {"opens": "A", "is_open": "A", "mean": 30.0, "coverage": 0.5, "score": 0.9, "at_once": "A",
           "at_once_mean": 30.0, "costs": 0.0, "proven": False}  # fmt: skip
    last = {**row, "opens": "B", "is_open": "A + B", "at_once": "A + B"}
    table = pd.DataFrame([row, last], index=pd.Index([1, 2], name="phase"))
    assert phases_in_words(table, str, standard_min=45)[1] == (
        "For the first phase alone no other choice is known to be better; none is proved best."
    )


def test_a_run_tells_its_phases(write_config):
    config = read_config(write_config(robustness={"close_each": False}, siting={"phases": [1, 1]}))
    assert "One after the other, best first" in telling.in_words(pipeline.run(config), config)


def test_all_at_once_has_no_phases(answer):
    table = phase_table(answer, standard_min=STANDARD)
    assert table.empty
    assert phases_in_words(table, str, standard_min=STANDARD) == []
