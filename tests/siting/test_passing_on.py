"""Patients that clinics have no room for: the fast way against plain loops, patient by patient."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.siting.oracle import Town

from clinic_siting.siting import Rules, check
from clinic_siting.siting.enumeration import combinations_of
from clinic_siting.siting.flows import allocate
from clinic_siting.siting.outcomes import ROOM, outcomes_of
from clinic_siting.siting.passing_on import Rooms


@given(st.integers(0, 10_000), st.integers(0, 3), st.integers(1, 3), st.data())
@settings(max_examples=40, deadline=None)
def test_figures_with_full_clinics_are_those_of_plain_loops(seed, n_existing, n_open, data):
    town = Town(seed, n_existing=n_existing)
    case = town.case(shuffle=seed)
    limited = data.draw(st.lists(st.sampled_from(town.sites), min_size=1, max_size=4, unique=True))
    capacity = {site: data.draw(st.sampled_from([0.0, 0.7, 3.0, 4.5, 12.0])) for site in limited}
    sets = combinations_of(len(case.sites.candidates), n_open)
    outcomes = outcomes_of(case, case, Rules(n_open, capacity=capacity), sets)
    for row, chosen in enumerate(case.sites.candidates.to_numpy()[sets].tolist()):
        journeys = check.journeys_of(case, [*case.sites.existing, *chosen], capacity)
        nowhere = sum(weight for _, site, _, weight in journeys if site is None)
        assert outcomes.measures.loc[row].to_dict() == pytest.approx(
            check.measures_of(case, journeys), abs=1e-9
        )
        # Who has no route at all lacks no room where no clinic is full.
        assert outcomes.excess[ROOM][row] == pytest.approx(nowhere, abs=1e-9) or np.isinf(
            outcomes.measures["max"][row]
        )
        flows = allocate(case, [*case.sites.existing, *chosen], capacity)
        sent = {(f.zone_id, f.site_id or None): f.demand for f in flows.itertuples()}
        assert sent == pytest.approx({(zone, site): weight for zone, site, _, weight in journeys}, abs=1e-9)


def test_what_rounding_leaves_of_a_zone_makes_no_journey_in_either_reckoning():
    case = Town(646, n_existing=2).case(shuffle=646)
    capacity = {"s2": 0.7, "s1": 4.5, "s4": 12.0, "s6": 3.0}
    for chosen in case.sites.candidates.to_numpy()[combinations_of(len(case.sites.candidates), 2)].tolist():
        is_open = [*case.sites.existing, *chosen]
        plain = {(zone, site) for zone, site, _, _ in check.journeys_of(case, is_open, capacity)}
        flows = allocate(case, is_open, capacity)
        assert {(f.zone_id, f.site_id or None) for f in flows.itertuples()} == plain


def test_a_clinic_passes_its_farthest_patients_on_to_their_next_nearest(toy_case):
    flows = allocate(toy_case, ["old", "mid"], {"mid": 150.0})
    assert flows.loc[flows["rank"] > 0, "site_id"].unique().tolist() == ["old"]
    assert flows.loc[flows["site_id"] == "mid", "demand"].sum() == pytest.approx(150.0)
    assert flows["demand"].sum() == pytest.approx(toy_case.demand.sum())


def test_rooms_that_are_just_enough_leave_nobody_without(toy_case):
    case = toy_case
    tenths = pd.Series(np.arange(1, len(case.demand) + 1) * 0.1, index=case.demand.index)
    case = type(case)(case.times, tenths, case.sites, case.groups, case.within_standard)
    is_open = np.arange(2)
    capacity = {case.times.site_id[0]: 0.7, case.times.site_id[1]: float(tenths.sum()) - 0.7}
    rooms = Rooms.of(case, capacity)
    journeys = rooms.journeys(is_open)
    assert journeys.volumes[-1] == 0
    assert np.isfinite(rooms.measures(is_open, journeys)["max"])
