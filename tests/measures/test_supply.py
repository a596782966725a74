"""Supply per head against a loop-only oracle and the law that it adds up to the capacity."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import measures
from clinic_siting.errors import TableError
from clinic_siting.tables import TravelTimes

DECAY = {10.0: 1.0, 20.0: 0.68, 30.0: 0.22}


def _oracle(minutes, demand, capacity):
    def weight(t):
        return next((w for band, w in DECAY.items() if t <= band), 0.0)

    ratio = []
    for j, supply in enumerate(capacity):
        around = sum(demand[i] * weight(minutes[i][j]) for i in range(len(demand)))
        ratio.append(supply / around if around else 0.0)
    return [sum(r * weight(t) for r, t in zip(ratio, row, strict=True)) for row in minutes]


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_supply_equals_its_definition_and_adds_up_to_what_can_be_reached(data):
    n_zones, n_sites = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    row = st.lists(st.integers(0, 50), min_size=n_sites, max_size=n_sites)
    minutes = data.draw(st.lists(row, min_size=n_zones, max_size=n_zones))
    demand = data.draw(st.lists(st.integers(0, 9), min_size=n_zones, max_size=n_zones))
    capacity = data.draw(st.lists(st.integers(0, 90), min_size=n_sites, max_size=n_sites))
    zone_ids, site_ids = (
        pd.Index([f"z{i}" for i in range(n_zones)]),
        pd.Index([f"s{j}" for j in range(n_sites)]),
    )
    supply = measures.supply_ratio(
        TravelTimes(zone_ids, site_ids, np.array(minutes, dtype=float)),
        pd.Series(demand, index=zone_ids.rename("zone_id"), dtype=float),
        pd.Series(capacity, index=site_ids, dtype=float),
        decay=DECAY,
    )
    assert supply.to_list() == pytest.approx(_oracle(minutes, demand, capacity))
    reached = [
        c for j, c in enumerate(capacity) if any(demand[i] and minutes[i][j] <= 30 for i in range(n_zones))
    ]
    assert (supply * demand).sum() == pytest.approx(sum(reached))


def test_a_capacity_that_cannot_be_is_refused(toy_times, toy_demand):
    with pytest.raises(TableError, match="capacities, bands and weights must be finite"):
        measures.supply_ratio(toy_times, toy_demand, pd.Series({"old": -1.0}), decay=DECAY)
    with pytest.raises(TableError, match="capacities, bands and weights must be finite"):
        measures.supply_ratio(toy_times, toy_demand, pd.Series({"old": 1.0}), decay={})
