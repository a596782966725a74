"""Measures of variation against hand-solved answers, loop-only oracles and the laws they obey."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clinic_siting import measures
from clinic_siting.errors import TableError

minutes_of_5 = hnp.arrays(float, 5, elements=st.integers(0, 90).map(float))
demand_of_5 = hnp.arrays(float, 5, elements=st.integers(0, 9).map(float)).filter(lambda w: w.sum() > 0)
RELATIVE = (
    measures.cv,
    measures.gini,
    measures.theil,
    measures.palma,
    measures.atkinson,
    lambda t, w: measures.atkinson(t, w, aversion=1),
    lambda t, w: measures.atkinson(t, w, aversion=2),
)


def _patients(minutes, demand):
    return [t for t, w in zip(minutes, demand, strict=True) for _ in range(int(w))]


def test_two_patients_solved_by_hand():
    minutes, demand = np.array([10.0, 30.0]), np.array([1.0, 1.0])
    assert measures.cv(minutes, demand) == pytest.approx(10 / 20)
    assert measures.theil(minutes, demand) == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)
    assert measures.atkinson(minutes, demand) == pytest.approx(
        1 - ((math.sqrt(10) + math.sqrt(30)) / 2) ** 2 / 20
    )
    assert measures.atkinson(minutes, demand, aversion=1) == pytest.approx(1 - math.sqrt(300) / 20)
    assert measures.palma(minutes, demand) == pytest.approx(0.1 * 30 / (0.4 * 10))


def test_palma_splits_the_zones_on_its_boundaries():
    # Of ten patients four travel 10, 10, 20, 20 minutes; the longest tenth is half of the last zone.
    minutes, demand = np.array([10.0, 20.0, 60.0]), np.array([2.0, 6.0, 2.0])
    assert measures.palma(minutes, demand) == pytest.approx(60 / (20 + 40))


def test_palma_is_a_quarter_for_equal_journeys_and_endless_where_the_nearest_do_not_travel():
    assert measures.palma(np.array([7.0, 7.0]), np.array([1.0, 3.0])) == pytest.approx(0.25)
    assert measures.palma(np.zeros(2), np.ones(2)) == 0.25
    assert measures.palma(np.array([0.0, 9.0]), np.ones(2)) == np.inf


@settings(deadline=None, max_examples=60)
@given(minutes_of_5, demand_of_5)
def test_each_measure_equals_its_definition_patient_by_patient(minutes, demand):
    patients = _patients(minutes, demand)
    n, average = len(patients), sum(patients) / len(patients)
    if average == 0:
        assert all(measure(minutes, demand) in {0, 0.25} for measure in RELATIVE)
        return
    sd = math.sqrt(sum((t - average) ** 2 for t in patients) / n)
    assert measures.cv(minutes, demand) == pytest.approx(sd / average)
    entropy = sum(t / average * math.log(t / average) for t in patients if t > 0) / n
    assert measures.theil(minutes, demand) == pytest.approx(entropy, abs=1e-12)
    for aversion in (0.5, 2.0):
        zero = aversion > 1 and min(patients) == 0
        power = 0 if zero else sum((t / average) ** (1 - aversion) for t in patients) / n
        equal = 0 if zero else power ** (1 / (1 - aversion))
        assert measures.atkinson(minutes, demand, aversion=aversion) == pytest.approx(1 - equal, abs=1e-12)
    tenths = sorted(t for t in patients for _ in range(10))
    shortest, longest = sum(tenths[: 4 * n]), sum(tenths[9 * n :])
    expected = longest / shortest if shortest else np.inf
    assert measures.palma(minutes, demand) == pytest.approx(expected)


@settings(deadline=None, max_examples=40)
@given(minutes_of_5, demand_of_5, st.integers(2, 9))
def test_relative_measures_do_not_change_with_the_unit_of_time_or_of_demand(minutes, demand, factor):
    for measure in RELATIVE:
        assert measure(factor * minutes, demand) == pytest.approx(measure(minutes, demand), abs=1e-9)
        assert measure(minutes, factor * demand) == pytest.approx(measure(minutes, demand), abs=1e-9)


def test_many_distributions_at_once_give_one_number_each():
    many, demand = np.array([[10.0, 0.0, 40.0], [5.0, 5.0, 5.0], [1.0, 2.0, np.inf]]), np.array([2.0, 1, 1])
    for measure in RELATIVE:
        assert measure(many, demand) == pytest.approx([measure(row, demand) for row in many])
        assert measure(many[2], demand) == np.inf


@pytest.mark.parametrize("aversion", [0.0, -1.0, np.inf, np.nan])
def test_an_aversion_that_means_nothing_is_refused(aversion):
    with pytest.raises(TableError, match="aversion must be a finite number above 0"):
        measures.atkinson(np.ones(2), np.ones(2), aversion=aversion)
