"""The command to begin with in another area."""

from pathlib import Path
from typing import Annotated

import typer

from clinic_siting.cli.voice import say


def init(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Start elsewhere: a folder that runs at once, with a checklist to make it your own.

    Example: clinic-siting init my-area
    """
    from clinic_siting.starting import start_folder

    written = start_folder(folder)
    say(f"{folder}: {len(written)} files, a small real example (Kent).")
    say(f"\nNext: cd {folder} && clinic-siting run config/my-area.yaml, then read README.md.")
