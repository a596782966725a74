"""From files to a plan and back, with every kind of bad file refused by its rows."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.siting.town import DEMAND, SITES, TIMES

from clinic_siting.errors import (
    ClinicSitingError,
    ConfigError,
    DataError,
    InfeasibleError,
    SolverError,
    TableError,
)
from clinic_siting.files import to_json
from clinic_siting.siting import Effort, case_files, solve_files, verify_files, verify_folder


def test_a_plan_from_files_by_hand(request_for):
    plan = solve_files(request_for())
    assert plan["chosen"] == ["east"]
    assert plan["value"] == pytest.approx(4.0)
    assert plan["unit"] == "minutes"
    assert plan["proven"]
    assert plan["today"]["mean"] == pytest.approx(13.5)
    assert plan["measures"]["max"] == 10
    assert plan["measures"]["coverage"] is None  # there is no standard
    assert [row["chosen"] for row in plan["ranking"]] == [["east"], ["far"], ["mid"]]
    assert set(plan["measures"]) == set(plan["today"])
    json.loads(to_json(plan))


@pytest.mark.parametrize(
    ("objective", "changes", "value"),
    [
        ("coverage", {"standard_min": 5.0}, 0.8),
        ("gap", {"group": "alliance_name"}, None),
        ("weighted", {"weights": {"mean": 1, "variation": 1}}, None),
        ("fewest", {"standard_min": 5.0, "share": 0.8, "n_open": None}, 1),
        ("fewest", {"standard_min": 5.0, "share": 1.0, "n_open": None}, 2),
        ("max", {"n_open": 2}, 5),
    ],
)
def test_every_objective_is_verified_from_its_files(request_for, tmp_path, objective, changes, value):
    request = request_for(objective, **changes)
    plan = solve_files(request)
    path = tmp_path / "plan.json"
    path.write_text(to_json(plan), "utf-8")
    verified = verify_files(path, request.times, request.demand, request.sites)
    assert verified.value == pytest.approx(plan["value"])
    if value is not None:
        assert plan["value"] == pytest.approx(value)


def test_a_folder_with_a_plan_and_its_case_is_verified(request_for, tmp_path, toy_case):
    plan = solve_files(request_for("mad", standard_min=10.0, group="alliance_name"))
    for name, content in {**case_files(toy_case), "plan.json": to_json(plan)}.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert verify_folder(tmp_path).value == pytest.approx(plan["value"])


def test_long_times_excel_and_parquet_are_read_like_wide_ones(request_for, tmp_path):
    expected = solve_files(request_for())
    long = pd.read_csv(request_for().times).melt("zone_id", var_name="site_id", value_name="minutes")
    assert solve_files(request_for(times=long.sample(frac=1, random_state=1).to_csv(index=False))) == expected
    excel = "\ufeff" + TIMES.replace(",", ";")
    assert solve_files(request_for(times=excel, demand=DEMAND.replace(",", "\t"))) == expected
    long.to_parquet(tmp_path / "t.parquet")
    request = replace(request_for(), times=tmp_path / "t.parquet")
    assert solve_files(request) == expected
    windows = SITES.replace("West", "Wést").encode("cp1252")
    assert solve_files(request_for(sites=windows))["chosen"] == expected["chosen"]


def test_rules_files_and_options_add_up(request_for, tmp_path):
    rules = tmp_path / "rules.yaml"
    rules.write_text("siting: {open: 2, forbid: [far], then: {objective: mad, within: 0.5}}")
    request = request_for(n_open=None, rules_file=rules, require=("alliance_name=West:1",))
    plan = solve_files(request)
    assert plan["chosen"] == ["east", "mid"]
    assert plan["objective"] == "mad"
    path = tmp_path / "plan.json"
    path.write_text(to_json(plan), "utf-8")
    verify_files(path, request.times, request.demand, request.sites)
    assert solve_files(replace(request, n_open=1, force=("mid",)))["chosen"] == ["mid"]


def test_the_best_plans_that_differ_in_every_site(request_for):
    plan = solve_files(request_for(n_open=1, top=2))
    assert [row["chosen"] for row in plan["ranking"]] == [["east"], ["far"]]
    assert [row["chosen"] for row in plan["differing"]] == [["east"], ["far"]]
    plan = solve_files(request_for(n_open=2, top=2))
    assert len(plan["ranking"]) == 2
    assert len(plan["differing"]) == 1  # three candidates cannot make two different pairs


def test_unreachable_zones_are_left_out_only_when_allowed(request_for):
    times = TIMES + "\ng,inf,inf,inf,inf"
    demand = DEMAND + "\ng,50,East"
    with pytest.raises(DataError, match=r"(?s)1 zone\(s\) can reach no site.*  g"):
        solve_files(request_for(times=times, demand=demand))
    plan = solve_files(request_for(times=times, demand=demand, allow_unreachable=True))
    assert plan["value"] == pytest.approx(4.0)


def test_excluded_sites_need_no_times_and_may_have_them(request_for):
    sites = SITES + "\nshut,excluded,West"
    assert solve_files(request_for(sites=sites))["chosen"] == ["east"]
    sites = SITES.replace("far,candidate", "far,excluded")
    assert [row["chosen"] for row in solve_files(request_for(sites=sites))["ranking"]] == [["east"], ["mid"]]


def with_time(text):
    return TIMES.replace("a,0,", f"a,{text},", 1)


BAD_FILES = [
    ({"times": with_time("")}, r"(?s)minutes to old: 1 value\(s\) are missing or no number.*a: ''"),
    ({"times": with_time("nan")}, r"(?s)missing or no number.*a: 'nan'"),
    ({"times": with_time("soon")}, r"(?s)missing or no number.*a: 'soon'"),
    ({"times": with_time("-1")}, r"(?s)1 pair\(s\) are negative.*a → old: -1"),
    ({"times": with_time("-999")}, r"(?s)1 pair\(s\) are negative.*a → old: -999"),
    ({"times": with_time("9999")}, r"(?s)sentinel.*a → old: 9999"),
    ({"times": TIMES + "\na,1,1,1,1"}, r"(?s)zone_id\(s\) occur more than once.*  a"),
    ({"times": TIMES.replace("old,mid", "old,old", 1)}, r"(?s)column\(s\) occur more than once.*  old"),
    (
        {"times": TIMES.replace("\nf,", "\nz,")},
        r"(?s)labels differ.*f: only in the second|z: only in the first",
    ),
    ({"times": TIMES.replace("far", "elsewhere")}, r"(?s)labels differ.*elsewhere: only in the first"),
    ({"times": TIMES.split("\n")[0]}, "heading but no rows"),
    ({"times": ""}, "it is empty"),
    ({"times": b"\x00\x01\x02" * 50}, "a binary file"),
    ({"times": b"PAR1" + b"\x00" * 50}, "damaged or no Parquet file"),
    ({"times": "zone,old\na,1"}, "column(s) zone_id missing"),
    ({"times": "zone_id\na"}, "there is no column of minutes"),
    ({"times": "zone_id,site_id,minutes\na,old,1\na,old,2"}, r"(?s)repeat a pair.*a → old"),
    ({"times": "zone_id,site_id,minutes\na,old,1\nb,mid,2"}, r"(?s)2 pair\(s\) are missing.*a → mid"),
    ({"times": "zone_id,site_id,minutes\na,old,x"}, r"(?s)no number.*a → old: 'x'"),
    ({"demand": DEMAND.replace("a,100", "a,-100")}, r"(?s)0 or more; 1 zone\(s\) differ.*a"),
    ({"demand": DEMAND.replace("a,100", "a,many")}, r"(?s)demand: 1 value\(s\).*a: 'many'"),
    ({"demand": "zone_id,demand\n" + "\n".join(f"{z},0" for z in "abcdef")}, "demand is 0 in every zone"),
    ({"demand": DEMAND + "\na,5,West"}, r"(?s)zone_id\(s\) occur more than once.*  a"),
    ({"demand": DEMAND.replace("\nf,", "\n ,")}, r"(?s)zone_id is empty in 1 row\(s\).*row 7"),
    ({"demand": "zone_id,people\na,1"}, "column(s) demand missing"),
    ({"sites": SITES.replace("candidate", "planned")}, r"(?s)status must be one of.*planned"),
    ({"sites": SITES.replace("candidate", "existing")}, "no site is a candidate"),
    ({"sites": SITES + "\nnew,candidate,West"}, r"(?s)labels differ.*new: only in the second"),
    ({"sites": SITES + "\nmid,candidate,West"}, r"(?s)site_id\(s\) occur more than once.*  mid"),
]


@pytest.mark.parametrize(("bad", "words"), BAD_FILES)
def test_bad_files_are_refused_by_their_rows(request_for, bad, words):
    words = words.replace("column(s)", r"column\(s\)") if "(?s)" not in words else words
    with pytest.raises(ClinicSitingError, match=words) as refusal:
        solve_files(request_for(**bad))
    assert len(str(refusal.value).splitlines()) <= 6


def test_a_missing_file_is_refused(request_for, tmp_path):
    with pytest.raises(DataError, match="no such file"):
        solve_files(replace(request_for(), times=tmp_path / "nowhere.csv"))


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"objective": "speed"}, ConfigError, "speed is none of"),
        ({"n_open": None}, ConfigError, "say how many sites to open"),
        ({"n_open": -1}, ConfigError, "number of new sites cannot be -1"),
        ({"n_open": 9}, InfeasibleError, "there are only 3 candidates"),
        ({"objective": "coverage"}, ConfigError, "coverage needs a standard"),
        ({"objective": "gap"}, ConfigError, "gap needs a group"),
        ({"objective": "gap", "group": "region"}, ConfigError, "has no column region"),
        ({"objective": "weighted"}, ConfigError, "needs weights"),
        ({"weights": {"mean": 1}}, ConfigError, "belongs to the objective weighted"),
        ({"objective": "weighted", "weights": {"beyond_standard": 1}}, ConfigError, "needs a standard"),
        ({"objective": "fewest", "standard_min": 5.0, "share": 1.0}, ConfigError, "finds the number"),
        ({"objective": "fewest", "standard_min": 5.0, "n_open": None}, ConfigError, "a share to cover"),
        ({"standard_min": float("nan")}, ConfigError, "must be minutes of 0 or more"),
        ({"top": 0}, ConfigError, "at least 1 plan"),
        ({"effort": Effort(time_limit_s=0)}, ConfigError, "more than 0 seconds"),
        ({"effort": Effort(solver="NoSuch")}, SolverError, "the solver NoSuch is not there"),
        ({"force": ("mid",), "forbid": ("mid",)}, ConfigError, "both forced and forbidden"),
        ({"force": ("mid", "far")}, InfeasibleError, "these 2 requirements together"),
        ({"require": ("county=Kent:1",)}, ConfigError, "no column county"),
    ],
)
def test_requests_that_make_no_sense_are_refused(request_for, changes, error, words):
    with pytest.raises(error, match=words):
        solve_files(request_for(**changes))


def test_random_bytes_never_end_in_a_traceback(request_for):
    rng = np.random.default_rng(7)
    for _ in range(30):
        noise = rng.integers(0, 256, rng.integers(1, 200), dtype=np.uint8).tobytes()
        name = rng.choice(["times", "demand", "sites"])
        with pytest.raises(ClinicSitingError):
            solve_files(request_for(**{name: noise}))


def test_phases_and_fronts_stand_in_the_plan(request_for, tmp_path):
    rules = tmp_path / "r.yaml"
    rules.write_text("siting: {open: 2, phases: [1, 1]}")
    plan = solve_files(request_for(n_open=None, rules_file=rules, front=("mad",)))
    assert [phase["opens"] for phase in plan["phases"]] == [("east",), ("far",)]
    assert plan["fronts"]["mad"]["complete"]
    assert plan["fronts"]["mad"]["points"][0]["chosen"] == tuple(plan["chosen"])


def test_an_unknown_front_is_refused(request_for):
    with pytest.raises(ConfigError, match="front: median is none of"):
        solve_files(request_for(front=("median",)))


def test_a_catchment_keeps_others_away(request_for):
    sites = "site_id,status,catchment\nold,existing,\nmid,candidate,\neast,candidate,West\nfar,candidate,"
    assert solve_files(request_for(sites=sites))["chosen"] != ["east"]
    demand = "zone_id,demand\n" + "\n".join(f"{zone},1" for zone in "abcdef")
    with pytest.raises(TableError, match="no column alliance_name"):
        solve_files(request_for(sites=sites, demand=demand))


def test_a_catchment_where_nobody_lives_is_refused_with_the_likely_spelling(request_for):
    sites = "site_id,status,catchment\nold,existing,\nmid,candidate,\neast,candidate,Wesst\nfar,candidate,"
    with pytest.raises(ConfigError, match=r"(?s)1 site\(s\) serve.*east: Wesst: did you mean West\?"):
        solve_files(request_for(sites=sites))
