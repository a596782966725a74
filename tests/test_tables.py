"""Every value is valid if it exists: each invariant refuses, and the order of rows never matters."""

from dataclasses import FrozenInstanceError, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import TableError
from clinic_siting.tables import (
    Access,
    DemandZones,
    Isochrones,
    Measures,
    RoadNetwork,
    Roads,
    Sites,
    SitingPlan,
    Snap,
    SpeedTables,
    TravelTimes,
    same_labels,
)


def changed(table: pd.DataFrame, row: object, **cells: object) -> pd.DataFrame:
    """The table with other values in one row."""
    table = table.copy()
    for column, value in cells.items():
        table[column] = table[column].astype(object)
        table.at[row, column] = value
    return table


# --- zones ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"population": np.nan}, "population must be a number of 0 or more; 1 row"),
        ({"population": -1}, "population must be a number of 0 or more; 1 row"),
        ({"population": np.inf}, "population must be a number of 0 or more; 1 row"),
        ({"population": "1,000"}, "population must be a number of 0 or more; 1 row"),
        ({"age_65_plus": -2}, "age_65_plus must be a number of 0 or more"),
        ({"households": np.nan}, "households must be a number of 0 or more"),
        ({"households_no_car": "many"}, "households_no_car must be a number of 0 or more"),
        ({"lon": np.nan}, r"1 point\(s\) are missing or outside Great Britain"),
        ({"lat": np.inf}, r"1 point\(s\) are missing or outside Great Britain"),
        ({"lat": "north"}, r"1 point\(s\) are missing or outside Great Britain"),
        ({"lon": 530_000, "lat": 180_000}, r"1 point\(s\) are missing or outside Great Britain"),
        ({"lon": 51.0, "lat": 0.2}, r"lon and lat are swapped in 1 row\(s\)"),
    ],
)
def test_a_zone_with_an_impossible_figure_is_refused_by_name(toy_zones, cells, verdict):
    table = toy_zones.table.assign(age_65_plus=1, households=1, households_no_car=0)
    with pytest.raises(TableError, match=f"zones: {verdict}") as refusal:
        DemandZones(changed(table, "c", **cells))
    assert refusal.value.rows[0].find("c") >= 0


def test_swapped_coordinates_of_every_zone_are_called_swapped(toy_zones):
    with pytest.raises(TableError, match=r"lon and lat are swapped in 6 row\(s\)"):
        DemandZones(toy_zones.table.rename(columns={"lon": "lat", "lat": "lon"}))


def test_zones_that_occur_twice_are_refused(toy_zones):
    table = toy_zones.table
    with pytest.raises(TableError, match=r"zone_id: 2 id\(s\) occur more than once.\n  a\n  c"):
        DemandZones(pd.concat([table, table.loc[["a", "c"]]]))


@pytest.mark.parametrize("empty", ["", None, np.nan])
def test_a_zone_without_an_id_is_refused(toy_zones, empty):
    table = toy_zones.table.reset_index()
    table["zone_id"] = table["zone_id"].astype(object)
    table.at[2, "zone_id"] = empty
    with pytest.raises(TableError, match=r"zone_id: 1 id\(s\) are empty"):
        DemandZones(table)


@pytest.mark.parametrize("missing", ["lon", "lat", "population"])
def test_zones_without_a_column_are_refused(toy_zones, missing):
    with pytest.raises(TableError, match=rf"zones: column\(s\) {missing} missing"):
        DemandZones(toy_zones.table.drop(columns=missing))


def test_zones_without_ids_or_rows_are_refused(toy_zones):
    with pytest.raises(TableError, match=r"a column zone_id is missing"):
        DemandZones(toy_zones.table.reset_index(drop=True))
    with pytest.raises(TableError, match=r"no rows for zone_id; was the file cut short\?"):
        DemandZones(toy_zones.table.iloc[:0])


def test_ids_that_are_numbers_become_text(toy_zones):
    table = toy_zones.table.reset_index().assign(zone_id=[10, 9, 8, 7, 6, 5])
    assert DemandZones(table).zone_id.to_list() == ["10", "5", "6", "7", "8", "9"]


