"""The smallest largest regret, by a model and by plain search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import TableError
from clinic_siting.siting.regret import least_regret, regrets

ALL = np.ones((2, 2), dtype=bool)


def test_the_set_that_is_never_far_from_the_best_is_chosen():
    # a is best in one world and bad in the other, b the reverse, c a little worse in both.
    regret = np.array([[0.0, 0.3], [0.4, 0.0], [0.1, 0.12]])
    found = least_regret(regret, [1, 1, 1], time_limit_s=10)
    assert (found.row, found.value, found.proven) == (2, 0.12, True)


def test_equals_are_told_apart_by_their_mean_then_by_their_order():
    regret = np.array([[0.1, 0.0], [0.0, 0.1], [0.1, 0.1]])
    assert least_regret(regret, [30, 29, 29], time_limit_s=10).row == 1
    assert least_regret(regret, [29, 29, 29], time_limit_s=10).row == 0


def test_a_set_that_leaves_someone_behind_in_some_world_is_not_chosen():
    regret = np.array([[0.0, np.inf], [0.5, 0.0]])
    assert least_regret(regret, [1, 1], time_limit_s=10).row == 1
    with pytest.raises(TableError, match="every set leaves somebody without a route"):
        least_regret(regret[:1], [1], time_limit_s=10)


def test_regret_is_relative_to_the_best_that_the_world_offers():
    score = np.array([[0.5, 0.9], [0.6, 0.6]])
    assert regrets(score, score, ALL) == pytest.approx(np.array([[0, 0.5], [0.2, 0]]))
    offered = np.array([[False, True], [True, True]])
    assert regrets(score, score, offered) == pytest.approx(np.array([[0, 0.5], [0, 0]]))


def test_where_the_best_leaves_nothing_to_wish_for_any_other_is_endlessly_worse():
    score = np.array([[0.0, 1.0], [0.5, 1.0]])
    assert regrets(score, score, ALL).tolist() == [[0, 0], [np.inf, 0]]


def test_scores_that_cannot_be_are_refused():
    with pytest.raises(TableError, match="of one shape"):
        regrets(np.ones((2, 2)), np.ones((2, 1)), ALL)
    with pytest.raises(TableError, match="a score is missing or negative"):
        regrets(np.array([[np.nan, 1], [1, 1]]), np.ones((2, 2)), ALL)
    with pytest.raises(TableError, match="a world offers no set that serves everyone"):
        regrets(np.ones((2, 2)), np.ones((2, 2)), np.array([[True, False], [True, False]]))
    with pytest.raises(TableError, match="without negative or missing cells"):
        least_regret(np.array([[-0.1]]), [1], time_limit_s=10)


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_the_model_agrees_with_trying_every_set(data):
    n_sets, n_worlds = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    row = st.lists(st.floats(0.1, 2), min_size=n_worlds, max_size=n_worlds)
    score = np.array(data.draw(st.lists(row, min_size=n_sets, max_size=n_sets)))
    regret = regrets(score, score, np.ones_like(score, dtype=bool))
    found = least_regret(regret, score[:, 0], time_limit_s=10)
    assert found.value == pytest.approx(min(max(cells) for cells in regret.tolist()))
    assert found.proven
    assert regret.min(axis=0) == pytest.approx(0)
