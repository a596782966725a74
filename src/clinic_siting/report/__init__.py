"""What a board receives: text, tables, workbook, shapes, figures and a report to print."""

from clinic_siting.report.columns import Counting, columns_explained, columns_of, meaning_of
from clinic_siting.report.data import Assumption, Evidence, Provenance, ReportData, Robustness
from clinic_siting.report.files import LEFT_OUT, TO_READ, missing_packages, report_files
from clinic_siting.report.summary import Wording, proof_in_words, summary
from clinic_siting.report.tabulation import site_table, zone_table
from clinic_siting.report.words import KEPT_BACK

__all__ = [
    "KEPT_BACK",
    "LEFT_OUT",
    "TO_READ",
    "Assumption",
    "Counting",
    "Evidence",
    "Provenance",
    "ReportData",
    "Robustness",
    "Wording",
    "columns_explained",
    "columns_of",
    "meaning_of",
    "missing_packages",
    "proof_in_words",
    "report_files",
    "site_table",
    "summary",
    "zone_table",
]
