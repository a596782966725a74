"""Make the README's pictures from the real pages, in a headless Chromium with the network off.

The planner's page alone is asked of a server, on this machine.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# page, picture, width, height
PICTURES = (
    ("maps/lsesn.html", "map", 1280, 800),
    ("maps/lsesn.html", "phone", 390, 844),
    ("outputs/lsesn/report.html", "report", 900, 1248),
)


def main() -> None:
    """Open each page as a reader would and keep what the screen shows."""
    browser_path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser_path is None:
        sys.exit(f"None of {', '.join(BROWSERS)} is installed; the pictures stay as they are.")
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for page_path, picture, width, height in PICTURES:
            context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
            page = context.new_page()
            page.goto((HERE.parent / page_path).as_uri())
            page.wait_for_timeout(2000)
            page.screenshot(path=HERE / "pictures" / f"{picture}.png")
            context.close()
        picture_of_the_planners_page(browser)
        browser.close()


def picture_of_the_planners_page(browser: Browser) -> None:
    """Serve the planner's page, move a weight, and keep what the screen shows when all is worked out."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program, config = Path(sys.executable).with_name("clinic-siting"), HERE.parent / "config" / "lsesn.yaml"
    with tempfile.TemporaryDirectory() as folder:
        words = [str(program), "app", str(config), "--folder", folder, "--port", str(port)]
        server = subprocess.Popen(words, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
        try:
            while not listens(port):
                if server.poll() is not None:
                    sys.exit("The planner's page could not be served.")
                time.sleep(0.1)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(300_000)
            page.goto(f"http://127.0.0.1:{port}/")
            page.wait_for_selector("html[data-map]")
            page.focus("#weight-worst_tenth")
            page.keyboard.press("End")
            page.wait_for_selector("html[data-busy=no][data-answered='1']")
            page.wait_for_timeout(2000)
            page.screenshot(path=HERE / "pictures" / "planner.png")
        finally:
            server.terminate()
            server.wait()


def listens(port: int) -> bool:
    """Whether anybody takes calls at a port of this machine."""
    with socket.socket() as call:
        return call.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
