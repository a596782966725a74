"""The page as a reader meets it: in a real browser, with the network off."""

import base64
import io
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image, ImageChops

from clinic_siting.access import measure_access
from clinic_siting.maps import IndexEntry, MapData, render_index, render_map
from clinic_siting.robustness import preference_in_words, weight_prices
from clinic_siting.siting import Score
from clinic_siting.tables import Isochrones, Sites

pytestmark = pytest.mark.browser
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WEIGHTS = [
    ({"mean": 1, "variation": 1, "worst_tenth": 0, "beyond_standard": 0, "alliance_gap": 0}, "mad"),
    ({"mean": 0.3, "variation": 2.1, "worst_tenth": 1, "beyond_standard": 0, "alliance_gap": 0.7}, "sd"),
    ({"mean": 0, "variation": 0, "worst_tenth": 3, "beyond_standard": 0, "alliance_gap": 0}, "gini"),
    ({"mean": 0, "variation": 0, "worst_tenth": 0, "beyond_standard": 1, "alliance_gap": 0}, "mad"),
]


@pytest.fixture(scope="module")
def html(toy_map):
    return render_map(toy_map)


def test_the_page_opens_offline_and_draws_the_plan(visit, html, toy_map: MapData):
    page = visit(html)
    assert page.get_attribute("html", "data-ready") == "yes"
    colours = page.evaluate(
        """() => { const c = document.querySelector('.page-canvas-ground');
        const d = c.getContext('2d', {willReadFrequently: true}).getImageData(0, 0, c.width, c.height).data;
        const seen = new Set();
        for (let i = 0; i < d.length; i += 400) seen.add([d[i], d[i + 1], d[i + 2]].join());
        return seen.size; }"""
    )
    assert colours > 5
    cards = page.inner_text("#result-cards")
    best = toy_map.ranking.iloc[0]
    for value in (best["mean"], best["mad"], best["worst_tenth"]):
        assert f"{value:.1f}" in cards


def test_a_hostile_name_does_nothing_but_stand_there(visit, html):
    page = visit(html)
    assert "<script>alert(1)</script>" in page.inner_text("#headline")
    page.evaluate("() => clinicPage.act.pickSet(clinicPage.model.best.values().next().value.row)")
    assert page.evaluate("() => document.querySelectorAll('#panel script').length") == 0


def test_the_first_ranking_is_the_packages(visit, html, toy_map: MapData):
    rows = visit(html).locator("#ranking li").all_inner_texts()
    assert len(rows) == 10
    for row, score in zip(rows, toy_map.ranking["score"], strict=True):
        assert f"{100 * abs(score - 1):.1f} %" in row


@pytest.mark.parametrize(("weights", "variation"), WEIGHTS)
def test_ranking_in_the_browser_gives_the_packages_scores_and_order(visit, map_of, weights, variation):
    data = map_of(weights, variation)
    found = visit(render_map(data)).evaluate(
        """() => { const {model, Model} = clinicPage; const {score, order} = Model.rank(model, model.weights);
        const ids = (row) => Model.sitesOf(model, row).map((j) => model.sites[j].id).sort();
        return order.map((row) => [ids(row), score[row]]); }"""
    )
    expected = Score(weights, variation).of(data.ranking, data.today_measures)
    assert [tuple(ids) for ids, _ in found] == list(data.ranking["sites"])
    assert [score for _, score in found] == pytest.approx(list(expected), rel=1e-14)


@pytest.mark.parametrize(("weights", "variation"), WEIGHTS)
def test_what_the_weights_mean_is_told_in_the_packages_words(visit, map_of, weights, variation):
    data = map_of(weights, variation)
    prices = weight_prices(Score(weights, variation), data.today_measures)
    assert visit(render_map(data)).inner_text("#weighing") == preference_in_words(prices)


