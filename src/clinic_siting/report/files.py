"""All files of a report, by name."""

from importlib.util import find_spec

from clinic_siting.report.data import ReportData
from clinic_siting.report.document import compose
from clinic_siting.report.geopackage import render_geopackage
from clinic_siting.report.html import render_html
from clinic_siting.report.pdf import render_pdf
from clinic_siting.report.workbook import render_workbook

# The extra `report` brings these; without them a run still has its plan, tables and map.
NEEDED = ("fontpkg_arimo", "matplotlib", "typst", "xlsxwriter")
TO_READ = ("report.pdf", "report.html", "results.xlsx", "results.gpkg")
LEFT_OUT = "No report and no workbook were written: install the extra `report` for them."


def missing_packages() -> list[str]:
    """Packages that a report needs and that are not installed."""
    return [name for name in NEEDED if find_spec(name) is None]


def report_files(data: ReportData) -> dict[str, str | bytes]:
    """The report as HTML and PDF, the workbook and the GeoPackage.

    Parameters
    ----------
    data
        What the report shows.

    Returns
    -------
    File name → content; the same for the same data. Empty where a package is missing.
    """
    if missing_packages():
        return {}
    document = compose(data)
    return {
        "report.html": render_html(document),
        "report.pdf": render_pdf(document),
        "results.xlsx": render_workbook(data),
        "results.gpkg": render_geopackage(data),
    }
