"""What one visitor asks, is told, takes back and keeps."""

import json
import time
from pathlib import Path

import pytest
from tests.building.conftest import workbook

from clinic_siting import pipeline
from clinic_siting.app import jobs, views
from clinic_siting.app.answers import find
from clinic_siting.app.exports import write_config
from clinic_siting.app.wishes import wished
from clinic_siting.config import read_config
from clinic_siting.errors import ConfigError, InfeasibleError
from clinic_siting.ground import silent
from clinic_siting.warm import Warm


def test_the_first_plan_is_the_commands(session, toy_answer):
    assert session.screen.now.siting.plan.chosen == toy_answer.siting.plan.chosen
    assert session.screen.now.siting.plan.value == toy_answer.siting.plan.value
    told = views.state(session)["plans"]["now"]
    assert told["today"]["mean"] == pytest.approx(toy_answer.siting.today["mean"])
    assert told["planned"]["mean"] == pytest.approx(toy_answer.siting.ranking["mean"].iloc[0])


def test_a_change_is_answered_as_the_same_config_would_be(session, settle, write_config):
    session.change("weights", {"worst_tenth": 3, "mean": 0.5})
    settle(session, plan_only=True)
    same = write_config(
        siting={**_siting(session), "weights": session.history.config.siting.weights.model_dump()}
    )
    answer = pipeline.run(read_config(same))
    assert session.screen.now.siting.plan.chosen == answer.siting.plan.chosen
    assert session.screen.now.siting.plan.value == answer.siting.plan.value


def _siting(session):
    return {"open": session.history.config.siting.open}


def test_a_forbidden_winner_loses_and_undo_brings_it_back(session, settle):
    winner = session.screen.now.siting.plan.chosen[0]
    session.change("forbid", [winner])
    settle(session, plan_only=True)
    assert winner not in session.screen.now.siting.plan.chosen
    assert winner in session.screen.last.siting.plan.chosen
    session.undo()
    settle(session, plan_only=True)
    assert winner in session.screen.now.siting.plan.chosen


def test_an_impossible_wish_has_the_command_lines_words_and_leaves_the_plan(session, settle):
    before = session.screen.now
    session.change("forbid", list(before.candidates))
    settle(session, plan_only=True)
    with pytest.raises(InfeasibleError) as refusal:
        pipeline.run(session.history.config)
    told = session.refusals.standing
    assert told.control == "forbid"
    assert "\n  ".join([told.verdict, *told.rows]) == str(refusal.value)
    assert session.screen.now is before


def test_what_stays_impossible_is_told_beside_the_control_that_made_it_so(session, settle):
    session.change("forbid", list(session.screen.now.candidates))
    settle(session, plan_only=True)
    refusal = session.refusals.standing
    session.change("standard", 0)  # refused too, beside its own control
    assert [one.control for one in session.refusals.all()] == ["forbid", "standard"]
    session.change("weights", {"worst_tenth": 2})
    settle(session, plan_only=True)
    assert session.refusals.all() == [refusal]
    session.change("forbid", [])
    settle(session, plan_only=True)
    assert session.refusals.all() == []


def test_undo_forgets_what_was_refused_before_it_takes_a_change_back(session, settle):
    session.change("standard", 12)
    settle(session, plan_only=True)
    session.change("open", 0)
    assert session.refusals.last.control == "open"
    session.undo()
    assert session.refusals.all() == []
    assert session.history.config.access.standard_min == 12
    session.change("open", 0)
    session.change("open", 2)  # as it was
    assert session.refusals.all() == []


def test_a_refusal_that_calls_sites_by_their_ids_says_which_they_are(session):
    one = session.screen.now.candidates[0]
    session.change("force", [one])
    session.change("forbid", [one])
    assert session.refusals.last.legend == (f"{one} is {session.screen.now.names[one]}.",)
    assert "given" not in session.refusals.last.rows[0]


def test_what_a_plan_asks_otherwise_than_the_config_is_told_in_words(session, settle):
    assert views.state(session)["changes"] == []
    session.change("standard", 12)
    settle(session, plan_only=True)
    told = views.state(session)
    assert told["changes"] == ["the standard is 12 minutes, not 20"]
    assert told["plans"]["now"]["proof"] == "proved: no other set scores lower"
    session.reset()
    settle(session, plan_only=True)
    assert views.state(session)["changes"] == []
    assert views.state(session)["as_config"]


