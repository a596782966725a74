"""How soon a map can be used, and how smoothly it moves, in a headless Chromium without a graphics card.

    python -m bench.maps [maps/lsesn.html …]

A page is opened from its file with the network off. *Usable* is from the start of the navigation to the
second frame after the script has made the page ready: the map stands, and every control answers. Frames are
counted while a hand drags the map, turns the wheel and pushes the arrow keys. Beside the clock stands the
processor time of the page's main thread, which other work on the machine leaves as it is.
"""

import argparse
import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bench.machine import description
from bench.pages import table, write_section

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCREENS = {"desktop, 1280 × 800": (1280, 800), "phone, 390 × 844": (390, 844)}
OPENINGS = 5
# What is asked of a page: bytes, seconds until it is usable, frames a second while it moves.
MOST_BYTES, MOST_S, FRAMES_A_SECOND = 6_000_000, 2.0, 30
# Notes when the page is ready and drawn, and the times of frames while it is told to.
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.documentElement?.dataset.ready) return;
  observer.disconnect();
  const usable = () => { window.usableMs = performance.now(); };
  requestAnimationFrame(() => requestAnimationFrame(usable));
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready"] });
window.watchFrames = () => {
  const times = [];
  let on = true;
  const tick = () => { times.push(performance.now()); if (on) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  window.framesSeen = () => { on = false; return times; };
};
"""


@dataclass(frozen=True, slots=True)
class Motion:
    """Frames of one movement.

    Attributes
    ----------
    gaps_ms
        Milliseconds between frames.
    thread_s
        Processor time of the main thread.
    """

    gaps_ms: tuple[float, ...]
    thread_s: float

    def row(self, name: str) -> list[str]:
        """Cells of a table."""
        gaps = sorted(self.gaps_ms)
        rate = 1000 * len(gaps) / sum(gaps)
        late = sum(gap > 1000 / FRAMES_A_SECOND for gap in gaps) / len(gaps)
        busy = self.thread_s / (sum(gaps) / 1000)
        return [name, f"{rate:.0f}", f"{statistics.median(gaps):.0f}", f"{gaps[int(0.95 * len(gaps))]:.0f}",
                f"{gaps[-1]:.0f}", f"{late:.0%}", f"{busy:.0%}", met(rate >= FRAMES_A_SECOND)]  # fmt: skip


def main() -> None:
    """Measure the pages, and write the section."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pages", nargs="*", type=Path, default=[ROOT / "maps" / "lsesn.html"])
    pages = [path.resolve() for path in options.parse_args().pages]
    browser_path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    missing = [str(path) for path in pages if not path.is_file()]
    if browser_path is None or missing:
        raise SystemExit(
            f"Wanted: {', '.join(missing) or 'a Chromium'}. Maps are made by `clinic-siting run`."
        )
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only for this part

    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        openings = [opening_row(browser, path, name) for path in pages for name in SCREENS]
        moves = [row for name in SCREENS for row in motion_rows(browser, pages[0], name)]
        software = f"Chromium {browser.version}, without a graphics card"
        browser.close()
    first = table(
        ("page", "megabytes", "usable, s", "slowest, s", "main thread, CPU s", "goal met"), openings
    )
    second = table(
        (f"movement of {pages[0].name}", "frames a second", "median, ms", "95th, ms", "longest, ms",
         f"longer than {1000 / FRAMES_A_SECOND:.0f} ms", "main thread busy", "goal met"), moves,
    )  # fmt: skip
    text = f"{description(())}. {software}; medians of {OPENINGS} openings.\n\n{first}\n\n{second}"
    print(text)
    write_section(PAGE, "maps", text)


def met(reached: bool) -> str:  # noqa: FBT001 - the word for it
    """Say whether a goal was met."""
    return "yes" if reached else "no"


def opened(browser: "Browser", path: Path, screen: str) -> tuple["Page", Callable[[], float]]:
    """A page that is usable, and the processor seconds that its main thread has had."""
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def thread_s() -> float:
        found = session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in found if metric["name"] == "TaskDuration")

    page.goto(path.as_uri())
    page.wait_for_function("() => window.usableMs")
    return page, thread_s


def opening_row(browser: "Browser", path: Path, screen: str) -> list[str]:
    """How long a page takes until it can be used."""
    by_the_clock, of_the_thread = [], []
    for _ in range(OPENINGS):
        page, thread_s = opened(browser, path, screen)
        by_the_clock.append(page.evaluate("() => window.usableMs") / 1000)
        of_the_thread.append(thread_s())
        page.context.close()
    usable, size = statistics.median(by_the_clock), path.stat().st_size
    figures = [size / 1e6, usable, max(by_the_clock), statistics.median(of_the_thread)]
    goal = met(usable <= MOST_S and size <= MOST_BYTES)
    return [f"{path.name}, {screen}", *(f"{figure:.2f}" for figure in figures), goal]


def motion_rows(browser: "Browser", path: Path, screen: str) -> list[list[str]]:
    """Frames of each movement, over the shades and over the lines of the catchments, far and near."""
    page, thread_s = opened(browser, path, screen)
    box = page.locator(".folium-map").bounding_box()
    hand = (box["x"] + box["width"] / 2, box["y"] + min(box["height"], 340) / 2)
    rows = []
    for layer, zoom in (("plan", None), ("flows", None), ("plan", 10.5)):
        page.evaluate("(name) => clinicPage.act.pickLayer(name)", layer)
        if zoom:
            page.evaluate("(zoom) => clinicPage.map.setZoom(zoom, { animate: false })", zoom)
        where = f"{screen.partition(',')[0]}, {'near' if zoom else 'far'}, {layer}"
        rows += [
            watched(page, thread_s, act, hand).row(f"{where}: {act.__name__}")
            for act in (drag, wheel, arrows)
        ]
    page.context.close()
    return rows


def watched(
    page: "Page",
    thread_s: Callable[[], float],
    act: Callable[["Page", Sequence[float]], None],
    hand: Sequence[float],
) -> Motion:
    """Frames of one movement, from a map at rest."""
    page.wait_for_timeout(400)
    before = thread_s()
    page.evaluate("() => watchFrames()")
    act(page, hand)
    times = page.evaluate("() => framesSeen()")
    return Motion(tuple(b - a for a, b in pairwise(times)), thread_s() - before)


def drag(page: "Page", hand: Sequence[float]) -> None:
    """Draw the map to and fro."""
    x, y = hand
    for way in (1, -1):
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(60):
            page.mouse.move(x - 3 * way * step, y + way * step)
        page.mouse.up()
        page.wait_for_timeout(300)


def wheel(page: "Page", hand: Sequence[float]) -> None:
    """Turn the wheel in and out again."""
    page.mouse.move(*hand)
    for turn in (-120, -120, 120, 120):
        page.mouse.wheel(0, turn)
        page.wait_for_timeout(500)


def arrows(page: "Page", _hand: Sequence[float]) -> None:
    """Push the arrow keys, which glide."""
    page.focus(".folium-map")
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
