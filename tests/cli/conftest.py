import sys

import pytest

from clinic_siting import cli


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run a command in a folder of the test's own: exit code, what it said, what it complained of."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["clinic-siting", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr()
        return int(stop.value.code or 0), said.out, said.err

    return run
