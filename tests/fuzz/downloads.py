"""Readers of publishers' downloads and of planners' lists, as functions of bytes; see targets."""

import functools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from tests.fuzz.workshop import Target, defined, packed, toyland, workshop, written

from clinic_siting import questions, sources
from clinic_siting.app import wishes
from clinic_siting.building import census, lookups, referrals, sites
from clinic_siting.building.downloads import Download, read_download
from clinic_siting.building.outlines import build_outlines
from clinic_siting.building.postcodes import read_postcodes, sectors_of
from clinic_siting.config import read_config
from clinic_siting.files import to_json
from clinic_siting.sources import DataFolder
from clinic_siting.tables import DemandZones, RoadNetwork
from clinic_siting.travel.orders import read_order, write_order

ODS = (
    b'"TY101","TOY HOSPITAL","Y56","QJG","HIGH STREET","","","WESTBRIDGE","","TY1 1AB","20010401","","A",'
    b'"","","","","01234 567890","","","","0","","","","",""\n'
)
LISTED = (
    b"Site list of Toyland\n\nODS code,Name,Postcode,Status,lon,lat\nTY101,Toy Hospital,TY1 1AB,existing,,\n"
    b"TY102,New Centre,ty4 1aa,candidate,,\nTY103,Old Mill,,,0.45,51.25\n"
)
REFERRALS = (
    b"Patient Postcode;Number;Referral date\nty1 1ab;3;05/01/2024\nTY1 1ZZ;1;28/02/2025\nTY4 1AA;2;45000\n"
)
POSTCODES = b"pcds,doterm,lat,long\nTY1 1AB,,51.25,0.45\nTY1 1AC,202001,51.26,0.46\nTY2 1AA,,99.999999,0.0\n"
WISHES = (
    {"control": "weights", "value": {"mean": 2, "worst_tenth": 1.5}},
    {"control": "open", "value": 2},
    {"control": "add", "value": {"postcode": "TY1 1AB", "name": "Old Mill"}},
    {"control": "add", "value": {"lon": 0.45, "lat": 51.25, "name": ""}},
    {"control": "require", "value": [{"county": ["Westshire"], "at_least": 1}]},
    {"control": "gates", "value": {"Bridge": 4}},
)


@functools.cache
def country() -> DataFolder:
    """The toy country as a data folder."""
    folder = workshop() / "country"
    folder.mkdir()
    made = defined("tests/conftest.py")
    tables = {"zones.csv.gz": made._zones(), "sites.csv": made._sites(), **made._lists()}
    for name, table in tables.items():
        made._write_table(folder / name, table)
    made._seal(folder)
    return sources.open_data(folder)


@functools.cache
def people() -> pd.DataFrame:
    """Zones as tests of downloads have them: by their ids."""
    return sources.read_zones(country()).table.head(4)


def download(content: bytes, name: str, heading: tuple[str, ...]) -> Download:
    return read_download(written(content, name), heading=heading)


def centroids(content: bytes) -> object:
    return lookups.centroids(download(content, "points.csv", lookups.CENTROIDS_HEADING))


def points_of_shapes(content: bytes) -> object:
    return lookups.centroids(lookups.read_points(written(content, "points.geojson")))


def outlines(content: bytes) -> object:
    return build_outlines(written(content, "msoa.geojson"), people())


def postcodes(content: bytes) -> object:
    return sectors_of(read_postcodes(written(content, "onspd.csv")))


def site_list(content: bytes) -> object:
    return sites.build_sites(written(content, "list.csv"), people(), sectors())


def referral_list(content: bytes) -> object:
    found = referrals.read_referrals(written(content, "list.csv"), DemandZones(people()), sectors())
    return referrals.in_words(found, "list.csv")


def own_points(content: bytes) -> object:
    return questions.read_points(written(content, "points.csv"), country())


@functools.cache
def sectors() -> pd.DataFrame:
    return sources.read_postcode_sectors(country())


