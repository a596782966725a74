"""How places join the roads: how far, on what, and who cannot be reached, by name."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.gate import check_snaps, check_snaps_elsewhere, snap_table


@pytest.fixture
def snapped() -> pd.DataFrame:
    """Ten zones of two districts, 50 m from ordinary roads."""
    return pd.DataFrame(
        {
            "name": [f"Zone {n}" for n in range(10)],
            "lad_name": ["Main"] * 6 + ["Isle"] * 4,
            "straight_m": 50.0,
            "minutes": 0.2,
            "road": "ordinary",
            "moved": False,
            "beyond": False,
            "island": False,
            "unreachable": False,
        },
        index=pd.Index([f"z{n}" for n in range(10)], name="id"),
    )


def judged(zones, sites=None, *, allow=False):
    demand = pd.Series(1.0, index=zones.index)
    sites = zones.head(2) if sites is None else sites
    findings = check_snaps(zones, sites, demand, allow_unreachable=allow)
    return [(f.light, f.where, f.what, f.rows) for f in findings if f.light != "green"]


def test_places_beside_ordinary_roads_are_green(snapped):
    assert judged(snapped) == []


def test_much_demand_far_from_roads_is_amber_by_district(snapped):
    far = snapped.assign(straight_m=snapped["straight_m"].where(snapped.index != "z9", 1_500.0))
    [(light, where, what, rows)] = judged(far)
    assert (light, where) == ("amber", "zones")
    assert what == "10.0% of demand lives more than 1 km from a road (half within 50 m, the farthest 1,500 m)"
    assert rows == ("Isle: 25 % of its demand",)


def test_sites_far_from_a_road_are_named_the_farthest_first(snapped):
    sites = snapped.head(3).assign(straight_m=[1_200.0, 90.0, 1_500.0])
    [(light, where, what, rows)] = judged(snapped, sites)
    assert (light, where, what) == ("amber", "sites", "2 stand(s) more than 1 km from a road")
    assert rows == ("z2 Zone 2: 1,500 m", "z0 Zone 0: 1,200 m")


def test_a_district_far_from_roads_that_sends_nobody_is_not_named(snapped):
    far = snapped.assign(straight_m=snapped["straight_m"].where(~snapped.index.isin(["z1", "z9"]), 1_500.0))
    demand = pd.Series(np.where(snapped["lad_name"] == "Isle", 0.0, 1.0), index=snapped.index)
    found = check_snaps(far, snapped.head(2), demand, allow_unreachable=False)
    assert [f.rows for f in found if f.light == "amber"] == [("Main: 17 % of its demand",)]


def test_who_was_moved_to_an_ordinary_road_is_named(snapped):
    moved = snapped.assign(moved=snapped.index == "z3", straight_m=180.0)
    findings = check_snaps(
        moved, snapped.head(2), pd.Series(1.0, index=snapped.index), allow_unreachable=False
    )
    [found] = [f for f in findings if "instead" in f.what]
    assert found.light == "green"
    assert found.what.startswith("1 stand nearer to a motorway, ramp or connector and join an ordinary road")
    assert found.rows == ("z3 Zone 3: 180 m",)


@pytest.mark.parametrize(("allow", "light"), [(False, "red"), (True, "amber")])
def test_an_island_is_unreachable_by_its_name(snapped, allow, light):
    isle = snapped["lad_name"] == "Isle"
    lost = snapped.assign(unreachable=isle, island=isle)
    [(found, _, what, rows)] = judged(lost, allow=allow)
    assert found == light
    assert what.startswith("4 cannot be reached by road")
    assert rows == ("Isle: 4 of 4 zones, all of it; first z6 Zone 6: 50 m",)


def test_a_site_that_nobody_reaches_is_amber(snapped):
    lost = snapped.head(2).assign(unreachable=[False, True])
    [(light, where, _, rows)] = judged(snapped, lost)
    assert (light, where, rows) == ("amber", "sites", ("z1 Zone 1: 50 m",))


def test_whoever_joins_a_motorway_is_amber(snapped):
    [(light, _, what, rows)] = judged(snapped.assign(road=["motorway", "ramp", *["ordinary"] * 8]), snapped)
    assert light == "amber"
    assert what.startswith("2 join a motorway")
    assert rows == ("z0 Zone 0: 50 m, motorway", "z1 Zone 1: 50 m, ramp")


def test_who_is_unreachable_elsewhere_is_told_without_alarm(snapped):
    assert check_snaps_elsewhere(snapped).rows == ()
    lost = check_snaps_elsewhere(snapped.assign(unreachable=snapped["lad_name"] == "Isle"))
    assert lost.light == "green"
    assert lost.rows == ("Isle: 4 of 4 zones, all of it; first z6 Zone 6: 50 m",)


def test_the_table_names_places_and_keeps_the_audit(snapped):
    audit = snapped.drop(columns=["name", "lad_name"])
    places = pd.DataFrame({"place": "zone", "name": "x", "lon": np.nan}, index=snapped.index)
    table = snap_table(audit, places)
    assert table.columns.to_list() == ["place", "name", *audit.columns]
    assert table["straight_m"].eq(50).all()
