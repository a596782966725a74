"""The toy town as a siting case."""

import pytest

from clinic_siting.siting import SitingCase


@pytest.fixture
def toy_case(toy_times, toy_demand, toy_sites, toy_zones) -> SitingCase:
    groups = toy_zones.table[["alliance_name", "imd_decile"]]
    return SitingCase(toy_times, toy_demand, toy_sites, groups, toy_times.minutes <= 10)
