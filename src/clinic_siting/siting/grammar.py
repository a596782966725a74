"""The ``siting:`` block as a config or a rules file writes it → the rules that models obey."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinic_siting.errors import ConfigError
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.plan import Then
from clinic_siting.siting.rules import MOST_AMOUNT, MOST_COUNT, GuardRail, Requirement, Rules
from clinic_siting.siting.score import Score
from clinic_siting.strict_yaml import read_yaml

RULE_KEYS = (
    "require",
    "force",
    "forbid",
    "either",
    "min_apart_min",
    "budget",
    "capacity",
    "min_volume",
    "guard_rails",
    "close",
    "relocate",
)
OTHER_KEYS = ("open", "weights", "variation", "then", "phases", "unverified_sites")
BOUNDS = ("at_least", "at_most")
RAIL_KEYS = ("group", "mean_at_most_min", "worse_by_at_most_min")


@dataclass(frozen=True, slots=True)
class SitingBlock:
    """What a ``siting:`` block says.

    Attributes
    ----------
    rules
        The rules; ``n_open`` is 0 where the block has no ``open``.
    n_open
        Number of new sites, or None.
    score
        Weights, or None.
    then
        A second objective, or None.
    phases
        Number of sites opened in each phase; empty: all at once.
    """

    rules: Rules
    n_open: int | None = None
    score: Score | None = None
    then: Then | None = None
    phases: tuple[int, ...] = ()


def read_rules_file(path: Path) -> SitingBlock:
    """Read a rules file: a YAML file that holds a ``siting:`` block, or only what is in one.

    Raises
    ------
    ConfigError
        Where the file is missing, too large or no YAML, or the block makes no sense.
    """
    content = read_yaml(path)
    return read_block(content.get("siting", content))


def read_block(block: object) -> SitingBlock:
    """Read a ``siting:`` block.

    Raises
    ------
    ConfigError
        On an unknown key (naming the nearest), or a value of the wrong kind.
    """
    keys = _mapping(block, "siting")
    _refuse_unknown(keys, (*RULE_KEYS, *OTHER_KEYS), "siting")
    n_open = _whole(keys["open"], "open") if "open" in keys else None
    variation = _text(keys.get("variation", "mad"), "variation")
    score = None
    if "weights" in keys:
        weights = _mapping(keys["weights"], "weights")
        score = Score({term: _number(w, f"weights: {term}") for term, w in weights.items()}, variation)
    return SitingBlock(
        rules=rules_of(keys, n_open or 0),
        n_open=n_open,
        score=score,
        then=_then(keys["then"]) if "then" in keys else None,
        phases=tuple(_whole(n, "phases") for n in _listed(keys.get("phases", ()), "phases")),
    )


def rules_of(block: Mapping[str, object], n_open: int) -> Rules:
    """Read the rules alone from a ``siting:`` block.

    Raises
    ------
    ConfigError
        Where a value is of the wrong kind.
    """
    capacity = _mapping(block.get("capacity") or {}, "capacity")
    budget = block.get("budget")
    return Rules(
        n_open=n_open,
        require=tuple(_requirement(r) for r in _listed(block.get("require", ()), "require")),
        force=_texts(block.get("force", ()), "force"),
        forbid=_texts(block.get("forbid", ()), "forbid"),
        either=tuple(_texts(sites, "either") for sites in _listed(block.get("either", ()), "either")),
        min_apart_min=_number(block.get("min_apart_min", 0), "min_apart_min"),
        budget=None if budget is None else _number(budget, "budget"),
        capacity={site: _number(room, f"capacity: {site}") for site, room in capacity.items()},
        min_volume=_number(block.get("min_volume", 0), "min_volume"),
        guard_rails=tuple(_guard_rail(r) for r in _listed(block.get("guard_rails", ()), "guard_rails")),
        close=_texts(block.get("close", ()), "close"),
        relocate=_whole(block.get("relocate", 0), "relocate"),
    )


def block_of(rules: Rules) -> dict[str, object]:
    """Write rules as a ``siting:`` block, such that reading it gives the same rules."""
    block: dict[str, object] = {
        "open": rules.n_open,
        "require": [
            {**{column: list(values) for column, values in r.where.items()}, "at_least": r.at_least}
            | ({} if r.at_most is None else {"at_most": r.at_most})
            for r in rules.require
        ],
        "force": list(rules.force),
        "forbid": list(rules.forbid),
        "either": [list(sites) for sites in rules.either],
        "min_apart_min": rules.min_apart_min,
        "budget": rules.budget,
        "capacity": dict(rules.capacity),
        "min_volume": rules.min_volume,
        "guard_rails": [
            {key: getattr(r, key) for key in RAIL_KEYS if getattr(r, key) is not None}
            for r in rules.guard_rails
        ],
        "close": list(rules.close),
        "relocate": rules.relocate,
    }
    return {key: value for key, value in block.items() if value or key == "open"}


def parse_requirement(text: str) -> Requirement:
    """Read ``column=value:n``, or ``column=value|value:n``: at least n new sites there.

    Raises
    ------
    ConfigError
        Where the text is not of this form.
    """
    head, colon, count = text.rpartition(":")
    column, equals, values = head.partition("=")
    if not (colon and equals and column.strip() and values.strip() and count.strip().isdecimal()):
        raise ConfigError(f"require: write it as 'county=Kent:1', not {text!r}.")
    return Requirement({column.strip(): tuple(v.strip() for v in values.split("|"))}, int(count))


def _requirement(block: object) -> Requirement:
    keys = dict(_mapping(block, "require"))
    bounds = {bound: keys.pop(bound) for bound in BOUNDS if bound in keys}
    at_most = bounds.get("at_most")
    return Requirement(
        where={column: _texts(values, f"require: {column}") for column, values in keys.items()},
        at_least=_whole(bounds.get("at_least", 0), "require: at_least"),
        at_most=None if at_most is None else _whole(at_most, "require: at_most"),
    )


def _guard_rail(block: object) -> GuardRail:
    keys = _mapping(block, "guard_rails")
    _refuse_unknown(keys, RAIL_KEYS, "guard_rails")
    limits = {key: _number(keys[key], f"guard_rails: {key}") for key in RAIL_KEYS[1:] if key in keys}
    return GuardRail(_text(keys.get("group"), "guard_rails: group"), **limits)


def _then(block: object) -> Then:
    keys = _mapping(block, "then")
    _refuse_unknown(keys, ("objective", "within"), "then")
    objective = Objective(_text(keys.get("objective"), "then: objective"))
    return Then(objective, _number(keys.get("within", 0.01), "then: within"))


def _refuse_unknown(keys: Mapping[str, object], known: Sequence[str], where: str) -> None:
    rows = []
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            rows.append(f"{key}: did you mean {near[0]}?" if near else f"{key}: known are {', '.join(known)}")
    if rows:
        raise ConfigError(f"{where}: {len(rows)} unknown key(s).", rows)


def _mapping(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{what}: expected keys and values, not {value!r:.80}.")
    return {str(key): item for key, item in value.items()}


def _listed(value: object, what: str) -> Sequence[object]:
    if value is None:
        return ()
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise ConfigError(f"{what}: expected a list, not {value!r:.80}.")
    return value


def _texts(value: object, what: str) -> tuple[str, ...]:
    """One text or a list of them; numbers are read as ids."""
    one = isinstance(value, str | int) and not isinstance(value, bool)
    items = [value] if one else _listed(value, what)
    return tuple(_text(item, what) for item in items)


def _text(value: object, what: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ConfigError(f"{what}: expected a name, not {value!r:.80}.")
    return str(value).strip()


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{what}: expected a number, not {value!r:.80}.")
    if isinstance(value, int) and abs(value) > MOST_AMOUNT:
        raise ConfigError(f"{what}: expected a number of at most {MOST_AMOUNT:g}.")
    return float(value)


def _whole(value: object, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(f"{what}: expected a whole number, not {value!r:.80}.")
    if abs(value) > MOST_COUNT:
        raise ConfigError(f"{what}: expected a whole number of at most {MOST_COUNT:,}.")
    return value
