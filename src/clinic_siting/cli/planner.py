"""The command that serves the planner's page."""

from pathlib import Path
from typing import Annotated

import typer

from clinic_siting.cli.area import ConfigFile
from clinic_siting.cli.progress import progress


def app(
    config: ConfigFile,
    folder: Annotated[Path, typer.Option(help="The only folder that is written to.")] = Path(
        "outputs/planner"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8765,
) -> None:
    """Serve a page, on this machine alone, on which each change runs the model again.

    Example: clinic-siting app config/lsesn.yaml
    """
    from clinic_siting.app.planners import Planner
    from clinic_siting.config import read_config
    from clinic_siting.errors import ClinicSitingError

    try:
        from clinic_siting.app.server import listen, serve
    except ModuleNotFoundError as missing:
        raise ClinicSitingError(
            "The page needs further packages; install the extra: pip install 'clinic-siting[app]'.",
            [missing],
        ) from None

    scenario = read_config(config)
    listening = listen(port)
    with progress(3) as announce:
        planner = Planner(scenario, folder, announce)
    typer.echo(f"Open http://127.0.0.1:{port}/ in a browser on this machine; stop with Ctrl+C.")
    serve(planner, listening)
