"""Who goes where: hand-solved cases, a loop-only oracle, and the laws of access."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import measures
from clinic_siting.access import clinic_volumes, eligible_times, measure_access, refuse_unreachable
from clinic_siting.errors import DataError, TableError
from clinic_siting.tables import DemandZones, Sites, TravelTimes

SITES = ["s0", "s1", "s2", "s3"]


@st.composite
def matrices(draw) -> TravelTimes:
    """Whole minutes, so that ties abound, and now and then no route."""
    n_zones = draw(st.integers(1, 7))
    cell = st.integers(0, 30).map(float) | st.just(math.inf)
    rows = draw(
        st.lists(st.lists(cell, min_size=4, max_size=4), min_size=n_zones, max_size=n_zones), label="minutes"
    )
    return TravelTimes(pd.Index([f"z{n}" for n in range(n_zones)]), pd.Index(SITES), np.array(rows))


OPEN = st.sets(st.sampled_from(SITES))
laws = settings(deadline=None, max_examples=60)


# --- the nearest site -------------------------------------------------------------------------


def test_everyone_goes_to_the_nearest_open_site(toy_times):
    access = measure_access(toy_times, ["old", "far"], standard_min=10)
    assert access.minutes.to_list() == [0, 5, 10, 10, 5, 0]
    assert access.table["site_id"].to_list() == ["old", "old", "old", "far", "far", "far"]
    assert access.table["covered"].to_list() == [True] * 6


def test_the_standard_is_inclusive(toy_times):
    covered = measure_access(toy_times, ["old"], standard_min=10).table["covered"]
    assert covered.to_list() == [True, True, True, False, False, False]


def test_of_two_sites_equally_near_the_first_id_is_named(toy_times):
    # Zone b lies five minutes from both `old` and `mid`.
    assert measure_access(toy_times, ["old", "mid"], standard_min=10).table.at["b", "site_id"] == "mid"


def test_where_nothing_is_open_nobody_is_served(toy_times):
    access = measure_access(toy_times, [], standard_min=10)
    assert np.isinf(access.minutes).all()
    assert access.table["site_id"].isna().all()
    assert not access.table["covered"].any()


def test_a_site_that_is_not_in_the_matrix_is_refused(toy_times):
    with pytest.raises(TableError, match=r"1 id\(s\) are not known.\n  new"):
        measure_access(toy_times, ["old", "new"], standard_min=10)


@given(times=matrices(), open_sites=OPEN)
@laws
def test_access_equals_a_loop_over_zones_and_sites(times, open_sites):
    table = measure_access(times, open_sites, standard_min=12).table
    for zone, minutes in zip(times.zone_id, times.minutes.tolist(), strict=True):
        best, nearest = math.inf, None
        for site, value in zip(SITES, minutes, strict=True):
            if site in open_sites and value < best:
                best, nearest = value, site
        row = table.loc[zone]
        assert row["minutes"] == best
        assert row["covered"] == (best <= 12)
        assert row["site_id"] == nearest or (nearest is None and pd.isna(row["site_id"]))


@given(times=matrices(), open_sites=OPEN, another=st.sampled_from(SITES))
@laws
def test_opening_a_site_never_lengthens_anyones_time(times, open_sites, another):
    before = measure_access(times, open_sites, standard_min=12)
    after = measure_access(times, {*open_sites, another}, standard_min=12)
    assert (after.minutes <= before.minutes).all()
    assert (after.table["covered"] >= before.table["covered"]).all()


@given(times=matrices(), open_sites=OPEN, low=st.integers(0, 30), more=st.integers(0, 30))
@laws
def test_coverage_grows_with_the_standard(times, open_sites, low, more):
    demand = pd.Series(np.arange(1.0, 1 + len(times.zone_id)), index=times.zone_id)
    strict, lenient = (
        measures.coverage(measure_access(times, open_sites, standard_min=standard).table["covered"], demand)
        for standard in (low, low + more)
    )
    assert strict <= lenient


@given(times=matrices(), open_sites=OPEN, seed=st.randoms(use_true_random=False))
@laws
def test_the_order_of_rows_columns_and_sites_never_matters(times, open_sites, seed):
    rows = seed.sample(range(len(times.zone_id)), len(times.zone_id))
    columns = seed.sample(range(4), 4)
    shuffled = TravelTimes(
        times.zone_id[rows], times.site_id[columns], times.minutes[np.ix_(rows, columns)].copy()
    )
    open_shuffled = seed.sample(sorted(open_sites), len(open_sites))
    pd.testing.assert_frame_equal(
        measure_access(shuffled, open_shuffled, standard_min=12).table,
        measure_access(times, open_sites, standard_min=12).table,
    )


# --- catchments -------------------------------------------------------------------------------


def test_a_site_with_a_catchment_serves_nobody_else(toy_times, toy_zones, toy_sites):
    local = Sites(toy_sites.table.assign(catchment=["East", "", "West", ""]))
    minutes = eligible_times(toy_times, toy_zones, local).frame
    assert np.isinf(minutes["east"]).to_list() == [True, True, True, False, False, False]
    assert np.isinf(minutes["mid"]).to_list() == [False, False, False, True, True, True]
    pd.testing.assert_frame_equal(minutes[["far", "old"]], toy_times.frame[["far", "old"]])


def test_without_catchments_everyone_may_go_everywhere(toy_times, toy_zones, toy_sites):
    assert eligible_times(toy_times, toy_zones, toy_sites) is toy_times


def test_catchments_meet_their_zones_by_label(toy_times, toy_zones, toy_sites):
    west = toy_zones.within(toy_zones.table["alliance_name"] == "West")
    with pytest.raises(TableError, match=r"travel times and zones: the labels differ \(3 and 0"):
        eligible_times(toy_times, west, toy_sites)
    fewer = Sites(toy_sites.table.drop(index="far").assign(catchment="West"))
    with pytest.raises(TableError, match=r"travel times and sites: 1 id\(s\) are not known.\n  far"):
        eligible_times(toy_times, toy_zones, fewer)
    nameless = DemandZones(toy_zones.table.drop(columns="alliance_name"))
    with pytest.raises(TableError, match=r"zones: a site has a catchment, but there is no alliance_name"):
        eligible_times(toy_times, nameless, Sites(toy_sites.table.assign(catchment="West")))


# --- zones without a way ----------------------------------------------------------------------


def test_zones_without_a_way_to_any_site_are_named(toy_times, toy_zones):
    refuse_unreachable(toy_times, toy_zones)
    minutes = toy_times.minutes.copy()
    minutes[[1, 4]] = np.inf
    minutes[0, :3] = np.inf
    cut_off = TravelTimes(toy_times.zone_id, toy_times.site_id, minutes)
    with pytest.raises(DataError, match=r"2 zone\(s\) cannot reach any site by road; leave them") as refusal:
        refuse_unreachable(cut_off, toy_zones)
    assert refusal.value.rows == ("b b", "e e")
    named = DemandZones(toy_zones.table.assign(name=["Ash", "Birch", "Cedar", "Daw", "Elm", "Fir"]))
    with pytest.raises(DataError, match=r"\n  b Birch\n  e Elm"):
        refuse_unreachable(cut_off, named)


# --- volumes ----------------------------------------------------------------------------------


def test_each_clinic_receives_the_demand_of_those_who_go_there(toy_times, toy_demand, toy_sites):
    access = measure_access(toy_times, ["old", "far"], standard_min=10)
    assert clinic_volumes(access, toy_demand, toy_sites).to_dict() == {
        "east": 0.0,
        "far": 600.0,
        "mid": 0.0,
        "old": 400.0,
    }


def test_volumes_meet_by_label_and_lose_nobody(toy_times, toy_demand, toy_sites):
    access = measure_access(toy_times, ["old", "far"], standard_min=10)
    with pytest.raises(TableError, match="access and demand: the labels differ"):
        clinic_volumes(access, toy_demand.drop("a"), toy_sites)
    closed = Sites(toy_sites.table.assign(status=["candidate", "excluded", "candidate", "existing"]))
    with pytest.raises(TableError, match=r"volumes: 1 site\(s\) receive patients but do not play.\n  far"):
        clinic_volumes(access, toy_demand, closed)


@given(times=matrices(), open_sites=OPEN)
@laws
def test_volumes_sum_to_the_demand_that_is_served(times, open_sites):
    sites = Sites(pd.DataFrame({"site_id": SITES, "status": "candidate"}))
    demand = pd.Series(np.arange(1.0, 1 + len(times.zone_id)), index=times.zone_id)
    access = measure_access(times, open_sites, standard_min=12)
    served = demand[access.table["site_id"].notna()].sum()
    assert clinic_volumes(access, demand, sites).sum() == pytest.approx(served)
