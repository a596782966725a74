"""The reference page of the config, written from the config itself so that it cannot go stale."""

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from clinic_siting.config import Config, RequirementBlock

HEAD = """# Config reference

One YAML file is one scenario; its name is the file's stem. Unknown keys are refused with the nearest
known key. This page is generated from the code (`make docs`).

"""
TAIL = """
## What the weights mean in minutes

The score adds weight × value ÷ today's value for each term. So one minute of a measure weighs as much as
(its weight ÷ its value today) ÷ (weight of `mean` ÷ average journey today) minutes of everyone's average
journey; a hundredth of the Gini coefficient or one patient in a hundred beyond the standard likewise. A
run prints what its weights prefer, and `weights.csv` holds each price, how far each weight can move before
another set leads, and which.

## Requirements

Each entry of `siting: require` names one or more columns of the sites with their values, and how
many new sites must (or may) lie there: `{county: [Essex, Southend-on-Sea, Thurrock], at_least: 1}`.

"""
REFUSALS = """
## When no plan obeys the rules

The run stops with exit code 3 and says which rules clash, by how much each would have to give way while
the others stand, and for whom: a requirement by how many sites, a budget by how much, `min_apart_min` by the
minutes that would do, a guard-rail by minutes and the group that it concerns, `min_volume` and `capacity` by
cases a year. With many sites it is said by how much at most and at least. Rules that contradict themselves,
and names that no site, zone or group has, are refused with exit code 1, with the likely spelling. Where the
time limit strikes before any plan is found the exit code is 4. [Method](method.md) tells how the loosening is
found.
"""


def config_reference() -> str:
    """Markdown: a table of keys for each block, with default and meaning."""
    blocks = [(name, kind) for name, kind in _blocks(Config)]
    parts = [HEAD, _table(Config)]
    parts += [f"\n## `{name}`\n\n{_first_line(kind)}\n\n{_table(kind)}" for name, kind in blocks]
    return "".join([*parts, TAIL, _table(RequirementBlock), REFUSALS])


def _blocks(kind: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in kind.model_fields.items():
        block = _block_of(field)
        if block is not None:
            yield f"{prefix}{name}", block
            yield from _blocks(block, f"{prefix}{name}: ")


def _table(kind: type[BaseModel]) -> str:
    rows = [
        f"| `{name}` | {_default(field)} | {field.description} |\n"
        for name, field in kind.model_fields.items()
        if not field.exclude and _block_of(field) is None
    ]
    return "| key | default | meaning, unit |\n|---|---|---|\n" + "".join(rows) if rows else ""


def _block_of(field: FieldInfo) -> type[BaseModel] | None:
    kinds = [field.annotation, *get_args(field.annotation)]
    found = (
        k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel) and k is not RequirementBlock
    )
    return next(found, None)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=False)
    if isinstance(default, tuple):
        return f"`[{', '.join(map(str, default))}]`"
    if isinstance(default, bool) or default is None:
        return f"`{str(default).lower().replace('none', 'null')}`"
    return f"`{default}`" if default != "" else ""


def _first_line(kind: type[BaseModel]) -> str:
    return (kind.__doc__ or "").strip().split("\n", maxsplit=1)[0]
