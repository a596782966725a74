"""What the workbook holds: sheets of tables, each column with its meaning, unit and status."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from clinic_siting.report import opening, words
from clinic_siting.report.columns import COUNTED, WHEN, Counting, counted, meaning_of
from clinic_siting.report.data import ASSUMED, MODELLED, ReportData, joined
from clinic_siting.report.dictionary import (
    COLUMNS,
    GROUPINGS,
    MEASURES,
    MINUTES,
    OF_ROW,
    PATIENTS,
    Meaning,
    definition_of,
    label_of,
)

FACTS = {
    "what": Meaning("Measure, or a fact about the plan"),
    "value": Meaning("Its definition, or the fact"),
}
# Columns of robustness tables that hold sets of sites.
SETS = (
    "sites", "closed", "best", "stand_in", "best_without", "below", "above", "against", "opens", "is_open",
    "at_once", "step_by_step",
)  # fmt: skip
FRONTS = "fronts"
TABLES = {
    "worlds": "If something is otherwise than assumed",
    "near_best": "Sets near the best",
    "site_frequency": "How often a site is in a near-best set",
    "replacements": "If one of the new sites cannot be had",
    "regret": "Sets that are never far from the best",
    "weights": "How far a weight can move before another set leads",
    "speed_draws": "Who leads when speeds are drawn at random",
    "demand_draws": "Who leads when demand is drawn at random",
    "speed_duels": "Which set beats which when speeds are drawn",
    "demand_duels": "Which set beats which when demand is drawn",
}


@dataclass(frozen=True, slots=True, eq=False)
class SheetTable:
    """One table of a sheet.

    Attributes
    ----------
    title
        Above it.
    table
        Its columns, index and all; no index.
    meanings
        What a column means here, where it is not what it means everywhere.
    """

    title: str
    table: pd.DataFrame
    meanings: Mapping[str, Meaning] = field(default_factory=dict)

    def meaning(self, column: str) -> Meaning:
        """What a column holds."""
        return self.meanings.get(column, COLUMNS.get(column, Meaning("")))


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet.

    Attributes
    ----------
    name
        On its tab.
    parts
        Tables, from top to bottom.
    """

    name: str
    parts: tuple[SheetTable, ...]


def sheets(data: ReportData) -> list[Sheet]:
    """All sheets but the first, which explains them.

    Parameters
    ----------
    data
        What the report shows.
    """
    counting = Counting.of(data.demand_unit)
    patients = {name: counted(COLUMNS[name], name, counting) for name in (*WHEN, *COUNTED)}
    made = [
        Sheet("Summary", (_facts(data), _summary(data), *_beside_unweighted(data))),
        Sheet("Sites", (SheetTable("Clinics that are open today or with the plan", _sites(data), patients),)),
        Sheet("By group", (_by_group(data),)),
        Sheet("Gains by place", tuple(_places(data, patients))),
        Sheet("Flows", tuple(_flows(data, patients))),
        Sheet("Ranking", (_ranking(data),)),
        Sheet("Trade-offs", tuple(_trade_offs(data))),
        Sheet("Robustness", tuple(_robustness(data))),
        Sheet("Assumptions", (_assumptions(data), _files(data))),
    ]
    return [sheet for sheet in made if sheet.parts]


def _summary(data: ReportData) -> SheetTable:
    table = data.measures.table
    everyone = table[table["grouping"] == "everyone"]
    rows = pd.DataFrame(
        {
            "what": [label_of(str(name)) for name in everyone["measure"]],
            "value": [definition_of(str(name)) for name in everyone["measure"]],
            "today": everyone["today"].to_numpy(),
            "planned": everyone["planned"].to_numpy(),
            "change": everyone["change"].to_numpy(),
            "unit": everyone["unit"].to_numpy(),
        }
    )
    return SheetTable("All patients, today and with the plan", rows, _of_row() | FACTS)


def _beside_unweighted(data: ReportData) -> list[SheetTable]:
    """What the weights on demand change, where there are any."""
    beside = data.evidence.unweighted
    if beside is None:
        return []
    counting = Counting.of(data.demand_unit)
    rows = beside.reset_index()
    rows["measure"] = [label_of(str(name)) for name in rows["measure"]]
    meanings = {name: meaning_of("unweighted", name, counting) for name in map(str, rows.columns)}
    return [SheetTable("With the weights on demand and without", rows, meanings)]


def _facts(data: ReportData) -> SheetTable:
    plan, made = data.plan, data.provenance
    facts = [
        ("Proposal", data.proposal),
        ("Effect", data.effect),
        *(("Reservation", text) for text in opening.reservations(data)),
        ("How it was found", opening.proof(data)),
        ("Scenario", data.scenario),
        ("Solver", plan.method),
        ("Value", f"{plan.value:.9f} ({plan.unit})"),
        ("Bound", "none" if plan.bound is None else f"{plan.bound:.9f}"),
        ("Gap", "unknown" if plan.gap is None else words.share_exact(plan.gap)),
        (
            "Proved",
            ("yes" if plan.settled else "no") + (f", for the smallest {plan.aim}" if plan.aim else ""),
        ),
        ("Fingerprint", made.fingerprint),
        ("Data", made.data_date),
    ]
    table = pd.DataFrame(facts, columns=["what", "value"])
    return SheetTable("The plan", table, FACTS)


def _sites(data: ReportData) -> pd.DataFrame:
    table = data.evidence.sites.reset_index()
    more = [c for c in ("lad_name", "alliance_name", "confidence") if c in data.sites.table]
    return table.merge(data.sites.table[more], left_on="site_id", right_index=True, how="left")


