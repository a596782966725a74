"""The tables and sentences with which a plan is defended: who gains, and how sure it is."""

from clinic_siting.evidence.certainty import robustness_in_words, robustness_tables
from clinic_siting.evidence.gains import (
    Patients,
    fairness_tables,
    gains_in_words,
    neighbours_in_words,
    patients_of,
)

__all__ = [
    "Patients",
    "fairness_tables",
    "gains_in_words",
    "neighbours_in_words",
    "patients_of",
    "robustness_in_words",
    "robustness_tables",
]
