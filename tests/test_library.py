"""The public functions as a notebook calls them."""

import subprocess
import sys
from importlib.util import find_spec

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import clinic_siting as cs
from clinic_siting import pipeline
from clinic_siting.errors import ConfigError, InfeasibleError, TableError
from clinic_siting.siting import Objective


@pytest.fixture(scope="module")
def kent():
    return cs.read(cs.example_config())


@pytest.fixture(scope="module")
def plan(kent):
    return cs.site(kent)


@pytest.fixture
def street(toy_zones, toy_sites, toy_times):
    """Minutes, demand with a group, and sites of the toy town as plain tables."""
    demand = toy_zones.table[["alliance_name"]].assign(demand=toy_zones.table["population"])
    return toy_times.frame, demand, toy_sites.table.drop(columns=["lon", "lat"])


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, clinic_siting; print({'pandas', 'numpy', 'pydantic'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert run.stdout == "set()\n"


def test_every_public_name_is_there_and_none_hides_a_module():
    assert [name for name in cs.__all__ if find_spec(f"clinic_siting.{name}")] == []
    assert all(callable(getattr(cs, name)) and getattr(cs, name).__doc__ for name in cs.__all__)
    assert set(cs.__all__) == set(dir(cs))
    with pytest.raises(AttributeError, match="no attribute 'sight'"):
        _ = cs.sight


@pytest.fixture(scope="module")
def toy_plan(shared_toy_config):
    return cs.site(cs.read(shared_toy_config))


def test_a_plan_of_a_notebook_is_that_of_a_run(toy_plan, toy_answer):
    assert toy_plan.chosen == toy_answer.siting.plan.chosen
    assert toy_plan.value == toy_answer.siting.plan.value
    assert toy_plan.proven
    pd.testing.assert_frame_equal(toy_plan.measures, toy_answer.measures.table)


def test_a_notebook_writes_what_a_run_writes_without_choosing_again(
    toy_plan, toy_files, tmp_path, monkeypatch
):
    monkeypatch.setattr(pipeline, "choose", None)
    monkeypatch.setattr(pipeline, "lay_ground", None)
    paths = toy_plan.write(out=tmp_path / "outputs", maps=tmp_path / "maps")
    assert paths[-1] == tmp_path / "maps" / "toy.html"
    written = {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert written.keys() == toy_files.keys()
    assert [name for name, content in written.items() if content != toy_files[name]] == []


def test_zones_and_sites_are_geodataframes_of_points(kent, plan):
    for table in (kent.zones, kent.sites, plan.zones, plan.sites):
        assert isinstance(table, gpd.GeoDataFrame)
        assert table.crs.to_epsg() == 4326
        assert (table.geom_type == "Point").all()
    assert plan.sites.index[plan.sites["chosen"]].tolist() == list(plan.chosen)
    mean = np.average(plan.zones["minutes_planned"], weights=plan.zones["demand"])
    assert plan.headline().at["mean", "planned"] == pytest.approx(mean)


def test_settings_change_by_the_words_of_a_config_and_share_what_they_leave_alone(kent, plan):
    other = kent.with_settings({"siting": {"weights": {"variation": 0}}, "demand": {"model": "population"}})
    assert other.config.siting.weights.mean == 1
    assert other.warm is kent.warm
    assert other.zones["demand"].sum() == other.zones["population"].sum()
    assert cs.site(kent, n_open=2).value < plan.value
    with pytest.raises(ConfigError, match="did you mean period"):
        kent.with_settings({"travel": {"perod": "am_peak"}})


def test_an_area_is_replaced_not_merged(kent):
    other = kent.with_settings({"area": {"lad_name": ["Swale"]}})
    assert other.config.area == {"lad_name": ("Swale",)}
    assert set(other.zones["lad_name"]) == {"Swale"}


def test_minutes_to_points_in_any_projection_are_those_to_sites(kent):
    times = cs.travel_times(kent)
    there = kent.sites.loc[times.columns].to_crs(27700)
    again = cs.travel_times(kent, to=there)
    routed = np.isfinite(times)
    assert np.abs(times - again)[routed].max(axis=None) < 1e-3
    assert (cs.travel_times(kent, period="am_peak") >= cs.travel_times(kent, period="free_flow")).all(
        axis=None
    )


def test_isochrones_of_a_site_are_those_of_its_point_and_nest(kent, plan):
    named = cs.isochrones_around(kent, plan.chosen, minutes=(15, 30))
    pointed = cs.isochrones_around(kent, kent.sites.loc[list(plan.chosen)], minutes=(15, 30))
    assert named.geometry.geom_equals(pointed.geometry).all()
    assert named["minutes"].tolist() == [15, 30]
    assert named.geometry[0].within(named.geometry[1].buffer(1e-6))
    with pytest.raises(ConfigError, match=r"site\(s\) are not in the data set"):
        cs.isochrones_around(kent, "NOWHERE")


def test_what_is_no_place_is_refused(kent):
    places = kent.sites.head(2)
    with pytest.raises(TableError, match="no projection is known"):
        cs.travel_times(kent, to=places.set_crs(None, allow_override=True))
    with pytest.raises(TableError, match="2 are no points"):
        cs.travel_times(kent, to=places.set_geometry(places.to_crs(27700).buffer(9)))
    with pytest.raises(TableError, match="more than once"):
        cs.travel_times(kent, to=places.set_axis(["a", "a"], axis=0))


def test_tables_alone_are_enough_wide_or_long(street):
    times, demand, sites = street
    plan = cs.solve(times, demand, sites)
    assert plan.chosen == ("east",)  # by hand: (200·5 + 100·5 + 100·5 + 200·10) ÷ 1000
    assert plan.value == pytest.approx(4.0)
    long = times.reset_index().melt("zone_id", var_name="site_id", value_name="minutes")
    assert cs.solve(long, demand.reset_index(), sites.reset_index()).value == plan.value
    assert cs.solve(times, demand["demand"], sites).value == plan.value
    assert plan.headline().at["mean", "planned"] == plan.value


def test_objectives_take_a_standard_a_group_or_weights(street):
    assert cs.solve(*street, objective="coverage", standard_min=5).value == pytest.approx(0.8)
    assert cs.solve(*street, objective="gap").siting.plan.unit == "minutes"
    fewest = cs.solve(*street, objective=Objective("fewest", share=1.0), standard_min=5, siting={})
    assert len(fewest.chosen) == 2
    weighted = cs.solve(*street, objective="weighted", siting={"open": 1, "weights": {"mean": 1}})
    assert weighted.value == pytest.approx(4.0 / weighted.today["mean"])
    with pytest.raises(ConfigError, match="needs standard_min"):
        cs.solve(*street, objective="coverage")
    with pytest.raises(ConfigError, match="weighted needs weights"):
        cs.solve(*street, objective="weighted")
    with pytest.raises(InfeasibleError):
        cs.solve(*street, siting={"open": 9})


def test_where_no_site_is_open_nothing_stands_before(street):
    times, demand, sites = street
    plan = cs.solve(times, demand, sites.assign(status="candidate"), siting={"open": 2})
    headline = plan.headline()
    assert headline["today"].isna().all()
    assert headline.at["mean", "planned"] == plan.value


def test_a_geodataframe_given_is_a_geodataframe_back(street, toy_zones):
    times, demand, sites = street
    shapes = gpd.points_from_xy(toy_zones.table["lon"], toy_zones.table["lat"], crs=4326)
    zones = gpd.GeoDataFrame(demand, geometry=shapes).to_crs(27700)
    plan = cs.solve(times, zones, sites)
    assert plan.zones.crs.to_epsg() == 27700
    assert plan.zones.geometry.geom_equals(zones.geometry).all()
    assert not isinstance(plan.sites, gpd.GeoDataFrame)
    assert len(plan.explore("alliance_name").get_root().render()) > 100_000


def test_other_weights_rank_the_same_sets_anew(plan):
    mean_alone = plan.rescored({"mean": 1})
    assert mean_alone["score"].is_monotonic_increasing
    assert mean_alone["score"][0] == pytest.approx(mean_alone["mean"].min() / plan.today["mean"])
    assert set(mean_alone["sites"]) == set(plan.ranking["sites"])


def test_robustness_is_a_table_of_worlds(plan):
    tables = plan.robustness()
    assert tables["worlds"]["rank"].iloc[0] == 1
    assert "regret" in tables["worlds"]


def test_the_map_asks_the_network_for_nothing(plan):
    page = plan.explore().get_root().render()
    assert 'src="http' not in page
    assert "<link" not in page
    assert plan.names[0] in page
    assert "OpenStreetMap contributors" in page
    assert '"Maidstone"' in page  # a town under the figures, from the data folder
    with pytest.raises(ConfigError, match="no column minutes_tody"):
        plan.explore("minutes_tody")


def test_a_plan_from_tables_alone_says_what_it_cannot(street):
    plan = cs.solve(*street)
    with pytest.raises(ConfigError, match="where the zones lie"):
        plan.explore()
    with pytest.raises(ConfigError, match="found from tables alone"):
        plan.robustness()
    with pytest.raises(ConfigError, match="found from tables alone"):
        plan.write()


def test_values_say_what_they_are(kent, plan, street):
    assert repr(kent) == "<Scenario my-area: 1,107 zones, 58 sites>"
    assert repr(plan).startswith(f"<Plan: {plan.names[0]}; weighted 0.")
    assert "mean 4 minutes, proved" in repr(cs.solve(*street))
