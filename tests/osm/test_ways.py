"""Reading OpenStreetMap files."""

import re

import pytest

from clinic_siting.errors import DataError
from clinic_siting.osm import read_roads_file
from clinic_siting.osm.ways import read_ways

MINOR = {"highway": "residential"}


def test_a_stretch_lies_between_neighbouring_nodes(osm_file):
    streets = read_ways(osm_file([([11, 12, 13], MINOR), ([13, 14], {"highway": "footway"})]))
    assert streets.node_id.tolist() == [11, 12, 13]
    assert list(zip(streets.tail, streets.head, strict=True)) == [(0, 1), (1, 2)]
    assert streets.both_ways.all()
    # One hundredth of a degree of a meridian of the mean earth.
    assert streets.length_m == pytest.approx(1111.95, abs=0.01)


def test_a_road_against_its_drawing_is_turned(osm_file):
    streets = read_ways(osm_file([([11, 12, 13], {**MINOR, "oneway": "-1"})]))
    assert list(zip(streets.tail, streets.head, strict=True)) == [(1, 0), (2, 1)]
    assert not streets.both_ways.any()


def test_ferries_and_closed_roads_are_left_out_and_counted(osm_file):
    ways = [
        ([11, 12], MINOR),
        ([12, 13], {**MINOR, "access": "private"}),
        ([12, 22], {"route": "ferry", "name": "The chain ferry"}),
    ]
    streets = read_ways(osm_file(ways))
    assert len(streets.tail) == 1
    assert streets.counts["roads closed to the public"] == 1
    assert streets.ferries["name"].tolist() == ["The chain ferry"]


def test_a_gap_where_a_node_is_missing_is_not_bridged(osm_file):
    streets = read_ways(osm_file([([11, 12, 13, 14], MINOR)], nodes=[11, 13, 14]))
    assert list(zip(streets.node_id[streets.tail], streets.node_id[streets.head], strict=True)) == [(13, 14)]
    assert streets.counts["nodes missing from the file"] == 1


def test_nodes_numbered_below_zero_by_an_editor_are_read(osm_file):
    assert read_ways(osm_file([([-11, -12], MINOR)])).node_id.tolist() == [-12, -11]


def test_nodes_with_very_large_ids_are_read_without_room_for_all_below(osm_file):
    path = osm_file([([11, 12, 13], MINOR)])
    path.write_text(path.read_text(encoding="utf-8").replace('"13"', f'"{2**62}"'), encoding="utf-8")
    assert read_ways(path).node_id.tolist() == [11, 12, 2**62]


def test_a_suffix_in_large_letters_is_a_suffix(osm_file):
    assert len(read_ways(osm_file([([11, 12, 13], MINOR)], name="ROADS.OSM")).tail) == 2


def test_a_road_that_is_no_more_is_passed_over(osm_file):
    path = osm_file([([11, 12], MINOR), ([12, 13], MINOR), ([13, 14], MINOR)])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('<way id="2"', '<way id="2" visible="false"'), encoding="utf-8")
    streets = read_ways(path)
    pairs = zip(streets.node_id[streets.tail], streets.node_id[streets.head], strict=True)
    assert list(pairs) == [(11, 12), (13, 14)]


def test_a_file_of_the_whole_history_is_refused(osm_file):
    path = osm_file([([11, 12], MINOR), ([11, 12, 13], MINOR)])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('<way id="2" version="1"', '<way id="1" version="2"'), encoding="utf-8")
    with pytest.raises(DataError, match=r"way 1 is there in several versions.*give an extract of one day"):
        read_ways(path)


def test_a_ferry_that_is_drawn_as_a_road_is_a_ferry(osm_file):
    crossing = {"highway": "tertiary", "route": "ferry", "name": "Reedham Ferry"}
    streets = read_ways(osm_file([([11, 12], MINOR), ([12, 13], crossing)]))
    assert len(streets.tail) == 1
    assert streets.ferries["name"].tolist() == ["Reedham Ferry"]


