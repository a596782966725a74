"""What a server has to know before its first visitor comes, worked out where the model is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from clinic_siting import sources
from clinic_siting.app.answers import Found, find
from clinic_siting.config import Config
from clinic_siting.ground import Announce
from clinic_siting.maps import Backdrop, draw_backdrop
from clinic_siting.tables import DemandZones
from clinic_siting.warm import Warm

PREPARING = "Drawing land and roads"


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """What is the same for every visitor.

    Attributes
    ----------
    found
        The plan of the config.
    backdrop
        What is the same on every map.
    zones
        All of the data set, against which a visitor's own figures are checked.
    groups
        Values by grouping, within the area: counties, alliances.
    periods
        Times of day with speeds of their own.
    sectors
        Where postcodes lie: index ``sector``; ``lon``, ``lat``.
    """

    found: Found
    backdrop: Backdrop
    zones: DemandZones
    groups: Mapping[str, tuple[str, ...]]
    periods: tuple[str, ...]
    sectors: pd.DataFrame


def open_up(warm: Warm, config: Config, announce: Announce) -> Iterator[Opening]:
    """What is the same for every visitor.

    Parameters
    ----------
    warm, config
        The model, and the scenario that every visit starts from.
    announce
        Called with the name of each stage as it begins.

    Raises
    ------
    ClinicSitingError
        Whatever a stage refuses.
    """
    ground = warm.ground(config, announce)
    (found,) = find(warm, config, (), announce)
    announce(PREPARING)
    yield Opening(
        found=found,
        backdrop=draw_backdrop(ground.zones, sources.read_boundaries(ground.data), ground.roads),
        zones=warm.tables.zones,
        groups={
            str(column): tuple(sorted(map(str, values.unique()))) for column, values in ground.groups.items()
        },
        periods=tuple(warm.tables.speeds.periods["period"]),
        sectors=sources.read_postcode_sectors(warm.tables.data),
    )
