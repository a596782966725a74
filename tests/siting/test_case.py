"""A case is valid if it exists."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import DataError, TableError
from clinic_siting.siting import SitingCase
from clinic_siting.tables import TravelTimes


def remake(case, **changes):
    parts = {name: getattr(case, name) for name in SitingCase.__dataclass_fields__}
    return SitingCase(**(parts | changes))


def test_rows_may_come_in_any_order(toy_case):
    case = remake(toy_case, demand=toy_case.demand[::-1], groups=toy_case.groups[::-1])
    pd.testing.assert_series_equal(case.demand, toy_case.demand)


def test_labels_must_be_identical(toy_case):
    with pytest.raises(TableError, match="travel times and demand: the labels differ"):
        remake(toy_case, demand=toy_case.demand.iloc[1:])
    with pytest.raises(TableError, match="travel times and groups: the labels differ"):
        remake(toy_case, groups=toy_case.groups.iloc[1:])
    fewer = TravelTimes(toy_case.times.zone_id, toy_case.times.site_id[1:], toy_case.times.minutes[:, 1:])
    with pytest.raises(TableError, match="travel times and sites that play: the labels differ"):
        remake(toy_case, times=fewer, within_standard=fewer.minutes <= 10)


def test_membership_must_fit_the_travel_times(toy_case):
    with pytest.raises(TableError, match="membership has shape"):
        remake(toy_case, within_standard=toy_case.within_standard[1:])


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_demand_that_cannot_be_is_refused_by_name(toy_case, bad):
    demand = toy_case.demand.copy()
    demand["c"] = bad
    with pytest.raises(TableError, match=r"(?s)demand must be a number of 0 or more; 1 zone.*c"):
        remake(toy_case, demand=demand)


def test_demand_of_nobody_is_refused(toy_case):
    with pytest.raises(TableError, match="nobody to travel"):
        remake(toy_case, demand=0 * toy_case.demand)


@pytest.mark.parametrize("factor", [1e300, 1e-300])
def test_demand_beyond_reason_is_refused(toy_case, factor):
    with pytest.raises(TableError, match="give it in another unit"):
        remake(toy_case, demand=factor * toy_case.demand)


def unreachable(case):
    minutes = case.times.minutes.copy()
    minutes[2] = np.inf
    return TravelTimes(case.times.zone_id, case.times.site_id, minutes)


def test_an_unreachable_zone_is_refused_by_name_unless_allowed(toy_case):
    times = unreachable(toy_case)
    with pytest.raises(DataError, match=r"(?s)1 zone\(s\) can reach no site.*c"):
        remake(toy_case, times=times)
    case = remake(toy_case, times=times, allow_unreachable=True)
    assert case.counted.tolist() == [True, True, False, True, True, True]


def test_somebody_must_be_able_to_travel(toy_case):
    demand = toy_case.demand.where(toy_case.demand.index == "c", 0)
    with pytest.raises(DataError, match="no zone with demand can reach any site"):
        remake(toy_case, times=unreachable(toy_case), demand=demand, allow_unreachable=True)
