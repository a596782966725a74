"""The ONS Postcode Directory: a gigabyte of which four columns count, read a block at a time."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from clinic_siting.building.downloads import heading_cells, plain
from clinic_siting.errors import DataError
from clinic_siting.placing import sector_of
from clinic_siting.spreadsheets import GZIP, ZIP

CODE, LON, LAT = ("pcds", "postcode", "pcd", "pcd7"), ("long", "lon", "longitude"), ("lat", "latitude")
ENDED = ("doterm",)
# What the directory writes where a postcode has no place.
NOWHERE_LAT = 90.0
# A line is shorter than a block, and the United Kingdom has not half as many postcodes, ended ones too.
LONGEST_HEADING, BLOCK_BYTES, MOST_POSTCODES = 100_000, 8 << 20, 6_000_000
UNREADABLE = (pa.ArrowException, OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, ValueError)


def read_postcodes(path: Path) -> pd.DataFrame:
    """Live postcodes of the ONS Postcode Directory, or of the National Statistics Postcode Lookup.

    Parameters
    ----------
    path
        The directory's CSV (``pcds``, ``doterm``, ``lat``, ``long``), gzipped or not, or the zip archive
        that it comes in, whose largest CSV is taken.

    Returns
    -------
    Index: postcode without blanks; ``sector``, ``lon``, ``lat`` in degrees.

    Raises
    ------
    DataError
        Where it is missing or unreadable, a column is missing, or no postcode in it is live.
    """
    parts, count = [], 0
    try:
        with _opened(path) as stream:
            for block in _blocks(stream, path):
                count += len(block)
                if count > MOST_POSTCODES:
                    raise DataError(
                        f"{path} has more than {MOST_POSTCODES:,} rows; it is no list of postcodes."
                    )
                parts.append(_live(block))
    except FileNotFoundError as problem:
        raise DataError(f"{path}: no such file; name one that exists.") from problem
    except UNREADABLE as problem:
        raise DataError(f"{path} cannot be read as the ONS Postcode Directory.") from problem
    rows = pd.concat(parts) if parts else pd.DataFrame()
    if rows.empty:
        raise DataError(f"{path} names no live postcode with a place; download the whole directory.")
    return rows[~rows.index.duplicated()]


def sectors_of(postcodes: pd.DataFrame) -> pd.DataFrame:
    """Middle of each postcode sector: the median of its live postcodes; index ``sector``."""
    return postcodes.groupby("sector")[["lon", "lat"]].median().round(5)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The text of a directory, whatever it is packed in."""
    with path.open("rb") as file:
        start = file.peek(len(ZIP))
        if start.startswith(GZIP):
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield cast("IO[bytes]", unpacked)
        elif start.startswith(ZIP):
            with zipfile.ZipFile(file) as archive:
                tables = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
                if not tables:
                    raise DataError(f"{path} holds no CSV; the ONS Postcode Directory is looked for.")
                with archive.open(max(tables, key=lambda entry: entry.file_size)) as unpacked:
                    yield unpacked
        else:
            yield file


def _blocks(stream: IO[bytes], path: Path) -> Iterator[pd.DataFrame]:
    """Codes, places and ends of the rows, as text, some ten thousand at a time."""
    heading = stream.readline(LONGEST_HEADING)
    cells = [plain(cell) for cell in heading_cells(heading)]
    at = {
        name: next((cells.index(known) for known in names if known in cells), None)
        for name, names in {"code": CODE, "lon": LON, "lat": LAT, "ended": ENDED}.items()
    }
    if at["code"] is None or at["lon"] is None or at["lat"] is None:
        raise DataError(
            f"{path.name}: pcds, lat and long are looked for.", [f"columns: {', '.join(cells[:12])}"]
        )
    wanted = {name: str(number) for name, number in at.items() if number is not None}
    reader = csv.open_csv(
        stream,
        csv.ReadOptions(block_size=BLOCK_BYTES, column_names=[str(n) for n in range(len(cells))]),
        csv.ParseOptions(delimiter=max(",;\t|", key=heading.decode("latin-1").count)),
        csv.ConvertOptions(
            include_columns=list(wanted.values()), column_types=dict.fromkeys(wanted.values(), pa.string())
        ),
    )
    for batch in reader:
        yield batch.to_pandas().set_axis(list(wanted), axis=1)


def _live(block: pd.DataFrame) -> pd.DataFrame:
    """Rows of a block that have a place and have not ended."""
    code = block["code"].str.upper()
    rows = pd.DataFrame(
        {
            "sector": code.map(sector_of),
            "lon": pd.to_numeric(block["lon"], errors="coerce"),
            "lat": pd.to_numeric(block["lat"], errors="coerce"),
        }
    ).set_index(code.str.replace(r"\s", "", regex=True))
    live = rows["lat"].lt(NOWHERE_LAT) & rows["lon"].notna() & (rows["sector"] != "").to_numpy()
    if "ended" in block:
        live &= (block["ended"].str.strip() == "").to_numpy()
    return rows[live]
