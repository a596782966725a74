"""A data folder becomes tables: nothing is read that its manifest does not vouch for."""

from clinic_siting.sources.folder import MANIFEST, MANIFEST_COLUMNS, DataFolder, credits_of, open_data
from clinic_siting.sources.outlines import BOUNDARIES, read_boundaries, read_land, read_outlines
from clinic_siting.sources.readers import (
    check_bounds,
    read_incidence,
    read_own_demand,
    read_own_times,
    read_places,
    read_postcode_sectors,
    read_roads,
    read_sites,
    read_speed_tables,
    read_zones,
)

__all__ = [
    "BOUNDARIES",
    "MANIFEST",
    "MANIFEST_COLUMNS",
    "DataFolder",
    "check_bounds",
    "credits_of",
    "open_data",
    "read_boundaries",
    "read_incidence",
    "read_land",
    "read_outlines",
    "read_own_demand",
    "read_own_times",
    "read_places",
    "read_postcode_sectors",
    "read_roads",
    "read_sites",
    "read_speed_tables",
    "read_zones",
]
