"""Rows of a planner's own that name an LSOA, an MSOA or a postcode find their place without coordinates."""

import difflib
import re

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from clinic_siting.demand import numbers_of, refuse_endless, refuse_sentinels
from clinic_siting.errors import DataError
from clinic_siting.grid import grid_points
from clinic_siting.spreadsheets import file_rows
from clinic_siting.tables import BoolArray, DemandZones, IntArray

# Names that such columns go by, without case, blanks and signs; the more exact place comes first.
LSOA = ("zoneid", "lsoa", "lsoacode", "lsoa21", "lsoa21cd", "lsoa2021", "lsoaname", "lsoa21nm", "zone")
MSOA = ("msoa", "msoacode", "msoa21", "msoa21cd", "msoa2021", "msoaname", "msoa21nm")
POSTCODE = ("postcode", "postcodesector", "sector", "pcd", "pcds", "postalcode", "patientpostcode")
COUNT = "referrals"
# Names that a column of counts goes by, likewise.
COUNTS = (COUNT, "count", "patients", "number", "cases", "n", "total")
# Those that nothing else is called nearly like.
NEARLY = (COUNT, "patients")
SPACED = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)\s+([0-9])(?:[A-Z]{2})?")
CLOSE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9])[A-Z]{2}")
# CT12 may be an area of its own or a sector of CT1; three figures can only be a sector.
CLOSE_SECTOR = re.compile(r"([A-Z]{1,2}[0-9]{2})([0-9])")
# No postcode with what people put around it is longer.
LONGEST = 40
# A sector spans a few kilometres; one without a zone so near lies outside the data set.
FARTHEST_M = 10_000.0


def place_counts(table: pd.DataFrame, zones: DemandZones, sectors: pd.DataFrame) -> pd.DataFrame:
    """Counts of patients by zone, from rows that say where only by a name.

    Parameters
    ----------
    table
        One column that names the place: LSOA (code or name), MSOA (code or name), or postcode
        (whole, or its sector). ``referrals`` a year, see :func:`with_count`; without such a column each
        row is one.
    zones
        All zones of the data set, with ``msoa`` where MSOAs are named.
    sectors
        ``lon``, ``lat`` in degrees by postcode sector.

    Returns
    -------
    ``zone_id`` and ``referrals``, each zone once. An MSOA's patients are shared out among its zones
    by population (assumed); a postcode's go to the zone nearest to the middle of its sector.

    Raises
    ------
    DataError
        Where no column names a place, a place is not in the data set, or a count is no number of 0
        or more, or one that stands for "unknown"; every row at fault is named.
    """
    table = with_count(table)
    counts = _counts(table)
    kind, places = _named_places(table)
    if kind == "MSOA":
        shares = _msoa_shares(places, zones)
        of_row = counts.to_numpy()[shares["row"]] * shares["share"].to_numpy()
        placed = pd.DataFrame({"zone_id": shares["zone_id"], COUNT: of_row})
    else:
        row = _lsoa_rows(places, zones) if kind == "LSOA" else _sector_rows(places, zones, sectors)
        placed = pd.DataFrame({"zone_id": zones.zone_id[row], COUNT: counts.to_numpy()})
    return placed.groupby("zone_id", sort=True)[COUNT].sum().reset_index()


