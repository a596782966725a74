"""Isochrones as lines for a map: they cross the coast instead of tracing it.

A polygon ends at the sea, for no road lies there; a line that follows the shore tells a reader
nothing. So here a point at sea takes the time of the nearest point on land, the field is smoothed a
little, and its contours are cut at the coast.
"""

from collections.abc import Mapping

import contourpy
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import ndimage

from clinic_siting.grid import grid_points
from clinic_siting.isochrones.drawing import Drawing, Lattice
from clinic_siting.isochrones.field import nodes_in_time, way_to_road
from clinic_siting.isochrones.membership import check_bands
from clinic_siting.isochrones.projection import degrees_table, node_points
from clinic_siting.tables import DEGREES, FloatArray, RoadNetwork

M2_PER_KM2 = 1e6
# Points over which the field is smoothed: one standard deviation of a Gaussian.
SMOOTHING = 1.0
# Times are cut off at this many times the longest band, so that no road does not drown its neighbours.
TOO_LONG = 1.25
COARSE = Drawing(cell_m=300, smallest_km2=5)


def display_lines(
    network: RoadNetwork,
    drawn: Mapping[str, FloatArray],
    *,
    bands_min: tuple[float, ...],
    land: shapely.Geometry,
    drawing: Drawing = COARSE,
) -> gpd.GeoDataFrame:
    """Lines on land where each site's time is exactly a band's: for the eye, not for figures.

    Parameters
    ----------
    network
        The roads.
    drawn
        By site id, minutes from every node to the site, shape (n_nodes,).
    bands_min
        Thresholds in minutes, ascending.
    land
        Land in degrees.
    drawing
        ``cell_m`` and ``smallest_km2`` (of rings that are drawn); the way to the road as ever.

    Returns
    -------
    GeoDataFrame
        ``site_id``, ``minutes``, ``geometry`` (MultiLineString in degrees), sorted. Lines of one site
        never cross: they are contours of one field.

    Raises
    ------
    ConfigError
        Where the bands are no ascending, positive minutes.
    TableError
        Where a site's minutes do not fit the network.
    """
    check_bands(bands_min)
    latest = bands_min[-1] - drawing.door_to_door_min
    reached = nodes_in_time(network, drawn, latest)
    sites = sorted(drawn)
    lines = [shapely.MultiLineString()] * (len(sites) * len(bands_min))
    if reached.any():
        way = way_to_road(network, node_points(network.lon, network.lat), reached, latest, drawing)
        everywhere = (slice(None), slice(None))
        ground, ashore = _on_land(land, way.lattice)
        lines = []
        for site in sites:
            field = way.field(drawn[site] + drawing.door_to_door_min, everywhere)
            field = np.minimum(field, TOO_LONG * bands_min[-1])[ashore]
            smooth = ndimage.gaussian_filter(field, SMOOTHING, mode="nearest")
            rings = [
                _contours(smooth, way.lattice, band, drawing.smallest_km2 * M2_PER_KM2) for band in bands_min
            ]
            lines += shapely.intersection(rings, ground).tolist()
        lines = shapely.transform(
            np.array([_joined(line) for line in lines]), degrees_table(way.lattice)
        ).tolist()
    table = pd.MultiIndex.from_product([sites, bands_min], names=["site_id", "minutes"]).to_frame(index=False)
    return gpd.GeoDataFrame(table, geometry=lines, crs=DEGREES)


def _on_land(land: shapely.Geometry, lattice: Lattice) -> tuple[shapely.Geometry, tuple[FloatArray, ...]]:
    """Land in metres, and for each point of the lattice the row and column of the nearest on land."""
    frame = (lattice.easts[0], lattice.norths[0], lattice.easts[-1], lattice.norths[-1])
    metres = shapely.transform(land, lambda degrees: grid_points(*degrees.T))
    ground = shapely.intersection(shapely.make_valid(metres), shapely.box(*frame))
    shapely.prepare(ground)
    dry = shapely.contains_xy(ground, lattice.points).reshape(lattice.rows, lattice.columns)
    if not dry.any():
        return ground, tuple(np.indices(dry.shape))
    return ground, tuple(ndimage.distance_transform_edt(~dry, return_distances=False, return_indices=True))


def _contours(
    field: FloatArray, lattice: Lattice, threshold: float, smallest_m2: float
) -> shapely.MultiLineString:
    generator = contourpy.contour_generator(
        lattice.easts, lattice.norths, field, line_type=contourpy.LineType.Separate
    )
    lines = [shapely.LineString(line) for line in generator.lines(threshold) if len(line) > 2]
    kept = [line for line in lines if not line.is_ring or shapely.Polygon(line).area >= smallest_m2]
    return shapely.MultiLineString(kept)


def _joined(lines: shapely.Geometry) -> shapely.MultiLineString:
    parts = [
        part for part in shapely.get_parts(lines) if part.geom_type == "LineString" and not part.is_empty
    ]
    joined = shapely.line_merge(shapely.MultiLineString(parts))
    return shapely.MultiLineString([part for part in shapely.get_parts(joined) if not part.is_empty])
