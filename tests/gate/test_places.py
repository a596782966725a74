"""Points are degrees, not swapped, on land, and nobody stands at the same place."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from clinic_siting.gate.places import alike, check_places, pairs_within

LAND = gpd.GeoDataFrame(geometry=[box(0.3, 51.1, 0.6, 51.4)], crs="EPSG:4326")


def found(table: pd.DataFrame, light: str = "red") -> list[tuple[str, tuple[str, ...]]]:
    findings = check_places(table.set_index("zone_id"), "zones", LAND)
    return [(finding.what, finding.rows) for finding in findings if finding.light == light]


def moved(table: pd.DataFrame, lon: object, lat: object, rows: slice = slice(3, 3)) -> pd.DataFrame:
    moved = table.astype({"lon": object, "lat": object})
    moved.loc[rows, "lon"], moved.loc[rows, "lat"] = lon, lat
    return moved


def test_points_on_land_are_green(zones):
    assert found(zones) == []
    assert len(found(zones, "green")) == 5


@pytest.mark.parametrize(
    ("lon", "lat", "what", "row"),
    [
        (51.2, 0.4, "lon and lat are swapped in 1 row(s)", "E01900003: lon 51.2, lat 0.4"),
        (577000, 167000, "lon and lat look like metres in 1 row(s)", "E01900003: lon 577000, lat 167000"),
        (0.0, 0.0, "1 point(s) are outside Great Britain", "E01900003: lon 0.0, lat 0.0"),
        (np.nan, 51.2, "1 point(s) are missing", "E01900003: lon nan, lat 51.2"),
        (np.inf, 51.2, "1 point(s) are missing", "E01900003: lon inf, lat 51.2"),
        ("", 51.2, "1 point(s) are missing", "E01900003: lon , lat 51.2"),
        (0.9, 51.2, "1 point(s) lie in the sea or outside the land", "lon 0.9, lat 51.2, 2"),
        (0.41, 51.21, "1 pair(s) stand at the same place", "E01900001 and E01900003"),
    ],
)
def test_one_point_that_is_wrong_is_found_and_nothing_else(zones, lon, lat, what, row):
    [(verdict, rows)] = found(moved(zones, lon, lat))
    assert verdict.startswith(what)
    assert len(rows) == 1
    assert row in rows[0]


def test_all_points_swapped_are_swapped_and_not_foreign(zones):
    [(verdict, rows)] = found(zones.rename(columns={"lon": "lat", "lat": "lon"}))
    assert verdict == "lon and lat are swapped in 12 row(s)"
    assert len(rows) == 12


def test_a_few_hundred_metres_of_water_are_the_map_s(zones):
    assert found(moved(zones, 0.605, 51.2)) == []
    assert found(moved(zones, 0.62, 51.2)) != []


def test_without_land_nobody_is_at_sea(zones):
    findings = check_places(moved(zones, 0.9, 51.2).set_index("zone_id"), "zones", None)
    assert {finding.light for finding in findings} == {"green"}


def test_however_many_stand_at_one_place_there_are_no_more_pairs_than_rows(zones):
    [(_, rows)] = found(zones.assign(lon=0.4, lat=51.2))
    assert len(rows) <= 12


POINTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=12)


@given(points=POINTS, metres=st.integers(0, 20))
@settings(deadline=None, max_examples=100)
def test_whoever_has_a_neighbour_is_in_a_pair(points, metres):
    xy = np.array(points, dtype=float).reshape(-1, 2)
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + np.diag([np.inf] * len(xy))
    lonely = (apart > metres).all(axis=1) if len(xy) else np.array([])
    pairs = pairs_within(xy, metres)
    assert {i for i, j, _ in pairs} | {j for i, j, _ in pairs} == set(np.flatnonzero(~lonely.astype(bool)))
    assert all(i < j and apart[i, j] == pytest.approx(d) for i, j, d in pairs)


def test_ids_that_a_reader_would_take_for_one_are_alike():
    assert alike(["RPY01", "rpy01", "RPY-02", "RPY 02", "RPY03", "RPY03", ""]) == [
        "'RPY01' and 'rpy01'",
        "'RPY-02' and 'RPY 02'",
    ]
