"""Isochrones of some sites, or of any points: membership and nested polygons together."""

from collections.abc import Iterator, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.errors import TableError
from clinic_siting.isochrones.contours import below, in_degrees, simplified, without_small_parts
from clinic_siting.isochrones.drawing import Drawing, Lattice
from clinic_siting.isochrones.field import WayToRoad, way_to_road
from clinic_siting.isochrones.membership import check_bands, membership
from clinic_siting.network import access_minutes, grid_points, snap
from clinic_siting.tables import DEGREES, FloatArray, Isochrones, RoadNetwork, TravelTimes
from clinic_siting.travel import node_times

DEFAULT = Drawing()
M2_PER_KM2 = 1e6


def isochrones(
    times: TravelTimes,
    network: RoadNetwork,
    drawn: Mapping[str, FloatArray],
    *,
    bands_min: tuple[float, ...],
    drawing: Drawing = DEFAULT,
) -> Isochrones:
    """Membership of every zone and site, and polygons for the sites that are drawn.

    Parameters
    ----------
    times
        Minutes from every zone to every site: they alone make the membership.
    network
        The roads.
    drawn
        By site id, minutes from every node to the site with the site's own way to the road, shape
        (n_nodes,), as :func:`clinic_siting.travel.node_times` gives them.
    bands_min
        Thresholds in minutes, ascending.
    drawing
        How the polygons are drawn.

    Returns
    -------
    Isochrones
        Polygons nest: each band holds the one before it.

    Raises
    ------
    ConfigError
        Where the bands are no ascending, positive minutes.
    TableError
        Where a site to draw is not in the travel times, or its minutes do not fit the network.
    """
    inside = membership(times, bands_min)
    unknown = [site for site in drawn if site not in times.site_id]
    if unknown:
        raise TableError(f"isochrones: {len(unknown)} site(s) to draw are not in the travel times.", unknown)
    polygons = isochrone_polygons(network, drawn, bands_min=bands_min, drawing=drawing)
    return Isochrones(times.zone_id, times.site_id, bands_min, inside, polygons)


def isochrones_at(
    network: RoadNetwork,
    places: pd.DataFrame,
    *,
    bands_min: tuple[float, ...],
    drawing: Drawing = DEFAULT,
) -> gpd.GeoDataFrame:
    """Polygons around any places, sites or not.

    Parameters
    ----------
    network
        The roads.
    places
        ``lon``, ``lat`` in degrees; the index names the places.
    bands_min
        Thresholds in minutes, ascending.
    drawing
        How the polygons are drawn.

    Returns
    -------
    GeoDataFrame
        As :func:`isochrone_polygons` gives it.

    Raises
    ------
    TableError
        Where a place is farther than ``max_snap_m`` from every road.
    """
    check_bands(bands_min)
    way = snap(
        network,
        places[["lon", "lat"]],
        max_snap_m=drawing.max_snap_m,
        anchors_only=drawing.anchors_only,
    )
    far = ~np.isfinite(way.minutes)
    if far.any():
        rows = [
            f"{place}: {metres:,.0f} m"
            for place, metres in zip(way.index[far], way.straight_m[far], strict=True)
        ]
        raise TableError(
            f"isochrones: {far.sum()} place(s) are farther than {drawing.max_snap_m:g} m from every road.",
            rows,
        )
    minutes = node_times(network, way)
    drawn = dict(zip(way.index.astype(str), minutes, strict=True))
    return isochrone_polygons(network, drawn, bands_min=bands_min, drawing=drawing)


def isochrone_polygons(
    network: RoadNetwork,
    drawn: Mapping[str, FloatArray],
    *,
    bands_min: tuple[float, ...],
    drawing: Drawing = DEFAULT,
) -> gpd.GeoDataFrame:
    """Nested polygons from which each site is reached within each band.

    The way from every point of the lattice to its nearest node is found once and serves all sites.

    Parameters
    ----------
    network
        The roads.
    drawn
        Minutes from every node to each site, shape (n_nodes,).
    bands_min
        Thresholds in minutes, ascending.
    drawing
        How they are drawn.

    Returns
    -------
    GeoDataFrame
        ``site_id``, ``minutes``, ``geometry`` in degrees: a row for each site and band, sorted; an
        area that holds no point of the lattice is empty.

    Raises
    ------
    ConfigError
        Where the bands are no ascending, positive minutes.
    TableError
        Where a site's minutes do not fit the network.
    """
    check_bands(bands_min)
    _check_node_minutes(network, drawn)
    sites = sorted(drawn)
    areas: list[shapely.MultiPolygon] = []
    for bands in _areas(network, [drawn[site] for site in sites], bands_min, drawing):
        kept = [without_small_parts(area, drawing.smallest_km2 * M2_PER_KM2) for area in bands]
        areas += in_degrees(simplified(kept, drawing.simplify_m))
    columns = {
        "site_id": np.repeat(sites, len(bands_min)),
        "minutes": np.tile(bands_min, len(sites)).astype(float),
    }
    return gpd.GeoDataFrame(columns, geometry=areas, crs=DEGREES)


def _areas(
    network: RoadNetwork, drawn: Sequence[FloatArray], bands_min: tuple[float, ...], drawing: Drawing
) -> Iterator[list[shapely.MultiPolygon]]:
    nodes = grid_points(network.lon, network.lat)
    latest = bands_min[-1] - drawing.door_to_door_min
    reached = [minutes <= latest for minutes in drawn]
    any_site = np.logical_or.reduce(reached) if reached else np.zeros(len(nodes), dtype=bool)
    if not any_site.any():
        yield from ([shapely.MultiPolygon()] * len(bands_min) for _ in drawn)
        return
    # Whoever is farther from a reached node than this needs longer than the longest band.
    margin_m = min(drawing.max_snap_m, latest / _way_min(1.0)) + 2 * drawing.cell_m
    lattice = Lattice.around(nodes[any_site], margin_m=margin_m, cell_m=drawing.cell_m)
    way = way_to_road(nodes, network.anchor, lattice, drawing)
    for minutes, within in zip(drawn, reached, strict=True):
        if within.any():
            window = lattice.window(nodes[within], margin_m)
            yield _site_areas(way, minutes + drawing.door_to_door_min, window, bands_min)
        else:
            yield [shapely.MultiPolygon()] * len(bands_min)


def _site_areas(
    way: WayToRoad, node_minutes: FloatArray, window: tuple[slice, slice], bands_min: tuple[float, ...]
) -> list[shapely.MultiPolygon]:
    lattice = way.lattice.cut(*window)
    # Times change by no more than this from point to point; beyond it, "no route" reads the same.
    beyond = bands_min[-1] + _way_min(lattice.cell_m)
    field = np.minimum(way.field(node_minutes, window), beyond)
    return [below(field, lattice, band) for band in bands_min]


def _way_min(straight_m: float) -> float:
    return float(access_minutes(np.array([straight_m]))[0])


def _check_node_minutes(network: RoadNetwork, drawn: Mapping[str, FloatArray]) -> None:
    for site, minutes in drawn.items():
        if minutes.shape != (network.n_nodes,):
            raise TableError(
                f"isochrones: site {site} has node minutes of shape {minutes.shape}; "
                f"the network has {network.n_nodes:,} nodes."
            )
        wrong = ~(minutes >= 0)
        if wrong.any():
            rows = [f"node {node}: {minutes[node]}" for node in np.flatnonzero(wrong)[:1000]]
            raise TableError(
                f"isochrones: site {site} has {wrong.sum():,} node minutes that are NaN or negative.", rows
            )
