"""One scenario as a notebook holds it: its tables as GeoDataFrames, and questions about its roads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from clinic_siting.config import Config, config_of, read_config
from clinic_siting.errors import TableError
from clinic_siting.ground import Ground
from clinic_siting.network import snap
from clinic_siting.questions import polygons_around, refuse_unknown_places
from clinic_siting.tables import DEGREES
from clinic_siting.warm import Warm

BANDS_MIN = (15.0, 30.0, 45.0, 60.0)
AREA = "area"


@dataclass(frozen=True, eq=False)
class Scenario:
    """One config and all that its data folder holds; whatever it computes, it computes once.

    Attributes
    ----------
    config
        The settings, as the YAML file has them.
    before
        The scenario that this one was changed from; what the change leaves alone is shared.
    """

    config: Config
    before: "Scenario | None" = field(default=None, repr=False)

    def __repr__(self) -> str:
        """Name and size."""
        return f"<Scenario {self.config.name}: {len(self.zones):,} zones, {len(self.sites):,} sites>"

    def with_settings(self, changes: Mapping[str, object]) -> "Scenario":
        """The same scenario with some settings changed; the roads are not laid anew.

        Parameters
        ----------
        changes
            As a config file has them: ``{"siting": {"open": 3}, "travel": {"period": "am_peak"}}``.
            Blocks are merged key by key, all else is replaced, ``area`` too.

        Raises
        ------
        ConfigError
            Where settings are unknown or make no sense; all problems are listed together.
        """
        before = self.config
        settings = _merged(before.model_dump(mode="json", exclude_none=True), changes)
        config = config_of(settings, name=before.name, folder=before.folder, where="These settings")
        return Scenario(config, self)

    @cached_property
    def warm(self) -> Warm:
        """Tables, roads and the engine on them, shared by all scenarios on the same data folder."""
        before = self.before
        if before is not None and before.config.data_folder == self.config.data_folder:
            return before.warm
        return Warm(self.config)

    @cached_property
    def ground(self) -> Ground:
        """What stands before the choice, as the stages of the line take it."""
        return self.warm.ground(self.config)

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """Zones of the area, with ``demand`` (cases a year, unless the config says otherwise).

        Points are where journeys begin. Index ``zone_id``.
        """
        ground = self.ground
        return points(ground.zones.table.assign(demand=ground.demand))

    @property
    def sites(self) -> gpd.GeoDataFrame:
        """All sites, with the ``status`` that they have in this scenario. Index ``site_id``."""
        return points(self.ground.sites.table)


def read(config: str | Path) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    config
        A YAML file; the data folder that it names is read when it is first needed.

    Raises
    ------
    ConfigError
        Where the file is missing or has a setting that makes no sense.
    """
    return Scenario(read_config(Path(config)))


def example_config() -> Path:
    """Config of the small real example that the package carries: one more clinic for Kent."""
    return Path(str(files("clinic_siting"))) / "example" / "config" / "my-area.yaml"


def travel_times(scenario: Scenario, *, to: gpd.GeoDataFrame | None = None, period: str = "") -> pd.DataFrame:
    """Minutes by road from every zone of the area, patient to clinic.

    Parameters
    ----------
    scenario
        The scenario: its roads, congestion, gates and minutes from door to door.
    to
        Any points in any projection, by their index; None: the sites that are or may be open, and
        then ``inf`` also stands where a site's catchment keeps it from serving the zone.
    period
        Time of day in place of the scenario's.

    Returns
    -------
    Zones × sites, minutes (modelled); ``inf`` where there is no route.

    Raises
    ------
    TableError
        Where ``to`` holds something else than points, or repeats an id.
    """
    config = scenario.config.at(period)
    ground = scenario.warm.ground(config)
    if to is None:
        return ground.times.frame
    joined = snap(ground.network, lon_lat(to), max_snap_m=config.travel.max_snap_m)
    metric = ground.engine.on(ground.network)
    return metric.times(ground.zone_snap, joined, door_to_door_min=config.travel.door_to_door_min).frame


def isochrones_around(
    scenario: Scenario,
    places: gpd.GeoDataFrame | Iterable[str],
    *,
    minutes: Iterable[float] = BANDS_MIN,
    period: str = "",
) -> gpd.GeoDataFrame:
    """Nested polygons from which places are reached within so many minutes, patient to clinic.

    Parameters
    ----------
    scenario
        The scenario: its roads, congestion and gates.
    places
        Ids of sites, or any points in any projection, by their index.
    minutes
        Thresholds, ascending.
    period
        Time of day in place of the scenario's.

    Returns
    -------
    ``site_id``, ``minutes``, ``geometry`` in degrees: a row for each place and threshold.

    Raises
    ------
    ConfigError
        Where a site is unknown.
    TableError
        Where a place is no point, or farther from every road than the scenario allows.
    """
    config = scenario.config.at(period)
    ground = scenario.warm.ground(config)
    if not isinstance(places, gpd.GeoDataFrame):
        ids = [places] if isinstance(places, str) else list(places)
        refuse_unknown_places(ids, ground.sites)
        places = points(ground.sites.table.loc[ids])
    return polygons_around(ground.network, lon_lat(places), config, minutes=tuple(map(float, minutes)))


def points(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """A table with ``lon``, ``lat`` in degrees as a GeoDataFrame of points."""
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"], crs=DEGREES))


def lon_lat(places: gpd.GeoDataFrame) -> pd.DataFrame:
    """Degrees of points, by their ids.

    Raises
    ------
    TableError
        Where something is no point, has no projection, or ids repeat.
    """
    if places.crs is None:
        raise TableError("places: no projection is known; set_crs says which it is.")
    wrong = places.index[np.asarray(places.geom_type != "Point")]
    if len(wrong):
        raise TableError(f"places: {len(wrong):,} are no points; take their centroids first.", wrong)
    if not places.index.is_unique:
        raise TableError("places: an id stands more than once.", places.index[places.index.duplicated()])
    degrees = places.geometry.to_crs(DEGREES)
    ids = pd.Index(places.index.astype(str), name="site_id")
    return pd.DataFrame({"lon": degrees.x.to_numpy(), "lat": degrees.y.to_numpy()}, index=ids)


def _merged(settings: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(settings)
    for key, value in changes.items():
        both = isinstance(value, Mapping) and isinstance(settings.get(key), Mapping) and key != AREA
        merged[key] = _merged(settings[key], value) if both else value
    return merged
