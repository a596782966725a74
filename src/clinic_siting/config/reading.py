"""YAML becomes a frozen :class:`Config`; every problem of a file is listed at once."""

import difflib
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from clinic_siting.config.blocks import Config
from clinic_siting.errors import ConfigError

LARGEST_CONFIG_BYTES = 1_000_000


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice and aliases, which no scenario needs."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not allowed here")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - signature of PyYAML
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float):
                raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is given twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


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
    given = _read_yaml(path)
    try:
        return Config(**{**given, "name": path.stem, "folder": path.parent.resolve()})
    except ValidationError as problem:
        rows = [_explain(error) for error in problem.errors(include_url=False)]
        raise ConfigError(f"{path}: {len(rows)} setting(s) to mend.", rows) from problem


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except FileNotFoundError as problem:
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.glob("*.y*ml")], n=1)
        hint = f" Did you mean {path.parent / near[0]}?" if near else ""
        raise ConfigError(f"{path}: no such config file.{hint}") from problem
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}.") from problem
    if len(content) > LARGEST_CONFIG_BYTES:
        raise ConfigError(f"{path} is {len(content):,} bytes long; a config has at most a million.")
    try:
        given = yaml.load(content.decode("utf-8-sig"), Loader=_StrictLoader)  # noqa: S506 - the loader is a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as problem:
        reason = " ".join(str(problem).split()) or type(problem).__name__
        raise ConfigError(f"{path} is not readable YAML: {reason}.") from problem
    if not isinstance(given, dict) or not given:
        raise ConfigError(f"{path}: expected keys such as `area:` and `siting:`, found none.")
    reserved = {"name", "folder"} & given.keys()
    wrong = [key for key in given if not isinstance(key, str)]
    if wrong or reserved:
        raise ConfigError(f"{path}: unknown key(s) {', '.join(map(str, [*wrong, *sorted(reserved)]))}.")
    return given


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
    given = repr(error["input"])
    return f"{where}: {message[0].lower()}{message[1:]} (given {given[:60]}{'…' if len(given) > 60 else ''})"


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
    return [name for name in block.model_fields if name not in {"name", "folder"}]
