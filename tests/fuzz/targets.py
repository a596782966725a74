"""Every reader of what comes from outside, as a function of bytes, with sound files to begin from.

A reader may give a value or refuse with a :class:`ClinicSitingError`; anything else is a fault.
"""

import functools
import io
import json
import zipfile

import numpy as np
import pandas as pd
from tests.fuzz.downloads import DOWNLOADS
from tests.fuzz.workshop import (
    DEMAND,
    ROOT,
    SITES,
    TIMES,
    Target,
    folder_of,
    packed,
    parquet,
    toyland,
    workshop,
    written,
)

from clinic_siting import area, gate, placing, publish, sources, travel
from clinic_siting.config import read_config
from clinic_siting.demand import demand_by_zone, with_referrals
from clinic_siting.files import to_json
from clinic_siting.network import SpeedTables
from clinic_siting.osm import read_roads_file
from clinic_siting.siting import Effort, Request, grammar, reading, solve_files, verify_files
from clinic_siting.spreadsheets import read_table
from clinic_siting.tables import DemandZones, TravelTimes
from clinic_siting.workbooks import read_workbook

LONG = "zone_id,site_id,minutes\na,old,3\nb,old,12.5\nc,old,inf\n"
QUESTION = [
    TIMES,
    DEMAND,
    SITES,
    (
        "open: 1\nweights: {mean: 1, variation: 2}\nbudget: 5.5\ncapacity: {mid: 500}\nmin_volume: 1\n"
        "guard_rails: [{group: alliance_name, mean_at_most_min: 40}]\n"
        "require: [{site_id: [mid], at_most: 1}]\n"
    ),
]
NEXT_FILE = b"\n----\n"
RULES = "siting:\n  open: 1\n  force: [mid]\n  either: [[mid, east]]\n  capacity: {old: 5}\n"


# --- readers ----------------------------------------------------------------------------------


def zones(content: bytes) -> object:
    table = read_table(content, "zones.csv", as_text=("zone_id", "msoa"))
    if table.empty or not {"zone_id", "lon", "lat", "population"} <= set(table):
        return None
    by_id = table.set_index("zone_id")
    gate.check_whole(table, "zones")
    found = gate.check_zones(table, model="incidence", rates=["age_00_04"], msoas=["E02900000"])
    found += gate.check_places(by_id, "zones", toyland()["land.geojson"])
    gate.in_words(found, config="x")
    sound = DemandZones(table)
    demand_by_zone(sound, pd.Series(dtype=float), model="population")
    return area.zones_in(sound, {"county": ("Westshire",)})


def sites(content: bytes) -> object:
    data = folder_of("sites.csv", content)
    table = data.table("sites.csv", as_text=("site_id",))
    if table.empty or not {"site_id", "lon", "lat", "status"} <= set(table):
        return None
    gate.check_whole(table, "sites")
    sectors = pd.DataFrame({"lon": [0.4], "lat": [51.2]}, index=["TY0 1"])
    found = gate.check_sites(table, alliances=["East Alliance"], sectors=sectors)
    found += gate.check_places(table.set_index("site_id"), "sites", toyland()["land.geojson"])
    gate.in_words(found, config="x")
    sound = sources.read_sites(data, DemandZones(toyland()["zones.csv"]))
    return area.sites_in_play(sound, {"county": ("Westshire",)})


def own_times(content: bytes) -> object:
    ids = pd.Index(list("abcd")), pd.Index(["old", "mid", "east"])
    ours = TravelTimes(*ids, np.full((4, 3), 10.0))
    return travel.own_minutes(ours, sources.read_own_times(written(content, "own.csv")))


def own_demand(content: bytes) -> object:
    everyone = DemandZones(toyland()["zones.csv"])
    sectors = pd.DataFrame({"lon": [0.45], "lat": [51.25]}, index=["TY0 1"])
    table = read_table(content, "own.csv", as_text=("zone_id",))
    if "zone_id" not in table:
        table = placing.place_counts(table, everyone, sectors)
    return with_referrals(everyone, table)


