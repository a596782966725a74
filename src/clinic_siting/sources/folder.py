"""A folder of figures, its manifest, and the checksums by which each file is known."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from clinic_siting.errors import DataError
from clinic_siting.spreadsheets import read_bytes, read_table

MANIFEST = "manifest.csv"
MANIFEST_COLUMNS = ("file", "title", "publisher", "licence", "vintage", "source", "note", "sha256")
IF_MISSING = "restore it, or point `data:` at another folder"


@dataclass(frozen=True, slots=True, eq=False)
class DataFolder:
    """A folder of figures with the manifest that names and seals them.

    Attributes
    ----------
    path
        The folder.
    manifest
        Index ``file``; title, publisher, licence, vintage, source, note and sha256 of each.
    """

    path: Path
    manifest: pd.DataFrame

    def read(self, file: str) -> bytes:
        """Bytes of one file, after its checksum was compared with the manifest's.

        Raises
        ------
        DataError
            Where the manifest does not name the file, or it is missing or altered.
        """
        if file not in self.manifest.index:
            raise DataError(f"{self.path / MANIFEST}: {file} is not listed; add its row with its checksum.")
        content = read_bytes(self.path / file, if_missing=IF_MISSING)
        expected, found = str(self.manifest.at[file, "sha256"]), hashlib.sha256(content).hexdigest()
        if found != expected:
            raise DataError(
                f"{self.path / file} is not the file its manifest describes; restore it, or put the new "
                f"checksum into {MANIFEST}.",
                [f"expected sha256 {expected}", f"found    sha256 {found}"],
            )
        return content

    def table(self, file: str, *, as_text: tuple[str, ...] = ()) -> pd.DataFrame:
        """One CSV (``.csv`` or ``.csv.gz``) or Parquet file as a table."""
        return read_table(self.read(file), self.path / file, as_text=as_text)


def open_data(folder: Path) -> DataFolder:
    """Open a data folder by reading its manifest.

    Raises
    ------
    DataError
        Where the folder or its manifest is missing, or the manifest lacks a column or names a
        file twice.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such data folder.")
    content = read_bytes(folder / MANIFEST, if_missing=IF_MISSING)
    manifest = read_table(content, folder / MANIFEST, all_text=True)
    missing = [column for column in MANIFEST_COLUMNS if column not in manifest.columns]
    if missing:
        raise DataError(f"{folder / MANIFEST}: column(s) {', '.join(missing)} missing.")
    twice = manifest.loc[manifest["file"].duplicated(), "file"]
    if len(twice):
        raise DataError(f"{folder / MANIFEST}: a file is listed twice.", twice)
    return DataFolder(folder, manifest.set_index("file").sort_index())


def require_columns(table: pd.DataFrame, columns: Iterable[str], path: Path) -> None:
    """Refuse a table without some columns.

    Raises
    ------
    DataError
        Naming those that are missing and those that are there.
    """
    missing = [column for column in columns if column not in table]
    if missing:
        found = ", ".join(map(str, table.columns))
        raise DataError(f"{path}: column(s) {', '.join(missing)} missing.", [f"columns: {found}"])


def credits_of(data: DataFolder) -> str:
    """Attribution lines that must go wherever figures or maps made from this folder go."""
    readme = data.path / "README.md"
    quoted = [line for line in _lines(readme) if line.startswith('"') and line.endswith('"')]
    if quoted:
        return quoted[0].strip('"')
    publishers = sorted({p.strip() for cell in data.manifest["publisher"] for p in cell.split(";")})
    return "Source: " + "; ".join(publishers) + "."


def _lines(path: Path) -> Iterator[str]:
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (line.strip() for line in file)
