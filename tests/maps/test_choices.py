"""What a reader of the page may choose between: the room of each weight, and what is given up for what."""

import math
from dataclasses import replace

import pytest

from clinic_siting.maps import MapData, render_map
from clinic_siting.maps.choices import fronts
from clinic_siting.robustness import weight_ranges
from clinic_siting.siting import Score
from clinic_siting.siting.front import listed_front

pytestmark = pytest.mark.browser
ROOM = """() => { const {model, state, Rank, Model} = clinicPage;
  const idsOf = (row) => Model.sitesOf(model, row).map((j) => model.sites[j].id).sort();
  const ids = (row) => row < 0 ? '' : idsOf(row).join(' + ');
  const leader = state.ranked.order[0];
  const found = Rank.room(model.ranking, model.today, state.weights, model.meta.variation, leader);
  return Object.fromEntries(Object.entries(found).map(([term, r]) =>
    [term, [r.lowest, r.highest === Infinity ? null : r.highest, ids(r.below), ids(r.above)]])); }"""
MOVES = [
    {},
    {"worst_tenth": 2.0},
    {"mean": 0.0, "alliance_gap": 1.5},
    {"variation": 0.0, "beyond_standard": 3.0},
]


@pytest.mark.parametrize("moved", MOVES)
@pytest.mark.parametrize("variation", ["mad", "gini"])
def test_each_weights_room_in_the_browser_is_the_packages(visit, map_of, moved, variation):
    data = map_of(variation=variation)
    weights = {**data.weights, **moved}
    page = visit(render_map(data))
    page.evaluate(
        "(moved) => Object.entries(moved).forEach(([term, value]) => clinicPage.act.weigh(term, value))",
        moved,
    )
    found = page.evaluate(ROOM)
    score = Score(weights, variation)
    value = score.of(data.ranking, data.today_measures)
    ranking = data.ranking.assign(score=value.to_numpy())
    leader = page.evaluate(
        """() => { const {model, state, Model} = clinicPage;
        return Model.sitesOf(model, state.ranked.order[0]).map((j) => model.sites[j].id).sort(); }"""
    )
    assert value.to_numpy()[[tuple(s) == tuple(leader) for s in ranking["sites"]]][0] == pytest.approx(
        value.min()
    )
    expected = weight_ranges(ranking, leader, score, data.today_measures)
    assert set(found) == set(expected.index)
    for term, row in expected.iterrows():
        lowest, highest, below, above = found[term]
        assert lowest == pytest.approx(row["lowest"], abs=1e-9), term
        assert (math.inf if highest is None else highest) == pytest.approx(row["highest"], rel=1e-9), term
        assert (below, above) == (row["below"], row["above"]), term


def test_under_each_slider_stands_on_demand_how_far_it_can_move(visit, toy_map: MapData):
    room = weight_ranges(
        toy_map.ranking, toy_map.plan.chosen, Score(dict(toy_map.weights), "mad"), toy_map.today_measures
    )
    page = visit(render_map(toy_map))
    assert page.is_hidden("#room-note")
    assert page.is_hidden("#room-mean")
    page.click("#room-toggle")
    assert page.get_attribute("#room-toggle", "aria-expanded") == "true"
    assert "leads if that weight alone moves" in page.inner_text("#room-note")
    for term, row in room.iterrows():
        text = page.inner_text(f"#room-{term}")
        if row["lowest"] == 0 and math.isinf(row["highest"]):
            assert text == "leads at any weight"
        if not math.isinf(row["highest"]):
            assert f"{math.floor(row['highest'] * 100) / 100:.2f}" in text
    page.evaluate("() => ['mean', 'variation'].forEach((term) => clinicPage.act.weigh(term, 0))")
    assert page.inner_text("#room-mean") == ""


@pytest.mark.parametrize("variation", ["mad", "gini"])
def test_the_fronts_of_the_page_are_the_packages(map_of, variation):
    data = replace(map_of(variation=variation), all_ranked=True)
    found = fronts(data)
    assert set(found) == {variation, "worst_tenth"}
    for against, rows in found.items():
        points = listed_front(data.ranking, against).points
        assert [data.ranking["sites"].iloc[row] for row in rows] == points["sites"].to_list()


def test_sets_that_none_beats_are_listed_and_one_click_shows_each(visit, toy_map: MapData):
    data = replace(toy_map, all_ranked=True)
    rows = sorted(
        {row for front in fronts(data).values() for row in front},
        key=data.ranking["mean"].to_list().__getitem__,
    )
    page = visit(render_map(data))
    listed = page.locator("#trade-offs li")
    assert listed.count() == len(rows)
    last = data.ranking.iloc[rows[-1]]
    assert f"{last['mean']:.2f}" in listed.last.inner_text()
    listed.last.locator("button").click()
    assert page.evaluate("() => clinicPage.state.row") == rows[-1]
    assert page.locator("#trade-offs li.on").count() == 1


def test_where_not_all_sets_are_ranked_no_front_is_claimed(visit, toy_map: MapData):
    assert fronts(toy_map) == {}
    assert visit(render_map(toy_map)).is_hidden("#trade-offs")


def test_the_order_of_opening_is_told_with_what_was_tried(visit, toy_map: MapData):
    page = visit(render_map(replace(toy_map, phases=("First <b>one</b>, then the other.",))))
    assert page.locator("#certainty p").all_inner_texts() == ["First <b>one</b>, then the other."]
