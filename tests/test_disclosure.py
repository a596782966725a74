"""Small counts stay unknown: rounding, suppression, and totals that do not give them away."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.disclosure import Sum, is_small, protect, shared_counts, shared_share
from clinic_siting.errors import TableError


def row_and_total(parts: list[int]) -> tuple[pd.Series, list[Sum]]:
    labels = [f"part {n}" for n in range(len(parts))]
    counts = pd.Series([*parts, sum(parts)], index=[*labels, "all"])
    return counts, [Sum("all", tuple(labels))]


def table_and_totals(cells: np.ndarray) -> tuple[pd.Series, list[Sum]]:
    rows, columns = (range(n) for n in cells.shape)
    counts = {f"{i}|{j}": int(cells[i, j]) for i in rows for j in columns}
    counts |= {f"row {i}": int(cells[i].sum()) for i in rows}
    counts |= {f"column {j}": int(cells[:, j].sum()) for j in columns} | {"all": int(cells.sum())}
    sums = [Sum(f"row {i}", tuple(f"{i}|{j}" for j in columns)) for i in rows]
    sums += [Sum(f"column {j}", tuple(f"{i}|{j}" for i in rows)) for j in columns]
    sums += [Sum("all", tuple(f"row {i}" for i in rows)), Sum("all", tuple(f"column {j}" for j in columns))]
    return pd.Series(counts), sums


def possible(published: float, most: int) -> range:
    """Whole numbers that a published count can stand for."""
    if np.isnan(published):
        return range(1, most + 1)
    if published == 0:
        return range(1)
    return range(max(8, int(published) - 2), int(published) + 3)


# --- each count for itself --------------------------------------------------------------------


def test_counts_from_1_to_7_are_suppressed_and_others_rounded_to_5():
    shared = shared_counts(pd.Series([0, 1, 4, 7, 8, 9, 12, 13, 147, 148]))
    assert shared.fillna(-1).to_list() == [0, -1, -1, -1, 10, 10, 10, 15, 145, 150]


def test_a_year_s_mean_of_a_few_patients_is_small_too():
    shared = shared_counts(pd.Series([0.2, 7.4, 7.5]))
    assert shared.isna().to_list() == [True, True, False]
    assert shared.iloc[2] == 10


def test_counts_below_zero_are_refused():
    with pytest.raises(TableError, match="negative or no number"):
        shared_counts(pd.Series([3, -1]))
    with pytest.raises(TableError, match="negative or no number"):
        shared_counts(pd.Series([np.nan]))


def test_a_share_is_one_of_rounded_counts_and_unknown_where_either_side_is_small():
    assert shared_share(0.5, 100) == 0.5
    assert shared_share(12 / 32, 32) == 10 / 30
    assert np.isnan(shared_share(3 / 100, 100))
    assert np.isnan(shared_share(97 / 100, 100))
    assert (shared_share(0.0, 50), shared_share(1.0, 50)) == (0.0, 1.0)
    assert np.isnan(shared_share(0.0, 0.0))


# --- with totals ------------------------------------------------------------------------------


def test_one_small_count_takes_the_next_smallest_with_it():
    counts = pd.Series({"Kent": 3, "Essex": 40, "Sussex": 20, "all": 63})
    shared = protect(counts, [Sum("all", ("Kent", "Essex", "Sussex"))])
    assert shared.isna().to_dict() == {"Kent": True, "Essex": False, "Sussex": True, "all": False}
    assert shared["all"] == 65


def test_a_small_count_beside_zeros_takes_its_total_with_it():
    counts = pd.Series({"a": 3, "b": 0, "all": 3})
    assert protect(counts, [Sum("all", ("a", "b"))]).isna().to_dict() == {"a": True, "b": False, "all": True}


def test_without_small_counts_nothing_is_suppressed():
    counts, sums = table_and_totals(np.array([[20, 0], [31, 8]]))
    assert protect(counts, sums).notna().all()


def test_a_part_that_is_never_published_hides_the_rest():
    counts = pd.Series({"a": 3, "b": 40, "all": 90})
    shared = protect(counts, [Sum("all", ("a", "b", "elsewhere"))])
    assert shared.isna().to_dict() == {"a": True, "b": False, "all": False}


def test_a_total_that_is_not_the_sum_of_its_parts_is_refused():
    with pytest.raises(TableError, match="'all' is not the sum of its parts"):
        protect(pd.Series({"a": 3, "b": 40, "all": 44}), [Sum("all", ("a", "b"))])
    with pytest.raises(TableError, match="'all' has no count"):
        protect(pd.Series({"a": 3}), [Sum("all", ("a",))])
    with pytest.raises(TableError, match="given twice"):
        protect(pd.Series([1, 2], index=["a", "a"]), [])


small_and_large = st.one_of(st.integers(0, 9), st.integers(0, 40))


@settings(deadline=None, max_examples=60)
@given(st.lists(small_and_large, min_size=1, max_size=4))
def test_law_a_row_s_small_counts_may_be_anything_from_1_to_7(parts):
    counts, sums = row_and_total(parts)
    shared = protect(counts, sums)
    hidden = [label for label in counts.index[:-1] if np.isnan(shared[label])]
    known = [possible(shared[label], 0) for label in counts.index[:-1] if label not in hidden]
    low, high = sum(min(r) for r in known), sum(max(r) for r in known)
    totals = possible(shared["all"], 400)
    for label in counts.index[:-1][is_small(counts)[:-1]]:
        others = [other for other in hidden if other != label]
        # By hand: the rest of the hidden counts is at least one each, and at most what the total leaves.
        for value in range(1, 8):
            least, most = low + value + len(others), max(totals) if others else high + value
            assert least <= max(totals)
            assert most >= min(totals)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(st.integers(0, 14), min_size=2, max_size=2), min_size=2, max_size=2))
def test_law_no_cell_of_a_table_can_be_worked_out_by_trying_everything(cells):
    counts, sums = table_and_totals(np.array(cells))
    shared = protect(counts, sums)
    inner = [f"{i}|{j}" for i in range(2) for j in range(2)]
    tried = dict(zip(inner, np.meshgrid(*(possible(shared[label], 20) for label in inner)), strict=True))
    for line in sums:
        tried[line.total] = sum(tried[part] for part in line.parts)
    fits = np.all([np.isin(tried[label], possible(shared[label], 100)) for label in counts.index], axis=0)
    for label in counts.index[is_small(counts)]:
        seen = set(np.unique(tried[label][fits]).tolist())
        # A total of several hidden counts is known to be no less than their number, nothing more.
        assert set(range(min(seen), 8)) <= seen
        assert min(seen) <= (1 if label in inner else 4)


@settings(deadline=None, max_examples=40)
@given(st.lists(small_and_large, min_size=1, max_size=6))
def test_law_no_total_minus_the_rest_is_a_suppressed_count(parts):
    counts, sums = row_and_total(parts)
    shared = protect(counts, sums)
    hidden = shared.index[shared.isna()]
    assert len(hidden) != 1


@settings(deadline=None, max_examples=15)
@given(st.lists(small_and_large, min_size=2, max_size=6), st.randoms())
def test_law_the_order_of_the_counts_does_not_matter(parts, random):
    counts, sums = row_and_total(parts)
    order = list(counts.index)
    random.shuffle(order)
    pd.testing.assert_series_equal(protect(counts[order], sums)[counts.index], protect(counts, sums))
