"""The matrix in chunks: the same bits whoever computes them, and nothing twice."""

import os
import signal
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from clinic_siting import matrix
from clinic_siting.cli import app
from clinic_siting.errors import ClinicSitingError, ConfigError, DataError, OutputError, TableError
from clinic_siting.matrix import finished, scattered, sweep_chunk
from clinic_siting.tables import RoadNetwork, Snap
from clinic_siting.travel import travel_engine

pytest.importorskip("numba")
pytest.importorskip("pymetis")
distributed = pytest.importorskip("distributed")
# Dask's own clean-up warns when a worker is killed.
pytestmark = pytest.mark.filterwarnings("default")
SIDE = 30


@pytest.fixture(scope="module")
def town() -> RoadNetwork:
    """A 30 × 30 grid of streets, a fifth of them one-way, its minutes drawn at random."""
    rng = np.random.default_rng(11)
    node = np.arange(SIDE * SIDE)
    across, along = node[node % SIDE < SIDE - 1], node[:-SIDE]
    low = np.concatenate([across, along])
    high = np.concatenate([across + 1, along + SIDE])
    back = rng.random(len(low)) < 0.8
    tail, head = np.concatenate([low, high[back]]), np.concatenate([high, low[back]])
    order = np.lexsort((head, tail))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(node)))])
    lon, lat = node % SIDE / 1000, 51 + node // SIDE / 1000
    minutes = rng.uniform(0.1, 3, len(tail))
    return RoadNetwork(lon, lat, indptr, head[order], minutes, np.ones(len(node), dtype=bool))


@pytest.fixture(scope="module")
def engine(town):
    return travel_engine(town, engine="cch", threads=1)


def snapped(nodes, prefix):
    ids = pd.Index([f"{prefix}{number:04}" for number in range(len(nodes))])
    return Snap(ids, np.asarray(nodes), np.zeros(len(nodes)), np.linspace(0.0, 2.0, len(nodes)))


@pytest.fixture(scope="module")
def question(engine, town):
    """Zones, sites and what the engine alone answers."""
    zones = snapped(np.arange(0, SIDE * SIDE, 3), "z")
    sites = snapped(np.arange(1, SIDE * SIDE, 9), "s")
    answer = engine.on(town).times(zones, sites, door_to_door_min=3.0).minutes
    return SimpleNamespace(zones=zones, sites=sites, answer=answer)


def ask(metric, question, progress=None):
    times = metric.times(question.zones, question.sites, door_to_door_min=3.0, progress=progress)
    return times.minutes


def die(_done, _total):
    raise KeyboardInterrupt


@pytest.fixture
def in_process(monkeypatch):
    """Stand in for the cluster: chunks in turn, in this process; the first site of each is kept."""
    swept = []

    class Task:
        def __init__(self, job, first, last):
            self.what = (job, first, last)

        def result(self):
            swept.append(self.what[1])
            return sweep_chunk(*self.what)

    class Client:
        def map(self, _function, jobs, firsts, lasts, **_options):
            return [Task(*what) for what in zip(jobs, firsts, lasts, strict=True)]

    @contextmanager
    def client(_scheduler):
        yield Client()

    monkeypatch.setattr(matrix, "_client", client)
    monkeypatch.setattr(distributed, "as_completed", lambda tasks: tasks)
    return swept


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("sites_a_chunk", [1, 7, 1000])
def test_chunks_of_any_size_give_the_same_bits(engine, town, question, tmp_path, sites_a_chunk):
    metric = scattered(engine, town, folder=tmp_path / "chunks", sites_a_chunk=sites_a_chunk)
    assert np.array_equal(ask(metric, question), question.answer)
    assert not list(tmp_path.iterdir()), "an answered question leaves no files"


def test_two_workers_of_whom_one_is_killed_give_the_same_bits(engine, town, question, tmp_path):
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            victim, survivor = client.run(os.getpid).values()
        killed = []

        def kill_one(done, total):
            if not killed and 0 < done < total:
                os.kill(victim, signal.SIGKILL)
                killed.append(done)

        address = cluster.scheduler_address
        metric = scattered(engine, town, folder=tmp_path, scheduler=address, sites_a_chunk=2)
        minutes = ask(metric, question, kill_one)
    assert killed
    assert victim != survivor
    assert np.array_equal(minutes, question.answer)


