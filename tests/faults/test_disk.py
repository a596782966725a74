"""A disk that is full, or may not be written to: refused in one line, and what was there stays whole."""

import os
import subprocess

import pytest
from tests.faults.processes import ended, files_in, one_line, visible

from clinic_siting.siting import verify_folder

# Room for the plan's folder comes first, for its page later: the faults lie before, between and after.
ROOM_KB = [40, 760]


@pytest.mark.usefixtures("answered")
def test_a_full_disk_is_refused_and_earlier_results_stay_whole(command, small_disk, toy_config, other_config):
    disk = small_disk(4_000)
    words = ("--out", disk / "outputs", "--maps", disk / "maps")
    assert command("run", toy_config, *words)[0] == 0
    whole = files_in(disk / "outputs", disk / "maps")
    room = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    refused = 0
    for left in ROOM_KB:
        (disk / "ballast").write_bytes(b"0" * max(0, room - 1024 * left))
        done = ended(command("run", other_config, *words))
        (disk / "ballast").unlink()
        if done.returncode:
            one_line(done, "cannot be written: No space left on device; nothing was changed there")
            refused += 1
        found = files_in(disk / "outputs", disk / "maps")
        assert found.keys() == whole.keys()
        plan_changed = found["outputs/toy/plan.json"] != whole["outputs/toy/plan.json"]
        for name in found:
            if name.startswith("outputs/") and not plan_changed:
                assert found[name] == whole[name]
        assert found["maps/toy.html"].rstrip().endswith(b"</html>")
        verify_folder(disk / "outputs" / "toy")
    assert refused >= 1


@pytest.mark.usefixtures("answered")
def test_a_folder_that_is_read_only_is_refused(command, small_disk, toy_config):
    disk = small_disk(4_000)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S603, S607 - our own words
    done = ended(command("run", toy_config, "--out", disk / "outputs", "--maps", disk / "maps"))
    one_line(done, "outputs cannot be written: Read-only file system; nothing was changed there")
    done = ended(command("matrix", toy_config, "--out", disk / "times.csv"))
    one_line(done, "times.csv cannot be written: Read-only file system")
    assert visible(files_in(disk)) == {}


@pytest.mark.skipif(os.getuid() == 0, reason="an administrator may write everywhere")
def test_a_folder_without_the_right_to_write_is_refused(run, toy_config, tmp_path):
    (tmp_path / "outputs").mkdir(mode=0o555)
    one_line(run("run", toy_config), "outputs/toy cannot be written: Permission denied")


def test_data_on_a_read_only_disk_and_no_home_are_enough(run, small_disk, toy_config):
    """A run needs to write its results, and nowhere else."""
    disk = small_disk(4_000)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S603, S607 - our own words
    done = run("run", toy_config, HOME=str(disk), XDG_CACHE_HOME=str(disk), MPLCONFIGDIR=str(disk / "mpl"))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
