"""Where to open clinics: exact location models in PuLP, checked by a second path."""

from clinic_siting.siting.assignment_model import solve_assignment_model
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.evaluate import measure_sets, measure_today
from clinic_siting.siting.plan import Siting, site_clinics
from clinic_siting.siting.rules import LinearRule, Requirement, Rules, feasible_sets, linear_rules
from clinic_siting.siting.score import TERMS, VARIATIONS, Score

__all__ = [
    "TERMS",
    "VARIATIONS",
    "LinearRule",
    "Requirement",
    "Rules",
    "Score",
    "Siting",
    "SitingCase",
    "feasible_sets",
    "linear_rules",
    "measure_sets",
    "measure_today",
    "site_clinics",
    "solve_assignment_model",
]