@given(order=st.permutations(range(6)))
@settings(deadline=None, max_examples=25)
def test_the_order_of_zones_never_matters(order):
    table = pd.DataFrame(
        {"zone_id": list("abcdef"), "lon": 0.1, "lat": 51.0, "population": [1, 2, 3, 4, 5, 6]}
    )
    shuffled = DemandZones(table.iloc[list(order)])
    pd.testing.assert_frame_equal(shuffled.table, DemandZones(table).table)


def test_a_value_neither_changes_its_input_nor_can_be_changed(toy_zones):
    table = toy_zones.table.iloc[::-1]
    before = table.copy()
    zones = DemandZones(table)
    pd.testing.assert_frame_equal(table, before)
    with pytest.raises(FrozenInstanceError):
        zones.table = before


def test_zones_within_an_area_keep_their_rows(toy_zones):
    west = toy_zones.within(toy_zones.table["alliance_name"] == "West")
    assert west.zone_id.to_list() == ["a", "b", "c"]


# --- sites ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"status": "planned"}, r"status must be one of existing, candidate, excluded; 1 row\(s\) differ"),
        ({"status": None}, r"status must be one of existing, candidate, excluded; 1 row\(s\) differ"),
        ({"lon": 51.0, "lat": 0.2}, r"lon and lat are swapped in 1 row"),
        ({"lat": 40.0}, r"1 point\(s\) are missing or outside Great Britain"),
    ],
)
def test_a_site_that_makes_no_sense_is_refused_by_name(toy_sites, cells, verdict):
    with pytest.raises(TableError, match=f"sites: {verdict}") as refusal:
        Sites(changed(toy_sites.table, "mid", **cells))
    assert "mid" in refusal.value.rows[0]


def test_sites_that_occur_twice_are_refused(toy_sites):
    with pytest.raises(TableError, match=r"site_id: 1 id\(s\) occur more than once.\n  old"):
        Sites(pd.concat([toy_sites.table, toy_sites.table.loc[["old"]]]))


def test_sites_of_which_none_may_open_are_refused(toy_sites):
    with pytest.raises(TableError, match="none is existing or candidate"):
        Sites(toy_sites.table.assign(status="excluded"))


def test_sites_need_no_more_than_an_id_and_a_status():
    sites = Sites(pd.DataFrame({"site_id": ["b", "a"], "status": ["candidate", "existing"]}))
    assert sites.name_of("b") == "b"
    assert sites.table["catchment"].to_list() == ["", ""]
    with pytest.raises(TableError, match=r"sites: column\(s\) status missing"):
        Sites(pd.DataFrame({"site_id": ["a"]}))


def test_a_site_without_a_name_goes_by_its_id(toy_sites):
    assert Sites(changed(toy_sites.table, "mid", name=None)).name_of("mid") == "mid"


def test_sites_are_sorted_by_the_part_they_play(toy_sites):
    sites = Sites(changed(toy_sites.table.iloc[::-1], "far", status="excluded", catchment=None))
    assert sites.site_id.to_list() == ["east", "far", "mid", "old"]
    assert sites.existing.to_list() == ["old"]
    assert sites.candidates.to_list() == ["east", "mid"]
    assert sites.playing.to_list() == ["east", "mid", "old"]
    assert sites.table.at["far", "catchment"] == ""


# --- roads ------------------------------------------------------------------------------------


@pytest.fixture
def roads() -> Roads:
    nodes = pd.DataFrame({"lon": [0.0, 0.1, 0.2], "lat": 51.0, "junctions_400m": 3})
    links = pd.DataFrame({"from_node": [0, 1], "to_node": [1, 2], "length_m": 7000.0})
    rest = {"road_class": "minor", "ramp": False, "oneway": False, "authority": None, "road": None}
    return Roads(nodes, links.assign(**rest))


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"length_m": 0.0}, "length_m is not finite and positive in 1 row"),
        ({"length_m": -5.0}, "length_m is not finite and positive in 1 row"),
        ({"length_m": np.nan}, "length_m is not finite and positive in 1 row"),
        ({"length_m": np.inf}, "length_m is not finite and positive in 1 row"),
        ({"length_m": "long"}, "length_m is not finite and positive in 1 row"),
        ({"to_node": 3}, "a node does not exist in 1 row"),
        ({"from_node": -1}, "a node does not exist in 1 row"),
        ({"from_node": np.nan}, "a node does not exist in 1 row"),
        ({"from_node": 0.5}, "a node does not exist in 1 row"),
        ({"to_node": 1}, "both ends are the same node in 1 row"),
    ],
)
def test_a_link_that_cannot_be_driven_is_refused(roads, cells, verdict):
    with pytest.raises(TableError, match=rf"road links: {verdict}\(s\).\n  link 1: "):
        Roads(roads.nodes, changed(roads.links, 1, **cells))


