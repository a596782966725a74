"""Processes forked from a warm model: a source, the workers forked from it, and the tasks that they fork.

The source is started anew rather than forked from the server: a fork takes no threads along, and a library
whose threads were running in the server (a solver's, a typesetter's) would wait for them for ever. The
source reads and travels, and nothing else, so that its forks find no such library at work.
"""

import gc
import logging
import os
import pickle
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import RLock
from typing import Any

from clinic_siting.app.tasks import END, GROUNDED, STAGE, Task, tell_all
from clinic_siting.config import Config
from clinic_siting.errors import ClinicSitingError
from clinic_siting.ground import Announce
from clinic_siting.warm import Warm

RUN, STOP, FORK, KILL = b"run", b"stop", b"fork", b"end"
READY = "ready"
# Imports all that tasks are made of: once for all forks.
WORK = "clinic_siting.app.sessions"
log = logging.getLogger(__name__)
LONGEST, LONGEST_TOLD = 32, 1 << 17
GIVES_WAY = 10


class Fork:
    """A process that does one task at a time, and the line to it."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid, self._line = pid, line
        self._link: Connection | None = None
        self._grounded = False

    def begin(self, task: Task) -> None:
        """Do a task."""
        ours, theirs = socket.socketpair()
        self._link, self._grounded = Connection(ours.detach()), False
        with theirs:
            socket.send_fds(self._line, [RUN], [theirs.fileno()])
        self._link.send(task)

    def hear(self, seconds: float) -> tuple[str, Any] | None:
        """What it tells next, if it does so soon."""
        if self._link is None or not self._link.poll(seconds):
            return None
        kind, value = self._link.recv()
        self._grounded = self._grounded or kind in {GROUNDED, END}
        return None if kind == GROUNDED else (kind, value)

    def stop(self) -> bool:
        """End the task; whether the worker is of use for another, which it is once it has its minutes."""
        if self._link is not None:
            self._link.close()
        with suppress(OSError):
            self._line.send(STOP)
            return self._grounded
        return False

    def close(self) -> None:
        """Cut the line."""
        self._line.close()


class Forks:
    """The process with the warm model that workers are forked from.

    Parameters
    ----------
    config
        The scenario whose data folder every worker knows from its start.
    announce
        Called with the name of each stage of starting.

    Raises
    ------
    ClinicSitingError
        Whatever a stage refuses.
    """

    lanes = False

    def __init__(self, config: Config, announce: Announce) -> None:
        self._lock = RLock()
        self._line, theirs = _line()
        # A process of multiprocessing's kind finds its way to this package as the server did.
        self._process = get_context("spawn").Process(
            target=_fork_on_demand, args=(theirs, config), daemon=True
        )
        self._process.start()
        theirs.close()
        try:
            self._await(announce)
        except BaseException:
            self.close()
            raise

    def _await(self, announce: Announce) -> None:
        kind = ""
        while kind != READY:
            told = self._line.recv(LONGEST_TOLD)
            if not told:
                raise ClinicSitingError("The process that holds the model was ended from outside.")
            kind, value = pickle.loads(told)  # noqa: S301 - from our own process
            if kind == STAGE:
                announce(value)
            elif kind == END:
                raise value

    def new(self) -> Fork:
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
        return Fork(pid, ours)

    def end(self, worker: Fork) -> None:
        """End a worker and its task, whatever they are doing."""
        worker.close()
        with self._lock, suppress(OSError):
            self._line.send(KILL + b" %d" % worker.pid)
            self._line.recv(LONGEST)

    def close(self) -> None:
        """End them all."""
        with self._lock:
            if self._line.fileno() >= 0:
                self._line.close()
                self._process.join()


def _line() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _fork_on_demand(line: socket.socket, config: Config) -> None:
    """Fork workers, and end them, until the server is gone; then end them all."""
    workers: set[int] = set()
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, whose end is ours
        warm = _warm(line, config)
        if warm is None:
            return
        import_module(WORK)
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


def _warm(line: socket.socket, config: Config) -> Warm | None:
    """The model, whose stages are told as it is made; None where it was refused."""

    def tell(kind: str, value: object = None) -> None:
        line.send(pickle.dumps((kind, value)))

    try:
        warm = Warm(config, lambda stage: tell(STAGE, stage))
    except Exception as refused:  # noqa: BLE001 - it is raised again in the server
        tell(END, refused)
        return None
    tell(READY)
    return warm


def _fork_worker(line: socket.socket, handle: int, warm: Warm) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            line.close()
            _work(socket.socket(fileno=handle), warm)
        except Exception:
            log.exception("a worker failed")
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

    def tell(stage: str) -> None:
        link.send((STAGE, stage))

    def lay() -> Iterator[Any]:
        warm.ground(task.config, tell)
        yield from ()

    refusal = tell_all(link.send, lay())
    if refusal is not None:
        link.send((END, refusal))
        return 0
    link.send((GROUNDED, None))
    pid = os.fork()
    if pid == 0:
        try:
            gc.freeze()
            line.close()
            if task.behind:
                os.nice(GIVES_WAY)
            link.send((END, tell_all(link.send, task.work(warm, task.config, *task.given, tell))))
        except OSError:
            pass  # nobody listens any more
        finally:
            os._exit(0)
    return pid
