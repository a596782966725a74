"""No command asks anything of the network, unless it is told to by name."""

import os
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
from clinic_siting.cli import main
main()
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


@pytest.fixture
def offline(toy_config, tmp_path):
    (tmp_path / "t.csv").write_text("zone_id,old,mid\na,0,10\nb,15,5\n")
    (tmp_path / "d.csv").write_text("zone_id,demand\na,1\nb,2\n")
    (tmp_path / "s.csv").write_text("site_id,status\nold,existing\nmid,candidate\n")

    def run(words: tuple[str, ...], *before: str) -> subprocess.CompletedProcess[str]:
        known = {
            "CONFIG": str(toy_config),
            "OTHER": shutil.copy(toy_config, toy_config.with_name("other.yaml")),
        }
        given = [str(known.get(word, word)) for word in words]
        return subprocess.run(  # noqa: S603 - our own program
            [*before, sys.executable, "-c", BLOCK, *given],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "http_proxy": "", "https_proxy": ""},
            check=False,
        )

    return run


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_runs_with_every_door_to_the_network_shut(offline, name):
    done = offline(COMMANDS[name])
    assert "NETWORK" not in done.stderr
    assert done.returncode == 0, done.stderr


def test_the_main_job_runs_where_there_is_no_network_at_all(offline):
    """Also libraries that are not Python find none: a process without any network, by the system."""
    unshare = shutil.which("unshare")
    alone = [unshare, "--net"] if os.getuid() == 0 else [unshare, "--user", "--map-root-user", "--net"]
    if unshare is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:  # noqa: S603 - the system's own
        pytest.skip("this system cannot take the network from a process")
    done = offline(COMMANDS["run"], *alone)
    assert done.returncode == 0, done.stderr


def test_a_place_is_fetched_only_where_it_is_asked_for_by_name(offline, tmp_path):
    pytest.importorskip("osmnx")
    done = offline(("roads", "import", "--place", "Lewes, England", "--out", str(tmp_path / "roads")))
    assert "NETWORK" in done.stderr
    assert done.returncode == 1
    assert "OpenStreetMap's servers cannot be reached" in done.stderr
    assert not Path(tmp_path / "roads").exists()
