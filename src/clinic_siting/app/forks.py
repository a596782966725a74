"""Processes forked from a warm model: a source, the workers forked from it, and the tasks that they fork."""

import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import RLock
from typing import Any, NoReturn

from clinic_siting.config import Config
from clinic_siting.errors import ClinicSitingError
from clinic_siting.warm import Warm

RUN, STOP, FORK, END = b"run", b"stop", b"fork", b"end"
LONGEST = 32
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do on a ground.

    Attributes
    ----------
    work
        A function of a module, called with the ground, the config, what is given, and a function that
        takes the name of each stage; it yields what it finds as it finds it.
    config
        The scenario whose ground it is.
    given
        What else the work is given; it must pickle, as must what comes back.
    """

    work: Callable[..., Iterator[Any]]
    config: Config
    given: tuple[object, ...] = ()


class Worker:
    """A process that does one task at a time, and the line to it."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid, self._line = pid, line

    def begin(self, task: Task) -> Connection:
        """Do a task; what comes back through the link is ``(kind, value)``.

        ``stage`` with its name, ``grounded`` once there are minutes, ``found`` with each value, and ``end``
        with a refusal or None.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._line, [RUN], [theirs.fileno()])
        link = Connection(ours.detach())
        link.send(task)
        return link

    def stop(self) -> bool:
        """End the task; whether the worker is still there."""
        with suppress(OSError):
            self._line.send(STOP)
            return True
        return False

    def close(self) -> None:
        """Cut the line."""
        self._line.close()


class Source:
    """The copy of a warm model that workers are forked from; it has one thread, so that its forks are sound.

    Parameters
    ----------
    warm
        What every worker knows from its start.
    """

    def __init__(self, warm: Warm) -> None:
        self._lock = RLock()
        ours, theirs = _line()
        pid = os.fork()
        if pid == 0:
            ours.close()
            _fork_on_demand(theirs, warm)
        theirs.close()
        self._pid, self._line = pid, ours

    def fork(self) -> Worker:
        """A new worker.

        Raises
        ------
        ClinicSitingError
            Where the system gives none.
        """
        ours, theirs = _line()
        with self._lock, theirs:
            try:
                socket.send_fds(self._line, [FORK], [theirs.fileno()])
                pid = int(self._line.recv(LONGEST))
            except (OSError, ValueError):
                ours.close()
                raise ClinicSitingError("The server has no room for a further process.") from None
        return Worker(pid, ours)

    def end(self, worker: Worker) -> None:
        """End a worker and its task, whatever they are doing."""
        worker.close()
        with self._lock, suppress(OSError):
            self._line.send(END + b" %d" % worker.pid)
            self._line.recv(LONGEST)

    def close(self) -> None:
        """End them all."""
        with self._lock:
            if self._line.fileno() >= 0:
                self._line.close()
                os.waitpid(self._pid, 0)


def _line() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _fork_on_demand(line: socket.socket, warm: Warm) -> NoReturn:
    """Fork workers, and end them, until the server is gone; then end them all."""
    workers: set[int] = set()
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, whose end is ours
        gc.freeze()  # a collection would touch, and so copy, what is shared
        while True:
            asked, handles, _, _ = socket.recv_fds(line, LONGEST, 1)
            if not asked:
                break
            try:
                number = _fork_worker(line, handles[0], warm) if asked == FORK else -int(asked.split()[1])
            except OSError:
                line.send(b"none")
                continue
            if number > 0:
                workers.add(number)
            elif -number in workers:  # none that was reaped before: its number may be another's by now
                workers.discard(-number)
                _end(-number, group=True)
            line.send(b"%d" % abs(number))
        for pid in workers:
            _end(pid, group=True)
    finally:
        os._exit(0)


def _fork_worker(line: socket.socket, handle: int, warm: Warm) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            line.close()
            _work(socket.socket(fileno=handle), warm)
        finally:
            os._exit(0)
    with suppress(OSError):  # whoever of the two comes first
        os.setpgid(pid, pid)
    os.close(handle)
    return pid


def _end(pid: int, *, group: bool) -> None:
    with suppress(ProcessLookupError):
        if group:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _work(line: socket.socket, warm: Warm) -> None:
    """Do what is asked, one task after the other, until the line is cut; the next ends the last."""
    running = 0
    while True:
        asked, handles, _, _ = socket.recv_fds(line, LONGEST, 1)
        if running:
            _end(running, group=False)
            running = 0
        if not asked:
            return
        if asked == RUN:
            with Connection(handles[0]) as link, suppress(EOFError, OSError):
                running = _begin(link, line, warm)


def _begin(link: Connection, line: socket.socket, warm: Warm) -> int:
    """Lay the ground here, where it is kept; do the rest in a fork. Its process id, or 0."""
    task: Task = link.recv()
    ground = None

    def lay() -> Iterator[Any]:
        nonlocal ground
        ground = warm.ground(task.config, lambda stage: link.send(("stage", stage)))
        yield from ()

    refusal = _tell(link, lay())
    if refusal is not None:
        link.send(("end", refusal))
        return 0
    link.send(("grounded", None))
    pid = os.fork()
    if pid == 0:
        try:
            gc.freeze()
            line.close()
            found = task.work(ground, task.config, *task.given, lambda stage: link.send(("stage", stage)))
            link.send(("end", _tell(link, found)))
        finally:
            os._exit(0)
    return pid


def _tell(link: Connection, found: Iterator[Any]) -> Exception | None:
    """Send all that is found; what it was refused with, if it was."""
    try:
        for value in found:
            link.send(("found", value))
    except (BrokenPipeError, ConnectionResetError):
        raise
    except ClinicSitingError as refused:
        return refused
    except Exception:
        log.exception("a job failed")
        return ClinicSitingError("This could not be worked out; the server's log says why.")
    return None
