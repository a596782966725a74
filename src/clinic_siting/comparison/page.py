"""Scenarios side by side on one page that needs no network: what each finds at a glance, then all figures."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd

from clinic_siting.comparison.differences import setting_differences
from clinic_siting.comparison.scenarios import ComparedAnswer
from clinic_siting.comparison.tables import clinics_beside, measures_beside
from clinic_siting.comparison.verdicts import differences_in_words, standing_in_words, verdict_in_words
from clinic_siting.comparison.wording import asked_in_words
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
NOTE = "Today → with that scenario's own plan, and the change below. Minutes and shares are modelled."
PATIENTS, SHARE, NOTHING = "patients", "share of patients", "–"
WHEN = ("today", "planned", "change")
# What a board looks at first: heading → measure of everyone, and how it is written.
GLANCE: Mapping[str, tuple[str, words.Form]] = {
    "Average, min": ("mean", words.minutes),
    "Spread, min": ("mad", words.minutes),
    "Worst tenth, min": ("worst_tenth", words.minutes),
    "Within the standard": ("coverage", words.share),
}
Row = dict[str, Any]


def comparison_page(scenarios: Sequence[ComparedAnswer]) -> str:
    """The comparison as one HTML file; the same bytes for the same scenarios.

    Parameters
    ----------
    scenarios
        The answers; the first is the one that others are compared with.
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
        subtitle=f"{len(names)} scenarios; the others are compared with {scenarios[0].called}",
        lead=verdict_in_words(scenarios),
        sections=(
            Section("At a glance", (Prose(verdict_in_words(scenarios), "lead"), _glance(scenarios))),
            Section("In words", (Points(_points(scenarios)),)),
            Section("Every measure", (_everyone(beside, names),), starts_page=True),
            Section("By group", tuple(groups), starts_page=True),
            Section("Clinics", (_clinics(scenarios),), starts_page=True),
            Section("Settings", (_settings(scenarios), Prose(scenarios[0].credits, "note"))),
        ),
        footer="All figures are modelled unless marked.",
        year=data_year(scenarios[0].vintages),
        kicker="Clinic siting comparison",
        landscape=True,
    )
    return render_html(document)


def _points(scenarios: Sequence[ComparedAnswer]) -> tuple[str, ...]:
    """One point a scenario: what it asks and opens, and how that compares, which is an indented sentence.

    A board knows a scenario by its question.
    """
    points: list[str] = []
    for sentence in differences_in_words(scenarios, headed=lambda one: one.config.question or one.name):
        if sentence.startswith(" ") and points:
            points[-1] += f" {sentence.strip()}"
        else:
            points.append(sentence.strip())
    return tuple(points)


def _glance(scenarios: Sequence[ComparedAnswer]) -> Table:
    """One row a scenario: what it asks, what it opens, what that does, and what becomes of the first plan."""
    first = scenarios[0]
    rows = [
        [
            _twice_named(one),
            "\n".join(str(one.names[site]) for site in one.siting.plan.chosen)
            + ("" if one.siting.plan.settled else "\n(not proved best)"),
            *(_moves(one, measure, form) for measure, form in GLANCE.values()),
            "" if one is first else standing_in_words(first, one),
        ]
        for one in scenarios
    ]
    columns = [
        Column("Scenario", LEFT, 3.0),
        Column("New clinics", LEFT, 3.0),
        *(Column(label, share=1.3) for label in GLANCE),
        Column("How the first plan fares", LEFT, 1.8),
    ]
    note = (
        "Today → with that scenario's own plan; modelled. Each plan is proved best under its scenario unless "
        "marked. A score is a share of that scenario's own today, so scores are no figures to compare."
    )
    return Table("What each scenario opens, and what that does", tuple(columns),
                 tuple(tuple(row) for row in rows), frozenset({0}), note)  # fmt: skip


def _twice_named(one: ComparedAnswer) -> str:
    """By its question, and below by the name that heads its columns."""
    return f"{one.config.question}\n{one.name}" if one.config.question else one.name


def _moves(one: ComparedAnswer, measure: str, form: words.Form) -> str:
    return f"{form(one.figure(measure, 'today'))} → {form(one.figure(measure, 'planned'))}"


def _settings(scenarios: Sequence[ComparedAnswer]) -> Table:
    """What differs by the keys of the config files, for planners."""
    first = scenarios[0]
    rows = []
    for one in scenarios[1:]:
        named = first.name_by_id, one.name_by_id
        keys = setting_differences(first.config, one.config, names=named)
        asked = asked_in_words(first, one)
        rows.append([_twice_named(one), ". ".join(asked).capitalize() or "The same.", "\n".join(keys)])
    columns = [Column("Scenario", LEFT, 1.4), Column("Asks otherwise", LEFT, 3), Column("Settings", LEFT, 4)]
    return table(f"What is asked otherwise than in {first.called}", columns, rows)


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
    """A row for each figure: today → with the plan, and the change below; one column a scenario."""
    lines = [(label, *(_cell(row, name, unit) for name in names)) for label, row, unit in rows]
    columns = [Column(what, LEFT, 2.6), *(Column(name, share=1.2) for name in names)]
    return table(caption, columns, lines, note=note)


def _rows(beside: pd.DataFrame) -> list[Row]:
    return [{str(key): cell for key, cell in row.items()} for row in beside.reset_index().to_dict("records")]


def _cell(row: Row, name: str, unit: str) -> str:
    """Today → planned, and the change in a line of its own."""
    today, planned, change = (_figure(float(row[f"{name}: {when}"]), unit, when) for when in WHEN)
    if change == NOTHING:  # not open on one of the two sides, or not a group here
        return NOTHING if today == planned else f"{today} → {planned}"
    return f"{today} → {planned}\n{change}"


def _figure(value: float, unit: str, when: str) -> str:
    if isnan(value):
        return NOTHING
    form = {"minutes": ".1f", SHARE: ".0f", PATIENTS: ",.0f"}.get(unit, ".3f")
    sign = "+" if when == "change" else ""
    text = f"{100 * value if unit == SHARE else value:{sign}{form}}"
    if not set(text) & set("123456789"):  # what rounds to nothing has no sign
        text = text.lstrip("+-")
    text = text.replace("-", "−")
    if unit != SHARE:
        return text
    # Of two shares the difference is in points of a percentage, not a percentage of either.
    return f"{text} points" if when == "change" else f"{text}{words.PERCENT}"
