"""Where places lie: degrees that are degrees, on land, inside the data set, nobody twice."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from clinic_siting.gate.findings import Check, Finding
from clinic_siting.grid import grid_points
from clinic_siting.tables import GREAT_BRITAIN_GRID, LAT_RANGE, LON_RANGE, BoolArray, FloatArray, IntArray
from clinic_siting.tables.checks import numbers

# The coast of a map is simplified, and a population's centre may lie on a bay.
SEA_M = 1000.0
SAME_PLACE_M = 1.0


def check_places(table: pd.DataFrame, where: str, land: gpd.GeoDataFrame | None) -> list[Finding]:
    """Check the points of zones or sites.

    Parameters
    ----------
    table
        On its ids, which may be doubtful; ``lon``, ``lat`` as they stand in the file.
    where
        Name of the table.
    land
        Land in degrees, or None where the data set has none.

    Returns
    -------
    Findings on degrees, and, where all points are in Great Britain, on land and on points given twice.
    """
    lon, lat = numbers(table["lon"]), numbers(table["lat"])
    findings = [_degrees(table, lon, lat, where), _swapped(table, lon, lat, where)]
    inside = _between(lon, LON_RANGE) & _between(lat, LAT_RANGE)
    metres = (np.abs(lon) > 180) | (np.abs(lat) > 90)
    swapped = _between(lat, LON_RANGE) & _between(lon, LAT_RANGE)
    lost = np.isfinite(lon) & np.isfinite(lat) & ~inside & ~metres & ~swapped
    findings.append(
        Check(
            where,
            "{n} point(s) are outside Great Britain",
            "all points are in Great Britain",
            "correct lon and lat; 0, 0 often stands for unknown",
        ).judge(_named(table, lost))
    )
    if not inside.all():
        return findings
    points = grid_points(lon, lat)
    if land is not None:
        findings.append(_at_sea(table, points, land, where))
    return [*findings, _same_place(table, points, where)]


def _degrees(table: pd.DataFrame, lon: FloatArray, lat: FloatArray, where: str) -> Finding:
    missing = ~(np.isfinite(lon) & np.isfinite(lat))
    if missing.any():
        return Check(
            where, "{n} point(s) are missing", "", "give each a lon and a lat, or leave the row out"
        ).judge(_named(table, missing))
    metres = (np.abs(lon) > 180) | (np.abs(lat) > 90)
    return Check(
        where,
        "lon and lat look like metres in {n} row(s)",
        "lon and lat are degrees",
        "convert eastings and northings (EPSG:27700) to degrees (EPSG:4326)",
    ).judge(_named(table, metres))


def _swapped(table: pd.DataFrame, lon: FloatArray, lat: FloatArray, where: str) -> Finding:
    swapped = _between(lat, LON_RANGE) & _between(lon, LAT_RANGE)
    return Check(
        where,
        "lon and lat are swapped in {n} row(s)",
        "lon and lat are not swapped",
        "exchange the two columns",
    ).judge(_named(table, swapped))


def _at_sea(table: pd.DataFrame, points: FloatArray, land: gpd.GeoDataFrame, where: str) -> Finding:
    shore = shapely.union_all(land.to_crs(GREAT_BRITAIN_GRID).geometry.array)
    shapely.prepare(shore)
    shapes = shapely.points(points)
    off = np.flatnonzero(~shapely.covers(shore, shapes))
    metres = shapely.distance(shore, shapes[off])
    rows = [
        f"{row}, {m / 1000:,.1f} km off"
        for row, m in zip(_named(table, off), metres, strict=True)
        if m > SEA_M
    ]
    return Check(
        where,
        "{n} point(s) lie in the sea or outside the land of the data set",
        "all points are on the land of the data set",
        "correct their coordinates, or bring land and roads that reach them",
    ).judge(rows)


def _same_place(table: pd.DataFrame, points: FloatArray, where: str) -> Finding:
    rows = [f"{table.index[i]} and {table.index[j]}" for i, j, _ in pairs_within(points, SAME_PLACE_M)]
    return Check(
        where,
        "{n} pair(s) stand at the same place",
        "no two stand at the same place",
        "leave one of them out, or correct its coordinates",
    ).judge(rows)


def pairs_within(points: FloatArray, metres: float) -> list[tuple[int, int, float]]:
    """Each row whose nearest other is at most so many metres off, with that one and the distance.

    A pair comes once, in the order of its rows; however many stand at one place, there are no more
    pairs than rows.
    """
    if len(points) < 2:
        return []
    near_m, near = cKDTree(points).query(points, k=2)
    own = np.arange(len(points))
    # Of several at one place the tree may name either first.
    second = np.where(near[:, 0] == own, 1, 0)
    other, apart = near[own, second], near_m[own, second]
    close = np.flatnonzero(apart <= metres)
    return sorted({(int(min(i, other[i])), int(max(i, other[i])), float(apart[i])) for i in close})


def alike(ids: Iterable[object]) -> list[str]:
    """Ids that differ only in blanks, case or a sign between."""
    found = pd.Series([str(i) for i in ids], dtype=object)
    plain = found.str.upper().str.replace(r"[^0-9A-Z]", "", regex=True)
    doubtful = found[plain.duplicated(keep=False) & ~found.duplicated(keep=False) & (plain != "")]
    groups = doubtful.groupby(plain[doubtful.index], sort=True)
    return [" and ".join(repr(i) for i in group) for _, group in groups]


def _named(table: pd.DataFrame, wrong: BoolArray | IntArray) -> list[str]:
    rows = table[["lon", "lat"]].iloc[np.flatnonzero(wrong) if wrong.dtype == bool else wrong]
    return [f"{i}: lon {lon}, lat {lat}" for i, lon, lat in rows.itertuples(name=None)]


def _between(values: FloatArray, limits: tuple[float, float]) -> BoolArray:
    between: BoolArray = (values >= limits[0]) & (values <= limits[1])
    return between
