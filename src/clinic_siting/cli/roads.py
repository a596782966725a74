"""Commands that bring roads into a data folder."""

from pathlib import Path
from typing import Annotated

import typer

from clinic_siting.cli.progress import progress_of_steps
from clinic_siting.cli.voice import say

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
    wanted = roads_import.RoadImport(file, place, out, data)
    with progress_of_steps() as report:
        words = roads_import.import_roads(wanted, progress=report)
    say(words)
    say(f"Written: {out}\n\nNext: clinic-siting check a config whose `data:` is {out}.")
