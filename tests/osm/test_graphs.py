"""Graphs that osmnx saved or downloads."""

import pytest

from clinic_siting.errors import DataError
from clinic_siting.osm import download_roads, read_roads_file

MINOR = {"highway": "residential"}
TOWN = [
    ([11, 12, 13, 14], MINOR),
    ([13, 23, 33], {"highway": "primary", "ref": "A1", "maxspeed": "30 mph"}),
    ([33, 34, 14], {"highway": "tertiary", "oneway": "-1"}),
    ([12, 22, 33], {**MINOR, "access": "private"}),
    ([22, 21], {"highway": "footway"}),
]
osmnx = pytest.importorskip("osmnx")


def save(path, *, simplify, out):
    graph = osmnx.graph_from_xml(path, simplify=simplify, retain_all=True)
    osmnx.save_graphml(graph, out)
    return out


def sizes(roads):
    links = roads.links
    return sorted(zip(links["road_class"], links["oneway"], links["length_m"].round(6), strict=True))


@pytest.mark.parametrize("simplify", [False, True])
def test_a_saved_graph_gives_the_roads_of_the_file_it_came_from(osm_file, tmp_path, simplify):
    path = osm_file(TOWN)
    graph = read_roads_file(save(path, simplify=simplify, out=tmp_path / "town.graphml"))
    assert sizes(graph.roads) == sizes(read_roads_file(path).roads)
    assert graph.counts["roads closed to the public"] > 0


def test_a_box_cuts_a_saved_graph_as_it_cuts_the_file(osm_file, tmp_path):
    path, box = osm_file(TOWN), (0.0, 51.0, 0.015, 51.1)
    out = save(path, simplify=False, out=tmp_path / "town.graphml")
    assert sizes(read_roads_file(out, box=box).roads) == sizes(read_roads_file(path, box=box).roads)
    with pytest.raises(DataError, match="or none where the zones are"):
        read_roads_file(out, box=(1.0, 52.0, 1.1, 52.1))


def test_a_projected_graph_is_brought_back_to_degrees(osm_file, tmp_path):
    path = osm_file(TOWN)
    graph = osmnx.graph_from_xml(path, simplify=True, retain_all=True)
    osmnx.save_graphml(osmnx.project_graph(graph), tmp_path / "town.graphml")
    roads = read_roads_file(tmp_path / "town.graphml").roads
    assert roads.nodes["lat"].between(51, 51.05).all()


@pytest.mark.parametrize(
    "entity", ['<!ENTITY x SYSTEM "file:///etc/hostname">', '<!ENTITY x "yy"> <!ENTITY z "&x;&x;&x;">']
)
def test_a_document_type_is_refused_before_anything_is_expanded(osm_file, tmp_path, entity):
    out = save(osm_file(TOWN), simplify=False, out=tmp_path / "town.graphml")
    text = out.read_text(encoding="utf-8").replace("<graphml", f"<!DOCTYPE graphml [{entity}]>\n<graphml", 1)
    out.write_text(text.replace("residential", "&x;"), encoding="utf-8")
    with pytest.raises(DataError, match="declares a document type") as refusal:
        read_roads_file(out)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("content", ["", "no xml at all", "<graphml><graph", "<graphml/>", "<a><b/></a>"])
def test_what_is_no_graph_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "town.graphml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"town\.graphml") as refusal:
        read_roads_file(path)
    assert "\n" not in str(refusal.value)


def test_a_truncated_graph_is_refused_in_one_line(osm_file, tmp_path):
    out = save(osm_file(TOWN), simplify=False, out=tmp_path / "town.graphml")
    out.write_text(out.read_text(encoding="utf-8")[:-200], encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read as GraphML") as refusal:
        read_roads_file(out)
    assert "\n" not in str(refusal.value)


def test_an_edge_made_of_several_classes_counts_as_the_humblest(osm_file, tmp_path):
    out = save(osm_file(TOWN), simplify=False, out=tmp_path / "town.graphml")
    text = out.read_text(encoding="utf-8")
    out.write_text(text.replace(">primary<", ">['primary', 'tertiary']<"), encoding="utf-8")
    links = read_roads_file(out).roads.links
    assert set(links["road_class"]) == {"minor", "tertiary"}


def test_a_place_is_downloaded_with_the_access_tags_and_a_cache(osm_file, tmp_path, monkeypatch):
    graph = osmnx.graph_from_xml(osm_file(TOWN), simplify=False, retain_all=True)
    asked = {}

    def answer(place, **options):
        asked.update(options, place=place, folder=osmnx.settings.cache_folder)
        asked["tags"] = list(osmnx.settings.useful_tags_way)
        return graph

    before = (osmnx.settings.cache_folder, list(osmnx.settings.useful_tags_way))
    monkeypatch.setattr(osmnx, "graph_from_place", answer)
    result = download_roads("Toytown", cache=tmp_path)
    assert sizes(result.roads) == sizes(read_roads_file(osm_file(TOWN)).roads)
    assert asked["place"] == "Toytown"
    assert asked["folder"] == str(tmp_path)
    assert {"motorcar", "motor_vehicle", "vehicle", "access"} <= set(asked["tags"])
    assert "motorway_link" in asked["custom_filter"]
    assert before == (osmnx.settings.cache_folder, osmnx.settings.useful_tags_way)


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (ConnectionError("name resolution"), "is there an internet connection"),
        (TimeoutError("too slow"), "is there an internet connection"),
        (ValueError("Nominatim could not geocode"), "try a fuller name"),
        (TypeError("not a polygon"), "try a fuller name"),
    ],
)
def test_a_place_that_cannot_be_had_is_refused_in_words(tmp_path, monkeypatch, failure, message):
    def fail(*_, **__):
        raise failure

    monkeypatch.setattr(osmnx, "graph_from_place", fail)
    with pytest.raises(DataError, match=message) as refusal:
        download_roads("Nowhere", cache=tmp_path)
    assert "\n" not in str(refusal.value)
