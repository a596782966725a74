"""The program as it is installed: a command in a process of its own, and words for an end it cannot tell.

A system that runs short of memory kills a process, and a C++ library that is refused memory aborts it;
neither asks Python, so that somebody else has to say what happened. Where processes cannot be forked
(Windows) the command runs without a witness.
"""

import os
import signal
import sys
from types import FrameType

import typer

from clinic_siting import cli
from clinic_siting.cli.voice import JSON, QUIET, Voice, refuse, speaking

# What a terminal or a scheduler sends to the program is meant for the command.
PASSED_ON = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
# What the system, or a library that minds it, ends a command with when there is no memory left for it.
OUT_OF_MEMORY = ("SIGKILL", "SIGABRT")
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def main() -> None:
    """Run the command of ``sys.argv``, and end as it ends."""
    if not hasattr(os, "fork") or cli.is_debugging():
        cli.main()
        return
    witness = os.getpid()
    child = os.fork()
    if child == 0:
        _end_with(witness)
        cli.main()
        return
    ended_by, interrupted = _end_of(child)
    if ended_by >= 0:
        sys.exit(ended_by)
    # A library that is left in the midst of its work may break as the command ends: nobody asked for more.
    _tell_end(signal.SIGINT if interrupted else signal.Signals(-ended_by))


def _end_of(child: int) -> tuple[int, bool]:
    """Exit code of the command, which is passed what is sent meanwhile, and whether Ctrl-C was among it."""
    interrupts = []

    def pass_on(number: int, _: FrameType | None) -> None:
        os.kill(child, number)

    for name in PASSED_ON:
        signal.signal(getattr(signal, name), pass_on)
    # A terminal's Ctrl-C reaches both; the command alone decides what to do.
    signal.signal(signal.SIGINT, lambda *_: interrupts.append(True))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), bool(interrupts)


def _tell_end(by: signal.Signals) -> None:
    """Say what ended the command; what was sent on purpose ends this as well, without a word."""
    if by.name in PASSED_ON or by is signal.SIGINT:
        signal.signal(by, signal.SIG_DFL)
        os.kill(os.getpid(), by)
    why = f"most often because {cli.SHORT_OF_MEMORY}"
    if by.name not in OUT_OF_MEMORY:
        why = f"by a fault in a library, which is worth reporting, or because {cli.SHORT_OF_MEMORY}"
    what = f"the command was ended by {by.name} before it was done, {why}"
    with speaking(Voice(QUIET in sys.argv, JSON in sys.argv)):
        typer.echo(f"clinic-siting: {what}", err=True)
        refuse(what, (), code=cli.EXIT_REFUSED)
    sys.exit(cli.EXIT_REFUSED)


def _end_with(witness: int) -> None:
    """Leave no command behind where its witness is killed (Linux; elsewhere it goes on to its end)."""
    if sys.platform == "linux":
        import ctypes  # for this alone

        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != witness:  # it was faster
            os.kill(os.getpid(), signal.SIGKILL)