def test_how_long_it_took_the_last_time_is_told(session):
    session.office.jobs.note(jobs.Job("export", "export", quick=False, began=time.monotonic() - 30))
    told = views.working(session, jobs.Job("export", "export", quick=False, began=time.monotonic() - 10))
    assert (told["usual"], round(told["seconds"])) == (30, 10)
    assert told["limit"] is None
    choosing = jobs.Job("answer", "open", pipeline.CHOOSING)
    assert views.working(session, choosing)["limit"] == session.history.config.solver.time_limit_s


def test_after_a_refusal_the_map_of_the_plan_is_still_drawn(session, settle):
    settle(session)
    number = session.screen.newest.number
    session.change("standard", session.history.config.access.standard_min + 1)
    settle(session, plan_only=True)
    session.change("forbid", list(session.screen.now.candidates))  # it takes the place of the drawing
    settle(session, plan_only=True)
    settle(session)
    assert session.refusals.standing.control == "forbid"
    assert session.screen.newest.number > number
    assert session.screen.newest.found is session.screen.now
    assert session.screen.done()


def test_cancel_returns_to_the_settings_of_the_plan_on_the_screen(session, settle, monkeypatch):
    settle(session)
    monkeypatch.setattr(jobs.Jobs, "start", lambda *_: None)  # it never gets anywhere
    session.change("open", 1)
    assert session.history.config.siting.open == 1
    session.cancel()
    assert session.history.config == session.screen.now.config
    assert session.job is None
    assert session.history.steps == ()


def test_what_was_called_off_shows_nothing(planner, settle):
    session = planner.session("")
    settle(session)
    newest, found = session.screen.newest, session.screen.now
    job = jobs.Job("answer", "")
    job.call_off()
    planner.office.jobs.start(job, lambda j: session._answer(j, session.history.config), session._refused)
    while not job.over:
        pass
    assert (session.screen.newest, session.screen.now) == (newest, found)


def test_two_visitors_have_their_own_plans(planner, settle):
    one, two = planner.session(""), planner.session("")
    one.change("forbid", [one.screen.now.siting.plan.chosen[0]])
    settle(one, plan_only=True)
    assert one.screen.now.siting.plan.chosen != two.screen.now.siting.plan.chosen
    assert two.history.config == planner.office.config
    assert planner.session(one.token) is one


def test_a_site_of_her_own_competes(session, settle):
    session.change("add", {"lon": 0.52, "lat": 51.28, "name": "Lakeside"})
    settle(session, plan_only=True)
    assert "NEW-1" in session.screen.now.candidates
    session.change("force", ["NEW-1"])
    settle(session, plan_only=True)
    assert session.refusals.all() == []
    assert "NEW-1" in session.screen.now.siting.plan.chosen


def test_a_site_of_her_own_that_no_road_reaches_is_refused(session):
    sectors = session.office.opening.sectors
    wish = wished(session.history.config, "add", {"lon": 0.415, "lat": 51.25, "name": "Wind farm"}, sectors)
    wish = wish.model_copy(update={"travel": wish.travel.model_copy(update={"max_snap_m": 600.0})})
    with pytest.raises(
        ConfigError, match=r"1 site\(s\) of your own cannot be reached: over 600 m"
    ) as refusal:
        next(find(Warm(wish), wish, ("NEW-1",), silent))
    assert refusal.value.rows == ("Wind farm",)


def test_her_own_referrals_decide(planner, session, settle):
    zones = planner.office.opening.zones.zone_id
    rows = "".join(f"{zone};{10 if k in (0, 3) else 0}\n" for k, zone in enumerate(zones))
    session.upload(("Zone_ID;Referrals\n" + rows).encode("cp1252"))
    settle(session, plan_only=True)
    assert session.refusals.all() == []
    assert views.state(session)["own"][0].startswith("20 referrals a year in 2 of ")
    assert session.history.config.demand.model == "referrals"
    demand = Warm(session.history.config).ground(session.history.config).demand
    assert list(demand[demand > 0].index) == [zones[0], zones[3]]


