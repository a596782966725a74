"""Isochrones of some sites, or of any points: membership and nested polygons together."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.errors import TableError
from clinic_siting.isochrones.contours import simplified, without_small_parts
from clinic_siting.isochrones.drawing import Drawing
from clinic_siting.isochrones.field import WayToRoad, nodes_in_time, way_to_road
from clinic_siting.isochrones.membership import check_bands, membership
from clinic_siting.isochrones.projection import degrees_table, node_points
from clinic_siting.isochrones.roadside import Roadside, roadside
from clinic_siting.network import snap
from clinic_siting.tables import (
    DEGREES,
    LAT_RANGE,
    LON_RANGE,
    BoolArray,
    FloatArray,
    Isochrones,
    RoadNetwork,
    TravelTimes,
)
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
        swapped = (places["lon"].between(*LAT_RANGE) & places["lat"].between(*LON_RANGE)).to_numpy()[far]
        hint = " Is it lon, lat? They look swapped." if swapped.any() else ""
        raise TableError(
            f"isochrones: {far.sum()} place(s) are farther than {drawing.max_snap_m:g} m from every road."
            + hint,
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
    latest = bands_min[-1] - drawing.door_to_door_min
    reached = nodes_in_time(network, drawn, latest)
    sites = sorted(drawn)
    areas = [shapely.MultiPolygon()] * (len(sites) * len(bands_min))
    if reached.any():
        face = _face(network, reached, latest, drawing)
        to_degrees = degrees_table(face.lattice)
        areas = []
        for site in sites:
            bands = face.areas(drawn[site] + drawing.door_to_door_min, bands_min)
            kept = [without_small_parts(area, drawing.smallest_km2 * M2_PER_KM2) for area in bands]
            areas += shapely.transform(simplified(kept, drawing.simplify_m), to_degrees).tolist()
    columns = {
        "site_id": np.repeat(sites, len(bands_min)),
        "minutes": np.tile(bands_min, len(sites)).astype(float),
    }
    return gpd.GeoDataFrame(columns, geometry=areas, crs=DEGREES)


def _face(
    network: RoadNetwork, reached: BoolArray, latest_min: float, drawing: Drawing
) -> WayToRoad | Roadside:
    nodes = node_points(network.lon, network.lat)
    if drawing.face == "matrix":
        return way_to_road(network, nodes, reached, latest_min, drawing)
    return roadside(network, nodes, reached, drawing)
