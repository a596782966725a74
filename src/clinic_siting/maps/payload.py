"""A map's data → one JSON text: typed columns, shapes once, nothing prebuilt that a page can work out."""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clinic_siting.maps import names, scenery, words
from clinic_siting.maps.data import WEIGHTS, MapData
from clinic_siting.maps.encode import GRID_ZOOM, column, grid, lines, whole_minutes, whole_numbers
from clinic_siting.maps.major_roads import draw_roads
from clinic_siting.maps.topology import NOBODY, build_topology
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# Sets of two are all carried; with more sites to open there are too many, and the best will do.
MOST_SETS = {1: 100_000, 2: 100_000}
MOST_LARGER_SETS = 500
NOWHERE = 2**16 - 1
NEAR_KM = 4.0
MARGIN_LON, MARGIN_LAT = 0.9, 0.45
SHIELD_COLUMNS = ("road", "road_class", "points")
RANKED = ("mean", "sd", "mad", "gini", "worst_tenth", "coverage", "alliance_gap")


def payload(data: MapData) -> str:
    """JSON for the page's script; safe inside HTML, since every ``<`` is escaped.

    Parameters
    ----------
    data
        What the page shows.
    """
    playing = data.sites.table.loc[data.times.site_id]
    position = {site: j for j, site in enumerate(data.times.site_id)}
    table = data.zones.table
    content = {
        "meta": _meta(data),
        "weights": {term: float(data.weights.get(term, 0.0)) for term in WEIGHTS},
        "today": {name: float(value) for name, value in data.today_measures.items()},
        "zones": _zones(data, position),
        "groups": {
            "alliance": [
                dict(zip(("label", "also"), names.alliance_label(name), strict=True))
                for name in _labels(table["alliance_name"])
            ],
            "icb": _labels(table["icb_name"]),
            "county": _labels(_county(data)),
        },
        "sites": _sites(playing),
        "saves": _saves(data),
        "ranking": _ranking(data, position),
        **_shapes(data),
        "places": _places(data),
        "sectors": _sectors(data),
        "robustness": _robustness(data, position),
    }
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _meta(data: MapData) -> dict[str, Any]:
    return {
        "scenario": data.scenario,
        "title": words.title_of(data),
        "period": data.period,
        "unit": data.demand_unit,
        "rules": data.rules,
        "standard": data.standard_min,
        "bands": list(data.bands_min),
        "variation": data.variation,
        "total": data.ranking_total or len(data.ranking),
        "date": data.data_date,
        "fingerprint": data.fingerprint,
        "credits": data.credits,
        "method": list(data.method) or words.method_of(data),
        "caveats": list(data.caveats),
        "lead": words.lead_trust(data),
        "chosen": list(data.plan.chosen),
        "proven": data.plan.proven,
        "tiles": list(data.tiles) if data.tiles else None,
    }


def _labels(values: pd.Series) -> list[str]:
    return sorted(map(str, values.unique()))


def _county(data: MapData) -> pd.Series:
    table = data.zones.table
    if "region" not in table:
        return table["county"]
    return table["county"].where(table["region"] != "London", "London")


def _coded(values: pd.Series) -> dict[str, str]:
    labels = {label: number for number, label in enumerate(_labels(values))}
    return column(values.astype(str).map(labels).to_numpy(dtype=np.int64))


def _zones(data: MapData, position: dict[str, int]) -> dict[str, Any]:
    table = data.zones.table
    today = data.today.table
    known = today["site_id"].notna()
    site = today["site_id"].where(known, None).map(lambda s: position.get(s, NOWHERE) if s else NOWHERE)
    found: dict[str, Any] = {
        "demand": column(data.demand.to_numpy(), "f8"),
        "people": column(table["population"].round().to_numpy(dtype=np.int64)),
        "today": column(_steps(data, today["minutes"].to_numpy()), "u2"),
        "todaySite": column(site.to_numpy(dtype=np.int64), "u2"),
        "alliance": _coded(table["alliance_name"]),
        "icb": _coded(table["icb_name"]),
        "county": _coded(_county(data)),
        "decile": column(table["imd_decile"].to_numpy(dtype=np.int64)),
        "msoa": _coded(table["msoa"]),
    }
    if data.patients is not None:
        found["cases"] = column(data.patients.reindex(table.index).to_numpy(), "f8")
    if data.snap_m is not None:
        metres = data.snap_m.reindex(table.index).to_numpy()
        found["snap"] = column(np.minimum(np.rint(metres), NOWHERE).astype(np.int64), "u2")
    return found


