"""Is it fair: before and after by group, who gains and loses, which clinic receives whom."""

from clinic_siting.fairness.comparison import EVERYONE, compare_access, headline
from clinic_siting.fairness.flows import clinic_changes, patient_flows
from clinic_siting.fairness.gains import LONGER, SHORTER, case_minutes_saved, count_gains, gains_by_place

__all__ = [
    "EVERYONE",
    "LONGER",
    "SHORTER",
    "case_minutes_saved",
    "clinic_changes",
    "compare_access",
    "count_gains",
    "gains_by_place",
    "headline",
    "patient_flows",
]
