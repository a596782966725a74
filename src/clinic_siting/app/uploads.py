"""A visitor's own figures: checked in a process of hers, and written only if every row makes sense."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clinic_siting import files, gate
from clinic_siting.config import Config
from clinic_siting.figures import with_own_counts
from clinic_siting.ground import Announce
from clinic_siting.opendocument import read_sheets
from clinic_siting.spreadsheets import ZIP, read_table
from clinic_siting.warm import Warm
from clinic_siting.workbooks import first_sheet

CHECKING, FILE = "Checking your file", "Your file"
MOST_DOUBTS = 5
LARGEST_UPLOAD = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """A visitor's referrals, as they were written.

    Attributes
    ----------
    path
        Where.
    told
        What was found in them, a sentence each; where they are doubtful the gate's words.
    """

    path: Path
    told: tuple[str, ...]


def take_referrals(
    warm: Warm, _config: Config, content: bytes, path: Path, announce: Announce
) -> Iterator[Taken]:
    """Write a visitor's referrals, the figures alone: by zone, no postcode among them.

    Parameters
    ----------
    warm
        The model whose zones they are of.
    content
        A CSV, Parquet, Excel or OpenDocument file as it came.
    path
        Where they are written.
    announce
        Called with the name of the stage.

    Raises
    ------
    DataError
        Where the file cannot be read, or a row of it makes no sense.
    """
    announce(CHECKING)
    if content.startswith(ZIP):
        content = first_sheet(read_sheets(content, FILE), FILE)
    table = read_table(content, FILE, as_text=("zone_id",))
    zones = with_own_counts(warm.tables.zones, table, warm.tables.data).table
    referrals = zones["referrals"]
    found = gate.check_referrals(referrals, zones["population"])
    total = f"{referrals.sum():,.1f}".removesuffix(".0")
    where = f"{(referrals > 0).sum():,} of {len(zones):,} zones"
    told = [f"{total} referrals a year in {where}, from {len(table):,} rows."]
    if found.light != "green":
        told += [f"{found.what}; {found.remedy}.", *found.rows[:MOST_DOUBTS]]
    files.write_file(path, files.to_csv(zones[["referrals"]]))
    yield Taken(path, tuple(told))
