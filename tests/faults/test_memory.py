"""A machine short of memory: a word about it, or an end by the system, but nothing half-written."""

import os
import resource
import subprocess

import numpy as np
import pytest
from tests.faults.processes import WATCHED, files_in

from clinic_siting import inspection

# From what Python alone needs to what a run needs; threads of BLAS would ask for more than all else.
MEGABYTES = [300, 450, 600, 700, 800, 900, 1000, 1200, 1500, 4000]
QUIET = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def limited(megabytes: int, config, folder) -> "subprocess.CompletedProcess[str]":
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    return subprocess.run(  # noqa: S603 - our own program, and no thread of ours forks
        [*WATCHED, "run", str(config)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **QUIET},
        preexec_fn=limit,
        check=False,
        timeout=300,
    )


@pytest.mark.long
def test_however_little_memory_there_is_nothing_is_half_written(run, tmp_path, toy_config, record_property):
    assert run("run", toy_config).returncode == 0
    whole = files_in(tmp_path / "outputs", tmp_path / "maps")
    ends = []
    for megabytes in MEGABYTES:
        done = limited(megabytes, toy_config, tmp_path)
        ends.append(f"{megabytes} MB: {done.returncode}, {done.stderr.strip().splitlines()[-1:]}")
        assert files_in(tmp_path / "outputs", tmp_path / "maps") == whole
        assert "Traceback" not in done.stderr, ends
    record_property("limits", len(ends))
    record_property("ends", ends)
    assert ends[-1].startswith("4000 MB: 0")
    # Python or BLAS may find no room to begin, and a library may hide why it failed.
    told = [end for end in ends if "short of memory" in end or ": 0, " in end]
    assert len(told) >= len(ends) - 2, ends


def test_too_little_memory_is_said_in_words(command, tmp_path, toy_config, monkeypatch):
    monkeypatch.setattr(inspection, "inspect", lambda *_, **__: np.ones(1 << 46))
    code, _, complained = command("run", toy_config)
    assert code == 1
    assert complained.startswith("clinic-siting: the machine ran short of memory; close other programs")
    assert not (tmp_path / "outputs").exists()
