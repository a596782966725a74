"""The named values that the stages hand to one another: checked once at birth, then trusted.

Each is a frozen dataclass that sorts its ids, so that the order of rows in a file can never
change an answer. A value that breaks an invariant is never made: :class:`TableError` lists every
row at fault.
"""

from clinic_siting.tables.access import Access, Isochrones, Measures, SitingPlan, TravelTimes
from clinic_siting.tables.checks import (
    DEGREES,
    GREAT_BRITAIN_GRID,
    LAT_RANGE,
    LON_RANGE,
    LONGEST_JOURNEY_MIN,
    SENTINELS,
    STATUSES,
    BoolArray,
    FloatArray,
    IntArray,
    same_labels,
)
from clinic_siting.tables.places import JOINED, DemandZones, Sites
from clinic_siting.tables.roads import RoadNetwork, Roads, Snap, SpeedTables

__all__ = [
    "DEGREES",
    "GREAT_BRITAIN_GRID",
    "JOINED",
    "LAT_RANGE",
    "LONGEST_JOURNEY_MIN",
    "LON_RANGE",
    "SENTINELS",
    "STATUSES",
    "Access",
    "BoolArray",
    "DemandZones",
    "FloatArray",
    "IntArray",
    "Isochrones",
    "Measures",
    "RoadNetwork",
    "Roads",
    "Sites",
    "SitingPlan",
    "Snap",
    "SpeedTables",
    "TravelTimes",
    "same_labels",
]
