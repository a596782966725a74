"""One question about an area, without the whole line: a matrix of minutes, an isochrone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from clinic_siting import isochrones, sources
from clinic_siting.config import Config
from clinic_siting.demand import demand_by_zone
from clinic_siting.errors import ConfigError, DataError
from clinic_siting.figures import Figures, read_figures
from clinic_siting.ground import (
    LAYING,
    READING,
    TRAVELLING,
    Announce,
    Journeys,
    Lay,
    lay_roads,
    measure_journeys,
    silent,
)
from clinic_siting.network import snap
from clinic_siting.placing import place_points
from clinic_siting.siting import refuse_unknown_sites
from clinic_siting.spreadsheets import read_bytes, read_table
from clinic_siting.tables import Isochrones, RoadNetwork, Sites
from clinic_siting.travel import TravelEngine, travel_times

# A tenth of a metre; more digits would only make the file longer.
DECIMALS = 6
MATRIX_STAGES = (READING, LAYING, TRAVELLING)
ISOCHRONE_STAGES = (READING, LAYING, "Drawing isochrones")


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """Isochrones of places, and how well they are drawn.

    Attributes
    ----------
    polygons
        ``site_id`` (or ``lon,lat``), ``minutes``, ``geometry`` in degrees.
    agreement
        Share of the area's demand that each polygon has on its right side, as
        :func:`~clinic_siting.isochrones.polygon_agreement` gives it.
    """

    polygons: gpd.GeoDataFrame
    agreement: pd.DataFrame


def travel_matrix(
    config: Config,
    *,
    sites_file: Path | None = None,
    lay: Lay = TravelEngine.on,
    announce: Announce = silent,
) -> Journeys:
    """Minutes from the area's zones to every site in play, or to those of a file.

    Parameters
    ----------
    config
        The scenario; catchments do not matter here.
    sites_file
        CSV with ``site_id``, ``lon``, ``lat`` (the rest is ignored), in place of the data set's sites.
    lay
        Lays minutes on the roads; :func:`~clinic_siting.matrix.scattered` spreads the work over workers.
    announce
        Called with the name of each stage as it begins.

    Returns
    -------
    With ``times``: minutes, zones × sites, ``door_to_door_min`` included; ``inf`` where there is no route.
    """
    announce(READING)
    figures = read_figures(config)
    if sites_file is not None:
        sites = read_points(sites_file, figures.data)
        figures = replace(figures, sites=sites, all_sites=figures.all_sites.union(sites.site_id))
    announce(LAYING)
    network = lay_roads(figures, config)
    announce(TRAVELLING)
    return measure_journeys(figures, network, config, lay=lay)


def isochrones_around(
    config: Config,
    *,
    site_ids: Iterable[str] = (),
    points: Iterable[tuple[float, float]] = (),
    minutes: tuple[float, ...],
    announce: Announce = silent,
) -> Around:
    """Nested polygons around sites or any points, patient to clinic.

    Parameters
    ----------
    config
        The scenario: its roads, period, congestion and gates.
    site_ids
        Ids of sites, in play or not.
    points
        Any (lon, lat) in degrees.
    minutes
        Thresholds, ascending.
    announce
        Called with the name of each stage as it begins.

    Returns
    -------
    The polygons by road alone: a planner's own times have none.

    Raises
    ------
    ConfigError
        Where neither sites nor points are given, or a site is unknown.
    """
    announce(READING)
    figures = read_figures(config)
    places = _places(figures, list(site_ids), list(points))
    announce(LAYING)
    network = lay_roads(figures, config)
    announce(ISOCHRONE_STAGES[2])
    polygons = polygons_around(network, places, config, minutes=minutes)
    return Around(polygons, _agreement(figures, network, places, polygons, config))


def polygons_around(
    network: RoadNetwork, places: pd.DataFrame, config: Config, *, minutes: tuple[float, ...]
) -> gpd.GeoDataFrame:
    """Nested polygons around places on roads that are laid already.

    Parameters
    ----------
    network
        The routable graph.
    places
        ``lon``, ``lat`` in degrees, by their ids.
    config
        The scenario: how far a place may be from a road, and what is added to every journey.
    minutes
        Thresholds, ascending.
    """
    drawing = isochrones.Drawing(
        max_snap_m=config.travel.max_snap_m, door_to_door_min=config.travel.door_to_door_min
    )
    found = isochrones.isochrones_at(network, places, bands_min=minutes, drawing=drawing)
    rounded = rounded_areas(found.geometry.to_numpy())
    return found.set_geometry(gpd.GeoSeries(rounded, index=found.index, crs=found.crs))


def rounded_areas(areas: npt.NDArray[np.object_]) -> list[shapely.MultiPolygon]:
    """Areas on a grid of a millionth of a degree, and still valid.

    Rounding each corner by itself would let thin necks and small islands fall in on themselves.
    """
    on_grid = shapely.set_precision(areas, 10.0**-DECIMALS)
    return [shapely.multipolygons(shapely.get_parts(area)) for area in on_grid]


def _agreement(
    figures: Figures, network: RoadNetwork, places: pd.DataFrame, polygons: gpd.GeoDataFrame, config: Config
) -> pd.DataFrame:
    """Hold the polygons against the minutes of the area's zones, which they must not contradict."""
    zones, sites = (
        snap(network, table[["lon", "lat"]], max_snap_m=config.travel.max_snap_m)
        for table in (figures.zones.table, places)
    )
    times = travel_times(network, zones, sites, door_to_door_min=config.travel.door_to_door_min)
    bands = tuple(float(band) for band in np.unique(polygons["minutes"]))
    drawn = Isochrones(times.zone_id, times.site_id, bands, isochrones.membership(times, bands), polygons)
    demand = demand_by_zone(figures.zones, figures.rates, model=config.demand.model)
    return isochrones.polygon_agreement(drawn, figures.zones, demand, times)


