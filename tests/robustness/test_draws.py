"""Seeded draws of speeds and of demand."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import ConfigError
from clinic_siting.robustness import class_factors, demand_factors
from clinic_siting.siting import measure_sets
from clinic_siting.tables import Roads


@pytest.fixture
def roads():
    links = pd.DataFrame(
        {
            "from_node": [0, 1, 2, 3],
            "to_node": [1, 2, 3, 0],
            "length_m": 100.0,
            "road_class": pd.Categorical(["minor", "trunk", "minor", "trunk"]),
            "ramp": [False, False, False, True],
        }
    ).assign(oneway=False, source="osm", authority=None, road=None)
    nodes = pd.DataFrame({"lon": [0.1, 0.2, 0.3, 0.4], "lat": 51.2, "junctions_400m": 5})
    return Roads(nodes, links)


def test_roads_of_a_class_are_faster_or_slower_together_and_ramps_by_themselves(roads):
    draws = class_factors(roads, spread=0.15, n_draws=200, seed=1)
    assert len(draws) == 200
    table = np.array(draws)
    assert (table[:, 0] == table[:, 2]).all()
    assert (table[:, 1] != table[:, 3]).any()
    speeds = 1 / table
    assert speeds.min() > 0.85
    assert speeds.max() < 1.15
    assert speeds.mean() == pytest.approx(1, abs=0.02)
    assert abs(np.corrcoef(table[:, 0], table[:, 1])[0, 1]) < 0.2


def test_the_same_seed_gives_the_same_draws_whatever_the_order_of_links(roads):
    once = class_factors(roads, spread=0.15, n_draws=2, seed=7)
    order = [2, 3, 0, 1]
    shuffled = Roads(roads.nodes, roads.links.iloc[order].reset_index(drop=True))
    again = class_factors(shuffled, spread=0.15, n_draws=2, seed=7)
    assert (np.array(again) == np.array(once)[:, order]).all()
    assert (class_factors(roads, spread=0.15, n_draws=1, seed=8)[0] != once[0]).any()


def test_demand_of_a_place_moves_together(toy_zones):
    draws = demand_factors(toy_zones.table["alliance_name"], spread=0.1, n_draws=50, seed=3)
    assert all(draw.groupby(toy_zones.table["alliance_name"]).nunique().eq(1).all() for draw in draws)
    values = np.array([draw.to_numpy() for draw in draws])
    assert values.min() > 0.9
    assert values.max() < 1.1


def test_ten_per_cent_more_demand_everywhere_changes_nothing(make_case, toy_demand):
    sets = np.array([[0], [1], [2]])
    pd.testing.assert_frame_equal(
        measure_sets(make_case(demand=1.1 * toy_demand), sets), measure_sets(make_case(), sets)
    )


@pytest.mark.parametrize("spread", [0, 1, -0.1, np.nan])
def test_a_spread_that_makes_no_sense_is_refused(roads, spread):
    with pytest.raises(ConfigError, match="a spread must lie between 0 and 1"):
        class_factors(roads, spread=spread, n_draws=1, seed=0)
