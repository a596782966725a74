"""A toy town, small enough to solve by hand, shared by tests and doctests."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.tables import DemandZones, Sites, TravelTimes

# Six zones along one street, five minutes apart; the old clinic stands in zone a.
#   a ---- b ---- c ---- d ---- e ---- f        minutes from a: 0 5 10 15 20 25
TOY_ZONES = list("abcdef")
TOY_PEOPLE = [100.0, 200.0, 100.0, 300.0, 100.0, 200.0]
TOY_SITES = {"old": 0, "mid": 2, "east": 3, "far": 5}


@pytest.fixture
def toy_zones() -> DemandZones:
    table = pd.DataFrame(
        {
            "zone_id": TOY_ZONES,
            "lon": np.linspace(0.0, 0.5, 6),
            "lat": 51.0,
            "population": TOY_PEOPLE,
            "alliance_name": ["West"] * 3 + ["East"] * 3,
            "imd_decile": [1, 5, 10, 1, 5, 10],
        }
    )
    return DemandZones(table)


@pytest.fixture
def toy_sites() -> Sites:
    table = pd.DataFrame(
        {
            "site_id": list(TOY_SITES),
            "name": ["Old clinic", "Mid clinic", "East clinic", "Far clinic"],
            "status": ["existing", "candidate", "candidate", "candidate"],
            "lon": [0.0, 0.2, 0.3, 0.5],
            "lat": 51.0,
            "catchment": "",
            "alliance_name": ["West", "West", "East", "East"],
        }
    )
    return Sites(table)


@pytest.fixture
def toy_times() -> TravelTimes:
    minutes = [[5.0 * abs(zone - place) for place in TOY_SITES.values()] for zone in range(6)]
    return TravelTimes(pd.Index(TOY_ZONES), pd.Index(list(TOY_SITES)), np.array(minutes))


@pytest.fixture
def toy_demand() -> pd.Series:
    return pd.Series(TOY_PEOPLE, index=pd.Index(TOY_ZONES, name="zone_id"), name="demand")


@pytest.fixture(autouse=True)
def _toy_town_in_doctests(request) -> None:
    """For doctests alone: made for every other test too, the town would take longer than most of them."""
    if not isinstance(request.node, pytest.DoctestItem):
        return
    town = {name: request.getfixturevalue(f"toy_{name}") for name in ("zones", "sites", "times", "demand")}
    namespace = request.getfixturevalue("doctest_namespace")
    namespace |= {"np": np, "pd": pd, **town}
