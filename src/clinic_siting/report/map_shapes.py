"""Shapes of the small maps: land, inland lines, and the areas of each band melted together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.report.data import ReportData

MARGIN_DEG = 0.06
# Below this no vertex shows in print: a tenth of a millimetre.
DETAIL_DEG = 0.004
COAST_DEG = 0.004


@dataclass(frozen=True, slots=True, eq=False)
class MapFrame:
    """What both maps share.

    Attributes
    ----------
    west, south, east, north
        In degrees.
    stretch
        Degrees of latitude for one of longitude here.
    land, counties
        Geometry in degrees.
    """

    west: float
    south: float
    east: float
    north: float
    stretch: float
    land: shapely.Geometry
    counties: shapely.Geometry

    @property
    def height(self) -> float:
        """Height of a map whose width is 1."""
        return (self.north - self.south) / ((self.east - self.west) * self.stretch)


def area_minutes(data: ReportData) -> pd.DataFrame:
    """Mean minutes of the patients of each middle-layer area: index ``msoa``; ``today``, ``planned``."""
    msoa, demand = data.zones.table["msoa"], data.demand
    total = demand.groupby(msoa).sum()
    # An area where nobody counts is drawn by the plain mean of its zones.
    weight = demand.where(msoa.map(total) > 0, 1.0)
    both = {
        when: (access.minutes * weight).groupby(msoa).sum() / weight.groupby(msoa).sum()
        for when, access in (("today", data.today), ("planned", data.planned))
    }
    return pd.DataFrame(both)


def map_frame(data: ReportData, areas: gpd.GeoDataFrame) -> MapFrame:
    """Extent, land and county lines around the area."""
    west, south, east, north = areas.total_bounds
    west, east, south, north = west - MARGIN_DEG, east + MARGIN_DEG, south - MARGIN_DEG, north + MARGIN_DEG
    frame = shapely.box(west, south, east, north)

    def cut(name: str) -> shapely.Geometry:
        if name not in data.boundaries:
            return shapely.Polygon()
        shapes = data.boundaries[name].geometry
        return shapely.intersection(shapely.unary_union(shapely.make_valid(shapes.to_numpy())), frame)

    return MapFrame(
        west=west,
        south=south,
        east=east,
        north=north,
        stretch=float(np.cos(np.radians((south + north) / 2))),
        land=shapely.simplify(cut("land"), DETAIL_DEG),
        counties=_inland_lines(data.boundaries.get("counties"), frame),
    )


def _inland_lines(counties: gpd.GeoDataFrame | None, frame: shapely.Geometry) -> shapely.Geometry:
    """Lines between counties, without their coasts."""
    if counties is None:
        return shapely.MultiLineString()
    shapes = counties.geometry.to_numpy()
    shapes = shapely.make_valid(shapes[shapely.intersects(shapes, frame)])
    outline = shapely.buffer(shapely.boundary(shapely.union_all(shapes)), COAST_DEG)
    lines = shapely.difference(shapely.union_all(shapely.boundary(shapes)), outline)
    return shapely.simplify(shapely.line_merge(shapely.intersection(lines, frame)), DETAIL_DEG)


def band_of(minutes: pd.Series, bands_min: Sequence[float]) -> pd.Series:
    """Number of the band: 0 up to the first threshold, inclusive; the last beyond all."""
    place = np.searchsorted(np.asarray(bands_min), minutes.to_numpy(), side="left")
    return pd.Series(place, index=minutes.index, name="band")


def dissolve(
    areas: gpd.GeoDataFrame, minutes: pd.DataFrame, bands_min: Sequence[float]
) -> list[dict[int, shapely.Geometry]]:
    """One shape a band, today and with the plan: a few lines in print instead of thousands of areas."""
    bands = pd.DataFrame({when: band_of(minutes[when], bands_min) for when in ("today", "planned")})
    bands = bands.reindex(areas.index)
    # Areas that are alike in both maps are melted together once.
    pairs = list(zip(bands["today"].astype(int), bands["planned"].astype(int), strict=True))
    shapes = areas.geometry.to_numpy()
    pieces = {
        both: shapely.union_all([shape for shape, own in zip(shapes, pairs, strict=True) if own == both])
        for both in sorted(set(pairs))
    }
    found = []
    for when in (0, 1):
        of_band: dict[int, list[shapely.Geometry]] = {}
        for both, shape in pieces.items():
            of_band.setdefault(both[when], []).append(shape)
        found.append(
            {n: shapely.simplify(shapely.union_all(parts), DETAIL_DEG) for n, parts in of_band.items()}
        )
    return found


def band_names(bands_min: Sequence[float]) -> list[str]:
    """Names of the bands.

    Examples
    --------
    >>> band_names([15, 30])
    ['up to 15', '15 to 30', 'over 30']
    """
    between = [f"{low:g} to {high:g}" for low, high in pairwise(bands_min)]
    return [f"up to {bands_min[0]:g}", *between, f"over {bands_min[-1]:g}"]