def test_weights_that_move_have_their_price_told_anew(visit, html, toy_map: MapData):
    page = visit(html)
    page.evaluate("() => clinicPage.act.weigh('variation', 2)")
    page.wait_for_function("() => document.querySelector('#weighing').textContent.length > 0")
    prices = weight_prices(Score({"mean": 1, "variation": 2}, "mad"), toy_map.today_measures)
    page.wait_for_timeout(100)
    assert page.inner_text("#weighing") == preference_in_words(prices)
    page.evaluate("() => ['mean', 'variation'].forEach((term) => clinicPage.act.weigh(term, 0))")
    assert page.inner_text("#weighing") == ""


@pytest.mark.parametrize("n_open", [1, 3])
def test_any_number_of_sites_may_open(visit, map_of, n_open):
    data = map_of(variation="gini", n_open=n_open)
    page = visit(render_map(data))
    assert page.locator("#result-sites .site").count() == n_open
    best = f"{100 * abs(data.ranking['score'].iloc[0] - 1):.1f} %"
    assert best in page.inner_text("#ranking li.on")
    page.click("#ranking li:nth-child(2) button")
    assert "Not the plan" in page.inner_text("#result-sites")


def test_where_no_clinic_is_open_today_the_sets_stand_in_the_packages_order(visit, map_of):
    data = map_of(clinics=False)
    page = visit(render_map(data))
    rows = page.locator("#ranking li").all_inner_texts()
    for row, mean in zip(rows, data.ranking["mean"], strict=True):
        assert f"{mean:.1f}" in row
    assert "no clinic today" in page.inner_text("#result-cards")
    for layer in ("today", "change", "flows"):
        page.evaluate("(name) => clinicPage.act.pickLayer(name)", layer)


def test_ties_go_by_mean_and_then_by_id_as_in_the_package(visit, html):
    order = visit(html).evaluate(
        """() => clinicPage.Rank.order(Float64Array.of(0.5, 0.5 + 4e-10, 0.5, 0.4), [3, 2, 2 + 1e-10, 9],
        (row) => 'dcba'[row])"""
    )
    assert order == [3, 2, 1, 0]


@pytest.mark.parametrize("tab", ["alliance", "decile", "icb"])
def test_groups_in_the_browser_have_the_packages_means(visit, html, toy_map: MapData, tab):
    column = {"alliance": "alliance_name", "decile": "imd_decile", "icb": "icb_name"}[tab]
    page = visit(html)
    page.click(f"#gains-tabs [data-value={tab}]")
    page.click("#tables-toggle")
    rows = [row.split("\t") for row in page.locator("#gains-chart tbody tr").all_inner_texts()]
    shown = {row[0]: row[2:4] for row in rows}
    for group, members in toy_map.zones.table.groupby(column).groups.items():
        label = next(name for name in shown if name.split(" ")[0] == str(group).split(" ")[0])
        for text, access in zip(shown[label], (toy_map.today, toy_map.planned), strict=True):
            mean = np.average(access.minutes[members], weights=toy_map.demand[members])
            assert float(text) == pytest.approx(mean, abs=0.0501)


def test_measures_of_a_part_agree_with_the_packages_for_the_whole(visit, html, toy_map: MapData):
    found = visit(html).evaluate(
        """() => { const {model, state, Access} = clinicPage; const all = () => true;
        return Access.measures(state.outcome.minutes, model.zones.demand, all, model.meta.standard); }"""
    )
    best = toy_map.ranking.iloc[0]
    for name in ("mean", "mad", "sd", "gini", "worst_tenth", "coverage"):
        assert found[name] == pytest.approx(best[name], abs=0.006), name


def test_a_slider_ranks_anew_and_shows_the_set_that_leads(visit, html, map_of):
    weights = {"mean": 1, "variation": 1, "worst_tenth": 3, "beyond_standard": 0, "alliance_gap": 0}
    best = map_of(weights).ranking.iloc[0]
    page = visit(html)
    page.focus("#weight-worst_tenth")
    page.keyboard.press("End")
    page.wait_for_function("clinicPage.state.row === clinicPage.state.ranked.order[0]")
    page.wait_for_timeout(100)
    assert f"{100 * abs(best['score'] - 1):.1f} %" in page.inner_text("#ranking li.on")
    assert f"{best['worst_tenth']:.1f}" in page.inner_text("#result-cards")
    page.click("#back")
    assert page.evaluate("() => clinicPage.state.row === clinicPage.model.plan")
    assert page.input_value("#weight-worst_tenth") == "0"