def speeds(content: bytes) -> object:
    tables = {name: toyland()[f"{name}.csv"] for name in ("speeds", "periods", "area_factors")}
    observed = read_table(content, "observed_speeds.csv", as_text=("authority",))
    tables["observed"] = observed
    return SpeedTables(**tables)


def solve(content: bytes) -> object:
    folder = workshop()
    which = ("t.csv", "d.csv", "s.csv")[len(content) % 3]
    for name, reader in (("t", reading.read_times), ("d", reading.read_demand), ("s", reading.read_sites)):
        if which == f"{name}.csv":
            return reader(written(content, f"bad-{name}.csv"))
    return folder


def question(content: bytes) -> object:
    """All that is asked, and its answer: numbers that every reader takes may be too much for a solver."""
    names = ("asked-t.csv", "asked-d.csv", "asked-s.csv", "asked.yaml")
    files = [*content.split(NEXT_FILE), *[b""] * len(names)]
    *tables, rules = [written(file, name) for file, name in zip(files, names, strict=False)]
    return solve_files(Request(*tables, "weighted", rules_file=rules, effort=Effort(2.0)))


@functools.cache
def plan_seed() -> bytes:
    paths = [workshop() / name for name in ("t.csv", "d.csv", "s.csv")]
    return to_json(solve_files(Request(*paths, "mean", n_open=1, standard_min=10.0))).encode()


def plan(content: bytes) -> object:
    paths = [workshop() / name for name in ("t.csv", "d.csv", "s.csv")]
    return verify_files(written(content, "plan.json"), *paths)


def index(content: bytes) -> object:
    """A plan of another scenario, which the index of maps lists."""
    for name in ("outputs/other", "maps"):
        (workshop() / name).mkdir(parents=True, exist_ok=True)
    written(b"", "maps/other.html")
    written(content, "outputs/other/plan.json")
    return publish._index_entries(workshop() / "outputs", workshop() / "maps")


def shapes(content: bytes) -> object:
    name = "land.geojson"
    return sources.read_land(folder_of(name, content))


def areas(content: bytes) -> object:
    return sources.read_outlines(folder_of("msoa.parquet", content), "msoa.parquet", "msoa")


def manifest(content: bytes) -> object:
    (workshop() / "data").mkdir(exist_ok=True)
    written(content, "data/manifest.csv")
    return sources.open_data(workshop() / "data")


# --- seeds ------------------------------------------------------------------------------------

OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6"><node id="1" lon="0.40" lat="51.20" version="1"/><node id="2" lon="0.41" lat="51.20"/>
<node id="3" lon="0.42" lat="51.21"/><node id="-4" lon="0.42" lat="51.22"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="ref" v="A1"/>
<tag k="maxspeed" v="30 mph"/></way><way id="2"><nd ref="3"/><nd ref="-4"/><nd ref="1"/>
<tag k="highway" v="residential"/><tag k="oneway" v="no"/></way></osm>
"""
OOXML = "http://schemas.openxmlformats.org/"
KEYS = {"d0": ("graph", "crs"), "d1": ("node", "x"), "d2": ("node", "y")}
KEYS |= {"d3": ("edge", "highway"), "d4": ("edge", "length"), "d5": ("edge", "oneway")}
GRAPHML = """<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
KEYS
<graph edgedefault="directed">
<data key="d0">epsg:4326</data>
<node id="1"><data key="d1">0.40</data><data key="d2">51.20</data></node>
<node id="2"><data key="d1">0.41</data><data key="d2">51.20</data></node>
<edge source="1" target="2" id="0">
<data key="d3">residential</data><data key="d4">700.5</data><data key="d5">False</data></edge>
<edge source="2" target="1" id="0">
<data key="d3">['residential', 'primary']</data><data key="d4">700.5</data></edge>
</graph></graphml>
""".replace(
    "KEYS",
    "\n".join(
        f'<key id="{key}" for="{of}" attr.name="{name}" attr.type="string"/>'
        for key, (of, name) in KEYS.items()
    ),
)

SHEETS = f'xmlns="{OOXML}spreadsheetml/2006/main" xmlns:r="{OOXML}officeDocument/2006/relationships"'
BOOK_OF = {
    "xl/_rels/workbook.xml.rels": '<a><Relationship Id="r1" Target="worksheets/s.xml"/></a>',
    "xl/workbook.xml": f'<workbook {SHEETS}><sheets><sheet name="Notes" r:id="r1"/></sheets></workbook>',
    "xl/sharedStrings.xml": f"<sst {SHEETS}><si><t>code</t></si></sst>",
    "xl/worksheets/s.xml": f'<worksheet {SHEETS}><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="C1">'
    '<v>12.5</v></c></row><row><c t="inlineStr"><is><t>E01000001</t></is></c></row></sheetData></worksheet>',
}


def workbook(*, packed: int) -> bytes:
    """A small workbook; unpacked, a few edits reach its cells."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as archive:
        for name, text in BOOK_OF.items():
            archive.writestr(zipfile.ZipInfo(name), text, compress_type=packed)
    return buffer.getvalue()


