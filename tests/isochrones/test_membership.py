"""Membership: minutes ≤ threshold, inclusive."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clinic_siting.errors import ConfigError
from clinic_siting.isochrones import membership
from clinic_siting.tables import TravelTimes

MATRICES = arrays(
    float,
    st.tuples(st.integers(1, 5), st.integers(1, 4)),
    elements=st.one_of(st.sampled_from([0.0, 15.0, 30.0, np.inf]), st.floats(0, 1440)),
)


def times_of(minutes) -> TravelTimes:
    zones = pd.Index([f"z{i}" for i in range(minutes.shape[0])])
    return TravelTimes(zones, pd.Index([f"s{j}" for j in range(minutes.shape[1])]), minutes)


def test_a_zone_exactly_on_the_threshold_is_in_and_one_without_a_route_never_is():
    inside = membership(times_of(np.array([[15.0], [np.nextafter(15.0, 16.0)], [np.inf]])), (15.0, 1440.0))
    assert inside[:, 0, :].tolist() == [[True, True], [False, True], [False, False]]


@given(MATRICES, st.lists(st.floats(0.1, 1440), min_size=1, max_size=4, unique=True))
@settings(deadline=None)
def test_membership_is_minutes_within_each_band_and_bands_nest(minutes, bands):
    bands = tuple(sorted(bands))
    inside = membership(times_of(minutes), bands)
    assert inside.shape == (*minutes.shape, len(bands))
    for k, band in enumerate(bands):
        assert np.array_equal(inside[:, :, k], minutes <= band)
    assert (inside[:, :, 1:] >= inside[:, :, :-1]).all()


@pytest.mark.parametrize("bands", [(), (30.0, 15.0), (15.0, 15.0), (0.0, 15.0), (float("nan"),), (1e5,)])
def test_bands_that_are_no_ascending_minutes_are_refused(bands, toy_times):
    with pytest.raises(ConfigError, match=re.escape(f"within a day, not {bands}")):
        membership(toy_times, bands)
