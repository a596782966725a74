"""Scenarios side by side on one page that needs no network."""

from collections.abc import Sequence
from math import isnan
from typing import Any

import pandas as pd

from clinic_siting.comparison.scenarios import ComparedAnswer
from clinic_siting.comparison.tables import WHEN, clinics_beside, measures_beside, plans_beside
from clinic_siting.demand import MODELS
from clinic_siting.report import words
from clinic_siting.report.blocks import LEFT, Block, Column, Document, Points, Prose, Section, Table, table
from clinic_siting.report.dictionary import label_of
from clinic_siting.report.document import data_year
from clinic_siting.report.html import render_html

GROUPINGS = {
    "alliance_name": "Average journey by cancer alliance",
    "icb_name": "Average journey by integrated care board",
    "imd_decile": "Average journey by deprivation tenth (1 = most deprived)",
    "rural_urban": "Average journey, rural and urban",
    "age": "Average journey by age",
    "car": "Average journey with and without a car",
}
NOTE = "Minutes and shares are modelled; planned: with that scenario's own plan."
PATIENTS = "patients"
Row = dict[str, Any]


def comparison_page(scenarios: Sequence[ComparedAnswer], sentences: Sequence[str]) -> str:
    """The comparison as one HTML file; the same bytes for the same scenarios.

    Parameters
    ----------
    scenarios
        The answers; the first is the one that others are compared with.
    sentences
        From :func:`~clinic_siting.comparison.differences_in_words`.
    """
    names = [one.name for one in scenarios]
    beside = measures_beside(scenarios)
    groups: list[Block] = [
        _by_group(beside, names, grouping, caption)
        for grouping, caption in GROUPINGS.items()
        if grouping in beside.index.get_level_values("grouping")
    ]
    document = Document(
        title="Scenarios side by side",
        subtitle=words.listed(names),
        lead=sentences[0].strip(),
        sections=(
            Section("What differs", (Points(_points(sentences[1:])),)),
            Section("Plans and measures", (_plans(scenarios), _everyone(beside, names))),
            Section("By group", tuple(groups), starts_page=True),
            Section("Clinics", (_clinics(scenarios), Prose(scenarios[0].credits, "note")), starts_page=True),
        ),
        footer="All figures are modelled unless marked.",
        year=data_year(scenarios[0].vintages),
        kicker="Clinic siting comparison",
    )
    return render_html(document)


def _points(sentences: Sequence[str]) -> tuple[str, ...]:
    """One point a scenario: what it asks and opens, and how that compares, which is an indented sentence."""
    points: list[str] = []
    for sentence in sentences:
        if sentence.startswith(" ") and points:
            points[-1] += f" {sentence.strip()}"
        else:
            points.append(sentence.strip())
    return tuple(points)


def _plans(scenarios: Sequence[ComparedAnswer]) -> Table:
    questions = {one.name: one.config.question for one in scenarios}
    rows = [
        [
            str(name),
            questions[str(name)],
            str(row["sites"]),
            f"{row['score']:.3f}",
            "proved" if row["proven"] else "not proved",
        ]
        for name, row in plans_beside(scenarios).iterrows()
    ]
    columns = [
        Column("Scenario", LEFT, 2.0),
        Column("What it asks", LEFT, 3.0),
        Column("New clinics", LEFT, 4.0),
        Column("Score (1 = today)", share=1.2),
        Column("Best plan", LEFT, 1.2),
    ]
    note = "Each score is a share of that scenario's own today; scores of different scenarios do not compare."
    return table("What each scenario opens", columns, rows, note=note)


def _everyone(beside: pd.DataFrame, names: Sequence[str]) -> Table:
    rows = [
        (f"{label_of(row['measure'])} ({row['unit']})", row, row["unit"])
        for row in _rows(beside)
        if row["grouping"] == "everyone"
    ]
    return _before_after("Every measure, all patients", "Measure", rows, names, NOTE)


def _by_group(beside: pd.DataFrame, names: Sequence[str], grouping: str, caption: str) -> Table:
    rows = [
        (row["group"], row, row["unit"])
        for row in _rows(beside)
        if row["grouping"] == grouping and row["measure"] == "mean"
    ]
    return _before_after(f"{caption}, minutes", "Group", rows, names, NOTE)


def _clinics(scenarios: Sequence[ComparedAnswer]) -> Table:
    first = scenarios[0].name
    beside = clinics_beside(scenarios)
    # Busiest first, as everywhere; clinics that only another scenario has stand below.
    order = beside.sort_values([f"{first}: today", f"{first}: planned"], ascending=False, kind="stable")
    rows = [(row["name"], row, PATIENTS) for row in _rows(order)]
    units = {one.name: MODELS[one.config.demand.model] for one in scenarios}
    told = "; ".join(f"{name}: {unit}" for name, unit in units.items())
    note = f"Modelled. {told}. – : not open, or a small count that is kept back."
    return _before_after("Patients at each clinic", "Clinic", rows, [one.name for one in scenarios], note)


def _before_after(
    caption: str, what: str, rows: Sequence[tuple[str, Row, str]], names: Sequence[str], note: str
) -> Table:
    """Three lines a row: today, with the plan, and the change; one column a scenario."""
    lines = [
        [label if when == "today" else "", when, *(_cell(row, f"{name}: {when}", unit) for name in names)]
        for label, row, unit in rows
        for when in WHEN
    ]
    columns = [Column(what, LEFT, 3.0), Column("", LEFT, 0.8), *(Column(name, share=1.2) for name in names)]
    planned = frozenset(k for k, line in enumerate(lines) if line[1] == "planned")
    return Table(caption, tuple(columns), tuple(tuple(line) for line in lines), planned, note)


def _rows(beside: pd.DataFrame) -> list[Row]:
    return [{str(key): cell for key, cell in row.items()} for row in beside.reset_index().to_dict("records")]


def _cell(row: Row, column: str, unit: str) -> str:
    value = float(row[column])
    if isnan(value):
        return "–"
    form = {"minutes": ".1f", "share of patients": ".0%", PATIENTS: ",.0f"}.get(unit, ".3f")
    sign = "+" if column.endswith("change") else ""
    text = f"{value:{sign}{form}}"
    if not set(text) & set("123456789"):  # what rounds to nothing has no sign
        text = text.lstrip("+-")
    return text.replace("-", "−")