def unsealed(content: bytes) -> object:
    """A workbook whose sheet alone was led astray, so that no checksum shields the cells from it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in BOOK_OF.items():
            archive.writestr(name, content if name.endswith("s.xml") and "sheets/" in name else text)
    return read_workbook(buffer.getvalue(), "book.xlsx")


def shipped() -> list[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "config").glob("*.yaml"))]


TARGETS = {
    "config": Target(lambda content: read_config(written(content, "c.yaml")), shipped),
    "rules": Target(
        lambda content: grammar.read_rules_file(written(content, "r.yaml")),
        lambda: [RULES.encode(), *shipped()],
    ),
    "table": Target(
        lambda content: read_table(content, "t.csv", all_text=True), lambda: packed(toyland()["sites.csv"])
    ),
    "zones": Target(zones, lambda: packed(toyland()["zones.csv"].head(5))),
    "sites": Target(sites, lambda: packed(toyland()["sites.csv"])),
    "own_times": Target(
        own_times, lambda: [LONG.encode(), TIMES.encode(), *packed(pd.read_csv(io.StringIO(LONG)))]
    ),
    "own_demand": Target(
        own_demand,
        lambda: [
            b"msoa,referrals\nE02900000,3\nQuarter 2,4\n",
            b"postcode\nTY0 1AB\n",
            b"zone_id,referrals\nE01900000,2\n",
        ],
    ),
    "speeds": Target(speeds, lambda: packed(toyland()["observed_speeds.csv"])),
    "solve": Target(solve, lambda: [text.encode() for text in (TIMES, LONG, DEMAND, SITES)]),
    "question": Target(question, lambda: [NEXT_FILE.join(file.encode() for file in QUESTION)]),
    "plan": Target(plan, lambda: [plan_seed()]),
    "index": Target(index, lambda: [plan_seed(), json.dumps({"scenario": "x", "names": []}).encode()]),
    "shapes": Target(shapes, lambda: [toyland()["land.geojson"].to_json().encode()]),
    "areas": Target(areas, lambda: [parquet(toyland()["msoa.parquet"])]),
    "workbook": Target(
        lambda content: read_workbook(content, "book.xlsx"),
        lambda: [workbook(packed=zipfile.ZIP_DEFLATED), workbook(packed=zipfile.ZIP_STORED)],
    ),
    "sheet": Target(unsealed, lambda: [BOOK_OF["xl/worksheets/s.xml"].encode()]),
    "manifest": Target(
        manifest, lambda: [b"file,title,publisher,licence,vintage,source,note,sha256\na.csv,A,P,L,V,S,,0\n"]
    ),
    "osm": Target(lambda content: read_roads_file(written(content, "roads.osm")), lambda: [OSM.encode()]),
    "pbf": Target(lambda content: read_roads_file(written(content, "roads.osm.pbf")), lambda: [pbf_seed()]),
    "graphml": Target(
        lambda content: read_roads_file(written(content, "roads.graphml")), lambda: [GRAPHML.encode()]
    ),
    **DOWNLOADS,
}


@functools.cache
def pbf_seed() -> bytes:
    import osmium  # noqa: PLC0415 - an optional extra, needed here alone

    source, target = written(OSM.encode(), "seed.osm"), workshop() / "seed.osm.pbf"
    target.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(target)) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)
    return target.read_bytes()
