"""A kill at any moment, two runs at once, a fault that nobody foresaw."""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.faults.processes import PROGRAM, ended, files_in, one_line, visible

from clinic_siting import pipeline

RUNS = int(os.environ.get("CLINIC_SITING_KILLS", "60"))
PAIRS = RUNS // 4


def start(config: Path, folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, "run", str(config)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture
def results(tmp_path, toy_files, other_files, lay_out):
    """What both scenarios write; the second one's files are there already."""
    assert toy_files["outputs/toy/plan.json"] != other_files["outputs/toy/plan.json"]
    lay_out(tmp_path, other_files)
    return [toy_files, other_files]


def which(found: dict[str, bytes], whole: list[dict[str, bytes]], part: str) -> int:
    """Whose files these are: of one run, all of them."""
    here = {name: content for name, content in visible(found).items() if name.startswith(part)}
    for number, of_run in enumerate(whole):
        if here == {name: content for name, content in of_run.items() if name.startswith(part)}:
            return number
    others = [
        sorted(name for name in here | of_run if here.get(name) != of_run.get(name)) for of_run in whole
    ]
    raise AssertionError(f"{part} holds what no single run writes: {min(others, key=len)} are of another")


@pytest.mark.long
def test_many_pairs_of_runs_at_once_leave_the_results_of_one(
    tmp_path, toy_config, other_config, results, record_property
):
    """The second run begins at any moment of the first."""
    chance, last = random.Random(11), []  # noqa: S311 - a fair draw, no secret
    for number in range(PAIRS):
        first = start((toy_config, other_config)[number % 2], tmp_path)
        time.sleep(chance.uniform(0, 1.5))
        second = start((other_config, toy_config)[number % 2], tmp_path)
        assert [process.wait(timeout=300) for process in (first, second)] == [0, 0]
        found = files_in(tmp_path / "outputs", tmp_path / "maps")
        assert found == visible(found)
        last.append(which(found, results, "outputs/"))
        assert last[-1] == which(found, results, "maps/")
    record_property("pairs", PAIRS)


@pytest.mark.long
def test_a_run_that_is_killed_at_any_moment_leaves_whole_results(
    tmp_path, toy_config, other_config, results, record_property
):
    """Half of the kills come at any moment of a run, half of them while its results are being written."""
    chance, killed, while_writing = random.Random(7), 0, 0  # noqa: S311 - a fair draw, no secret
    began = time.monotonic()
    start(toy_config, tmp_path).wait(timeout=300)
    lasts = time.monotonic() - began
    for number in range(RUNS):
        process = start((toy_config, other_config)[number % 2], tmp_path)
        if number % 4 < 2:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=chance.uniform(0, 1.1 * lasts))
        else:
            while process.poll() is None and not any(
                path for folder in ("outputs", "maps") for path in (tmp_path / folder).glob(".toy*-????????")
            ):
                time.sleep(0.0005)
            time.sleep(chance.uniform(0, 0.02))
            while_writing += process.poll() is None
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        found = files_in(tmp_path / "outputs", tmp_path / "maps")
        which(found, results, "outputs/")
        which(found, results, "maps/toy.html")
        which(found, results, "maps/index.html")
    record_property("runs", RUNS)
    record_property("killed", killed)
    record_property("killed while writing", while_writing)
    assert killed >= 0.8 * RUNS
    assert start(toy_config, tmp_path).wait(timeout=300) == 0
    found = files_in(tmp_path / "outputs", tmp_path / "maps")
    assert which(found, results, "") == 0


UNFORESEEN = {
    ZeroDivisionError("a\nb"): "an unforeseen fault, ZeroDivisionError: a b. Earlier results stay",
    MemoryError(): "the machine ran short of memory; close other programs, or choose a smaller area",
    ImportError("x.so: failed to map segment from shared object"): "the machine ran short of memory",
    OSError(12, "Cannot allocate memory"): "the machine ran short of memory",
    RecursionError(): "an unforeseen fault, RecursionError",
}


@pytest.fixture
def fails(monkeypatch):
    """Let the line end in a fault."""

    def let(error: BaseException) -> None:
        def fail(*_arguments, **_options):
            raise error

        monkeypatch.setattr(pipeline, "run", fail)

    return let


@pytest.mark.parametrize(("error", "verdict"), UNFORESEEN.items(), ids=lambda value: type(value).__name__)
def test_a_fault_that_nobody_foresaw_is_one_line(command, fails, toy_config, tmp_path, error, verdict):
    fails(error)
    one_line(ended(command("run", toy_config)), verdict)
    assert not (tmp_path / "outputs").exists()


def test_who_asks_for_details_gets_them(command, fails, toy_config, monkeypatch):
    fails(ZeroDivisionError("deep"))
    with pytest.raises(ZeroDivisionError, match="deep"):
        command("run", toy_config, "--debug")
    monkeypatch.setenv("CLINIC_SITING_DEBUG", "1")
    with pytest.raises(ZeroDivisionError, match="deep"):
        command("run", toy_config)
