"""Measures before and after, group by group."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.access import measure_access
from clinic_siting.errors import TableError
from clinic_siting.fairness import EVERYONE, compare_access, headline
from clinic_siting.tables import TravelTimes


@pytest.fixture
def compared(before, after, toy_demand, toy_zones):
    groups = toy_zones.table[["alliance_name", "imd_decile"]]
    cars = pd.DataFrame({"with": 0.75 * toy_demand, "without": 0.25 * toy_demand})
    parts = {"car": cars}
    return compare_access(before, after, toy_demand, groups=groups, bands_min=[5, 15], parts=parts).table


def _row(table, measure, group=EVERYONE):
    return table[(table["measure"] == measure) & (table["group"] == group)].iloc[0]


def test_means_before_and_after_are_those_of_the_street(compared):
    # Minutes today 0 5 10 15 20 25; with the eastern clinic 0 5 5 0 5 10.
    row = _row(compared, "mean")
    assert row["today"] == pytest.approx(13.5)
    assert row["planned"] == pytest.approx((200 * 5 + 100 * 5 + 100 * 5 + 200 * 10) / 1000)
    assert row["change"] == pytest.approx(row["planned"] - row["today"])
    assert _row(compared, "coverage")["planned"] == 1
    assert _row(compared, "within_15")["today"] == pytest.approx(0.7)
    assert _row(compared, "mean", "East")["planned"] == pytest.approx((100 * 5 + 200 * 10) / 600)


def test_every_row_has_a_unit_and_says_that_it_is_modelled(compared):
    assert set(compared["status"]) == {"modelled"}
    assert set(compared["unit"]) == {"minutes", "share of patients", "0 to 1", "ratio", "nats"}


def test_groupings_are_compared_by_gap_gradient_and_theil(compared):
    names = set(compared[compared["grouping"] == EVERYONE]["measure"])
    assert {"alliance_gap", "alliance_theil_between", "slope_index", "relative_index"} <= names
    row = _row(compared, "alliance_gap")
    assert row["today"] == pytest.approx(11500 / 600 - 5)


def test_patients_with_and_without_a_car_live_in_the_same_zones(compared):
    rows = compared[(compared["grouping"] == "car") & (compared["measure"] == "mean")]
    assert rows["today"].to_list() == pytest.approx([13.5, 13.5])


def test_the_headline_is_of_everyone(compared):
    assert headline(compared, "today")["mean"] == pytest.approx(13.5)


def test_a_group_without_patients_has_no_rows(before, after, toy_demand, toy_zones):
    demand = toy_demand.where(toy_zones.table["alliance_name"] == "West", 0)
    table = compare_access(
        before, after, demand, groups=toy_zones.table[["alliance_name"]], bands_min=[5]
    ).table
    assert "East" not in set(table["group"])


def test_labels_that_do_not_meet_are_refused(before, after, toy_demand, toy_zones):
    parts = {"car": pd.DataFrame({"all": toy_demand.iloc[1:]})}
    with pytest.raises(TableError, match="measures: the labels differ"):
        compare_access(
            before, after, toy_demand, groups=toy_zones.table[["alliance_name"]], bands_min=[5], parts=parts
        )


def test_no_route_before_and_after_is_no_change(toy_times, toy_demand, toy_zones):
    minutes = toy_times.minutes.copy()
    minutes[0] = np.inf
    lost = TravelTimes(toy_times.zone_id, toy_times.site_id, minutes)
    nearest = measure_access(lost, ["old"], standard_min=10)
    table = compare_access(
        nearest, nearest, toy_demand, groups=toy_zones.table[["imd_decile"]], bands_min=[5]
    ).table
    assert (table["change"] == 0).all()
    assert _row(table, "slope_index")["today"] == np.inf


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_groups_weighted_by_their_demand_give_the_whole(data):
    n = data.draw(st.integers(2, 6))
    ids = pd.Index([f"z{i}" for i in range(n)], name="zone_id")

    def numbers(low, high):
        return pd.Series(data.draw(st.lists(st.integers(low, high), min_size=n, max_size=n)), index=ids)

    minutes = TravelTimes(ids, pd.Index(["s", "t"]), np.array([numbers(0, 90), numbers(0, 90)], float).T)
    before, after = (measure_access(minutes, sites, standard_min=30) for sites in (["s"], ["s", "t"]))
    demand, group = numbers(1, 9).astype(float), numbers(1, 3).astype(str).rename("county")
    table = compare_access(before, after, demand, groups=group.to_frame(), bands_min=[15]).table
    weights = demand.groupby(group).sum()
    for measure in ("mean", "coverage", "within_15"):
        rows = table[(table["measure"] == measure) & (table["grouping"] == "county")].set_index("group")
        for when in ("today", "planned"):
            whole = float((rows[when] * weights).sum() / weights.sum())
            assert whole == pytest.approx(_row(table, measure)[when])