@pytest.mark.parametrize("junctions", [np.nan, -1, "few"])
def test_a_node_without_a_count_of_junctions_is_refused(roads, junctions):
    with pytest.raises(TableError, match="road nodes: junctions_400m must be a number of 0 or more"):
        Roads(changed(roads.nodes, 1, junctions_400m=junctions), roads.links)


def test_roads_that_are_empty_incomplete_or_swapped_are_refused(roads):
    with pytest.raises(TableError, match="there are no nodes or no links; was the file cut short"):
        Roads(roads.nodes, roads.links.iloc[:0])
    with pytest.raises(TableError, match=r"road links: column\(s\) oneway missing"):
        Roads(roads.nodes, roads.links.drop(columns="oneway"))
    with pytest.raises(TableError, match=r"road nodes: column\(s\) junctions_400m missing"):
        Roads(roads.nodes.drop(columns="junctions_400m"), roads.links)
    with pytest.raises(TableError, match=r"road nodes: lon and lat are swapped in 3 row\(s\)"):
        Roads(roads.nodes.rename(columns={"lon": "lat", "lat": "lon"}), roads.links)


# --- the network and places on it -------------------------------------------------------------


def network(minutes: list[float]) -> RoadNetwork:
    ends, ones = np.array([1, 0]), np.ones(2)
    return RoadNetwork(ones, ones, np.array([0, 1, 2]), ends, np.array(minutes), np.ones(2, dtype=bool))


@pytest.mark.parametrize("minutes", [0.0, -1.0, np.nan, np.inf])
def test_an_edge_without_positive_minutes_is_refused(minutes):
    with pytest.raises(TableError, match=r"1 edge\(s\) without finite, positive minutes.\n  1 → 0: "):
        network([2.0, minutes])


def test_a_network_is_sealed():
    with pytest.raises(ValueError, match="read-only"):
        network([1.0, 2.0]).minutes[0] = 3


def test_places_without_a_way_to_the_road_are_refused():
    index, node, metres = pd.Index(["a", "b"]), np.array([0, 1]), np.array([5.0, 6.0])
    assert len(Snap(index, node, metres, np.array([1.0, np.inf]))) == 2
    with pytest.raises(TableError, match=r"snap: minutes is NaN or negative.\n  b"):
        Snap(index, node, metres.copy(), np.array([1.0, np.nan]))
    with pytest.raises(TableError, match=r"snap: straight_m is NaN or negative.\n  a"):
        Snap(index, node, np.array([-1.0, 6.0]), np.ones(2))
    with pytest.raises(TableError, match="differ in length"):
        Snap(index, node, metres.copy(), np.ones(3))


# --- speeds -----------------------------------------------------------------------------------


@pytest.fixture
def speeds() -> SpeedTables:
    return SpeedTables(
        speeds=pd.DataFrame(
            {"road_class": ["minor", "ramp"], "setting": "rural", "carriageway": "any", "kph": [40.0, 80.0]}
        ),
        observed=pd.DataFrame({"authority": ["W1"], "road": ["A1"], "kph": [60.0], "delay_s_per_km": [5.0]}),
        periods=pd.DataFrame({"period": ["am_peak", "pm_peak"], "delay_ratio": [1.1, 1.2]}),
        area_factors=pd.DataFrame({"authority": ["W1"], "am_peak": [1.3], "pm_peak": [1.4]}),
    )


