"""Codes of two censuses, or of two kinds of area, never stand side by side unseen."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from clinic_siting.gate.codes import check_codes, check_middle_layer, ended_lsoas

ROOT = Path(__file__).parents[2]
# Of one authority in the data; numbers 4 and 47 ended.
SOUND = ["E01000001", "E01000002", "E01000003", "E01000005", "E01000046", "E01035000"]


def red(ids: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    return [(f.what, f.rows) for f in check_codes(pd.Series(ids)) if f.light == "red"]


def test_codes_of_one_census_and_of_one_kind_are_green():
    assert red(SOUND) == []


@pytest.mark.parametrize("code", ["E01000004", "E01000047"])
def test_one_code_of_2011_among_those_of_2021_is_found_by_its_name(code):
    what = "1 code(s) are of LSOAs that ended by 2021: codes of 2011 among those of 2021"
    assert red([*SOUND, code]) == [(what, (code,))]


def test_codes_of_2011_throughout_are_known_by_what_is_missing():
    old = [f"E0101{n:04}" for n in range(1200)]
    assert "look like LSOAs of 2011" in red(old)[0][0]
    assert red([*old, "E01035000"]) == []


def test_kinds_of_areas_do_not_mix():
    assert red([*SOUND, "W01000001"]) == []
    assert red([*SOUND, "E02000001"])[0][1][-1] == "MSOA: 1, for instance E02000001"


def test_a_middle_layer_area_that_nobody_drew_is_red():
    msoa = pd.Series(["E02000001", "E02000009"], index=["a", "b"])
    foreign, absent = check_middle_layer(msoa, {"E02000001", "E02000002"})
    assert (foreign.light, foreign.rows) == ("red", ("b: E02000009",))
    assert (absent.light, absent.rows) == ("red", ("E02000002",))


def test_the_list_of_what_ended_is_what_the_bundled_zones_leave_out():
    spec = importlib.util.spec_from_file_location("ended", ROOT / "scripts" / "ended_lsoas.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    zones = pd.read_csv(script.ZONES, dtype={"zone_id": str})
    kept = (ROOT / "src" / "clinic_siting" / "gate" / "ended_lsoas.txt").read_text("utf-8")
    assert script.text(zones) == kept
    assert len(ended_lsoas()) > 600
    assert ended_lsoas().isdisjoint(zones["zone_id"])
