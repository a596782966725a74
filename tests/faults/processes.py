"""What tests of faults ask of a process and of the files it leaves."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAM = [sys.executable, "-c", "from clinic_siting.cli import main; main()"]
# The same as it is installed: with a witness, who says what ended it.
WATCHED = [sys.executable, "-c", "from clinic_siting.cli.watch import main; main()"]


def files_in(*folders: Path) -> dict[str, bytes]:
    """Every file below some folders by its path, hidden ones too."""
    return {
        f"{folder.name}/{path.relative_to(folder)}": path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ended(how: tuple[int, str, str]) -> "subprocess.CompletedProcess[str]":
    """A command of this process, where nothing asks for another, as if it had been one."""
    code, said, complained = how
    return subprocess.CompletedProcess([], code, said, complained)


def visible(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if "/." not in name}


def one_line(done: subprocess.CompletedProcess[str], verdict: str, *, code: int = 1) -> None:
    """A process that ended with a verdict and at most five rows, and no traceback."""
    first, *rows = done.stderr.rstrip("\n").split("\n")
    assert done.returncode == code, done.stderr
    assert first.startswith("clinic-siting: "), done.stderr
    assert verdict in first
    assert len(rows) <= 5
    assert "Traceback" not in done.stderr
