"""From a field on a lattice to polygons: contours, small parts, simplification that keeps bands nested."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import contourpy
import numpy as np
import shapely
from pyproj import Transformer
from scipy import ndimage

from clinic_siting.isochrones.drawing import Lattice, Single
from clinic_siting.tables import DEGREES, GREAT_BRITAIN_GRID, FloatArray

# A value this close to the threshold counts as just inside it: so a point exactly on it is inside, and
# contours keep clear of the lattice's points, where rings could touch and make a polygon invalid.
CLEAR = 1e-4
KILOMETRE = 1000.0


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
    clear = np.where(np.abs(field - threshold) < CLEAR, threshold - CLEAR, field)
    generator = contourpy.contour_generator(
        lattice.easts, lattice.norths, clear, fill_type=contourpy.FillType.ChunkCombinedOffsetOffset
    )
    points, rings, polygons = (part[0] for part in generator.filled(-1.0, threshold))
    if points is None or rings is None or polygons is None:
        return shapely.MultiPolygon()
    offsets = (rings.astype(np.int64), polygons.astype(np.int64), np.array([0, len(polygons) - 1]))
    return shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, points, offsets)[0]


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


@dataclass(frozen=True, slots=True, eq=False)
class DegreeTable:
    """Degrees of points a kilometre apart: between them a straight line is right to 3 cm.

    Attributes
    ----------
    lattice
        The points.
    degrees
        Their longitudes and latitudes, shape (2, rows, columns).
    """

    lattice: Lattice
    degrees: FloatArray

    @classmethod
    def around(cls, lattice: Lattice) -> "DegreeTable":
        """Project what is needed for areas on a lattice."""
        corners = np.array([[lattice.easts[i], lattice.norths[i]] for i in (0, -1)])
        points = Lattice.around(corners, margin_m=KILOMETRE, cell_m=KILOMETRE)
        to_degrees = Transformer.from_crs(GREAT_BRITAIN_GRID, DEGREES, always_xy=True)
        degrees = np.stack(to_degrees.transform(*points.points.T))
        return cls(points, degrees.reshape(2, points.rows, points.columns))

    def project(self, areas: Sequence[shapely.MultiPolygon]) -> list[shapely.MultiPolygon]:
        """Areas in metres of the National Grid as areas in degrees; what they share, they still share."""
        return list(shapely.transform(np.asarray(areas, dtype=object), self._points))

    def _points(self, metres: FloatArray) -> FloatArray:
        place = ((metres - (self.lattice.east, self.lattice.north)) / KILOMETRE).T[::-1]
        return np.column_stack([ndimage.map_coordinates(axis, place, order=1) for axis in self.degrees])


def _ring_m2(ring: shapely.LinearRing) -> float:
    return float(shapely.area(shapely.Polygon(ring)))


def _multi(area: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shapely.get_parts(area))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
