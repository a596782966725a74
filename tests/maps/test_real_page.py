"""The page on the real figures: light enough for a mail, quick enough for a meeting."""

from pathlib import Path

import pytest

CONFIGS = Path(__file__).parents[2] / "config"
MOST_BYTES = 6_000_000
MOST_THREAD_S = 2.0
FRAMES_A_SECOND = 30


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("name", ["lsesn", "anywhere", "wide"])
def test_the_page_is_light_and_quick(browser, tmp_path, name):
    from clinic_siting import pipeline, publish  # noqa: PLC0415 - heavy, and only for this test
    from clinic_siting.config import read_config  # noqa: PLC0415 - the same
    from clinic_siting.maps import render_map  # noqa: PLC0415 - the same

    config = read_config(CONFIGS / f"{name}.yaml")
    data = publish.map_data(pipeline.run(config), config, fingerprint="0" * 16)
    path = tmp_path / "page.html"
    path.write_text(render_map(data), "utf-8")
    assert path.stat().st_size <= MOST_BYTES
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_offline(True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(path.as_uri())
    assert page.get_attribute("html", "data-ready") == "yes"
    spent = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    assert spent["TaskDuration"] <= MOST_THREAD_S
    page.evaluate(
        """() => { window.frames_ = 0;
        const tick = () => { window.frames_++; requestAnimationFrame(tick); }; tick(); }"""
    )
    page.mouse.move(700, 400)
    page.mouse.down()
    start = page.evaluate("() => [performance.now(), window.frames_]")
    for step in range(60):
        page.mouse.move(700 - 3 * step, 400 + step)
    end = page.evaluate("() => [performance.now(), window.frames_]")
    page.mouse.up()
    assert (end[1] - start[1]) / (end[0] - start[0]) * 1000 >= FRAMES_A_SECOND
    context.close()
