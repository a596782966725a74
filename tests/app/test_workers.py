"""Work that can be ended at any moment, and that keeps its minutes."""

import os
import sys
import threading
import time

import pytest

from clinic_siting.app.forks import Task
from clinic_siting.app.jobs import CalledOffError, Job
from clinic_siting.app.workers import MOST_WORKERS, WAITING, Threaded
from clinic_siting.errors import InfeasibleError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
PATIENCE_S = 20.0


def double(_ground, _config, number, announce):
    announce("Doubling")
    yield 2 * number
    yield 4 * number


def refuse(_ground, _config, announce):
    announce("Refusing")
    raise InfeasibleError("It cannot be.", ["row"])
    yield


def think_on(_ground, _config, announce):
    """What a solver does: it looks at nothing until it is done."""
    announce("Thinking")
    yield os.getpid()
    until = time.monotonic() + 10 * PATIENCE_S
    while time.monotonic() < until:
        pass


def end_itself(_ground, _config, _announce):
    yield 1
    os._exit(3)


def grounds(ground, _config, _announce):
    yield id(ground)


@pytest.fixture
def run(planner):
    def ran(work, *given, owner="me", told=lambda _: None, job=None):
        task = Task(work, planner.config, given)
        return planner.workers.run(owner, job or Job("answer", ""), task, told)

    return ran


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


def test_what_looks_at_nothing_is_ended_at_once_and_the_worker_stays(run, planner):
    job = Job("answer", "")
    thinking = run(think_on, job=job)
    thinker = next(thinking)
    workers = planner.workers.pids()
    job.call_off()
    with pytest.raises(CalledOffError):
        next(thinking)
    assert gone(thinker)
    assert planner.workers.pids() == workers
    assert list(run(double, 1)) == [2, 4]


def test_the_next_task_of_a_visitor_has_the_worker_of_the_last_however_soon_it_comes(run, planner):
    job, known = Job("answer", ""), list(run(grounds))
    thinking = run(think_on, job=job)
    next(thinking)
    workers = planner.workers.pids()
    later = threading.Timer(0.3, thinking.close)
    later.start()
    assert list(run(grounds)) == known
    later.join()
    assert planner.workers.pids() == workers


def test_a_worker_keeps_its_ground(run):
    first = list(run(grounds))
    assert list(run(grounds)) == first


def test_a_process_ended_from_outside_is_said(run):
    with pytest.raises(Exception, match=r"ended from outside"):
        list(run(end_itself))
    assert list(run(double, 1)) == [2, 4]


def test_there_are_never_more_workers_than_allowed(run, planner):
    for visitor in range(MOST_WORKERS + 2):
        assert list(run(double, visitor, owner=f"visitor {visitor}")) == [2 * visitor, 4 * visitor]
    assert len(planner.workers.pids()) == MOST_WORKERS
    assert len(set(planner.workers.pids())) == MOST_WORKERS


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


def test_without_forks_the_same_is_found_in_the_threads_of_the_server(planner):
    job = Job("answer", "")
    here = Threaded(planner.warm)
    assert list(here.run("me", job, Task(double, planner.config, (3,)), job.announce)) == [6, 12]
    job.call_off()
    with pytest.raises(CalledOffError):
        list(here.run("me", job, Task(double, planner.config, (3,)), job.announce))
    here.close()
