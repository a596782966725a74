"""Scenarios side by side, over the toy country."""

import html
from dataclasses import replace

import pytest

from clinic_siting.comparison import (
    clinics_beside,
    compare_scenarios,
    comparison_files,
    comparison_page,
    differences_in_words,
    measures_beside,
    plans_beside,
    setting_differences,
)
from clinic_siting.config import read_config
from clinic_siting.errors import ConfigError

GATE = {"name": "Toy Bridge", "line": [[0.505, 51.2], [0.505, 51.4]], "minutes": 0}


@pytest.fixture(scope="module")
def configs(write_shared_config):
    """The toy scenario, the same in the evening with a toll, and one without requirements for people."""
    return [
        read_config(write_shared_config("toy", travel={"gates": [GATE]})),
        read_config(
            write_shared_config("late", travel={"period": "pm_peak", "gates": [GATE | {"minutes": 9}]})
        ),
        read_config(
            write_shared_config(
                "free", travel={"gates": [GATE]}, siting={"require": []}, demand={"model": "population"}
            )
        ),
    ]


@pytest.fixture(scope="module")
def scenarios(configs):
    return compare_scenarios(configs)


def test_settings_that_differ_are_named_with_both_values(configs):
    base, late, free = configs
    assert setting_differences(base, base) == []
    assert setting_differences(base, late) == [
        "travel.gates.Toy Bridge.minutes: 0 → 9",
        "travel.period: inter_peak → pm_peak",
    ]
    named = setting_differences(base, free)
    assert "demand.model: incidence → population" in named
    assert any(line.startswith("siting.require: without ") for line in named)


def test_sites_are_told_by_their_names(write_config):
    added = [{"id": "NEW-1", "name": "Lakeside", "lon": 0.52, "lat": 51.28}]
    base = read_config(write_config("toy"))
    more = read_config(write_config("more", sites={"added": added}, siting={"force": ["NEW-1"]}))
    names = {"NEW-1": "Lakeside"}
    assert setting_differences(base, more, names=({}, names)) == [
        "sites.added: with Lakeside",
        "siting.force: with Lakeside",
    ]
    moved = read_config(write_config("moved", sites={"added": [added[0] | {"lat": 51.3}]}))
    assert "sites.added.Lakeside.lat: 51.28 → 51.3" in setting_differences(more, moved)


def test_every_measure_stands_beside_its_twins(scenarios):
    beside = measures_beside(scenarios)
    assert beside.index.is_unique
    mean = beside.loc[("everyone", "everyone", "mean", "minutes", "modelled")]
    for one in scenarios:
        assert mean[f"{one.name}: planned"] == one.figure("mean", "planned")
        assert mean[f"{one.name}: change"] == pytest.approx(
            one.figure("mean", "planned") - one.figure("mean", "today")
        )
    assert {"alliance_name", "imd_decile", "age", "car"} <= set(beside.index.get_level_values("grouping"))


def test_plans_and_clinics_stand_side_by_side(scenarios):
    plans = plans_beside(scenarios)
    assert plans.index.to_list() == ["toy", "late", "free"]
    assert plans["proven"].all()
    clinics = clinics_beside(scenarios)
    assert clinics.loc["TOY01", "name"] == "Old Infirmary, Westbridge"
    for one in scenarios:
        assert clinics[f"{one.name}: today"].sum() == pytest.approx(one.volumes["today"].sum())
        assert clinics[f"{one.name}: change"].sum() == pytest.approx(0)


def test_differences_are_told_against_the_first_scenario(scenarios):
    lines = differences_in_words(scenarios)
    assert lines[0].startswith("toy: ")
    assert lines[1].startswith(
        "late (journeys in the weekday evening peak, not between the weekday peaks; the Toy Bridge takes 9 "
        "minutes more, not 0)"
    )
    assert any(line.startswith("  Against toy with its plan, ") for line in lines)
    same = differences_in_words([scenarios[0], scenarios[0]])
    assert "the same settings" in same[1]
    assert "the same plan" in same[1]
    assert len(same) == 2


@pytest.mark.parametrize(
    ("first", "other", "words"),
    [
        (["TOY02"], ["CDC-E1", "TOY02"], "Eastgate CDC beside St Agnes' Hospital"),
        (["CDC-E1", "TOY02"], ["TOY02"], "St Agnes' Hospital without Eastgate CDC"),
        (["CDC-E1"], ["TOY02"], "St Agnes' Hospital in place of Eastgate CDC"),
        (["CDC-E1", "TOY02"], ["CDC-E2", "TOY02"], "Far Point CDC in place of Eastgate CDC, with St Agnes'"),
        (["CDC-E1"], [], "nothing without Eastgate CDC"),
        ([], ["CDC-E1"], "Eastgate CDC"),
    ],
)
def test_a_larger_or_smaller_plan_is_told_by_what_comes_or_goes(scenarios, first, other, words):
    def opening(sites):
        siting = scenarios[0].siting
        return replace(scenarios[0], siting=replace(siting, plan=replace(siting.plan, chosen=tuple(sites))))

    told = differences_in_words([opening(first), opening(other)])[1]
    assert told.split("): ", 1)[-1].split(": ", 1)[-1].startswith(words), told


def test_the_page_says_everything_and_stays_a_page_whatever_a_name_holds(scenarios):
    page = comparison_page(scenarios)
    assert page == comparison_page(scenarios)
    for text in ("Scenarios side by side", "Old Infirmary, Westbridge", "toy", "late", "free"):
        assert text in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    evil = scenarios[0].names.copy()
    evil["TOY01"] = "<script>alert(1)</script>"
    page = comparison_page([replace(scenarios[0], names=evil), scenarios[1]])
    assert "<script>alert" not in page


def test_files_hold_the_tables_the_page_and_the_words(scenarios):
    sentences = differences_in_words(scenarios)
    written = comparison_files(scenarios, sentences, "page")
    tables = {"plans.csv", "measures.csv", "clinics.csv", "columns.csv"}
    assert set(written) == {"comparison.html", "comparison.txt", *tables}
    assert "toy: today" in written["columns.csv"]
    assert "free: patients are people" in written["comparison.txt"]
    assert written["measures.csv"].startswith("grouping,group,measure,unit,status,toy: today")


def test_fewer_than_two_scenarios_or_two_of_one_name_are_refused(configs):
    with pytest.raises(ConfigError, match="name two or more config files"):
        compare_scenarios(configs[:1])
    with pytest.raises(ConfigError, match=r"two config files have one name; rename one\.\n  toy"):
        compare_scenarios([configs[0], configs[0]])


def test_the_page_has_one_point_a_scenario_and_the_busiest_clinic_first(scenarios):
    page = comparison_page(scenarios)
    points = page.split("In words</h2>")[1].split("</ul>")[0]
    assert points.count("<li>") == len(scenarios)
    assert page.index("At a glance</h2>") < page.index("In words</h2>")
    clinics = html.unescape(page.split("Patients at each clinic")[-1])
    first = scenarios[0]
    is_open = [*first.existing, *first.siting.plan.chosen]
    order = first.volumes.loc[is_open].sort_values(["today", "planned"], ascending=False)
    places = [clinics.index(str(first.names[site])) for site in order.index]
    assert places == sorted(places)
