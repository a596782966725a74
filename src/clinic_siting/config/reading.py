"""YAML becomes a frozen :class:`Config`; every problem of a file is listed at once."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from clinic_siting.config.blocks import Config
from clinic_siting.errors import ConfigError
from clinic_siting.strict_yaml import read_yaml

# Names of results that are not a scenario's, and signs that some system allows in no name.
TAKEN = ("index", "comparison")
UNFIT = '<>:"/\\|?*'


def read_config(path: Path) -> Config:
    """Read one scenario.

    Parameters
    ----------
    path
        A YAML file; its stem is the scenario's name.

    Returns
    -------
    The frozen config, every default filled in.

    Raises
    ------
    ConfigError
        Where the file is missing, is not YAML, or has an unknown key (the nearest known key is
        named) or a value that makes no sense; all problems are listed together.
    """
    config = config_of(_read_yaml(path), name=path.stem, folder=path.parent.resolve(), where=str(path))
    _refuse_name(path)
    _refuse_ways_out(config, path)
    return config


def config_of(given: Mapping[str, Any], *, name: str, folder: Path, where: str) -> Config:
    """Make a config of settings, wherever they come from.

    Parameters
    ----------
    given
        The settings, as a file has them.
    name, folder
        The scenario's name, and the folder that its files are sought from.
    where
        What to call the settings in a refusal.

    Raises
    ------
    ConfigError
        Where settings are unknown or make no sense; all problems are listed together.
    """
    try:
        return Config(**{**given, "name": name, "folder": folder})
    except ValidationError as problem:
        rows = [_explain(error) for error in problem.errors(include_url=False)]
        raise ConfigError(f"{where}: {len(rows)} setting(s) to mend.", rows) from problem


def _read_yaml(path: Path) -> dict[str, Any]:
    if path.is_symlink() and not path.exists():
        raise ConfigError(f"{path}: a link that leads to no file; mend it, or name the file itself.")
    if not path.exists():
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.glob("*.y*ml")], n=1)
        hint = f" Did you mean {path.parent / near[0]}?" if near else ""
        raise ConfigError(f"{path}: no such config file.{hint}")
    given = read_yaml(path)
    reserved = {"name", "folder"} & given.keys()
    if reserved:
        raise ConfigError(f"{path}: unknown key(s) {', '.join(sorted(reserved))}.")
    return given


def _refuse_name(path: Path) -> None:
    """The scenario's name becomes a folder's and a page's: it must be a name, and nobody else's."""
    name = path.stem
    if name.startswith(".") or name in TAKEN or not name.isprintable() or set(name) & set(UNFIT):
        raise ConfigError(f"{path}: results cannot be named {name!r}; give the config file another name.")


def _refuse_ways_out(config: Config, path: Path) -> None:
    """A config that came from elsewhere must not read what lies outside its project unnoticed."""
    project = config.folder.parent
    for key, given in (
        ("data", config.data),
        ("travel.own_times", config.travel.own_times),
        ("demand.own", config.demand.own),
    ):
        if given is None or Path(given).is_absolute():  # in full it is there for all to see
            continue
        leads = Path(os.path.normpath(config.folder / given))
        if "\x00" in given or not leads.is_relative_to(project):
            raise ConfigError(
                f"{path}: {key} leads out of {project}, to {leads}; give the path in full if that is meant."
            )


def _explain(error: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails, a TypedDict of a private module
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(
            str(error["loc"][-1]), _known_keys(error["loc"][:-1]), n=1, cutoff=0.5
        )
        hint = (
            f"did you mean {near[0]}?" if near else "known here: " + ", ".join(_known_keys(error["loc"][:-1]))
        )
        return f"{where}: unknown key; {hint}"
    message = str(error["msg"]).removeprefix("Value error, ")
    words = f"{where}: {message[0].lower()}{message[1:]}"
    if error["type"] in {"missing", "value_error"} and isinstance(error["input"], Mapping):
        return words  # settings that are not all there, or do not go together; the words say which
    given = repr(error["input"])
    return f"{words} (given {given[:60]}{'…' if len(given) > 60 else ''})"


def _known_keys(parents: tuple[str | int, ...]) -> list[str]:
    block: type[BaseModel] = Config
    for part in parents:
        if isinstance(part, int):  # a place in a list of blocks
            continue
        annotation = block.model_fields[part].annotation if part in block.model_fields else None
        inner = next(iter(get_args(annotation)), annotation)
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        block = inner
    return [name for name, field in block.model_fields.items() if not field.exclude]