def with_count(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose column of counts is called ``referrals``, however a planner wrote it.

    Parameters
    ----------
    table
        As it stands in the file.

    Returns
    -------
    The table, the column renamed; as it was where none counts.

    Raises
    ------
    DataError
        Where two columns could count, or one is called nearly so: its rows would count as one each.
    """
    if COUNT in table:
        return table
    plain = {column: re.sub(r"[^a-z0-9]", "", str(column).lower()) for column in table.columns}
    found = [column for column, name in plain.items() if name in COUNTS]
    if len(found) > 1:
        raise DataError(
            f"{len(found)} columns could be the count; call one of them {COUNT}.", map(str, found)
        )
    if found:
        return table.rename(columns={found[0]: COUNT})
    nearly = [
        f"{column} (did you mean {near[0]}?)"
        for column, name in plain.items()
        if (near := difflib.get_close_matches(name, NEARLY, n=1, cutoff=0.75))
    ]
    if nearly:
        raise DataError(
            f"no column is called {COUNT}, so each row would count as one patient; correct the name, or take "
            "the column out.",
            nearly,
        )
    return table


def place_points(table: pd.DataFrame, zones: DemandZones, sectors: pd.DataFrame) -> pd.DataFrame:
    """Coordinates for rows that say where only by a name.

    Parameters
    ----------
    table
        As in :func:`place_counts`; where it has ``lon`` and ``lat``, those stay.
    zones, sectors
        As in :func:`place_counts`.

    Returns
    -------
    The table with ``lon`` and ``lat`` in degrees: the middle of the postcode's sector, the zone's
    point, or the mean of the MSOA's points weighted by population.

    Raises
    ------
    DataError
        Where no column names a place, or a place is not in the data set.
    """
    if {"lon", "lat"} <= set(table.columns):
        return table
    kind, places = _named_places(table)
    if kind == "postcode":
        points = sectors[["lon", "lat"]].to_numpy()[_known_sectors(places, sectors)]
    elif kind == "LSOA":
        points = zones.table[["lon", "lat"]].to_numpy()[_lsoa_rows(places, zones)]
    else:
        shares = _msoa_shares(places, zones)
        weighted = zones.table.loc[shares["zone_id"], ["lon", "lat"]].mul(shares["share"].to_numpy(), axis=0)
        points = weighted.groupby(shares["row"].to_numpy()).sum().to_numpy()
    return table.assign(lon=points[:, 0], lat=points[:, 1])


def placeable(table: pd.DataFrame, zones: DemandZones, sectors: pd.DataFrame) -> pd.Series:
    """Why a row cannot be placed; empty text where it can.

    Parameters
    ----------
    table, zones, sectors
        As in :func:`place_counts`.

    Returns
    -------
    Series of texts on the table's index. A whole postcode is never among them, only its sector.

    Raises
    ------
    DataError
        Where no column names a place.
    """
    kind, places = _named_places(table)
    if kind == "postcode":
        return _why_no_sector(places, zones, sectors)
    columns = {"LSOA": ("zone_id", "name"), "MSOA": ("msoa", "msoa_name")}[kind]
    known = zones.table.reset_index()
    found = pd.concat([known[column] for column in columns if column in known]).astype(str)
    why = "'" + places.str.slice(0, 30) + f"' is no {kind} of the data set"
    return why.where(~places.isin(found), "").where(places != "", f"no {kind}")


def _why_no_sector(places: pd.Series, zones: DemandZones, sectors: pd.DataFrame) -> pd.Series:
    sector = places.map(sector_of)
    known = sector.isin(sectors.index)
    why = pd.Series("", index=places.index).where(known, sector + " is no sector of the data set")
    why = why.where(sector != "", "'" + places.str.slice(0, 12) + "' is no postcode").where(
        places != "", "no postcode"
    )
    if known.any():
        middle = sectors.loc[sector[known]]
        tree = cKDTree(grid_points(zones.table["lon"], zones.table["lat"]))
        metres, _ = tree.query(grid_points(middle["lon"], middle["lat"]))
        far = known.to_numpy().nonzero()[0][metres > FARTHEST_M]
        why.iloc[far] = sector.iloc[far] + " lies more than 10 km from every zone"
    return why


def _named_places(table: pd.DataFrame) -> tuple[str, pd.Series]:
    """The column that names places most exactly, and of what kind it is."""
    plain = {re.sub(r"[^a-z0-9]", "", str(column).lower()): column for column in table.columns}
    for kind, names in (("LSOA", LSOA), ("postcode", POSTCODE), ("MSOA", MSOA)):
        for name in names:
            if name in plain:
                places = table[plain[name]]
                return kind, places.astype(object).where(places.notna(), "").astype(str).str.strip()
    raise DataError(
        "no column says where: give one called lsoa, msoa or postcode.",
        [f"columns: {', '.join(map(str, table.columns[:12]))}"],
    )


def _counts(table: pd.DataFrame) -> pd.Series:
    if COUNT not in table:
        return pd.Series(1.0, index=table.index)
    counts = numbers_of(table[COUNT])
    refuse_sentinels(counts.set_axis([f"row {n}" for n in file_rows(table.index, range(len(table)))]))
    wrong = np.flatnonzero(~(np.isfinite(counts) & (counts >= 0)))
    if len(wrong):
        raise DataError(
            f"{len(wrong):,} row(s) have no number of 0 or more as {COUNT}; give one, or leave the row out.",
            [
                f"row {row}: {table[COUNT].iloc[i]}"
                for i, row in zip(wrong, file_rows(table.index, wrong), strict=True)
            ],
        )
    refuse_endless(counts)
    return counts


def _lsoa_rows(places: pd.Series, zones: DemandZones) -> IntArray:
    """Rows of the zones that are named, by code or by name."""
    row = zones.zone_id.get_indexer(pd.Index(places))
    if "name" in zones.table and (row < 0).any():
        by_name = pd.Series(np.arange(len(zones.zone_id)), index=zones.table["name"].astype(str))
        by_name = by_name[~by_name.index.duplicated(keep=False)]
        row = np.where(row < 0, places.map(by_name).fillna(-1).to_numpy(), row)
    _refuse_unknown(places, row < 0, "LSOA", "codes of 2011 end with the census of 2021")
    return np.asarray(row, dtype=np.int64)


def _msoa_shares(places: pd.Series, zones: DemandZones) -> pd.DataFrame:
    """Which zones each row goes to, and what share of it: ``row``, ``zone_id``, ``share``."""
    table = zones.table
    if "msoa" not in table:
        raise DataError("the zones of the data set do not say in which MSOA they lie, so none can be placed.")
    codes = table["msoa"].astype(str)
    if "msoa_name" in table:
        areas = pd.DataFrame({"code": codes.to_numpy(), "name": table["msoa_name"].astype(str).to_numpy()})
        # Two areas may share a name; then only the code tells.
        areas = areas.drop_duplicates().drop_duplicates("name", keep=False)
        named = places.map(areas.set_index("name")["code"])
        places = places.where(places.isin(codes) | named.isna(), named)
    _refuse_unknown(
        places, (~places.isin(codes)).to_numpy(), "MSOA", "codes of 2011 end with the census of 2021"
    )
    people = table["population"].astype(float)
    total = people.groupby(codes).transform("sum")
    size = codes.groupby(codes).transform("size")
    share = (people / total).where(total > 0, 1.0 / size)
    of_area = pd.DataFrame({"msoa": codes.to_numpy(), "zone_id": table.index, "share": share.to_numpy()})
    rows = pd.DataFrame({"msoa": places.to_numpy(), "row": np.arange(len(places))})
    return rows.merge(of_area, on="msoa", how="left").sort_values(["row", "zone_id"], ignore_index=True)


def _sector_rows(places: pd.Series, zones: DemandZones, sectors: pd.DataFrame) -> IntArray:
    """Row of the zone nearest to the middle of each postcode's sector."""
    middle = sectors.iloc[_known_sectors(places, sectors)]
    tree = cKDTree(grid_points(zones.table["lon"], zones.table["lat"]))
    metres, row = tree.query(grid_points(middle["lon"], middle["lat"]))
    _refuse_unknown(places, metres > FARTHEST_M, "postcode", "it lies outside the data set")
    return np.asarray(row, dtype=np.int64)


def _known_sectors(places: pd.Series, sectors: pd.DataFrame) -> IntArray:
    named = pd.Index([sector_of(place) for place in places])
    row = sectors.index.get_indexer(named)
    _refuse_unknown(places, named == "", "postcode", "a sector at least is needed, as in 'CT1 2'")
    _refuse_unknown(places, row < 0, "postcode", "it lies outside the data set")
    return row.astype(np.int64)


def sector_of(postcode: str) -> str:
    """The sector of a postcode or of a sector, however people space and end it; empty where it has none.

    Examples
    --------
    >>> sector_of("ct1-2ab."), sector_of("CT12AB"), sector_of("CT1 2"), sector_of("ME144"), sector_of("CT12")
    ('CT1 2', 'CT1 2', 'CT1 2', 'ME14 4', '')
    """
    text = re.sub(r"[^A-Z0-9]+", " ", postcode[:LONGEST].upper()).strip()
    match = SPACED.fullmatch(text) or CLOSE.fullmatch(text) or CLOSE_SECTOR.fullmatch(text)
    return f"{match[1]} {match[2]}" if match else ""


def _refuse_unknown(places: pd.Series, unknown: BoolArray, what: str, hint: str) -> None:
    if unknown.any():
        wrong = np.flatnonzero(unknown)
        numbers = file_rows(places.index, wrong)
        rows = [f"row {row}: {places.iloc[i]!r}" for i, row in zip(wrong, numbers, strict=True)]
        raise DataError(f"{len(rows):,} row(s) name no {what} of the data set; {hint}.", rows)
