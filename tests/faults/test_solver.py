"""A solver that is missing, crashes, or talks nonsense: one line, no plan."""

import subprocess

import pytest
from tests.faults.processes import one_line

TIMES = "zone_id,old,mid,far\na,0,10,25\nb,15,5,10\nc,25,15,0\n"
DEMAND = "zone_id,demand\na,1\nb,2\nc,3\n"
SITES = "site_id,status\nold,existing\nmid,candidate\nfar,candidate\n"


@pytest.fixture
def solve(command, tmp_path, monkeypatch):
    """The command in this process; the solver is a process of its own either way."""
    for name, text in (("t", TIMES), ("d", DEMAND), ("s", SITES)):
        (tmp_path / f"{name}.csv").write_text(text)

    def start(solver: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
        if path is not None:
            monkeypatch.setenv("PATH", path)
        words = ["--times", "t.csv", "--demand", "d.csv", "--sites", "s.csv", "--objective", "mean"]
        words += ["--open", "1", "--out", "plan.json", "--solver", solver]
        code, said, complained = command("solve", *words)
        assert not (tmp_path / "plan.json").exists()
        return subprocess.CompletedProcess(words, code, said, complained)

    return start


def test_a_solver_that_is_missing_is_named_with_those_that_are_not(solve):
    one_line(solve("NO_SUCH"), "the solver NO_SUCH is not there; choose one that PuLP finds")
    one_line(solve("COIN_CMD", "/nowhere"), "the solver COIN_CMD is not there")


@pytest.mark.parametrize(
    "program",
    [
        "kill -SEGV $$",
        "exit 3",
        "exit 0",
        'for word in "$@"; do case $word in *.sol) echo nonsense > "$word";; esac; done',
        'for word in "$@"; do case $word in *.sol) head -c 999 /dev/urandom > "$word";; esac; done',
    ],
    ids=["crashes", "fails", "does nothing", "nonsense", "noise"],
)
def test_a_solver_that_breaks_leaves_no_plan(solve, tmp_path, program):
    fake = tmp_path / "bin" / "cbc"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\n{program}\n")
    fake.chmod(0o755)
    one_line(solve("COIN_CMD", f"{fake.parent}:/usr/bin:/bin"), "COIN_CMD")
