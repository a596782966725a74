"""Speeds that are km/h, and figures that roads have."""

import pandas as pd
import pytest

from clinic_siting.gate.speeds import check_speeds

TABLES = {
    "speeds": pd.DataFrame({"road_class": ["minor", "primary", "motorway"], "kph": [30.0, 50.0, 100.0]}),
    "observed": pd.DataFrame({"authority": ["W06"], "road": ["A1"], "kph": [41.0]}),
    "periods": pd.DataFrame({"period": ["free_flow", "am_peak"], "delay_ratio": [0.0, 1.19]}),
    "area_factors": pd.DataFrame({"authority": ["W06"], "authority_name": ["West"], "am_peak": [1.4]}),
}


def red(tables):
    return [finding for finding in check_speeds(tables) if finding.light == "red"]


def test_sound_tables_are_green():
    assert red(TABLES) == []
    assert red({**TABLES, "observed": TABLES["observed"].head(0)}) == []


@pytest.mark.parametrize("name", ["speeds", "observed"])
@pytest.mark.parametrize("factor", [1 / 60, 1000 / 60])
def test_speeds_in_another_unit_are_found_by_their_size(name, factor):
    other = TABLES[name].assign(kph=TABLES[name]["kph"] * factor)
    [finding] = red({**TABLES, name: other})
    assert (finding.where, finding.what) == (name, "kph looks like another unit than km/h")


@pytest.mark.parametrize(
    ("name", "column", "figure", "row"),
    [
        ("speeds", "kph", 1e300, "minor: kph 1e+300, not from 1 to 200"),
        ("speeds", "kph", 1e-9, "minor: kph 1e-09, not from 1 to 200"),
        ("periods", "delay_ratio", 1e300, "free_flow: delay_ratio 1e+300, not from 0 to 20"),
        ("area_factors", "am_peak", 100.0, "W06: am_peak 100, not from 0.05 to 20"),
    ],
)
def test_a_single_figure_that_no_road_has_is_named(name, column, figure, row):
    table = TABLES[name].copy()
    table.loc[0, column] = figure
    [finding] = red({**TABLES, name: table})
    assert finding.where == name
    assert finding.rows == (row,)
