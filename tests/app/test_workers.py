"""Work that can be ended at any moment, and that keeps its minutes."""

import os
import sys
import threading
import time
from functools import partial

import pytest

from clinic_siting.app.jobs import CalledOffError, Job
from clinic_siting.app.spawns import PATIENCE_S as GRACE_S
from clinic_siting.app.spawns import Spawns
from clinic_siting.app.tasks import Task
from clinic_siting.app.workers import MOST_WORKERS, WAITING, Workers, source_of
from clinic_siting.config import read_config
from clinic_siting.errors import ClinicSitingError, InfeasibleError
from clinic_siting.ground import silent

PATIENCE_S = 20.0
forked_only = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")


def double(_warm, _config, number, announce):
    announce("Doubling")
    yield 2 * number
    yield 4 * number


def refuse(_warm, _config, announce):
    announce("Refusing")
    raise InfeasibleError("It cannot be.", ["row"])
    yield


def think_on(_warm, _config, announce):
    """What a solver does: it looks at nothing until it is done."""
    announce("Thinking")
    yield os.getpid()
    time.sleep(10 * PATIENCE_S)


def end_itself(_warm, _config, _announce):
    yield 1
    os._exit(3)


def fail(_warm, _config, _announce):
    raise ZeroDivisionError
    yield


def stages_without_end(_warm, _config, announce):
    yield os.getpid()
    while True:
        announce("Turning")
        time.sleep(0.01)


def grounds(warm, config, _announce):
    yield id(warm.ground(config))


@pytest.fixture(scope="module")
def config(shared_toy_config):
    return read_config(shared_toy_config)


@pytest.fixture(scope="module")
def workers(config):
    """As this system has them."""
    found = Workers(source_of(config, silent))
    yield found
    found.close()


@pytest.fixture(scope="module")
def spawned(config):
    """As systems without a safe fork have them."""
    found = Workers(Spawns(config, silent))
    yield found
    found.close()


@pytest.fixture
def do(config):
    def done(workers, work, *given, owner="me", told=lambda _: None, job=None):
        return workers.run(owner, job or Job("answer", ""), Task(work, config, given), told)

    return done


@pytest.fixture
def run(workers, do):
    return partial(do, workers)


def gone(pid):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_worker_gives_what_the_work_yields_and_tells_its_stages(run):
    told = []
    assert list(run(double, 3, told=told.append)) == [6, 12]
    assert told == ["Doubling"]


def test_a_refusal_comes_with_its_words(run):
    with pytest.raises(InfeasibleError, match=r"It cannot be\.") as refused:
        list(run(refuse))
    assert refused.value.rows == ("row",)


@forked_only
def test_what_looks_at_nothing_is_ended_at_once_and_the_worker_stays(run, workers):
    job = Job("answer", "")
    thinking = run(think_on, job=job)
    thinker = next(thinking)
    pids = workers.pids()
    job.call_off()
    with pytest.raises(CalledOffError):
        next(thinking)
    assert gone(thinker)
    assert workers.pids() == pids
    assert list(run(double, 1)) == [2, 4]


@forked_only
def test_the_next_task_of_a_visitor_has_the_worker_of_the_last_however_soon_it_comes(run, workers):
    job, known = Job("answer", ""), list(run(grounds))
    thinking = run(think_on, job=job)
    next(thinking)
    pids = workers.pids()
    later = threading.Timer(0.3, thinking.close)
    later.start()
    assert list(run(grounds)) == known
    later.join()
    assert workers.pids() == pids


@forked_only
def test_a_worker_keeps_its_ground(run):
    first = list(run(grounds))
    assert list(run(grounds)) == first


def test_a_process_ended_from_outside_is_said(run):
    with pytest.raises(Exception, match=r"ended from outside"):
        list(run(end_itself))
    assert list(run(double, 1)) == [2, 4]


@forked_only
def test_there_are_never_more_workers_than_allowed(run, workers):
    for visitor in range(MOST_WORKERS + 2):
        assert list(run(double, visitor, owner=f"visitor {visitor}")) == [2 * visitor, 4 * visitor]
    assert len(workers.pids()) == MOST_WORKERS
    assert len(set(workers.pids())) == MOST_WORKERS


@forked_only
def test_whoever_finds_all_busy_waits_and_can_be_called_off(run):
    busy = [run(think_on, owner=f"busy {number}") for number in range(MOST_WORKERS)]
    pids = [next(work) for work in busy]
    job, told = Job("answer", ""), []

    def tell(stage):
        told.append(stage)
        job.call_off()

    with pytest.raises(CalledOffError):
        list(run(double, 1, owner="late", job=job, told=tell))
    assert told == [WAITING]
    for work in busy:
        work.close()
    assert all(map(gone, pids))


def test_a_refusal_of_the_model_itself_comes_with_its_words(config, tmp_path):
    nowhere = config.model_copy(update={"data": str(tmp_path / "nowhere")})
    with pytest.raises(ClinicSitingError, match="nowhere"):
        list(
            Workers(source_of(nowhere, silent)).run(
                "me", Job("answer", ""), Task(double, nowhere, (1,)), silent
            )
        )


def test_where_nothing_is_forked_the_same_is_found(spawned, do):
    told = []
    assert list(do(spawned, double, 3, told=told.append)) == [6, 12]
    assert told[-1] == "Doubling"
    with pytest.raises(InfeasibleError, match=r"It cannot be\."):
        list(do(spawned, refuse))
    with pytest.raises(ClinicSitingError, match="log says why"):
        list(do(spawned, fail))
    assert list(do(spawned, grounds)) == list(do(spawned, grounds))


def test_where_nothing_is_forked_a_task_ends_at_its_next_stage_and_its_process_stays(spawned, do):
    job = Job("answer", "")
    turning = do(spawned, stages_without_end, job=job)
    process = next(turning)
    job.call_off()
    with pytest.raises(CalledOffError):
        next(turning)
    assert spawned.pids() == [process]
    assert list(do(spawned, double, 1)) == [2, 4]


def test_where_nothing_is_forked_one_that_looks_at_nothing_is_ended_with_its_process(spawned, do):
    job = Job("answer", "")
    thinking = do(spawned, think_on, job=job)
    thinker = next(thinking)
    job.call_off()
    began = time.monotonic()
    with pytest.raises(CalledOffError):
        next(thinking)
    assert time.monotonic() - began < GRACE_S + 1
    assert gone(thinker)
    assert list(do(spawned, double, 1)) == [2, 4]


def test_what_is_drawn_does_not_keep_a_choice_waiting_where_nothing_is_forked(spawned, do):
    drawing = do(spawned, stages_without_end, job=Job("answer", "", quick=False))
    drawer = next(drawing)
    assert list(do(spawned, double, 1)) == [2, 4]
    assert drawer in spawned.pids()
    drawing.close()
