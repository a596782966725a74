"""The area decides whose patients count and which sites play; what matches nothing is refused."""

import pandas as pd
import pytest

from clinic_siting.area import sites_in_play, with_added, zones_in
from clinic_siting.errors import ConfigError
from clinic_siting.tables import DemandZones, Sites

WEST = {"alliance_name": ("West",)}


def test_an_area_keeps_the_zones_that_meet_every_column(toy_zones):
    assert zones_in(toy_zones, WEST).zone_id.to_list() == ["a", "b", "c"]
    assert zones_in(toy_zones, {"alliance_name": ("West", "East")}).zone_id.to_list() == list("abcdef")
    assert zones_in(toy_zones, {**WEST, "imd_decile": ("1", "5")}).zone_id.to_list() == ["a", "b"]


def test_an_area_that_matches_nothing_is_refused_with_the_nearest_name(toy_zones):
    with pytest.raises(ConfigError, match=r"area: 2 value\(s\) of alliance_name match nothing") as refusal:
        zones_in(toy_zones, {"alliance_name": ("west", "West", "Noth East")})
    assert refusal.value.rows == ("'west'; nearest: West", "'Noth East'; nearest: East")


def test_a_value_that_resembles_nothing_is_refused_with_some_that_exist(toy_zones):
    with pytest.raises(ConfigError, match=r"'zzz'; nearest: East, West …"):
        zones_in(toy_zones, {"alliance_name": ("zzz",)})


def test_an_area_by_an_unknown_column_is_refused_with_the_nearest(toy_zones):
    with pytest.raises(
        ConfigError, match=r"area: there is no column aliance_name; did you mean alliance_name"
    ):
        zones_in(toy_zones, {"aliance_name": ("West",)})
    with pytest.raises(ConfigError, match=r"area: there is no column zzz; columns: lon, lat, population"):
        zones_in(toy_zones, {"zzz": ("West",)})


def test_columns_that_no_zone_meets_at_once_are_refused(toy_zones):
    lonely = DemandZones(toy_zones.table.assign(imd_decile=[1, 1, 1, 9, 9, 9]))
    with pytest.raises(ConfigError, match="no row meets all of alliance_name, imd_decile at once"):
        zones_in(lonely, {**WEST, "imd_decile": ("9",)})


def test_candidates_outside_the_area_do_not_play_but_existing_clinics_do(toy_sites):
    sites = sites_in_play(toy_sites, {"alliance_name": ("East",)})
    assert sites.table["status"].to_dict() == {
        "east": "candidate",
        "far": "candidate",
        "mid": "excluded",
        "old": "existing",
    }


def test_candidates_everywhere_and_existing_clinics_of_the_area_alone_are_options(toy_sites):
    east = {"alliance_name": ("East",)}
    sites = sites_in_play(toy_sites, east, candidates="all", existing="in_area")
    assert sites.table["status"].to_dict() == {
        "east": "candidate",
        "far": "candidate",
        "mid": "candidate",
        "old": "excluded",
    }


@pytest.mark.parametrize(("unverified", "status"), [("closed", "candidate"), ("open", "existing")])
def test_an_unverified_candidate_is_open_today_only_if_asked_for(toy_sites, unverified, status):
    doubtful = Sites(toy_sites.table.assign(confidence=["", "", "unverified", "unverified"]))
    sites = sites_in_play(doubtful, WEST, candidates="all", unverified=unverified)
    assert sites.table.at["mid", "status"] == status
    assert sites.table.at["old", "status"] == "existing"
    assert sites.table.at["east", "status"] == "candidate"


def test_an_excluded_site_stays_excluded(toy_sites):
    closed = Sites(toy_sites.table.assign(status=["candidate", "excluded", "candidate", "existing"]))
    assert sites_in_play(closed, WEST, candidates="all").table.at["far", "status"] == "excluded"


def test_an_area_without_a_candidate_is_refused(toy_sites):
    with pytest.raises(ConfigError, match=r"no candidate lies in the area; widen `area:` or set `candidates"):
        sites_in_play(toy_sites, {"alliance_name": ("North",)})


def test_an_area_by_a_column_that_sites_lack_is_refused(toy_sites):
    with pytest.raises(ConfigError, match=r"area \(of the sites\): there is no column imd_decile"):
        sites_in_play(toy_sites, {"imd_decile": ("1",)})
    assert len(sites_in_play(toy_sites, {"imd_decile": ("1",)}, candidates="all").candidates) == 3


def test_the_sites_that_came_in_are_not_changed(toy_sites):
    before = toy_sites.table.copy()
    sites_in_play(toy_sites, WEST)
    pd.testing.assert_frame_equal(toy_sites.table, before)


def test_an_added_site_belongs_where_the_nearest_zone_does(toy_sites, toy_zones):
    added = pd.DataFrame({"name": "Pier", "lon": [0.41], "lat": [51.001]}, index=["NEW-1"])
    table = with_added(toy_sites, toy_zones, added).table
    assert table.loc["NEW-1", ["name", "status", "alliance_name", "catchment"]].to_list() == [
        "Pier", "candidate", "East", "",
    ]  # fmt: skip
    assert table.drop(index="NEW-1").equals(toy_sites.table)


def test_an_added_site_with_the_id_of_another_is_refused(toy_sites, toy_zones):
    added = pd.DataFrame({"name": "Pier", "lon": [0.41], "lat": [51.0]}, index=["mid"])
    with pytest.raises(ConfigError, match=r"1 added site\(s\) have the id of another"):
        with_added(toy_sites, toy_zones, added)
