"""How soon the planner's page has its first answer, and whether its memory stays.

    python bench/app.py config/lsesn.yaml

The server is started as a planner starts it and asked over HTTP as her page asks it: from the change that is
sent to the state that carries the new plan. Two visitors take turns, as on one server. Each change waits for
its plan, not for the map that is drawn behind it: so the next change meets a server that is still busy with
the last one, as it would. Where a Chromium is installed a slider is moved in it too, until the new plan
stands in the table.
"""

import itertools
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

CHANGES, REPORT_EVERY = 200, 25
PERIODS = ("am_peak", "pm_peak", "off_peak", "free_flow", "fitted", "inter_peak")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SLIDES = 10
PATIENCE_S = 300.0


class Visitor:
    """A browser without a screen: one cookie, and the requests that the page makes.

    Parameters
    ----------
    port
        Where the server is.
    """

    def __init__(self, port: int) -> None:
        self.link = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.cookie = ""
        self.ask("GET", "/")
        self.state: dict[str, Any] = json.loads(self.ask("GET", "/state"))

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        """Body of an answer."""
        headers = {"X-Planner": "page", "Cookie": self.cookie}
        self.link.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.link.getresponse()
        self.cookie = str(answer.getheader("Set-Cookie", self.cookie)).split(";")[0]
        content = answer.read()
        self.link.close()  # a server drops a link that rests for long; the next request opens another
        if answer.status >= 400:
            raise SystemExit(f"{path}: {answer.status} {content!r}")
        return content

    def wait(self, until: Callable[[dict[str, Any]], bool]) -> None:
        """Ask for the next state until one will do."""
        while not until(self.state):
            self.state = json.loads(self.ask("GET", f"/state?after={self.state['revision']}"))

    def answered_s(self, control: str, value: object) -> float:
        """Seconds from a change to the state that carries its plan."""
        start = time.perf_counter()
        self.state = json.loads(self.ask("POST", "/change", {"control": control, "value": value}))
        self.wait(plan_stands)
        if self.state["refusals"]:
            raise SystemExit(f"{control}: {self.state['refusals']}")
        return time.perf_counter() - start

    def stop(self) -> None:
        """Call off what is drawn behind the plan, and let the server come to rest."""
        self.state = json.loads(self.ask("POST", "/act", {"act": "cancel"}))
        self.wait(at_rest)
        time.sleep(1)


def plan_stands(state: dict[str, Any]) -> bool:
    """Whether no plan is being waited for."""
    return state["working"] is None or not state["working"]["quick"]


def at_rest(state: dict[str, Any]) -> bool:
    """Whether nothing is being worked out."""
    return state["working"] is None


def family(pid: str) -> list[str]:
    """Process ids of a process and all that it started (Linux)."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [one for child in children.read_text("ascii").split() for one in family(child)]
        except OSError:  # it ended while we looked
            continue
    return found


def memory(pid: int) -> str:
    """Memory in use by server and workers, what they share counted once (Linux)."""
    if not Path("/proc/self/smaps_rollup").exists():
        return "memory unknown"
    total = 0
    for one in family(str(pid)):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text("ascii").splitlines()
        except OSError:  # it ended while we looked
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return f"{total / 1e3:.0f} MB"


def show(what: str, seconds: Iterable[float]) -> None:
    """Median, 95th percentile and worst of some answers."""
    found = sorted(seconds)
    late = found[min(len(found) - 1, round(0.95 * len(found)))]
    print(
        f"{what}: median {statistics.median(found):.2f} s, 95 in 100 within {late:.2f} s, "
        f"worst {found[-1]:.2f} s of {len(found)}",
        flush=True,
    )


def measure(port: int, server: int) -> None:
    """All but the start."""
    start = time.perf_counter()
    one, two = Visitor(port), Visitor(port)
    for visitor in (one, two):
        visitor.wait(at_rest)
    print(f"first map and all worlds {time.perf_counter() - start:.1f} s later, {memory(server)}", flush=True)
    took = []
    for weight in range(1, 11):
        took.append(one.answered_s("weights", {"worst_tenth": weight / 10}))
        one.stop()
    show("a weight, the server at rest", took)
    took = []
    for period in PERIODS:
        took.append(one.answered_s("period", period))
        one.stop()
    show("a new period, the server at rest", took)
    took = []
    for number, visitor in zip(range(CHANGES), itertools.cycle((one, two)), strict=False):
        took.append(visitor.answered_s("weights", {"worst_tenth": 0.5 + number / 100}))
        time.sleep(1.0)
        if (number + 1) % REPORT_EVERY == 0:
            print(f"  after {number + 1} changes: {memory(server)}", flush=True)
    show("a weight, two visitors taking turns, maps being drawn", took)
    two.stop()
    one.stop()


def in_a_browser(port: int) -> None:
    """A slider is moved on the page itself, until the new plan stands in the table."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        print("in a browser: not measured, none is installed", flush=True)
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"http://127.0.0.1:{port}/")
        took = []
        for number in range(SLIDES):
            page.wait_for_selector("html[data-busy=no][data-map]", timeout=1000 * PATIENCE_S)
            took.append(page.evaluate(MOVE, 0.1 + number / 10))
        browser.close()
    show("a weight, from the slider to the table in a browser", took)


# Seconds until the row of the plan of now tells the new weights' score, and has been painted.
MOVE = """async weight => {
  const slider = document.getElementById("weight-worst_tenth");
  const score = () => document.querySelector("#plans .now td:last-child").textContent;
  const [before, start] = [score(), performance.now()];
  slider.value = weight;
  slider.dispatchEvent(new Event("change"));
  while (score() === before) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return (performance.now() - start) / 1000;
}"""


def main(config: Path) -> None:
    """Measure."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        program = Path(sys.executable).with_name("clinic-siting")
        words = [str(program), "app", str(config), "--folder", folder, "--port", str(port)]
        server = subprocess.Popen(words, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
        try:
            while server.poll() is None and not answers(port):
                time.sleep(0.05)
            print(
                f"the page answers {time.perf_counter() - start:.1f} s after the command, "
                f"{memory(server.pid)}",
                flush=True,
            )
            measure(port, server.pid)
            in_a_browser(port)
        finally:
            server.terminate()
            server.wait()


def answers(port: int) -> bool:
    """Whether the server answers at all."""
    link = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        link.request("GET", "/options")
        return link.getresponse().status == 200
    except OSError:
        return False
    finally:
        link.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
