"""A planner's list of referrals becomes demand by zone: no postcode leaves it, only how many live where."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting.building.downloads import Download, read_download
from clinic_siting.demand import refuse_sentinels
from clinic_siting.disclosure import is_small
from clinic_siting.errors import ConfigError, DataError
from clinic_siting.placing import COUNT, COUNTS, LSOA, MSOA, POSTCODE, place_counts, placeable
from clinic_siting.tables import DemandZones

DATES = ("date", "referraldate", "dateofreferral", "referred", "month", "referralmonth", "datereferred")
# Excel counts days from here; text of digits alone in a column of dates is such a number.
EXCEL_BEGINS = pd.Timestamp("1899-12-30")
ROWS_NAMED = 20


@dataclass(frozen=True, slots=True, eq=False)
class Referrals:
    """What became of a list of referrals.

    Attributes
    ----------
    table
        ``zone_id`` and ``referrals`` a year, each zone once.
    n_rows
        Rows of the list.
    lost
        Why rows could not be placed, as ``row 7: …``.
    patients
        Patients of the rows that were placed, in the whole time.
    years
        Over how many years they are spread.
    period
        From when to when, in words; empty where the list has no dates.
    """

    table: pd.DataFrame
    n_rows: int
    lost: tuple[str, ...]
    patients: float
    years: float
    period: str


def read_referrals(
    path: Path, zones: DemandZones, sectors: pd.DataFrame, *, years: float | None = None
) -> Referrals:
    """Demand from a list of referrals.

    Parameters
    ----------
    path
        CSV (Excel's semicolons and Windows-1252 too) or a workbook: a column of postcodes,
        LSOAs or MSOAs; a count, or each row is one patient; a date, or the list is of one year.
    zones, sectors
        Of the data set.
    years
        Over how many years the list goes, where dates do not tell or should not.

    Raises
    ------
    DataError
        Where no row, or less than half of them, can be placed, or a count or a date is none.
    ConfigError
        Where ``years`` is not above 0.
    """
    if years is not None and not (np.isfinite(years) and years > 0):
        raise ConfigError(f"--years must be above 0, not {years}.")
    download = read_download(path, heading=(*LSOA, *MSOA, *POSTCODE))
    n_rows = len(download.table)
    why = placeable(download.table, zones, sectors)
    lost = tuple(f"row {row}: {reason}" for row, reason in why[why != ""].items())
    if len(lost) * 2 > n_rows or not n_rows:
        raise DataError(
            f"{path.name}: {len(lost):,} of {n_rows:,} row(s) cannot be placed; is it the right data set?",
            lost,
        )
    # A total at the foot, or a remark, has no place, and owes neither a number nor a date.
    listed = Download(download.name, download.table[why == ""])
    spread, period = _years(listed) if years is None else (years, "")
    placed = place_counts(_with_count(listed).reset_index(drop=True), zones, sectors)
    patients = float(placed[COUNT].sum())
    placed[COUNT] = (placed[COUNT] / spread).round(4)
    return Referrals(placed, n_rows, lost, patients, spread, period)


def in_words(referrals: Referrals, file: str) -> str:
    """What was placed, which rows were not, and what must not be shared."""
    placed = referrals.n_rows - len(referrals.lost)
    per_year = referrals.table[COUNT]
    counted = f"{referrals.patients:,.0f} patient(s) in {len(per_year):,} zone(s)."
    when, a_year = referrals.period or "No dates", f"{per_year.sum():,.1f}"
    lines = [
        f"{file}: {placed:,} of {referrals.n_rows:,} row(s) placed, {counted}",
        f"  {when}: divided by {referrals.years:g} for a year, {a_year}.",
    ]
    if referrals.lost:
        lines.append(f"  {len(referrals.lost):,} row(s) not placed and left out:")
        lines += [f"    {row}" for row in referrals.lost[:ROWS_NAMED]]
        if len(referrals.lost) > ROWS_NAMED:
            lines.append(f"    … and {len(referrals.lost) - ROWS_NAMED:,} more")
    small = int(is_small(per_year * referrals.years).sum())
    lines.append(
        f"No postcode is written, only counts by zone. {small:,} zone(s) have 1 to 7 patients: keep the file "
        "to yourself; what a run writes keeps such counts back."
    )
    return "\n".join(lines)


def _with_count(download: Download) -> pd.DataFrame:
    """The list with its count under our name; of other columns only those that name places matter."""
    column = download.column(*COUNTS)
    rows = download.table
    if column is None:
        return rows.drop(columns=[c for c in rows if c == COUNT])
    counts = download.numbers(column)
    refuse_sentinels(counts.rename(lambda row: f"row {row}"))
    return rows.rename(columns={column: COUNT}).assign(**{COUNT: counts})


def _years(download: Download) -> tuple[float, str]:
    """Whole months from the first date to the last, in years; 1 where the list has no dates."""
    column = download.column(*DATES)
    if column is None:
        return 1.0, ""
    text = download.table[column]
    dates = text.map(_date)
    wrong = text[dates.isna()]
    if len(wrong):
        raise DataError(
            f"{download.name}: {len(wrong):,} row(s) have no date as {column!r}; mend them, or leave the "
            "column out and give --years.",
            [f"row {row}: {cell!r}" for row, cell in wrong.items()],
        )
    first, last = dates.min(), dates.max()
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    period = f"{first:%B %Y} to {last:%B %Y}, {months} month(s)"
    return months / 12, period


def _date(text: str) -> pd.Timestamp | None:
    """A date as people in Britain write it, day first, or as Excel counts it."""
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return EXCEL_BEGINS + pd.Timedelta(days=int(float(text)))
    iso = re.match(r"\d{4}-\d\d", text) is not None
    try:
        found = pd.to_datetime(text, dayfirst=not iso, errors="raise") if text else None
    except (ValueError, OverflowError):
        return None
    return None if found is None or pd.isna(found) else found
