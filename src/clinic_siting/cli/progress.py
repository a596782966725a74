"""A bar over the stages of a command: on a terminal, and only there."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from clinic_siting.cli.voice import is_quiet


@contextmanager
def progress(stages: int) -> Iterator[Callable[[str], None]]:
    """A bar over the stages with the time left, on a terminal; silence elsewhere, and where asked for."""
    if not sys.stderr.isatty() or is_quiet():
        yield lambda _stage: None
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
        # From the stages so far, and stages differ: about.
        TextColumn("about"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=stages, completed=-1)

        def announce(stage: str) -> None:
            bar.update(task, description=stage, advance=1)

        yield announce