def _by_group(data: ReportData) -> SheetTable:
    table = data.measures.table
    table = table[table["grouping"] != "everyone"]
    rows = table.assign(
        grouping=[GROUPINGS.get(str(name), str(name)) for name in table["grouping"]],
        measure=[label_of(str(name)) for name in table["measure"]],
    )
    columns = ["grouping", "group", "measure", "today", "planned", "change", "unit", "status"]
    return SheetTable(
        "Every measure for every group of patients", rows[columns].reset_index(drop=True), _of_row()
    )


def _places(data: ReportData, patients: Mapping[str, Meaning]) -> list[SheetTable]:
    minutes = {name: replace(COLUMNS[name], unit=MINUTES) for name in ("today", "planned", "change")}
    titles = {
        "Cancer alliances, the largest gain first": data.evidence.by_alliance,
        "Local authorities, the largest gain first": data.evidence.by_authority,
    }
    parts = [SheetTable("Whose journey changes", data.evidence.gains.reset_index(), patients)]
    parts += [
        SheetTable(title, table.reset_index(), {**patients, **minutes})
        for title, table in titles.items()
        if table is not None
    ]
    return parts


def _flows(data: ReportData, patients: Mapping[str, Meaning]) -> list[SheetTable]:
    if data.evidence.flows is None:
        return []
    table = data.evidence.flows.copy()
    names = [data.sites.name_of(s) if s in data.sites.site_id else words.NO_ROUTE for s in table["site_id"]]
    table.insert(2, "name", names)
    return [SheetTable(f"Patients of each alliance at each clinic, {data.demand_unit}", table, patients)]


def _ranking(data: ReportData) -> SheetTable:
    table = data.ranking.copy()
    table.insert(0, "rank", range(1, len(table) + 1))
    table = joined(table)
    table.insert(2, "name", data.ranked_names())
    return SheetTable(f"The {len(table):,} best of {data.ranked}", table.reset_index(drop=True))


def _trade_offs(data: ReportData) -> list[SheetTable]:
    """Sets that none beats at both of two measures, and the order of opening."""
    parts, counting = [], Counting.of(data.demand_unit)
    fronts = data.robustness.tables.get(FRONTS)
    if fronts is not None:
        named = fronts.assign(against=[label_of(str(name)) for name in fronts.index])
        parts.append(
            (
                FRONTS,
                "Sets that no other beats at both the average journey and another measure",
                named.reset_index(drop=True),
            )
        )
    if data.evidence.phases is not None:
        parts.append(
            ("phases", "One after the other: the best order of opening", data.evidence.phases.reset_index())
        )
    made = []
    for name, title, table in parts:
        meanings = {column: meaning_of(name, column, counting) for column in map(str, table.columns)}
        made.append(SheetTable(title, _named(data, table), meanings))
    return made


def _robustness(data: ReportData) -> list[SheetTable]:
    parts, counting = [], Counting.of(data.demand_unit)
    if data.robustness.sentences:
        said = pd.DataFrame({"what": list(data.robustness.sentences)})
        parts.append(SheetTable("In words", said, {"what": Meaning("What a reader must know first")}))
    known = [name for name in TABLES if name in data.robustness.tables]
    others = [name for name in data.robustness.tables if name not in (*TABLES, FRONTS)]
    for name in [*known, *others]:
        table = data.robustness.tables[name]
        plain = table if isinstance(table.index, pd.RangeIndex) else table.reset_index()
        title = TABLES.get(name, name.replace("_", " ").capitalize())
        meanings = {column: meaning_of(name, column, counting) for column in map(str, plain.columns)}
        parts.append(SheetTable(title, _named(data, plain), meanings))
    return parts


def _named(data: ReportData, table: pd.DataFrame) -> pd.DataFrame:
    """Sets of sites by their names, sites with their names beside them."""
    named = table.assign(
        **{
            column: [
                data.set_name(cell) if isinstance(cell, str) and cell else cell for cell in table[column]
            ]
            for column in SETS
            if column in table
        }
    )
    if "site_id" in named:
        named.insert(1, "name", [data.short(str(site)) for site in named["site_id"]])
    return named


def _assumptions(data: ReportData) -> SheetTable:
    rows = [(a.what, a.value, a.status, a.why) for a in data.assumptions]
    rows += [("Method", text, MODELLED, "") for text in data.method]
    rows += [("To bear in mind", text, ASSUMED, "") for text in data.caveats]
    columns = ["what", "value", "status", "why"]
    return SheetTable("What the result stands on", pd.DataFrame(rows, columns=columns))


def _files(data: ReportData) -> SheetTable:
    columns = ["title", "publisher", "licence", "vintage", "sha256"]
    table = data.provenance.files[columns].rename_axis("file").reset_index()
    return SheetTable("Data files", table)


def _of_row() -> dict[str, Meaning]:
    """Columns whose unit stands in the row."""
    return {
        name: Meaning(text, OF_ROW, MODELLED)
        for name, text in (
            ("today", "The measure today"),
            ("planned", "The measure with the plan"),
            ("change", "With the plan minus today"),
        )
    }


def is_patients(meaning: Meaning, unit: str) -> bool:
    """Whether a column counts patients, so that an empty cell is a count that is kept back."""
    return meaning.unit in {PATIENTS, unit}


def measures_explained() -> pd.DataFrame:
    """Every measure with its definition."""
    rows = [(name, measure.label, measure.definition) for name, measure in MEASURES.items()]
    return pd.DataFrame(rows, columns=["measure", "label", "definition"])
