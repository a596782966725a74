"""Orders of contraction: computed once, kept by a digest of the roads, never trusted unseen."""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clinic_siting.errors import ClinicSitingError, DataError
from clinic_siting.travel.orders import (
    cached_order,
    compute_order,
    inertial_order,
    nested_dissection,
    read_order,
    roads_digest,
    write_order,
)


def test_the_digest_knows_the_roads_and_not_their_minutes(town, network_of):
    slower = type(town)(town.lon, town.lat, town.indptr, town.indices, town.minutes * 2, town.anchor)
    assert roads_digest(slower) == roads_digest(town)
    assert roads_digest(network_of({(0, 1): 1.0}, 2)) != roads_digest(network_of({(1, 0): 1.0}, 2))
    assert roads_digest(network_of({(0, 1): 1.0}, 2)) != roads_digest(network_of({(0, 1): 1.0}, 3))


@pytest.mark.parametrize(
    ("compute", "package"), [(nested_dissection, "pymetis"), (inertial_order, "routingkit_cch")]
)
def test_an_order_holds_every_node_once(town, compute, package):
    pytest.importorskip(package)
    assert np.array_equal(np.sort(compute(town)), np.arange(town.n_nodes))


def test_an_order_is_written_and_read_back(town, tmp_path):
    order = np.random.default_rng(0).permutation(town.n_nodes).astype(np.int32)
    path = tmp_path / "new" / "order.parquet"
    write_order(path, order, town)
    assert np.array_equal(read_order(path.read_bytes(), town), order)
    assert list(path.parent.iterdir()) == [path]


def test_a_damaged_order_or_one_of_other_roads_is_refused(town, network_of, tmp_path):
    order, path = np.arange(town.n_nodes, dtype=np.int32), tmp_path / "order.parquet"
    write_order(path, order, town)
    content = path.read_bytes()
    with pytest.raises(DataError, match="its file cannot be read"):
        read_order(content[:-20], town)
    with pytest.raises(DataError, match="belongs to other roads"):
        read_order(content, network_of({(0, 1): 1.0}, 2))
    write_order(path, np.zeros(town.n_nodes, dtype=np.int32), town)
    with pytest.raises(DataError, match="does not hold every node's rank once"):
        read_order(path.read_bytes(), town)


def test_an_order_is_computed_once_and_a_damaged_cache_is_rebuilt(town, tmp_path):
    pytest.importorskip("pymetis")
    first, author = cached_order(town, tmp_path)
    again, source = cached_order(town, tmp_path)
    assert (author, source) == ("METIS", "the cache")
    assert np.array_equal(first, again)
    kept = next(tmp_path.iterdir())
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    said = "METIS, not from the cache: the order of the roads is damaged: its file cannot be read"
    assert cached_order(town, tmp_path)[1] == said
    assert kept.read_bytes() == whole


def test_a_cache_of_another_format_is_rebuilt(town, tmp_path):
    """As an earlier release might have left it, or a later one."""
    pytest.importorskip("pymetis")
    cached_order(town, tmp_path)
    kept = next(tmp_path.iterdir())
    whole, rank = kept.read_bytes(), pq.read_table(kept)["rank"]
    unlabelled = pa.table({"rank": rank})
    renamed = pa.table({"position": rank})
    for other, said in ((unlabelled, "belongs to other roads"), (renamed, "its file cannot be read")):
        pq.write_table(other, kept)
        assert cached_order(town, tmp_path)[1].endswith(said)
        assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(town, tmp_path):
    pytest.importorskip("pymetis")
    no_folder = tmp_path / "a file"
    no_folder.write_text("in the way")
    order, author = cached_order(town, no_folder)
    assert author == "METIS"
    assert len(order) == town.n_nodes


def test_without_metis_routingkit_orders_and_without_both_the_extra_is_named(town, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymetis", None)
    pytest.importorskip("routingkit_cch")
    assert compute_order(town)[1] == "RoutingKit"
    monkeypatch.setitem(sys.modules, "routingkit_cch", None)
    with pytest.raises(ClinicSitingError, match=r"the roads cannot be ordered; .*clinic-siting\[fast\]"):
        compute_order(town)
