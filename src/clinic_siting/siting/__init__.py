"""Where to open clinics: exact location models in PuLP, checked by a second path."""

from clinic_siting.siting.alternatives import differing
from clinic_siting.siting.asked import Asked
from clinic_siting.siting.assignment_model import solve_assignment_model
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.evaluate import measure_sets, measure_today
from clinic_siting.siting.front import Front
from clinic_siting.siting.naming import refuse_unknown_sites
from clinic_siting.siting.objectives import OBJECTIVES, Objective
from clinic_siting.siting.phases import Wish, open_in_phases
from clinic_siting.siting.plan import Phase, Siting, Then, site_clinics, solve
from clinic_siting.siting.plan_file import case_files, case_of, plan_record
from clinic_siting.siting.request import Request, solve_files
from clinic_siting.siting.rules import GuardRail, Requirement, Rules
from clinic_siting.siting.score import TERMS, VARIATIONS, Score
from clinic_siting.siting.solver import Effort, TimeShares
from clinic_siting.siting.trade_off import trade_off
from clinic_siting.siting.verify import Verified, verify_files, verify_folder

__all__ = [
    "OBJECTIVES",
    "TERMS",
    "VARIATIONS",
    "Asked",
    "Effort",
    "Front",
    "GuardRail",
    "Objective",
    "Phase",
    "Request",
    "Requirement",
    "Rules",
    "Score",
    "Siting",
    "SitingCase",
    "Then",
    "TimeShares",
    "Verified",
    "Wish",
    "case_files",
    "case_of",
    "differing",
    "measure_sets",
    "measure_today",
    "open_in_phases",
    "plan_record",
    "refuse_unknown_sites",
    "site_clinics",
    "solve",
    "solve_assignment_model",
    "solve_files",
    "trade_off",
    "verify_files",
    "verify_folder",
]