def _steps(data: MapData, minutes: FloatArray) -> IntArray:
    return whole_minutes(minutes, (*data.bands_min, data.standard_min))


def _sites(playing: pd.DataFrame) -> list[dict[str, Any]]:
    xy = grid(playing["lon"].to_numpy(float), playing["lat"].to_numpy(float))
    first = names.pools(playing)
    shared = [
        names.pool_name(playing["name"].iloc[[j for j, f in enumerate(first) if f == pool]]) for pool in first
    ]
    text = {
        "town": "lad_name", "kind": "kind", "trust": "trust", "catchment": "catchment", "note": "note",
        "confidence": "confidence", "services": "services",
    }  # fmt: skip
    shortest = [
        min((names.label_of(str(playing["name"].iloc[j])) for j, f in enumerate(first) if f == pool), key=len)
        for pool in first
    ]
    rows = []
    for j, (site, row) in enumerate(playing.iterrows()):
        name = str(row["name"])
        rows.append(
            {
                "id": str(site),
                "name": name,
                "label": names.label_of(name),
                "short": names.short_of(name),
                "place": names.place_of(name),
                "x": int(xy[j, 0]),
                "y": int(xy[j, 1]),
                "open": row["status"] == "existing",
                "pool": first[j],
                "poolName": shared[j],
                "poolLabel": shortest[j],
                **{key: _text(row, column_name) for key, column_name in text.items()},
            }
        )
    return rows


def _text(row: pd.Series, name: str) -> str:
    value = row.get(name)
    return "" if value is None or pd.isna(value) else str(value)


def _saves(data: MapData) -> dict[str, Any]:
    """Minutes to each candidate, only for the zones that it is nearer to than any clinic of today."""
    today = data.today.minutes.to_numpy()
    starts, zones, minutes = [0], [], []
    for j, site in enumerate(data.times.site_id):
        own = data.times.minutes[:, j]
        nearer = np.flatnonzero(own < today) if site not in data.sites.existing else np.array([], dtype=int)
        zones.append(nearer)
        minutes.append(_steps(data, own[nearer]))
        starts.append(starts[-1] + len(nearer))
    count = len(data.zones.zone_id)
    return {
        "start": column(np.array(starts), "u4"),
        "zone": column(np.concatenate(zones), "u2" if count < NOWHERE else "u4"),
        "minutes": column(np.concatenate(minutes), "u2"),
    }


def _ranking(data: MapData, position: dict[str, int]) -> dict[str, Any]:
    size = len(data.plan.chosen)
    kept = data.ranking.head(MOST_SETS.get(size, MOST_LARGER_SETS))
    sets = np.array([[position[s] for s in sorted(ids)] for ids in kept["sites"]], dtype=np.int64)
    return {
        "size": size,
        "sites": column(sets, "u2"),
        **{name: column(kept[name].to_numpy(dtype=float), "f8") for name in RANKED},
    }


