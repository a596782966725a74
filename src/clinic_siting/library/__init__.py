"""The stages as a notebook wants them: tables and GeoDataFrames in, tables and GeoDataFrames out."""

from clinic_siting.library.own_tables import solve
from clinic_siting.library.plan import Plan, site
from clinic_siting.library.scenario import (
    Scenario,
    example_config,
    isochrones_around,
    read,
    travel_times,
)

__all__ = ["Plan", "Scenario", "example_config", "isochrones_around", "read", "site", "solve", "travel_times"]
