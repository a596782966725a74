"""Metres that are metres, a network in one piece."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.gate import check_roads


@pytest.fixture
def roads() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A street of two hundred nodes, 111 m apart."""
    nodes = pd.DataFrame({"lon": 0.4, "lat": 51.2 + 0.001 * np.arange(200), "junctions_400m": 5})
    links = pd.DataFrame({"from_node": np.arange(199), "to_node": np.arange(1, 200), "length_m": 120.0})
    return nodes, links


def red(nodes, links):
    return [finding for finding in check_roads(nodes, links, {}) if finding.light == "red"]


def test_a_sound_street_is_green(roads):
    assert red(*roads) == []


@pytest.mark.parametrize("factor", [0.001, 1 / 1609.34, 3.28, 1000])
def test_lengths_in_another_unit_are_found_by_their_size(roads, factor):
    nodes, links = roads
    [finding] = red(nodes, links.assign(length_m=links["length_m"] * factor))
    assert finding.what == "length_m looks like another unit than metres"
    assert "times their straight line" in finding.rows[0]


@pytest.mark.parametrize("length_m", [1e-30, 80.0, 1e30])
def test_a_single_length_that_cannot_be_is_found_by_its_place(roads, length_m):
    nodes, links = roads
    links.loc[7, "length_m"] = length_m
    [finding] = red(nodes, links)
    assert finding.what == "length_m cannot be in 1 link(s)"
    assert finding.rows == (f"from lon 0.40000, lat 51.20700: {length_m:g} m, its straight line 111.195 m",)


def test_a_node_put_elsewhere_is_found_by_its_links(roads):
    nodes, links = roads
    nodes.loc[50, "lon"] = 0.5
    [finding] = red(nodes, links)
    assert (finding.what, len(finding.rows)) == ("length_m cannot be in 2 link(s)", 2)


def test_a_loop_may_be_far_longer_than_its_straight_line(roads):
    nodes, links = roads
    links.loc[7, "length_m"] = 9_000.0
    assert red(nodes, links) == []


def test_a_street_cut_in_two_is_found_and_both_pieces_are_named(roads):
    nodes, links = roads
    [finding] = red(nodes, links.drop(index=149))
    assert finding.what == "the network is in 2 pieces; 25.0% of the nodes are apart from the largest"
    assert finding.rows == (
        "150 nodes around lon 0.400, lat 51.275",
        "50 nodes around lon 0.400, lat 51.375",
    )


def test_a_lost_dead_end_is_no_broken_network(roads):
    nodes, links = roads
    assert red(nodes, links.drop(index=198)) == []
