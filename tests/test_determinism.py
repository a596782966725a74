"""The same plan and the same bytes: twice, on one processor and on all, elsewhere, in any order of rows."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

PROGRAM = "from clinic_siting.cli import main; main()"
# As far from the tests' own surroundings as a system can be.
ELSEWHERE = {
    "PYTHONHASHSEED": "4711",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "tr_TR.UTF-8",
    "LANG": "tr_TR.UTF-8",
    "PYTHONUTF8": "0",
    "SOURCE_DATE_EPOCH": "1",
    "COLUMNS": "40",
}
ONE_PROCESSOR = """
import os
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
"""
ONE_THREAD = {
    "prelude": ONE_PROCESSOR,
    "environment": dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
}
LSESN = Path(__file__).parents[1] / "config" / "lsesn.yaml"


def results_of(config: Path, folder: Path, *, prelude: str = "", environment: dict[str, str] | None = None):
    """Digest of every file that a run writes, by its name."""
    folder.mkdir()
    done = subprocess.run(  # noqa: S603 - our own program
        [
            sys.executable,
            "-c",
            f"{prelude}\n{PROGRAM}",
            "run",
            str(config),
            "--out",
            "outputs",
            "--maps",
            "maps",
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return digests(folder)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


def test_a_run_writes_the_same_bytes(toy_files, toy_config, tmp_path):
    """Again, in a process of its own, on one thread and elsewhere, all at once: nothing that they share."""
    before = {name: hashlib.sha256(content).hexdigest() for name, content in toy_files.items()}
    again = {"prelude": ONE_PROCESSOR, "environment": ONE_THREAD["environment"] | ELSEWHERE}
    assert differing(before, results_of(toy_config, tmp_path / "again", **again)) == []


@pytest.mark.long
@pytest.mark.parametrize(
    "how", [{}, ONE_THREAD, {"environment": ELSEWHERE}], ids=["twice", "one thread", "elsewhere"]
)
def test_each_difference_alone_writes_the_same_bytes(toy_config, tmp_path, how):
    one, two = results_of(toy_config, tmp_path / "one"), results_of(toy_config, tmp_path / "two", **how)
    assert differing(one, two) == []


@pytest.mark.long
def test_a_real_run_writes_the_same_bytes_on_one_processor_and_on_all(tmp_path):
    everywhere = results_of(LSESN, tmp_path / "all")
    alone = results_of(
        LSESN, tmp_path / "one", **{**ONE_THREAD, "environment": ONE_THREAD["environment"] | ELSEWHERE}
    )
    assert differing(everywhere, alone) == []


@pytest.mark.long
def test_real_rows_in_any_order_give_the_same_plan_to_the_last_digit(tmp_path):
    """The record of inputs differs, and with it the fingerprint; everything else is the same."""
    data = LSESN.parents[1] / "data" / "lsesn"
    shuffled = Path(shutil.copytree(data, tmp_path / "data"))
    for name in ("zones.csv.gz", "sites.csv", "places.csv", "postcode_sectors.csv.gz", "observed_speeds.csv"):
        rows = pd.read_csv(data / name, dtype=str, keep_default_na=False).sample(frac=1, random_state=5)
        rows.to_csv(shuffled / name, index=False)
    links = pd.read_parquet(data / "road_edges.parquet").sample(frac=1, random_state=5)
    links.to_parquet(shuffled / "road_edges.parquet", index=False)
    manifest = pd.read_csv(data / "manifest.csv", index_col="file")
    for name in manifest.index:
        manifest.loc[name, "sha256"] = hashlib.sha256((shuffled / name).read_bytes()).hexdigest()
    manifest.to_csv(shuffled / "manifest.csv")
    settings = yaml.safe_load(LSESN.read_text("utf-8")) | {"data": str(shuffled)}
    config = tmp_path / "lsesn.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    plans = []
    for path, folder in ((LSESN, tmp_path / "one"), (config, tmp_path / "two")):
        results_of(path, folder)
        plans.append(
            json.loads((folder / "outputs" / "lsesn" / "plan.json").read_text("utf-8")) | {"fingerprint": ""}
        )
    assert plans[0] == plans[1]
    for name in ("zones.csv", "measures.csv", "ranking.csv", "worlds.csv", "snaps.csv"):
        one, two = (
            (tmp_path / folder / "outputs" / "lsesn" / name).read_bytes() for folder in ("one", "two")
        )
        assert one == two, name
