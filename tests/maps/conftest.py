"""A toy county with shapes: six areas in a row, two small ones in each, three clinics, five candidates."""

import re
from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from clinic_siting.access import measure_access
from clinic_siting.fairness import compare_access
from clinic_siting.maps import MapData
from clinic_siting.siting import Score, SitingCase, measure_sets, measure_today
from clinic_siting.siting.question import best_first
from clinic_siting.tables import DemandZones, Isochrones, Roads, Sites, SitingPlan, TravelTimes

BANDS = (15.0, 30.0, 45.0, 60.0)
WEIGHTS = {"mean": 1, "variation": 1, "worst_tenth": 0, "beyond_standard": 0, "alliance_gap": 0}
DESKTOP = {"width": 1280, "height": 800}
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} & Sons"


def zones_table() -> pd.DataFrame:
    """Twelve small areas along a road from west to east, two in each middle-layer area."""
    at = np.arange(12)
    return pd.DataFrame(
        {
            "zone_id": [f"Z{i:02}" for i in at],
            "msoa": [f"M{i // 2}" for i in at],
            "msoa_name": [f"Ward {i // 2}" for i in at],
            "lon": 0.05 + 0.05 * at,
            "lat": 51.25,
            "population": 1000 + 100 * (at % 5),
            "alliance_name": ["West"] * 6 + ["East (the shore)"] * 6,
            "icb_name": ["West board"] * 6 + ["East board"] * 6,
            "county": ["Westshire"] * 4 + ["Midshire"] * 4 + ["Eastshire"] * 4,
            "imd_decile": at % 10 + 1,
            "region": "South East",
        }
    )


def sites_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": ["OLD1", "OLD2", "OLD3", "C1", "C2", "C3", "C4", "C5"],
            "name": [
                "Royal Marsden Hospital, Westgate", "Westgate Annexe", "Mid Hospital",
                HOSTILE, "Shore Hospital", "East CDC", "Cape Hospital", "Dune Hospital",
            ],
            "status": ["existing"] * 3 + ["candidate"] * 5,
            "lon": [0.05, 0.051, 0.2, 0.3, 0.4, 0.45, 0.55, 0.6],
            "lat": [51.25, 51.251, 51.25, 51.26, 51.24, 51.25, 51.26, 51.24],
            "catchment": ["", "", "West", "", "", "", "", ""],
            "kind": ["acute"] * 5 + ["cdc"] + ["acute"] * 2,
            "trust": ["The Royal Marsden NHS Foundation Trust"] * 2 + ["Mid NHS Trust"] + [""] * 5,
            "lad_name": "Toyborough",
            "note": "",
            "confidence": ["confirmed"] * 3 + ["unverified"] + [""] * 4,
            "services": "Imaging",
        }
    )  # fmt: skip


def toy_times(zones: DemandZones, sites: Sites) -> TravelTimes:
    """A hundred and sixty minutes a degree, a minute more for every other zone; Mid serves West only."""
    lon, at = zones.table["lon"].to_numpy(), sites.table["lon"].to_numpy()
    minutes = 160 * np.abs(lon[:, None] - at[None, :]) + (np.arange(12) % 2)[:, None]
    limited = (sites.table["catchment"] == "West").to_numpy()
    minutes[np.ix_((zones.table["alliance_name"] != "West").to_numpy(), limited)] = np.inf
    return TravelTimes(zones.zone_id, sites.site_id, minutes)


def shapes() -> dict[str, gpd.GeoDataFrame]:
    boxes = [shapely.box(0.1 * i, 51.2, 0.1 * i + 0.1, 51.3) for i in range(7)]
    msoa = gpd.GeoDataFrame({"msoa": [f"M{i}" for i in range(7)]}, geometry=boxes, crs=4326)
    counties = gpd.GeoDataFrame(
        {"county": ["Westshire", "Midshire", "Eastshire", "Farshire"]},
        geometry=[shapely.box(w, 51.2, e, 51.3) for w, e in ((0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.9))],
        crs=4326,
    )
    land = gpd.GeoDataFrame({"name": ["land"]}, geometry=[shapely.box(-0.5, 51.1, 0.9, 51.6)], crs=4326)
    return {"msoa": msoa, "alliances": counties, "icbs": counties, "counties": counties, "land": land}


def toy_roads() -> Roads:
    lon = np.linspace(0.0, 0.7, 29)
    nodes = pd.DataFrame({"lon": lon, "lat": 51.25 + 0.01 * np.sin(lon * 20), "junctions_400m": 3})
    links = pd.DataFrame(
        {
            "from_node": np.arange(28), "to_node": np.arange(1, 29), "length_m": 1800.0,
            "road_class": ["motorway"] * 14 + ["trunk"] * 14, "ramp": False, "oneway": False,
            "source": "osm", "authority": None, "road": ["M1"] * 14 + ["A2"] * 14,
        }
    )  # fmt: skip
    return Roads(nodes, links)


