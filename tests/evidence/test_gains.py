"""The tables that say who gains."""

import pandas as pd
import pytest

from clinic_siting.evidence import fairness_tables, full_clinics_in_words, gains_in_words, neighbours_in_words

UNIT = "cases a year"


def test_every_table_counts_the_same_patients(answer_of):
    answer = answer_of()
    tables, patients = fairness_tables(answer, UNIT), answer.ground.patients.sum()
    assert set(tables) == {
        "gains.csv",
        "gains_by_alliance.csv",
        "gains_by_authority.csv",
        "clinics.csv",
        "flows.csv",
        "s_curve.csv",
        "alliances.csv",
    }
    for name in ("gains.csv", "gains_by_alliance.csv", "gains_by_authority.csv"):
        assert tables[name]["cases"].sum() == pytest.approx(patients)
    for when in ("today", "planned"):
        assert tables["flows.csv"][when].sum() == pytest.approx(patients)
        clinics = tables["clinics.csv"]
        assert clinics[clinics["site_id"] != "all"][when].sum() == pytest.approx(patients)
    curve = tables["s_curve.csv"]
    assert (curve.groupby("group")["planned"].last() == 1).all()
    assert set(curve.index) == {"everyone", "West Alliance", "East Alliance"}


def test_each_alliance_has_a_view_of_its_own_with_units_and_status(answer_of):
    view = fairness_tables(answer_of(), UNIT)["alliances.csv"]
    for _, rows in view.groupby("alliance_name"):
        assert set(rows["about"]) == {"measure", "local authority", "clinic"}
    assert set(view["status"]) == {"modelled"}
    assert set(view["unit"]) == {"minutes", "share of patients", UNIT}
    assert (view["change"] - (view["planned"] - view["today"])).abs().max() < 1e-9


def test_patients_sent_on_for_want_of_room_are_counted_where_they_go(answer_of):
    free = answer_of()
    busiest = free.volumes["planned"].idxmax()
    room = float(free.volumes["planned"].max()) / 2
    full = answer_of(siting={"capacity": {busiest: room}, "force": list(free.siting.plan.chosen)})
    tables = fairness_tables(full, UNIT)
    clinics = tables["clinics.csv"].set_index("site_id")["planned"]
    assert clinics[busiest] == pytest.approx(room)
    flows = tables["flows.csv"].groupby("site_id")["planned"].sum()
    assert flows[busiest] == pytest.approx(room)
    assert tables["gains.csv"]["cases"].sum() == pytest.approx(full.ground.patients.sum())
    beyond, name = full.siting.moved_on["demand"].sum(), full.ground.sites.name_of(busiest)
    says = "go to their next nearest clinic with room."
    assert full_clinics_in_words(full, "incidence") == [
        f"{name} is full: patients beyond the limit ({beyond:,.0f} cases a year) {says}"
    ]
    assert full_clinics_in_words(full, "referrals") == [f"{name} is full: patients beyond the limit {says}"]
    assert full_clinics_in_words(free, "incidence") == []
    assert tables["gains.csv"]["people"].sum() == pytest.approx(full.ground.zones.table["population"].sum())


def test_supply_per_head_is_told_where_every_clinic_has_a_capacity(answer_of):
    answer = answer_of()
    is_open = [*answer.ground.sites.existing, *answer.siting.plan.chosen]
    room = dict.fromkeys(is_open, 4.0)
    supply = fairness_tables(answer, UNIT, capacity=room)["supply.csv"]["supply"]
    assert (supply * answer.ground.patients).sum() == pytest.approx(4.0 * len(is_open))
    assert "supply.csv" not in fairness_tables(answer, UNIT, capacity={is_open[0]: 4.0})


def test_weights_on_demand_are_shown_beside_the_unweighted_result(answer_of):
    weighted = answer_of(demand={"deprivation": 1.0, "no_car": 0.5})
    tables = fairness_tables(weighted, UNIT)
    beside = tables["unweighted.csv"]
    assert {"mean", "mad", "within_10", "slope_index"} <= set(beside.index)
    assert beside.loc["mean", "today"] != beside.loc["mean", "today_unweighted"]
    plain = answer_of(siting={"force": list(weighted.siting.plan.chosen)})
    row = plain.measures.table.set_index(["group", "measure"]).loc[("everyone", "mean")]
    assert beside.loc["mean", "planned_unweighted"] == pytest.approx(row["planned"])
    # Volumes are patients, whatever they count for.
    pd.testing.assert_frame_equal(weighted.volumes, plain.volumes)


def test_a_board_reads_who_gains(answer_of):
    lines = gains_in_words(fairness_tables(answer_of(), UNIT), UNIT)
    assert "would travel at least a minute less" in lines[0]
    assert "nobody would travel longer" in lines[0]
    assert any("patient-hours a year" in line for line in lines)
    assert any(line.startswith("Largest gains, minutes: ") for line in lines)
    people = gains_in_words(fairness_tables(answer_of(demand={"model": "population"}), "people"), "people")
    assert not any("cases" in line or "patient-hours" in line for line in people)


def test_clinics_next_door_to_each_other_are_named(answer_of, tamper):
    assert neighbours_in_words(answer_of()) == []

    def move(sites: pd.DataFrame) -> pd.DataFrame:
        beside = sites.set_index("site_id").loc["TOY01", "lat"] + 0.002
        where = sites["site_id"] == "TOY02"
        lon = sites.set_index("site_id").loc["TOY01", "lon"]
        return sites.assign(lon=sites["lon"].mask(where, lon), lat=sites["lat"].mask(where, beside))

    tamper("sites.csv", move)
    lines = neighbours_in_words(answer_of(siting={"unverified_sites": "open", "require": []}))
    assert lines == [
        "Old Infirmary, Westbridge and St Agnes' Hospital are 223 m apart: read their figures together."
    ]