def test_weights_can_be_copied_as_lines_of_a_config(visit, html):
    page = visit(html)
    page.focus("#weight-alliance_gap")
    page.keyboard.press("ArrowRight")
    page.click("#copy")
    assert page.input_value("#config-lines") == (
        "siting:\n  weights: {mean: 1, variation: 1, worst_tenth: 0, beyond_standard: 0, alliance_gap: 0.1}\n"
    )


def test_no_weight_at_all_is_said_and_not_ranked(visit, html):
    page = visit(html)
    for term in ("mean", "variation"):
        page.focus(f"#weight-{term}")
        page.keyboard.press("Home")
    assert "at least one" in page.inner_text("#ranking")


@pytest.mark.parametrize("text", ["TY1 2", "ty12ab", "TY1 2AB", "shore"])
def test_a_postcode_or_a_town_gives_minutes_now_and_with_the_plan(visit, html, toy_map: MapData, text):
    page = visit(html)
    page.fill("#place-input", text)
    page.keyboard.press("Enter")
    answer = page.inner_text("#place-answer")
    zone = {"shore": "Z09"}.get(text, "Z11")
    assert f"{toy_map.today.minutes[zone]:.1f} min" in answer
    assert f"{toy_map.planned.minutes[zone]:.1f} min" in answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("TY9 1", "outside the area"),
        ("Atlantis <b>", "is not among the postcodes and towns of this map"),
        ("TY7 7AA", "is not among the postcodes of this map. Try the first part alone, such as TY1."),
        ("eh11aa", "No postcode of this map begins with EH"),
        ("ty", "begins many postcodes: add the rest, such as TY1 1."),
    ],
)
def test_a_place_that_cannot_be_answered_is_answered_plainly(visit, html, text, answer):
    page = visit(html)
    page.fill("#place-input", text)
    page.click("#place-form button")
    assert answer in page.inner_text("#place-answer")


def test_the_first_half_of_a_postcode_is_found_with_or_without_its_last_letter(visit, toy_map: MapData):
    sectors = toy_map.postcode_sectors.assign(sector=["TY1A 1", "TY1B 2", "TY9 1"])
    page = visit(render_map(replace(toy_map, postcode_sectors=sectors)))
    for text in ("ty1a", "TY1"):
        page.fill("#place-input", text)
        page.keyboard.press("Enter")
        assert f"From the middle of {text.upper()}; a full postcode tells more." in page.inner_text(
            "#place-answer"
        )


@pytest.mark.parametrize("text", ["westgate on sea", "Westgate-on-Sea.", " WESTGATE  ON-SEA "])
def test_a_town_is_found_however_its_marks_are_typed(visit, html, text):
    page = visit(html)
    page.fill("#place-input", text)
    page.keyboard.press("Enter")
    assert "Westgate-on-Sea" in page.inner_text("#place-answer")


def test_suggestions_are_reached_by_keyboard(visit, html):
    page = visit(html)
    page.focus("#place-input")
    page.keyboard.type("west")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#place-input", "aria-activedescendant") == "place-0"
    page.keyboard.press("Enter")
    assert page.input_value("#place-input") == "Westgate-on-Sea"
    assert "minutes" in page.inner_text("#place-answer") or "no change" in page.inner_text("#place-answer")


def test_every_layer_is_reached_by_keyboard_and_explains_itself(visit, html):
    page = visit(html)
    page.focus("#layers [aria-selected=true]")
    titles = set()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        titles.add(page.inner_text("#legend-body h2"))
        assert page.locator("#layers [tabindex='0']").count() == 1
    assert len(titles) == 5  # minutes today and with the plan share theirs


