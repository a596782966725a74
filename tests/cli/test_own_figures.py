"""Data sets and points of one's own, by command."""

import pandas as pd
import yaml


def test_a_set_is_built_on_another_and_says_what_matched(command, toy_data, tmp_path):
    (tmp_path / "sites.csv").write_text(
        "code,name,postcode\nAA1,Mill Hospital,TY5 1AB\nAA2,Far Hospital,LS1 3EX\nAA3,Old Shop,TY6 1AB\n",
        encoding="utf-8",
    )
    build = ("data", "build", "mine", "--base", toy_data, "--sites", "sites.csv")
    code, said, complained = command(*build, "--sites-keep", "name=hospital", "--existing", "AA1")
    assert (code, complained) == (0, "")
    assert said.splitlines()[:3] == [
        "sites.csv (sites by place): 1 of 2 rows placed.",
        "  1 row(s) without a place: row 3: Far Hospital, LS1 3EX",
        "  1 row(s) have another name and were left out.",
    ]
    assert "give the ONS Postcode Directory with --postcodes to place more." in said.splitlines()[3]
    assert "Written: mine: sites.csv; " in said
    assert "Next: put `data: mine` into your config" in said
    assert pd.read_csv("mine/sites.csv")["status"].to_list() == ["existing"]


def test_half_a_request_or_a_slip_in_it_is_refused(command, toy_data, tmp_path):
    (tmp_path / "x.csv").write_text("geography code\n", encoding="utf-8")
    assert "zones need --centroids" in command("data", "build", "mine", "--ages", "x.csv")[2]
    assert command("data", "build", "mine", "--keep", "county=Kent")[0] == 2
    wrong = command("data", "build", "mine", "--sites", "x.csv", "--sites-keep", "Kent")
    assert (wrong[0], "takes COLUMN=VALUE" in wrong[2]) == (2, True)
    assert "nothing to build" in command("data", "build", "mine", "--base", toy_data)[2]
    assert not (tmp_path / "mine").exists()


def test_referrals_become_demand_by_zone_without_their_postcodes(command, toy_data, tmp_path):
    (tmp_path / "referrals.csv").write_text("Postcode;Count\nTY1 1AB;3\nTY2 1AB;9\nx;1\n", encoding="utf-8")
    code, said, complained = command("points", "demand", "referrals.csv", "--data", toy_data)
    assert (code, complained) == (0, "")
    assert said.startswith("referrals.csv: 2 of 3 row(s) placed, 12 patient(s) in 2 zone(s).")
    assert "    row 4: 'x' is no postcode" in said
    assert "Next: in a config, demand: {model: referrals, own: demand.csv}" in said
    assert list(pd.read_csv("demand.csv")) == ["zone_id", "referrals"]
    assert "1AB" not in (tmp_path / "demand.csv").read_text("utf-8")


def test_buildings_become_a_scenario_or_a_block(command, toy_config, toy_data, tmp_path):
    (tmp_path / "b.csv").write_text("name,lon,lat\nOld Mill,0.45,51.28\n", encoding="utf-8")
    code, said, _ = command("points", "sites", "b.csv", "--config", toy_config, "--out", "config/b.yaml")
    assert code == 0
    assert "Next: clinic-siting run config/b.yaml." in said
    assert command("check", "config/b.yaml")[0] == 0
    code, _, _ = command("points", "sites", "b.csv", "--data", toy_data, "--out", "block.yaml")
    added = yaml.safe_load((tmp_path / "block.yaml").read_text("utf-8"))["sites"]["added"]
    assert (code, added) == (0, [{"id": "S001", "name": "Old Mill", "lon": 0.45, "lat": 51.28}])
