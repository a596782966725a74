"""A bar over what a command does: on a terminal, and only there."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clinic_siting.cli.voice import is_quiet

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def progress(stages: int) -> Iterator[Callable[[str], None]]:
    """A bar over the stages with the time left; silence elsewhere, and where asked for."""
    with _bar() as bar:
        if bar is None:
            yield lambda _stage: None
            return
        task = bar.add_task("", total=stages, completed=-1)

        def announce(stage: str) -> None:
            bar.update(task, description=stage, advance=1)

        yield announce


@contextmanager
def progress_of_steps() -> Iterator[Callable[[str, float | None], None]]:
    """A bar with the time left on each step, which tells what share of it is done, or None."""
    with _bar() as bar:
        if bar is None:
            yield lambda _what, _share: None
            return
        tasks: dict[str, TaskID] = {}

        def report(what: str, share: float | None) -> None:
            if what not in tasks:
                for task in tasks.values():
                    bar.update(task, visible=False)
                tasks[what] = bar.add_task(what, total=None)
            if share is not None:
                bar.update(tasks[what], total=1.0, completed=share)

        yield report


@contextmanager
def _bar() -> Iterator["Progress | None"]:
    """The bar, or None where nobody would see it."""
    if not sys.stderr.isatty() or is_quiet():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        # From what is done so far, and parts differ: about.
        TextColumn("about"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield bar
