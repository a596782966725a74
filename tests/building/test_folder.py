"""From publishers' files to a run: init, data build, run."""

import hashlib
from dataclasses import replace

import pandas as pd
import pytest

from clinic_siting import building, pipeline, sources
from clinic_siting.building.folder import refuse_half
from clinic_siting.config import read_config
from clinic_siting.errors import ConfigError, DataError, OutputError


@pytest.fixture
def zone_files(downloads) -> building.ZoneFiles:
    return building.ZoneFiles(
        downloads / "census2021-ts007a-lsoa.csv",
        downloads / "LSOA_PopCentroids_EW_2021_V4.csv",
        downloads / "census2021-ts045-lsoa.csv",
        downloads / "File_7_IoD2025.csv",
        tuple(
            downloads / f for f in ("LSOA21_SICBL24_ICB24_CAL24_LAD24.csv", "lsoa_msoa.csv", "ltla_utla.csv")
        ),
        {"icb_name": ("Kent and Medway",)},
    )


@pytest.fixture
def own_sites(kent, tmp_path) -> object:
    """The example's own sites as a plain list with postcodes."""
    sites = pd.read_csv(kent / "data" / "kent" / "sites.csv")
    path = tmp_path / "own-sites.csv"
    sites[["site_id", "name", "postcode", "lon", "lat", "status", "confidence", "catchment"]].to_csv(
        path, index=False
    )
    return path


def test_a_set_built_from_downloads_has_the_figures_it_was_cut_from_and_runs(
    kent, kent_zones, zone_files, own_sites, downloads, tmp_path
):
    out = tmp_path / "data" / "mine"
    recipe = building.Recipe(
        out, kent / "data" / "kent", zone_files, own_sites, msoas=downloads / "MSOA21.gpkg"
    )
    built = building.build_data(recipe)
    data = sources.open_data(out)
    zones = sources.read_zones(data).table
    same = ["name", "msoa", "lad", "county", "icb_name", "alliance_name", "population", "age_85_plus"]
    same += ["households_no_car", "imd_decile", "imd_score"]
    pd.testing.assert_frame_equal(zones[same], kent_zones[same], check_dtype=False)
    assert (zones[["lon", "lat"]] - kent_zones[["lon", "lat"]]).abs().max().max() < 2e-5
    assert all(join.missing == () for join in built.joins if join.noun == "zones")
    config = tmp_path / "config" / "mine.yaml"
    config.parent.mkdir()
    example = (kent / "config" / "my-area.yaml").read_text("utf-8")
    config.write_text(example.replace("data: data/kent", "data: data/mine"), encoding="utf-8")
    answer = pipeline.run(read_config(config))
    assert answer.siting.plan.proven
    assert set(sources.read_boundaries(data)) == set(sources.BOUNDARIES)


def test_the_manifest_vouches_for_every_file_and_names_what_it_was_built_from(
    kent, zone_files, own_sites, tmp_path
):
    out = tmp_path / "mine"
    building.build_data(building.Recipe(out, kent / "data" / "kent", zone_files, own_sites))
    manifest = sources.open_data(out).manifest
    for file, sha in manifest["sha256"].items():
        assert hashlib.sha256((out / file).read_bytes()).hexdigest() == sha
    assert "census2021-ts007a-lsoa.csv; census2021-ts045-lsoa.csv" in manifest.at["zones.csv.gz", "source"]
    assert manifest.at["zones.csv.gz", "licence"] == "Open Government Licence v3.0"
    assert manifest.at["sites.csv", "publisher"] == "own list"
    assert '"Contains public sector information' in (out / "README.md").read_text("utf-8")
    assert sources.credits_of(sources.open_data(out)).startswith("Contains public sector information")


def test_the_same_files_build_the_same_bytes(kent, zone_files, tmp_path):
    folders = [tmp_path / "a" / "mine", tmp_path / "b" / "mine"]
    for out in folders:
        building.build_data(building.Recipe(out, kent / "data" / "kent", zone_files))
    first, second = ({p.name: p.read_bytes() for p in out.iterdir()} for out in folders)
    assert first == second


def test_a_set_can_be_built_piece_by_piece(kent, zone_files, own_sites, tmp_path):
    out = tmp_path / "mine"
    building.build_data(building.Recipe(out, kent / "data" / "kent", zone_files))
    built = building.build_data(building.Recipe(out, sites=own_sites, existing=("RJZ01",)))
    assert built.made == ("sites.csv",)
    assert "zones.csv.gz" in built.carried
    sites = sources.read_sites(sources.open_data(out), sources.read_zones(sources.open_data(out)))
    assert "RJZ01" in sites.existing


def test_what_did_not_match_is_counted_and_the_first_five_named(kent, kent_zones, zone_files, tmp_path):
    short = pd.read_csv(zone_files.deprivation).iloc[7:]
    short.to_csv(tmp_path / "short.csv", index=False)
    files = replace(zone_files, deprivation=tmp_path / "short.csv")
    built = building.build_data(building.Recipe(tmp_path / "mine", kent / "data" / "kent", files))
    said = building.in_words(built)
    assert f"short.csv (deprivation): {len(kent_zones) - 7:,} of {len(kent_zones):,} zones matched." in said
    first = ", ".join(kent_zones.index[:5])
    assert f"  7 zones without a row: {first} …" in said


def test_a_zone_without_a_point_is_refused_and_nothing_is_written(kent, zone_files, tmp_path):
    pd.read_csv(zone_files.centroids).iloc[2:].to_csv(tmp_path / "short.csv", index=False)
    files = replace(zone_files, centroids=tmp_path / "short.csv")
    with pytest.raises(DataError, match=r"2 zone\(s\) have no row \(population-weighted centroids\)"):
        building.build_data(building.Recipe(tmp_path / "mine", kent / "data" / "kent", files))
    assert not (tmp_path / "mine").exists()


def test_where_there_is_nothing_to_build_or_to_build_on_it_says_so(kent, own_sites, tmp_path):
    with pytest.raises(ConfigError, match="nothing to build; name at least one file"):
        building.build_data(building.Recipe(tmp_path / "mine"))
    with pytest.raises(ConfigError, match="is no data set yet; name one with --base"):
        building.build_data(building.Recipe(tmp_path / "mine", sites=own_sites))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("mine")
    with pytest.raises(OutputError, match="holds something that is no data set"):
        building.build_data(building.Recipe(tmp_path / "full", kent / "data" / "kent", sites=own_sites))
    nobody = building.Recipe(tmp_path / "m", kent / "data" / "kent", sites=own_sites)
    with pytest.raises(ConfigError, match=r"--existing: 1 id\(s\) are not in the list of sites"):
        building.build_data(replace(nobody, existing=("NOPE",)))
    with pytest.raises(DataError, match="zones need --centroids"):
        refuse_half(own_sites, None)
