"""Names on a small map: each tried around its point and dropped rather than overlapped."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinic_siting.report import theme

Box = tuple[float, float, float, float]
# Mean width of a letter as a share of the type size: Arial, bold a little more.
LETTER, LETTER_BOLD, LINE = 0.50, 0.55, 1.15
GAP_PT = 1.5


@dataclass(frozen=True, slots=True)
class Label:
    """A name that would like to stand beside a point.

    Attributes
    ----------
    text
        The name.
    lon, lat
        The point, in degrees.
    size_pt
        Type size.
    radius_pt
        Of the symbol, which no name may cover.
    bold
        Bold names are clinics; plain ones are towns and are counted.
    colour
        Of the type.
    """

    text: str
    lon: float
    lat: float
    size_pt: float
    radius_pt: float
    bold: bool = False
    colour: str = theme.INK


Placed = tuple[Label, float, float, str]
# Where along a word the ground is looked at.
ALONG = (1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6)


def place_labels(
    labels: Sequence[Label],
    *,
    per_degree: tuple[float, float],
    bounds: tuple[float, float, float, float],
    most_plain: int,
) -> list[Placed]:
    """Give each label a place, the first ones first.

    Parameters
    ----------
    labels
        In order of importance.
    per_degree
        Points (1/72 inch) a degree of longitude and of latitude.
    bounds
        West, south, east and north, in degrees; no label crosses them.
    most_plain
        How many names of towns there may be.

    Returns
    -------
    Label, offset in points to the right and up, and how it is aligned, for those that have room.
    """
    across, up = per_degree
    west, south, east, north = bounds[0] * across, bounds[1] * up, bounds[2] * across, bounds[3] * up
    taken: list[Box] = [
        (x - label.radius_pt, y - label.radius_pt, x + label.radius_pt, y + label.radius_pt)
        for label in labels
        if label.bold
        for x, y in [(label.lon * across, label.lat * up)]
    ]
    placed: list[Placed] = []
    plain = 0
    for label in labels:
        if not label.bold and plain == most_plain:
            continue
        for dx, dy, align, box in _around(label, across, up):
            inside = west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north
            if inside and not any(_overlap(box, other) for other in taken):
                placed.append((label, dx, dy, align))
                taken.append(box)
                plain += not label.bold
                break
    return placed


def points_under(placed: Placed, per_degree: tuple[float, float]) -> list[tuple[float, float]]:
    """Longitude and latitude of some points on which a placed word stands, from left to right.

    Parameters
    ----------
    placed
        The word and its place.
    per_degree
        Points (1/72 inch) a degree of longitude and of latitude.
    """
    label, dx, dy, align = placed
    width = _width(label)
    start = dx - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
    lat = label.lat + dy / per_degree[1]
    return [(label.lon + (start + share * width) / per_degree[0], lat) for share in ALONG]


def _width(label: Label) -> float:
    return len(label.text) * label.size_pt * (LETTER_BOLD if label.bold else LETTER)


def _around(label: Label, across: float, up: float) -> list[tuple[float, float, str, Box]]:
    """Places to the right, above, below and to the left, with the boxes they would take."""
    x, y = label.lon * across, label.lat * up
    width = _width(label)
    half, off = LINE * label.size_pt / 2, label.radius_pt + GAP_PT
    middle = [] if label.bold else [(0.0, 0.0, "center", (x - width / 2, y - half, x + width / 2, y + half))]
    return [
        *middle,
        (off, 0.0, "left", (x + off, y - half, x + off + width, y + half)),
        (-off, 0.0, "right", (x - off - width, y - half, x - off, y + half)),
        (0.0, off + half, "center", (x - width / 2, y + off, x + width / 2, y + off + 2 * half)),
        (0.0, -off - half, "center", (x - width / 2, y - off - 2 * half, x + width / 2, y - off)),
    ]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
