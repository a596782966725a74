"""Nothing is read that the manifest does not vouch for, and nothing wrong goes on from here."""

import gzip
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from clinic_siting import sources
from clinic_siting.errors import DataError, TableError
from clinic_siting.tables import SpeedTables

READERS = {
    "zones.csv.gz": sources.read_zones,
    "sites.csv": lambda data: sources.read_sites(data, sources.read_zones(data)),
    "road_nodes.parquet": sources.read_roads,
    "road_edges.parquet": sources.read_roads,
    "speeds.csv": lambda data: SpeedTables(**sources.read_speed_tables(data)),
    "observed_speeds.csv": lambda data: SpeedTables(**sources.read_speed_tables(data)),
    "periods.csv": lambda data: SpeedTables(**sources.read_speed_tables(data)),
    "area_factors.csv": lambda data: SpeedTables(**sources.read_speed_tables(data)),
    "incidence.csv": sources.read_incidence,
    "msoa.parquet": sources.read_boundaries,
    "alliances.geojson": sources.read_boundaries,
    "icbs.geojson": sources.read_boundaries,
    "counties.geojson": sources.read_boundaries,
    "land.geojson": sources.read_boundaries,
    "places.csv": sources.read_places,
    "postcode_sectors.csv.gz": sources.read_postcode_sectors,
}
every_file = pytest.mark.parametrize("file", READERS)


# --- the manifest -----------------------------------------------------------------------------


@every_file
def test_every_file_is_read_as_its_manifest_describes_it(toy_data, file):
    assert READERS[file](sources.open_data(toy_data)) is not None


@every_file
def test_a_file_that_is_missing_is_refused_by_name(toy_data, file):
    (toy_data / file).unlink()
    with pytest.raises(DataError, match=rf"{re.escape(file)}: no such file; restore it, or point `data:`"):
        READERS[file](sources.open_data(toy_data))


@every_file
def test_a_file_that_was_altered_is_refused_with_both_checksums(toy_data, file):
    with (toy_data / file).open("ab") as opened:
        opened.write(b"\n")
    with pytest.raises(DataError, match=rf"{re.escape(file)} is not the file its manifest describes") as no:
        READERS[file](sources.open_data(toy_data))
    assert [row.split()[0] for row in no.value.rows] == ["expected", "found"]
    assert all(re.fullmatch(r".* [0-9a-f]{64}", row) for row in no.value.rows)


@every_file
def test_a_file_that_the_manifest_does_not_list_is_refused(toy_data, file):
    manifest = pd.read_csv(toy_data / "manifest.csv")
    manifest[manifest["file"] != file].to_csv(toy_data / "manifest.csv", index=False)
    with pytest.raises(DataError, match=rf"manifest.csv: {re.escape(file)} is not listed; add its row"):
        READERS[file](sources.open_data(toy_data))


