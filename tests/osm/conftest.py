"""Small OpenStreetMap files, written by hand."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

# A grid of places, 0.01 degrees apart: node 23 stands in column 2, row 3.
STEP_DEG = 0.01

Way = tuple[Sequence[int], Mapping[str, str]]


def osm_xml(ways: Sequence[Way], *, nodes: Sequence[int] | None = None) -> str:
    used = sorted({node for refs, _ in ways for node in refs}) if nodes is None else nodes
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for node in used:
        column, row = divmod(abs(node), 10)
        lines.append(
            f'<node id="{node}" lon="{column * STEP_DEG:.7f}" lat="{51 + row * STEP_DEG:.7f}" version="1"/>'
        )
    for number, (refs, tags) in enumerate(ways, start=1):
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
        lines.append("</way>")
    return "\n".join([*lines, "</osm>"])


@pytest.fixture
def osm_file(tmp_path: Path) -> Callable[..., Path]:
    def write(ways: Sequence[Way], *, name: str = "roads.osm", nodes: Sequence[int] | None = None) -> Path:
        path = tmp_path / name
        path.write_text(osm_xml(ways, nodes=nodes), encoding="utf-8")
        return path

    return write
