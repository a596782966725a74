"""Publishers' files about small areas become one table of zones, every join counted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from clinic_siting.area import zones_in
from clinic_siting.building import census, lookups
from clinic_siting.building.downloads import read_download
from clinic_siting.building.joins import Join, first_five, join_of
from clinic_siting.errors import ConfigError, DataError
from clinic_siting.tables import DemandZones

GROUP_ORDER = (
    "msoa",
    "msoa_name",
    "lad",
    "lad_name",
    "county",
    "icb",
    "icb_name",
    "alliance",
    "alliance_name",
)
MEASURES = ("households", "households_no_car", "imd_score", "imd_decile", "rural_urban")
# What stands in where no file tells: ours → what it is taken from.
STAND_INS = {
    "msoa": "zone_id",
    "lad_name": "lad",
    "county": "lad_name",
    "icb_name": "county",
    "alliance_name": "icb_name",
}


@dataclass(frozen=True, slots=True)
class ZoneFiles:
    """Which downloads tell what about zones.

    Attributes
    ----------
    ages
        Census 2021 TS007A.
    centroids
        Population-weighted centroids of the LSOAs of 2021.
    cars
        Census 2021 TS045, or None.
    deprivation
        Indices of Deprivation 2025, or None.
    lookups
        Which groups zones belong to; each may build on those before it.
    keep
        Column of the zones → values: zones to keep; empty keeps all.
    """

    ages: Path
    centroids: Path
    cars: Path | None = None
    deprivation: Path | None = None
    lookups: tuple[Path, ...] = ()
    keep: Mapping[str, tuple[str, ...]] | None = None


def build_zones(files: ZoneFiles) -> tuple[pd.DataFrame, list[Join], list[str]]:
    """Zones from publishers' files.

    Parameters
    ----------
    files
        The files.

    Returns
    -------
    The table as ``zones.csv.gz`` has it (``zone_id`` a column), how each file was joined, and what
    stands in for what no file tells.

    Raises
    ------
    DataError
        Where a file is refused, or a zone has no centroid or no households.
    ConfigError
        Where ``keep`` matches no zone.
    """
    people = census.people_by_age(read_download(files.ages, heading=census.HEADING))
    table = people
    found: list[tuple[Path, str, pd.Index, pd.Index]] = []
    for path in files.lookups:
        table, by, ids = _with_lookup(table, path)
        found.append((path, f"lookup by {by}", table.index, ids))
    table = _kept(table, files.keep)
    joins = [_join(files.ages, "people by age", table.index, people.index, spare=False)]
    joins += [_join(path, what, table.index, ids, spare=False) for path, what, _, ids in found]
    for path, what, read, needed in _measures(files):
        more = read(path)
        join = _join(path, what, table.index, more.index, spare=files.keep is None)
        if needed and join.missing:
            raise DataError(f"{path.name}: {len(join.missing):,} zone(s) have no row ({what}).", join.missing)
        if not join.matched:
            raise DataError(
                f"{path.name}: none of the {len(table):,} zones has a row ({what}).", join.missing
            )
        table, joins = table.join(more), [*joins, join]
    table, words = _with_stand_ins(table)
    return _in_order(table), joins, words


def _measures(files: ZoneFiles) -> Iterator[tuple[Path, str, Callable[[Path], pd.DataFrame], bool]]:
    """Files with a row for each zone: what it tells, how it is read, and whether no zone may lack it."""
    yield files.centroids, "population-weighted centroids", _centroids, True
    if files.cars is not None:
        yield files.cars, "cars or vans", _cars, True
    if files.deprivation is not None:
        yield files.deprivation, "deprivation", _deprivation, False


def _join(path: Path, what: str, wanted: pd.Index, found: pd.Index, *, spare: bool) -> Join:
    join = join_of(path.name, what, wanted, found)
    return join if spare else Join(join.file, join.what, join.noun, join.matched, join.missing)


def _centroids(path: Path) -> pd.DataFrame:
    if path.suffix.lower() in lookups.SHAPES:
        return lookups.centroids(lookups.read_points(path))
    return lookups.centroids(read_download(path, heading=lookups.CENTROIDS_HEADING))


def _cars(path: Path) -> pd.DataFrame:
    return census.households_by_car(read_download(path, heading=census.HEADING))


def _deprivation(path: Path) -> pd.DataFrame:
    return lookups.deprivation(read_download(path, heading=lookups.DEPRIVATION_HEADING))


def _with_lookup(table: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, str, pd.Index]:
    """The zones with what a lookup adds, by which column, and the ids of the zones that it knows."""
    more = lookups.groups(read_download(path, heading=lookups.LOOKUP_HEADING))
    key = next((k for k in lookups.KEYS if k in more and (k == "zone_id" or k in table)), None)
    if key is None:
        raise DataError(
            f"{path.name}: it is keyed by {first_five([k for k in lookups.KEYS if k in more])}, which the "
            "zones do not have yet; name a lookup from LSOAs to those before it."
        )
    more = more[more[key] != ""]
    new = [str(c) for c in more if c != key and c not in table]
    more = more[[key, *new]].drop_duplicates()
    twice = more.loc[more[key].duplicated(), key].unique()
    if len(twice):
        raise DataError(
            f"{path.name}: {len(twice):,} {key} have more than one {' or '.join(new)}; a zone lies in one.",
            twice,
        )
    by = table.index.to_series() if key == "zone_id" else table[key]
    known = table.index[by.isin(more[key]).to_numpy()]
    added = {column: by.map(more.set_index(key)[column]) for column in new}
    return table.assign(**added), key, known


def _kept(table: pd.DataFrame, keep: Mapping[str, tuple[str, ...]] | None) -> pd.DataFrame:
    if not keep:
        return table
    lost = [column for column in keep if column not in table]
    if lost:
        raise ConfigError(
            f"--keep: the zones have no column {', '.join(lost)}; name the lookup that has it.",
            [f"columns: {', '.join(c for c in map(str, table) if not c.startswith('age_'))}"],
        )
    # Points are not joined yet; any will do to check the area's names.
    anywhere = DemandZones(table.assign(lon=0.0, lat=52.0))
    return table.loc[zones_in(anywhere, keep).zone_id]


def _with_stand_ins(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    words = []
    for column, source in STAND_INS.items():
        if column in table:
            table[column] = table[column].astype(object).where(table[column].notna(), "")
        elif source == "zone_id":
            words.append("msoa: no lookup has it, so the map draws no small areas.")
            table = table.assign(msoa="")
        elif source in table:
            words.append(f"{column}: no lookup has it; {source} stands in.")
            table = table.assign(**{column: table[source]})
        else:
            words.append(f"{column}: no lookup has it; every zone is in 'all'.")
            table = table.assign(**{column: "all"})
    if "county_code" in table:
        table = table.drop(columns="county_code")
    return table, words


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Columns in the order of the bundled data, rows by id."""
    order = ["name", *GROUP_ORDER, "region", "lon", "lat", "population", *census.BANDS, *MEASURES]
    table = table[[c for c in order if c in table]].sort_index().rename_axis("zone_id")
    whole = ["population", *census.BANDS, "households", "households_no_car"]
    return table.astype({c: int for c in whole if c in table}).reset_index()
