"""A planner's own minutes replace ours for the pairs they have, and for no other."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import DataError
from clinic_siting.tables import TravelTimes
from clinic_siting.travel import own_minutes, with_own_times


@pytest.fixture
def ours() -> TravelTimes:
    return TravelTimes(pd.Index(["a", "b", "c"]), pd.Index(["x", "y"]), [[10, 20], [30, 40], [50, np.inf]])


def long(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["zone_id", "site_id", "minutes"])


def test_a_long_table_replaces_its_pairs_alone(ours):
    mine = with_own_times(ours, long(("b", "x", 33), ("a", "y", 0), ("c", "y", 99)))
    assert mine.minutes.tolist() == [[10, 0], [33, 40], [50, 99]]
    assert mine.zone_id.equals(ours.zone_id)


@pytest.mark.parametrize("as_index", [True, False])
def test_a_wide_table_in_any_order_keeps_ours_where_it_is_blank(ours, as_index):
    table = pd.DataFrame({"zone_id": ["c", "a"], "y": [70.0, np.nan], "x": [60.0, 11.0]})
    table = table.set_index("zone_id") if as_index else table
    assert with_own_times(ours, table).minutes.tolist() == [[11, 20], [30, 40], [60, 70]]
    assert np.isnan(own_minutes(ours, table)).sum() == 3


def test_no_route_of_their_own_is_believed(ours):
    assert with_own_times(ours, long(("a", "x", "inf"))).minutes[0, 0] == np.inf


def test_places_of_another_area_are_left_out_and_unknown_ones_refused(ours):
    table = long(("a", "x", 12), ("far", "x", 80), ("a", "z", 80))
    mine = with_own_times(ours, table, all_zones=pd.Index(["far"]), all_sites=pd.Index(["z"]))
    assert mine.minutes.tolist() == [[12, 20], [30, 40], [50, np.inf]]
    with pytest.raises(DataError, match=r"1 zone id\(s\) are not known.\n  far"):
        with_own_times(ours, table, all_sites=pd.Index(["z"]))
    with pytest.raises(DataError, match=r"1 site id\(s\) are not known.\n  z"):
        with_own_times(ours, table, all_zones=pd.Index(["far"]))


def test_unknown_zones_and_sites_are_told_together(ours):
    with pytest.raises(DataError, match=r"1 zone id\(s\) and 2 site id\(s\) are not known.\n  far\n  w\n  z"):
        with_own_times(ours, long(("far", "x", 80), ("a", "z", 80), ("a", "w", 80)))


def test_an_id_misspelt_is_told_the_nearest():
    times = TravelTimes(pd.Index(["E01000001"]), pd.Index(["x"]), [[10.0]])
    with pytest.raises(DataError, match=r"E0100000I \(did you mean E01000001\?\)"):
        with_own_times(times, long(("E0100000I", "x", 12)))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (long(("a", "x", 600), ("b", "x", 1300)), "52 times ours, so they look like seconds"),
        (long(("a", "x", 0.17), ("b", "y", 0.7)), "0.017 of ours, so they look like hours"),
        (long(("a", "x", 5400)), r"longer than a day \(seconds\? a sentinel.*\n  a → x: 5400"),
        (long(("a", "x", -999)), r"1 value\(s\) are negative.\n  a → x: -999"),
        (long(("a", "x", None)), r"1 value\(s\) are missing or no number.\n  a → x"),
        (long(("a", "x", True)), r"missing or no number.\n  a → x: True"),
        (long(("a", "x", True), ("a", "y", 10)), r"missing or no number.\n  a → x: True"),
        (long(("a", "x", 10)).head(0), r"there are no minutes in the file; was it cut short\?"),
        (long(("a", "x", "ten")), r"missing or no number.\n  a → x: ten"),
        (long(("a", "x", 10), ("a", "x", 11)), r"1 pair\(s\) occur more than once.\n  a → x: 11"),
        (
            long(("a", "x", 10)).rename(columns={"zone_id": "lsoa"}),
            r"needs columns.*\n  columns: lsoa, site_id",
        ),
        (pd.DataFrame({"zone_id": ["a"]}), "needs columns zone_id, site_id, minutes, or"),
    ],
)
def test_what_cannot_be_meant_is_refused(ours, table, message):
    with pytest.raises(DataError, match=message):
        with_own_times(ours, table)


def test_some_values_in_seconds_among_minutes_are_named():
    ours = TravelTimes(pd.Index(list("abcd")), pd.Index(["x"]), [[10.0], [12.0], [3.0], [30.0]])
    table = long(("a", "x", 11), ("b", "x", 900), ("c", "x", 75), ("d", "x", 28))
    with pytest.raises(
        DataError, match=r"1 value\(s\) are more than 20 times ours.*\n  b → x: 900, by our"
    ) as no:
        with_own_times(ours, table)
    assert "inf where there is no route" in str(no.value)


def test_a_bus_may_take_an_hour_where_a_car_takes_three_minutes():
    ours = TravelTimes(pd.Index(["a", "b", "c"]), pd.Index(["x"]), [[3.0], [20.0], [30.0]])
    mine = with_own_times(ours, long(("a", "x", 75), ("b", "x", 55), ("c", "x", 90)))
    assert mine.minutes.ravel().tolist() == [75, 55, 90]


def test_a_table_without_a_pair_to_compare_is_taken_as_it_is(ours):
    assert with_own_times(ours, long(("c", "y", 1200))).minutes[2, 1] == 1200
