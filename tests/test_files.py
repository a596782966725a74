"""Files are written whole or not at all, with the same bytes for the same values."""

import json
import math
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting import files
from clinic_siting.errors import OutputError
from clinic_siting.siting.reading import read_times

OLD = {"plan.json": "old", "zones.csv": "old"}
NEW = {"plan.json": "new", "zones.csv": b"new"}


class Killed(BaseException):
    """Stands for a kill: no `except Exception` may stop it."""


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def kill_at(monkeypatch, owner, name: str, *, call: int) -> None:
    """Let a function be killed the ``call``-th time it is called."""
    real, calls = getattr(owner, name), []

    def deadly(*args, **kwargs):
        calls.append(args)
        if len(calls) == call:
            raise Killed
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, deadly)


def test_a_folder_is_made_with_its_parents(tmp_path):
    folder = tmp_path / "outputs" / "toy"
    files.write_folder(folder, NEW)
    assert contents(folder) == {"plan.json": "new", "zones.csv": "new"}
    assert folder.stat().st_mode & 0o777 == 0o755
    assert [p.name for p in folder.parent.iterdir()] == ["toy"]


def test_a_folder_is_replaced_and_nothing_of_the_old_one_stays(tmp_path):
    folder = tmp_path / "toy"
    files.write_folder(folder, {**OLD, "stray.csv": "old"})
    files.write_folder(folder, NEW)
    assert contents(folder) == {"plan.json": "new", "zones.csv": "new"}
    assert [p.name for p in tmp_path.iterdir()] == ["toy"]


@pytest.mark.parametrize("call", [1, 2])
def test_a_folder_that_could_not_be_written_leaves_the_old_one_whole(tmp_path, monkeypatch, call):
    folder = tmp_path / "toy"
    files.write_folder(folder, OLD)
    kill_at(monkeypatch, Path, "write_bytes", call=call)
    with pytest.raises(Killed):
        files.write_folder(folder, NEW)
    assert contents(folder) == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["toy"]


def test_a_folder_changes_place_in_one_step_where_the_system_can(tmp_path, monkeypatch):
    folder = tmp_path / "toy"
    files.write_folder(folder, OLD)
    if not files._exchange(folder, Path(shutil.copytree(folder, tmp_path / "other"))):
        pytest.skip("this system cannot exchange two folders in one step")
    shutil.rmtree(tmp_path / "other")
    kill_at(monkeypatch, Path, "rename", call=1)
    files.write_folder(folder, NEW)
    assert contents(folder) == {"plan.json": "new", "zones.csv": "new"}
    assert [p.name for p in tmp_path.iterdir()] == ["toy"]


def test_a_link_in_place_of_a_folder_is_replaced_and_what_it_led_to_stays(tmp_path):
    files.write_folder(tmp_path / "elsewhere", OLD)
    (tmp_path / "toy").symlink_to(tmp_path / "elsewhere")
    files.write_folder(tmp_path / "toy", NEW)
    assert not (tmp_path / "toy").is_symlink()
    assert contents(tmp_path / "elsewhere") == OLD
    assert sorted(p.name for p in tmp_path.iterdir()) == ["elsewhere", "toy"]
    (tmp_path / "toy.html").symlink_to(tmp_path / "elsewhere" / "plan.json")
    files.write_file(tmp_path / "toy.html", "new")
    assert contents(tmp_path / "elsewhere") == OLD


def test_what_killed_processes_left_a_day_ago_is_removed_and_nothing_else(tmp_path):
    (tmp_path / ".toy-abcdefgh").mkdir()
    (tmp_path / ".toy-abcdefgh" / "plan.json").write_text("half")
    (tmp_path / ".toy-stuvwxyz").write_text("half")
    (tmp_path / ".toy-longer-name").mkdir()
    (tmp_path / ".toy-12345678").mkdir()
    for name in (".toy-abcdefgh", ".toy-stuvwxyz", ".toy-longer-name"):
        os.utime(tmp_path / name, (1, 1))
    files.write_folder(tmp_path / "toy", NEW)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".toy-12345678", ".toy-longer-name", "toy"]


def test_of_two_writers_into_one_folder_the_second_waits(tmp_path):
    pytest.importorskip("fcntl")
    order = []

    def second() -> None:
        with files.one_at_a_time(tmp_path / "out"):
            order.append("second")

    thread = threading.Thread(target=second)
    with files.one_at_a_time(tmp_path / "out"):
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("call", [1, 2])
def test_elsewhere_a_folder_stopped_while_it_changes_place_is_put_back(tmp_path, monkeypatch, call):
    folder = tmp_path / "toy"
    files.write_folder(folder, OLD)
    monkeypatch.setattr(files, "_exchange", lambda *_: False)
    kill_at(monkeypatch, Path, "rename", call=call)
    with pytest.raises(Killed):
        files.write_folder(folder, NEW)
    assert contents(folder) == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["toy"]