def test_a_click_on_an_area_tells_the_spread_inside(visit, html):
    page = visit(html)
    click_at(page, "[model.areas.centres[0][0], model.areas.centres[0][1] - 300]")
    text = page.inner_text(".leaflet-popup-content")
    assert "Ward 0" in text
    assert "Mean of 2 small areas" in text


def test_a_click_on_a_candidate_tells_its_best_partner_and_shows_the_pair(visit, html, toy_map: MapData):
    page = visit(html)
    site = next(s for s in ("C5", "C4", "C3", "C2", "C1") if s not in toy_map.plan.chosen)
    click_at(
        page, f"(() => {{ const s = model.sites.find((s) => s.id === '{site}'); return [s.x, s.y]; }})()"
    )
    place = next(k for k, ids in enumerate(toy_map.ranking["sites"]) if site in ids)
    assert f"{place + 1} of 10" in page.inner_text(".leaflet-popup-content")
    page.click(".leaflet-popup-content .button")
    assert page.evaluate(f"() => clinicPage.state.row === clinicPage.state.ranked.order[{place}]")
    assert "Not the plan" in page.inner_text("#result-sites")


def test_of_two_candidates_at_one_point_each_can_be_reached(visit, toy_map: MapData):
    table = toy_map.sites.table.copy()
    table.loc["C5", ["lon", "lat"]] = table.loc["C4", ["lon", "lat"]].to_list()
    page = visit(render_map(replace(toy_map, sites=Sites(table.reset_index()))))
    click_at(page, "(() => { const s = model.sites.find((s) => s.id === 'C4'); return [s.x, s.y]; })()")
    names = {"Cape Hospital", "Dune Hospital"}
    first = page.inner_text(".leaflet-popup-content h3")
    (other,) = names - {first}
    for expected, following in ((other, first), (first, other)):
        page.click(f".leaflet-popup-content .others >> text={expected}")
        popup = page.locator(".leaflet-popup-content").last
        assert popup.locator("h3").inner_text() == expected
        assert popup.locator(".others").inner_text() == following
        assert page.evaluate("() => document.activeElement.className") == "pop"


def click_at(page, grid_point):
    """Click where a point of the grid lies on the screen."""
    at = page.evaluate(
        f"""() => {{ const {{model, canvas, map}} = clinicPage; const [x, y] = {grid_point};
        const p = map.latLngToContainerPoint(canvas.latLngOf(x, y));
        const box = map.getContainer().getBoundingClientRect(); return [box.x + p.x, box.y + p.y]; }}"""
    )
    page.mouse.click(*at)
    page.wait_for_selector(".leaflet-popup-content")


def test_enter_on_the_map_tells_about_its_middle(visit, html):
    page = visit(html)
    page.focus(".folium-map")
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup-content").count() == 1


COUNTING = """() => {
  const { canvas } = clinicPage, draw = canvas.drawScene;
  clinicPage.drawings = 0;
  canvas.drawScene = (ctx) => { clinicPage.drawings++; draw.call(canvas, ctx); };
}"""


def test_a_map_that_moved_looks_as_if_drawn_anew(visit, html):
    page = visit(html, reduced_motion="reduce")
    page.evaluate(COUNTING)
    page.evaluate("() => clinicPage.map.panBy([60, -40], { animate: false })")
    assert page.evaluate("() => clinicPage.drawings") == 0
    moved = picture(page)
    page.evaluate("() => clinicPage.canvas.redraw()")
    anew = picture(page)
    assert ImageChops.difference(moved, anew).convert("L").getextrema()[1] <= SMOOTHING
    page.evaluate("() => clinicPage.map.panBy([900, 0], { animate: false })")
    assert page.evaluate("() => clinicPage.drawings") >= 2


# Edges are smoothed a little differently where a canvas begins elsewhere; a misplaced word differs by 100.
SMOOTHING = 30


def picture(page):
    """The map as the screen shows it."""
    return Image.open(io.BytesIO(page.locator(".folium-map").screenshot())).convert("RGB")


