"""The typeface that figures and print are set in: Arimo, which has the widths of Arial."""

from importlib.resources import as_file, files
from pathlib import Path

PACKAGE = "fontpkg_arimo"


def font_files() -> list[Path]:
    """Font files of the installed typeface, sorted; empty where it is not installed."""
    try:
        folder = files(PACKAGE) / "files"
    except ModuleNotFoundError:
        return []
    with as_file(folder) as path:
        return sorted(path.glob("*.ttf"))
