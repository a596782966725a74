"""The fast evaluation against the plain one, set by set, and the laws of opening sites."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import measures as plain
from clinic_siting.siting import SitingCase, check, measure_sets, measure_today
from clinic_siting.siting.enumeration import combinations_of
from clinic_siting.siting.evaluate import _overlaps_fit
from clinic_siting.siting.field import field_of
from clinic_siting.siting.prefix import MEASURES
from clinic_siting.tables import Sites, TravelTimes


@st.composite
def cases(draw):
    """Small cases with many ties, zones without demand, and pairs without a route."""
    n_zones, n_sites = draw(st.integers(1, 9)), draw(st.integers(2, 6))
    n_existing = draw(st.integers(0, n_sites - 1))
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    minutes = rng.integers(0, draw(st.sampled_from([4, 1000])), (n_zones, n_sites)).astype(float)
    minutes[rng.random(minutes.shape) < draw(st.sampled_from([0, 0.2]))] = np.inf
    demand = rng.integers(0, 4, n_zones).astype(float)
    assumed = np.isfinite(minutes).any(axis=1) & (demand > 0)
    if not assumed.any():
        minutes[0, 0], demand[0] = 1.0, 1.0
    zones = pd.Index([f"z{i}" for i in range(n_zones)], name="zone_id")
    sites = [f"s{j}" for j in range(n_sites)]
    status = ["existing"] * n_existing + ["candidate"] * (n_sites - n_existing)
    groups = pd.DataFrame({"alliance_name": rng.choice(["North", "South"], n_zones)}, index=zones)
    return SitingCase(
        TravelTimes(zones, pd.Index(sites), minutes),
        pd.Series(demand, index=zones),
        Sites(pd.DataFrame({"site_id": sites, "status": status})),
        groups,
        minutes <= 2,
        allow_unreachable=True,
    )


@settings(deadline=None, max_examples=120)
@given(cases(), st.integers(0, 3))
def test_every_measure_of_every_set_equals_the_plain_one(case, n_open):
    n_open = min(n_open, len(case.sites.candidates))
    sets = combinations_of(len(case.sites.candidates), n_open)
    table = measure_sets(case, sets)
    for row, chosen in enumerate(case.sites.candidates.to_numpy()[sets]):
        is_open = [*case.sites.existing, *chosen]
        expected = check.measures_of(case, check.journeys_of(case, is_open, {}))
        assert table.loc[row].to_dict() == pytest.approx(expected, abs=1e-9), (chosen, row)


@pytest.mark.parametrize("n_sites", [2, 3])
def test_neither_the_order_of_sets_nor_that_of_their_sites_matters(n_sites):
    """So many sets share their first sites that pairs are measured by what they overlap."""
    rng, n_zones, n_candidates, n_existing = np.random.default_rng(3), 60, 20, 6
    zones = pd.Index([f"z{i:02d}" for i in range(n_zones)], name="zone_id")
    places = rng.uniform(0, 60, (n_zones + n_existing + n_candidates, 2))
    minutes = np.abs(places[:n_zones, None] - places[None, n_zones:]).sum(axis=2).round()
    sites = [f"s{j:02d}" for j in range(n_existing + n_candidates)]
    case = SitingCase(
        TravelTimes(zones, pd.Index(sites), minutes),
        pd.Series(rng.integers(1, 9, n_zones).astype(float), index=zones),
        Sites(
            pd.DataFrame(
                {"site_id": sites, "status": ["existing"] * n_existing + ["candidate"] * n_candidates}
            )
        ),
        pd.DataFrame({"alliance_name": rng.choice(["North", "South"], n_zones)}, index=zones),
        minutes <= 20,
    )
    assert _overlaps_fit(field_of(case))
    sets = combinations_of(n_candidates, n_sites)
    expected = measure_sets(case, sets)
    order = rng.permutation(len(sets))
    turned = measure_sets(case, rng.permuted(sets[order], axis=1))
    pd.testing.assert_frame_equal(turned, expected.iloc[order].reset_index(drop=True), rtol=1e-12)
    # Sites that stand last first, sets in their old order: what a search hands over.
    pd.testing.assert_frame_equal(measure_sets(case, sets[:, ::-1]), expected, rtol=1e-12)
    for row in (0, len(sets) // 2, len(sets) - 1):
        chosen = [*case.sites.existing, *case.sites.candidates.to_numpy()[sets[row]]]
        plain_row = check.measures_of(case, check.journeys_of(case, chosen, {}))
        assert expected.loc[row].to_dict() == pytest.approx(plain_row, abs=1e-9)


def test_the_fast_path_agrees_with_the_measures_module(toy_case):
    today, minutes = measure_today(toy_case), toy_case.times.frame["old"]
    for name, measure in (
        ("mean", plain.mean),
        ("sd", plain.sd),
        ("mad", plain.mad),
        ("gini", plain.gini),
        ("p90", plain.p90),
        ("max", plain.maximum),
        ("worst_tenth", plain.worst_tenth),
    ):
        assert today[name] == pytest.approx(float(measure(minutes, toy_case.demand)))
    assert today["coverage"] == pytest.approx(float(plain.coverage(minutes <= 10, toy_case.demand)))
    gap = plain.group_gap(minutes, toy_case.demand, toy_case.groups["alliance_name"])
    assert today["alliance_gap"] == pytest.approx(gap)


def test_today_is_solved_by_hand(toy_case):
    today = measure_today(toy_case)
    assert today["mean"] == pytest.approx(13.5)
    assert today["coverage"] == pytest.approx(0.4)
    assert today["max"] == 25
    assert list(today) == list(MEASURES)


def test_blocks_do_not_change_the_answer(toy_case, monkeypatch):
    sets = combinations_of(len(toy_case.sites.candidates), 2)
    whole = measure_sets(toy_case, sets)
    monkeypatch.setattr("clinic_siting.siting.evaluate.BLOCK", 1)
    monkeypatch.setattr("clinic_siting.siting.prefix.TOP", 1)
    pd.testing.assert_frame_equal(measure_sets(toy_case, sets), whole)


def test_equal_times_have_no_spread_at_all(toy_case):
    times = TravelTimes(toy_case.times.zone_id, toy_case.times.site_id, np.full((6, 4), 30.1))
    case = SitingCase(times, toy_case.demand, toy_case.sites, toy_case.groups, times.minutes <= 10)
    spread = measure_sets(case, combinations_of(len(case.sites.candidates), 1))[
        ["sd", "mad", "gini", "alliance_gap"]
    ]
    assert (spread.abs() < 1e-12).all(axis=None)


@settings(deadline=None, max_examples=40)
@given(cases())
def test_opening_one_more_site_never_lengthens_the_mean_or_uncovers_anyone(case):
    one = measure_sets(case, combinations_of(len(case.sites.candidates), 1))
    today = measure_today(case)
    assert (one["mean"] <= today["mean"] + 1e-9).all()
    assert (one["coverage"] >= today["coverage"] - 1e-9).all()
