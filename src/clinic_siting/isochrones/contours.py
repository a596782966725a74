"""From a field on a lattice to polygons: contours, small parts, simplification that keeps bands nested."""

import itertools
from collections.abc import Sequence

import contourpy
import numpy as np
import shapely

from clinic_siting.isochrones.drawing import Lattice, Single
from clinic_siting.tables import BoolArray, FloatArray

# A value this close to the threshold counts as just inside it: so a point exactly on it is inside, and
# contours keep clear of the lattice's points, where rings could touch and make a polygon invalid.
CLEAR = 1e-4


def below(field: FloatArray | Single, lattice: Lattice, threshold: float) -> shapely.MultiPolygon:
    """Area where a field is at most a threshold, by linear interpolation along the lattice's lines.

    Parameters
    ----------
    field
        Shape (rows, columns), at least 0, finite.
    lattice
        Where the values stand.
    threshold
        In the field's unit.

    Returns
    -------
    MultiPolygon
        In metres of the National Grid; with holes, in as many parts as there are islands.
    """
    rows, columns = _around(field < threshold + CLEAR)
    field, lattice = field[rows, columns], lattice.cut(rows, columns)
    clear = np.where(np.abs(field - threshold) < CLEAR, threshold - CLEAR, field)
    generator = contourpy.contour_generator(
        lattice.easts, lattice.norths, clear, fill_type=contourpy.FillType.ChunkCombinedOffsetOffset
    )
    points, rings, polygons = (part[0] for part in generator.filled(-1.0, threshold))
    if points is None or rings is None or polygons is None:
        return shapely.MultiPolygon()
    offsets = (rings.astype(np.int64), polygons.astype(np.int64), np.array([0, len(polygons) - 1]))
    return shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, points, offsets)[0]


def _around(inside: BoolArray) -> tuple[slice, slice]:
    """Window with one point to spare around all that is inside, and never less than two points wide."""
    window = []
    for axis in (1, 0):
        true, size = np.flatnonzero(inside.any(axis=axis)), inside.shape[1 - axis]
        first, last = (true[0], true[-1]) if true.size else (0, 0)
        window.append(slice(max(first - 1, 0), min(last + 2, size)))
    return window[0], window[1]


def without_small_parts(area: shapely.MultiPolygon, smallest_m2: float) -> shapely.MultiPolygon:
    """Leave out islands and fill holes below a size.

    Both steps keep nested areas nested: a larger area has larger islands and smaller holes.
    """
    if smallest_m2 <= 0:
        return area
    parts = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if _ring_m2(hole) >= smallest_m2])
        for part in area.geoms
        if _ring_m2(part.exterior) >= smallest_m2
    ]
    return _multi(shapely.union_all(parts))  # an island in a filled hole melts into it


def simplified(bands: Sequence[shapely.MultiPolygon], corner_m: float) -> list[shapely.MultiPolygon]:
    """Cut corners of nested areas on the borders they share, so that they stay nested.

    Parameters
    ----------
    bands
        Each within the next.
    corner_m
        Corners whose triangle is smaller than a square of this side may go (Visvalingam-Whyatt).

    Returns
    -------
    list of MultiPolygon
        The bands again, each the one before it and a ring around it.
    """
    if corner_m <= 0 or not len(bands):
        return list(bands)
    rings = [
        bands[0],
        *(shapely.difference(outer, inner) for inner, outer in itertools.pairwise(bands)),
    ]
    rings = list(shapely.coverage_simplify(rings, corner_m))
    return [_multi(shapely.coverage_union_all(rings[: k + 1])) for k in range(len(rings))]


def _ring_m2(ring: shapely.LinearRing) -> float:
    return float(shapely.area(shapely.Polygon(ring)))


def _multi(area: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shapely.get_parts(area))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
