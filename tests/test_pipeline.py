"""The whole line: on the toy country against plain loops, on the real one against committed tables."""

import itertools
import os
import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clinic_siting import fairness, pipeline, telling
from clinic_siting.config import read_config
from clinic_siting.errors import ClinicSitingError, ConfigError, DataError, InfeasibleError
from clinic_siting.ground import lay_ground
from clinic_siting.pipeline import Answer

HERE = Path(__file__).parent
# Set it to write the expected tables anew, after a change of results that is meant and explained.
WRITE_EXPECTED = "CLINIC_SITING_WRITE_EXPECTED"


def run(path: Path) -> Answer:
    return pipeline.run(read_config(path))


def minutes_of(path: Path) -> np.ndarray:
    """Minutes of a scenario; nothing is chosen."""
    return lay_ground(read_config(path)).times.minutes


# --- the toy country --------------------------------------------------------------------------


def mean_and_mad(minutes: list[float], demand: list[float]) -> tuple[float, float]:
    """By loops alone, from the definition."""
    whole = sum(demand)
    mean = sum(t * w for t, w in zip(minutes, demand, strict=True)) / whole
    return mean, sum(abs(t - mean) * w for t, w in zip(minutes, demand, strict=True)) / whole


def test_no_pair_that_obeys_the_rules_scores_lower(toy_answer):
    ground, county = toy_answer.ground, toy_answer.ground.sites.table["county"]
    frame, demand = ground.times.frame, ground.demand.to_list()

    def measured(open_sites: list[str]) -> tuple[float, float]:
        return mean_and_mad([min(row) for row in frame[open_sites].to_numpy().tolist()], demand)

    mean_today, mad_today = measured(["TOY01"])
    scores = {}
    for pair in itertools.combinations(ground.sites.candidates, 2):
        if {county[site] for site in pair} == {"Westshire", "Eastshire"}:
            mean, mad = measured(["TOY01", *pair])
            scores[pair] = (mean / mean_today + mad / mad_today) / 2
    plan = toy_answer.siting.plan
    assert len(scores) == 4
    assert plan.proven
    assert plan.value == pytest.approx(min(scores.values()), rel=1e-12)
    assert scores[plan.chosen] == min(scores.values())
    ranked = toy_answer.siting.ranking.set_index("sites")["score"].to_dict()
    assert ranked == pytest.approx(scores)


def test_the_plan_holds_what_its_measures_say(toy_answer):
    planned = fairness.headline(toy_answer.measures.table, "planned")
    best = toy_answer.siting.ranking.iloc[0]
    for measure in ("mean", "sd", "mad", "gini", "p90", "max", "worst_tenth", "coverage", "alliance_gap"):
        assert planned[measure] == pytest.approx(best[measure]), measure


def test_patients_are_neither_lost_nor_made(toy_answer):
    whole = toy_answer.ground.demand.sum()
    assert toy_answer.volumes["today"].sum() == pytest.approx(whole)
    assert toy_answer.volumes["planned"].sum() == pytest.approx(whole)
    assert (toy_answer.planned.minutes <= toy_answer.today.minutes).all()


def test_a_clinic_with_a_catchment_serves_its_alliance_alone(toy_answer):
    minutes = toy_answer.ground.times.frame["CDC-E1"]
    west = toy_answer.ground.zones.table["alliance_name"] == "West Alliance"
    assert np.isinf(minutes[west]).all()
    assert np.isfinite(minutes[~west]).all()


def same_answer(one: Answer, other: Answer) -> None:
    """Every table of two answers is the same to the last bit."""
    assert one.siting.plan.chosen == other.siting.plan.chosen
    assert one.siting.plan.value == other.siting.plan.value
    pd.testing.assert_frame_equal(one.ground.times.frame, other.ground.times.frame, check_exact=True)
    pd.testing.assert_frame_equal(one.siting.ranking, other.siting.ranking, check_exact=True)
    for field in fields(Answer):
        left, right = (getattr(answer, field.name) for answer in (one, other))
        left, right = getattr(left, "table", left), getattr(right, "table", right)
        if isinstance(left, pd.DataFrame):
            pd.testing.assert_frame_equal(left, right, check_exact=True)
    shapes = [answer.isochrones.polygons.geometry.to_wkb().to_list() for answer in (one, other)]
    assert shapes[0] == shapes[1]