@pytest.mark.parametrize(
    ("table", "cells", "verdict"),
    [
        ("speeds", {"kph": 0.0}, "speeds: kph is 0"),
        ("speeds", {"kph": np.nan}, "speeds: kph must be a number of 0 or more"),
        ("observed", {"kph": -3.0}, "observed: kph must be a number of 0 or more"),
        ("observed", {"delay_s_per_km": np.inf}, "observed: delay_s_per_km must be a number of 0 or more"),
        ("periods", {"delay_ratio": "most"}, "periods: delay_ratio must be a number of 0 or more"),
        ("area_factors", {"am_peak": 0.0}, "area_factors: every factor must be a number above 0"),
        ("area_factors", {"pm_peak": np.nan}, "area_factors: every factor must be a number above 0"),
    ],
)
def test_a_speed_that_makes_no_sense_is_refused(speeds, table, cells, verdict):
    with pytest.raises(TableError, match=verdict):
        replace(speeds, **{table: changed(getattr(speeds, table), 0, **cells)})


@pytest.mark.parametrize("table", ["speeds", "observed", "periods", "area_factors"])
def test_a_speed_given_twice_or_without_its_key_is_refused(speeds, table):
    frame = getattr(speeds, table)
    with pytest.raises(TableError, match=rf"{table}: 1 row\(s\) repeat a key"):
        replace(speeds, **{table: pd.concat([frame, frame.iloc[:1]], ignore_index=True)})
    with pytest.raises(TableError, match=rf"{table}: column\(s\) .* missing"):
        replace(speeds, **{table: frame.iloc[:, 1:]})


# --- travel times -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "verdict"),
    [
        (np.nan, r"1 pair\(s\) are missing \(NaN\)"),
        (-1.0, r"1 pair\(s\) are negative"),
        (-999.0, r"1 pair\(s\) are negative"),
        (-np.inf, r"1 pair\(s\) are negative"),
        (9999.0, r"1 pair\(s\) are longer than a day \(seconds\? a sentinel"),
        (4294967.295, r"1 pair\(s\) are longer than a day \(seconds\? a sentinel"),
    ],
)
def test_a_time_that_nobody_can_take_is_refused_by_name(toy_times, minutes, verdict):
    table = toy_times.minutes.copy()
    table[1, 2] = minutes
    with pytest.raises(TableError, match=rf"travel times: {verdict}.*\n  b → mid: "):
        TravelTimes(toy_times.zone_id, toy_times.site_id, table)


def test_no_route_and_a_whole_day_are_times():
    times = TravelTimes(pd.Index(["a"]), pd.Index(["s", "t"]), np.array([[np.inf, 1440.0]]))
    assert times.minutes.tolist() == [[np.inf, 1440.0]]


def test_times_that_do_not_fit_their_labels_are_refused(toy_times):
    with pytest.raises(TableError, match=r"6 zones and 3 sites, but a matrix of \(6, 4\)"):
        TravelTimes(toy_times.zone_id, toy_times.site_id[:3], toy_times.minutes)
    with pytest.raises(TableError, match=r"travel times: 1 id\(s\) occur more than once.\n  a"):
        TravelTimes(pd.Index(list("aabcde")), toy_times.site_id, toy_times.minutes)
    with pytest.raises(TableError, match=r"travel times: 1 id\(s\) occur more than once.\n  s"):
        TravelTimes(toy_times.zone_id, pd.Index(list("sstu")), toy_times.minutes)
    with pytest.raises(TableError, match=r"travel times: 1 id\(s\) are empty"):
        TravelTimes(toy_times.zone_id, pd.Index(["", "t", "u", "v"]), toy_times.minutes)


@given(rows=st.permutations(range(6)), columns=st.permutations(range(4)))
@settings(deadline=None, max_examples=25)
def test_the_order_of_a_matrix_never_matters(rows, columns):
    zones, sites = pd.Index(list("abcdef")), pd.Index(["far", "mid", "new", "old"])
    minutes = np.arange(24.0).reshape(6, 4)
    shuffled = TravelTimes(zones[rows], sites[columns], minutes[np.ix_(rows, columns)])
    pd.testing.assert_frame_equal(shuffled.frame, TravelTimes(zones, sites, minutes).frame)


def test_times_are_read_by_site_in_the_order_asked_for(toy_times):
    assert toy_times.to(["old", "mid"])[1].tolist() == [5.0, 5.0]
    assert toy_times.to(["far", "old"])[0].tolist() == [25.0, 0.0]
    with pytest.raises(TableError, match=r"travel times: 1 id\(s\) are not known.\n  nowhere"):
        toy_times.to(["old", "nowhere"])