def test_elsewhere_a_folder_is_replaced_by_two_renames(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_exchange", lambda *_: False)
    files.write_folder(tmp_path / "toy", OLD)
    files.write_folder(tmp_path / "toy", NEW)
    assert contents(tmp_path / "toy") == {"plan.json": "new", "zones.csv": "new"}
    assert [p.name for p in tmp_path.iterdir()] == ["toy"]


def test_a_full_disk_is_refused_and_leaves_the_old_folder_whole(tmp_path, monkeypatch):
    folder = tmp_path / "toy"
    files.write_folder(folder, OLD)

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="toy cannot be written: No space left on device"):
        files.write_folder(folder, NEW)
    assert contents(folder) == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["toy"]


@pytest.mark.parametrize("write", [lambda p: files.write_file(p, ""), lambda p: files.write_folder(p, {})])
def test_a_file_where_a_folder_should_be_is_refused(tmp_path, write):
    (tmp_path / "maps").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "maps" / "toy")
    assert (tmp_path / "maps").read_text() == "in the way"


def test_a_file_is_made_with_its_parents_and_replaced(tmp_path):
    path = tmp_path / "maps" / "toy.html"
    files.write_file(path, "old")
    files.write_file(path, b"new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in path.parent.iterdir()] == ["toy.html"]


def test_a_file_killed_before_it_changes_place_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "toy.html"
    files.write_file(path, "old")
    kill_at(monkeypatch, Path, "replace", call=1)
    with pytest.raises(Killed):
        files.write_file(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["toy.html"]  # noqa: PTH208 - names alone


def test_json_has_no_word_for_endless_and_missing_figures():
    text = files.to_json({"gap": math.inf, "bound": np.float64("nan"), "below": -np.inf})
    assert json.loads(text) == {"gap": None, "bound": None, "below": None}


def test_json_takes_the_values_that_stages_hand_over():
    record = {
        "proven": np.bool_(True),  # noqa: FBT003 - the type is the point
        "n": np.int64(3),
        "share": np.float32(0.5),
        "chosen": ("a", "b"),
        "path": Path("outputs") / "toy",
        3: {"nested": [np.float64(1.5), None]},
        "name": "Müller’s",
    }
    text = files.to_json(record)
    assert json.loads(text) == {
        "proven": True,
        "n": 3,
        "share": 0.5,
        "chosen": ["a", "b"],
        "path": "outputs/toy",
        "3": {"nested": [1.5, None]},
        "name": "Müller’s",
    }
    assert "Müller’s" in text
    assert text.endswith("}\n")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(record=st.dictionaries(st.text(), PLAIN, max_size=4))
@settings(deadline=None, max_examples=100)
def test_json_gives_back_what_it_was_given(record):
    assert json.loads(files.to_json(record)) == record


def test_csv_has_four_places_and_the_same_line_ends_everywhere():
    table = pd.DataFrame(
        {"minutes": [1 / 3, np.inf], "name": ["a, b", None]}, index=pd.Index(["x", "y"], name="zone_id")
    )
    assert files.to_csv(table) == 'zone_id,minutes,name\nx,0.3333,"a, b"\ny,inf,\n'


def test_text_that_a_spreadsheet_would_run_is_marked_as_text():
    names = ["=cmd()|x", "+1", "-2", "@sum", "\t=1", "plain", "", None]
    table = pd.DataFrame({"name": names, "change": -1.5}, index=pd.Index(list("=bcdefgh"), name="id"))
    lines = files.to_csv(table).splitlines()
    assert lines[:3] == ["id,name,change", "'=,'=cmd()|x,-1.5000", "b,'+1,-1.5000"]
    assert lines[6:] == ["f,plain,-1.5000", "g,,-1.5000", "h,,-1.5000"]
    pairs = table.set_index("name", append=True)
    assert files.to_csv(pairs).splitlines()[1] == "'=,'=cmd()|x,-1.5000"


def test_figures_that_others_compute_with_are_written_in_full():
    table = pd.DataFrame({"a": [1 / 3, np.nan], "b": [1 / 3, 2.0]}, index=pd.Index(["x", "y"], name="id"))
    assert files.to_csv(table, exact=("a",)) == "id,a,b\nx,0.3333333333333333,0.3333\ny,,2.0000\n"


def test_no_id_of_a_table_is_a_formula_and_our_readers_give_it_back(tmp_path):
    times = pd.DataFrame({"=cmd()": [1.5]}, index=pd.Index(["@c"], name="zone_id"))
    files.write_table(tmp_path / "times.csv", times)
    files.write_table(tmp_path / "times.parquet", times)
    assert (tmp_path / "times.csv").read_text() == "zone_id,'=cmd()\n'@c,1.5000\n"
    for ending in ("csv", "parquet"):
        found = read_times(tmp_path / f"times.{ending}")
        assert (list(found.zone_id), list(found.site_id)) == (["@c"], ["=cmd()"])