def test_two_runs_give_the_same_answer_and_announce_their_stages_in_order(toy_config, toy_answer):
    announced = []
    same_answer(pipeline.run(read_config(toy_config), announce=announced.append), toy_answer)
    assert tuple(announced) == pipeline.STAGES


def test_the_order_of_rows_in_the_files_never_matters(toy_config, toy_answer, tamper):
    shuffled = ("zones.csv.gz", "sites.csv", "road_edges.parquet", "incidence.csv", "speeds.csv")
    for file in (*shuffled, "observed_speeds.csv", "periods.csv", "msoa.parquet", "places.csv"):
        tamper(file, lambda table: table.sample(frac=1, random_state=7).reset_index(drop=True))
    same_answer(run(toy_config), toy_answer)


@pytest.mark.parametrize(
    ("settings", "better"),
    [
        ({"siting": {"open": 3}}, "planned"),
        ({"siting": {"require": []}}, "planned"),
        ({"siting": {"open": 1, "require": []}}, "today"),
    ],
)
def test_more_freedom_never_makes_a_plan_worse(write_config, toy_answer, settings, better):
    config = read_config(write_config("other", **settings))
    other = pipeline.choose(lay_ground(config), config).plan
    worse = toy_answer.siting.plan.value if better == "planned" else 1.0
    assert other.value <= worse + 1e-12


def test_minutes_at_the_door_are_added_to_every_journey(write_config, toy_answer):
    times = minutes_of(write_config("doors", travel={"door_to_door_min": 7}))
    np.testing.assert_allclose(times, toy_answer.ground.times.minutes + 7, rtol=1e-12)


def test_peaks_are_slower_than_empty_roads(write_config):
    slow, fast = (
        minutes_of(write_config(period, travel={"period": period})) for period in ("pm_peak", "free_flow")
    )
    reached = np.isfinite(slow)
    assert (slow >= fast).all()
    assert (slow[reached] > fast[reached]).any()


def test_people_are_another_demand(write_config):
    answer = run(write_config("people", demand={"model": "population"}))
    assert answer.ground.demand.sum() == 18_600
    assert answer.volumes["today"].to_dict()["TOY01"] == 18_600


def test_a_zone_where_nobody_lives_counts_for_nothing(toy_config, tamper):
    def empty(table: pd.DataFrame) -> pd.DataFrame:
        lived_in = table["zone_id"] != "E01900002"
        ages = [c for c in table if c == "population" or c.startswith("age_")]
        return table.assign(**{c: table[c].where(lived_in, 0) for c in ages})

    tamper("zones.csv.gz", empty)
    answer = run(toy_config)
    assert answer.ground.demand["E01900002"] == 0
    assert not answer.measures.table[["today", "planned"]].isna().any(axis=None)


def test_an_unverified_candidate_may_be_open_today(write_config):
    answer = run(write_config("open", siting={"unverified_sites": "open", "open": 1, "require": []}))
    assert "TOY02" in answer.ground.sites.existing
    assert answer.today.table["site_id"].isin(["TOY01", "TOY02"]).all()


# --- what the line refuses --------------------------------------------------------------------