def test_an_alliance_has_its_own_view(visit, html, toy_map: MapData):
    page = visit(html)
    page.click(".row-pick >> text=East")
    members = toy_map.zones.table["alliance_name"].str.startswith("East")
    mean = np.average(toy_map.planned.minutes[members], weights=toy_map.demand[members])
    assert f"{mean:.1f}" in page.inner_text("#result-cards")
    assert "East only" in page.inner_text("#scope-chip")
    of_trust = [
        toy_map.demand[members & access.table["site_id"].isin(["OLD1", "OLD2"])].sum()
        for access in (toy_map.today, toy_map.planned)
    ]
    before, after = (f"{value:.0f}" for value in of_trust)
    assert f"both sites: {before} → {after} cases a year" in page.inner_text("#result-load")
    page.click("#scope-chip button")
    assert page.is_hidden("#scope-chip")


def test_a_set_that_closes_a_clinic_sends_its_patients_on(visit, toy_map_of_closings: MapData):
    data = toy_map_of_closings
    page = visit(render_map(data))
    page.click("#ranking li:nth-child(2) button")
    found = page.evaluate("() => Array.from(clinicPage.state.outcome.minutes)")
    row = data.ranking.iloc[1]
    open_sites = data.sites.existing.difference(list(row["closed"])).union(list(row["sites"]))
    expected = measure_access(data.times, open_sites, standard_min=45).minutes
    assert np.array(found) / 100 == pytest.approx(expected.to_numpy(), abs=0.0101)
    assert "Closes in this plan" in page.inner_text("#legend-body")


def test_how_sure_says_first_where_the_plan_is_beaten(visit, html, toy_map: MapData):
    assert "not with 10 more minutes at the bridge" in visit(html).inner_text("#sure p:first-child")
    page = visit(render_map(replace(toy_map, robustness=None)))
    assert "have not been tried" in page.inner_text("#sure p:first-child")


def test_all_that_was_tried_is_told_of_the_plan(visit, html, toy_map: MapData):
    assert visit(html).is_hidden("#certainty-title")
    said = ("Best in 83% of 100 draws of speeds.", "Without <b>it</b> another would stand in.")
    page = visit(render_map(replace(toy_map, certainty=said)))
    assert page.locator("#certainty p").all_inner_texts() == list(said)


def test_another_set_brings_its_own_isochrones(visit, toy_map: MapData):
    ring = shapely.Point(0.3, 51.25).buffer(0.04)
    other = next(s for s in toy_map.ranking["sites"].iloc[1] if s not in toy_map.plan.chosen)
    more = gpd.GeoDataFrame({"site_id": [other], "minutes": [15.0]}, geometry=[ring], crs=4326)
    drawn = toy_map.isochrones
    both = Isochrones(
        drawn.zone_id, drawn.site_id, drawn.bands_min, drawn.membership,
        pd.concat([drawn.polygons, more], ignore_index=True),
    )  # fmt: skip
    page = visit(render_map(replace(toy_map, isochrones=both)))
    page.click("#ranking li:nth-child(2) button")
    assert "15" in page.inner_text("#legend-body .symbols li:last-child")
    assert "minutes to" in page.inner_text("#legend-body .symbols li:last-child")


def test_a_site_without_isochrones_in_the_file_is_owned_up_to(visit, html, toy_map: MapData):
    page = visit(html)
    site = toy_map.plan.chosen[1]  # the toy map draws the first one's alone
    label = page.evaluate("(id) => clinicPage.model.sites.find((s) => s.id === id).label", site)
    assert f"No lines in this file for {label}" in page.inner_text("#legend-body .symbols")


def test_the_legend_says_of_when_the_figures_are(visit, toy_map: MapData):
    page = visit(render_map(replace(toy_map, data_date="Census 2021; IMD 2025; ICBs April 2024")))
    assert page.inner_text("#legend-body .dates") == "Data: Census 2021, IMD 2025"
    assert "ICBs April 2024" in page.inner_text("#method")


