"""Which settings differ between scenarios, by their keys."""

from collections.abc import Mapping

from clinic_siting.config import Config

# They change what is shown or tried, not what is asked.
NOT_ASKED = ("title", "question", "robustness", "solver", "tiles")
UNTOLD = ("name", "id")
LONGEST_VALUE = 60
Names = Mapping[str, str]


def setting_differences(first: Config, other: Config, *, names: tuple[Names, Names] = ({}, {})) -> list[str]:
    """Settings that are not the same, as ``key: from → to``.

    Parameters
    ----------
    first, other
        Two scenarios.
    names
        Names of each one's sites by id; what has none is called as the settings call it.
    """
    one, two = settings(first, names[0]), settings(other, names[1])
    keys = [key for key in sorted({*one, *two}) if one.get(key) != two.get(key)]
    return [line for key in keys for line in difference(key, one.get(key), two.get(key))]


def settings(config: Config, names: Names) -> dict[str, object]:
    """What a scenario asks, by the key of each setting in full; sites by their names.

    Parameters
    ----------
    config
        The scenario.
    names
        Names of its sites by id.
    """
    return _flat(_asked(config), names)


def _asked(config: Config) -> Mapping[str, object]:
    return {key: value for key, value in config.model_dump(mode="json").items() if key not in NOT_ASKED}


def _flat(settings: Mapping[str, object], names: Names, prefix: str = "") -> dict[str, object]:
    """Settings by their key in full; of a list of named things the names, and a mapping for each thing.

    Sites are called by their names; an id that the tool gave a site says nothing to a reader.
    """
    flat: dict[str, object] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, names, f"{prefix}{key}.")
        elif isinstance(value, list) and value and all(isinstance(v, Mapping) and "name" in v for v in value):
            flat[f"{prefix}{key}"] = [entry["name"] for entry in value]
            for entry in value:
                flat[f"{prefix}{key}.{entry['name']}"] = {k: entry[k] for k in entry if k not in UNTOLD}
        else:
            flat[f"{prefix}{key}"] = _named(value, names)
    return flat


def _named(value: object, names: Names) -> object:
    if isinstance(value, list):
        return [_named(entry, names) for entry in value]
    return names.get(value, value) if isinstance(value, str) else value


def difference(key: str, before: object, after: object) -> list[str]:
    """A setting that is not the same, as ``key: from → to``.

    Of a named thing what differs in it; where it is on one side only, its list says so.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        changed = [k for k in before if before[k] != after.get(k)]
        return [f"{key}.{k}: {_change(before[k], after.get(k))}" for k in changed]
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        return []
    return [f"{key}: {_change(before, after)}"]


def _change(before: object, after: object) -> str:
    if isinstance(before, list) and isinstance(after, list):
        gone = [_short(v) for v in before if v not in after]
        come = [_short(v) for v in after if v not in before]
        parts = [f"with {', '.join(come)}"] if come else []
        parts += [f"without {', '.join(gone)}"] if gone else []
        return "; ".join(parts) or "in another order"
    return f"{_short(before)} → {_short(after)}"


def _short(value: object) -> str:
    if value is None or value in ([], {}):
        return "nothing"
    if isinstance(value, Mapping):
        text = "; ".join(f"{key} {_short(v)}" for key, v in value.items() if v not in (None, [], 0))
        text = f"({text})"
    elif isinstance(value, list):
        text = ", ".join(map(_short, value))
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
