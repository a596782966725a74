"""The loops as plain Python, solved by hand: no numba is needed to check them."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from clinic_siting.travel import kernels
from clinic_siting.travel.kernels import Arcs, Lower

INF = np.inf


@pytest.fixture
def star() -> Arcs:
    """Node 0 joins 1, 2 and 3; contracting it joins these three."""
    return Arcs(*kernels.contract(np.array([0, 3, 3, 3, 3]), np.array([1, 2, 3], dtype=np.int32)))


def test_contracting_a_node_joins_its_neighbours(star):
    assert star.first.tolist() == [0, 3, 5, 6, 6]
    assert star.head.tolist() == [1, 2, 3, 2, 3, 3]
    assert star.parent.tolist() == [1, 2, 3, -1]


def test_a_chain_contracted_from_its_end_needs_no_new_arc():
    arcs = Arcs(*kernels.contract(np.array([0, 1, 2, 2]), np.array([1, 2], dtype=np.int32)))
    assert arcs.head.tolist() == [1, 2]
    assert arcs.parent.tolist() == [1, 2, -1]


def test_more_arcs_than_expected_still_find_room():
    # A wheel's hub is contracted first: 39 neighbours become 39 × 38 ÷ 2 arcs, from 39 edges.
    adjacent = np.arange(1, 40, dtype=np.int32)
    arcs = Arcs(*kernels.contract(np.array([0] + [39] * 40), adjacent))
    assert len(arcs.head) == 39 + 39 * 38 // 2


def test_arcs_are_found_by_their_ends(star):
    low, high = np.array([0, 0, 2], dtype=np.int32), np.array([1, 3, 3], dtype=np.int32)
    assert kernels.find_arcs(star, low, high).tolist() == [0, 2, 5]


def test_an_arc_costs_no_more_than_the_way_through_a_lower_node(star):
    order = np.argsort(star.head, kind="stable")
    lower = Lower(np.array([0, 0, 0, 1, 1, 2], dtype=np.int32), np.array([0, 0, 1, 3, 6]), order)
    up, down = np.array([1.0, 2, 4, INF, 3, INF]), np.array([10.0, INF, 30, INF, INF, INF])
    kernels.customise(star, lower, up, down)
    # 1 → 0 → 2 takes 10 + 2; 1 → 3 is quicker by its own street; nothing leaves 2 but to 3 by none.
    assert up.tolist() == [1, 2, 4, 12, 3, INF]
    # 3 → 0 → 1 takes 30 + 1, and 3 → 0 → 2 takes 30 + 2.
    assert down.tolist() == [10, INF, 30, INF, 31, 32]


def test_the_sweep_brings_every_node_by_way_of_the_nodes_above(star):
    up = np.array([1.0, 2, 4, 12, 3, INF])
    minutes = np.full((4, 2), INF)
    down = np.array([10.0, INF, 30, INF, 31, 32])
    kernels.climb(star, down, np.array([1, 3]), minutes)
    assert minutes.T.tolist() == [[INF, 0, INF, 31], [INF, INF, INF, 0]]
    kernels.sweep(star, up, minutes)
    assert minutes.T.tolist() == [[1, 0, INF, 31], [4, 3, INF, 0]]


def test_the_sweep_for_one_target_does_as_the_sweep_for_many(star):
    up = np.array([1.0, 2, 4, 12, 3, INF])
    alone = np.array([[INF], [INF], [INF], [0.0]])
    together = np.repeat(alone, 3, axis=1)
    kernels.sweep(star, up, alone)
    kernels.sweep(star, up, together)
    assert alone[:, 0].tolist() == together[:, 1].tolist() == [4, 3, INF, 0]


def test_above_marks_the_nodes_and_their_parents_alone():
    parent = np.array([2, 2, 4, 4, -1], dtype=np.int32)
    assert kernels.above(parent, np.array([0])).tolist() == [True, False, True, False, True]


def test_compiled_loops_do_the_same(star):
    pytest.importorskip("numba")
    marked = kernels.compiled(kernels.above)(star.parent, np.array([1]))
    assert marked.tolist() == [False, True, True, True]


def test_damaged_machine_code_is_compiled_anew_and_kept_again(tmp_path, monkeypatch):
    """Each time as a new process finds it: nothing in memory, only what the disk holds."""
    numba = pytest.importorskip("numba")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))

    def run() -> list[bool]:
        call = kernels.compiled.__wrapped__(kernels.above)
        return call(np.array([1, -1], dtype=np.int32), np.array([0])).tolist()

    for ending, damage in (("nbi", lambda content: content[:40]), ("nbc", lambda _: b"\x80" * 400)):
        assert run() == [True, True]
        kept = sorted(tmp_path.rglob(f"*.{ending}"))
        assert kept
        for path in kept:
            path.write_bytes(damage(path.read_bytes()))
        assert run() == [True, True]
        assert not list(tmp_path.rglob(f"*.{ending}")), "what was damaged is gone"
        run()
        assert [path.stat().st_size > 400 for path in tmp_path.rglob(f"*.{ending}")] == [True]


def test_loops_are_compiled_anew_where_machine_code_cannot_be_kept(monkeypatch):
    def njit(*, nogil: bool, cache: bool = False):
        assert nogil
        if cache:
            raise RuntimeError("no locator available")
        return lambda kernel: (kernel, "compiled")

    monkeypatch.setitem(sys.modules, "numba", SimpleNamespace(njit=njit))
    assert kernels.compiled.__wrapped__(kernels.above) == (kernels.above, "compiled")
