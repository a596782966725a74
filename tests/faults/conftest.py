"""Commands as processes of their own, and small disks, so that faults can be made for real."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.processes import PROGRAM

from clinic_siting import pipeline, report
from clinic_siting.config import Config, read_config

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path) -> Run:
    """A command as a process in a folder of the test's own."""

    def start(*words: object, prelude: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        program = [PROGRAM[0], "-c", f"{prelude}\n{PROGRAM[2]}", *map(str, words)]
        return subprocess.run(  # noqa: S603 - our own program
            program,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, **environment},
            check=False,
            timeout=300,
        )

    return start


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Callable[..., Path]]:
    """A disk of some kilobytes, for real; skipped where nobody may mount one."""
    mounted: list[Path] = []

    def mount(kilobytes: int) -> Path:
        place = tmp_path / "disk"
        place.mkdir()
        words = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
        program = shutil.which("mount")
        if program is None or subprocess.run([program, *words], capture_output=True, check=False).returncode:  # noqa: S603 - our own words
            pytest.skip("nobody but an administrator may mount a disk")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607 - our own words


OTHER = {"siting": {"open": 1, "require": []}, "title": "For people"}


@pytest.fixture(scope="module")
def other_config(write_shared_config) -> Path:
    """Another scenario of the same name, whose results differ; its config names the data alike."""
    return write_shared_config(**OTHER)


@pytest.fixture(scope="module")
def other_answer(once, other_config) -> pipeline.Answer:
    """The answer to the other scenario."""
    return once("other-answer", lambda: pipeline.run(read_config(other_config)))


@pytest.fixture(scope="module")
def other_files(once, files_of, other_config, other_answer) -> dict[str, bytes]:
    """What a run of the other scenario writes."""
    return once("other-files", lambda: files_of(other_answer, other_config))


@pytest.fixture
def answered(toy_answer, toy_files, other_answer, other_files, monkeypatch) -> None:
    """Runs whose answers and reports are at hand: the writing of them is to be tested."""
    known = {"For people": (other_answer, other_files), "Two more toy clinics": (toy_answer, toy_files)}

    def run(config: Config, **_options: object) -> pipeline.Answer:
        answer, written = known[config.title]
        reports = {name: written[f"outputs/toy/{name}"] for name in report.TO_READ}
        monkeypatch.setattr(report, "report_files", lambda _found: reports)
        return answer

    monkeypatch.setattr(pipeline, "run", run)
