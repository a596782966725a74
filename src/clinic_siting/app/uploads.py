"""A visitor's own figures: checked in a process of hers, and written only if every row makes sense."""

from collections.abc import Iterator
from pathlib import Path

from clinic_siting import files
from clinic_siting.config import Config
from clinic_siting.demand import with_referrals
from clinic_siting.ground import Announce
from clinic_siting.placing import with_count
from clinic_siting.spreadsheets import read_table
from clinic_siting.warm import Warm

CHECKING = "Checking your file"


def take_referrals(
    warm: Warm, _config: Config, content: bytes, path: Path, announce: Announce
) -> Iterator[Path]:
    """Write a visitor's referrals, the figures alone.

    Parameters
    ----------
    warm
        The model whose zones they are of.
    content
        A CSV or Parquet file as it came.
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
    table = with_count(read_table(content, "Your file", as_text=("zone_id",)))
    checked = with_referrals(warm.tables.zones, table)
    files.write_file(path, files.to_csv(checked.table[["referrals"]]))
    yield path
