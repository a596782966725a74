"""Differences between groups: Theil's parts, the gap, the deprivation gradient."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import measures

zones = st.lists(
    st.tuples(st.integers(0, 90), st.integers(0, 9), st.integers(1, 3)), min_size=2, max_size=9
).filter(lambda rows: any(demand for _, demand, _ in rows))


def _series(rows):
    return (pd.Series(column, dtype=float) for column in zip(*rows, strict=True))


@settings(deadline=None, max_examples=60)
@given(zones)
def test_theil_between_and_within_are_the_whole(rows):
    minutes, demand, group = _series(rows)
    parts = measures.theil_between(minutes, demand, group) + measures.theil_within(minutes, demand, group)
    assert parts == pytest.approx(float(measures.theil(minutes, demand)), abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(zones)
def test_group_means_weighted_by_demand_give_the_mean(rows):
    minutes, demand, group = _series(rows)
    means = measures.group_means(minutes, demand, group)
    weights = demand[demand > 0].groupby(group).sum()
    assert (means * weights).sum() / weights.sum() == pytest.approx(float(measures.mean(minutes, demand)))


def test_a_straight_gradient_is_recovered():
    # Ten equal tenths at 19, 17, … 1 minutes: the line falls from 20 to 0 over the whole population.
    tenths = pd.Series(range(1, 11))
    minutes, demand = 21 - 2.0 * tenths, pd.Series(1.0, index=tenths.index)
    gradient = measures.inequality_gradient(minutes, demand, tenths)
    assert gradient.slope == pytest.approx(-20)
    assert gradient.relative == pytest.approx(0, abs=1e-12)


def test_the_gradient_is_the_weighted_least_squares_line():
    tenths, demand = pd.Series([1, 2, 3, 4]), pd.Series([4.0, 1.0, 3.0, 2.0])
    minutes = pd.Series([30.0, 45.0, 20.0, 25.0])
    rank = np.array([0.2, 0.45, 0.65, 0.9])
    root = np.sqrt(demand.to_numpy())
    design = np.column_stack([root, rank * root])
    (at_0, slope), *_ = np.linalg.lstsq(design, minutes.to_numpy() * root, rcond=None)
    gradient = measures.inequality_gradient(minutes, demand, tenths)
    assert gradient.slope == pytest.approx(slope)
    assert gradient.relative == pytest.approx((at_0 + slope) / at_0)


def test_no_gradient_without_different_tenths_and_none_that_is_finite_without_a_route():
    one = pd.Series([1, 1])
    assert measures.inequality_gradient(pd.Series([5.0, 9.0]), one, one) == measures.Gradient(0, 1)
    lost = measures.inequality_gradient(pd.Series([5.0, np.inf]), one, pd.Series([1, 2]))
    assert lost == measures.Gradient(np.inf, np.inf)


@settings(deadline=None, max_examples=40)
@given(zones, st.integers(2, 7))
def test_the_slope_scales_with_time_and_the_relative_index_does_not(rows, factor):
    minutes, demand, tenth = _series(rows)
    minutes += 1
    once = measures.inequality_gradient(minutes, demand, tenth)
    scaled = measures.inequality_gradient(factor * minutes, demand, tenth)
    assert scaled.slope == pytest.approx(factor * once.slope, abs=1e-9)
    if np.isfinite(once.relative) and abs(once.relative) < 1e6:
        assert scaled.relative == pytest.approx(once.relative, rel=1e-6, abs=1e-9)
