"""Commands, progress and exit codes; the work itself is done by the modules named in each command.

A command imports what it needs when it is called, so that ``--help`` answers at once.
"""

import errno
import os
import sys
from difflib import get_close_matches
from typing import Annotated

import typer

from clinic_siting.cli import area, data, models, planner, points, roads, several, start
from clinic_siting.cli.voice import JSON, QUIET, Voice, refuse, speaking
from clinic_siting.errors import ClinicSitingError, InfeasibleError, TimeLimitError

DEBUG, DEBUG_VARIABLE = "--debug", "CLINIC_SITING_DEBUG"
TELLING = ("run", "check", "solve", "compare", "verify")
SHORT_OF_MEMORY = (
    "the machine ran short of memory; close other programs, or choose a smaller area. Earlier results stay "
    "as they were."
)
# What libraries say instead of MemoryError: the linker, a thread's start, C++ through whatever was called.
NO_ROOM = ("map segment", "cannot allocate memory", "can't start new thread", "bad_alloc")
EXIT_REFUSED, EXIT_USAGE, EXIT_NO_PLAN, EXIT_NO_TIME = 1, 2, 3, 4

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Where to open clinics so that access varies less between patients.",
    epilog="Example: clinic-siting init my-area, then in that folder clinic-siting run config/my-area.yaml.",
)


def _tell_version(*, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(version("clinic-siting"))
        raise typer.Exit


@app.callback()
def _commands(
    debug: Annotated[bool, typer.Option(DEBUG, help="Show where in the code a fault arose.")] = False,
    quiet: Annotated[bool, typer.Option(QUIET, help="Say nothing where all is well.")] = False,
    as_json: Annotated[
        bool, typer.Option(JSON, help=f"One JSON object on standard output: {', '.join(TELLING)}.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=lambda asked: _tell_version(asked=asked), is_eager=True, help="Its version."
        ),
    ] = False,
) -> None:
    """Where to open clinics so that access varies less between patients."""


for command in (
    area.run,
    area.check,
    area.matrix,
    area.isochrones,
    models.solve,
    models.verify,
    several.compare,
    several.robustness,
    planner.app,
    start.init,
):
    app.command()(command)
app.add_typer(roads.roads, name="roads")
app.add_typer(data.data, name="data")
app.add_typer(points.points, name="points")


def main() -> None:
    """Run a command; a refusal is one verdict with its rows, and a fault one line, never a traceback."""
    # These may stand anywhere, also behind the command.
    words = [word for word in sys.argv[1:] if word not in {DEBUG, QUIET, JSON}]
    for word in words:
        near = get_close_matches(word, (DEBUG, QUIET, JSON), n=1, cutoff=0.8)
        if near:
            typer.echo(f"clinic-siting: no such option: {word}. Did you mean {near[0]}?", err=True)
            sys.exit(EXIT_USAGE)
    voice = Voice(QUIET in sys.argv, JSON in sys.argv)
    if voice.as_json and words and words[0] not in TELLING and "--help" not in words:
        typer.echo(f"clinic-siting: {words[0]} knows no {JSON}; {', '.join(TELLING)} do.", err=True)
        sys.exit(EXIT_USAGE)
    with speaking(voice):
        _run(words, debug=is_debugging())


def is_debugging() -> bool:
    """Whether faults are to be shown as they arose."""
    return DEBUG in sys.argv or bool(os.environ.get(DEBUG_VARIABLE))


def _run(words: list[str], *, debug: bool) -> None:
    try:
        app(args=words, standalone_mode=True)
    except ClinicSitingError as refusal:
        if debug:
            raise
        typer.echo(f"clinic-siting: {refusal}", err=True)
        refuse(refusal.verdict, tuple(refusal.rows), code=_exit_code(refusal))
        sys.exit(_exit_code(refusal))
    except Exception as fault:
        if debug:
            raise
        typer.echo(f"clinic-siting: {_fault_in_words(fault)}", err=True)
        refuse(_fault_in_words(fault), (), code=EXIT_REFUSED)
        sys.exit(EXIT_REFUSED)


def _fault_in_words(fault: Exception) -> str:
    """What went wrong that nobody foresaw, in a line, and how to learn more."""
    if _is_want_of_memory(fault):
        return SHORT_OF_MEMORY
    what = " ".join(str(fault).split())[:300].rstrip(".")
    return (
        f"an unforeseen fault, {type(fault).__name__}{f': {what}' if what else ''}. Earlier results stay as "
        f"they were; the same command with {DEBUG} shows where it arose, which is worth reporting."
    )


def _exit_code(refusal: ClinicSitingError) -> int:
    if isinstance(refusal, InfeasibleError):
        return EXIT_NO_PLAN
    return EXIT_NO_TIME if isinstance(refusal, TimeLimitError) else EXIT_REFUSED


def _is_want_of_memory(fault: BaseException | None) -> bool:
    """Whether it, or what it arose from, is a refusal of memory by whatever name."""
    if fault is None:
        return False
    no_room = isinstance(fault, OSError) and fault.errno == errno.ENOMEM
    said = any(words in str(fault).lower() for words in NO_ROOM)
    return isinstance(fault, MemoryError) or no_room or said or _is_want_of_memory(fault.__context__)