def test_her_own_referrals_may_be_a_workbook_with_a_row_a_patient(planner, session, settle):
    one, *_, two = map(str, planner.office.opening.zones.zone_id)
    rows = [["Initials", "LSOA"], ["a", one], [], ["b", two], ["c", two]]
    session.upload(workbook({"Notes": [], "List": rows}))
    settle(session, plan_only=True)
    assert session.refusals.all() == []
    assert views.state(session)["own"][0].startswith("3 referrals a year in 2 of ")
    written = Path(session.history.config.demand.own).read_text("utf-8")
    assert written.startswith("zone_id,referrals\n")
    assert f"{two},2.0000\n" in written
    session.change("demand", "population")
    assert views.state(session)["own"] == []


def test_referrals_out_of_all_proportion_are_taken_and_doubted(planner, session, settle):
    zones = planner.office.opening.zones.zone_id
    rows = "".join(f"{zone},{90_000 if k == 0 else 1}\n" for k, zone in enumerate(zones))
    session.upload(("zone_id,referrals\n" + rows).encode())
    settle(session, plan_only=True)
    told = views.state(session)["own"]
    assert "out of all proportion" in told[1] or "times the referrals" in told[1]
    assert str(zones[0]) in told[2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rubbish", "no workbook"),
        (workbook({"One": []}), "its sheets are empty"),
        (workbook({"One": [["zone_id", "referrals"], ["nowhere", 1]]}), "not in the data set"),
        (b"zone_id,weather\nx,1\n", "referrals missing"),
        (b"zone_id,referrals\nnowhere,1\n", "not in the data set"),
    ],
)
def test_a_demand_file_goes_through_the_gate(session, settle, content, words):
    before = session.history.config
    session.upload(content)
    settle(session, plan_only=True)
    assert words in session.refusals.last.verdict
    assert session.refusals.last.control == "own_demand"
    assert session.history.config == before


def test_ten_scenarios_are_kept_and_no_more(session):
    for number in range(11):
        session.keep(f"plan {number}")
    assert len(session.shelf.kept) == 10
    assert "Ten scenarios are kept already" in session.refusals.last.verdict
    session.forget("plan 3")
    session.keep("another")
    assert "another" in session.shelf.kept


def test_kept_scenarios_stand_side_by_side_with_their_names_as_text(session, settle):
    session.change("add", {"lon": 0.52, "lat": 51.28, "name": "Lakeside"})
    session.change("force", ["NEW-1"])
    settle(session, plan_only=True)
    session.keep("<script>alert(1)</script>")
    session.reset()
    settle(session, plan_only=True)
    session.keep("without a lake")
    session.compare()
    settle(session)
    assert session.comparison_number == 1
    assert "without a lake" in session.comparison
    assert "Lakeside" in session.comparison
    assert "<script>alert" not in session.comparison


def test_one_scenario_alone_is_not_compared(session):
    session.keep("alone")
    session.compare()
    assert session.refusals.last.verdict == "Keep two or more scenarios to compare them."
    assert session.comparison == ""


def test_what_gave_way_to_a_comparison_is_drawn_afterwards(session, settle):
    settle(session)
    session.keep("one")
    session.change("weights", {"worst_tenth": 3})
    settle(session, plan_only=True)
    session.keep("two")
    number = session.screen.newest.number
    session.compare()
    settle(session)
    assert session.comparison_number == 1
    assert session.screen.newest.number == number + 2
    assert session.screen.done()


def test_the_config_taken_away_asks_the_same(session, settle, tmp_path):
    session.change("add", {"lon": 0.52, "lat": 51.28, "name": "Lake: {side}"})
    session.change("standard", 12)
    settle(session, plan_only=True)
    path = tmp_path / "plan.yaml"
    path.write_text(write_config(session.screen.now.config, tmp_path), "utf-8")
    again = read_config(path)
    assert again.data_folder == session.history.config.data_folder.resolve()
    ours = session.screen.now.config.model_dump(exclude={"data"})
    assert again.model_dump(exclude={"data"}) == ours


def test_an_export_writes_into_the_chosen_folder_alone(planner, session, settle):
    settle(session)
    session.export()
    settle(session)
    assert session.refusals.all() == []
    assert {"plan.yaml", "plan.html", "plan.json"} <= set(session.exported)
    record = json.loads((session.exported["plan.json"].parent / "run.json").read_text("utf-8"))
    assert record["config"] == read_config(session.exported["plan.yaml"]).model_dump(
        mode="json", exclude={"folder"}
    )
    assert all(
        path.resolve().is_relative_to(planner.office.folder.resolve()) for path in session.exported.values()
    )
