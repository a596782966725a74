"""Metres that are metres, speeds that are speeds, a network in one piece."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.gate import check_roads

SPEEDS = {"speeds": pd.DataFrame({"kph": [30.0, 50.0, 100.0]}), "observed": pd.DataFrame({"kph": [41.0]})}


@pytest.fixture
def roads() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A street of two hundred nodes, 111 m apart."""
    nodes = pd.DataFrame({"lon": 0.4, "lat": 51.2 + 0.001 * np.arange(200), "junctions_400m": 5})
    links = pd.DataFrame({"from_node": np.arange(199), "to_node": np.arange(1, 200), "length_m": 120.0})
    return nodes, links


def red(nodes, links, speeds=SPEEDS):
    return [finding for finding in check_roads(nodes, links, speeds) if finding.light == "red"]


def test_a_sound_street_is_green(roads):
    assert red(*roads) == []
    assert red(*roads, {**SPEEDS, "observed": SPEEDS["observed"].head(0)}) == []


@pytest.mark.parametrize("factor", [0.001, 1 / 1609.34, 3.28, 1000])
def test_lengths_in_another_unit_are_found_by_their_size(roads, factor):
    nodes, links = roads
    [finding] = red(nodes, links.assign(length_m=links["length_m"] * factor))
    assert finding.what == "length_m looks like another unit than metres"
    assert "times their straight line" in finding.rows[0]


@pytest.mark.parametrize("name", ["speeds", "observed"])
@pytest.mark.parametrize("factor", [1 / 60, 1000 / 60])
def test_speeds_in_another_unit_are_found_by_their_size(roads, name, factor):
    [finding] = red(*roads, {**SPEEDS, name: SPEEDS[name] * factor})
    assert (finding.where, finding.what) == (name, "kph looks like another unit than km/h")


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
