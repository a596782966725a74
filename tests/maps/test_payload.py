import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from clinic_siting.maps import MapData
from clinic_siting.maps.payload import payload

TYPES = {"u8": "<u1", "u16": "<u2", "u32": "<u4", "f64": "<f8"}


def numbers(packed):
    return np.frombuffer(base64.b64decode(packed["d"]), TYPES[packed["t"]])


@pytest.fixture(scope="module")
def content(toy_map):
    return json.loads(payload(toy_map))


def test_minutes_to_a_candidate_are_kept_only_where_it_is_nearer_than_today(toy_map: MapData, content):
    start, zone, minutes = (numbers(content["saves"][k]) for k in ("start", "zone", "minutes"))
    today = toy_map.today.minutes.to_numpy()
    for j, site in enumerate(toy_map.times.site_id):
        own = toy_map.times.minutes[:, j]
        expected = np.flatnonzero(own < today) if site.startswith("C") else []
        here = slice(start[j], start[j + 1])
        assert zone[here].tolist() == list(expected)
        assert minutes[here] / 100 == pytest.approx(own[expected], abs=0.0101)


def test_the_measures_of_every_set_arrive_exactly(toy_map: MapData, content):
    for name in ("mean", "mad", "worst_tenth", "coverage", "alliance_gap"):
        assert numbers(content["ranking"][name]).tolist() == toy_map.ranking[name].tolist()


def test_nothing_in_the_text_can_end_the_script_that_holds_it(toy_map: MapData):
    assert "<" not in payload(toy_map)


def test_the_same_data_gives_the_same_text(toy_map: MapData):
    assert payload(toy_map) == payload(toy_map)


def test_clinics_next_door_to_one_another_share_a_name(content):
    annexe = next(site for site in content["sites"] if site["id"] == "OLD2")
    assert annexe["pool"] == 5
    assert annexe["poolName"] == "Westgate Annexe and Marsden, Westgate"


def test_a_postcode_far_from_every_zone_lies_outside(content):
    assert numbers(content["sectors"]["zone"]).tolist()[-1] == 65535


def test_the_minutes_of_todays_clinics_travel_only_where_a_set_closes_one(
    content, toy_map_of_closings: MapData
):
    assert content["existing"] == []
    closing = json.loads(payload(toy_map_of_closings))
    assert [j for j, _ in closing["existing"]] == [5, 6, 7]
    assert closing["ranking"]["closed"] == {"1": [7]}


def test_minutes_travel_to_the_candidates_of_the_sets_carried_alone(toy_map: MapData):
    first = toy_map.ranking.head(1)
    start = numbers(json.loads(payload(replace(toy_map, ranking=first)))["saves"]["start"])
    carried = {site for j, site in enumerate(toy_map.times.site_id) if start[j + 1] > start[j]}
    assert carried == set(first["sites"].iloc[0])


def test_a_page_knows_whether_its_sets_are_all_there_are(toy_map: MapData, content):
    assert content["meta"]["listed"]
    assert not json.loads(payload(replace(toy_map, all_listed=False)))["meta"]["listed"]


def test_of_larger_sets_five_hundred_travel(toy_map: MapData):
    many = toy_map.ranking.sample(600, replace=True, random_state=1)
    chosen = ("C1", "C2", "C3")
    many = many.assign(sites=[chosen] * 600)
    plan = replace(toy_map.plan, chosen=chosen, allocation=toy_map.plan.allocation)
    content = json.loads(payload(replace(toy_map, ranking=many, plan=plan, ranking_total=9000)))
    assert len(numbers(content["ranking"]["mean"])) == 500
    assert content["meta"]["total"] == 9000


def test_a_plan_that_sends_patients_past_the_nearest_clinic_says_so(toy_map: MapData, content):
    assert content["meta"]["moved"] is False
    table = toy_map.planned.table.assign(minutes=toy_map.planned.minutes + 1)
    moved = replace(toy_map, planned=type(toy_map.planned)(table))
    assert json.loads(payload(moved))["meta"]["moved"] is True


def test_without_them_the_snap_audit_and_the_other_worlds_are_absent(toy_map: MapData):
    content = json.loads(payload(replace(toy_map, snap_m=None, robustness=None)))
    assert "snap" not in content["zones"]
    assert content["robustness"] is None


def test_patients_travel_beside_the_demand_that_a_planner_weighs(toy_map: MapData):
    content = json.loads(payload(replace(toy_map, patients=toy_map.demand * 2)))
    assert numbers(content["zones"]["cases"]) == pytest.approx(2 * numbers(content["zones"]["demand"]))


def test_counts_that_were_spread_are_called_estimates(toy_map):
    assert json.loads(payload(toy_map))["meta"]["estimated"] is False
    assert json.loads(payload(replace(toy_map, counts_spread=True)))["meta"]["estimated"] is True
