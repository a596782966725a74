"""Processes started anew, each with a warm model of its own, where no process can be forked safely.

Nothing is shared, so each costs the memory of a model; and a process that is ended takes its model along.
So a task that is called off is asked first: it ends at its next stage, and its process lives. One that does
not answer in time, inside a solver say, is ended with its process.
"""

import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from clinic_siting.app.tasks import END, STAGE, Task, tell_all
from clinic_siting.config import Config
from clinic_siting.ground import Announce
from clinic_siting.warm import Warm

READY = "ready"
# Stages of a map or of a world are over sooner than this.
PATIENCE_S = 3.0


class _StopError(BaseException):
    """The task is no longer wanted; no fault that its work could mend."""


class Spawn:
    """A process with a model, that does one task at a time, and the line to it.

    Parameters
    ----------
    config
        The scenario whose data folder it knows.
    """

    def __init__(self, config: Config) -> None:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_work, args=(theirs, config), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = self._running = False
        self._waiting: Task | None = None

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid or 0

    def begin(self, task: Task) -> None:
        """Do a task, as soon as there is a model."""
        if self._ready:
            self._line.send(task)
            self._running = True
        else:
            self._waiting = task

    def hear(self, seconds: float) -> tuple[str, Any] | None:
        """What it tells next, if it does so soon."""
        if not self._line.poll(seconds):
            return None
        kind, value = self._line.recv()
        if kind == READY:
            self._ready = True
            if self._waiting is not None:
                self.begin(self._waiting)
            return None
        self._running = self._running and kind != END
        return kind, value

    def stop(self) -> bool:
        """End the task at its next stage; whether it did so in time."""
        self._waiting = None
        try:
            if self._running:
                self._line.send(None)
            until = time.monotonic() + PATIENCE_S
            while self._running and time.monotonic() < until:
                self.hear(until - time.monotonic())
        except (EOFError, OSError):
            return False
        return not self._running

    def close(self) -> None:
        """End the process."""
        self._line.close()
        self._process.kill()
        self._process.join()


class Spawns:
    """Where processes with a model come from.

    Parameters
    ----------
    config
        The scenario whose data folder every one of them knows.
    """

    # A map that is drawn must not keep the next choice waiting: each has a process.
    lanes = True

    def __init__(self, config: Config, _announce: Announce) -> None:
        self._config = config

    def new(self) -> Spawn:
        """A new process; it takes the seconds that a start takes."""
        return Spawn(self._config)

    def end(self, worker: Spawn) -> None:
        """End a process, whatever it is doing."""
        worker.close()

    def close(self) -> None:
        """Nothing is held but the processes themselves."""


def _work(line: Connection, config: Config) -> None:
    """Make a model, then do what is asked until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, whose end is ours

    def tell(stage: str) -> None:
        send((STAGE, stage))

    def send(told: tuple[str, Any]) -> None:
        if line.poll():  # while a task runs nothing comes but a word that it should not
            raise _StopError
        line.send(told)

    try:
        try:
            warm = Warm(config, tell)
        except Exception as refused:  # noqa: BLE001 - it is raised again in the server
            line.send((END, refused))
            return
        line.send((READY, None))
        while True:
            task: Task | None = line.recv()
            if task is not None:
                line.send((END, _do(task, warm, send)))
    except (EOFError, OSError):
        return


def _do(task: Task, warm: Warm, send: Callable[[tuple[str, Any]], None]) -> Exception | None:
    """Do a task; what it was refused with, if it was. One that was stopped ends in silence."""
    found = task.work(warm, task.config, *task.given, lambda stage: send((STAGE, stage)))
    try:
        return tell_all(send, found)
    except _StopError:
        return None
