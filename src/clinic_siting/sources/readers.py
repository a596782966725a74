"""The tables of a data folder, and a planner's own two."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting.errors import DataError
from clinic_siting.sources.folder import DataFolder, require_columns
from clinic_siting.spreadsheets import read_bytes, read_table
from clinic_siting.tables import DemandZones, Roads, Sites
from clinic_siting.tables.checks import numbers

# Zones and sites may lie this far beyond the outermost road (about 30 km): an island, a headland.
BOUNDS_MARGIN_DEG = 0.4
MOST_PEOPLE = 10**9  # no town has more: a slip that no label needs


def read_zones(data: DataFolder) -> DemandZones:
    """Small areas with their people, groups and the point where journeys begin."""
    table = data.table("zones.csv.gz", as_text=("zone_id", "msoa"))
    return DemandZones(table)


def read_sites(data: DataFolder, zones: DemandZones) -> Sites:
    """Hospitals and diagnostic centres; a catchment must be an alliance that the zones know.

    Raises
    ------
    DataError
        Where a catchment names no ``alliance_name`` of the zones.
    """
    blank_as_text = ("confidence", "catchment", "services", "trust", "note", "source")
    # A column that is blank throughout would be read as numbers.
    table = data.table("sites.csv", as_text=("site_id", *blank_as_text))
    table = table.assign(**{c: table[c].fillna("") for c in blank_as_text if c in table})
    sites = Sites(table)
    known = set(zones.table["alliance_name"]) if "alliance_name" in zones.table else set()
    wrong = sites.table["catchment"][~sites.table["catchment"].isin({"", *known})]
    if len(wrong):
        raise DataError(
            f"{data.path / 'sites.csv'}: a catchment must be one of the zones' alliance_name.", wrong.items()
        )
    return sites


def read_roads(data: DataFolder) -> Roads:
    """Junctions and links of the road network."""
    return Roads(data.table("road_nodes.parquet"), data.table("road_edges.parquet"))


def check_bounds(zones: DemandZones, sites: Sites, roads: Roads) -> None:
    """Zones and sites must lie where the roads are.

    Raises
    ------
    DataError
        Naming every point more than ``BOUNDS_MARGIN_DEG`` outside the roads' bounding box.
    """
    low = roads.nodes[["lon", "lat"]].min() - BOUNDS_MARGIN_DEG
    high = roads.nodes[["lon", "lat"]].max() + BOUNDS_MARGIN_DEG
    for what, table in (("zones", zones.table), ("sites", sites.table.loc[sites.playing])):
        outside = ((table[["lon", "lat"]] < low) | (table[["lon", "lat"]] > high)).any(axis=1)
        if outside.any():
            rows = table.loc[outside, ["lon", "lat"]].itertuples(name=None)
            raise DataError(f"{what}: {outside.sum()} point(s) lie outside the road network's bounds.", rows)


def read_postcode_sectors(data: DataFolder) -> pd.DataFrame:
    """Centre of each postcode sector: index ``sector``; lon, lat in degrees.

    Raises
    ------
    DataError
        Where a column is missing.
    """
    sectors = _list(data, "postcode_sectors.csv.gz", ("sector", "lon", "lat"), as_text=("sector",))
    return sectors.set_index("sector").sort_index()


def read_places(data: DataFolder) -> pd.DataFrame:
    """Towns for labels and look-up: name, lon, lat, population, largest first; unknown populations last.

    Raises
    ------
    DataError
        Where a column is missing.
    """
    places = _list(data, "places.csv", ("name", "lon", "lat", "population"))
    people = np.nan_to_num(numbers(places["population"])).clip(0, MOST_PEOPLE)
    places = places.assign(population=people.astype(int))
    return places.sort_values(["population", "name", "lon"], ascending=[False, True, True], ignore_index=True)


def read_incidence(data: DataFolder) -> pd.Series:
    """Cases a year per 100,000 people by age band.

    Raises
    ------
    DataError
        Where a column is missing, an age band occurs twice, or a rate is not a number of 0 or more.
    """
    rates = _list(data, "incidence.csv", ("age_band", "cases_per_100k")).set_index("age_band")[
        "cases_per_100k"
    ]
    twice = rates.index[rates.index.duplicated()]
    if len(twice):
        raise DataError(
            f"{data.path / 'incidence.csv'}: {len(twice)} age_band(s) occur more than once.", twice.unique()
        )
    values = numbers(rates)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        raise DataError(f"{data.path / 'incidence.csv'}: rates must be 0 or more.", rates[wrong].items())
    return rates.astype(float)


def read_speed_tables(data: DataFolder) -> Mapping[str, pd.DataFrame]:
    """Tables behind the minutes of a link: speeds, observed, periods, area_factors."""
    files = {
        "speeds": "speeds.csv",
        "observed": "observed_speeds.csv",
        "periods": "periods.csv",
        "area_factors": "area_factors.csv",
    }
    return {name: data.table(file, as_text=("authority",)) for name, file in files.items()}


def read_own_times(path: Path) -> pd.DataFrame:
    """A planner's own travel times, CSV or Parquet, as they stand in the file.

    Raises
    ------
    DataError
        Where the file is missing or cannot be read.
    """
    return read_table(read_bytes(path), path, as_text=("zone_id", "site_id"))


def read_own_demand(path: Path) -> pd.DataFrame:
    """A planner's own referrals, CSV or Parquet, as they stand in the file.

    Raises
    ------
    DataError
        Where the file is missing or cannot be read.
    """
    return read_table(read_bytes(path), path, as_text=("zone_id",))


def _list(
    data: DataFolder, file: str, columns: Iterable[str], *, as_text: tuple[str, ...] = ()
) -> pd.DataFrame:
    table = data.table(file, as_text=as_text)
    require_columns(table, columns, data.path / file)
    return table