def move_zone_away(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(lon=table["lon"].where(table["zone_id"] != "E01900003", 0.90))


def test_a_zone_without_a_road_stops_the_run_by_name(toy_config, tamper):
    tamper("zones.csv.gz", move_zone_away)
    with pytest.raises(
        DataError, match=r"1 zone\(s\) cannot reach any site by road.*\n  E01900003 Toyland 002B"
    ):
        run(toy_config)


def test_a_zone_without_a_road_may_be_left_out_by_name(write_config, tamper):
    tamper("zones.csv.gz", move_zone_away)
    answer = run(write_config(access={"allow_unreachable": True}))
    assert answer.ground.unreachable.to_dict() == {"E01900003": "Toyland 002B"}
    assert "E01900003" not in answer.ground.demand.index
    assert np.isfinite(answer.today.minutes).all()


@pytest.mark.parametrize(
    ("settings", "error", "verdict"),
    [
        (
            {"area": {"alliance_name": ["Wst Alliance"]}},
            ConfigError,
            "match nothing.\n.*nearest: West Alliance",
        ),
        (
            {"area": {"aliance_name": ["x"]}},
            ConfigError,
            "no column aliance_name; did you mean alliance_name",
        ),
        ({"data": "data/nowhere"}, DataError, "nowhere: no such data folder"),
        ({"travel": {"period": "noon"}}, ConfigError, "period 'noon' does not exist; choose one of fitted"),
        ({"travel": {"max_snap_m": 1}}, DataError, r"12 zone\(s\) cannot reach any site by road"),
        ({"siting": {"open": 5, "require": []}}, InfeasibleError, "5 sites are to be opened, .* only 4"),
        (
            {"siting": {"open": 1}},
            InfeasibleError,
            "no one candidate can meet these 2 requirements together; loosen one",
        ),
        (
            {"siting": {"force": ["TOY99"]}},
            ConfigError,
            r"1 site\(s\) .*forced.* no candidates",
        ),
        ({"siting": {"require": [{"shire": ["x"], "at_least": 1}]}}, ConfigError, "no column shire"),
        (
            {
                "area": {"alliance_name": ["East Alliance"]},
                "sites": {"existing": "in_area"},
                "siting": {"require": []},
            },
            ConfigError,
            "a term whose value today is 0 or undefined",
        ),
    ],
)
def test_a_scenario_that_cannot_be_answered_is_refused(write_config, settings, error, verdict):
    with pytest.raises(error, match=verdict) as refusal:
        run(write_config("wrong", **settings))
    assert isinstance(refusal.value, ClinicSitingError)
    assert "\n" not in refusal.value.verdict


# --- the real country -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def lsesn() -> Answer:
    return run(HERE.parent / "config" / "lsesn.yaml")


def expected(name: str, found: pd.DataFrame, keys: list[str]) -> None:
    """Rows of a committed table are found again, to 1e-6 relative; there may be more of them."""
    path = HERE / "expected" / name
    if os.environ.get(WRITE_EXPECTED):
        found.to_csv(path, index=False, float_format="%.9g", lineterminator="\n")
    table = pd.read_csv(path, dtype=dict.fromkeys(keys, str)).set_index(keys)
    found = found.astype(dict.fromkeys(keys, str)).set_index(keys)
    missing = table.index.difference(found.index)
    assert missing.empty, f"no longer there: {missing.to_list()}"
    found = found.loc[table.index, table.columns]
    pd.testing.assert_frame_equal(found, table, rtol=1e-6, atol=1e-9, check_dtype=False)


def test_the_real_run_meets_an_independent_computation(lsesn):
    today, planned = (fairness.headline(lsesn.measures.table, when) for when in ("today", "planned"))
    assert len(lsesn.ground.zones.zone_id) == 9944
    assert len(lsesn.ground.sites.candidates) == 97
    figures = {"mean": 43.5, "sd": 23.5, "mad": 19.5, "gini": 0.307}
    assert {key: today[key] for key in figures} == pytest.approx(figures, rel=5e-3)
    assert lsesn.siting.plan.proven
    assert lsesn.siting.plan.value == pytest.approx(0.714, rel=5e-3)
    assert planned["mean"] == pytest.approx(32.35, rel=5e-3)
    assert planned["mad"] == pytest.approx(13.39, rel=5e-3)


def test_anywhere_meets_an_independent_computation(lsesn):
    """The same area, so that the ground need not be laid twice."""
    anywhere = read_config(HERE.parent / "config" / "anywhere.yaml")
    assert anywhere.area == read_config(HERE.parent / "config" / "lsesn.yaml").area
    siting = pipeline.choose(lsesn.ground, anywhere)
    best = siting.ranking.iloc[0]
    assert siting.plan.proven
    assert len(siting.ranking) == 97 * 96 // 2
    assert siting.plan.value == pytest.approx(0.682, rel=5e-3)
    assert best["mean"] == pytest.approx(31.28, rel=5e-3)
    assert best["mad"] == pytest.approx(12.62, rel=5e-3)


def test_real_measures_are_those_expected(lsesn):
    table = lsesn.measures.table
    of_old = table["grouping"].isin([fairness.EVERYONE, "alliance_name", "icb_name", "imd_decile"])
    keys = ["grouping", "group", "measure"]
    expected("lsesn_measures.csv", table.loc[of_old, [*keys, "today", "planned", "change"]], keys)


def test_real_volumes_are_those_expected(lsesn):
    played = lsesn.volumes[lsesn.volumes["planned"] > 0]
    expected("lsesn_sites.csv", played.rename_axis("site_id").reset_index(), ["site_id"])


def test_the_best_real_pairs_are_those_expected(lsesn):
    best = lsesn.siting.ranking.head(10)
    expected("lsesn_ranking.csv", best.assign(sites=best["sites"].map(" + ".join)), ["sites"])


def test_real_isochrones_agree_with_the_minutes_they_are_drawn_from(lsesn):
    polygons = lsesn.isochrones.polygons
    assert polygons.geometry.is_valid.all()
    assert set(polygons["minutes"]) == {15, 30, 45, 60}
    assert lsesn.agreement["agreement"].min() > 0.95


# --- what pages quote of it -------------------------------------------------------------------


@pytest.fixture(scope="session")
def told(lsesn) -> str:
    """What the real run prints, on one line."""
    return " ".join(telling.in_words(lsesn, read_config(HERE.parent / "config" / "lsesn.yaml")).split())


def test_the_readme_shows_what_the_real_run_prints(lsesn, told):
    readme = (HERE.parent / "README.md").read_text("utf-8")
    sample = re.search(r"```text\n(Two more.*?)```", readme, re.DOTALL)[1]
    at = 0
    for line in sample.splitlines():  # some are left out, none is moved
        shown = " ".join(line.removesuffix("…").split())
        assert shown in told[at:], shown
        at = told.index(shown, at)
    ground = lsesn.ground
    people = ground.zones.table["population"].sum() / 1e6
    km = ground.roads.links["length_m"].sum() / 1000
    size = f"{len(ground.zones.zone_id):,} small areas, {people:.1f} million people,"
    assert size in readme
    assert f"{len(ground.sites.candidates)} candidate sites, {round(km, -2):,.0f} km of road" in readme


def test_the_boards_page_quotes_the_real_run(lsesn, told):
    page = " ".join((HERE.parent / "docs" / "board.md").read_text("utf-8").split())
    today, planned = (fairness.headline(lsesn.measures.table, when) for when in ("today", "planned"))
    names = [lsesn.ground.sites.name_of(site) for site in lsesn.siting.plan.chosen]
    best, worse = re.search(r"stays best under (\d+) of the (\d+) other", told).groups()
    others, most = (
        re.search(r"assumptions that were tried\. (\S+) Hospital and (\S+) Hospital would be better", told),
        (re.search(r"would be better \(([\d.]+)% at most\)", told)),
    )
    score = lsesn.siting.ranking["score"]
    quoted = [
        f"that is proposed.** {' and '.join(names)}.",
        *(
            f"| {today[measure]:.1f} min | {planned[measure]:.1f} min |"
            for measure in ("mean", "mad", "worst_tenth")
        ),
        f"| {today['coverage']:.0%} | {planned['coverage']:.0%} |".replace("%", " %"),
        f"compared: {len(score)} of them.",
        f"stays best under {best} of {worse} other assumptions",
        f"{others[1]} and {others[2]} would be better, by {most[1]} % at most",
    ]
    assert [figure for figure in quoted if figure not in page] == []
    assert score[1] - score[0] < 0.01 * score[0]  # "less than one hundredth behind"
