import pandas as pd
import pytest
from tests.building.conftest import DECILE, RANK, centroids_grid, deprivation_file_7, icb_lookup, workbook

from clinic_siting.building import lookups
from clinic_siting.building.downloads import Download, read_download
from clinic_siting.errors import DataError


def named(table: pd.DataFrame) -> Download:
    return Download("t.csv", table.astype(str))


def test_centroids_are_read_on_the_grid_and_in_degrees(kent_zones):
    few = kent_zones.head(5)
    degrees = pd.DataFrame({"OBJECTID": 1, "LSOA21CD": few.index, "x": few["lon"], "y": few["lat"]})
    portal = pd.DataFrame({"X": 1.0, "Y": 2.0, "LSOA21CD": few.index, "LAT": few["lat"], "LONG": few["lon"]})
    for table in (centroids_grid(few), degrees, portal):
        found = lookups.centroids(named(table))
        assert (found - few[["lon", "lat"]]).abs().max().max() < 2e-5


def test_centroids_of_2011_or_out_of_britain_are_refused(kent_zones):
    table = centroids_grid(kent_zones.head(3))
    with pytest.raises(DataError, match=r"LSOAs of 2011 \('LSOA11CD'\), the census's those of 2021"):
        lookups.centroids(named(table.rename(columns={"LSOA21CD": "LSOA11CD"})))
    with pytest.raises(DataError, match=r"3 point\(s\) lie outside Great Britain; are x and y swapped"):
        lookups.centroids(named(table.assign(x=51.2, y=0.5)))
    with pytest.raises(DataError, match="no coordinates"):
        lookups.centroids(named(table.drop(columns=["x", "y"])))


def test_file_7_has_scores_and_file_1_is_a_workbook_with_notes_before_the_sheet(kent_zones, tmp_path):
    few = kent_zones.head(4)
    seven = lookups.deprivation(named(deprivation_file_7(few)))
    assert seven["imd_decile"].to_list() == few["imd_decile"].to_list()
    assert seven["imd_score"].to_list() == few["imd_score"].to_list()
    heading = ["LSOA code (2021)", "LSOA name (2021)", RANK, DECILE]
    rows = [[z, n, 7, int(d)] for z, n, d in zip(few.index, few["name"], few["imd_decile"], strict=True)]
    path = tmp_path / "File_1.xlsx"
    path.write_bytes(workbook({"Notes": [["English Indices of Deprivation"]], "IMD25": [heading, *rows]}))
    one = lookups.deprivation(read_download(path, heading=lookups.DEPRIVATION_HEADING))
    assert one["imd_decile"].to_list() == few["imd_decile"].to_list()
    assert "imd_score" not in one


def test_the_indices_of_2019_are_refused_by_name(kent_zones):
    old = deprivation_file_7(kent_zones.head(3)).rename(columns={"LSOA code (2021)": "LSOA code (2011)"})
    with pytest.raises(DataError, match=r"LSOAs of 2011 \('LSOA code \(2011\)'\)"):
        lookups.deprivation(named(old))
    with pytest.raises(DataError, match=r"3 decile\(s\) are not 1 to 10"):
        lookups.deprivation(named(deprivation_file_7(kent_zones.head(3)).assign(**{DECILE: 11})))


def test_a_lookup_comes_under_our_names_whatever_its_year(kent_zones):
    table = lookups.groups(named(icb_lookup(kent_zones.head(3))))
    assert set(table) == {"zone_id", "lad", "lad_name", "icb", "icb_name", "alliance", "alliance_name"}
    assert set(table["icb_name"]) == {"Kent and Medway"}
    rural = named(pd.DataFrame({"LSOA21CD": ["E01000001"], "RUC21NM": ["Rural: Smaller towns"]}))
    assert lookups.groups(rural)["rural_urban"].to_list() == ["Rural"]
    with pytest.raises(DataError, match="LSOAs of 2011"):
        lookups.groups(named(pd.DataFrame({"LSOA11CD": ["E01000001"], "LAD11CD": ["E06000001"]})))
    with pytest.raises(DataError, match="no column says which zones, authorities or ICBs"):
        lookups.groups(named(pd.DataFrame({"colour": ["red"]})))
