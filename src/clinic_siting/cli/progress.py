"""A bar over the stages of a command: on a terminal, and only there."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(stages: int) -> Iterator[Callable[[str], None]]:
    """A bar over the stages on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _stage: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=stages, completed=-1)

        def announce(stage: str) -> None:
            bar.update(task, description=stage, advance=1)

        yield announce
