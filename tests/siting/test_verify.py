"""A plan's file is computed again from the figures beside it: whatever is not so is refused."""

import json
from copy import deepcopy

import pytest
from tests.siting.town import DEMAND, SITES, TIMES

from clinic_siting.errors import ClinicSitingError, SolverError
from clinic_siting.files import to_json
from clinic_siting.siting import Request, solve_files, verify_files


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"chosen": ["mid"]}, r"mean: recomputed 6\.5, claimed 4\.0"),
        ({"chosen": ["east", "far"]}, "2 sites opened, not 1"),
        ({"chosen": ["nowhere"]}, "nowhere is not a candidate"),
        ({"value": 3.9}, r"recomputed 4\.0, claimed 3\.9"),
        ({"bound": 3.0}, "claimed as proven, with a value of 4.0 and a bound of 3.0"),
        ({"measures": {"mad": 1.0}}, "mad: recomputed"),
        ({"measures": None}, "measures: missing"),
        ({"today": {"mean": 20.0}}, "today: mean: recomputed 13.5, claimed 20.0"),
        ({"gap": 0.5}, "gap: recomputed 0.0, claimed 0.5"),
        ({"objective": "max"}, "objective: 'max', but the question says 'mean'"),
        ({"unit": "hours"}, "unit: 'hours', but the question says 'minutes'"),
        ({"ranking": []}, "ranking: missing"),
        ({"ranking": [{"chosen": ["mid"], "value": 4.0}]}, "ranking: the first is not the plan"),
        ({"ranking": [{"chosen": ["old"], "value": 4.0}]}, "ranking 1: names sites that are no candidates"),
        ({"ranking": [{"chosen": ["east"], "value": 4.0, "sd": 0.1}]}, "ranking 1: sd: recomputed"),
        ({"ranking": [{"chosen": ["east"], "value": "four"}]}, "ranking: the first is not the plan"),
        ({"ranking": [{"chosen": [{}], "value": 4.0}]}, "ranking 1: names sites that are no candidates"),
        (
            {"ranking": [{"chosen": ["east"], "closed": ["?"]}]},
            "ranking 1: names sites that are no candidates",
        ),
        ({"closed": ["old"]}, "1 sites closed, not 0"),
    ],
)
def test_a_plan_that_was_tampered_with_does_not_verify(request_for, tmp_path, change, words):
    request = request_for()
    path = tmp_path / "plan.json"
    path.write_text(to_json(solve_files(request) | change), "utf-8")
    with pytest.raises(SolverError, match=words):
        verify_files(path, request.times, request.demand, request.sites)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot be read as a plan"),
        ("[]", "is not a plan"),
        ("{}", "does not say what was asked"),
        ('{"question": {"objective": 3}}', "does not say what was asked"),
        ('{"chosen": 3, "question": QUESTION}', "chosen is not a list"),
        ('{"chosen": [], "value": "x", "question": QUESTION}', "value is not a number"),
    ],
)
def test_what_is_no_plan_is_refused(request_for, tmp_path, text, words):
    request = request_for()
    question = json.dumps(solve_files(request)["question"])
    path = tmp_path / "plan.json"
    path.write_text(text.replace("QUESTION", question), "utf-8")
    with pytest.raises(ClinicSitingError, match=words):
        verify_files(path, request.times, request.demand, request.sites)


PHASED = "siting: {open: 2, phases: [1, 1], capacity: {old: 50}}"


@pytest.fixture(scope="module")
def phased(tmp_path_factory):
    """A plan in two phases with fronts, its files, and what ``verify`` says after a change."""
    folder = tmp_path_factory.mktemp("phased")
    for name, content in (("t", TIMES), ("d", DEMAND), ("s", SITES)):
        (folder / f"{name}.csv").write_text(content, "utf-8")
    (folder / "rules.yaml").write_text(PHASED, "utf-8")
    files = [folder / f"{name}.csv" for name in "tds"]
    request = Request(*files, "max", rules_file=folder / "rules.yaml", standard_min=5.0, top=3)
    record = json.loads(to_json(solve_files(request)))

    def verify_with(change=None):
        changed = deepcopy(record)
        if change is not None:
            change(changed)
        path = folder / "plan.json"
        path.write_text(json.dumps(changed), "utf-8")
        return verify_files(path, *files)

    return verify_with


