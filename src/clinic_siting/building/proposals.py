"""A list of proposed buildings becomes candidates of a scenario."""

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from clinic_siting.building.joins import Join
from clinic_siting.building.sites import build_sites
from clinic_siting.strict_yaml import read_yaml
from clinic_siting.tables import DemandZones

Added = list[dict[str, str | float]]


def read_proposals(path: Path, zones: DemandZones, sectors: pd.DataFrame) -> tuple[Added, Join, list[str]]:
    """Candidates as ``sites: added:`` of a config has them.

    Parameters
    ----------
    path
        CSV or Excel workbook with a postcode, or ``lon`` and ``lat``; a name and an id where it has them.
    zones, sectors
        Of the data set.

    Returns
    -------
    ``id``, ``name``, ``lon``, ``lat`` of each; which rows were placed; what was passed over.

    Raises
    ------
    DataError
        Where no building lies in the area of the data set.
    """
    listed = build_sites(path, zones.table, sectors)
    table, words = listed.table, [*listed.words]
    rough = int((table["note"] != "").sum())
    if rough:
        words.append(
            f"  {rough:,} placed in the middle of a postcode sector, maybe km off: better give lon and lat."
        )
    added: Added = [
        {"id": str(site)[:30], "name": str(name)[:100], "lon": float(lon), "lat": float(lat)}
        for site, name, lon, lat in zip(
            *(table[column] for column in ("site_id", "name", "lon", "lat")), strict=True
        )
    ]
    return added, listed.join, words


def scenario_with(added: Added, config: Path | None) -> str:
    """The text of a scenario with the candidates, or of the block alone.

    Parameters
    ----------
    added
        The candidates.
    config
        A scenario to add them to; its comments do not come along. None: only the block.
    """
    settings: dict[str, Any] = {} if config is None else read_yaml(config)
    sites = settings.get("sites") or {}
    before = sites.get("added") or []
    settings["sites"] = {**sites, "added": [*before, *added]}
    head = "# To put into a scenario.\n" if config is None else f"# {config.name} with own candidates.\n"
    return head + yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)
