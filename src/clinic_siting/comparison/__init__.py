"""Scenarios side by side: one table, one page, and what differs in words."""

from clinic_siting.comparison.differences import setting_differences
from clinic_siting.comparison.page import comparison_page
from clinic_siting.comparison.scenarios import (
    STAGES,
    ComparedAnswer,
    compare_scenarios,
    compared_answer,
)
from clinic_siting.comparison.tables import clinics_beside, comparison_files, measures_beside, plans_beside
from clinic_siting.comparison.verdicts import differences_in_words
from clinic_siting.comparison.wording import settings_in_words

__all__ = [
    "STAGES",
    "ComparedAnswer",
    "clinics_beside",
    "compare_scenarios",
    "compared_answer",
    "comparison_files",
    "comparison_page",
    "differences_in_words",
    "measures_beside",
    "plans_beside",
    "setting_differences",
    "settings_in_words",
]
