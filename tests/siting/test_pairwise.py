"""All pairs worked out together against each pair by itself."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from tests.siting.test_evaluate import cases

from clinic_siting.siting import SitingCase, evaluate, measure_sets
from clinic_siting.siting.enumeration import combinations_of
from clinic_siting.tables import Sites, TravelTimes


@pytest.fixture
def always_together(monkeypatch):
    monkeypatch.setattr(evaluate, "MANY_PAIRS", 0)
    monkeypatch.setattr(evaluate, "WORTH", np.inf)


def one_by_one(case, sets):
    return pd.concat([measure_one(case, sets[k : k + 1]) for k in range(len(sets))], ignore_index=True)


def measure_one(case, chosen):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "MANY_PAIRS", np.inf)
        return measure_sets(case, chosen)


@settings(deadline=None, max_examples=60)
@given(cases())
def test_small_cases_with_ties_and_gaps(case):
    n_candidates = len(case.sites.candidates)
    if n_candidates < 2:
        return
    sets = combinations_of(n_candidates, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "MANY_PAIRS", 0)
        patch.setattr(evaluate, "WORTH", np.inf)
        together = measure_sets(case, sets)
    pd.testing.assert_frame_equal(together, one_by_one(case, sets), rtol=1e-9, atol=1e-9)


@pytest.mark.usefixtures("always_together")
@pytest.mark.parametrize("n_open", [2, 3])
def test_a_town_with_ties_groups_and_a_standard(n_open):
    rng = np.random.default_rng(3)
    n_zones, n_sites = 300, 14
    here, there = rng.uniform(0, 80, (n_zones, 2)), rng.uniform(0, 80, (n_sites, 2))
    minutes = np.round(np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)))
    zones = pd.Index([f"z{i:03d}" for i in range(n_zones)], name="zone_id")
    sites = [f"s{j:02d}" for j in range(n_sites)]
    case = SitingCase(
        TravelTimes(zones, pd.Index(sites), minutes),
        pd.Series(rng.integers(0, 9, n_zones).astype(float), index=zones),
        Sites(pd.DataFrame({"site_id": sites, "status": ["existing"] * 3 + ["candidate"] * 11})),
        pd.DataFrame({"alliance_name": rng.choice(["North", "South", "East"], n_zones)}, index=zones),
        minutes <= 15,
    )
    sets = combinations_of(11, n_open)
    pd.testing.assert_frame_equal(measure_sets(case, sets), one_by_one(case, sets), rtol=1e-9, atol=1e-9)
