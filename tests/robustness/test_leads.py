"""Sets that lead under some weights, and sets that never do."""

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.robustness import ever_leading
from clinic_siting.robustness.leads import unbeaten
from clinic_siting.siting import Score

TODAY = {"mean": 40.0, "mad": 20.0, "worst_tenth": 80.0, "coverage": 0.5, "alliance_gap": 50.0}
SCORE = Score({"mean": 1})


def ranking(*rows):
    """Sets by mean, spread and worst tenth, alike at all else."""
    table = pd.DataFrame(rows, columns=["mean", "mad", "worst_tenth"])
    return table.assign(coverage=0.8, alliance_gap=30.0)


def test_a_set_in_the_hollow_of_two_others_never_leads_though_neither_beats_it():
    # Halfway between the first two at the mean lies a spread of 10; the third has 11, the fourth 9.
    sets = ranking((30, 12, 60), (34, 8, 60), (32, 11, 60), (32, 9, 60))
    assert list(ever_leading(sets, SCORE, TODAY)) == [0, 1, 3]


def test_a_set_that_leads_only_by_a_term_without_weight_is_found():
    sets = ranking((30, 10, 60), (31, 11, 55), (31, 11, 58))
    assert list(ever_leading(sets, SCORE, TODAY)) == [0, 1]


def test_where_no_clinic_is_open_today_nothing_can_be_weighed():
    assert not len(ever_leading(ranking((30, 10, 60)), SCORE, dict.fromkeys(TODAY, np.nan)))


def test_a_set_that_leaves_someone_without_a_route_does_not_lead():
    assert list(ever_leading(ranking((np.inf, 10, 60), (30, 20, 70)), SCORE, TODAY)) == [1]


whole = st.integers(1, 9)
rows = st.lists(st.tuples(whole, whole, whole), min_size=1, max_size=8, unique=True)


@settings(deadline=None, max_examples=25)
@given(rows)
def test_whatever_leads_by_a_grid_of_weights_is_found_and_is_beaten_by_none(found):
    sets = ranking(*found)
    leading = set(ever_leading(sets, SCORE, TODAY))
    assert leading <= {row for row in range(len(found)) if not beaten(found, row)}
    for mean, spread, worst in product((0.1, 1, 3), repeat=3):
        scores = Score({"mean": mean, "variation": spread, "worst_tenth": worst}).of(sets, TODAY).to_numpy()
        first = np.flatnonzero(scores <= scores.min() + 1e-12)
        assert set(first) & leading


def beaten(found, row):
    return any(
        other != found[row] and all(a <= b for a, b in zip(other, found[row], strict=True)) for other in found
    )


@given(rows)
def test_unbeaten_rows_are_those_that_no_other_matches_everywhere(found):
    assert set(unbeaten(np.array(found, dtype=float))) == {
        row for row in range(len(found)) if not beaten(found, row)
    }
