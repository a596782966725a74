"""What a board receives: hand-solved tables, and a text that says what is proved and what is not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clinic_siting import report
from clinic_siting.access import clinic_volumes, measure_access
from clinic_siting.tables import Sites, SitingPlan, TravelTimes

TODAY = {"mean": 13.5, "mad": 7.0, "gini": 0.3, "worst_tenth": 25.0, "p90": 25.0, "coverage": 0.4}
PLANNED = {"mean": 5.0, "mad": 3.0, "gini": 0.2, "worst_tenth": 10.0, "p90": 10.0, "coverage": 1.0}


@pytest.fixture
def plan(toy_times) -> SitingPlan:
    return SitingPlan(
        chosen=("east",),
        allocation=pd.Series("east", index=toy_times.zone_id),
        objective="score",
        unit="share of today",
        value=0.4,
        bound=0.4,
        gap=0.0,
        proven=True,
        method="set model over 3 sets",
    )


@pytest.fixture
def ranking() -> pd.DataFrame:
    return pd.DataFrame({"sites": [("east",), ("far",), ("mid",)], "score": [0.4, 0.5, 0.75]})


@pytest.fixture
def access_pair(toy_times):
    return [measure_access(toy_times, ids, standard_min=10) for ids in (["old"], ["old", "east"])]


@pytest.fixture
def volumes(access_pair, toy_demand, toy_sites) -> pd.DataFrame:
    today, planned = (clinic_volumes(access, toy_demand, toy_sites) for access in access_pair)
    return pd.DataFrame({"today": today, "planned": planned})


def lines_of(text: str) -> list[str]:
    """The lines without the spaces that align them."""
    return [" ".join(line.split()) for line in text.splitlines()]


# --- tables -----------------------------------------------------------------------------------


def test_open_sites_are_listed_with_what_they_receive(toy_sites, volumes):
    table = report.site_table(toy_sites, ["east"], volumes)
    assert table.index.to_list() == ["old", "east"]
    assert table["role"].to_list() == ["existing", "new"]
    assert table["today"].to_list() == [1000, 0]
    # East is as near as old to nobody, and nearer to c, d, e and f.
    assert table["planned"].to_list() == [300, 700]
    assert table["change"].to_list() == [-700, 700]
    assert table.index.name == "site_id"


def test_what_new_sites_receive_others_lose(toy_sites, volumes):
    assert report.site_table(toy_sites, ["east"], volumes)["change"].sum() == 0


def test_zones_are_listed_with_their_journeys_before_and_after(toy_zones, toy_demand, access_pair):
    table = report.zone_table(toy_zones, toy_demand, *access_pair)
    assert table.index.to_list() == list("abcdef")
    assert table["minutes_today"].to_list() == [0, 5, 10, 15, 20, 25]
    assert table["minutes_planned"].to_list() == [0, 5, 5, 0, 5, 10]
    assert table["change_min"].to_list() == [0, 0, -5, -15, -15, -15]
    assert table["site_id_planned"].to_list() == ["old", "old", "east", "east", "east", "east"]
    assert table["demand"].sum() == 1000


def test_a_zone_without_a_route_before_and_after_has_not_changed(toy_zones, toy_demand, toy_times):
    minutes = toy_times.minutes.copy()
    minutes[0] = np.inf
    minutes[1, toy_times.site_id.get_loc("old")] = np.inf
    times = TravelTimes(toy_times.zone_id, toy_times.site_id, minutes)
    pair = [measure_access(times, ids, standard_min=10) for ids in (["old"], ["old", "east"])]
    change = report.zone_table(toy_zones, toy_demand, *pair)["change_min"]
    assert change["a"] == 0
    assert change["b"] == -np.inf
    assert not change.isna().any()


# --- the summary ------------------------------------------------------------------------------


@pytest.fixture
def say(plan, ranking, toy_sites, volumes):
    def words(plan=plan, ranking=ranking, sites=toy_sites, **wording) -> str:
        default = {"title": "One more clinic", "unit": "cases a year", "standard_min": 10.0, "names": {}}
        return report.summary(
            plan,
            ranking,
            today=TODAY,
            planned=PLANNED,
            open_sites=report.site_table(sites, plan.chosen, volumes),
            wording=report.Wording(**{**default, **wording}),
        )

    return words


def test_the_summary_says_what_changes_for_patients(say):
    lines = lines_of(say())
    assert lines[0] == "One more clinic: East clinic"
    assert "average journey 13.5 → 5.0 minutes" in lines
    assert "share within 10 minutes 40% → 100%" in lines
    assert "Old clinic 1,000 → 300" in lines
    assert "Expected cases a year at each clinic, today → with the plan" in lines
    assert "Next best of 3 sets: far (0.500)." in lines
    assert "People at each clinic, today → with the plan" in lines_of(say(unit="people"))


def test_the_summary_claims_a_proof_only_where_there_is_one(say, plan):
    assert "score 0.400 (share of today); proved: no other set scores lower." in say()
    open_plan = replace(plan, proven=False, gap=0.0315)
    assert "not proved: gap 3.15%." in say(open_plan)
    assert "not proved: the solver gave no bound." in say(replace(plan, proven=False, gap=None, bound=None))


def test_a_single_set_has_no_next_best(say, ranking):
    assert "Next best" not in say(ranking=ranking.head(1))


def test_the_trust_with_several_clinics_is_named_first_with_its_whole_load(say, toy_sites):
    trusts = toy_sites.table.assign(trust=["Big Trust", "", "", "Big Trust"])
    lines = lines_of(say(sites=Sites(trusts)))
    start = lines.index("Expected cases a year at each clinic, today → with the plan")
    assert lines[start + 1] == "Big Trust, all sites 1,000 → 1,000"
    assert lines[start + 2] == "Old clinic 1,000 → 300"
    assert "all sites" not in say(sites=Sites(toy_sites.table.assign(trust=["a", "b", "c", "d"])))


def test_nothing_in_the_summary_is_undefined(say, plan):
    assert "nan" not in say(replace(plan, proven=False, gap=None, bound=None))


def test_a_plan_that_was_chosen_for_something_else_says_what_is_proved_and_what_is_not(plan, say):
    safest = replace(plan, proven=False, gap=0.0146, aim="largest regret over two worlds (1.02%)")
    said = say(replace(safest, aim_proven=True))
    assert "proved: no other set has a smaller largest regret over two worlds (1.02%); by its score" in said
    assert "the best set is better, by 1.46% at most." in said
    assert "not proved" not in said
    assert "not proved: a set with a smaller largest regret" in say(safest)
    assert "none scores lower either" in say(replace(safest, aim_proven=True, proven=True, gap=0.0))


def test_sets_that_were_not_all_listed_are_not_counted(say):
    lines = lines_of(say(all_ranked=False))
    assert "Next best: far (0.500)." in lines


def test_sites_that_close_are_named(say, ranking):
    closing = ranking.assign(closed=[("old",), (), ("old", "older")])
    lines = lines_of(say(ranking=closing, names={"old": "Old clinic"}))
    assert lines[0] == "One more clinic: East clinic; Old clinic closes"
    assert "Next best of 3 sets: far (0.500)." in lines
    second = closing.iloc[[0, 2, 1]].reset_index(drop=True)
    assert "mid; Old clinic and older close (0.750)" in say(ranking=second, names={"old": "Old clinic"})