# --- seeds ------------------------------------------------------------------------------------


def made(name: str) -> Callable[[], list[bytes]]:
    """A download that tests of building cut from a table of zones, as CSV and as Excel writes it."""

    def seeds() -> list[bytes]:
        return packed(getattr(defined("tests/building/conftest.py"), name)(people()))

    return seeds


def ages() -> list[bytes]:
    fixtures = defined("tests/building/conftest.py")
    counts = {label: people()[band] for band, label in fixtures.BANDS.items()}
    long = fixtures.long_layout(people(), "Age (18 categories)", counts)
    return [*packed(fixtures.ages_nomis(people())), long.to_csv(index=False).encode()]


def shapes() -> list[bytes]:
    return [toyland()["msoa.parquet"].rename(columns={"msoa": "MSOA21CD"}).to_json().encode()]


def shape_points() -> list[bytes]:
    table = toyland()["msoa.parquet"]
    middle = table.to_crs(27700).centroid.to_crs(4326)
    return [table.rename(columns={"msoa": "LSOA21CD"}).set_geometry(middle).to_json().encode()]


def list_in_a_workbook(content: bytes) -> bytes:
    rows = [line.split(",") for line in content.decode().splitlines()]
    return defined("tests/building/conftest.py").workbook({"Notes": [["x"]], "List": rows})


# --- caches and the planner's page ------------------------------------------------------------


@functools.cache
def street() -> RoadNetwork:
    """Four nodes in a row."""
    at, minutes = np.linspace(0.4, 0.43, 4), np.ones(6)
    heads = np.array([1, 0, 2, 1, 3, 2])
    return RoadNetwork(at, np.full(4, 51.2), np.array([0, 1, 3, 5, 6]), heads, minutes, np.ones(4, bool))


def order_seed() -> list[bytes]:
    path = workshop() / "order.parquet"
    write_order(path, np.array([0, 3, 1, 2], dtype=np.int32), street())
    return [path.read_bytes()]


@functools.cache
def scenario() -> Path:
    return defined("tests/conftest.py")._write_scenario(workshop() / "config" / "toy.yaml", {})


def wish(content: bytes) -> object:
    """One control moved, as the page sends it; what is no JSON, or no object, is refused before."""
    try:
        asked = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(asked, dict):
        return None
    return wishes.wished(
        read_config(scenario()), str(asked.get("control", "")), asked.get("value"), sectors()
    )


CENSUS = census.HEADING
DOWNLOADS = {
    "ages": Target(lambda content: census.people_by_age(download(content, "ages.csv", CENSUS)), ages),
    "cars": Target(
        lambda content: census.households_by_car(download(content, "cars.csv", CENSUS)), made("cars_nomis")
    ),
    "centroids": Target(centroids, made("centroids_grid")),
    "shape_points": Target(points_of_shapes, shape_points),
    "deprivation": Target(
        lambda content: lookups.deprivation(download(content, "imd.csv", lookups.DEPRIVATION_HEADING)),
        made("deprivation_file_7"),
    ),
    "lookup": Target(
        lambda content: lookups.groups(download(content, "lookup.csv", lookups.LOOKUP_HEADING)),
        made("icb_lookup"),
    ),
    "outlines": Target(outlines, shapes),
    "postcodes": Target(postcodes, lambda: [POSTCODES]),
    "site_list": Target(site_list, lambda: [ODS, LISTED, list_in_a_workbook(LISTED)]),
    "referrals": Target(
        referral_list, lambda: [REFERRALS, list_in_a_workbook(REFERRALS.replace(b";", b","))]
    ),
    "points": Target(
        own_points, lambda: [b"site_id,lon,lat\na,0.45,51.25\n", b"site_id,postcode\na,TY1 1AB\n"]
    ),
    "order": Target(lambda content: read_order(content, street()), order_seed),
    "wish": Target(wish, lambda: [to_json(wish).encode() for wish in WISHES]),
}
