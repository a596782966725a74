"""Travel times, demand and sites from a planner's own files: checked once, refused by name."""

from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting.errors import DataError, TableError
from clinic_siting.spreadsheets import file_rows, read_bytes, read_table
from clinic_siting.tables import FloatArray, Sites, TravelTimes
from clinic_siting.tables.checks import numbers

LONG = ("zone_id", "site_id", "minutes")


def read_times(path: Path) -> TravelTimes:
    """Read minutes from zones to sites.

    Parameters
    ----------
    path
        CSV or Parquet; wide (``zone_id``, then one column a site) or long (``zone_id``,
        ``site_id``, ``minutes``). No route is ``inf``.

    Raises
    ------
    DataError
        Where the file is missing, empty, or cannot be read.
    TableError
        Where ids repeat, pairs are missing, or minutes are no numbers, negative or sentinels.
    """
    return times_of(_read(path), path)


def times_of(table: pd.DataFrame, where: object) -> TravelTimes:
    """Minutes from zones to sites of a table, wide or long, as :func:`read_times` takes them.

    Parameters
    ----------
    table
        Minutes as numbers or text.
    where
        What to call the table in a refusal.

    Raises
    ------
    TableError
        Where ids repeat, pairs are missing, or minutes are no numbers, negative or sentinels.
    """
    if set(LONG) <= set(table.columns):
        wide = _widen(table, where)
    else:
        _require(table, ("zone_id",), where)
        wide = _by_id(table, "zone_id", where)
    if wide.shape[1] == 0:
        raise TableError(f"{where}: there is no column of minutes to a site.")
    wide.columns = wide.columns.astype(str)
    columns = [_numbers(wide[site], f"{where}: minutes to {site}") for site in wide.columns.unique()]
    return TravelTimes(wide.index, wide.columns, np.column_stack(columns))


def read_demand(path: Path) -> tuple[pd.Series, pd.DataFrame]:
    """Read demand by zone, and the groups of zones beside it.

    Parameters
    ----------
    path
        CSV or Parquet with ``zone_id``, ``demand`` and any columns of groups.

    Returns
    -------
        Demand on ``zone_id``, and the other columns on the same index.

    Raises
    ------
    DataError
        Where the file is missing, empty, or cannot be read.
    TableError
        Where ids repeat, or demand is no number.
    """
    return demand_of(_read(path), path)


def demand_of(table: pd.DataFrame, where: object) -> tuple[pd.Series, pd.DataFrame]:
    """Demand by zone of a table, and the groups of zones beside it, as :func:`read_demand` takes them.

    Parameters
    ----------
    table
        Demand as numbers or text.
    where
        What to call the table in a refusal.

    Raises
    ------
    TableError
        Where ids repeat, or demand is no number.
    """
    _require(table, ("zone_id", "demand"), where)
    table = _by_id(table, "zone_id", where)
    demand = pd.Series(_numbers(table["demand"], f"{where}: demand"), index=table.index, name="demand")
    return demand, table.drop(columns="demand")


def read_sites(path: Path) -> Sites:
    """Read sites with their status and groups.

    Parameters
    ----------
    path
        CSV or Parquet with ``site_id``, ``status`` (existing, candidate or excluded) and any other
        columns, such as ``cost`` or those that requirements count by.

    Raises
    ------
    DataError
        Where the file is missing, empty, or cannot be read.
    TableError
        Where ids repeat or a status is unknown.
    """
    return sites_of(_read(path), path)


def sites_of(table: pd.DataFrame, where: object) -> Sites:
    """Sites of a table, as :func:`read_sites` takes them; where they lie plays no part.

    Parameters
    ----------
    table
        Sites with their status and groups.
    where
        What to call the table in a refusal.

    Raises
    ------
    TableError
        Where ids repeat or a status is unknown.
    """
    _require(table, ("site_id", "status"), where)
    table = _by_id(table, "site_id", where)
    return Sites(table.drop(columns=[c for c in ("lon", "lat") if c in table]))


