import io

import geopandas as gpd
import pytest
import shapely

from clinic_siting.building.lookups import read_shapes
from clinic_siting.building.outlines import build_outlines
from clinic_siting.errors import DataError


def test_small_areas_dissolve_into_the_groups_of_their_zones(downloads, kent_zones):
    files, join = build_outlines(downloads / "MSOA21.gpkg", kent_zones.reset_index())
    assert (join.noun, join.missing) == ("MSOAs", ())
    counties = gpd.read_file(io.BytesIO(files["counties.geojson"]))
    assert set(counties["county"]) == set(kent_zones["county"])
    assert len(gpd.read_parquet(io.BytesIO(files["msoa.parquet"]))) == kent_zones["msoa"].nunique()
    assert len(gpd.read_file(io.BytesIO(files["land.geojson"]))) == 1


def test_land_reaches_beyond_the_zones_to_where_other_clinics_stand(downloads, kent_zones):
    swale = kent_zones[kent_zones["lad_name"] == "Swale"].reset_index()
    before = gpd.GeoDataFrame(geometry=[shapely.box(-0.3, 51.3, -0.1, 51.4)], crs=4326)
    files, _ = build_outlines(downloads / "MSOA21.gpkg", swale, land=before)
    land = gpd.read_file(io.BytesIO(files["land.geojson"])).geometry[0]
    places = {"Sutton, known before": (-0.19, 51.35), "Canterbury, another area of the file": (1.08, 51.28)}
    assert [name for name, at in places.items() if not land.contains(shapely.Point(at))] == []
    counties = gpd.read_file(io.BytesIO(files["counties.geojson"]))
    assert not counties.contains(shapely.Point(1.08, 51.28)).any()


def test_boundaries_of_2011_are_refused(downloads, kent_zones, tmp_path):
    shapes = gpd.read_file(downloads / "MSOA21.gpkg").rename(columns={"MSOA21CD": "MSOA11CD"})
    shapes.to_file(tmp_path / "old.gpkg")
    with pytest.raises(DataError, match="its areas are those of 2011; take MSOA"):
        build_outlines(tmp_path / "old.gpkg", kent_zones.reset_index())
    with pytest.raises(DataError, match="no such file"):
        build_outlines(tmp_path / "none.gpkg", kent_zones.reset_index())


SQUARE = shapely.box(0.4, 51.2, 0.5, 51.3)


@pytest.mark.parametrize(
    ("shape", "what"),
    [
        (None, "1 of its 2 rows have no shape"),
        (shapely.Polygon(), "1 of its 2 rows have no shape"),
        (shapely.box(0.4, 1e300, 0.5, 2e300), "a corner of a shape lies nowhere"),
    ],
)
def test_boundaries_that_are_none_are_refused(tmp_path, shape, what):
    path = tmp_path / "msoa.geojson"
    table = gpd.GeoDataFrame({"MSOA21CD": ["a", "b"]}, geometry=[SQUARE, shape], crs=4326)
    path.write_text(table.to_json(), encoding="utf-8")
    with pytest.raises(DataError, match=what):
        read_shapes(path)


def test_a_ring_that_is_open_is_refused(tmp_path):
    path = tmp_path / "msoa.geojson"
    text = gpd.GeoDataFrame({"MSOA21CD": ["a"]}, geometry=[SQUARE], crs=4326).to_json()
    path.write_text(text.replace("[0.5, 51.2], [0.5, 51.3]", "[0.5, 51.4], [0.5, 51.3]", 1), encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read as shapes"):
        read_shapes(path)


def test_boundaries_that_cross_themselves_are_mended(tmp_path):
    path = tmp_path / "msoa.geojson"
    bow = shapely.Polygon([(0.4, 51.2), (0.5, 51.3), (0.5, 51.2), (0.4, 51.3)])
    gpd.GeoDataFrame({"MSOA21CD": ["a"]}, geometry=[bow], crs=4326).to_file(path)
    assert read_shapes(path).is_valid.all()
