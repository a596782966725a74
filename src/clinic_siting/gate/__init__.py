"""The data gate: what the figures of a scenario look like before anything is computed from them."""

from clinic_siting.gate.findings import MEND, Check, Finding, Light, caught, in_words, refuse_red, refused
from clinic_siting.gate.places import check_places
from clinic_siting.gate.rates import check_rates
from clinic_siting.gate.roads import check_roads
from clinic_siting.gate.settings import check_settings
from clinic_siting.gate.sites import check_sites
from clinic_siting.gate.snaps import DISTRICT, check_snaps, check_snaps_elsewhere, snap_table
from clinic_siting.gate.whole import check_whole
from clinic_siting.gate.zones import check_referrals, check_zones

__all__ = [
    "DISTRICT",
    "MEND",
    "Check",
    "Finding",
    "Light",
    "caught",
    "check_places",
    "check_rates",
    "check_referrals",
    "check_roads",
    "check_settings",
    "check_sites",
    "check_snaps",
    "check_snaps_elsewhere",
    "check_whole",
    "check_zones",
    "in_words",
    "refuse_red",
    "refused",
    "snap_table",
]