def test_phases_fronts_and_flows_that_hold_are_confirmed(phased):
    found = phased()
    assert (found.n_phases, found.n_plans) == (2, 3)
    assert found.n_points >= 4


def put(*path_and_value):
    """Change one value deep inside a record."""
    *path, last, value = path_and_value

    def change(record):
        for key in path:
            record = record[key]
        record[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("phases", None), "phases: do not open the plan's sites in steps of 1, 1"),
        (put("question", "phases", []), "phases: do not open the plan's sites in steps of none"),
        (put("phases", 0, "opens", ["old"]), "phases: do not open the plan's sites"),
        (put("phases", 0, "is_open", []), "phases: do not open the plan's sites"),
        (put("phases", 0, "value", 1.5), r"phase 1: value: recomputed .*, claimed 1\.5"),
        (put("phases", 0, "costs", 3.0), r"phase 1: costs: recomputed .*, claimed 3\.0"),
        (put("phases", 0, "at_once_value", 3.0), r"phase 1: at_once_value: recomputed"),
        (put("phases", 0, "at_once", None), "phase 1: at_once is missing, but"),
        (put("phases", 0, "at_once", ["east", "far"]), "phase 1: at_once: 2 sites opened, not 1"),
        (put("phases", 0, "at_once", ["?"]), "phase 1: at_once is not a plan"),
        (put("phases", 1, "at_once", ["east", "mid"]), "phase 2: at_once is not a plan"),
        (put("phases", 1, "proven", 0), "phase 2: is the plan, and proven where the plan is"),
        (put("phases", 0, "step_by_step", ["old"]), "phase 1: step_by_step does not build on"),
        (put("phases", 1, "step_by_step", ["mid"]), "phase 2: step_by_step does not build on"),
        (put("phases", 0, "step_by_step_value", "x"), "phase 1: step_by_step_value: recomputed"),
        (put("fronts", []), "fronts: are not fronts by measure"),
        (put("fronts", "mean", {"points": []}), "fronts: mean: is no front"),
        (put("fronts", "mad", "points", [3]), "front against mad: a point names no plan"),
        (put("fronts", "mad", "points", 0, "mad", 0.1), r"front against mad: point 1: mad: recomputed"),
        (put("fronts", "sd", "points", 0, "mean", 0.1), r"front against sd: point 1: mean: recomputed"),
        (put("fronts", "sd", "points", 0, "chosen", ["far"]), "point 1: 1 sites opened, not 2"),
        (put("fronts", "mad", "points", []), "front against mad: complete, but .* is left out"),
        (put("moved_on", []), r"moved_on: .*: missing"),
        (put("moved_on", 0, "demand", 1.0), r"moved_on: .*: recomputed .*, claimed 1\.0"),
        (put("moved_on", 3), "moved_on: is no list of flows"),
        (put("differing", 3), "differing: is no list of plans"),
        (put("differing", [{"chosen": ["east"]}, {"chosen": ["east"]}]), "differing 2: shares east"),
        (put("ranking", 1, "value", 0.5), "ranking 2: value: recomputed"),
    ],
)
def test_a_phase_a_front_or_a_flow_that_was_tampered_with_does_not_verify(phased, change, words):
    with pytest.raises(SolverError, match=rf"(?s)does not hold when checked again.*{words}"):
        phased(change)


def test_another_order_that_is_better_is_noticed(phased):
    def swap(record):
        one, other = record["phases"]
        one["opens"], other["opens"] = other["opens"], one["opens"]
        one["is_open"] = one["opens"]

    with pytest.raises(SolverError, match="phases: another order is better"):
        phased(swap)


def test_a_point_that_another_plan_beats_is_no_point(phased):
    def worse(record):
        points = record["fronts"]["mad"]["points"]
        row = record["ranking"][-1]
        points.append({**row, "proven": True})

    with pytest.raises(SolverError, match=r"is no better at anything than the point before|is beaten by"):
        phased(worse)
