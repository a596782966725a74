"""No command asks anything of the network, unless it is told to by name."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Every door that Python knows: names looked up, sockets joined, programs that fetch.
BLOCK = """
import sys
def guard(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}:
        address = arguments[1] if event.startswith("socket.connect") else arguments[0]
        if isinstance(address, str) and address.startswith("/"):  # a socket on this machine
            return
        print(f"NETWORK {event} {arguments!r}", file=sys.stderr)
        raise OSError("the network is blocked")
sys.addaudithook(guard)
import json
from clinic_siting.cli import main
for name, words in json.loads(sys.argv[1]).items():
    sys.argv = ["clinic-siting", *words]
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    print(f"END {name} {code}", file=sys.stderr, flush=True)
"""
TABLES = ("--times", "t.csv", "--demand", "d.csv", "--sites", "s.csv")
COMMANDS = {
    "run": ("run", "CONFIG"),
    "check": ("check", "CONFIG"),
    "matrix": ("matrix", "CONFIG", "--out", "times.csv"),
    "isochrones": ("isochrones", "CONFIG", "--at", "0.5,51.3", "--out", "iso.geojson"),
    "compare": ("compare", "CONFIG", "OTHER"),
    "robustness": ("robustness", "CONFIG", "--speed-draws", "2", "--demand-draws", "2"),
    "solve": ("solve", *TABLES, "--objective", "mean", "--open", "1", "--out", "plan.json"),
    "help": ("--help",),
}


# Which other worlds are tried is nothing to the network.
FEW_WORLDS = {"periods": ["pm_peak"], "gates_min": [], "demand_models": [], "close_each": False}


@pytest.fixture
def offline(write_config, tmp_path):
    """Commands one after the other in one process: code of each, and what it said."""
    (tmp_path / "t.csv").write_text("zone_id,old,mid\na,0,10\nb,15,5\n")
    (tmp_path / "d.csv").write_text("zone_id,demand\na,1\nb,2\n")
    (tmp_path / "s.csv").write_text("site_id,status\nold,existing\nmid,candidate\n")
    toy_config, other = (write_config(name, robustness=FEW_WORLDS) for name in ("toy", "other"))
    known = {"CONFIG": str(toy_config), "OTHER": str(other)}

    def run(commands: dict[str, tuple[str, ...]], *before: str) -> tuple[dict[str, int], str]:
        words = {name: [known.get(word, word) for word in typed] for name, typed in commands.items()}
        done = subprocess.run(  # noqa: S603 - our own program
            [*before, sys.executable, "-c", BLOCK, json.dumps(words)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "http_proxy": "", "https_proxy": ""},
            check=False,
        )
        ends = re.findall(r"^END (\w+) (\d+)$", done.stderr, re.MULTILINE)
        return {name: int(code) for name, code in ends}, done.stderr

    return run


def without_network() -> list[str]:
    """Words before a command by which the system takes the network from it; none where it cannot."""
    unshare = shutil.which("unshare")
    alone = [unshare, "--net"] if os.getuid() == 0 else [unshare, "--user", "--map-root-user", "--net"]
    if unshare is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:  # noqa: S603 - the system's own
        return []
    return alone


def test_every_command_runs_with_every_door_to_the_network_shut(offline):
    """Also libraries that are not Python find no network, where the system can take it from a process."""
    codes, said = offline(COMMANDS, *without_network())
    assert "NETWORK" not in said
    assert codes == dict.fromkeys(COMMANDS, 0), said


def test_a_place_is_fetched_only_where_it_is_asked_for_by_name(offline, tmp_path):
    pytest.importorskip("osmnx")
    words = ("roads", "import", "--place", "Lewes, England", "--out", str(tmp_path / "roads"))
    codes, said = offline({"roads": words})
    assert "NETWORK" in said
    assert codes == {"roads": 1}
    assert "OpenStreetMap's servers cannot be reached" in said
    assert not Path(tmp_path / "roads").exists()
