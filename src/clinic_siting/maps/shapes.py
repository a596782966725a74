"""Everything on the map that has a shape, packed: areas, land, counties, roads, isochrones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.maps import names, scenery, words
from clinic_siting.maps.data import MapData
from clinic_siting.maps.encode import GRID_ZOOM, column, grid, lines, whole_numbers
from clinic_siting.maps.major_roads import draw_roads
from clinic_siting.maps.topology import NOBODY, build_topology
from clinic_siting.tables import BoolArray, DemandZones, Roads

NOWHERE = 2**16 - 1
MARGIN_LON, MARGIN_LAT = 0.9, 0.45
SHIELD_COLUMNS = ("road", "road_class", "points")


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """What a map shows whatever the plan: it depends on the area, the outlines and the roads alone.

    Attributes
    ----------
    content
        Areas, land, counties, seas and roads, packed.
    shore
        Land and coast, which isochrones are cut by.
    """

    content: Mapping[str, Any]
    shore: scenery.Shore


def shapes(data: MapData, backdrop: Backdrop | None = None) -> dict[str, Any]:
    """Areas of the plan, and the land around them.

    Parameters
    ----------
    data
        What the page shows.
    backdrop
        What :func:`draw_backdrop` made of the same area, outlines and roads, where it is at hand.

    Raises
    ------
    TableError
        Where an area has no shape.
    """
    known = backdrop or draw_backdrop(data.zones, data.boundaries, data.roads)
    position = {site: j for j, site in enumerate(data.times.site_id)}
    return {
        **known.content,
        "isochrones": [
            {"site": position[site], "minutes": minutes, "lines": lines(paths)}
            for site, minutes, paths in scenery.isochrone_lines(data.isochrones, known.shore)
            if site in position
        ],
    }


def draw_backdrop(zones: DemandZones, boundaries: Mapping[str, gpd.GeoDataFrame], roads: Roads) -> Backdrop:
    """What stays the same on every map of an area, for whoever draws many.

    Parameters
    ----------
    zones
        The area's zones.
    boundaries
        Outlines in degrees.
    roads
        Motorways, trunk and primary roads are drawn from it.

    Raises
    ------
    TableError
        Where an area has no shape.
    """
    table = zones.table
    codes = names.labels(table["msoa"])
    msoa = boundaries["msoa"].sort_values("msoa").reset_index(drop=True)
    ours = msoa["msoa"].isin(codes).to_numpy()
    missing = sorted(set(codes) - set(msoa["msoa"]))
    if missing:
        words.refuse_missing_shapes(missing)
    shore = scenery.shore(boundaries["land"].geometry.to_numpy(), msoa.geometry.to_numpy())
    area = shapely.unary_union(scenery.on_grid(msoa.geometry.to_numpy()[ours]))
    counties, inside = _county_shapes(table, boundaries["counties"])
    west, south, east, north = gpd.GeoSeries(msoa.geometry[ours]).total_bounds
    bounds = (west - MARGIN_LON, south - MARGIN_LAT, east + MARGIN_LON, north + MARGIN_LAT)
    drawn = draw_roads(roads, bounds)
    names_by_code = table.drop_duplicates("msoa").set_index("msoa")["msoa_name"]
    content = {
        "zoom": GRID_ZOOM,
        "bounds": [int(v) for v in np.rint(area.bounds)],
        "msoas": [str(names_by_code[code]) for code in codes],
        "areas": _areas(msoa, ours, codes),
        "land": lines(scenery.rings_on_grid(shore.land)),
        "countyLines": lines(scenery.county_lines(counties, inside, area, shore.coast)),
        "countyNames": [
            [row.name, row.x, row.y] for row in scenery.county_labels(counties).itertuples(index=False)
        ],
        "seas": [
            [name, *map(int, grid(np.array([lon]), np.array([lat]))[0])] for name, lon, lat in scenery.SEAS
        ],
        "roads": [[lines(part) for part in scenery.split(paths, area)] for paths in drawn.lines],
        "shields": [
            {"road": str(road), "rank": int(rank), "points": lines([np.asarray(points)])}
            for road, rank, points in zip(*(drawn.shields[c] for c in SHIELD_COLUMNS), strict=True)
        ],
    }
    return Backdrop(content, shore)


def _areas(msoa: gpd.GeoDataFrame, ours: BoolArray, codes: list[str]) -> dict[str, Any]:
    """Borders of the area's MSOAs; beyond the area lies another area, or the sea."""
    topology = build_topology(msoa.geometry)
    number = np.full(len(msoa) + 1, NOBODY)
    number[:-1][ours] = np.arange(len(codes))
    sides = number[topology.owners]
    needed = np.flatnonzero((sides != NOBODY).any(axis=1))
    renumbered = np.full(len(topology.arcs), NOBODY)
    renumbered[needed] = np.arange(len(needed))
    coastal = (topology.owners[needed] == NOBODY).any(axis=1)
    references: list[int] = []
    for rings, own in zip(topology.areas, ours, strict=True):
        if own:
            references.append(len(rings))
            for ring in rings:
                references.append(len(ring))
                references += [int(renumbered[arc]) if arc >= 0 else ~int(renumbered[~arc]) for arc in ring]
    return {
        "arcs": lines(topology.arcs[arc] for arc in needed),
        "sides": column(np.where(sides[needed] == NOBODY, NOWHERE, sides[needed]), "u2"),
        "coast": column(coastal.astype(np.int64)),
        "rings": whole_numbers(references),
    }


def _county_shapes(
    table: pd.DataFrame, counties: gpd.GeoDataFrame
) -> tuple[dict[str, shapely.Geometry], set[str]]:
    london: set[str] = set()
    if "region" in table:
        london = set(table.loc[table["region"] == "London", "county"])
    groups: dict[str, list[shapely.Geometry]] = {}
    counties = counties.sort_values("county")
    for county, shape in zip(counties["county"], counties.geometry, strict=True):
        groups.setdefault("London" if county in london else str(county), []).append(scenery.on_grid(shape)[0])
    merged = {name: shapely.unary_union(shapes) for name, shapes in groups.items()}
    return merged, set(names.counties(table))
