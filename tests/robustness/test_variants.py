"""A siting case under other assumptions."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import TableError
from clinic_siting.robustness import with_candidates, with_demand, with_open, with_share, with_times
from clinic_siting.siting import measure_sets, measure_today
from clinic_siting.tables import TravelTimes

SETS = np.array([[0], [1], [2]])


def test_other_times_carry_their_own_coverage(make_case, toy_times):
    slower = TravelTimes(toy_times.zone_id, toy_times.site_id, 3 * toy_times.minutes)
    case = with_times(make_case(), slower, standard_min=15)
    assert (case.within_standard == (slower.minutes <= 15)).all()
    assert measure_today(case)["mean"] == pytest.approx(3 * measure_today(make_case())["mean"])


def test_times_for_other_sites_are_refused(make_case, toy_times):
    fewer = TravelTimes(toy_times.zone_id, toy_times.site_id[:2], toy_times.minutes[:, :2])
    with pytest.raises(TableError, match="sites of the case and of other times"):
        with_times(make_case(), fewer, standard_min=15)


def test_candidates_that_no_set_opens_can_be_left_out_without_a_change(make_case):
    case = make_case()
    fewer = with_candidates(case, ["far", "east"])
    assert fewer.sites.candidates.to_list() == ["east", "far"]
    assert fewer.times.site_id.to_list() == ["east", "far", "old"]
    pd.testing.assert_frame_equal(measure_sets(fewer, SETS[:2]), measure_sets(case, SETS[:2]))
    assert measure_today(fewer) == measure_today(case)


def test_other_demand_is_just_that(make_case, toy_demand):
    only_f = toy_demand.where(toy_demand.index == "f", 0)
    assert measure_today(with_demand(make_case(), only_f))["mean"] == 25


def test_a_candidate_that_is_open_anyway_stays_a_candidate_and_changes_nothing_when_chosen(
    make_case, toy_times
):
    case = make_case()
    world = with_open(case, toy_times.frame[["east"]], standard_min=10)
    assert world.sites.candidates.equals(case.sites.candidates)
    assert world.sites.existing.to_list() == ["east (open)", "old"]
    chosen = measure_sets(world, SETS)
    assert chosen.iloc[0].to_dict() == pytest.approx(measure_today(world))
    assert measure_today(world) == pytest.approx(measure_sets(case, SETS).iloc[0].to_dict())


def test_a_site_that_the_case_leaves_out_can_be_open_too(make_case, toy_times):
    fewer = with_candidates(make_case(), ["east"])
    world = with_open(fewer, toy_times.frame[["far"]], standard_min=10)
    assert "far (open)" in world.sites.existing
    assert world.within_standard.shape == world.times.minutes.shape


def test_a_share_of_todays_patients_is_a_capacity(make_case):
    # Of two equally near sites the first by id serves, as everywhere.
    assert with_share(make_case(), ["old"], 0.25) == {"old": 250}
    with pytest.raises(TableError, match=r"a share of 0.5 of 1 site\(s\) cannot be.\n  east"):
        with_share(make_case(), ["east"], 0.5)
    with pytest.raises(TableError, match=r"a share of 1.5"):
        with_share(make_case(), ["old"], 1.5)
