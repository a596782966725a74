"""The polygon is checked against the membership: it never decides a figure."""

import numpy as np
import pandas as pd
import shapely

from clinic_siting.tables import BoolArray, DemandZones, Isochrones, TravelTimes, same_labels


def polygon_agreement(
    isochrones: Isochrones, zones: DemandZones, demand: pd.Series, times: TravelTimes
) -> pd.DataFrame:
    """Share of demand that each polygon has on the side where its minutes put it.

    Parameters
    ----------
    isochrones
        Polygons and membership.
    zones
        Points where journeys begin.
    demand
        Demand by zone.
    times
        The minutes behind the membership.

    Returns
    -------
    DataFrame
        A row a polygon: ``site_id``, ``minutes``, ``agreement`` (share, 0 to 1, of the demand that
        has a route to the site and may use it), ``wrongly_in`` and ``wrongly_out`` (demand).

    Raises
    ------
    TableError
        Where the zones differ.
    """
    same_labels(zones.zone_id, isochrones.zone_id, "polygons and zones")
    same_labels(demand.index, isochrones.zone_id, "polygons and demand")
    same_labels(times.zone_id, isochrones.zone_id, "polygons and travel times")
    places = shapely.STRtree(shapely.points(zones.table[["lon", "lat"]].to_numpy(dtype=float)))
    weight = demand.to_numpy(dtype=float)
    rows = []
    polygons = isochrones.polygons
    for site, minutes, polygon in zip(
        polygons["site_id"], polygons["minutes"], polygons.geometry, strict=True
    ):
        # Outside a site's catchment the minutes are endless, wherever the polygon runs.
        counts = weight * np.isfinite(times.to([site])[:, 0])
        member = isochrones.within(minutes)[:, isochrones.site_id.get_loc(site)]
        inside = _inside(polygon, places)
        wrongly_in, wrongly_out = (float(counts @ wrong) for wrong in (inside & ~member, member & ~inside))
        total = float(counts.sum())
        share = 1 - (wrongly_in + wrongly_out) / total if total else 1.0
        rows.append((site, minutes, share, wrongly_in, wrongly_out))
    return pd.DataFrame(rows, columns=["site_id", "minutes", "agreement", "wrongly_in", "wrongly_out"])


def _inside(polygon: shapely.MultiPolygon, places: shapely.STRtree) -> BoolArray:
    # Island by island, so that a place far from it costs nothing.
    inside = np.zeros(len(places), dtype=bool)
    _, within = places.query(shapely.get_parts(polygon), predicate="intersects")
    inside[within] = True
    return inside
