"""A map's data → one JSON text: typed columns, shapes once, nothing prebuilt that a page can work out."""

import json
from typing import Any

import numpy as np
import pandas as pd

from clinic_siting.maps import choices, names, shapes, words
from clinic_siting.maps.data import WEIGHTS, MapData
from clinic_siting.maps.encode import column, grid
from clinic_siting.tables import FloatArray, IntArray

NEAR_KM = 4.0
NOWHERE = choices.NOWHERE


def payload(data: MapData, backdrop: shapes.Backdrop | None = None) -> str:
    """JSON for the page's script; safe inside HTML, since every ``<`` is escaped.

    Parameters
    ----------
    data
        What the page shows.
    backdrop
        What is the same on every map of the area, where it is at hand.
    """
    playing = data.sites.table.loc[data.times.site_id]
    position = {site: j for j, site in enumerate(data.times.site_id)}
    table = data.zones.table
    content = {
        "meta": _meta(data),
        "weights": {term: float(data.weights.get(term, 0.0)) for term in WEIGHTS},
        # Where no clinic is open today there is nothing to compare with.
        "today": {
            name: float(value) if np.isfinite(value) else None for name, value in data.today_measures.items()
        },
        "zones": _zones(data, position),
        "groups": {
            "alliance": [
                dict(zip(("label", "also"), names.alliance_label(name), strict=True))
                for name in names.labels(table["alliance_name"])
            ],
            "icb": names.labels(table["icb_name"]),
            "county": names.labels(names.counties(data.zones.table)),
        },
        "sites": _sites(playing),
        "saves": choices.saves(data),
        "existing": choices.existing_minutes(data, position),
        "ranking": choices.ranking(data, position),
        "fronts": choices.fronts(data),
        **shapes.shapes(data, backdrop),
        "places": _places(data),
        "sectors": _sectors(data),
        "robustness": choices.worlds(data, position),
    }
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _meta(data: MapData) -> dict[str, Any]:
    return {
        "scenario": data.scenario,
        "title": words.title_of(data),
        "period": data.period,
        "unit": data.demand_unit,
        "estimated": data.counts_spread,
        "rules": data.rules,
        "standard": data.standard_min,
        "bands": list(data.bands_min),
        "variation": data.variation,
        "total": data.ranking_total or len(data.ranking),
        "listed": data.all_listed,
        "date": data.data_date,
        "fingerprint": data.fingerprint,
        "credits": data.credits,
        "method": list(data.method) or words.method_of(data),
        "caveats": list(data.caveats),
        "certainty": list(data.certainty),
        "phases": list(data.phases),
        "lead": words.lead_trust(data),
        "chosen": list(data.plan.chosen),
        "proven": data.plan.settled,
        "aim": data.plan.aim,
        "moved": choices.moved_on(data),
        "tiles": list(data.tiles) if data.tiles else None,
    }


def _coded(values: pd.Series) -> dict[str, str]:
    labels = {label: number for number, label in enumerate(names.labels(values))}
    return column(values.map(str).map(labels).to_numpy(dtype=np.int64))


def _zones(data: MapData, position: dict[str, int]) -> dict[str, Any]:
    table = data.zones.table
    today = data.today.table
    known = today["site_id"].notna()
    site = today["site_id"].where(known, None).map(lambda s: position.get(s, NOWHERE) if s else NOWHERE)
    found: dict[str, Any] = {
        "demand": column(data.demand.to_numpy(), "f8"),
        "people": column(table["population"].round().to_numpy(dtype=np.int64)),
        "today": column(choices.steps(data, today["minutes"].to_numpy()), "u2"),
        "todaySite": column(site.to_numpy(dtype=np.int64), "u2"),
        "alliance": _coded(table["alliance_name"]),
        "icb": _coded(table["icb_name"]),
        "county": _coded(names.counties(data.zones.table)),
        "decile": column(table["imd_decile"].to_numpy(dtype=np.int64)),
        "msoa": _coded(table["msoa"]),
    }
    if data.patients is not None:
        found["cases"] = column(data.patients.reindex(table.index).to_numpy(), "f8")
    if data.snap_m is not None:
        metres = data.snap_m.reindex(table.index).to_numpy()
        found["snap"] = column(np.minimum(np.rint(metres), NOWHERE).astype(np.int64), "u2")
    return found


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


def _nearest_zone(data: MapData, lon: FloatArray, lat: FloatArray) -> IntArray:
    table = data.zones.table
    at, km = names.nearest((lon, lat), (table["lon"].to_numpy(float), table["lat"].to_numpy(float)))
    zone: IntArray = np.where(km <= NEAR_KM, at, NOWHERE)
    return zone


def _places(data: MapData) -> dict[str, Any]:
    places = data.places.sort_values(["population", "name"], ascending=[False, True], kind="stable")
    lon, lat = places["lon"].to_numpy(float), places["lat"].to_numpy(float)
    zone = _nearest_zone(data, lon, lat)
    county = names.counties(data.zones.table).to_numpy()
    london = [z != NOWHERE and county[z] == "London" for z in zone]
    xy = grid(lon, lat)
    return {
        "name": [str(name) for name in places["name"]],
        # Who types "London" finds it; on the map its name would say nothing.
        "label": ["" if name in names.SKIP_TOWNS else names.town_label(str(name)) for name in places["name"]],
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
