"""Files are written whole or not at all, and with the same bytes for the same values."""

import ctypes
import glob
import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting.cells import neutral_table
from clinic_siting.errors import ConfigError, OutputError

if sys.platform != "win32":
    import fcntl

LEFTOVER_S = 24 * 3600


def write_folder(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write a folder of files whole or not at all, replacing what was there.

    Everything is written beside the target first; the folder then changes place at once.

    Raises
    ------
    OutputError
        Where the disk is full or the place may not be written to; what was there stays.
    """
    with _writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, content in files.items():
                (fresh / name).write_bytes(content.encode() if isinstance(content, str) else content)
            fresh.chmod(0o755)
            _put_in_place(fresh, folder)
        finally:
            _remove(fresh)
        _remove_leftovers(folder)


def write_file(path: Path, content: str | bytes) -> None:
    """Write one file whole or not at all.

    Raises
    ------
    OutputError
        Where the disk is full or the place may not be written to; what was there stays.
    """
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
            Path(fresh).chmod(0o644)
            Path(fresh).replace(path)
        finally:
            Path(fresh).unlink(missing_ok=True)
        _remove_leftovers(path)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process at a time write into a folder; whoever comes second waits.

    Where the system cannot lock folders (Windows, some network drives) nobody waits, and each file
    is whole all the same.

    Raises
    ------
    OutputError
        Where the folder cannot be made.
    """
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    handle = _locked(folder)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path) -> int | None:
    if sys.platform == "win32":
        return None
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX)  # the lock goes with the handle, also when the process is killed
    return handle


def refuse_ending(path: Path, endings: tuple[str, ...]) -> None:
    """Refuse a file name whose ending names no format that can be written, before the work begins.

    Raises
    ------
    ConfigError
        Naming the endings that are known.
    """
    if path.suffix.lower() not in endings:
        raise ConfigError(f"{path}: the file's name must end in {' or '.join(endings)}.")


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table whole or not at all, as Parquet or CSV by the ending of its name.

    In a CSV an id that a spreadsheet would run stands behind an apostrophe, which our readers take away.
    """
    refuse_ending(path, (".parquet", ".csv"))
    is_parquet = path.suffix.lower() == ".parquet"
    write_file(path, table.to_parquet() if is_parquet else _csv(neutral_table(table)))


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise OutputError(
            f"{path} cannot be written: {problem.strerror or problem}; nothing was changed there."
        ) from problem


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Give ``fresh`` the name ``folder``; the old folder ends under the name ``fresh``, or is gone."""
    if not folder.exists():
        fresh.rename(folder)
        return
    if _exchange(fresh, folder):
        return
    # Elsewhere two renames have to do: between them the old folder stands beside its place.
    old = fresh.with_name(f"{fresh.name}-old")
    folder.rename(old)
    try:
        fresh.rename(folder)
    except BaseException:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _remove(fresh: Path) -> None:
    """Remove what is left beside a folder: the old one, an unfinished one, or a link that stood there."""
    if fresh.is_symlink():
        fresh.unlink()
    else:
        shutil.rmtree(fresh, ignore_errors=True)


def _remove_leftovers(path: Path) -> None:
    """Remove what killed processes left beside a place long ago; a living one takes seconds."""
    with suppress(OSError):
        for leftover in path.parent.glob(f".{glob.escape(path.name)}-????????"):
            if time.time() - leftover.lstat().st_mtime > LEFTOVER_S:
                leftover.unlink() if leftover.is_file() else _remove(leftover)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step of the kernel; False where it has no such step."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if renameat2 is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux, the only system with renameat2
    return bool(renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def to_json(record: Mapping[str, object]) -> str:
    """JSON with stable bytes; endless and missing figures become null, as JSON has no word for them."""
    return json.dumps(_plain(record), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def to_csv(table: pd.DataFrame, *, exact: Collection[str] = ()) -> str:
    """CSV for readers, with stable bytes: figures to four places, text that no spreadsheet runs.

    Parameters
    ----------
    table
        What is written, with its index.
    exact
        Columns whose figures are written in full, since others compute with them.
    """
    plain = neutral_table(table)
    full = {column: plain[column].map(_in_full) for column in exact if column in plain}
    return _csv(plain.assign(**full))


def _in_full(value: object) -> object:
    return repr(float(value)) if isinstance(value, float) and not np.isnan(value) else value


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(float_format="%.4f", lineterminator="\n")


def to_parquet(table: pd.DataFrame) -> bytes:
    """Parquet with stable bytes, its index among the columns."""
    named = isinstance(table.index, pd.MultiIndex) or table.index.name is not None
    out = io.BytesIO()
    (table.reset_index() if named else table).to_parquet(out, index=False)
    return out.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if isinstance(value, Path):
        return value.as_posix()
    return value
