"""What every table must hold: labels that are unique and meet, numbers that are numbers, points on land."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinic_siting.errors import TableError

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

# Longitudes and latitudes of Great Britain: coordinates are projected to its National Grid.
LON_RANGE = (-9.0, 2.5)
LAT_RANGE = (49.5, 61.0)
LONGEST_JOURNEY_MIN = 24 * 60
# Nines and minus nines stand for "unknown" in many files; no zone has so many people or patients.
SENTINELS = (-99.0, -999.0, -9999.0, -99999.0, 9999.0, 99999.0, 999999.0, 9999999.0)
STATUSES = ("existing", "candidate", "excluded")
GREAT_BRITAIN_GRID = "EPSG:27700"
DEGREES = "EPSG:4326"


def same_labels(left: pd.Index, right: pd.Index, what: str) -> None:
    """Two tables meet only where their labels are identical.

    Raises
    ------
    TableError
        Naming the first labels that only one side has.
    """
    if left.equals(right):
        return
    if left.sort_values().equals(right.sort_values()):
        raise TableError(f"{what}: the labels are the same, but in another order; sort both.")
    only_left, only_right = left.difference(right), right.difference(left)
    rows = [f"{label}: only in the first" for label in only_left]
    rows += [f"{label}: only in the second" for label in only_right]
    raise TableError(
        f"{what}: the labels differ ({len(only_left)} and {len(only_right)} on one side only).", rows
    )


def positions(index: pd.Index, labels: Iterable[str], what: str) -> IntArray:
    """Places of the labels in the index; a :class:`TableError` names those it lacks."""
    labels = pd.Index(list(labels), dtype=index.dtype)
    position = index.get_indexer(labels)
    if (position < 0).any():
        raise TableError(f"{what}: {(position < 0).sum()} id(s) are not known.", labels[position < 0])
    return position.astype(np.int64)


def check_unique(ids: pd.Index, what: str) -> None:
    """Refuse ids that occur twice or are empty."""
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        raise TableError(f"{what}: {len(twice)} id(s) occur more than once.", twice)
    empty = np.asarray(ids.isna() | (ids.astype(str) == ""))
    if empty.any():
        raise TableError(f"{what}: {empty.sum()} id(s) are empty.")


def sorted_by_id(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table on its id column as text, sorted; an empty table or a doubtful id is refused."""
    if name in table.columns:
        table = table.set_index(name)
    if table.index.name != name:
        raise TableError(f"a column {name} is missing.", [f"columns: {', '.join(map(str, table.columns))}"])
    if len(table) == 0:
        raise TableError(f"no rows for {name}; was the file cut short?")
    # Not every pandas leaves a missing id missing where it makes text of it.
    ids = table.index.astype(str).where(np.asarray(table.index.notna()), "")
    table = table.set_axis(ids.rename(name), axis=0)
    check_unique(table.index, name)
    return table.sort_index()


def require_columns(table: pd.DataFrame, needed: Iterable[str], what: str) -> None:
    """Refuse a table that lacks a column."""
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise TableError(
            f"{what}: column(s) {', '.join(missing)} missing.", [f"columns: {', '.join(table.columns)}"]
        )


def check_counts(table: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Refuse counts that are negative, endless or no numbers."""
    for column in columns:
        values = numbers(table[column])
        wrong = ~(np.isfinite(values) & (values >= 0))
        if wrong.any():
            raise TableError(
                f"{what}: {column} must be a number of 0 or more; {wrong.sum()} row(s) differ.",
                table.loc[wrong, column].items(),
            )


def numbers(column: pd.Series) -> FloatArray:
    """Cells as numbers; NaN where a cell is none: text, a blank, TRUE or FALSE."""
    if column.dtype.kind in "bO":  # to pandas, TRUE counts as 1
        column = column.mask(column.map(lambda cell: isinstance(cell, bool | np.bool_)).to_numpy(dtype=bool))
    numbers: FloatArray = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    return numbers


def check_coordinates(table: pd.DataFrame, what: str) -> None:
    """Refuse points that are missing, swapped or outside Great Britain."""
    lon, lat = numbers(table["lon"]), numbers(table["lat"])
    outside = ~_inside(lon, lat)
    if not outside.any():
        return
    rows = [f"{table.index[i]}: lon {lon[i]}, lat {lat[i]}" for i in np.flatnonzero(outside)[:1000]]
    said = f"{outside.sum():,} point(s) are missing or outside Great Britain"
    if _inside(lat[outside], lon[outside]).all():
        said = f"lon and lat are swapped in {outside.sum():,} row(s)"
    raise TableError(f"{what}: {said}.", rows, of=int(outside.sum()))


def _inside(lon: FloatArray, lat: FloatArray) -> BoolArray:
    inside: BoolArray = (
        (lon >= LON_RANGE[0]) & (lon <= LON_RANGE[1]) & (lat >= LAT_RANGE[0]) & (lat <= LAT_RANGE[1])
    )
    return inside
