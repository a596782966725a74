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
@pytest.mark.parametrize("decimals", [0, 9])  # few different times, and as many as journeys
def test_a_town_with_ties_groups_and_a_standard(n_open, decimals):
    rng = np.random.default_rng(3)
    n_zones, n_sites = 300, 14
    here, there = rng.uniform(0, 80, (n_zones, 2)), rng.uniform(0, 80, (n_sites, 2))
    minutes = np.round(np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)), decimals)
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


@pytest.mark.usefixtures("always_together")
def test_where_nobody_travels_nothing_varies():
    minutes = np.array([[0.0, 1.0, 1.0], [2.0, 1.0, 0.0]])
    zones, sites = pd.Index(["z0", "z1"], name="zone_id"), ["s0", "s1", "s2"]
    case = SitingCase(
        TravelTimes(zones, pd.Index(sites), minutes),
        pd.Series([1.0, 2.0], index=zones),
        Sites(pd.DataFrame({"site_id": sites, "status": "candidate"})),
        pd.DataFrame(index=zones),
        minutes <= 1,
    )
    measured = measure_sets(case, combinations_of(3, 2))
    assert measured.loc[1, ["sd", "mad", "gini", "max"]].tolist() == pytest.approx([0, 0, 0, 0], abs=1e-9)


@pytest.mark.usefixtures("always_together")
def test_only_some_of_the_pairs_are_asked_for():
    rng = np.random.default_rng(4)
    zones, sites = pd.Index([f"z{i}" for i in range(40)], name="zone_id"), [f"s{j}" for j in range(9)]
    case = SitingCase(
        TravelTimes(zones, pd.Index(sites), minutes := np.round(rng.uniform(0, 30, (40, 9)), 1)),
        pd.Series(1.0, index=zones),
        Sites(pd.DataFrame({"site_id": sites, "status": ["existing"] + ["candidate"] * 8})),
        pd.DataFrame(index=zones),
        minutes <= 10,
    )
    sets = combinations_of(8, 2)[::3]
    pd.testing.assert_frame_equal(measure_sets(case, sets), one_by_one(case, sets), rtol=1e-9, atol=1e-9)
