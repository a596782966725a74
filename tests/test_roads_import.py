"""Roads brought into a data folder, with all that depends on them."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from clinic_siting import sources
from clinic_siting.cli import app
from clinic_siting.errors import ConfigError
from clinic_siting.network import link_minutes, without_observed_speeds
from clinic_siting.roads_import import RoadImport, area_box, authority_places, import_roads, period_ratios
from clinic_siting.tables import SpeedTables

LON, LAT, STEP_LON, STEP_LAT, COLUMNS, ROWS = 0.40, 51.24, 0.03, 0.02, 9, 6
# The four corners are bends of one road, so they go.
NODES = COLUMNS * ROWS - 4
CLASSES = ("residential", "primary", "trunk", "secondary", "tertiary", "unclassified")
REFS = {"primary": "A2", "trunk": "A1"}


def toyland_osm(path, *, numbered):
    """The made-up country's grid of roads as an OpenStreetMap file, and a road far outside it."""
    lines = ['<osm version="0.6">']
    for node in range(COLUMNS * ROWS):
        column, row = node % COLUMNS, node // COLUMNS
        lines.append(
            f'<node id="{node + 1}" version="1" lon="{LON + column * STEP_LON:.5f}" '
            f'lat="{LAT + row * STEP_LAT:.5f}"/>'
        )
    lines += [
        '<node id="900" version="1" lon="-3" lat="55"/><node id="901" version="1" lon="-3" lat="55.1"/>'
    ]
    ways = [
        ([row * COLUMNS + column + 1 for column in range(COLUMNS)], highway)
        for row, highway in enumerate(CLASSES)
    ]
    ways += [
        ([row * COLUMNS + column + 1 for row in range(ROWS)], "residential") for column in range(COLUMNS)
    ]
    for number, (refs, highway) in enumerate([*ways, ([900, 901], "residential")]):
        ref = f'<tag k="ref" v="{REFS[highway]}"/>' if numbered and highway in REFS else ""
        nodes = "".join(f'<nd ref="{node}"/>' for node in refs)
        lines.append(f'<way id="{number + 1}" version="1">{nodes}<tag k="highway" v="{highway}"/>{ref}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def quiet(_what, _share):
    pass


def test_imported_roads_know_their_authorities_and_keep_to_the_area(toy_data, tmp_path):
    file = toyland_osm(tmp_path / "toyland.osm", numbered=True)
    words = import_roads(RoadImport(file, "", toy_data), progress=quiet)
    data = sources.open_data(toy_data)
    roads = sources.read_roads(data)
    assert len(roads.nodes) == NODES
    assert set(roads.links["authority"]) == {"W06000001", "E06000002"}
    assert set(roads.links["road"].dropna()) == {"A1", "A2"}
    assert "fitted_ratio" not in data.table("periods.csv")
    assert "authority on 100 %" in words
    east = roads.nodes["lon"].to_numpy()[roads.links["from_node"]] > LON + 5 * STEP_LON
    assert set(roads.links["authority"][east]) == {"E06000002"}


def test_roads_without_numbers_take_the_ratio_that_the_old_roads_had(toy_data, tmp_path):
    before = sources.open_data(toy_data)
    speeds = SpeedTables(**sources.read_speed_tables(before))
    zones = sources.read_zones(before)
    sites = sources.read_sites(before, zones)
    playing = sites.table.loc[sites.playing]
    expected = period_ratios(sources.read_roads(before), speeds, zones.table, playing)
    assert expected["am_peak"] > expected["off_peak"] >= 1

    file = toyland_osm(tmp_path / "toyland.osm", numbered=False)
    words = import_roads(RoadImport(file, "", toy_data), progress=quiet)
    assert "no observed speed applies" in words
    assert f"am_peak {expected['am_peak']:.3f}" in words
    data = sources.open_data(toy_data)
    roads, speeds = sources.read_roads(data), SpeedTables(**sources.read_speed_tables(data))
    assert without_observed_speeds(roads)
    ratio = link_minutes(roads, speeds, period="am_peak") / link_minutes(roads, speeds, period="fitted")
    assert ratio.to_numpy() == pytest.approx(np.full(len(ratio), expected["am_peak"]))

    again = import_roads(RoadImport(file, "", toy_data), progress=quiet)
    assert "the periods' ratios stay as they were" in again
    kept = sources.open_data(toy_data).table("periods.csv")
    assert kept["fitted_ratio"].tolist() == pytest.approx(expected.tolist())


def test_a_data_folder_whose_roads_are_damaged_can_be_mended(toy_data, tmp_path):
    (toy_data / "road_edges.parquet").write_bytes(b"cut short")
    words = import_roads(
        RoadImport(toyland_osm(tmp_path / "toyland.osm", numbered=False), "", toy_data), progress=quiet
    )
    assert "No period but fitted can be used" in words
    assert len(sources.read_roads(sources.open_data(toy_data)).nodes) == NODES


def test_a_folder_without_zones_gets_roads_without_authorities(tmp_path):
    file = toyland_osm(tmp_path / "toyland.osm", numbered=True)
    import_roads(RoadImport(file, "", tmp_path / "new"), progress=quiet)
    links = sources.read_roads(sources.open_data(tmp_path / "new")).links
    assert links["authority"].isna().all()


def test_the_zones_of_another_folder_may_tell_the_authorities(toy_data, tmp_path):
    file = toyland_osm(tmp_path / "toyland.osm", numbered=True)
    import_roads(RoadImport(file, "", tmp_path / "new", toy_data), progress=quiet)
    links = sources.read_roads(sources.open_data(tmp_path / "new")).links
    assert links["authority"].notna().all()


def test_the_order_that_is_written_belongs_to_the_roads(toy_data, tmp_path):
    pytest.importorskip("pymetis")
    from clinic_siting.network import road_network  # noqa: PLC0415 - only with the extra
    from clinic_siting.travel.orders import read_order  # noqa: PLC0415 - the same

    file = toyland_osm(tmp_path / "toyland.osm", numbered=True)
    import_roads(RoadImport(file, "", toy_data), progress=quiet)
    data = sources.open_data(toy_data)
    roads = sources.read_roads(data)
    network = road_network(roads, np.ones(len(roads.links)))
    assert len(read_order(data.read("road_order.parquet"), network)) == network.n_nodes


def test_a_district_of_a_county_belongs_to_the_county():
    zones = pd.DataFrame(
        {
            "lon": 0.0,
            "lat": 51.0,
            "county": ["Kent", "Isle of Wight", "Rutland?"],
            "lad": ["E07000105", "E06000046", "E07000999"],
        },
        index=list("abc"),
    )
    named = pd.DataFrame({"authority": ["E10000016"], "authority_name": ["Kent"], "am_peak": [1.0]})
    observed = named.drop(columns="am_peak").assign(road="A2", kph=40.0, delay_s_per_km=1.0)
    speeds = pd.DataFrame(columns=["road_class", "setting", "carriageway", "kph"])
    periods = pd.DataFrame(columns=["period", "delay_ratio"])
    places = authority_places(zones, SpeedTables(speeds, observed, periods, named))
    assert places["authority"].to_dict() == {"a": "E10000016", "b": "E06000046"}


def test_the_area_reaches_beyond_its_zones():
    zones = pd.DataFrame({"lon": [0.0, 1.0], "lat": [51.0, 52.0]})
    assert area_box(zones) == pytest.approx((-0.3, 50.7, 1.3, 52.3))


@pytest.mark.parametrize(("file", "place"), [(None, ""), ("roads.osm", "Lewes")])
def test_exactly_one_of_file_and_place_is_asked_for(tmp_path, file, place):
    with pytest.raises(ConfigError, match="give either a file or --place"):
        RoadImport(file and tmp_path / file, place, tmp_path)


def test_the_command_says_what_was_imported(toy_data, tmp_path):
    file = toyland_osm(tmp_path / "toyland.osm", numbered=True)
    done = CliRunner().invoke(app, ["roads", "import", str(file), "--out", str(toy_data)])
    assert done.exit_code == 0, done.output
    assert "50 nodes" in done.output
    assert CliRunner().invoke(app, ["roads", "import", "--out", str(toy_data)]).exit_code == 2
