"""YAML that builds only plain values: no objects, no aliases, no key twice, nothing that swells."""

from pathlib import Path
from typing import Any

import yaml

from clinic_siting.errors import ConfigError

LARGEST_BYTES = 1_000_000
# Far more than any scenario holds; the parser needs a second for about so many.
MOST_VALUES = 20_000
LONGEST_VALUE = 10_000


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice and aliases, which no scenario needs."""

    values = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not allowed here")
        self.values += 1
        if self.values > MOST_VALUES:
            raise yaml.MarkedYAMLError(problem=f"more than {MOST_VALUES:,} values")
        return super().compose_node(parent, index)

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:  # noqa: ANN401 - signature of PyYAML
        node = super().compose_scalar_node(anchor)
        if len(node.value) > LONGEST_VALUE:
            raise yaml.MarkedYAMLError(problem="a value is too long", problem_mark=node.start_mark)
        return node

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


def read_yaml(path: Path) -> dict[str, Any]:
    """Keys and plain values of a YAML file.

    Raises
    ------
    ConfigError
        Where the file is missing, too large or no YAML, holds an object, an alias or a key twice,
        or is no mapping of words to values.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ConfigError(
                f"{path} is {path.stat().st_size:,} bytes long; a config has at most a million."
            )
        if path.exists() and not path.is_file():
            raise ConfigError(f"{path} cannot be read: it is not a file.")
        content = path.read_bytes()
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:  # a zero byte in the name
        raise ConfigError(f"{str(path)!r} cannot be read: no file can have this name.") from problem
    try:
        given = yaml.load(content.decode("utf-8-sig"), Loader=_StrictLoader)  # noqa: S506 - the loader is a SafeLoader
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as problem:
        reason = " ".join(str(problem).split())[:300] or type(problem).__name__
        raise ConfigError(f"{path} is not readable YAML: {reason.rstrip('.')}.") from problem
    if not isinstance(given, dict) or not given:
        raise ConfigError(f"{path}: expected keys such as `area:` and `siting:`, found none.")
    wrong = [key for key in given if not isinstance(key, str)]
    if wrong:
        raise ConfigError(f"{path}: unknown key(s) {', '.join(map(str, wrong))}.")
    return given
