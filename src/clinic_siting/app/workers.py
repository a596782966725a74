"""A process for each visitor's work, that can be ended at any moment, even inside a solver.

The warm model is forked once, before there are threads, and that copy forks a worker whenever a visitor
needs one: it shares the tables, the roads and the first minutes with all others, starts in milliseconds,
and keeps the minutes that it works out. What follows from minutes (a solver, a map) it leaves to a fork of
its own, so that ending it costs no minutes. Where there is no fork (Windows) or no safe one (macOS), work
is done in the server's own threads and stops at its next stage.
"""

import sys
from collections import OrderedDict
from collections.abc import Iterator
from threading import RLock
from typing import Any, Protocol

from clinic_siting.app.forks import Source, Task, Worker
from clinic_siting.app.jobs import CalledOffError, Job
from clinic_siting.errors import ClinicSitingError
from clinic_siting.ground import Announce
from clinic_siting.warm import Warm

# Each holds some 100 MB of its own on the bundled data; the cores are fewer in any case.
MOST_WORKERS = 4
GLANCE_S = 0.02
WAITING = "Waiting for another visitor's run to end"
FORKS = sys.platform == "linux"


class Workers(Protocol):
    """Whatever does a visitor's work."""

    def run(self, owner: str, job: Job, task: Task, announce: Announce) -> Iterator[Any]:
        """What a task yields; a job that was called off ends it.

        Parameters
        ----------
        owner
            The visitor.
        job
            Looked at while the work goes on.
        task
            What to do.
        announce
            Called with the name of each stage.

        Raises
        ------
        CalledOffError
            Where the job was called off.
        ClinicSitingError
            Whatever the work refuses.
        """
        ...

    def close(self) -> None:
        """End all work."""
        ...


def workers_of(warm: Warm) -> Workers:
    """The best that this system can do; to be called before there are other threads."""
    return Forked(warm) if FORKS else Threaded(warm)


class Threaded:
    """Work in the caller's own thread: it can be stopped between its stages only."""

    def __init__(self, warm: Warm) -> None:
        self._warm = warm

    def run(self, owner: str, job: Job, task: Task, announce: Announce) -> Iterator[Any]:  # noqa: ARG002 - as the protocol
        """What a task yields."""
        ground = self._warm.ground(task.config, announce)
        for value in task.work(ground, task.config, *task.given, announce):
            if not job.wanted:
                raise CalledOffError
            yield value

    def close(self) -> None:
        """Nothing is left running but what its job calls off."""


class Forked:
    """A worker for each visitor, forked from a copy of the warm model.

    Parameters
    ----------
    warm
        What every worker knows from its start.
    """

    def __init__(self, warm: Warm) -> None:
        self._source = Source(warm)
        self._idle: OrderedDict[str, Worker] = OrderedDict()
        self._busy: dict[Worker, str] = {}
        self._closed = False
        self._lock = RLock()

    def run(self, owner: str, job: Job, task: Task, announce: Announce) -> Iterator[Any]:
        """What a task yields, from the visitor's worker; it is ended as soon as nobody waits for it."""
        worker = self._take(owner, job, announce)
        grounded = False
        try:
            with worker.begin(task) as link:
                while True:
                    while not link.poll(GLANCE_S):
                        job.announce(job.stage)
                    kind, value = link.recv()
                    if kind == "stage":
                        announce(value)
                    elif kind == "found":
                        yield value
                    elif kind == "grounded":
                        grounded = True
                    else:
                        grounded = True
                        break
        except (EOFError, OSError):
            grounded = False
            raise ClinicSitingError("The process that worked on this was ended from outside.") from None
        finally:
            self._give_back(owner, worker, whole=grounded)
        if value is not None:
            raise value

    def pids(self) -> list[int]:
        """Process ids of the workers that there are."""
        with self._lock:
            return [worker.pid for worker in (*self._idle.values(), *self._busy)]

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            self._closed = True
            for worker in self._idle.values():
                worker.close()
            self._idle.clear()
        self._source.close()

    def _take(self, owner: str, job: Job, announce: Announce) -> Worker:
        """The visitor's worker, or a new one; where there are many, the one idle for longest gives way."""
        told = False
        while True:
            with self._lock:
                returns = (
                    owner in self._busy.values()
                )  # from a task called off a moment ago, with its minutes
                worker = None if returns else self._idle.pop(owner, None) or self._new()
                if worker is not None:
                    self._busy[worker] = owner
                    return worker
            if not (told or returns):
                announce(WAITING)
                told = True
            job.rest(GLANCE_S)

    def _new(self) -> Worker | None:
        """A new worker, where there is or can be a place for it."""
        if len(self._idle) + len(self._busy) >= MOST_WORKERS and self._idle:
            self._source.end(self._idle.popitem(last=False)[1])
        return self._source.fork() if len(self._idle) + len(self._busy) < MOST_WORKERS else None

    def _give_back(self, owner: str, worker: Worker, *, whole: bool) -> None:
        """A worker that has its minutes ends its task alone; one that is still at them is ended itself."""
        with self._lock:
            self._busy.pop(worker, None)
            if whole and not self._closed and worker.stop():
                self._idle[owner] = worker
            else:
                self._source.end(worker)
