"""The toy town in three worlds."""

import numpy as np
import pytest

from clinic_siting.robustness import World
from clinic_siting.siting import Score, SitingCase
from clinic_siting.tables import Sites, TravelTimes


@pytest.fixture
def score():
    return Score({"mean": 1, "variation": 1})


@pytest.fixture
def make_case(toy_times, toy_demand, toy_sites, toy_zones):
    """A siting case of the toy town with other minutes, demand or sites."""

    def make(minutes=None, demand=None, sites: Sites = toy_sites) -> SitingCase:
        minutes = toy_times.minutes if minutes is None else minutes
        times = TravelTimes(toy_times.zone_id, toy_times.site_id, np.asarray(minutes, dtype=float))
        groups = toy_zones.table[["alliance_name"]]
        return SitingCase(times, toy_demand if demand is None else demand, sites, groups, times.minutes <= 10)

    return make


@pytest.fixture
def worlds(make_case, toy_times, toy_demand):
    """As it is, twice as slow, and with all demand at the far end but a little."""
    far = toy_demand.where(toy_demand.index == "f", 1.0)
    return [
        World("as planned", "plan", make_case()),
        World("at half the speed", "period", make_case(2 * toy_times.minutes)),
        World("demand at the far end", "demand", make_case(demand=far)),
    ]


@pytest.fixture
def one_site():
    return [("east",), ("far",), ("mid",)]
