"""Where readers are tried: a folder for their files, the toy country's tables, and what a target is."""

import atexit
import functools
import gzip
import hashlib
import importlib.util
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pandas as pd

from clinic_siting.sources import DataFolder

ROOT = Path(__file__).parents[2]
TIMES = "zone_id,old,mid,east\na,0,10,15\nb,5,5,10\nc,10,0,5\nd,15,5,0\n"
DEMAND = "zone_id,demand,alliance_name\na,100,West\nb,200,West\nc,100,East\nd,300,East\n"
SITES = "site_id,status,cost\nold,existing,\nmid,candidate,2\neast,candidate,3\n"


@dataclass(frozen=True)
class Target:
    """One reader and the sound files it is led astray from."""

    read: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]


@functools.cache
def workshop() -> Path:
    """A folder for files that only readers that take a path ask for."""
    folder = Path(tempfile.mkdtemp(prefix="clinic-siting-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, text in (("t.csv", TIMES), ("d.csv", DEMAND), ("s.csv", SITES)):
        (folder / name).write_text(text, "utf-8")
    return folder


@functools.cache
def defined(file: str) -> ModuleType:
    """What a file of fixtures defines."""
    spec = importlib.util.spec_from_file_location(Path(file).stem, ROOT / file)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@functools.cache
def toyland() -> dict[str, pd.DataFrame]:
    """The tables of the toy country."""
    made = defined("tests/conftest.py")
    return {"zones.csv": made._zones(), "sites.csv": made._sites(), **made._speed_files(), **made._shapes()}


def csv(name: str, **options: object) -> bytes:
    return toyland()[name].head(4).to_csv(index=False, **options).encode()


def parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def folder_of(name: str, content: bytes) -> DataFolder:
    """A data folder that vouches for one file, whatever it holds."""
    (workshop() / name).write_bytes(content)
    manifest = pd.DataFrame({"sha256": [hashlib.sha256(content).hexdigest()]}, index=[name])
    return DataFolder(workshop(), manifest)


def written(content: bytes, name: str) -> Path:
    path = workshop() / name
    path.write_bytes(content)
    return path


def packed(table: pd.DataFrame) -> list[bytes]:
    plain = table.to_csv(index=False).encode()
    excel = table.to_csv(index=False, sep=";", decimal=",").encode("cp1252")
    return [plain, gzip.compress(plain, mtime=0), parquet(table), b"\xef\xbb\xbf" + excel]
