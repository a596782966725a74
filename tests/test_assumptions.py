"""Everything that a result stands on is told, with what kind of thing it is."""

import pytest

from clinic_siting import pipeline
from clinic_siting.assumptions import assumptions, caveats, method
from clinic_siting.config import read_config


@pytest.fixture
def ask(write_config):
    def told(**changes):
        config = read_config(write_config(**changes))
        return pipeline.run(config), config

    return told


@pytest.fixture(scope="module")
def plain(shared_toy_config, toy_answer):
    return toy_answer, read_config(shared_toy_config)


def by_name(found) -> dict:
    return {assumption.what: assumption for assumption in found}


def test_each_assumption_has_a_value_a_status_and_a_reason(plain):
    found = assumptions(*plain)
    assert all(a.what and a.value and a.why for a in found if a.what != "Candidates")
    told = by_name(found)
    assert told["Residents"].status == "observed"
    assert told["Patients"].status == "modelled"
    assert told["Minutes on the road"].status == "modelled"
    assert told["Access standard"].value == "20 minutes, inclusive"
    assert told["Access standard"].status == "assumed"
    assert told["Candidates in doubt"].status == "unverified"
    assert "St Agnes' Hospital" in told["Candidates in doubt"].value


def test_what_a_planner_sets_is_told_as_assumed(ask):
    gate = {"name": "The Bridge", "line": [[0.52, 51.2], [0.52, 51.4]], "minutes": 7}
    travel = {"gates": [gate], "congestion": {"Westshire": 1.5}, "door_to_door_min": 4}
    told = by_name(assumptions(*ask(travel=travel, demand={"deprivation": 0.5, "no_car": 0.25})))
    assert (told["The Bridge"].value, told["The Bridge"].status) == ("7 minutes more", "assumed")
    assert told["Congestion, Westshire"].value == "minutes × 1.5"
    assert told["Parking and walking in"].value == "4 minutes"
    assert told["Extra weight of a patient in the most deprived tenth"].value == "0.5"
    assert told["Extra weight of a patient without a car"].status == "assumed"


def test_people_are_observed_patients(ask):
    told = by_name(assumptions(*ask(demand={"model": "population"})))
    assert told["Patients"].status == "observed"
    assert told["Patients"].value.endswith("people")


def test_the_method_is_told_in_plain_sentences(plain):
    said = method(*plain)
    assert all(sentence.endswith(".") for sentence in said)
    assert said[0].startswith("12 small areas hold")
    assert any("proves the choice" in sentence for sentence in said)


def test_a_reader_is_told_what_is_left_out(plain):
    said = " ".join(caveats(*plain))
    assert "public transport is left out" in said
    assert "read the spread together with the average" in said


def test_areas_without_a_road_are_counted_and_named(ask, tamper):
    tamper("zones.csv.gz", lambda t: t.assign(lon=t["lon"].where(t["zone_id"] != "E01900003", 0.90)))
    said = " ".join(caveats(*ask(access={"allow_unreachable": True})))
    assert "1 small areas, first Toyland 002B" in said


def test_real_counts_come_with_a_note(ask, tamper):
    tamper("zones.csv.gz", lambda t: t.assign(referrals=20))
    assert caveats(*ask(demand={"model": "referrals"}))[0].startswith("Referrals are real counts")


def test_roads_whose_speeds_nobody_observed_are_told_with_their_ratio(ask, tamper):
    tamper("road_edges.parquet", lambda links: links.assign(road=None))
    tamper("periods.csv", lambda periods: periods.assign(fitted_ratio=1.125))
    answer, config = ask(travel={"period": "am_peak"})
    ratio = (
        "none observed, as the roads carry no numbers: in this period every road takes 1.125 times as long"
    )
    assert ratio in by_name(assumptions(answer, config))["Minutes on the road"].why
    assert f"Speeds are fitted, {ratio}." in caveats(answer, config)


def test_observed_speeds_are_no_caveat(plain):
    assert by_name(assumptions(*plain))["Minutes on the road"].why.endswith("observed on A roads.")
    assert not any("Speeds are fitted" in line for line in caveats(*plain))
