"""A planner's list of referrals becomes demand by zone: no postcode leaves it, only how many live where."""

import functools
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

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
# Dates as they are written, whatever stands between their parts.
WRITTEN = (
    *("%d %m %Y", "%d %m %y", "%Y %m %d", "%Y%m%d", "%Y %m", "%m %Y"),
    *("%d %B %Y", "%d %b %Y", "%d %B %y", "%d %b %y", "%B %Y", "%b %Y", "%b %y"),
)
TIME_OF_DAY = re.compile(r"(?<=\d)[T\s]+\d{1,2}:\d\d.*$")
# No list goes over less than some days, or over more than a century.
SHORTEST_YEARS, LONGEST_YEARS = 0.01, 100.0
LONGEST_SILENCE = pd.Timedelta(days=366)
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
    doubt
        What looks like a mistyped date, in words; empty where nothing does.
    """

    table: pd.DataFrame
    n_rows: int
    lost: tuple[str, ...]
    patients: float
    years: float
    period: str
    doubt: str


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
        Where no row, or less than half of them, can be placed, or a count or a date is none, or dates go
        over more than a century.
    ConfigError
        Where ``years`` are none that a list goes over.
    """
    if years is not None and not SHORTEST_YEARS <= years <= LONGEST_YEARS:
        raise ConfigError(f"--years must be from {SHORTEST_YEARS:g} to {LONGEST_YEARS:g}, not {years:g}.")
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
    spread, period, doubt = _years(listed) if years is None else (years, "", "")
    placed = place_counts(_with_count(listed).reset_index(drop=True), zones, sectors)
    patients = float(placed[COUNT].sum())
    placed[COUNT] = (placed[COUNT] / spread).round(4)
    return Referrals(placed, n_rows, lost, patients, spread, period, doubt)


def in_words(referrals: Referrals, file: str) -> str:
    """What was placed, which rows were not, and what must not be shared."""
    placed = referrals.n_rows - len(referrals.lost)
    per_year = referrals.table[COUNT]
    counted = f"{referrals.patients:,.0f} patient(s) in {len(per_year):,} zone(s)."
    when, a_year = referrals.period or "No dates", f"{per_year.sum():,.1f}"
    lines = [
        f"{file}: {placed:,} of {referrals.n_rows:,} row(s) placed, {counted}",
        f"  {when}: divided by {referrals.years:g} for a year, {a_year}.",
        *([f"  {referrals.doubt}"] if referrals.doubt else []),
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


def _years(download: Download) -> tuple[float, str, str]:
    """Whole months from the first date to the last, in years, and in words; 1 where the list has no dates."""
    column = download.column(*DATES)
    if column is None:
        return 1.0, "", ""
    text = download.table[column]
    dates = text.map(_date)
    wrong = text[dates.isna()]
    if len(wrong):
        raise DataError(
            f"{download.name}: {len(wrong):,} row(s) have no date as {column!r}; mend them, or leave the "
            "column out and give --years.",
            [f"row {row}: {cell!r}" for row, cell in wrong.items()],
        )
    dates = dates.sort_values(kind="stable")
    first, last = dates.iloc[0], dates.iloc[-1]
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months > LONGEST_YEARS * 12:
        raise DataError(
            f"{download.name}: the dates go over {months // 12:,} years; correct those that are mistyped.",
            [f"row {row}: {text[row]!r}" for row in (dates.index[0], dates.index[-1])],
        )
    return months / 12, f"{first:%B %Y} to {last:%B %Y}, {months} month(s)", _silence(dates)


def _silence(dates: pd.Series) -> str:
    """The longest time without a referral, where it is so long that a date may be mistyped."""
    gaps = dates.diff().iloc[1:]
    if gaps.empty or gaps.max() <= LONGEST_SILENCE:
        return ""
    later = int(gaps.argmax()) + 1
    begins, ends = dates.iloc[later - 1], dates.iloc[later]
    return f"None is dated between {begins:%B %Y} and {ends:%B %Y}: is a date mistyped?"


@functools.lru_cache(maxsize=100_000)
def _date(text: str) -> pd.Timestamp | None:
    """A date as people in Britain write it, day first, or as Excel counts it; a year or a quarter is none."""
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return EXCEL_BEGINS + pd.Timedelta(days=int(float(text)))
    day = re.sub(r"[./,\s-]+", " ", TIME_OF_DAY.sub("", text)).strip()
    for written in WRITTEN:
        with suppress(ValueError):
            found = datetime.strptime(day, written)  # noqa: DTZ007 - a day, wherever it was
            return pd.Timestamp(found) if found.year >= EXCEL_BEGINS.year else None
    return None
