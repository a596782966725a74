"""The way in and out of the import."""

import hashlib

import pandas as pd
import pytest

from clinic_siting.errors import DataError
from clinic_siting.osm import file_vintage, in_words, read_roads_file, write_roads
from clinic_siting.sources import open_data, read_roads

MINOR = {"highway": "residential"}
TOWN = [
    ([11, 12, 13, 14], MINOR),
    ([13, 23, 33], {"highway": "primary", "ref": "A1", "maxspeed": "30 mph"}),
    ([71, 72], MINOR),
    ([71, 33], {"route": "ferry", "name": "Isle ferry"}),
]


def test_a_written_folder_is_read_back_by_the_gate(osm_file, tmp_path):
    result = read_roads_file(osm_file(TOWN))
    written = write_roads(result, tmp_path / "set", source="toy.osm", vintage="2026")
    assert {path.name for path in written} == {
        "road_nodes.parquet",
        "road_edges.parquet",
        "roads_left_out.csv",
        "manifest.csv",
    }
    data = open_data(tmp_path / "set")
    roads = read_roads(data)
    pd.testing.assert_frame_equal(roads.nodes, result.roads.nodes)
    ours = result.roads.links
    assert list(roads.links) == list(ours)
    full = ours.columns[ours.notna().any()]
    pd.testing.assert_frame_equal(roads.links[full], ours[full], check_categorical=False)
    # A column without any value may come back as another kind of nothing.
    assert not roads.links.drop(columns=full).notna().any(axis=None)
    assert data.manifest.loc["road_edges.parquet", ["source", "vintage", "licence"]].tolist() == [
        "toy.osm",
        "2026",
        "Open Database Licence 1.0",
    ]


def test_the_other_files_of_a_data_folder_stay(osm_file, tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "zones.csv").write_text("zone_id\na\n")
    row = f"zones.csv,Zones,me,OGL,2026,here,,{hashlib.sha256(b'zone_id,a').hexdigest()}"
    header = "file,title,publisher,licence,vintage,source,note,sha256"
    (folder / "manifest.csv").write_text(f"{header}\n{row}\n")
    result = read_roads_file(osm_file(TOWN))
    write_roads(result, folder)
    first = (folder / "manifest.csv").read_bytes()
    write_roads(result, folder)
    assert (folder / "manifest.csv").read_bytes() == first
    assert (folder / "zones.csv").is_file()
    assert open_data(folder).manifest.loc["zones.csv", "publisher"] == "me"


def test_a_manifest_of_another_kind_is_not_written_over(osm_file, tmp_path):
    (tmp_path / "manifest.csv").write_text("name,size\na,1\n")
    with pytest.raises(DataError, match=r"column\(s\) file, title"):
        write_roads(read_roads_file(osm_file(TOWN)), tmp_path)


def test_words_name_the_island_and_its_ferry(osm_file):
    text = in_words(read_roads_file(osm_file(TOWN)))
    assert "4 nodes, 3 links" in text
    assert "1 ferries" in text
    assert "only a ferry goes there, and ferries are left out: Isle ferry" in text
    assert "no observed speed applies" in text


def test_words_call_a_piece_by_the_place_that_lies_near_it(osm_file):
    result = read_roads_file(osm_file(TOWN))
    near = pd.DataFrame({"lon": [0.07, 0.2], "lat": [51.02, 51.01], "name": ["The Isle", "Town"]})
    assert "lon 0.070, lat 51.015 (The Isle); only a ferry" in in_words(result, places=near)
    assert "lon 0.070, lat 51.015; only a ferry" in in_words(result, places=near.iloc[1:])


def test_the_day_of_the_data_is_read_from_the_header(osm_file, tmp_path):
    import osmium  # noqa: PLC0415 - an optional extra

    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-03-01T21:20:00Z")
    dated = tmp_path / "dated.osm.pbf"
    with osmium.SimpleWriter(str(dated), header=header) as writer:
        for item in osmium.FileProcessor(str(osm_file(TOWN))):
            writer.add(item)
    assert file_vintage(dated) == "2026-03-01"
    assert file_vintage(osm_file(TOWN)) == ""
    assert file_vintage(tmp_path / "town.graphml") == ""


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "roads.shp").write_text("")
    with pytest.raises(DataError, match=r"roads\.shp: not a kind of file that roads are read from"):
        read_roads_file(tmp_path / "roads.shp")


def test_a_file_that_is_missing_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"none\.osm\.pbf: no such file"):
        read_roads_file(tmp_path / "none.osm.pbf")