@every_file
@pytest.mark.parametrize("damage", ["empty", "cut short", "other bytes"])
def test_a_file_that_is_damaged_is_refused_even_where_it_is_vouched_for(toy_data, seal, file, damage):
    content = (toy_data / file).read_bytes()
    half = content[: len(content) // 2] if file.endswith((".gz", ".parquet", ".geojson")) else content[:3]
    spoilt = bytearray(content)
    spoilt[12:] = bytes(byte ^ 0xA5 for byte in content[12:])
    (toy_data / file).write_bytes({"empty": b"", "cut short": half, "other bytes": bytes(spoilt)}[damage])
    seal(toy_data)
    with pytest.raises(DataError, match=r"cannot be read|missing|no rows|no shapes|no nodes"):
        READERS[file](sources.open_data(toy_data))


def test_a_folder_or_manifest_that_is_missing_is_refused(toy_data):
    with pytest.raises(DataError, match="nowhere: no such data folder"):
        sources.open_data(toy_data / "nowhere")
    (toy_data / "manifest.csv").unlink()
    with pytest.raises(DataError, match=r"manifest.csv: no such file"):
        sources.open_data(toy_data)


def test_a_manifest_that_lacks_a_column_or_names_a_file_twice_is_refused(toy_data):
    manifest = pd.read_csv(toy_data / "manifest.csv")
    manifest.drop(columns=["licence", "sha256"]).to_csv(toy_data / "manifest.csv", index=False)
    with pytest.raises(DataError, match=r"manifest.csv: column\(s\) licence, sha256 missing"):
        sources.open_data(toy_data)
    pd.concat([manifest, manifest.tail(1)]).to_csv(toy_data / "manifest.csv", index=False)
    with pytest.raises(DataError, match=r"manifest.csv: a file is listed twice.\n  zones.csv.gz"):
        sources.open_data(toy_data)


def test_an_empty_manifest_is_refused(toy_data):
    (toy_data / "manifest.csv").write_bytes(b"")
    with pytest.raises(DataError, match=r"manifest.csv cannot be read: it is empty"):
        sources.open_data(toy_data)


def test_a_manifest_saved_by_a_spreadsheet_is_read_all_the_same(toy_data):
    content = (toy_data / "manifest.csv").read_bytes()
    (toy_data / "manifest.csv").write_bytes(b"\xef\xbb\xbf" + content)
    assert "sites.csv" in sources.open_data(toy_data).manifest.index


def test_a_folder_in_place_of_a_file_is_refused(toy_data):
    (toy_data / "sites.csv").unlink()
    (toy_data / "sites.csv").mkdir()
    with pytest.raises(DataError, match=r"sites.csv cannot be read: it is not a file"):
        READERS["sites.csv"](sources.open_data(toy_data))


# --- zones, sites, roads ----------------------------------------------------------------------


def test_zones_and_sites_are_read_whole(toy_data):
    data = sources.open_data(toy_data)
    zones = sources.read_zones(data)
    sites = sources.read_sites(data, zones)
    assert len(zones.zone_id) == 12
    assert zones.table["population"].sum() == 18_600
    assert sites.existing.to_list() == ["TOY01"]
    assert sites.candidates.to_list() == ["CDC-E1", "CDC-E2", "TOY02", "TOY03"]
    assert sites.table.loc["CDC-E1", ["catchment", "confidence", "note"]].to_list() == [
        "East Alliance",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda t: pd.concat([t, t.head(1)]), r"zone_id: 1 id\(s\) occur more than once.\n  E01900000"),
        (lambda t: t.assign(lon=t["lat"], lat=t["lon"]), r"zones: lon and lat are swapped in 12 row\(s\)"),
        (lambda t: t.assign(population=-t["population"]), r"population must be a number of 0 or more; 12"),
        (lambda t: t.assign(age_85_plus=np.nan), r"age_85_plus must be a number of 0 or more; 12 row"),
        (lambda t: t.drop(columns="population"), r"zones: column\(s\) population missing"),
        (lambda t: t.head(0), r"no rows for zone_id; was the file cut short\?"),
    ],
)
def test_zones_that_make_no_sense_are_refused(toy_data, tamper, change, verdict):
    tamper("zones.csv.gz", change)
    with pytest.raises(TableError, match=verdict):
        sources.read_zones(sources.open_data(toy_data))


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda t: pd.concat([t, t.tail(1)]), r"site_id: 1 id\(s\) occur more than once.\n  TOY99"),
        (lambda t: t.assign(status="open"), r"status must be one of existing, candidate, excluded; 6 row"),
        (
            lambda t: t.assign(catchment="Eats Alliance"),
            r"a catchment must be one of the zones' alliance_name",
        ),
        (lambda t: t.assign(lon=t["lat"], lat=t["lon"]), r"sites: lon and lat are swapped in 6 row\(s\)"),
    ],
)
def test_sites_that_make_no_sense_are_refused(toy_data, tamper, change, verdict):
    tamper("sites.csv", change)
    data = sources.open_data(toy_data)
    zones = sources.read_zones(data)
    with pytest.raises(DataError, match=verdict):
        sources.read_sites(data, zones)


def test_an_unknown_catchment_is_named_with_its_site(toy_data, tamper):
    tamper("sites.csv", lambda t: t.assign(catchment=t["catchment"].replace("East Alliance", "Eats")))
    with pytest.raises(DataError, match=r"\n  CDC-E1: Eats"):
        READERS["sites.csv"](sources.open_data(toy_data))


def test_roads_are_read_whole(toy_data):
    roads = sources.read_roads(sources.open_data(toy_data))
    assert len(roads.nodes) == 54
    assert roads.links["oneway"].sum() == 2


def test_roads_that_were_cut_short_are_refused(toy_data, tamper):
    tamper("road_nodes.parquet", lambda t: t.head(10))
    with pytest.raises(TableError, match=r"road links: a node does not exist in \d+ row"):
        sources.read_roads(sources.open_data(toy_data))


def test_places_outside_the_roads_are_refused_by_name(toy_data, tamper):
    def read():
        data = sources.open_data(toy_data)
        zones = sources.read_zones(data)
        return zones, sources.read_sites(data, zones), sources.read_roads(data)

    sources.check_bounds(*read())
    tamper("zones.csv.gz", lambda t: t.assign(lat=t["lat"].where(t.index != 3, 52.5)))
    with pytest.raises(DataError, match=r"zones: 1 point\(s\) lie outside the road network's bounds") as no:
        sources.check_bounds(*read())
    assert "E01900003" in no.value.rows[0]
    tamper("zones.csv.gz", lambda t: t.assign(lat=51.3))
    tamper("sites.csv", lambda t: t.assign(lon=t["lon"].where(t["site_id"] != "TOY03", -4.0)))
    with pytest.raises(DataError, match=r"sites: 1 point\(s\) lie outside the road network's bounds"):
        sources.check_bounds(*read())
    tamper("sites.csv", lambda t: t.assign(status=t["status"].where(t["site_id"] != "TOY03", "excluded")))
    sources.check_bounds(*read())


