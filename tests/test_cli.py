"""Commands as a planner meets them: one clear line on a refusal, an exit code, nothing half-written."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from clinic_siting import files, pipeline, publish
from clinic_siting.config import read_config
from clinic_siting.ground import lay_ground

PYTHON = [sys.executable, "-c", "from clinic_siting.cli import main; main()"]


def results(folder: Path) -> dict[str, bytes]:
    """Every file in outputs and maps, hidden ones too."""
    return {
        str(p): p.read_bytes()
        for name in ("outputs", "maps")
        for p in sorted((folder / name).rglob("*"))
        if p.is_file()
    }


@pytest.fixture
def earlier_results(tmp_path) -> dict[str, bytes]:
    """An earlier run's results, which a refused one must not touch."""
    for name in ("outputs/toy/plan.json", "outputs/toy/zones.csv", "maps/toy.html", "maps/index.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"an earlier {name}")
    return results(tmp_path)


# --- what works -------------------------------------------------------------------------------


def test_a_run_says_what_it_found_and_where_it_wrote_it(command, toy_config, tmp_path):
    code, said, complained = command("run", toy_config)
    assert (code, complained) == (0, "")
    assert said.startswith("Two more toy clinics: Eastgate CDC and St Agnes' Hospital\n")
    written = [line.strip() for line in said.split("Written:\n")[1].splitlines() if line.startswith("  ")]
    assert (written[0], written[-1]) == ("outputs/toy/plan.json", "maps/toy.html")
    assert all((tmp_path / path).is_file() for path in written)
    assert json.loads((tmp_path / written[0]).read_text("utf-8"))["chosen"] == ["CDC-E1", "TOY02"]


def test_a_check_says_what_it_found_and_computes_nothing(command, toy_config, tmp_path):
    code, said, complained = command("check", toy_config)
    assert (code, complained) == (0, "")
    assert said.startswith(f"{toy_config}: 0 red, ")
    assert "GREEN  zones: lon and lat are degrees." in said.splitlines()
    assert not (tmp_path / "outputs").exists()


def test_a_check_ends_with_1_where_anything_is_red_and_lists_it_all(command, toy_config, tamper):
    tamper("zones.csv.gz", lambda t: t.assign(lon=t["lat"], lat=t["lon"], imd_decile=0))
    code, said, complained = command("check", toy_config)
    assert (code, complained) == (1, "")
    first, *rest = said.splitlines()
    assert first.startswith(f"{toy_config}: 2 red, ")
    assert "RED    zones: lon and lat are swapped in 12 row(s)." in rest
    assert "       → exchange the two columns." in rest
    assert "         … and 7 more" in rest
    one_verdict(command("run", toy_config), "And 1 more red finding(s): clinic-siting check")


@pytest.mark.usefixtures("answered")
def test_a_run_says_how_many_things_want_a_look(command, toy_config, tamper):
    tamper("sites.csv", lambda t: t.assign(services="Pathology"))
    _, said, _ = command("run", toy_config)
    assert f" thing(s) about the figures want a look: clinic-siting check {toy_config}\n" in said


@pytest.mark.usefixtures("answered")
def test_stages_are_shown_on_a_terminal_and_results_go_where_they_are_asked_to(
    command, toy_config, tmp_path, monkeypatch
):
    class Terminal:
        def __init__(self):
            self.text = ""

        def write(self, text):
            self.text += text

        def flush(self):
            pass

        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    code, said, _ = command("run", toy_config, "--out", "here/tables", "--maps", "there")
    assert code == 0
    assert "Reading" not in said
    assert "Writing the map" in screen.text
    assert (tmp_path / "here" / "tables" / "toy" / "plan.json").is_file()
    assert (tmp_path / "there" / "toy.html").is_file()
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_matrix_holds_the_minutes_of_the_run(command, toy_config, ending):
    code, said, _ = command("matrix", toy_config, "--out", f"times.{ending}")
    assert code == 0
    assert said.startswith(f"times.{ending}: 12 zones × 5 sites, minutes (modelled).\n  Travel times by ")
    table = pd.read_csv("times.csv") if ending == "csv" else pd.read_parquet("times.parquet")
    table = table.set_index("zone_id") if "zone_id" in table else table
    times = lay_ground(read_config(toy_config)).times.frame
    assert table.index.to_list() == times.index.to_list()
    # A matrix knows no catchments, so where the run has `inf` it has minutes.
    for site in ("CDC-E2", "TOY01", "TOY02", "TOY03"):
        np.testing.assert_allclose(table[site], times[site], atol=5.1e-5)  # four places
    assert np.isfinite(table["CDC-E1"]).all()


def test_a_matrix_of_a_planners_own_places_at_another_time_of_day(command, toy_config):
    Path("places.csv").write_text("site_id,lon,lat,remark\nnew,0.45,51.28,x\n", encoding="utf-8")
    slow, fast = (
        (
            command(
                "matrix", toy_config, "--sites", "places.csv", "--period", period, "--out", f"{period}.csv"
            ),
            pd.read_csv(f"{period}.csv"),
        )[1]
        for period in ("pm_peak", "free_flow")
    )
    assert slow.columns.to_list()[-1:] == ["new"]
    assert (slow["new"] >= fast["new"]).all()
    assert (slow["new"] > fast["new"]).any()


def test_isochrones_of_sites_and_points_are_written_nested(command, toy_config):
    places = ("--site", "TOY01", "--at", "0.5,51.3", "--minutes", "10,20")
    code, said, _ = command("isochrones", toy_config, *places, "--out", "iso.geojson")
    assert code == 0
    assert re.search(r"They have \d+\.\d% of the area's demand on the right side, at the least \d", said)
    shapes = gpd.read_file("iso.geojson")
    assert len(shapes) == 4
    for _, bands in shapes.groupby("site_id"):
        small, large = bands.sort_values("minutes").geometry
        assert large.buffer(1e-9).contains(small)


def test_isochrones_are_written_as_a_geopackage_too_with_the_same_bytes_twice(command, toy_config):
    for name in ("one.gpkg", "two.gpkg", "iso.geojson"):
        assert command("isochrones", toy_config, "--site", "TOY01", "--out", name)[0] == 0
    assert Path("one.gpkg").read_bytes() == Path("two.gpkg").read_bytes()
    package, plain = gpd.read_file("one.gpkg"), gpd.read_file("iso.geojson")
    assert package["minutes"].tolist() == plain["minutes"].tolist() == [15, 30, 45, 60]
    assert package.geometry.geom_equals_exact(plain.geometry, 1e-9).all()


def test_help_names_every_command_and_loads_no_geography():
    program = "import sys; sys.argv = ['clinic-siting', '--help']\nfrom clinic_siting.cli import main\n"
    program += "try: main()\nfinally: print('heavy:', {'geopandas', 'scipy', 'pulp'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("run", "matrix", "isochrones"))
    assert "heavy: set()" in done.stdout


# --- what is refused --------------------------------------------------------------------------


def one_verdict(done: tuple[int, str, str], verdict: str, *, code: int = 1) -> None:
    """One verdict on the error stream, its rows indented below it, nothing else said."""
    exit_code, said, complained = done
    assert exit_code == code
    assert said == ""
    first, *rows = complained.rstrip("\n").split("\n")
    assert first.startswith("clinic-siting: ")
    assert verdict in first
    assert len(rows) <= 5
    assert all(row.startswith("  ") for row in rows)
    assert "Traceback" not in complained


@pytest.fixture
def refused(command, tmp_path, earlier_results):
    """Run a scenario that must be refused and must leave earlier results alone; what it complained of."""

    def run(config: Path, verdict: str, *, code: int = 1) -> str:
        done = command("run", config)
        one_verdict(done, verdict, code=code)
        assert results(tmp_path) == earlier_results
        return done[2]

    return run


@pytest.mark.parametrize(
    ("settings", "verdict", "row"),
    [
        ({"sitting": {}}, "1 setting(s) to mend", "sitting: unknown key; did you mean siting?"),
        (
            {"siting": {"weights": {"mean": -1}}},
            "1 setting(s) to mend",
            "siting.weights.mean: input should be",
        ),
        (
            {"siting": {"weights": {"mean": 0, "variation": 0}}},
            "1 setting(s)",
            "at least one weight must be above 0",
        ),
        (
            {"area": {"alliance_name": ["East Aliance"]}},
            "match nothing",
            "'East Aliance'; nearest: East Alliance",
        ),
        ({"data": "data/nowhere"}, "nowhere: no such data folder", ""),
        (
            {"travel": {"max_snap_m": 100}},
            "zones: 12 cannot be reached by road",
            "  Eastshire: 6 of 6 zones, all of it; first E01900002 Toyland 002A",
        ),
        ({"travel": {"period": "noon"}}, "period 'noon' does not exist", ""),
        (
            {"siting": {"require": [{"shire": ["x"], "at_least": 1}]}},
            "sites have no column shire",
            "columns: ",
        ),
    ],
)
def test_a_config_that_makes_no_sense_is_refused(refused, write_config, settings, verdict, row):
    assert row in refused(write_config(**settings), verdict)


def test_a_config_that_is_missing_is_refused(refused, toy_config):
    refused(toy_config.with_name("tyo.yaml"), f"no such config file. Did you mean {toy_config}?")


@pytest.mark.parametrize(
    ("file", "change", "verdict"),
    [
        ("zones.csv.gz", lambda t: t.assign(lon=t["lat"], lat=t["lon"]), "lon and lat are swapped in 12"),
        (
            "zones.csv.gz",
            lambda t: t.assign(population=np.nan),
            "zones: 1 column(s) hold something that is no figure",
        ),
        ("zones.csv.gz", lambda t: pd.concat([t, t.head(2)]), "zone_id: 2 id(s) occur more than once"),
        (
            "zones.csv.gz",
            lambda t: t.assign(lat=t["lat"] + 2),
            "zones: 12 point(s) lie in the sea or outside",
        ),
        ("sites.csv", lambda t: pd.concat([t, t]), "site_id: 6 id(s) occur more than once"),
        ("sites.csv", lambda t: t.assign(catchment="Mars"), "a catchment must be one of the zones' alliance"),
        (
            "sites.csv",
            lambda t: t.assign(lon=-1.0),
            "sites: 5 point(s) lie in the sea or outside the land",
        ),
        (
            "road_edges.parquet",
            lambda t: t.assign(length_m=-1.0),
            "length_m is not finite and positive in 97",
        ),
        ("road_nodes.parquet", lambda t: t.assign(lat=-t["lat"]), "54 point(s) are missing or outside Great"),
        ("incidence.csv", lambda t: t.assign(cases_per_100k=-1), "rates must be 0 or more"),
        ("incidence.csv", lambda t: t.assign(cases_per_100k=0), "every zone's demand is 0"),
        ("speeds.csv", lambda t: t.assign(kph=0), "speeds: kph is 0"),
        ("observed_speeds.csv", lambda t: t.assign(delay_s_per_km=-999), "delay_s_per_km must be a number"),
    ],
)
def test_figures_that_make_no_sense_are_refused(refused, toy_config, tamper, file, change, verdict):
    tamper(file, change)
    refused(toy_config, verdict)


@pytest.mark.parametrize(
    ("harm", "verdict"),
    [
        (lambda path: path.unlink(), "zones.csv.gz: no such file; restore it"),
        (
            lambda path: path.write_bytes(path.read_bytes() + b"x"),
            "zones.csv.gz is not the file its manifest",
        ),
        (lambda path: path.with_name("manifest.csv").unlink(), "manifest.csv: no such file"),
        (lambda path: path.with_name("manifest.csv").write_text("file\n"), "column(s) title, publisher"),
        (lambda path: shutil.rmtree(path.parent), "no such data folder"),
    ],
)
def test_a_data_folder_that_is_not_whole_is_refused(refused, toy_config, toy_data, harm, verdict):
    harm(toy_data / "zones.csv.gz")
    refused(toy_config, verdict)


def test_rules_that_no_plan_can_meet_have_an_exit_code_of_their_own(refused, write_config):
    config = write_config(siting={"open": 1})
    rows = refused(config, "no one candidate can meet these 2 requirements together", code=3)
    assert "at least 1 of the new sites in county Westshire" in rows


@pytest.mark.usefixtures("answered")
def test_a_place_that_cannot_be_written_to_is_refused(command, toy_config, tmp_path):
    (tmp_path / "maps").write_text("in the way")
    one_verdict(command("run", toy_config), "maps/toy.html cannot be written")
    assert (tmp_path / "maps").read_text() == "in the way"


@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("run", "toy.yaml", "--otu", "x"),
        ("walk", "toy.yaml"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--site", "TOY01", "--minutes", "ten"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--site", "TOY01", "--minutes", "0"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--site", "TOY01", "--minutes", "-5,10"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--site", "TOY01", "--minutes", "10,nan"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--site", "TOY01", "--minutes", "10,inf"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--site", "TOY01", "--minutes", "10,10"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--at", "0.5"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--at", "0.5,51.2,3"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--at", "east,north"),
        ("isochrones", "toy.yaml", "--out", "iso.geojson", "--at", "nan,51.3"),
    ],
)
def test_a_command_that_is_misspelt_has_the_exit_code_of_usage(command, words):
    code, _, complained = command(*words)
    assert code == 2
    assert "Usage" in complained
    assert "Traceback" not in complained
    assert not Path("iso.geojson").exists()


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ((), "name a site (--site) or a point (--at LON,LAT)"),
        (("--site", "TOY98"), "1 site(s) are not in the data set"),
        (("--at", "51.3,0.5"), "1 place(s) are farther than 5000 m from every road"),
        (("--at", "-3.0,55.0"), "1 place(s) are farther than 5000 m from every road"),
    ],
)
def test_an_isochrone_of_nowhere_is_refused(command, toy_config, words, verdict):
    one_verdict(command("isochrones", toy_config, *words, "--out", "iso.geojson"), verdict)
    assert not Path("iso.geojson").exists()


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("site_id,lon\na,0.5\n", "column(s) lat missing"),
        ("site_id,lon,lat\na,51.3,0.5\n", "lon and lat are swapped"),
        ("site_id,lon,lat\na,0.5,51.3\na,0.5,51.3\n", "site_id: 1 id(s) occur more than once"),
        ("site_id,lon,lat\n", "no rows for site_id"),
        ("", "places.csv cannot be read"),
    ],
)
def test_a_matrix_of_nowhere_is_refused(command, toy_config, text, verdict):
    Path("places.csv").write_text(text, encoding="utf-8")
    one_verdict(command("matrix", toy_config, "--sites", "places.csv", "--out", "times.csv"), verdict)
    assert not Path("times.csv").exists()