def test_a_run_that_died_goes_on_from_its_finished_chunks(engine, town, question, tmp_path, in_process):
    def die_half_way(done, total):
        if done > total // 2:
            raise KeyboardInterrupt

    metric = scattered(engine, town, folder=tmp_path, sites_a_chunk=10)
    with pytest.raises(KeyboardInterrupt):
        ask(metric, question, die_half_way)
    assert in_process == [0, 10, 20, 30, 40, 50]
    (job,) = tmp_path.iterdir()
    # One chunk was cut short by a full disk: it counts as not done.
    cut = job / "minutes-000020-000030.npy"
    cut.write_bytes(cut.read_bytes()[:-100])
    in_process.clear()
    seen = []
    minutes = ask(metric, question, lambda done, total: seen.append((done, total)))
    assert in_process == [20, 60, 70, 80, 90]
    assert seen[0] == (50, 100)
    assert seen[-1] == (100, 100)
    assert np.array_equal(minutes, question.answer)


@pytest.mark.usefixtures("in_process")
def test_chunks_of_other_minutes_are_never_taken(engine, town, question, tmp_path):
    slow = RoadNetwork(town.lon, town.lat, town.indptr, town.indices, town.minutes * 2, town.anchor)
    with pytest.raises(KeyboardInterrupt):
        ask(scattered(engine, slow, folder=tmp_path), question, die)
    assert np.array_equal(ask(scattered(engine, town, folder=tmp_path), question), question.answer)


@pytest.mark.usefixtures("in_process")
def test_a_small_network_gets_sweeps_although_its_own_engine_has_none(town, question, tmp_path):
    plain = travel_engine(town, engine="scipy")
    minutes = ask(scattered(plain, town, folder=tmp_path), question)
    assert np.allclose(minutes, question.answer, atol=1e-8)


def test_an_engine_for_other_roads_is_refused(engine, town, tmp_path):
    fewer = RoadNetwork(
        town.lon, town.lat, town.indptr.clip(max=9), town.indices[:9], town.minutes[:9], town.anchor
    )
    with pytest.raises(TableError, match="other roads than the engine was made for"):
        scattered(engine, fewer, folder=tmp_path)


def test_no_scheduler_is_said_with_its_address(engine, town, question, tmp_path, monkeypatch):
    monkeypatch.setattr(matrix, "CONNECT_S", 0.5)
    metric = scattered(engine, town, folder=tmp_path, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ConfigError, match="no Dask scheduler answers at tcp://127"):
        ask(metric, question)


class FailingTask:
    def __init__(self, problem):
        self.problem = problem

    def result(self):
        raise self.problem


def test_a_folder_that_workers_do_not_see_is_named(tmp_path):
    with pytest.raises(DataError, match="a worker does not see this folder"):
        matrix._result(FailingTask(FileNotFoundError("up.npy")), tmp_path)


def test_workers_that_die_again_and_again_end_the_run_and_keep_what_they_did(tmp_path):
    with pytest.raises(ClinicSitingError, match="run the same command again to go on") as refusal:
        matrix._result(FailingTask(RuntimeError("killed\nby the system")), tmp_path)
    assert refusal.value.rows == ("RuntimeError: killed",)


def test_a_chunk_that_is_missing_or_of_another_shape_is_not_finished(tmp_path):
    chunk = slice(0, 2)
    assert not finished(tmp_path, chunk, 3)
    np.save(tmp_path / "minutes-000000-000002.npy", np.zeros((2, 4)))
    assert not finished(tmp_path, chunk, 3)
    assert finished(tmp_path, chunk, 4)


def test_a_chunk_without_sites_is_refused(engine, town, tmp_path):
    with pytest.raises(ConfigError, match="a chunk needs at least 1 site"):
        scattered(engine, town, folder=tmp_path, sites_a_chunk=0)


def test_a_folder_that_cannot_be_written_is_refused(engine, town, question, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        ask(scattered(engine, town, folder=tmp_path / "file"), question)


def test_without_dask_the_extra_is_named(engine, town, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ClinicSitingError, match=r"clinic-siting\[scale\]"):
        scattered(engine, town, folder=tmp_path)


def test_the_command_spreads_a_matrix_over_workers(shared_toy_config, tmp_path):
    commands, tables = CliRunner(), []
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        for name, extra in (("plain", []), ("spread", ["--scheduler", cluster.scheduler_address])):
            out = tmp_path / f"{name}.parquet"
            done = commands.invoke(app, ["matrix", str(shared_toy_config), "--out", str(out), *extra])
            assert done.exit_code == 0, done.output
            tables.append(pd.read_parquet(out))
    pd.testing.assert_frame_equal(*tables)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain.parquet", "spread.parquet"]
