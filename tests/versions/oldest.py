"""Pins of the oldest versions that pyproject.toml allows: python -m tests.versions.oldest > oldest.txt."""

import re
import sys
import tomllib
from pathlib import Path

EXTRAS = ("osm", "fast", "report", "app", "scale")


def oldest(requirements: list[str]) -> list[str]:
    """``name>=1.2,<3; marker`` becomes ``name==1.2.*; marker``; what names no version stays."""
    pins = []
    for requirement in requirements:
        text, _, marker = requirement.partition(";")
        bound = re.search(r">=\s*([^,]+)", text)
        name = re.split(r"[<>=!~ ]", text.strip(), maxsplit=1)[0]
        pins.append(
            (f"{name}=={bound[1].strip()}" if bound else name) + (f"; {marker.strip()}" if marker else "")
        )
    return pins


def main() -> None:
    """Write the pins of the main job and of every extra."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [r for extra in EXTRAS for r in project["optional-dependencies"][extra]]
    sys.stdout.write("\n".join(oldest([*project["dependencies"], *extras])) + "\n")


if __name__ == "__main__":
    main()