def read_points(path: Path, data: sources.DataFolder) -> Sites:
    """Sites of a plain list; each counts as a candidate.

    Parameters
    ----------
    path
        CSV or Parquet with ``site_id`` and ``lon``, ``lat``, or else a postcode, LSOA or MSOA.
    data
        The zones and postcode sectors by which places without coordinates are found.

    Raises
    ------
    DataError
        Where the file is missing or is no CSV with these columns.
    """
    table = read_table(read_bytes(path), path, as_text=("site_id",))
    if "site_id" in table and not {"lon", "lat"} & set(table.columns):
        table = place_points(table, sources.read_zones(data), sources.read_postcode_sectors(data))
    missing = {"site_id", "lon", "lat"} - set(table.columns)
    if missing:
        raise DataError(
            f"{path}: column(s) {', '.join(sorted(missing))} missing.",
            [f"columns: {', '.join(table.columns)}"],
        )
    return Sites(table[["site_id", "lon", "lat"]].assign(status="candidate"))


def refuse_unknown_places(site_ids: Iterable[str], sites: Sites) -> None:
    """Refuse ids of sites that the data set does not have.

    Parameters
    ----------
    site_ids
        What was asked for.
    sites
        All sites.

    Raises
    ------
    ConfigError
        Naming each, and the likely spelling.
    """
    refuse_unknown_sites("isochrones: {} site(s) are not in the data set.", site_ids, sites.site_id, sites)


def _places(figures: Figures, site_ids: list[str], points: list[tuple[float, float]]) -> pd.DataFrame:
    if not site_ids and not points:
        raise ConfigError("isochrones: name a site (--site) or a point (--at LON,LAT).")
    refuse_unknown_places(site_ids, figures.sites)
    sites = figures.sites.table.loc[site_ids, ["lon", "lat"]]
    named = {f"{lon:g},{lat:g}": (lon, lat) for lon, lat in points}
    others = pd.DataFrame.from_dict(named, orient="index", columns=["lon", "lat"])
    return pd.concat([sites, others]) if len(others) else sites
