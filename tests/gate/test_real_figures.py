"""The gate on the bundled figures: silent as they are, and telling every fault apart once they are spoilt."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from clinic_siting.config import read_config
from clinic_siting.gate import Finding, in_words
from clinic_siting.inspection import inspect_tables

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data" / "lsesn"
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def spoilt(tmp_path) -> Callable[[dict[str, Change]], list[Finding]]:
    """What the gate finds in a copy of the bundled figures, some tables of which were changed."""

    def find(changes: dict[str, Change]) -> list[Finding]:
        folder = Path(shutil.copytree(DATA, tmp_path / "data"))
        manifest = pd.read_csv(DATA / "manifest.csv", index_col="file")
        for name, change in changes.items():
            change(pd.read_csv(DATA / name)).to_csv(folder / name, index=False)
            manifest.loc[name, "sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        manifest.to_csv(folder / "manifest.csv")
        settings = yaml.safe_load((ROOT / "config" / "lsesn.yaml").read_text("utf-8"))
        (tmp_path / "x.yaml").write_text(yaml.safe_dump(settings | {"data": str(folder)}), "utf-8")
        return inspect_tables(read_config(tmp_path / "x.yaml"))[0]

    return find


def lights(findings: list[Finding], light: str) -> list[str]:
    return [f"{finding.where}: {finding.what}" for finding in findings if finding.light == light]


def test_the_real_figures_have_no_red_light(spoilt):
    findings = spoilt({})
    assert lights(findings, "red") == []
    assert len(lights(findings, "green")) > 20


def spoil_zones(zones: pd.DataFrame) -> pd.DataFrame:
    """Many faults at once, each in rows of its own."""
    table = zones[zones["msoa"] != zones["msoa"].iloc[0]].reset_index(drop=True)
    table.loc[100:102, ["lon", "lat"]] = table.loc[100:102, ["lat", "lon"]].to_numpy()
    table.loc[200:201, ["lon", "lat"]] = (531_000.0, 181_000.0)
    ages = [column for column in table if column.startswith("age_")]
    table.loc[400, [*ages, "population"]] = 0
    table.loc[500:502, "population"] = -999
    table["age_60_64"] = table["age_60_64"].astype(float)
    table.loc[600, "age_60_64"] = np.inf
    return pd.concat([table, table.iloc[700:704]])


def spoil_sites(sites: pd.DataFrame) -> pd.DataFrame:
    table = pd.concat([sites, sites.head(1).assign(site_id="COPY")], ignore_index=True)
    table.loc[20:21, "status"] = "Candidate"
    table.loc[30, ["lon", "lat"]] = (1.9, 51.2)
    return table


def test_real_figures_that_were_spoilt_are_red(spoilt):
    findings = spoilt(
        {
            "zones.csv.gz": spoil_zones,
            "sites.csv": spoil_sites,
            "speeds.csv": lambda table: table.assign(kph=table["kph"] / 3.6),
            "incidence.csv": lambda table: table.assign(cases_per_100k=table["cases_per_100k"] / 100_000),
        }
    )
    red = lights(findings, "red")
    for what in (
        "zones: lon and lat are swapped in 3 row(s)",
        "zones: lon and lat look like metres in 2 row(s)",
        "zones: 1 zone(s) have no demand",
        "zones: 3 cell(s) hold a number that stands for 'unknown'",
        "zones: 1 column(s) hold something that is no figure",
        "zones: zone_id: 4 id(s) occur more than once",
        "zones: 1 middle-layer area(s) have a shape but no zone",
        "sites: 1 pair(s) stand at the same place",
        "sites: 1 point(s) lie in the sea or outside",
        "sites: status must be one of existing, candidate, excluded; 2 row(s) differ",
        "speeds: kph looks like another unit",
        "incidence: cases_per_100k looks like another unit",
    ):
        assert any(line.startswith(what) for line in red), f"{what}: {red}"
    told = in_words(findings, config="x.yaml")
    assert "E01000" in str(told)


def test_real_figures_that_want_a_look_are_amber(spoilt):
    def beside(sites: pd.DataFrame) -> pd.DataFrame:
        first = sites[sites["status"] == "candidate"].head(1)
        near = first.assign(site_id="NEAR", lon=first["lon"] + 0.002, services="Pathology")
        return pd.concat([sites, near]).assign(colour="red")

    findings = spoilt({"sites.csv": beside, "zones.csv.gz": lambda table: table.assign(popluation=1)})
    assert lights(findings, "red") == []
    amber = lights(findings, "amber")
    assert "sites: 1 candidate(s) stand nearer than 300 m to another site" in amber
    assert "zones: 1 column(s) are read by nothing" in amber
    assert "sites: 1 column(s) are read by nothing" in amber
    assert any("list no imaging" in line for line in amber)
