"""What OpenStreetMap's tags say of a road: class, direction, limit, number, who may drive."""

import re
from collections.abc import Callable
from dataclasses import dataclass

# Looks a tag's value up by its key; None where the road does not have it.
Tags = Callable[[str], str | None]

CLASS_OF_HIGHWAY = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "minor",
    "residential": "minor",
    "living_street": "minor",
    "road": "minor",
}
LINK = "_link"
CONNECTOR = "connector"
DRIVABLE = (*CLASS_OF_HIGHWAY, *(f"{name}{LINK}" for name in list(CLASS_OF_HIGHWAY)[:5]))
# The most particular of these that a road carries decides whether a patient may drive there.
ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
CLOSED = frozenset(
    ("no", "private", "agricultural", "forestry", "delivery", "emergency", "military", "psv", "bus", "taxi")
)
# All that the kind of a road depends on.
KIND_KEYS = ("highway", "source", "ref", "maxspeed")
FORWARD_ONLY = frozenset(("yes", "true", "1"))
BACKWARD_ONLY = frozenset(("-1", "reverse"))
ROUND = frozenset(("roundabout", "circular"))
# Limits that Britain writes as words, in mph.
NAMED_LIMITS = {
    "gb:motorway": 70.0,
    "gb:nsl_dual": 70.0,
    "gb:nsl_single": 60.0,
    "gb:nsl_restricted": 30.0,
}
KM_PER_MILE = 1.609344
_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?")
_ROAD_NUMBER = re.compile(r"[ABM]\d+(?:\(M\))?")


@dataclass(frozen=True, slots=True)
class Kind:
    """What two stretches of road must share to be one link.

    Attributes
    ----------
    road_class
        As in the speed table.
    ramp
        A slip road or another link between roads.
    road
        Number, or None.
    maxspeed_mph
        Limit where it is tagged, or None.
    source
        ``osm``; ``dft`` and ``join`` where the file says that the road came from the Department for
        Transport's network, or was drawn to tie two networks together.
    """

    road_class: str
    ramp: bool
    road: str | None
    maxspeed_mph: float | None
    source: str = "osm"


def drivable(tags: Tags) -> bool:
    """Whether this is a road of a class that patients drive on; access is another question."""
    return tags("highway") in DRIVABLE and tags("area") != "yes" and tags("route") != "ferry"


def open_to_patients(tags: Tags) -> bool:
    """Whether the public may drive here, by the most particular access tag there is."""
    for key in ACCESS_KEYS:
        value = tags(key)
        if value is not None:
            return not CLOSED.issuperset(value.split(";"))
    return True


def direction(tags: Tags) -> int:
    """Direction of travel: 1 along the way only, -1 against it only, 0 both."""
    oneway = tags("oneway")
    if oneway in FORWARD_ONLY:
        return 1
    if oneway in BACKWARD_ONLY:
        return -1
    if oneway is None and (tags("junction") in ROUND or tags("highway") == "motorway"):
        return 1
    return 0


def kind(tags: Tags) -> Kind:
    """Class, ramp, number, limit and source of a drivable road."""
    highway, source = tags("highway") or "", source_of(tags("source"))
    if source == "join":
        return Kind(CONNECTOR, ramp=False, road=None, maxspeed_mph=None, source=source)
    return Kind(
        CLASS_OF_HIGHWAY[highway.removesuffix(LINK)],
        highway.endswith(LINK),
        road_number(tags("ref")),
        limit_mph(tags("maxspeed")),
        source,
    )


def source_of(text: str | None) -> str:
    """Where a road was drawn from, by its ``source`` tag.

    Examples
    --------
    >>> source_of(None), source_of("Bing"), source_of("DfT MRDB 2013"), source_of("MRDB-OSM connector")
    ('osm', 'osm', 'dft', 'join')
    """
    if text is None:
        return "osm"
    if text.endswith("connector"):
        return "join"
    return "dft" if text.startswith("DfT") else "osm"


def road_number(ref: str | None) -> str | None:
    """First A, B or M number of a reference, without blanks.

    Examples
    --------
    >>> road_number("A 1(M); A14"), road_number("E15;A2"), road_number("C123")
    ('A1(M)', 'A2', None)
    """
    for part in (ref or "").upper().replace(" ", "").split(";"):
        if _ROAD_NUMBER.fullmatch(part):
            return part
    return None


def limit_mph(maxspeed: str | None) -> float | None:
    """Speed limit in mph; a bare number is km/h, as OpenStreetMap has it; None where none is stated.

    Examples
    --------
    >>> limit_mph("30 mph"), limit_mph("48"), limit_mph("GB:nsl_single"), limit_mph("signals")
    (30.0, 29.8, 60.0, None)
    """
    text = (maxspeed or "").strip().lower()
    if text in NAMED_LIMITS:
        return NAMED_LIMITS[text]
    found = _LIMIT.fullmatch(text)
    if not found or float(found[1]) <= 0:
        return None
    return float(found[1]) if found[2] == "mph" else round(float(found[1]) / KM_PER_MILE, 1)