def _shapes(data: MapData) -> dict[str, Any]:
    boundaries, table = data.boundaries, data.zones.table
    codes = _labels(table["msoa"])
    msoa = boundaries["msoa"].sort_values("msoa").reset_index(drop=True)
    ours = msoa["msoa"].isin(codes).to_numpy()
    missing = sorted(set(codes) - set(msoa["msoa"]))
    if missing:
        words.refuse_missing_shapes(missing)
    ground = scenery.ground(boundaries["land"].geometry.to_numpy(), msoa.geometry.to_numpy())
    area = shapely.unary_union(scenery.on_grid(msoa.geometry.to_numpy()[ours]))
    counties, inside = _county_shapes(data)
    west, south, east, north = gpd.GeoSeries(msoa.geometry[ours]).total_bounds
    bounds = (west - MARGIN_LON, south - MARGIN_LAT, east + MARGIN_LON, north + MARGIN_LAT)
    drawn = draw_roads(data.roads, bounds)
    position = {site: j for j, site in enumerate(data.times.site_id)}
    names_by_code = table.drop_duplicates("msoa").set_index("msoa")["msoa_name"]
    return {
        "zoom": GRID_ZOOM,
        "bounds": [int(v) for v in np.rint(area.bounds)],
        "msoas": [str(names_by_code[code]) for code in codes],
        "areas": _areas(msoa, ours, codes),
        "land": lines(scenery.rings_on_grid(ground.land)),
        "countyLines": lines(scenery.county_lines(counties, inside, area, ground.coast)),
        "countyNames": [
            [row.name, row.x, row.y] for row in scenery.county_labels(counties).itertuples(index=False)
        ],
        "seas": [
            [name, *map(int, grid(np.array([lon]), np.array([lat]))[0])] for name, lon, lat in scenery.SEAS
        ],
        "roads": [lines(paths) for paths in drawn.lines],
        "shields": [
            {"road": str(road), "rank": int(rank), "points": lines([np.asarray(points)])}
            for road, rank, points in zip(*(drawn.shields[c] for c in SHIELD_COLUMNS), strict=True)
        ],
        "isochrones": [
            {"site": position[site], "minutes": minutes, "lines": lines(paths)}
            for site, minutes, paths in scenery.isochrone_lines(data.isochrones, ground)
            if site in position
        ],
    }


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


def _county_shapes(data: MapData) -> tuple[dict[str, shapely.Geometry], set[str]]:
    table = data.zones.table
    london: set[str] = set()
    if "region" in table:
        london = set(table.loc[table["region"] == "London", "county"])
    groups: dict[str, list[shapely.Geometry]] = {}
    counties = data.boundaries["counties"].sort_values("county")
    for county, shape in zip(counties["county"], counties.geometry, strict=True):
        groups.setdefault("London" if county in london else str(county), []).append(scenery.on_grid(shape)[0])
    merged = {name: shapely.unary_union(shapes) for name, shapes in groups.items()}
    return merged, set(_county(data))


def _nearest_zone(data: MapData, lon: FloatArray, lat: FloatArray) -> IntArray:
    table = data.zones.table
    at, km = names.nearest((lon, lat), (table["lon"].to_numpy(float), table["lat"].to_numpy(float)))
    zone: IntArray = np.where(km <= NEAR_KM, at, NOWHERE)
    return zone


def _places(data: MapData) -> dict[str, Any]:
    places = data.places.sort_values(["population", "name"], ascending=[False, True], kind="stable")
    places = places[~places["name"].isin(names.SKIP_TOWNS)]
    lon, lat = places["lon"].to_numpy(float), places["lat"].to_numpy(float)
    zone = _nearest_zone(data, lon, lat)
    county = _county(data).to_numpy()
    london = [z != NOWHERE and county[z] == "London" for z in zone]
    xy = grid(lon, lat)
    return {
        "name": [str(name) for name in places["name"]],
        "label": [names.town_label(str(name)) for name in places["name"]],
        "x": column(xy[:, 0], "u4"),
        "y": column(xy[:, 1], "u4"),
        "people": column(places["population"].to_numpy(dtype=np.int64), "u4"),
        "zone": column(zone, "u2"),
        "city": column(np.array(london, dtype=np.int64)),
    }


def _sectors(data: MapData) -> dict[str, Any]:
    sectors = data.postcode_sectors.sort_values("sector")
    lon, lat = sectors["lon"].to_numpy(float), sectors["lat"].to_numpy(float)
    xy = grid(lon, lat)
    return {
        "name": ",".join(map(str, sectors["sector"])),
        "x": column(xy[:, 0], "u4"),
        "y": column(xy[:, 1], "u4"),
        "zone": column(_nearest_zone(data, lon, lat), "u2"),
    }


def _robustness(data: MapData, position: dict[str, int]) -> list[dict[str, Any]] | None:
    if data.robustness is None:
        return None
    table = data.robustness
    return [
        {
            "scenario": str(table["scenario"].iloc[k]),
            "mean": float(table["mean"].iloc[k]),
            "rank": int(table["rank"].iloc[k]),
            "regret": float(table["regret"].iloc[k]),
            "best": [position[site] for site in table["best"].iloc[k] if site in position],
        }
        for k in range(len(table))
    ]
