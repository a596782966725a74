"""What a planner takes with her: all that a run writes, and the config that asks the same again."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from clinic_siting import publish
from clinic_siting.app.answers import Found, complete, with_worlds
from clinic_siting.config import Config
from clinic_siting.ground import Announce
from clinic_siting.warm import Warm


def export(warm: Warm, config: Config, found: Found, folder: Path, announce: Announce) -> Iterator[Path]:
    """Write all that a run writes, and the config, into a folder.

    Parameters
    ----------
    warm, config
        The model, and what was asked.
    found
        The choice.
    folder
        Where to.
    announce
        Called with the name of each stage and of each world.
    """
    ground = warm.ground(config, announce)
    answer = with_worlds(complete(ground, found, announce), config, announce)
    yield from publish.publish(answer, config, out=folder, maps=folder / "maps", announce=announce)


def write_config(config: Config, folder: Path | None = None) -> str:
    """YAML that says on the command line what was asked on the page.

    Parameters
    ----------
    config
        What was asked.
    folder
        Where the text will lie; files in it are called by their names alone.
    """
    settings = config.model_dump(mode="json", exclude_none=True)
    settings["data"] = str(config.data_folder.resolve())
    for block, key in (("travel", "own_times"), ("demand", "own")):
        file = config.own_times_file if block == "travel" else config.own_demand_file
        if file is not None:
            inside = folder is not None and file.resolve().is_relative_to(folder.resolve())
            settings[block][key] = file.name if inside else str(file.resolve())
    text: str = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, default_flow_style=None)
    return f"# Written by the planner's page.\n{text}"
