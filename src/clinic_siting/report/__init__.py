"""What a board receives: text, tables, workbook, shapes, figures and a report to print."""

from clinic_siting.report.data import Assumption, Evidence, Provenance, ReportData, Robustness
from clinic_siting.report.summary import Wording, summary
from clinic_siting.report.tabulation import MEASURE_KEYS, plan_record, site_table, zone_table

__all__ = [
    "MEASURE_KEYS",
    "Assumption",
    "Evidence",
    "Provenance",
    "ReportData",
    "Robustness",
    "Wording",
    "plan_record",
    "site_table",
    "summary",
    "zone_table",
]
