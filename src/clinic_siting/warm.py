"""What stays warm between changes: tables, roads and minutes, so that a change costs only what it changes."""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from threading import RLock
from typing import Generic, TypeVar

from clinic_siting.config import Config
from clinic_siting.figures import Figures, cut_figures, read_tables
from clinic_siting.ground import (
    LAYING,
    TRAVELLING,
    Announce,
    Ground,
    Journeys,
    lay_roads,
    measure_journeys,
    silent,
    stand_on,
)
from clinic_siting.network import road_topology
from clinic_siting.tables import RoadNetwork

# A ground holds minutes of every zone and site, some 20 MB on the bundled data.
KEPT = 4
Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The values asked for last, made when they are first asked for.

    Parameters
    ----------
    most
        So many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Value of a key, made if it is not among the kept."""
        if key not in self._values:
            self._values[key] = make()
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return self._values[key]


class Warm:
    """A data folder, its roads and an engine on them, ready for any scenario on the same data.

    Parameters
    ----------
    config
        The scenario whose data folder it is.
    announce
        Called with the name of each stage as it begins.
    """

    def __init__(self, config: Config, announce: Announce = silent) -> None:
        self.tables = read_tables(config)
        self._lock = RLock()
        announce(LAYING)
        self._topology = road_topology(self.tables.roads)
        self._journeys: Recent[tuple[Figures, Journeys]] = Recent(KEPT)
        self._grounds: Recent[Ground] = Recent(KEPT)
        announce(TRAVELLING)
        figures = cut_figures(self.tables, config)
        journeys = measure_journeys(figures, self._roads(figures, config), config)
        self._first = config, journeys
        self._journeys.get(journey_key(config), lambda: (figures, journeys))

    def ground(self, config: Config, announce: Announce = silent) -> Ground:
        """What stands before the choice; at once where only weights or requirements changed.

        Parameters
        ----------
        config
            A scenario on the same data folder.
        announce
            Called with the name of each stage that has to run.

        Raises
        ------
        ClinicSitingError
            Whatever a stage refuses.
        """
        with self._lock:
            return self._grounds.get(ground_key(config), lambda: self._stand(config, announce))

    def _stand(self, config: Config, announce: Announce) -> Ground:
        figures, journeys = self._journeys.get(
            journey_key(config), lambda: self._travel(cut_figures(self.tables, config), config, announce)
        )
        return stand_on(figures, journeys, config)

    def _travel(self, figures: Figures, config: Config, announce: Announce) -> tuple[Figures, Journeys]:
        announce(LAYING)
        network = self._roads(figures, config)
        announce(TRAVELLING)
        first, known = self._first
        if config.sites.added or first.sites.added:  # an id may have stood for another place
            known = replace(known, site_snap=known.site_snap.of([]))
        return figures, measure_journeys(figures, network, config, known=known)

    def _roads(self, figures: Figures, config: Config) -> RoadNetwork:
        return lay_roads(figures, config, topology=self._topology)


def journey_key(config: Config) -> str:
    """Settings that decide which places there are and the minutes between them."""
    settings = config.model_dump(mode="json", include={"area", "sites", "travel"})
    siting = {"cost": config.siting.cost, "unverified": config.siting.unverified_sites}
    return json.dumps([settings, siting, config.demand.own], sort_keys=True)


def ground_key(config: Config) -> str:
    """Settings that decide everything before the choice."""
    settings = config.model_dump(mode="json", include={"demand", "access"})
    return json.dumps([journey_key(config), settings], sort_keys=True)
