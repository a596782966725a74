"""A process for each visitor's work, that can be ended at any moment, even inside a solver.

On Linux one process holds the warm model and forks a worker whenever a visitor needs one: it shares the
tables, the roads and the first minutes with all others, starts in milliseconds, and keeps the minutes that
it works out. What follows from minutes (a solver, a map) it leaves to a fork of its own, so that ending it
costs no minutes. Where there is no fork (Windows) or no safe one (macOS), each worker is started anew with
a model of its own.
"""

import sys
from collections import OrderedDict
from collections.abc import Generator, Iterator
from threading import RLock
from typing import Any, Protocol, TypeVar

from clinic_siting.app.jobs import Job
from clinic_siting.app.tasks import FOUND, STAGE, Task
from clinic_siting.config import Config
from clinic_siting.errors import ClinicSitingError
from clinic_siting.ground import Announce

# Each holds some 100 MB of its own on the bundled data, a model's memory where it is started anew; the
# cores are fewer in any case.
MOST_WORKERS = 4
GLANCE_S = 0.02
WAITING = "Waiting for another visitor's run to end"
FORKS = sys.platform == "linux"
Key = tuple[str, bool]


class Worker(Protocol):
    """A process that does one task at a time."""

    @property
    def pid(self) -> int:
        """Process id."""

    def begin(self, task: Task) -> None:
        """Do a task."""

    def hear(self, seconds: float) -> tuple[str, Any] | None:
        """What it tells next, a kind and a value, if it does so soon."""

    def stop(self) -> bool:
        """End the task; whether the worker is of use for another."""


W = TypeVar("W", bound=Worker)


class Source(Protocol[W]):
    """Where workers come from."""

    @property
    def lanes(self) -> bool:
        """Whether what a visitor waits for and what is drawn behind it need a worker each."""

    def new(self) -> W:
        """A new worker."""

    def end(self, worker: W) -> None:
        """End a worker and its task, whatever they are doing."""

    def close(self) -> None:
        """End all that is left."""


def source_of(config: Config, announce: Announce) -> Source[Any]:
    """The best that this system can do."""
    if FORKS:
        from clinic_siting.app.forks import Forks  # noqa: PLC0415 - no other system has what it imports

        return Forks(config, announce)
    from clinic_siting.app.spawns import Spawns  # noqa: PLC0415 - as above

    return Spawns(config, announce)


class Workers:
    """The workers of all visitors; the one that was idle longest gives way to another's.

    Parameters
    ----------
    source
        Where they come from.
    """

    def __init__(self, source: Source[Any]) -> None:
        self._source = source
        self._idle: OrderedDict[Key, Worker] = OrderedDict()
        self._busy: dict[Worker, Key] = {}
        self._closed = False
        self._lock = RLock()

    def run(self, owner: str, job: Job, task: Task, announce: Announce) -> Iterator[Any]:
        """What a task yields, from the visitor's worker; it is ended as soon as nobody waits for it.

        Parameters
        ----------
        owner
            The visitor; nobody's worker is anybody's.
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
        worker = self._take((owner, self._source.lanes and not job.quick), job, announce)
        whole = True
        try:
            worker.begin(task)
            refusal = yield from self._hear(worker, job, announce)
        except (EOFError, OSError):
            whole = False
            raise ClinicSitingError("The process that worked on this was ended from outside.") from None
        finally:
            self._give_back(worker, whole=whole)
        if refusal is not None:
            raise refusal

    def pids(self) -> list[int]:
        """Process ids of the workers that there are."""
        with self._lock:
            return [worker.pid for worker in (*self._idle.values(), *self._busy)]

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            self._closed = True
            for worker in self._idle.values():
                self._source.end(worker)
            self._idle.clear()
        self._source.close()

    @staticmethod
    def _hear(worker: Worker, job: Job, announce: Announce) -> Generator[Any, None, Exception | None]:
        """What is found, until it is over; the refusal, if there was one."""
        while True:
            told = worker.hear(GLANCE_S)
            job.announce(job.stage)  # which ends it where nobody waits any more
            if told is None:
                continue
            kind, value = told
            if kind == STAGE:
                announce(value)
            elif kind == FOUND:
                yield value
            else:
                return value  # type: ignore[no-any-return]

    def _take(self, key: Key, job: Job, announce: Announce) -> Worker:
        """The visitor's worker, or a new one; where there are many, the one idle for longest gives way."""
        told = False
        while True:
            with self._lock:
                # From a task called off a moment ago it returns with its minutes.
                returns = key in self._busy.values()
                worker = None if returns else self._idle.pop(key, None) or self._new(key)
                if worker is not None:
                    self._busy[worker] = key
                    return worker
            if not (told or returns):
                announce(WAITING)
                told = True
            job.rest(GLANCE_S)

    def _new(self, key: Key) -> Worker | None:
        """Nobody's worker or a new one, where there is or can be a place for it."""
        if ("", key[1]) in self._idle:
            return self._idle.pop(("", key[1]))
        if len(self._idle) + len(self._busy) >= MOST_WORKERS and self._idle:
            self._source.end(self._idle.popitem(last=False)[1])
        return self._source.new() if len(self._idle) + len(self._busy) < MOST_WORKERS else None

    def _give_back(self, worker: Worker, *, whole: bool) -> None:
        """Keep a worker for the visitor's next task, where it can be of use for that."""
        kept = whole and not self._closed and worker.stop()
        with self._lock:
            key = self._busy.pop(worker, ("", False))
            if kept and not self._closed:
                self._idle[key] = worker
            else:
                self._source.end(worker)