def test_a_matrix_says_how_many_pairs_have_no_route(command, toy_config):
    Path("places.csv").write_text("site_id,lon,lat\nfar,-3.0,55.0\nnear,0.5,51.3\n", encoding="utf-8")
    code, said, _ = command("matrix", toy_config, "--sites", "places.csv", "--out", "times.csv")
    assert code == 0
    assert said.splitlines()[1] == "  12 pair(s) have no route and stand as inf."


def test_a_matrix_says_how_many_minutes_are_a_planner_s_own(command, write_config):
    path = write_config(travel={"own_times": "own.csv"})
    path.with_name("own.csv").write_text("zone_id,site_id,minutes\nE01900001,TOY01,33\n", encoding="utf-8")
    code, said, _ = command("matrix", path, "--out", "times.csv")
    assert code == 0
    assert "  1 pair(s) of area and site have the minutes of own.csv.\n" in said


def test_a_matrix_names_the_places_that_are_too_far_from_a_road(command, toy_config):
    Path("places.csv").write_text("site_id,lon,lat\nfar,-3.0,55.0\nnear,0.5,51.3\n", encoding="utf-8")
    _, said, _ = command("matrix", toy_config, "--sites", "places.csv", "--out", "times.csv")
    assert "  1 site(s) are farther than max_snap_m (5000 m) from every road, first far\n" in said


