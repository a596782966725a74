"""The tables and sentences with which a plan is defended: who gains, and how sure it is."""

from clinic_siting.evidence.certainty import (
    SURE_STAGES,
    how_sure,
    robustness_in_words,
    robustness_tables,
    trials_in_words,
)
from clinic_siting.evidence.gains import (
    Patients,
    fairness_tables,
    gains_in_words,
    neighbours_in_words,
    patients_of,
    unweighted_in_words,
)
from clinic_siting.evidence.rooms import full_clinics_in_words
from clinic_siting.evidence.trade_offs import front_table, phase_table, phases_in_words

__all__ = [
    "SURE_STAGES",
    "Patients",
    "fairness_tables",
    "front_table",
    "full_clinics_in_words",
    "gains_in_words",
    "how_sure",
    "neighbours_in_words",
    "patients_of",
    "phase_table",
    "phases_in_words",
    "robustness_in_words",
    "robustness_tables",
    "trials_in_words",
    "unweighted_in_words",
]