def build_map(
    weights: dict[str, float] = WEIGHTS, variation: str = "mad", *, n_open: int = 2, clinics: bool = True
) -> MapData:
    table = sites_table()
    if not clinics:
        table["status"] = table["status"].replace("existing", "excluded")
    zones, sites = DemandZones(zones_table()), Sites(table[table["status"] != "excluded"])
    times = toy_times(zones, sites)
    demand = pd.Series(np.linspace(1, 4, 12), index=zones.zone_id, name="demand")
    within = times.minutes <= 45
    case = SitingCase(times, demand, sites, zones.table[["alliance_name"]], within)
    score = Score(weights, variation)
    sets = np.array(list(combinations(range(5), n_open)))
    ids = np.array(sorted(sites.candidates))
    measured, today = measure_sets(case, sets), measure_today(case)
    value = score.of(measured, today).to_numpy() if clinics else measured["mean"].to_numpy()
    table = measured.assign(sites=[tuple(sorted(ids[list(row)])) for row in sets], value=value)
    ranking = best_first(table).rename(columns={"value": "score"})
    chosen = ranking["sites"].iloc[0]
    access = {
        when: measure_access(times, open_sites, standard_min=45)
        for when, open_sites in (("today", sites.existing), ("planned", sites.existing.union(list(chosen))))
    }
    best = float(ranking["score"].iloc[0])
    plan = SitingPlan(
        chosen, access["planned"].table["site_id"], "weighted", "share of today", best, best, 0.0,
        proven=True, method="set model",
    )  # fmt: skip
    rings = [shapely.Point(0.45, 51.25).buffer(0.03 * k) for k in (1, 2, 3)]
    polygons = gpd.GeoDataFrame({"site_id": chosen[0], "minutes": BANDS[:3]}, geometry=rings, crs=4326)
    groups = zones.table[["alliance_name", "imd_decile"]]
    return MapData(
        scenario="toy", title=f"Two more {HOSTILE}", zones=zones, sites=sites, demand=demand, times=times,
        today=access["today"], planned=access["planned"], plan=plan, ranking=ranking, today_measures=today,
        measures=compare_access(
            access["today"], access["planned"], demand, groups=groups, bands_min=BANDS
        ),
        isochrones=Isochrones(
            zones.zone_id, sites.site_id, BANDS, times.minutes[:, :, None] <= np.array(BANDS), polygons
        ),
        boundaries=shapes(),
        places=pd.DataFrame(
            {"name": ["Westgate-on-Sea", "Shore"], "lon": [0.06, 0.52], "lat": [51.25, 51.26],
             "population": [60000, 130000]}
        ),
        postcode_sectors=pd.DataFrame(
            {"sector": ["TY1 1", "TY1 2", "TY9 1"], "lon": [0.06, 0.58, 0.88], "lat": [51.25, 51.25, 51.5]}
        ),
        roads=toy_roads(), weights=weights, variation=variation, bands_min=BANDS, standard_min=45.0,
        period="between the weekday peaks", credits="© OpenStreetMap contributors (ODbL). GeoNames.",
        data_date="2025", fingerprint="0123456789abcdef", rules="anywhere",
        snap_m=pd.Series(np.linspace(20, 1200, 12), index=zones.zone_id),
        robustness=pd.DataFrame(
            {"scenario": ["between the peaks", "10 more minutes at the bridge"], "kind": ["plan", "crossing"],
             "mean": [14.0, 15.0], "rank": [1, 2], "regret": [0.0, 0.013], "best": [chosen, ("C1", "C4")]}
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def toy_map() -> MapData:
    return build_map()


@pytest.fixture(scope="session")
def toy_map_of_closings(toy_map) -> MapData:
    """The same, but the second-best set also closes the clinic in the middle."""
    closed = [()] * len(toy_map.ranking)
    closed[1] = ("OLD3",)
    return replace(toy_map, ranking=toy_map.ranking.assign(closed=closed))


@pytest.fixture(scope="session")
def map_of():
    """A maker of toy maps for other weights."""
    return build_map


@pytest.fixture
def visit(browser, tmp_path):
    """Opens HTML from a file, offline; any request, console message or error fails the test."""
    contexts, wrong = [], []

    def opened(html, *, viewport=DESKTOP, **options):
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        context.set_offline(True)
        context.route(
            re.compile("^(?!file:|data:)"), lambda route: (wrong.append(route.request.url), route.abort())
        )
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(html, "utf-8")
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
