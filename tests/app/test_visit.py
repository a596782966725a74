"""A planner's whole visit in a real browser, by mouse and by keyboard alone."""

import re
import time

import pytest

from clinic_siting.app import jobs, sessions
from clinic_siting.app.sessions import Session

pytestmark = pytest.mark.browser
DESKTOP = {"width": 1280, "height": 800}
PATIENCE_MS = 300_000  # a hang alone is to fail


@pytest.fixture
def visit(browser, address, planner):  # noqa: ARG001 - which calls off what a visit left behind
    """Opens the page as a visitor of its own; a request elsewhere, a message or an error fails the test."""
    contexts, wrong = [], []

    def opened():
        context = browser.new_context(viewport=DESKTOP, accept_downloads=True)
        contexts.append(context)
        elsewhere = re.compile(f"^(?!{re.escape(address)}|data:|blob:)")
        context.route(elsewhere, lambda route: (wrong.append(route.request.url), route.abort()))
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: wrong.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(address)
        page.wait_for_selector("html[data-revision]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(visit):
    return visit()


def sites(page, row="now"):
    """Names in a row of the plans."""
    number = {"config": 0, "last": 1, "now": 2}[row]
    return page.locator("#plans tbody tr").nth(number).locator("td").first.get_attribute("title")


def quiet(page):
    page.wait_for_selector("html[data-busy=no]")


def asked(page, act):
    """Do something and wait until another plan is found or something is refused."""
    before = int(page.get_attribute("html", "data-answered") or 0)
    act()
    page.wait_for_function(
        "was => { const { answered, asked, busy } = document.documentElement.dataset;"
        " return Number(answered) > was && answered === asked && busy !== 'quick'; }",
        arg=before,
    )


def refused(page, control):
    return page.locator(f"[data-control~={control}] .refused").inner_text()


def slide(page, term, value):
    page.evaluate(
        """([term, value]) => { const slider = document.getElementById(`weight-${term}`);
        slider.value = value; slider.dispatchEvent(new Event("change")); }""",
        [term, value],
    )


def map_frame(page):
    page.wait_for_selector("html[data-map]")
    return page.frame_locator("#frames iframe:not(.waiting)").locator("html")


def test_the_first_view_shows_the_configs_plan_and_its_map(page, planner):
    assert sites(page) == sites(page, "config") == sites(page, "last")
    html = map_frame(page)
    assert html.get_attribute("data-ready") == "yes"
    shown = html.evaluate(
        "() => clinicPage.state.outcome.sites.map((j) => clinicPage.model.sites[j].id).sort()"
    )
    assert tuple(shown) == planner.office.opening.found.siting.plan.chosen


def test_a_whole_visit(page):
    quiet(page)
    first = sites(page)
    asked(page, lambda: slide(page, "worst_tenth", 2))
    asked(page, page.locator("#plans .now .not").first.click)
    assert sites(page) != first
    assert sites(page, "config") == first
    page.fill("#add-name", "Lakeside <b>1</b>")
    page.fill("#add-postcode", "TY1 1AA")
    asked(page, lambda: page.click("#add"))
    assert "Lakeside <b>1</b>" in page.inner_text("#added")
    asked(page, lambda: page.fill("#keep-name", "mine") or page.click("#keep"))
    asked(page, lambda: page.click("#undo"))
    asked(page, lambda: page.fill("#keep-name", "before") or page.click("#keep"))
    page.click("#compare")
    side_by_side = page.frame_locator("#comparison iframe").locator("body")
    side_by_side.wait_for()
    assert "before" in side_by_side.inner_text()
    page.keyboard.press("Escape")
    quiet(page)
    asked(page, lambda: page.click("#export"))
    quiet(page)
    for name in ("plan.yaml", "plan.html", "plan.json", "report.html"):
        with page.expect_download() as taken:
            page.locator("#exported a", has_text=re.compile(f"^{re.escape(name)}$")).click()
        assert taken.value.suggested_filename == name
    before = [sites(page), page.inner_text("#kept"), page.inner_text("#site-rules")]
    page.reload()
    page.wait_for_selector("html[data-revision]")
    assert [sites(page), page.inner_text("#kept"), page.inner_text("#site-rules")] == before


def think_on(_ground, _config, announce):
    """What a solver does that is far from its end: it looks at nothing."""
    announce("Choosing the sites")
    until = time.monotonic() + 600
    while time.monotonic() < until:
        pass
    yield


@pytest.fixture
def reach(page):
    """Tab to a control, back where it lies behind, as who has no pointer does."""
    key = """(id) => { const here = document.activeElement;
        if (here.id === id) return "";
        const behind = here.compareDocumentPosition(document.getElementById(id)) & 2;
        return behind ? "Shift+Tab" : "Tab"; }"""

    def reached(control):
        for _ in range(200):
            pressed = page.evaluate(key, control)
            if not pressed:
                return
            page.keyboard.press(pressed)
        pytest.fail(f"Tab never reaches {control}")

    return reached


@pytest.fixture
def typed(page, reach):
    """Go to a control, write into it, and wait for what comes of Enter."""

    def wrote(control, words, then="Enter"):
        reach(control)
        page.keyboard.type(words)
        asked(page, lambda: page.keyboard.press(then))

    return wrote


def test_a_visit_by_keyboard_alone(page, reach, typed, monkeypatch):
    """Open, weigh, add, forbid, cancel, compare, export, reload: the visit takes no pointer."""
    quiet(page)
    reach("weight-mean")
    for _ in range(3):
        asked(page, lambda: page.keyboard.press("ArrowRight"))
    assert page.locator("#weights output").first.inner_text() == "1.3"
    typed("keep-name", "weighed")
    reach("add-name")
    page.keyboard.type("Lakeside")
    typed("add-postcode", "TY1 1AA")
    assert "Lakeside" in page.inner_text("#added")
    winner = sites(page).split(" + ")[0]
    reach("site-pick")
    page.keyboard.type(winner)
    reach("forbid")
    asked(page, lambda: page.keyboard.press("Enter"))
    assert winner not in sites(page)
    typed("keep-name", "without the winner")
    assert "without the winner" in page.inner_text("#kept")

    with monkeypatch.context() as slow:
        slow.setattr(sessions, "find", think_on_placed)
        reach("open")
        page.keyboard.press("ArrowDown")
        page.wait_for_selector("html[data-busy=quick]")
        reach("cancel")
        asked(page, lambda: page.keyboard.press("Enter"))
    assert winner not in sites(page)
    assert page.input_value("#open") == "2"

    reach("compare")
    page.keyboard.press("Enter")
    side_by_side = page.frame_locator("#comparison iframe").locator("body")
    side_by_side.wait_for()
    assert "without the winner" in side_by_side.inner_text()
    page.keyboard.press("Escape")
    reach("export")
    asked(page, lambda: page.keyboard.press("Enter"))
    page.wait_for_selector("#exported a")
    assert "plan.html" in page.inner_text("#exported")
    quiet(page)
    before = [sites(page), page.inner_text("#kept"), page.inner_text("#exported")]
    page.reload()
    page.wait_for_selector("html[data-revision]")
    assert [sites(page), page.inner_text("#kept"), page.inner_text("#exported")] == before
    page.wait_for_function("() => !document.getElementById('undo').disabled")
    reach("undo")
    asked(page, lambda: page.keyboard.press("Enter"))
    assert winner in sites(page)


def test_a_comparison_is_called_off_by_closing_it(page, monkeypatch):
    quiet(page)
    asked(page, lambda: page.fill("#keep-name", "one") or page.click("#keep"))
    asked(page, lambda: page.fill("#keep-name", "two") or page.click("#keep"))
    monkeypatch.setattr(sessions, "compare", think_on_kept)
    page.click("#compare")
    page.wait_for_function(
        "() => document.getElementById('comparison-stage').textContent.includes('Choosing')"
    )
    asked(page, lambda: page.keyboard.press("Escape"))
    quiet(page)
    assert page.locator("#comparison").is_hidden()


def think_on_placed(ground, config, _placed, announce):
    yield from think_on(ground, config, announce)


def think_on_kept(ground, config, _found, _name, announce):
    yield from think_on(ground, config, announce)


def test_an_impossible_wish_is_refused_beside_its_control_and_undone(page):
    first = sites(page)
    asked(page, lambda: page.fill("#open", "8") or page.keyboard.press("Tab"))
    words = refused(page, "open")
    assert words
    assert sites(page) == first
    assert "No plan obeys the settings" in page.inner_text("#stage-name")
    asked(page, lambda: page.fill("#standard", "0") or page.keyboard.press("Tab"))
    assert "given 0" in refused(page, "standard")
    assert words in refused(page, "open")  # the one does not hide the other
    assert page.input_value("#standard") == "0"
    assert page.get_attribute("#standard", "aria-invalid") == "true"
    asked(page, lambda: page.click("#undo"))
    assert page.get_attribute("#standard", "aria-invalid") is None
    assert refused(page, "open") == words
    asked(page, lambda: page.click("#undo"))
    assert page.locator("[data-control~=open] .refused").is_hidden()
    assert page.input_value("#open") != "8"


def test_what_was_typed_stays_until_it_is_taken_and_each_control_explains_itself(page):
    page.fill("#add-name", "Lakeside")
    page.fill("#add-postcode", "ZZ9 9ZZ")
    asked(page, lambda: page.click("#add"))
    assert "There is no postcode sector ZZ9 9" in refused(page, "add")
    assert (page.input_value("#add-name"), page.input_value("#add-postcode")) == ("Lakeside", "ZZ9 9ZZ")
    page.fill("#add-postcode", "TY1 1AA")
    asked(page, lambda: page.click("#add"))
    assert (page.input_value("#add-name"), page.input_value("#add-postcode")) == ("", "")
    assert "Lakeside may be chosen too" in page.inner_text("#changes")
    assert page.inner_text("#proof").startswith("Proved")
    for button in page.locator("#settings .help").all():
        words = page.locator(f"#{button.get_attribute('aria-controls')}")
        assert words.is_hidden()
        button.click()
        assert len(words.inner_text()) > 60


def test_a_run_that_was_cancelled_changes_nothing(page, monkeypatch):
    quiet(page)
    first = sites(page)

    def forever(_session, job, _wish):
        job.announce("Thinking for ever")
        job.rest(60)

    monkeypatch.setattr(Session, "_answer", forever)
    page.fill("#open", "1")
    page.keyboard.press("Tab")
    page.wait_for_selector("html[data-busy=quick]")
    # Read once: the first stage may give way to the next between two looks.
    assert page.inner_text("#progress").startswith(("Starting", "Thinking for ever"))
    asked(page, lambda: page.click("#cancel"))
    assert page.get_attribute("html", "data-busy") == "no"
    assert sites(page) == first
    assert page.input_value("#open") == "2"


def test_what_goes_wrong_inside_is_said_without_a_trace(page, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(Session, "_answer", broken)
    monkeypatch.setattr(jobs.log, "exception", lambda *_: None)
    asked(page, lambda: page.select_option("#period", index=0))
    words = refused(page, "period")
    assert words == "This could not be worked out; the server's log says why."


def test_a_site_is_added_by_a_click_on_the_map(page):
    map_frame(page)
    quiet(page)
    page.click("#add-click")
    box = page.locator("#frames iframe:not(.waiting)").bounding_box()
    page.mouse.click(box["x"] + 340 + (box["width"] - 340) * 0.4, box["y"] + box["height"] * 0.5)
    page.wait_for_selector("#added li")
    assert "New site at" in page.inner_text("#added")
    assert page.get_attribute("#add-click", "aria-pressed") == "false"


def test_a_demand_file_of_her_own_is_taken_or_refused(page, planner, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("zone_id,referrals\n<img src=x onerror=alert(1)>,3\n")
    asked(page, lambda: page.set_input_files("#own-demand", bad))
    assert "<img src=x onerror=alert(1)>" in refused(page, "own_demand")
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (21 * 1024 * 1024))
    page.set_input_files("#own-demand", large)
    assert refused(page, "own_demand") == "The file has 21.0 MB; at most 20 MB are taken."
    good = tmp_path / "good.csv"
    rows = "".join(f"{zone},{k + 1}\n" for k, zone in enumerate(planner.office.opening.zones.zone_id))
    good.write_text("zone_id,referrals\n" + rows)
    asked(page, lambda: page.set_input_files("#own-demand", good))
    assert page.input_value("#demand") == "referrals"


def test_three_plans_stand_side_by_side_and_each_ones_map_is_a_press_away(page, planner):
    quiet(page)
    number = int(page.get_attribute("html", "data-map"))
    asked(page, page.locator("#plans .now .not").first.click)
    page.wait_for_function("was => Number(document.documentElement.dataset.map) > was", arg=number)
    page.click("#beside-toggle")
    assert page.get_attribute("#beside-toggle", "aria-expanded") == "true"
    gains = page.locator("#beside table").first
    assert gains.locator("thead th").all_inner_texts()[1:] == ["The config’s", "Last", "Now"]
    for alliance in planner.office.opening.groups["alliance_name"]:
        (row,) = gains.locator("tbody tr", has=page.locator("th", has_text=alliance)).all_inner_texts()
        assert row.count("→") == 3
    assert page.locator("#beside .sure-three ul").count() >= 2  # the new plan may still be tried
    page.click("#beside-toggle")
    assert page.locator("#beside").is_hidden()

    page.locator("#plans .look").first.click()
    over = page.frame_locator("#frames iframe.over:not(.waiting)").locator("html")
    shown = over.evaluate(
        "() => clinicPage.state.outcome.sites.map((j) => clinicPage.model.sites[j].id).sort()"
    )
    assert tuple(shown) == planner.office.opening.found.siting.plan.chosen
    assert page.locator("#looking").is_visible()
    page.locator("#plans .look").nth(2).click()
    assert page.locator("#frames iframe.over").count() == 0
    assert page.locator("#looking").is_hidden()


def test_a_visit_that_ended_with_its_server_begins_anew_and_says_so(page, planner):
    quiet(page)
    asked(page, lambda: page.fill("#keep-name", "mine") or page.click("#keep"))
    with planner._lock:
        planner._sessions.popitem(last=True)[1].cancel()  # its page hears of it, and asks again
    page.wait_for_function(
        "() => document.getElementById('stage-name').textContent.includes('this is a new one')"
    )
    assert page.locator("#kept li").count() == 0


def test_on_a_phone_the_plan_comes_before_the_settings(visit):
    page = visit()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator("#settings").is_hidden()
    assert page.locator("#plans").bounding_box()["y"] < 300
    assert page.locator("#frames").bounding_box()["height"] > 600
    page.click("#ask-toggle")
    assert page.locator("#weight-mean").is_visible()
    page.click("#ask-toggle")
    page.evaluate("Controls.refuse({ control: 'forbid', verdict: 'No.', rows: [] })")
    assert "No." in refused(page, "forbid")


def test_two_people_have_their_own_pages(visit):
    one, two = visit(), visit()
    first = sites(two)
    asked(one, one.locator("#plans .now .not").first.click)
    assert sites(one) != first
    two.reload()
    two.wait_for_selector("html[data-revision]")
    assert sites(two) == first


def test_the_map_follows_a_weight_at_once_and_says_when_it_lags_behind(page, monkeypatch):
    html = map_frame(page)
    quiet(page)
    monkeypatch.setattr(Session, "_show", lambda *_: None)  # no other map is ever drawn
    asked(page, lambda: slide(page, "worst_tenth", 3))
    page.wait_for_timeout(200)
    shown = html.evaluate(
        "() => clinicPage.state.outcome.sites.map((j) => clinicPage.model.sites[j].name).sort()"
    )
    assert shown == sorted(sites(page).split(" + "))
    assert html.evaluate("() => clinicPage.state.weights.worst_tenth") == 3
    assert page.locator("#behind").is_hidden()
    asked(page, lambda: page.select_option("#variation", "sd"))
    assert page.locator("#behind").is_visible()