def test_isochrones_are_written_as_geojson_or_geopackage_alone(command, toy_config):
    one_verdict(command("isochrones", toy_config, "--site", "TOY01", "--out", "iso.shp"), "iso.shp")


def test_a_matrix_is_written_as_csv_or_parquet_alone(command, toy_config):
    one_verdict(command("matrix", toy_config, "--out", "times.xlsx"), "times.xlsx")
    one_verdict(command("matrix", toy_config, "--sites", "nowhere.csv", "--out", "t.csv"), "nowhere.csv")


# --- what is interrupted ----------------------------------------------------------------------


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("step", [(pipeline, "run"), (publish, "render_map"), (files, "write_folder")])
def test_an_interrupted_run_leaves_everything_as_it_was(
    command, toy_config, tmp_path, earlier_results, monkeypatch, step
):
    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(*step, interrupt)
    code, _, complained = command("run", toy_config)
    assert code != 0
    assert "Traceback" not in complained
    assert results(tmp_path) == earlier_results


# --- as a program of its own ------------------------------------------------------------------


def test_a_refusal_ends_a_process_with_its_code(toy_config, toy_data, tmp_path):
    (toy_data / "sites.csv").unlink()
    words = [*PYTHON, "run", str(toy_config)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)  # noqa: S603 - our own program
    one_verdict((done.returncode, done.stdout, done.stderr), "sites.csv: no such file; restore it")
    assert not (tmp_path / "outputs").exists()
    assert not (tmp_path / "maps").exists()
