"""The tables and sentences that say how sure a plan is."""

from clinic_siting import pipeline
from clinic_siting.config import read_config
from clinic_siting.evidence import robustness_in_words, robustness_tables
from clinic_siting.siting import Score

QUICK = {"periods": [], "gates_min": [], "close_each": False}
SCORE = Score({"mean": 1, "variation": 1})


def test_every_table_speaks_of_the_plan(answer_of):
    answer = answer_of()
    tables = robustness_tables(answer.siting, answer.trials, SCORE, within=0.05)
    assert set(tables) == {
        "worlds.csv",
        "near_best.csv",
        "site_frequency.csv",
        "replacements.csv",
        "regret.csv",
        "weights.csv",
        "fronts.csv",
        "speed_draws.csv",
        "speed_duels.csv",
        "demand_draws.csv",
        "demand_duels.csv",
    }
    plan = " + ".join(answer.siting.plan.chosen)
    assert tables["near_best.csv"].index[0] == plan
    assert set(tables["replacements.csv"].index) == set(answer.siting.plan.chosen)
    assert tables["worlds.csv"].loc["as planned", ["rank", "regret", "best"]].to_list() == [1, 0, plan]
    assert tables["speed_draws.csv"]["share"].sum() == 1
    weights = tables["weights.csv"]
    assert (weights["lowest"] <= weights["weight"]).all()
    assert (weights["highest"] >= weights["weight"]).all()
    duels = tables["demand_duels.csv"].reset_index()
    assert (duels["sites"] != duels["against"]).all()
    assert duels["share_of_draws"].between(0, 1).all()


def test_a_board_reads_how_sure_the_plan_is(answer_of):
    answer = answer_of()
    lines = robustness_in_words(answer.siting, answer.trials, SCORE, answer.ground.sites.name_of)
    assert lines[0].startswith("This plan stays best under ")
    assert any("largest regret" in line or line.startswith("Safest over all of them") for line in lines)
    assert any(" of 2 draws of speeds; it beats " in line for line in lines)
    assert any(line.startswith("If a site falls through: without ") for line in lines)
    assert lines[-1].startswith("With these weights 1 minute off the spread")


def test_sets_that_were_not_tried_are_owned_up_to(write_config):
    config = read_config(write_config(siting={"require": []}, robustness=QUICK | {"sets": 2}))
    answer = pipeline.run(config)
    lines = robustness_in_words(answer.siting, answer.trials, SCORE, str)
    assert f"There the 2 best of {len(answer.siting.ranking)} sets were compared." in lines