def _read(path: Path) -> pd.DataFrame:
    """Read any table as text, or as Parquet has it."""
    table = read_table(read_bytes(path), path, all_text=True)
    if table.empty:
        raise DataError(f"{path}: has a heading but no rows; was the file cut short?")
    return table


def _widen(table: pd.DataFrame, where: object) -> pd.DataFrame:
    """Turn zone_id, site_id, minutes into zones × sites."""
    table = table.assign(zone_id=_ids(table["zone_id"]), site_id=_ids(table["site_id"]))
    pairs = table[["zone_id", "site_id"]]
    twice = table[pairs.duplicated(keep=False)]
    if len(twice):
        rows = [f"{row.zone_id} → {row.site_id}" for row in twice.itertuples()]
        raise TableError(f"{where}: {len(twice):,} row(s) repeat a pair of zone and site.", rows)
    numbers = table.assign(minutes=_numbers(table["minutes"], f"{where}: minutes", pairs))
    wide = numbers.pivot_table(index="zone_id", columns="site_id", values="minutes", dropna=False, sort=True)
    if len(table) < wide.size:
        there = pd.MultiIndex.from_frame(pairs)
        missing = pd.MultiIndex.from_product([wide.index, wide.columns]).difference(there)
        rows = [f"{zone} → {site}" for zone, site in missing]
        raise TableError(f"{where}: {len(missing):,} pair(s) are missing; write inf for no route.", rows)
    return wide


def _require(table: pd.DataFrame, columns: tuple[str, ...], where: object) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        found = ", ".join(map(str, table.columns[:8]))
        raise TableError(f"{where}: column(s) {', '.join(missing)} missing.", [f"found: {found}"])


def _ids(column: pd.Series) -> pd.Series:
    return column.astype(str).str.strip()


def _by_id(table: pd.DataFrame, name: str, where: object) -> pd.DataFrame:
    ids = _ids(table[name])
    empty = np.flatnonzero(ids.isin(["", "nan", "None"]))
    if len(empty):
        rows = [f"row {row}" for row in file_rows(table.index, empty)]
        raise TableError(f"{where}: {name} is empty in {len(empty)} row(s).", rows)
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        raise TableError(f"{where}: {len(twice)} {name}(s) occur more than once.", twice)
    return table.drop(columns=name).set_axis(pd.Index(ids, name=name), axis=0).sort_index()


def _numbers(column: pd.Series, what: str, pairs: pd.DataFrame | None = None) -> FloatArray:
    """Turn text into numbers, and refuse what is none by its row."""
    found = numbers(column)
    wrong = np.flatnonzero(np.isnan(found))
    if len(wrong):
        labels = column.index if pairs is None else [" → ".join(row) for row in pairs.to_numpy()]
        rows = [f"{labels[i]}: {_quoted(column.iloc[i])}" for i in wrong[:1000].tolist()]
        raise TableError(f"{what}: {len(wrong):,} value(s) are missing or no number.", rows, of=len(wrong))
    return found


def _quoted(cell: object) -> str:
    return repr(cell) if isinstance(cell, str) else str(cell)


def in_catchments(times: TravelTimes, groups: pd.DataFrame, sites: Sites) -> TravelTimes:
    """No route where a site's ``catchment`` names another ``alliance_name`` than the zone's.

    Parameters
    ----------
    times
        Minutes to sites.
    groups, sites
        Groups by zone; sites with their ``catchment``, empty for everyone.

    Raises
    ------
    TableError
        Where there is a catchment but no such column.
    """
    catchment = sites.table["catchment"].reindex(times.site_id).to_numpy(dtype=str)
    if not (catchment != "").any():
        return times
    if "alliance_name" not in groups:
        raise TableError("demand: a site has a catchment, but there is no column alliance_name to meet it.")
    home = groups["alliance_name"].reindex(times.zone_id).to_numpy(dtype=str)
    may_serve = (catchment[None, :] == "") | (home[:, None] == catchment[None, :])
    return TravelTimes(times.zone_id, times.site_id, np.where(may_serve, times.minutes, np.inf))
