"""How places join the roads, and what no road reaches."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.network import (
    audit_snaps,
    main_network,
    road_network,
    roads_at_nodes,
    snap,
    unreachable_places,
)
from clinic_siting.tables import Roads


@pytest.fixture
def roads() -> Roads:
    """A street (0–1), a motorway (1–2), its ramp (2–3), a joint (3–4); far away an island (5–6)."""
    nodes = pd.DataFrame({"lon": [0.0, 0.1, 0.2, 0.3, 0.4, 1.0, 1.1], "lat": 51.0, "junctions_400m": 0})
    links = pd.DataFrame(
        {
            "from_node": [0, 1, 2, 3, 5],
            "to_node": [1, 2, 3, 4, 6],
            "length_m": 7000.0,
            "road_class": ["minor", "motorway", "motorway", "connector", "minor"],
            "ramp": [False, False, True, False, False],
            "oneway": False,
            "authority": None,
            "road": None,
        }
    )
    return Roads(nodes, links)


@pytest.fixture
def places() -> pd.DataFrame:
    lon = [0.001, 0.201, 0.301, 0.401, 1.001, 0.6]
    return pd.DataFrame({"lon": lon, "lat": 51.0}, index=["town", "verge", "ramp", "joint", "isle", "sea"])


def test_a_node_is_ordinary_where_an_ordinary_link_meets_it(roads):
    kinds = ["ordinary", "ordinary", "motorway", "ramp", "connector", "ordinary", "ordinary"]
    assert roads_at_nodes(roads).tolist() == kinds
    classes = roads.links.astype({"road_class": "category"})
    assert roads_at_nodes(Roads(roads.nodes, classes)).tolist() == kinds


def test_the_audit_names_the_road_the_distance_and_what_is_out_of_reach(roads, places):
    network = road_network(roads, np.ones(5))
    nearest = snap(network, places, max_snap_m=5000)
    audit = audit_snaps(roads, network, nearest)
    assert audit.index.tolist() == places.index.tolist()
    assert audit["road"].tolist()[:5] == ["ordinary", "motorway", "ramp", "connector", "ordinary"]
    assert audit.loc["town", "straight_m"] == pytest.approx(70, abs=1)
    assert audit.index[audit["beyond"]].tolist() == ["sea"]
    assert audit.index[audit["island"]].tolist() == ["isle"]
    assert audit.index[audit["unreachable"]].tolist() == ["isle", "sea"]
    assert not audit["moved"].any()


def test_the_audit_shows_who_was_moved_to_an_ordinary_road(roads, places):
    network = road_network(roads, np.ones(5))
    nearest, chosen = (snap(network, places, max_snap_m=8000, anchors_only=only) for only in (False, True))
    audit = audit_snaps(roads, network, chosen, nearest=nearest)
    assert audit.index[audit["moved"]].tolist() == ["verge"]
    assert audit.loc["verge", "road"] == "ordinary"
    assert audit.loc["ramp", "road"] == "ramp"


def test_a_street_that_one_can_only_leave_is_not_of_the_main_network(roads):
    links = roads.links.assign(oneway=[False, False, False, True, False])
    main = main_network(road_network(Roads(roads.nodes, links), np.ones(5)))
    assert main.tolist() == [True, True, True, True, False, False, False]


def test_what_no_road_reaches_is_named_by_its_group(roads, places):
    network = road_network(roads, np.ones(5))
    audit = audit_snaps(roads, network, snap(network, places, max_snap_m=5000))
    groups = pd.Series(["Main", "Main", "Main", "Main", "Isle", "Main"], index=places.index, name="district")
    table = unreachable_places(audit, groups)
    assert table.loc["Isle"].tolist() == [1, 1, True]
    assert table.loc["Main"].tolist() == [1, 5, False]
    assert table.index.name == "district"
