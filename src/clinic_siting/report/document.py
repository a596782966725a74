"""The sections of a report in order."""

import re
from collections.abc import Iterable

from clinic_siting.report import basis, certainty, gains, opening, trade_offs
from clinic_siting.report.blocks import Document
from clinic_siting.report.data import ReportData

EARLIEST_YEAR = 2000


def compose(data: ReportData) -> Document:
    """The whole report as plain values, before any format.

    Parameters
    ----------
    data
        What the report shows.
    """
    area = area_in_words(data)
    given_up = trade_offs.trade_offs(data)
    return Document(
        title=data.proposal.rstrip("."),
        subtitle=area,
        lead=data.effect,
        sections=(
            opening.result(data),
            gains.gains(data),
            gains.clinics(data),
            *((given_up,) if given_up else ()),
            certainty.certainty(data),
            basis.methods(data),
            basis.measures(data),
            basis.sources(data),
        ),
        footer=(
            f"Scenario {data.scenario}, fingerprint {data.provenance.fingerprint}. "
            "All figures are modelled unless marked."
        ),
        year=data_year(data.provenance.files["vintage"]),
    )


def area_in_words(data: ReportData) -> str:
    """For whom: people, patients and small areas."""
    people = float(data.zones.table["population"].sum())
    patients = "" if data.demand_unit == "people" else f", {data.demand.sum():,.0f} {data.demand_unit}"
    return f"{people / 1e6:.1f} million people{patients}, {len(data.zones.zone_id):,} small areas"


def data_year(vintages: Iterable[str]) -> int:
    """The latest year that the manifest names: the date that files bear instead of the hour of the run.

    Parameters
    ----------
    vintages
        Dates of the figures, in words.

    Examples
    --------
    >>> data_year(["Census 2021; IMD 2025", "OSM August 2021"])
    2025
    """
    years = [int(year) for text in vintages for year in re.findall(r"\b20\d\d\b", str(text))]
    return max(years, default=EARLIEST_YEAR)
