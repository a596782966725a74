"""Commands, progress and exit codes; the work itself is done by the modules named in each command.

A command imports what it needs when it is called, so that ``--help`` answers at once.
"""

import sys

import typer

from clinic_siting.cli import area, models, planner, roads, several, start
from clinic_siting.errors import ClinicSitingError, InfeasibleError, TimeLimitError

EXIT_REFUSED, EXIT_NO_PLAN, EXIT_NO_TIME = 1, 3, 4

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Where to open clinics so that access varies less between patients.",
)


@app.callback()
def _commands() -> None:
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


def main() -> None:
    """Run a command; a refusal is one verdict with its rows, never a traceback."""
    try:
        app(standalone_mode=True)
    except ClinicSitingError as refusal:
        typer.echo(f"clinic-siting: {refusal}", err=True)
        sys.exit(_exit_code(refusal))


def _exit_code(refusal: ClinicSitingError) -> int:
    if isinstance(refusal, InfeasibleError):
        return EXIT_NO_PLAN
    return EXIT_NO_TIME if isinstance(refusal, TimeLimitError) else EXIT_REFUSED
