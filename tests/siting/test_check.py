"""The second opinion notices what is wrong."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.siting import SitingCase, check
from clinic_siting.tables import TravelTimes


def test_zones_go_to_the_nearest_open_site_and_of_equals_to_the_first(toy_case):
    served = check.served_by(toy_case, ["old", "far", "mid"])
    assert {zone: site for zone, (_, site) in served.items()} == {
        "a": "old",
        "b": "mid",  # five minutes to either; mid comes first
        "c": "mid",
        "d": "mid",
        "e": "far",
        "f": "far",
    }


def test_the_shortest_journeys_are_granted_first(toy_case):
    # mid has room for 350: c (100 people at 0 minutes), then b of b and d (200 at 5), then 50 of d.
    journeys = check.journeys_of(toy_case, ["old", "mid"], {"mid": 350.0})
    assert ("d", "mid", 5.0, 50.0) in journeys
    assert ("d", "old", 15.0, 250.0) in journeys
    assert sum(demand for _, site, _, demand in journeys if site == "mid") == 350


def test_demand_without_room_anywhere_goes_nowhere(toy_case):
    journeys = check.journeys_of(toy_case, ["old"], {"old": 900.0})
    assert ("f", None, float("inf"), 100.0) in journeys
    assert check.measures_of(toy_case, journeys)["mean"] == float("inf")


def test_zones_without_demand_or_any_route_do_not_count(toy_case):
    minutes = toy_case.times.minutes.copy()
    minutes[0] = np.inf
    times = TravelTimes(toy_case.times.zone_id, toy_case.times.site_id, minutes)
    demand = toy_case.demand.where(toy_case.demand.index != "b", 0)
    case = SitingCase(
        times, demand, toy_case.sites, pd.DataFrame(index=demand.index), minutes <= 10, allow_unreachable=True
    )
    journeys = check.journeys_of(case, ["old"], {})
    assert [zone for zone, *_ in journeys] == ["c", "d", "e", "f"]
    assert check.measures_of(case, journeys)["alliance_gap"] == 0


def test_group_means_by_hand(toy_case):
    journeys = check.journeys_of(toy_case, ["old"], {})
    assert check.group_means(toy_case, journeys, "imd_decile") == pytest.approx(
        {"1": 4500 / 400, "5": 3000 / 300, "10": 6000 / 300}
    )