def test_on_a_phone_the_panel_is_a_sheet_and_the_layers_a_list(visit, html):
    page = visit(html, viewport=PHONE, has_touch=True, is_mobile=True)
    assert page.is_hidden("#layers")
    page.select_option("#layer-select", "change")
    assert page.locator("#strip li").count() == 6
    for layer in page.locator("#layer-select option").evaluate_all("all => all.map((o) => o.value)"):
        page.select_option("#layer-select", layer)
        cut = "(all) => all.filter((li) => li.scrollWidth > li.clientWidth).map((li) => li.textContent)"
        assert page.locator("#strip li").evaluate_all(cut) == []
    assert page.is_hidden("#legend")
    page.click("#key-toggle")
    assert page.is_visible("#legend")
    page.click("#key-toggle")
    before = page.locator("#panel").bounding_box()["y"]
    page.click("#sheet-handle")
    page.wait_for_timeout(400)
    header = page.locator(".top").bounding_box()
    assert header["y"] + header["height"] <= page.locator("#panel").bounding_box()["y"] + 1 < before
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_window_that_closes_is_gone_at_once_and_takes_no_click(visit, html):
    page = visit(html)
    site = "clinicPage.model.sites[0]"
    page.evaluate(f"() => clinicPage.map.setView(clinicPage.canvas.latLngOf({site}.x, {site}.y), 10)")
    stage = page.locator(".folium-map").bounding_box()
    page.mouse.click(stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    assert page.locator(".leaflet-popup").count() == 1
    gone = "() => { clinicPage.map.closePopup(); return document.querySelectorAll('.leaflet-popup').length; }"
    assert page.evaluate(gone) == 0


def test_on_a_phone_the_name_of_the_alliance_in_view_covers_no_clinic(visit, html):
    page = visit(html, viewport=PHONE, has_touch=True, is_mobile=True)
    page.evaluate("() => clinicPage.act.pickAlliance(1)")
    chip = page.locator("#scope-chip").bounding_box()
    stage = page.locator("#stage").bounding_box()
    tops = page.evaluate(
        "() => clinicPage.canvas.discs.filter((d) => d.kind !== 'candidate').map((d) => d.y)"
    )
    assert min(tops) + stage["y"] >= chip["y"] + chip["height"]


TILES = ("https://tiles.example/{z}/{x}/{y}.png", "© Somebody")
ONE_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def test_without_a_connection_the_street_map_stays_off_and_says_so(visit, toy_map: MapData):
    page = visit(render_map(replace(toy_map, tiles=TILES)))
    assert "street map of tiles.example" in page.inner_text(".legend-choice")
    page.locator("#tiles").click()
    assert not page.is_checked("#tiles")
    assert (
        page.inner_text("#tiles-said")
        == "No connection: the street map stays off. The map is whole without it."
    )


@pytest.mark.parametrize("answers", [True, False])
def test_the_street_map_is_asked_for_by_name_alone_and_may_fail(browser, toy_map: MapData, tmp_path, answers):
    path = tmp_path / "page.html"
    path.write_text(render_map(replace(toy_map, tiles=TILES)), "utf-8")
    context = browser.new_context(viewport=DESKTOP)
    asked = []

    def answer(route):
        asked.append(route.request.url)
        if answers:
            route.fulfill(body=ONE_PIXEL, content_type="image/gif")
        else:
            route.abort()

    context.route(re.compile("^(?!file:|data:)"), answer)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_timeout(300)
    assert asked == []
    page.locator("#tiles").click()
    page.wait_for_function("() => document.querySelector('.leaflet-tile-loaded') || !clinicPage.state.tiles")
    assert all(url.startswith("https://tiles.example/") for url in asked)
    assert asked
    assert page.is_checked("#tiles") == answers
    said = "" if answers else "The street map does not answer. The map is whole without it."
    assert page.inner_text("#tiles-said") == said
    assert ("© Somebody" in page.inner_text("#credit")) == answers
    context.close()


def test_it_prints_on_one_sheet_and_is_itself_again_afterwards(visit, html):
    page = visit(html)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.search(rb"/MediaBox\s*\[\s*0 0 84[12]", printed)
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("() => document.documentElement.className") == ""
    assert page.is_visible("#layers")


def test_on_paper_the_map_shows_the_alliance_in_view(visit, html):
    page = visit(html)
    zoom_on_paper = """(alliance) => { clinicPage.act.pickAlliance(alliance);
        window.dispatchEvent(new Event('beforeprint')); const zoom = clinicPage.map.getZoom();
        const chip = document.getElementById('scope-chip').offsetWidth;
        window.dispatchEvent(new Event('afterprint')); return [zoom, chip]; }"""
    everyone, _ = page.evaluate(zoom_on_paper, -1)
    one, chip = page.evaluate(zoom_on_paper, 1)
    assert one > everyone
    assert chip == 0


@pytest.mark.parametrize(("times", "sheets"), [(6, 1), (90, 2)])
def test_long_small_print_takes_a_second_sheet_before_it_gets_small(visit, toy_map: MapData, times, sheets):
    caveats = ("Some roads are missing, and some drivers are slower than others. " * times,)
    page = visit(render_map(replace(toy_map, caveats=caveats)))
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == sheets


# Relative luminance and contrast after WCAG 2.1, told from what the browser computed.
CONTRAST = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (c) => { const [r, g, b] = c.map((v) => { const s = v / 255;
    return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });
    return 0.2126*r + 0.7152*g + 0.0722*b; };
  const ground = (node) => { for (let n = node; n; n = n.parentElement) {
    const c = rgb(getComputedStyle(n).backgroundColor);
    if (c.length < 4 || c[3] > 0.8) return c.slice(0, 3); }
    return [255, 255, 255]; };
  const poor = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = Array.from(node.childNodes).some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !node.getClientRects().length || node.closest('noscript, .page-canvas, :disabled')) continue;
    const style = getComputedStyle(node);
    const ink = rgb(node.namespaceURI.endsWith('svg') ? style.fill : style.color).slice(0, 3);
    const [a, b] = [light(ink), light(ground(node))].sort((p, q) => q - p);
    if ((a + 0.05) / (b + 0.05) < 4.5)
      poor.push(`${node.tagName} ${node.className} ${node.textContent.slice(0, 30)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_every_word_has_contrast(visit, html, viewport):
    page = visit(html, viewport=viewport)
    page.fill("#place-input", "TY1 2")
    page.keyboard.press("Enter")
    for layer in ("today", "change", "flows", "trust", "deprivation"):
        page.evaluate("(name) => clinicPage.act.pickLayer(name)", layer)
        assert page.evaluate(CONTRAST) == []
    page.evaluate("() => clinicPage.act.pickSet(clinicPage.state.ranked.order[1])")
    page.evaluate(
        "() => clinicPage.map.fire('click', { containerPoint: clinicPage.map.getSize().divideBy(2) })"
    )
    assert page.evaluate(CONTRAST) == []


def test_everything_that_can_be_used_has_a_name(visit, html):
    page = visit(html)
    nameless = page.evaluate(
        """() => Array.from(document.querySelectorAll('button, input, select, textarea, a[href]'))
        .filter((n) => !(n.textContent.trim() || n.getAttribute('aria-label') || n.labels?.length))
        .map((n) => n.outerHTML)"""
    )
    assert nameless == []


def test_readers_without_a_script_see_the_tables(visit, html, toy_map: MapData):
    page = visit(html, java_script_enabled=False)
    assert f"{toy_map.ranking['mean'].iloc[0]:.1f}" in page.inner_text("noscript")


def test_the_index_links_to_the_pages(visit):
    entry = IndexEntry(
        scenario="toy", title="Two more clinics", chosen=("A", "B"), mean=(20, 10), spread=(9, 5),
        worst_tenth=(40, 30), coverage=(0.5, 0.8), standard_min=45,
    )  # fmt: skip
    page = visit(render_index([entry]))
    assert page.get_attribute("a", "href") == "toy.html"
    assert page.evaluate(CONTRAST) == []