def test_times_are_a_sealed_copy(toy_times):
    minutes = np.zeros((6, 4))
    times = TravelTimes(toy_times.zone_id, toy_times.site_id, minutes)
    minutes[0, 0] = 5
    assert times.minutes[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        times.minutes[0, 0] = 1


# --- isochrones, access, plans, measures ------------------------------------------------------


def test_isochrones_whose_bands_or_shape_do_not_fit_are_refused():
    zones, sites, none = pd.Index(["a", "b"]), pd.Index(["s"]), gpd.GeoDataFrame(geometry=[])
    member = np.array([[[True, True]], [[False, True]]])
    assert Isochrones(zones, sites, (15, 30), member, none).within(15).tolist() == [[True], [False]]
    for bands in ((30, 15), (15, 15)):
        with pytest.raises(TableError, match="isochrones: bands must ascend and differ"):
            Isochrones(zones, sites, bands, member, none)
    with pytest.raises(TableError, match=r"membership has shape \(2, 1, 2\), not \(2, 1, 1\)"):
        Isochrones(zones, sites, (15,), member, none)


@pytest.mark.parametrize(
    ("minutes", "site", "verdict"),
    [
        (np.inf, "s", "a site without a time or a time without a site"),
        (5.0, None, "a site without a time or a time without a site"),
        (np.nan, "s", "minutes are NaN or negative"),
        (np.nan, None, "minutes are NaN or negative"),
        (-1.0, "s", "minutes are NaN or negative"),
    ],
)
def test_access_without_a_time_or_a_site_is_refused(minutes, site, verdict):
    table = pd.DataFrame(
        {"minutes": [1.0, minutes], "site_id": ["s", site], "covered": [True, False]}, index=["a", "b"]
    )
    with pytest.raises(TableError, match=f"access: .*{verdict}.\n  b"):
        Access(table)


def test_access_without_a_column_is_refused():
    with pytest.raises(TableError, match=r"access: column\(s\) covered missing"):
        Access(pd.DataFrame({"minutes": [1.0], "site_id": ["s"]}))


@pytest.fixture
def plan() -> SitingPlan:
    return SitingPlan(
        chosen=("mid", "east"),
        allocation=pd.Series(["mid"], index=["a"]),
        objective="mean",
        unit="minutes",
        value=5.0,
        bound=5.0,
        gap=0.0,
        proven=True,
        method="by hand",
    )


def test_a_plan_is_sorted_and_names_a_site_once(plan):
    assert plan.chosen == ("east", "mid")
    with pytest.raises(TableError, match="a site is chosen twice: mid, mid"):
        replace(plan, chosen=("mid", "mid"))


@pytest.mark.parametrize("gap", [None, 0.01, np.inf, np.nan])
def test_a_proof_needs_a_bound_behind_it(plan, gap):
    with pytest.raises(TableError, match=f"claimed as proven with a gap of {gap}"):
        replace(plan, gap=gap)
    assert not replace(plan, gap=gap, proven=False).proven


def test_measures_that_are_not_numbers_are_refused():
    table = pd.DataFrame(
        {"measure": ["mean", "sd"], "group": "all", "today": [1.0, np.nan], "planned": 1.0, "change": 0.0}
    )
    with pytest.raises(TableError, match=r"measures: column\(s\) unit missing"):
        Measures(table)
    with pytest.raises(TableError, match=r"measures: some are not numbers.\n  sd: all"):
        Measures(table.assign(unit="minutes"))


# --- labels -----------------------------------------------------------------------------------


def test_tables_meet_only_where_their_labels_are_identical():
    same_labels(pd.Index(["a", "b"]), pd.Index(["a", "b"]), "two tables")
    with pytest.raises(TableError, match=r"two tables: the labels differ \(1 and 2 on one side only\)") as no:
        same_labels(pd.Index(["a", "b"]), pd.Index(["b", "c", "d"]), "two tables")
    assert no.value.rows == ("a: only in the first", "c: only in the second", "d: only in the second")


def test_the_same_labels_in_another_order_are_said_to_be_that():
    with pytest.raises(TableError, match="two tables: the labels are the same, but in another order"):
        same_labels(pd.Index(["a", "b"]), pd.Index(["b", "a"]), "two tables")
