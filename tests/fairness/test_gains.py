"""Winners, losers and the unaffected."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.access import measure_access
from clinic_siting.errors import TableError
from clinic_siting.fairness import case_minutes_saved, count_gains, gains_by_place
from clinic_siting.tables import TravelTimes


def test_people_and_cases_are_counted_by_what_happens_to_their_journey(before, after, toy_demand):
    table = count_gains(before, after, people=10 * toy_demand, cases=toy_demand)
    # Zones a and b keep the old clinic; c gains 5 minutes, d, e and f gain 15.
    assert table["people"].to_dict() == {"shorter": 7000, "unaffected": 3000, "longer": 0}
    assert table["zones"].to_dict() == {"shorter": 4, "unaffected": 2, "longer": 0}
    assert table.at["shorter", "mean_change_min"] == pytest.approx(-(100 * 5 + 600 * 15) / 700)
    assert table.at["longer", "mean_change_min"] == 0


def test_a_change_that_nobody_notices_is_none(before, after, toy_demand):
    table = count_gains(before, after, people=toy_demand, cases=toy_demand, noticeable_min=10)
    assert table["cases"].to_dict() == {"shorter": 600, "unaffected": 400, "longer": 0}


def test_a_closed_clinic_makes_losers(before, after, toy_demand):
    table = count_gains(after, before, people=toy_demand, cases=toy_demand)
    assert table["cases"].to_dict() == {"shorter": 0, "unaffected": 300, "longer": 700}


def test_a_threshold_of_nothing_is_refused(before, after, toy_demand):
    with pytest.raises(TableError, match="a noticeable change is more than 0 minutes"):
        count_gains(before, after, people=toy_demand, cases=toy_demand, noticeable_min=0)


def test_places_are_named_by_their_gain(before, after, toy_demand, toy_zones):
    place = toy_zones.table["alliance_name"]
    table = gains_by_place(before, after, place, people=10 * toy_demand, cases=toy_demand)
    assert table.index.to_list() == ["East", "West"]
    east = table.loc["East"]
    assert east["change"] == pytest.approx(-15)
    assert east["people_shorter"] == 6000
    assert east["case_minutes_saved"] == pytest.approx(600 * 15)
    assert table["case_minutes_saved"].sum() == pytest.approx(case_minutes_saved(before, after, toy_demand))


def test_a_first_route_saves_endless_minutes_but_only_where_there_are_cases(toy_times, toy_demand):
    nobody = measure_access(toy_times, [], standard_min=10)
    some = measure_access(toy_times, ["old"], standard_min=10)
    assert case_minutes_saved(nobody, some, toy_demand) == np.inf
    assert case_minutes_saved(nobody, nobody, toy_demand) == 0
    only_a = toy_demand.where(toy_demand.index == "a", 0)
    table = gains_by_place(nobody, some, toy_demand.index.to_series(), people=toy_demand, cases=only_a)
    assert table["case_minutes_saved"].to_list() == [np.inf]


def test_labels_that_do_not_meet_are_refused(before, after, toy_demand):
    with pytest.raises(TableError, match="gains: the labels differ"):
        count_gains(before, after, people=toy_demand.iloc[1:], cases=toy_demand)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_opening_a_site_never_worsens_anyone_and_all_are_counted(data):
    n = data.draw(st.integers(1, 6))
    row = st.lists(st.integers(0, 60), min_size=3, max_size=3)
    minutes = np.array(data.draw(st.lists(row, min_size=n, max_size=n)), dtype=float)
    ids = pd.Index([f"z{i}" for i in range(n)], name="zone_id")
    times = TravelTimes(ids, pd.Index(["a", "b", "c"]), minutes)
    cases = pd.Series(data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)), index=ids, dtype=float)
    before, after = (measure_access(times, sites, standard_min=30) for sites in (["a"], ["a", "b"]))
    table = count_gains(before, after, people=cases, cases=cases)
    assert table.at["longer", "zones"] == 0
    assert table["zones"].sum() == n
    assert table["cases"].sum() == pytest.approx(cases.sum())
    assert case_minutes_saved(before, after, cases) >= 0
