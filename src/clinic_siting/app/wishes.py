"""A planner's wish becomes a config: the control she moved, and the settings that it changes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from clinic_siting.config import Config, config_of
from clinic_siting.errors import ConfigError
from clinic_siting.placing import sector_of

MOST_TEXT = 100
Settings = dict[str, Any]


def settings_of(config: Config) -> Settings:
    """Settings of a config as a file would have them, every default written out."""
    return config.model_dump(mode="json", exclude_none=True)


def wished(config: Config, control: str, value: object, sectors: pd.DataFrame) -> Config:
    """Config after one control was moved.

    Parameters
    ----------
    config
        The one before.
    control
        Name of the control, one of :data:`CONTROLS`.
    value
        What it was moved to, as the browser sent it.
    sectors
        Index ``sector`` (ME14 4); ``lon``, ``lat``: where postcodes lie.

    Raises
    ------
    ConfigError
        Where there is no such control, or the setting makes no sense.
    """
    if control not in CONTROLS:
        raise ConfigError(f"There is no control {control[:MOST_TEXT]!r}.")
    settings = settings_of(config)
    try:
        if control == "add":
            _add(settings, value, sectors)
        else:
            CONTROLS[control](settings, value)
    except (KeyError, TypeError, AttributeError) as problem:
        raise ConfigError(f"{control}: the page sent what cannot be understood.") from problem
    return _config_of(settings, config)


def with_own_demand(config: Config, path: Path) -> Config:
    """Config that counts a visitor's own referrals. No control of the page names a file: the server does.

    Parameters
    ----------
    config
        The one before.
    path
        The referrals, checked and written.
    """
    settings = settings_of(config)
    settings["demand"] |= {"model": "referrals", "own": str(path.resolve())}
    return _config_of(settings, config)


def _config_of(settings: Settings, before: Config) -> Config:
    return config_of(settings, name=before.name, folder=before.folder, where="This wish")


def _set(*path: str) -> Callable[[Settings, Any], None]:
    def change(settings: Settings, value: object) -> None:
        block = settings
        for key in path[:-1]:
            block = block[key]
        block[path[-1]] = value

    return change


def _weights(settings: Settings, value: Mapping[str, object]) -> None:
    settings["siting"]["weights"] = {**settings["siting"]["weights"], **value}


def _gates(settings: Settings, value: Mapping[str, object]) -> None:
    for gate in settings["travel"]["gates"]:
        gate["minutes"] = value.get(gate["name"], gate["minutes"])


def _add(settings: Settings, value: Any, sectors: pd.DataFrame) -> None:  # noqa: ANN401 - from the browser
    if "postcode" in value:
        sector = sector_of(str(value["postcode"]))
        if sector not in sectors.index:
            raise ConfigError(f"There is no postcode sector {sector or 'without a name'} in the data set.")
        lon, lat = sectors.loc[sector, ["lon", "lat"]].astype(float)
        name = str(value.get("name") or "").strip() or f"New site at {sector}"
    else:
        lon, lat = value["lon"], value["lat"]
        name = str(value.get("name") or "").strip() or f"New site at {lat!s:.6}, {lon!s:.6}"
    added = settings["sites"]["added"]
    taken = {site["id"] for site in added}
    number = next(n for n in range(1, len(added) + 2) if f"NEW-{n}" not in taken)
    added.append({"id": f"NEW-{number}", "name": name, "lon": lon, "lat": lat})


def _drop(settings: Settings, value: str) -> None:
    """Take an added site away, and every requirement on it with it."""
    settings["sites"]["added"] = [site for site in settings["sites"]["added"] if site["id"] != value]
    for key in ("force", "forbid"):
        settings["siting"][key] = [site for site in settings["siting"][key] if site != value]


def _demand(settings: Settings, value: str) -> None:
    settings["demand"]["model"] = value
    if value != "referrals":
        settings["demand"].pop("own", None)


CONTROLS: Mapping[str, Callable[[Settings, Any], None]] = {
    "weights": _weights,
    "variation": _set("siting", "variation"),
    "open": _set("siting", "open"),
    "standard": _set("access", "standard_min"),
    "period": _set("travel", "period"),
    "gates": _gates,
    "force": _set("siting", "force"),
    "forbid": _set("siting", "forbid"),
    "require": _set("siting", "require"),
    "unverified": _set("siting", "unverified_sites"),
    "demand": _demand,
    "add": _drop,  # placed by _add, which needs to know where postcodes lie
    "drop": _drop,
}
