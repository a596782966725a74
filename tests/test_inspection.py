"""The data gate of a whole scenario: what is wrong is found before anything is computed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clinic_siting import inspection
from clinic_siting.config import read_config
from clinic_siting.gate import Finding


def inspect(path: Path) -> list[Finding]:
    return inspection.inspect(read_config(path)).findings


def red(path: Path) -> list[str]:
    return [f"{finding.where}: {finding.what}" for finding in inspect(path) if finding.light == "red"]


def test_sound_figures_have_no_red_light_and_say_what_was_looked_at(shared_toy_config):
    stages = []
    findings = inspection.inspect(read_config(shared_toy_config), announce=stages.append).findings
    assert [f for f in findings if f.light == "red"] == []
    assert {f.where for f in findings} >= {"config", "zones", "sites", "road links", "speeds"}
    assert len(findings) > 35
    assert stages == list(inspection.STAGES)


SPOILT = [
    ("zones.csv.gz", lambda t: t.assign(lon=t["lat"], lat=t["lon"]), "zones: lon and lat are swapped in 12"),
    ("zones.csv.gz", lambda t: t.assign(lon=t["lon"] * 1e6), "zones: lon and lat look like metres in 12"),
    ("zones.csv.gz", lambda t: pd.concat([t, t.head(2)]), "zones: zone_id: 2 id(s) occur more than once"),
    ("zones.csv.gz", lambda t: t.assign(lon=t["lon"].round(0), lat=51.3), "stand at the same place"),
    ("zones.csv.gz", lambda t: t.head(6), "middle-layer area(s) have a shape but no zone"),
    ("zones.csv.gz", lambda t: t.assign(population=np.nan), "zones: 1 column(s) hold something that is no"),
    ("zones.csv.gz", lambda t: t.assign(population=np.inf), "zones: 1 column(s) hold something that is no"),
    (
        "zones.csv.gz",
        lambda t: t.assign(households=-999),
        "12 cell(s) hold a number that stands for 'unknown'",
    ),
    ("zones.csv.gz", lambda t: t.assign(lat=t["lat"] + 2), "zones: 12 point(s) lie in the sea or outside"),
    ("zones.csv.gz", lambda t: t.assign(lat=t["lat"] + 0.4), "zones: 12 point(s) lie in the sea"),
    ("zones.csv.gz", lambda t: t.assign(msoa="E02000001"), "codes of 2011 against 2021"),
    ("zones.csv.gz", lambda t: t.drop(columns="population"), "zones: column(s) population missing"),
    ("zones.csv.gz", lambda t: t.head(0), "no rows"),
    ("sites.csv", lambda t: pd.concat([t, t]), "sites: site_id: 6 id(s) occur more than once"),
    ("sites.csv", lambda t: t.assign(lon=0.41, lat=51.26), "sites: 4 pair(s) stand at the same place"),
    ("sites.csv", lambda t: t.assign(status="maybe"), "status must be one of"),
    ("sites.csv", lambda t: t.drop(columns="status"), "sites: column(s) status missing"),
    ("sites.csv", lambda t: t.assign(catchment="Mars"), "a catchment must be one of the zones'"),
    ("road_edges.parquet", lambda t: t.assign(length_m=t["length_m"] / 1000), "looks like another unit"),
    ("road_edges.parquet", lambda t: t.assign(length_m=np.nan), "length_m is not finite and positive"),
    ("road_edges.parquet", lambda t: t[t["from_node"] // 9 == t["to_node"] // 9], "the network is in"),
    ("speeds.csv", lambda t: t.assign(kph=t["kph"] / 60), "kph looks like another unit"),
    ("periods.csv", lambda t: t.assign(delay_ratio=np.nan), "delay_ratio must be a number"),
    ("incidence.csv", lambda t: t.assign(cases_per_100k=-1), "rates must be 0 or more"),
    ("incidence.csv", lambda t: t.assign(cases_per_100k=0), "every zone's demand is 0"),
    ("incidence.csv", lambda t: pd.concat([t, t]), "age_band(s) occur more than once"),
]


@pytest.mark.parametrize(("file", "spoil", "what"), SPOILT)
def test_spoilt_figures_are_red(toy_config, tamper, file, spoil, what):
    tamper(file, spoil)
    found = red(toy_config)
    assert any(what in finding for finding in found), found


@pytest.mark.parametrize("file", ["zones.csv.gz", "sites.csv", "road_nodes.parquet", "msoa.parquet"])
@pytest.mark.parametrize("harm", ["gone", "altered", "empty", "cut short"])
def test_a_file_that_is_not_whole_is_red(toy_config, toy_data, seal, file, harm):
    path = toy_data / file
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        half = content[: len(content) // 2]
        path.write_bytes({"altered": content + b"\n", "empty": b""}.get(harm, half))
    if harm in {"empty", "cut short"}:
        seal(toy_data)
    found = red(toy_config)
    what = "the last row breaks off" if (file, harm) == ("sites.csv", "cut short") else file
    assert any(what in finding for finding in found), found


def test_everything_that_is_wrong_is_listed_together(toy_config, tamper):
    tamper("zones.csv.gz", lambda t: t.assign(population=-t["population"], imd_decile=0))
    tamper("sites.csv", lambda t: t.assign(status="open"))
    tamper("speeds.csv", lambda t: t.assign(kph=0))
    found = " ".join(red(toy_config))
    for what in ("no figure", "no whole number from 1 to 10", "status must be one of", "kph is 0"):
        assert what in found


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        (
            {"access": {"bands_min": [600, 1200]}},
            "config: 2 setting(s) are longer than 300 minutes: seconds?",
        ),
        ({"travel": {"max_snap_m": 5}}, "config: max_snap_m is below 20 m: kilometres?"),
        ({"travel": {"max_snap_m": 100}}, "zones: 12 cannot be reached by road"),
        ({"travel": {"period": "noon"}}, "roads: period 'noon' does not exist"),
        ({"area": {"county": ["Mars"]}}, "figures: area: 1 value(s) of county match nothing"),
        ({"data": "data/nowhere"}, "no such data folder"),
        ({"demand": {"model": "referrals"}}, "zones: 12 zone(s) have no demand"),
    ],
)
def test_settings_that_do_not_fit_the_figures_are_red(write_config, settings, what):
    found = red(write_config(**settings))
    assert any(what in finding for finding in found), found


def test_zones_that_may_be_left_out_are_amber(write_config):
    path = write_config(travel={"max_snap_m": 300}, access={"allow_unreachable": True})
    lost = [f for f in inspect(path) if "cannot be reached" in f.what]
    assert [f.light for f in lost] == ["amber"]


def test_own_times_in_seconds_or_of_2011_are_red(write_config, toy_data):
    own = toy_data.parent.parent / "own.csv"
    own.write_text("zone_id,site_id,minutes\nE01900001,TOY01,900\nE01900002,TOY01,1300\n")
    path = write_config(travel={"own_times": "own.csv"})
    assert any("look like seconds" in finding for finding in red(path))
    own.write_text("zone_id,site_id,minutes\nE01000001,TOY01,9\n")
    assert any("own times: 1 zone id(s) are not known" in finding for finding in red(path))


def test_ambers_do_not_stop_but_say_what_to_look_at(toy_config, tamper):
    tamper("sites.csv", lambda t: t.assign(services="Pathology", colour="red"))
    tamper("zones.csv.gz", lambda t: t.assign(popluation=1))
    found = [f for f in inspect(toy_config) if f.light == "amber"]
    assert [f.what for f in found if "imaging" in f.what] == ["4 candidate(s) list no imaging"]
    assert all(f.remedy for f in found)
    assert [f.rows for f in found if "read by nothing" in f.what] == [
        ("popluation (did you mean population?)",),
        ("colour",),
    ]


def test_the_roads_that_a_gate_lies_across_are_named(write_config):
    gate = {"name": "The river", "line": [[0.535, 51.2], [0.535, 51.4]], "minutes": 4}
    said = [f.what for f in inspect(write_config(travel={"gates": [gate]})) if "gate" in f.what]
    roads = "A1, A2, M1, minor, secondary, tertiary"
    assert said == [f"gate The river: 8 link(s) cross its line ({roads}), 4 minutes each"]


def test_roads_without_numbers_are_amber_with_the_ratio_that_stands_in_for_observed_speeds(
    toy_config, tamper
):
    tamper("road_edges.parquet", lambda t: t.assign(road=None))
    tamper("periods.csv", lambda t: t.assign(fitted_ratio=1.125))
    found = [f for f in inspect(toy_config) if "none observed" in f.what]
    assert [f.light for f in found] == ["amber"]
    assert "in this period every road takes 1.125 times as long" in found[0].what


def test_columns_that_the_config_names_are_read(write_config, tamper):
    tamper("zones.csv.gz", lambda t: t.assign(borough=t["county"]))
    amber = [f.rows for f in inspect(write_config()) if f.light == "amber" and "read by nothing" in f.what]
    assert amber == [("borough",)]
    path = write_config(area={"borough": ["Westshire", "Eastshire"]}, sites={"candidates": "all"})
    assert [f for f in inspect(path) if f.light == "amber" and "read by nothing" in f.what] == []


def test_a_planner_s_spreadsheet_is_read_without_complaint(toy_config, toy_data, seal):
    table = pd.read_csv(toy_data / "zones.csv.gz")
    excel = table.to_csv(index=False, sep=";", decimal=",", lineterminator="\r\n")
    for content in (b"\xef\xbb\xbf" + excel.encode(), excel.encode("cp1252"), excel.encode("utf-16")):
        (toy_data / "zones.csv.gz").write_bytes(content)
        seal(toy_data)
        findings = inspect(toy_config)
        assert [f for f in findings if f.light == "red"] == []
