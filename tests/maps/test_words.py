from dataclasses import replace

import pytest

from clinic_siting.maps import MapData, words


def test_the_headline_says_what_opens_and_what_it_does(toy_map: MapData):
    lead, effect = words.headline(replace(toy_map, title="Two more clinics"))
    assert lead.startswith("Two more clinics: ")
    assert " and " in lead
    assert effect.startswith("The average journey falls from ")
    assert "the share within 45 minutes rises from " in effect


def test_a_figure_that_does_not_move_stays(toy_map: MapData):
    ranking = toy_map.ranking.assign(
        mean=toy_map.today_measures["mean"], coverage=toy_map.today_measures["coverage"]
    )
    _, effect = words.headline(replace(toy_map, ranking=ranking))
    assert effect.count("stays at") == 2


def test_without_a_title_the_number_of_sites_is_told(toy_map: MapData):
    assert words.title_of(replace(toy_map, title="")) == "Two more clinics"


def test_the_method_is_told_from_the_data(toy_map: MapData):
    text = " ".join(words.method_of(toy_map))
    assert "12 small areas" in text
    assert "Mid serves West only" in text
    assert "10 pairs of 5 candidates were compared" in text
    assert "average journey and spread between patients (mean absolute deviation)" in text
    assert "each against today, in equal parts." in text


def test_the_method_names_weights_that_differ(toy_map: MapData):
    text = " ".join(
        words.method_of(replace(toy_map, weights={"mean": 3, "variation": 0.5, "worst_tenth": 0}))
    )
    assert "each against today, weighed 3 and 0.5." in text


def test_the_trust_readers_ask_about_is_named_where_it_plays_a_part(toy_map: MapData):
    assert words.lead_trust(toy_map) == "The Royal Marsden NHS Foundation Trust"
    table = toy_map.sites.table.assign(trust="")
    assert words.lead_trust(replace(toy_map, sites=type(toy_map.sites)(table))) == ""


@pytest.mark.parametrize("column", ["mean", "coverage"])
def test_tables_for_readers_without_a_script_give_the_packages_figures(toy_map: MapData, column):
    rows = {name: after for name, _, after in words.tables(toy_map)["measures"]}
    value = toy_map.ranking[column].iloc[0]
    expected = {"mean": f"{value:.1f}", "coverage": f"{100 * value:.0f}"}[column]
    assert expected in rows.values()


def test_credits_fit_one_line():
    assert words.short_credit("© OpenStreetMap contributors (ODbL). GeoNames (CC BY 4.0).") == (
        "© OpenStreetMap contributors · GeoNames"
    )


def test_a_clinic_that_closes_stands_in_the_headline(toy_map):
    shut = replace(toy_map, ranking=toy_map.ranking.assign(closed=[("OLD3",)] * len(toy_map.ranking)))
    assert words.headline(shut)[0].endswith("closes.")
    assert "close" not in words.headline(toy_map)[0]