def test_a_file_with_its_ways_before_its_nodes_is_read(osm_file):
    path = osm_file([([11, 12, 13], MINOR)])
    text = path.read_text(encoding="utf-8")
    head, ways = text.index("<node"), text.index("<way")
    path.write_text(text[:head] + text[ways:-6] + text[head:ways] + "</osm>", encoding="utf-8")
    assert len(read_ways(path).tail) == 2


def test_a_way_of_one_node_is_no_road_and_disturbs_none(osm_file):
    ways = [([11, 12], MINOR), ([13], MINOR), ([12, 14], MINOR)]
    streets = read_ways(osm_file(ways))
    pairs = zip(streets.node_id[streets.tail], streets.node_id[streets.head], strict=True)
    assert list(pairs) == [(11, 12), (12, 14)]


def test_a_node_repeated_along_a_way_makes_no_stretch(osm_file):
    assert len(read_ways(osm_file([([11, 11, 12], MINOR)])).tail) == 1


def test_two_nodes_in_one_place_are_still_a_step_apart(osm_file):
    path = osm_file([([11, 12, 13], MINOR)])
    path.write_text(path.read_text(encoding="utf-8").replace('lat="51.0200000"', 'lat="51.0100000"'))
    assert read_ways(path).length_m.min() > 0


def test_roads_outside_the_box_are_passed_over(osm_file):
    streets = read_ways(osm_file([([11, 12, 13, 14], MINOR)]), box=(0, 51.015, 1, 51.035))
    assert len(streets.tail) == 1


def test_a_box_without_roads_is_refused(osm_file):
    with pytest.raises(DataError, match="none of its roads lies in the area"):
        read_ways(osm_file([([11, 12], MINOR)]), box=(1, 52, 2, 53))


def test_a_file_without_roads_is_refused(osm_file):
    with pytest.raises(DataError, match="there are no roads for cars in it"):
        read_ways(osm_file([([11, 12], {"highway": "footway"})]))


def test_a_file_that_lost_its_nodes_is_refused(osm_file):
    with pytest.raises(DataError, match="3 of 4 nodes of its roads are missing; was it cut short"):
        read_ways(osm_file([([11, 12, 13, 14], MINOR)], nodes=[11]))


@pytest.mark.parametrize("keep", [0.9, 0.5, 0.1])
def test_a_truncated_pbf_is_refused_in_one_line(osm_file, tmp_path, keep):
    import osmium  # noqa: PLC0415 - an optional extra

    whole, cut = tmp_path / "whole.osm.pbf", tmp_path / "cut.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for item in osmium.FileProcessor(str(osm_file([([11, 12, 13], MINOR)]))):
            writer.add(item)
    assert len(read_ways(whole).tail) == 2
    content = whole.read_bytes()
    cut.write_bytes(content[: int(keep * len(content))])
    with pytest.raises(DataError, match="cannot be read as OpenStreetMap data") as refusal:
        read_roads_file(cut)
    assert "\n" not in str(refusal.value)


def test_truncated_xml_is_refused_in_one_line(osm_file):
    path = osm_file([([11, 12, 13], MINOR)])
    path.write_text(path.read_text(encoding="utf-8")[:-60], encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read as OpenStreetMap data") as refusal:
        read_ways(path)
    assert "\n" not in str(refusal.value)


def test_xml_with_entities_is_refused(osm_file, tmp_path):
    (tmp_path / "secret.txt").write_text("residential")
    path = osm_file([([11, 12, 13], {"highway": "SECRET"})])
    text = path.read_text(encoding="utf-8").replace("SECRET", "&secret;")
    doctype = f'<!DOCTYPE osm [<!ENTITY secret SYSTEM "{tmp_path / "secret.txt"}">]>\n<osm version'
    path.write_text(text.replace("<osm version", doctype), encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(f"{path} cannot be read as OpenStreetMap data")):
        read_ways(path)


def test_progress_names_what_is_done_and_ends_at_the_whole(osm_file):
    seen = []
    read_ways(osm_file([([11, 12], MINOR)]), progress=lambda what, share: seen.append((what, share)))
    assert ("reading roads", 1.0) in seen
    assert ("placing roads", 1.0) in seen
