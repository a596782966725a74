"""How a command speaks: in words for people, in one JSON object for programs, or not at all."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import typer

QUIET, JSON = "--quiet", "--json"


@dataclass(frozen=True, slots=True)
class Voice:
    """What was asked for.

    Attributes
    ----------
    quiet
        Say nothing where all is well.
    as_json
        One JSON object on standard output; words go to standard error.
    """

    quiet: bool = False
    as_json: bool = False


IN_WORDS = Voice()
_voice: ContextVar[Voice] = ContextVar("voice", default=IN_WORDS)


@contextmanager
def speaking(voice: Voice) -> Iterator[None]:
    """Let commands speak in a voice for a while."""
    token = _voice.set(voice)
    try:
        yield
    finally:
        _voice.reset(token)


def is_quiet() -> bool:
    """Whether nothing is to be said where all is well."""
    return _voice.get().quiet


def say(text: str) -> None:
    """Words for people."""
    voice = _voice.get()
    if not voice.quiet:
        typer.echo(text, err=voice.as_json)


def tell(record: Mapping[str, object]) -> None:
    """The same for programs, where they asked: one JSON object, null for what is no finite number."""
    if _voice.get().as_json:
        from clinic_siting.files import to_json

        typer.echo(to_json(record), nl=False)


def refuse(verdict: str, rows: tuple[str, ...], *, code: int) -> None:
    """A refusal, for programs that asked for JSON."""
    if _voice.get().as_json:
        record = {"refused": verdict, "rows": list(rows), "exit_code": code}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
