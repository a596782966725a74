"""Commands that bring roads into a data folder."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from clinic_siting.cli.voice import is_quiet, say

roads = typer.Typer(no_args_is_help=True, help="Roads from OpenStreetMap, in place of a data folder's own.")


@roads.callback()
def _commands() -> None:
    """Roads from OpenStreetMap, in place of a data folder's own."""


@roads.command("import")
def import_(
    out: Annotated[Path, typer.Option(help="Folder for the road tables; a data folder keeps the rest.")],
    file: Annotated[
        Path | None, typer.Argument(help="An .osm.pbf, .osm or .graphml file saved by osmnx.")
    ] = None,
    place: Annotated[str, typer.Option(help="A place to download instead, as 'Lewes, England'.")] = "",
    data: Annotated[
        Path | None,
        typer.Option(
            help="Data folder whose zones tell authorities and area; by default --out, if it is one."
        ),
    ] = None,
) -> None:
    """Write the road tables of an OpenStreetMap file or of a place.

    Example: clinic-siting roads import england-latest.osm.pbf --out data/lsesn
    """
    from clinic_siting import roads_import

    if (file is None) == (not place):
        raise typer.BadParameter("give either a FILE or --place NAME")
    request = roads_import.Request(file, place, out, data)
    with _progress() as report:
        words = roads_import.import_roads(request, progress=report)
    say(words)
    say(f"Written: {out}\n\nNext: clinic-siting check a config whose `data:` is {out}.")


@contextmanager
def _progress() -> Iterator[Callable[[str, float | None], None]]:
    """A bar with the time left on each step: on a terminal, and only there."""
    if not sys.stderr.isatty() or is_quiet():
        yield lambda _what, _share: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def report(what: str, share: float | None) -> None:
            if what not in tasks:
                for task in tasks.values():
                    bar.update(task, visible=False)
                tasks[what] = bar.add_task(what, total=None)
            if share is not None:
                bar.update(tasks[what], total=1.0, completed=share)

        yield report
