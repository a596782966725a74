"""Ranked times and the S-curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import measures
from clinic_siting.errors import TableError


def test_quantiles_are_the_first_time_that_reaches_a_share():
    minutes, demand = np.arange(1.0, 21.0), np.ones(20)
    assert measures.median(minutes, demand) == 10
    assert measures.p90(minutes, demand) == 18
    assert measures.p95(minutes, demand) == 19
    assert measures.quantile(minutes, demand, share=1) == 20


@pytest.mark.parametrize("share", [0, -0.1, 1.1, np.nan])
def test_a_quantile_beyond_the_whole_is_refused(share):
    with pytest.raises(TableError, match="at a share from 0 to 1"):
        measures.quantile(np.ones(2), np.ones(2), share=share)


def test_the_s_curve_counts_patients_within_each_time_inclusive():
    curve = measures.s_curve(
        np.array([10.0, 20.0, np.inf]), np.array([1.0, 2.0, 1.0]), at_min=[9, 10, 20, 60]
    )
    assert curve.to_list() == [0, 0.25, 0.75, 0.75]
    assert curve.index.name == "minutes"


def test_an_s_curve_is_of_one_distribution():
    with pytest.raises(TableError, match="S-curve is of one distribution"):
        measures.s_curve(np.ones((2, 2)), np.ones(2), at_min=[1])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=1, max_size=12))
def test_the_s_curve_rises_to_one_and_its_inverse_is_the_quantile(zones):
    minutes, demand = (np.array(column, dtype=float) for column in zip(*zones, strict=True))
    curve = measures.s_curve(minutes, demand, at_min=range(61))
    assert curve.is_monotonic_increasing
    assert curve.iloc[-1] == 1
    for share in (0.5, 0.9, 0.95):
        assert curve[curve >= share - 1e-9].index[0] == measures.quantile(minutes, demand, share=share)
