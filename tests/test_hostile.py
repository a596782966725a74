"""Files and folders made with malice: refused in a line, soon, and nothing else is touched."""

import os
import sys
from pathlib import Path

import pytest
from tests.fuzz.limits import soon

from clinic_siting import cli
from clinic_siting.config import read_config
from clinic_siting.errors import ClinicSitingError
from clinic_siting.osm import read_roads_file
from clinic_siting.questions import read_points
from clinic_siting.siting import grammar, verify_files
from clinic_siting.siting.reading import read_demand
from clinic_siting.sources import open_data, read_own_times, read_zones
from clinic_siting.spreadsheets import read_bytes


@pytest.fixture(autouse=True)
def _soon():
    """Nothing here may wait for a pipe or read without end; a machine busy with other things is no fault."""
    with soon(cpu_s=60):
        yield


def pipe(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


READERS = {
    "config.yaml": read_config,
    "rules.yaml": grammar.read_rules_file,
    "times.csv": read_own_times,
    "demand.csv": read_demand,
    "roads.osm.pbf": read_roads_file,
    "roads.graphml": read_roads_file,
    "plan.json": lambda path: verify_files(path, path, path, path),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("make", [pipe, loop, endless, folder, dangling])
def test_what_is_no_file_is_refused_by_every_reader(tmp_path, name, make):
    make(tmp_path / name)
    with pytest.raises(ClinicSitingError, match=name):
        READERS[name](tmp_path / name)


@pytest.mark.parametrize("make", [loop, dangling])
def test_a_link_in_a_circle_or_to_nothing_is_called_so(tmp_path, make):
    make(tmp_path / "config.yaml")
    with pytest.raises(ClinicSitingError, match="a link that leads to no file"):
        read_config(tmp_path / "config.yaml")


@pytest.mark.parametrize("make", [pipe, loop, endless, folder, dangling])
def test_what_is_no_file_is_refused_in_a_data_folder(toy_data, make):
    (toy_data / "zones.csv.gz").unlink()
    make(toy_data / "zones.csv.gz")
    with pytest.raises(ClinicSitingError, match=r"zones\.csv\.gz"):
        read_zones(open_data(toy_data))


def test_a_link_to_a_sound_file_is_as_good_as_the_file(toy_data, tmp_path):
    (toy_data / "zones.csv.gz").rename(tmp_path / "elsewhere")
    (toy_data / "zones.csv.gz").symlink_to(tmp_path / "elsewhere")
    assert len(read_zones(open_data(toy_data)).zone_id) == 12


def test_a_manifest_cannot_lead_elsewhere(toy_data):
    secret = toy_data.parent / "secret.csv"
    secret.write_text("site_id,lon,lat\n")
    with (toy_data / "manifest.csv").open("a") as manifest:
        manifest.write("../secret.csv,,,,,,,0\n")
    data = open_data(toy_data)
    with pytest.raises(ClinicSitingError, match="is not the file its manifest describes"):
        data.read("../secret.csv")


def entities(path: Path, body: str) -> Path:
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE x [{body}]><graphml>&x;</graphml>')
    return path


@pytest.mark.parametrize(
    "body",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY x{n} "&a;&a;&a;&a;">' for n in range(99)),
        '<!ENTITY % remote SYSTEM "http://127.0.0.1:9/x.dtd"> %remote;',
    ],
)
@pytest.mark.parametrize("name", ["roads.graphml", "roads.osm"])
def test_entities_are_neither_fetched_nor_unfolded(tmp_path, body, name):
    with pytest.raises(ClinicSitingError, match=r"cannot be read|declares a document type") as refusal:
        read_roads_file(entities(tmp_path / name, body))
    assert "root:" not in str(refusal.value)


def test_a_file_of_the_system_gives_nothing_away(tmp_path):
    """A table that is none is refused without a word of what stands in it, but for its heading."""
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    with pytest.raises(ClinicSitingError) as refusal:
        read_points(tmp_path / "link.csv", None)
    assert "/bin" not in str(refusal.value).splitlines()[0]


def test_a_sparse_file_of_a_terabyte_is_refused_unread(tmp_path):
    with (tmp_path / "t.csv").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ClinicSitingError, match="more than any table here could need"):
        read_bytes(tmp_path / "t.csv")


def test_results_that_lead_elsewhere_by_a_link_are_written_here_and_nothing_there_changes(
    toy_config, tmp_path, monkeypatch
):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")
    for name in ("outputs", "maps"):
        (tmp_path / name).mkdir()
    (tmp_path / "outputs" / "toy").symlink_to(precious)
    (tmp_path / "maps" / "toy.html").symlink_to(precious / "thesis.txt")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["clinic-siting", "run", str(toy_config)])
    with pytest.raises(SystemExit, match="0"):
        cli.main()
    assert [path.name for path in precious.iterdir()] == ["thesis.txt"]
    assert (precious / "thesis.txt").read_text() == "years of work"
    assert (tmp_path / "outputs" / "toy" / "plan.json").is_file()
