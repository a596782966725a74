"""Make the README's pictures from the real pages, in a headless Chromium with the network off."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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
        browser.close()


if __name__ == "__main__":
    main()
