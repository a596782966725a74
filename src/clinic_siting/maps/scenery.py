"""What lies under the figures of a map: land, county lines and names, isochrones cut at the coast, seas."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from clinic_siting.maps.encode import project
from clinic_siting.tables import IntArray, Isochrones

# Lengths and areas are in grid units of 12 metres.
COAST_DETAIL = 1.5
LINE_DETAIL = 6.0
COAST_MARGIN = 25.0
ISOCHRONE_DETAIL = 10.0
ISOCHRONE_COAST_MARGIN = 45.0
ISOCHRONE_ROUNDING = 80.0
RASTER_STEP = 8.0
# Well below what is cut from the outline in the end.
ARC_DETAIL = 4.0
SPECK = 20_000.0
SMALLEST_RING = 120_000.0
SHORTEST_LINE = 120.0
SMALLEST_LABELLED_COUNTY = 2.8e6
# The seas have no place in the gazetteer: name, longitude, latitude.
SEAS = (("North Sea", 1.95, 51.98), ("English Channel", 0.95, 50.66))


Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Shore:
    """Land and coast on the grid.

    Attributes
    ----------
    land
        One polygon or multipolygon in grid units.
    coast
        Its outline.
    """

    land: shapely.Geometry
    coast: shapely.Geometry


def shore(land: Geometries, areas: Geometries) -> Shore:
    """Land that holds every area, so that no area stands in the sea.

    Parameters
    ----------
    land
        Coarse outlines of the country, in degrees.
    areas
        Polygons of the region, in degrees; their outer outline is the better coast.
    """
    whole = shapely.unary_union([*on_grid(land), *on_grid(areas)])
    parts = [shapely.polygons(part.exterior) for part in _polygons(whole)]
    simple = shapely.make_valid(shapely.simplify(shapely.unary_union(parts), COAST_DETAIL))
    return Shore(simple, shapely.boundary(simple))


def on_grid(shapes: Geometries | shapely.Geometry) -> list[shapely.Geometry]:
    """Geometries in grid units instead of degrees, not yet rounded: rounding could make lines cross."""
    return list(shapely.transform(np.atleast_1d(shapes), lambda xy: project(xy[:, 0], xy[:, 1])))


def paths_of(shape: shapely.Geometry, *, shortest: float = 0.0) -> list[IntArray]:
    """Lines of a geometry as grid points, none shorter than ``shortest`` grid units."""
    parts = [p for p in shapely.get_parts(shape, return_index=False) if p.geom_type.endswith("LineString")]
    if not parts:
        return []
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
    kept = [line for line in merged if line.length >= shortest]
    paths = [np.rint(shapely.get_coordinates(line)).astype(np.int64) for line in kept]
    return sorted(paths, key=lambda path: (int(path[0, 0]), int(path[0, 1]), len(path)))


def rings_on_grid(shape: shapely.Geometry) -> list[IntArray]:
    """Outlines of a geometry that is on the grid already."""
    rings = [ring for part in _polygons(shape) for ring in shapely.get_rings(part)]
    return [np.rint(shapely.get_coordinates(ring)).astype(np.int64) for ring in rings]


def split(paths: list[IntArray], area: shapely.Geometry) -> tuple[list[IntArray], list[IntArray]]:
    """Lines inside the area and outside it, so that a page need not cut them at every drawing.

    Parameters
    ----------
    paths
        Lines on the grid.
    area
        Polygon on the grid.
    """
    shapely.prepare(area)
    inside, outside = [], []
    for path in paths:
        line = shapely.LineString(path)
        if shapely.contains_properly(area, line):
            inside.append(path)
        elif shapely.disjoint(area, line):
            outside.append(path)
        else:
            inside += paths_of(shapely.intersection(line, area))
            outside += paths_of(shapely.difference(line, area))
    return inside, outside


def county_lines(
    counties: dict[str, shapely.Geometry], inside: set[str], area: shapely.Geometry, coast: shapely.Geometry
) -> list[IntArray]:
    """County borders outside the area; inside it they follow the small areas' own borders.

    Parameters
    ----------
    counties
        Polygon on the grid by name.
    inside
        Names of the counties that lie in the area.
    area
        Polygon of the area on the grid.
    coast
        Coast line on the grid.
    """
    outside = [shape for name, shape in counties.items() if name not in inside]
    if not outside:
        return []
    borders = shapely.simplify(
        shapely.unary_union([shapely.boundary(shape) for shape in outside]), LINE_DETAIL
    )
    hidden = shapely.unary_union(
        [shapely.buffer(coast, COAST_MARGIN, quad_segs=1), shapely.buffer(area, COAST_MARGIN, quad_segs=1)]
    )
    return paths_of(shapely.difference(borders, hidden), shortest=SHORTEST_LINE)


def county_labels(counties: dict[str, shapely.Geometry]) -> pd.DataFrame:
    """Names of the larger counties and where to write them: ``name``, ``x``, ``y``, largest first."""
    rows = []
    for name, shape in counties.items():
        if shape.area < SMALLEST_LABELLED_COUNTY:
            continue
        centre = shapely.centroid(shape)
        if not shapely.contains(shape, centre):
            centre = shapely.point_on_surface(shape)
        rows.append({"name": name, "x": round(centre.x), "y": round(centre.y), "area": shape.area})
    table = pd.DataFrame(rows, columns=["name", "x", "y", "area"])
    return table.sort_values(["area", "name"], ascending=[False, True]).drop(columns="area")


def isochrone_lines(isochrones: Isochrones, where: Shore) -> list[tuple[str, float, list[IntArray]]]:
    """Isochrones as open lines: small rings dropped, cut where they would only trace the coast.

    Returns
    -------
        Site, minutes and lines, in the order of site and minutes.
    """
    table = isochrones.polygons.sort_values(["site_id", "minutes"])
    if table.empty:
        return []
    shore = shapely.buffer(where.coast, ISOCHRONE_COAST_MARGIN, quad_segs=1)
    dry = shapely.difference(where.land, shore)
    shapely.prepare(dry)
    found = []
    for site, minutes, shape in zip(table["site_id"], table["minutes"], table.geometry, strict=True):
        smooth = _smooth(on_grid(shape)[0])
        rings = [shapely.polygons(ring) for part in _polygons(smooth) for ring in shapely.get_rings(part)]
        # An isochrone of small rings alone (five minutes in a town) keeps its largest.
        least = min(SMALLEST_RING, max((ring.area for ring in rings), default=0.0))
        large = [shapely.boundary(ring) for ring in rings if ring.area >= least]
        outline = shapely.simplify(shapely.MultiLineString(large), ISOCHRONE_DETAIL)
        lines = paths_of(shapely.intersection(outline, dry), shortest=SHORTEST_LINE)
        found.append((str(site), float(minutes), lines))
    return found


def _smooth(shape: shapely.Geometry) -> shapely.Geometry:
    """Close narrow gaps (creeks, single fields), then drop narrow spikes; bands stay nested."""
    # Holes and islands that the rounding swallows anyway, and the steps of the raster, only cost time.
    kept = _without_specks(shape)
    if kept is not None:
        shape = shapely.make_valid(shapely.simplify(kept, RASTER_STEP, preserve_topology=False))
    closed = shapely.buffer(shape, ISOCHRONE_ROUNDING, quad_segs=2)
    # A buffer's time grows with the short edges of the arcs that the one before it has drawn.
    opened = shapely.buffer(_coarse(closed), -2 * ISOCHRONE_ROUNDING, quad_segs=2)
    return shapely.buffer(_coarse(opened), ISOCHRONE_ROUNDING, quad_segs=2)


def _coarse(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.simplify(shape, ARC_DETAIL, preserve_topology=False)


def _without_specks(shape: shapely.Geometry) -> shapely.MultiPolygon | None:
    """Leave out small islands and fill small holes; None where nothing is left."""
    rings, part = shapely.get_rings(_polygons(shape), return_index=True)
    large = shapely.area(shapely.polygons(rings)) > SPECK
    outer = np.diff(part, prepend=-1) > 0
    kept = large & large[outer][part]
    rings, starts = rings[kept], np.flatnonzero(outer[kept])
    parts = [shapely.polygons(own[0], own[1:]) for own in np.split(rings, starts[1:])] if len(rings) else []
    return shapely.multipolygons(parts) if parts else None


def _polygons(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Polygons of any geometry; lines and points that a repair has left are dropped."""
    parts = [piece for part in shapely.get_parts(shape) for piece in shapely.get_parts(part)]
    return [part for part in parts if part.geom_type == "Polygon"]
