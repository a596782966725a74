"""What tags say of a road."""

import pytest

from clinic_siting.osm.tags import direction, drivable, kind, limit_mph, open_to_patients, road_number


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "primary"}, 0),
        ({"highway": "primary", "oneway": "yes"}, 1),
        ({"highway": "primary", "oneway": "1"}, 1),
        ({"highway": "primary", "oneway": "-1"}, -1),
        ({"highway": "primary", "oneway": "reverse"}, -1),
        ({"highway": "primary", "oneway": "no"}, 0),
        ({"highway": "residential", "junction": "roundabout"}, 1),
        ({"highway": "residential", "junction": "roundabout", "oneway": "-1"}, -1),
        ({"highway": "residential", "junction": "circular"}, 1),
        ({"highway": "residential", "oneway": "reversible"}, 0),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, 0),
    ],
)
def test_one_way_roads_run_as_their_tags_say(tags, expected):
    assert direction(tags.get) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, True),
        ({"access": "private"}, False),
        ({"access": "no", "motor_vehicle": "yes"}, True),
        ({"access": "yes", "motorcar": "no"}, False),
        ({"vehicle": "no", "motor_vehicle": "destination"}, True),
        ({"motor_vehicle": "agricultural;forestry"}, False),
        ({"motor_vehicle": "private;destination"}, True),
        ({"access": "permissive"}, True),
    ],
)
def test_the_most_particular_access_tag_decides(tags, expected):
    assert open_to_patients(tags.get) is expected


@pytest.mark.parametrize("highway", ["footway", "cycleway", "service", "track", "proposed", "pedestrian"])
def test_paths_and_drives_are_no_roads(highway):
    assert not drivable({"highway": highway}.get)


def test_a_square_drawn_as_an_area_is_no_road():
    assert not drivable({"highway": "residential", "area": "yes"}.get)


def test_a_slip_road_is_a_ramp_of_its_class():
    slip = kind({"highway": "trunk_link", "ref": "A2", "maxspeed": "50 mph"}.get)
    assert (slip.road_class, slip.ramp, slip.road, slip.maxspeed_mph, slip.source) == (
        "trunk",
        True,
        "A2",
        50.0,
        "osm",
    )


def test_a_road_drawn_to_tie_networks_together_is_a_connector():
    tie = kind({"highway": "tertiary_link", "source": "MRDB-OSM connector"}.get)
    assert (tie.road_class, tie.ramp, tie.source) == ("connector", False, "join")


@pytest.mark.parametrize(
    ("text", "mph"),
    [
        ("30 mph", 30.0),
        ("20mph", 20.0),
        ("50", 31.1),
        ("100 km/h", 62.1),
        ("GB:nsl_dual", 70.0),
        ("none", None),
        ("20;30", None),
        ("0", None),
        ("", None),
        (None, None),
    ],
)
def test_limits_come_in_miles_an_hour(text, mph):
    assert limit_mph(text) == mph


@pytest.mark.parametrize(
    ("ref", "number"),
    [
        ("A4", "A4"),
        ("a 1 (m)", "A1(M)"),
        ("E30;M4", "M4"),
        ("B3000;A3", "B3000"),
        ("C12", None),
        (None, None),
    ],
)
def test_road_numbers_are_those_that_britain_numbers_by(ref, number):
    assert road_number(ref) == number
