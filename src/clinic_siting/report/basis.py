"""What the result stands on: method, assumptions with their status, measures, data, provenance."""

from clinic_siting.report import dictionary, words
from clinic_siting.report.blocks import LEFT as TO_LEFT
from clinic_siting.report.blocks import Block, Column, Points, Prose, Section, table
from clinic_siting.report.data import ReportData
from clinic_siting.tables import SitingPlan

PLAIN_MEASURES = (
    "mean", "median", "mad", "sd", "gini", "p90", "worst_tenth", "max", "coverage", "alliance_gap", "icb_gap",
    "imd_decile_gap", "slope_index",
)  # fmt: skip
UNITS = {
    "minutes": "minutes",
    "share of patients": "share",
    "0 to 1": "0 to 1",
    "ratio": "ratio",
    "nats": "nats",
}


def methods(data: ReportData) -> Section:
    """Method in plain sentences, assumptions with their status, and what is left out.

    Parameters
    ----------
    data
        What the report shows.
    """
    blocks: list[Block] = [Points(data.method)] if data.method else []
    columns = [
        Column("What", TO_LEFT, 1.9),
        Column("Taken as", TO_LEFT, 2.5),
        Column("Status", TO_LEFT, 1.0),
        Column("Why, and what it leaves out", TO_LEFT, 4.2),
    ]
    rows = [[a.what, a.value, a.status, a.why] for a in data.assumptions]
    note = (
        "Observed: counted by somebody. Modelled: computed from observations. Assumed: set by a planner, "
        "or by us for want of data. Unverified: could not be confirmed."
    )
    if rows:
        blocks.append(table("What the result stands on", columns, rows, note=note))
    if data.caveats:
        blocks += [Prose("What to bear in mind", "heading"), Points(data.caveats)]
    return Section("How it was worked out", tuple(blocks))


def measures(data: ReportData) -> Section:
    """The measures of everyone, each with its definition.

    Parameters
    ----------
    data
        What the report shows.
    """
    table_of = data.measures.table
    everyone = table_of[table_of["grouping"] == "everyone"].set_index("measure").to_dict("index")
    rows = []
    for name in PLAIN_MEASURES:
        if name in everyone:
            row = everyone[name]
            unit = str(row["unit"])
            before, after = float(row["today"]), float(row["planned"])
            rows.append(
                [
                    dictionary.label_of(name),
                    _figure(before, unit),
                    _figure(after, unit),
                    _change(before, after, unit),
                    dictionary.definition_of(name),
                ]
            )
    columns = [
        Column("Measure", TO_LEFT, 2.4),
        Column("Today", share=0.9),
        Column("With the plan", share=0.9),
        Column("Change", share=0.9),
        Column("What it is", TO_LEFT, 4.6),
    ]
    note = (
        "All measures weigh small areas by their patients and are modelled, as travel times are. Minutes "
        "unless marked. Every measure for every group stands in results.xlsx."
    )
    everyone_table = table("Everyone", columns, rows, note=note)
    return Section("Measures in full", (everyone_table, *_beside_unweighted(data)))


def _beside_unweighted(data: ReportData) -> list[Block]:
    """What a planner's weights on demand change: each measure with them and without."""
    beside = data.evidence.unweighted
    if beside is None:
        return []
    when = ("today", "planned", "today_unweighted", "planned_unweighted")
    rows = [
        [
            dictionary.label_of(str(name)),
            *(_figure(float(row[column]), str(row["unit"])) for column in when),
        ]
        for name, row in beside.to_dict("index").items()
        if name in PLAIN_MEASURES or str(name).startswith("within_")
    ]
    columns = [
        Column("Measure", TO_LEFT, 2.6),
        Column("Weighted: today", share=1.1),
        Column("with the plan", share=1.1),
        Column("Unweighted: today", share=1.2),
        Column("with the plan", share=1.1),
    ]
    note = (
        "Weighted: as the scenario lets some patients count for more (assumed). Unweighted: every patient "
        "once. Clinics' volumes are unweighted. Minutes unless marked."
    )
    return [table("With the weights on demand and without", columns, rows, note=note)]


def sources(data: ReportData) -> Section:
    """Data files, software and fingerprint.

    Parameters
    ----------
    data
        What the report shows.
    """
    made = data.provenance
    columns = [
        Column("File", TO_LEFT, 2.3),
        Column("What it holds", TO_LEFT, 4.0),
        Column("Publisher", TO_LEFT, 2.6),
        Column("Date", TO_LEFT, 2.0),
    ]
    rows = [
        [str(name), str(row["title"]), str(row["publisher"]), str(row["vintage"])]
        for name, row in made.files.iterrows()
    ]
    licences = words.listed(sorted({str(licence) for licence in made.files["licence"] if str(licence)}))
    plan = data.plan
    bound = "none" if plan.bound is None else f"{plan.bound:.6f}"
    gap = "unknown" if plan.gap is None else words.share_exact(plan.gap)
    facts = [
        ["Scenario", data.scenario],
        ["Fingerprint of settings, inputs and versions", made.fingerprint],
        ["Solver", plan.method],
        ["Value, bound, gap", f"{plan.value:.6f}, {bound}, {gap}"],
        ["Proved", _proved(plan)],
        ["Random seed", "none: nothing is random" if made.seed is None else str(made.seed)],
        ["Software", ", ".join(f"{name} {version}" for name, version in made.versions.items())],
    ]
    blocks: list[Block] = [
        table("Data", columns, rows, note=f"Licences: {licences}. Checksums stand in run.json."),
        table("This run", [Column("", TO_LEFT, 2.2), Column("", TO_LEFT, 5)], facts),
        Prose(made.credits, "note"),
    ]
    return Section("Where the figures come from", tuple(blocks))


def _proved(plan: SitingPlan) -> str:
    if plan.settled:
        return f"yes: no other set has a smaller {plan.aim}" if plan.aim else "yes"
    return "no; the result is not reproducible where the clock stopped it"


def _figure(value: float, unit: str) -> str:
    if unit == "minutes":
        return words.minutes(value)
    return words.share(value) if unit.startswith("share") else f"{value:.3f}"


def _change(before: float, after: float, unit: str) -> str:
    if before == after:
        return "0"
    if unit == "minutes":
        return words.signed(after - before, "minutes")
    if unit.startswith("share"):
        return f"{words.signed(after - before, 'points')} points"
    return f"{'+' if after > before else '−'}{abs(after - before):.3f}"
