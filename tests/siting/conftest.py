"""The toy town as a siting case, and as files to ask from."""

import pytest
from tests.siting.town import DEMAND, SITES, TIMES

from clinic_siting.siting import Request, SitingCase


@pytest.fixture
def toy_case(toy_times, toy_demand, toy_sites, toy_zones) -> SitingCase:
    groups = toy_zones.table[["alliance_name", "imd_decile"]]
    return SitingCase(toy_times, toy_demand, toy_sites, groups, toy_times.minutes <= 10)


@pytest.fixture
def request_for(tmp_path):
    def make(objective="mean", times=TIMES, demand=DEMAND, sites=SITES, **changes):
        for name, content in (("t", times), ("d", demand), ("s", sites)):
            raw = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.csv").write_bytes(raw)
        paths = [tmp_path / f"{name}.csv" for name in "tds"]
        return Request(*paths, objective, **({"n_open": 1} | changes))

    return make