# --- lists and shapes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rates", "verdict"),
    [
        ({"cases_per_100k": -1.0}, "incidence.csv: rates must be 0 or more"),
        ({"cases_per_100k": np.nan}, "incidence.csv: rates must be 0 or more"),
        ({"cases_per_100k": np.inf}, "incidence.csv: rates must be 0 or more"),
        ({"cases_per_100k": "rare"}, "incidence.csv: rates must be 0 or more"),
        ({"age_band": "age_00_04"}, r"incidence.csv: 17 age_band\(s\) occur more than once"),
    ],
)
def test_rates_that_make_no_sense_are_refused(toy_data, tamper, rates, verdict):
    tamper("incidence.csv", lambda t: t.assign(**rates))
    with pytest.raises(DataError, match=verdict):
        sources.read_incidence(sources.open_data(toy_data))


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("incidence.csv", "cases_per_100k"),
        ("incidence.csv", "age_band"),
        ("places.csv", "population"),
        ("places.csv", "name"),
        ("postcode_sectors.csv.gz", "sector"),
        ("postcode_sectors.csv.gz", "lon"),
        ("msoa.parquet", "msoa"),
        ("alliances.geojson", "alliance_name"),
        ("counties.geojson", "county"),
        ("icbs.geojson", "icb_name"),
    ],
)
def test_a_list_without_a_column_that_is_needed_is_refused(toy_data, tamper, file, column):
    tamper(file, lambda t: t.drop(columns=column))
    with pytest.raises(DataError, match=rf"{file}: column\(s\) {column} missing"):
        READERS[file](sources.open_data(toy_data))


def test_lists_come_in_a_stable_order(toy_data, tamper):
    data = sources.open_data(toy_data)
    places, sectors = sources.read_places(data), sources.read_postcode_sectors(data)
    assert places["name"].to_list() == ["Westbridge", "Eastgate", "Newton", "Newton"]
    for file in ("places.csv", "postcode_sectors.csv.gz"):
        tamper(file, lambda t: t.iloc[::-1])
    data = sources.open_data(toy_data)
    pd.testing.assert_frame_equal(sources.read_places(data), places)
    pd.testing.assert_frame_equal(sources.read_postcode_sectors(data), sectors)


def test_shapes_come_in_degrees_and_valid(toy_data, tamper):
    tamper("msoa.parquet", lambda t: t.to_crs("EPSG:27700"))
    shapes = sources.read_boundaries(sources.open_data(toy_data))
    assert set(shapes) == {"msoa", "alliances", "icbs", "counties", "land"}
    assert all(frame.crs == "EPSG:4326" and frame.is_valid.all() for frame in shapes.values())
    west, south, east, north = shapes["msoa"].total_bounds
    assert (west, south, east, north) == pytest.approx((0.38, 51.22, 0.66, 51.36), abs=1e-3)


def test_shapes_that_are_empty_or_lie_nowhere_are_refused(toy_data, tamper):
    tamper("msoa.parquet", lambda t: t.head(0))
    with pytest.raises(DataError, match=r"msoa.parquet: there are no shapes, or some are empty"):
        sources.read_boundaries(sources.open_data(toy_data))
    tamper("msoa.parquet", lambda t: gpd.GeoDataFrame({"msoa": ["x"]}, geometry=[None], crs=t.crs))
    with pytest.raises(DataError, match=r"msoa.parquet: there are no shapes, or some are empty"):
        sources.read_boundaries(sources.open_data(toy_data))


def test_shapes_without_a_coordinate_system_are_refused(toy_data, tamper):
    tamper("msoa.parquet", lambda t: t.set_crs(None, allow_override=True))
    with pytest.raises(DataError, match=r"msoa.parquet: the shapes name no coordinate system"):
        sources.read_boundaries(sources.open_data(toy_data))


def test_a_table_that_is_gzip_in_name_alone_is_read_for_what_it_is(toy_data, seal):
    before = sources.read_zones(sources.open_data(toy_data)).table
    content = gzip.decompress((toy_data / "zones.csv.gz").read_bytes())
    (toy_data / "zones.csv.gz").write_bytes(content)
    seal(toy_data)
    pd.testing.assert_frame_equal(sources.read_zones(sources.open_data(toy_data)).table, before)


# --- credits ----------------------------------------------------------------------------------


def test_credits_are_the_quoted_line_of_the_readme(toy_data):
    assert sources.credits_of(sources.open_data(toy_data)).startswith("Contains made-up figures. ©")


def test_without_a_readme_the_publishers_are_credited(toy_data):
    (toy_data / "README.md").unlink()
    assert sources.credits_of(sources.open_data(toy_data)) == "Source: Its Surveyors; Toyland."


def test_a_readme_in_another_encoding_stops_nothing(toy_data):
    (toy_data / "README.md").write_bytes('"Crédits"\n'.encode("cp1252"))
    assert sources.credits_of(sources.open_data(toy_data)) == "Cr�dits"
