"""Measures against hand-solved answers, a loop-only oracle, and the laws they obey."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clinic_siting import measures
from clinic_siting.errors import TableError

# One patient at 0, two at 10, one at 40 minutes.
MINUTES = np.array([10.0, 0.0, 40.0])
DEMAND = np.array([2.0, 1.0, 1.0])
SPREADS = (measures.sd, measures.mad, measures.gini)


def test_hand_solved_patients():
    assert measures.mean(MINUTES, DEMAND) == 15
    assert measures.sd(MINUTES, DEMAND) == pytest.approx(math.sqrt((25 * 2 + 225 + 625) / 4))
    assert measures.mad(MINUTES, DEMAND) == pytest.approx((5 * 2 + 15 + 25) / 4)
    # Differences between ordered pairs of patients: 0–10 and 0–40, 10–40; twice each.
    assert measures.gini(MINUTES, DEMAND) == pytest.approx(2 * (2 * 10 + 40 + 2 * 30) / 16 / (2 * 15))
    assert measures.p90(MINUTES, DEMAND) == 40
    assert measures.worst_tenth(MINUTES, DEMAND) == 40
    assert measures.maximum(MINUTES, DEMAND) == 40
    assert measures.coverage(MINUTES <= 10, DEMAND) == 0.75


def test_the_worst_tenth_splits_the_boundary_zone():
    # Ten per cent of 20 patients are two: one at 40 minutes and one of the nineteen at 10.
    assert measures.worst_tenth(np.array([10.0, 40.0]), np.array([19.0, 1.0])) == pytest.approx(25)


def test_p90_is_the_first_time_that_reaches_nine_tenths():
    ten = np.arange(1.0, 11.0)
    assert measures.p90(ten, np.ones(10)) == 9
    assert measures.p90(ten, np.full(10, 0.1)) == 9


def test_many_distributions_at_once_give_one_number_each():
    many = np.stack([MINUTES, MINUTES[::-1], 2 * MINUTES])
    for measure in (measures.mean, measures.p90, measures.worst_tenth, measures.maximum, *SPREADS):
        assert measure(many, DEMAND) == pytest.approx([measure(row, DEMAND) for row in many])


def test_groups_are_compared_by_their_means(toy_times, toy_demand, toy_zones):
    minutes, alliance = toy_times.frame["old"], toy_zones.table["alliance_name"]
    means = measures.group_means(minutes, toy_demand, alliance)
    assert means.to_dict() == pytest.approx({"West": 2000 / 400, "East": (4500 + 2000 + 5000) / 600})
    assert measures.group_gap(minutes, toy_demand, alliance) == pytest.approx(means["East"] - 5)


def test_groups_without_patients_do_not_count(toy_times, toy_demand, toy_zones):
    demand = toy_demand.where(toy_zones.table["alliance_name"] == "West", 0)
    assert measures.group_gap(toy_times.frame["old"], demand, toy_zones.table["alliance_name"]) == 0


def test_a_zone_without_demand_counts_for_nothing_even_without_a_route():
    minutes, demand = np.array([*MINUTES, np.inf]), np.array([*DEMAND, 0.0])
    for measure in (measures.mean, measures.p90, measures.worst_tenth, measures.maximum, *SPREADS):
        assert measure(minutes, demand) == measure(MINUTES, DEMAND)


def test_a_patient_without_a_route_makes_mean_spread_and_maximum_infinite():
    minutes, demand = np.array([10.0, np.inf]), np.array([95.0, 5.0])
    for measure in (measures.mean, measures.worst_tenth, measures.maximum, *SPREADS):
        assert measure(minutes, demand) == np.inf
    assert measures.p90(minutes, demand) == 10
    series = [pd.Series(values) for values in (minutes, demand)]
    assert measures.group_gap(*series, pd.Series(["a", "b"])) == np.inf


def test_nobody_travels_so_nobody_differs():
    assert measures.gini(np.zeros(3), DEMAND) == 0


@pytest.mark.parametrize("demand", [[1.0, -1.0, 1.0], [0.0, 0.0, 0.0], [1.0, np.nan, 1.0]])
def test_demand_that_cannot_be_is_refused(demand):
    with pytest.raises(TableError, match="demand must be finite, at least 0 and more than 0"):
        measures.mean(MINUTES, np.array(demand))


def test_shapes_that_do_not_meet_are_refused():
    with pytest.raises(TableError, match="demand of shape"):
        measures.mean(MINUTES, DEMAND[:2])


def test_labels_that_do_not_meet_are_refused(toy_times, toy_demand):
    with pytest.raises(TableError, match="minutes and demand: the labels differ"):
        measures.mean(toy_times.frame["old"], toy_demand.iloc[:-1])


finite = hnp.arrays(float, 5, elements=st.integers(0, 90).map(float))
weights = hnp.arrays(float, 5, elements=st.integers(0, 9).map(float)).filter(lambda w: w.sum() > 0)


@settings(deadline=None, max_examples=60)
@given(finite, weights)
def test_each_measure_equals_its_definition_patient_by_patient(minutes, demand):
    patients = [t for t, w in zip(minutes, demand, strict=True) for _ in range(int(w))]
    n, average = len(patients), sum(patients) / len(patients)
    assert measures.mean(minutes, demand) == pytest.approx(average)
    assert measures.sd(minutes, demand) == pytest.approx(
        math.sqrt(sum((t - average) ** 2 for t in patients) / n)
    )
    assert measures.mad(minutes, demand) == pytest.approx(sum(abs(t - average) for t in patients) / n)
    if average:
        differences = sum(abs(a - b) for a in patients for b in patients)
        assert measures.gini(minutes, demand) == pytest.approx(differences / (2 * n * n * average))
    tenths = sorted(t for t in patients for _ in range(10))  # ten equal parts of each patient
    assert measures.worst_tenth(minutes, demand) == pytest.approx(sum(tenths[-n:]) / n)
    assert measures.p90(minutes, demand) == tenths[9 * n - 1]
    assert measures.maximum(minutes, demand) == max(patients)


@settings(deadline=None, max_examples=60)
@given(finite, weights, st.integers(1, 9))
def test_minutes_scale_and_gini_does_not(minutes, demand, factor):
    for measure in (measures.mean, measures.sd, measures.mad, measures.p90, measures.worst_tenth):
        assert measure(factor * minutes, demand) == pytest.approx(factor * measure(minutes, demand))
    assert measures.gini(factor * minutes, demand) == pytest.approx(measures.gini(minutes, demand))
    for measure in (measures.mean, measures.worst_tenth, *SPREADS):
        assert measure(minutes, factor * demand) == pytest.approx(measure(minutes, demand))
