"""What is given up for what: sets that none beats at both of two measures, room of the weights, phases."""

from dataclasses import dataclass

import pandas as pd

from clinic_siting.report import words
from clinic_siting.report.blocks import LEFT as TO_LEFT
from clinic_siting.report.blocks import Block, Column, Prose, Section, Table, table
from clinic_siting.report.data import ReportData
from clinic_siting.report.dictionary import label_of
from clinic_siting.report.trade_off_figure import Panel, trade_off_figure
from clinic_siting.tables import JOINED

# Fronts that a board reads: of the average journey against the spread and against the worst tenth.
WORST = "worst_tenth"
POINTS_SHOWN = 12
PLOT_MM = (170.0, 70.0)
AGAINST = {"mad": "spread", "sd": "spread", "gini": "spread", WORST: "worst tenth"}


def trade_offs(data: ReportData) -> Section | None:
    """The fronts, the room of the weights and the phases; None where there is nothing to tell.

    Parameters
    ----------
    data
        What the report shows.
    """
    blocks: list[Block] = []
    front = read_front(data)
    if front is not None:
        blocks += _front(data, front)
    room = data.robustness.tables.get("weights")
    if room is not None and len(room):
        blocks.append(weights(data, room))
    blocks += _phases(data)
    return Section("What is given up for what", tuple(blocks)) if blocks else None


@dataclass(frozen=True, slots=True, eq=False)
class ReadFront:
    """Points of the two fronts that a board reads, numbered from the smallest mean on.

    Attributes
    ----------
    points
        Index: the number; ``sites`` (ids joined by ``+``), ``rank``, measures, ``on`` (names of the
        fronts that it lies on).
    measures
        The two other measures.
    """

    points: pd.DataFrame
    measures: tuple[str, ...]

    def of(self, measure: str) -> pd.DataFrame:
        """Points of one front."""
        return self.points[[measure in on for on in self.points["on"]]]


def read_front(data: ReportData) -> ReadFront | None:
    """The points of both fronts as one numbered list; None where not all sets were listed."""
    fronts = data.robustness.tables.get("fronts")
    if fronts is None or fronts.empty:
        return None
    measures = (data.variation, WORST)
    shown = fronts[fronts.index.isin(measures)].reset_index()
    on = shown.groupby("sites")["against"].agg(tuple)
    points = shown.drop_duplicates("sites").sort_values(["mean", "sites"], kind="stable")
    points = points.assign(on=points["sites"].map(on)).drop(columns=["against", "point"])
    return ReadFront(points.set_axis(range(1, len(points) + 1)), measures)


def _front(data: ReportData, front: ReadFront) -> list[Block]:
    total = data.ranking_total
    names = [AGAINST[measure] for measure in front.measures]
    if len(front.points) == 1:
        said = (
            f"Of {total:,} sets none has a shorter average journey, a smaller {names[0]} or a better "
            f"{names[1]} than {data.set_name(str(front.points['sites'].iloc[0]))}: nothing is given up."
        )
        return [Prose(said)]
    counts = [len(front.of(measure)) for measure in front.measures]
    said = (
        f"Of {total:,} sets, {counts[0]:,} {_are(counts[0])} not beaten at both the average journey and the "
        f"{names[0]}, and {counts[1]:,} not at both the average journey and the {names[1]}. Between them one "
        "can only be improved at the other's cost; every other set is beaten at both by one of them. This is "
        "exact: every set that obeys the rules was compared."
    )
    width, height = PLOT_MM
    panels = [
        Panel(measure, _axis(measure), data.everyone(measure)[0], front.of(measure).head(POINTS_SHOWN))
        for measure in front.measures
    ]
    figure = trade_off_figure(data, panels, width_mm=width, height_mm=height)
    return [Prose(said), figure, _points(data, front)]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _axis(measure: str) -> str:
    unit = "0 to 1" if measure == "gini" else "minutes"
    return f"{label_of(measure).lower()}, {unit}"


def _points(data: ReportData, front: ReadFront) -> Table:
    """The numbered points with their sites."""
    spread = data.variation
    shown = front.points.head(POINTS_SHOWN)
    columns = [
        Column("No.", share=0.5),
        Column("Sites", TO_LEFT, 4.2),
        Column("Average, min", share=1.1),
        Column("Spread" + ("" if spread == "gini" else ", min"), share=1.1),
        Column("Worst tenth, min", share=1.2),
        Column(f"Within {data.standard_min:g} min", share=1.2),
        Column("Rank by score", share=1.0),
        Column("Not beaten at the average and the", TO_LEFT, 2.4),
    ]
    rows, own = [], set()
    for place, (number, row) in enumerate(shown.to_dict("index").items()):
        if str(row["sites"]) == JOINED.join(data.plan.chosen):
            own.add(place)
        rows.append(
            (
                str(number),
                data.set_name(str(row["sites"])),
                *(_finer(measure, float(row[measure])) for measure in ("mean", spread, WORST)),
                words.share(float(row["coverage"])),
                str(int(row["rank"])),
                " and the ".join(AGAINST[measure] for measure in row["on"]),
            )
        )
    rest = len(front.points) - len(shown)
    more = f" {rest:,} more stand in results.xlsx." if rest else ""
    note = (
        "Modelled; rank by this scenario's weights (assumed). In bold: the plan. The exact figures, and the "
        f"fronts of other measures of spread, stand in results.xlsx.{more}"
    )
    return Table("Sets that are not beaten", tuple(columns), tuple(rows), frozenset(own), note)


def _finer(measure: str, value: float) -> str:
    """Sets on a front may differ by less than a tenth of a minute."""
    return f"{value:.4f}" if measure == "gini" else f"{value:.2f}"


def weights(data: ReportData, rows: pd.DataFrame) -> Table:
    """How far each weight may move before another set leads."""
    columns = [
        Column("Weight of the", TO_LEFT, 3),
        Column("is", share=0.7),
        Column("the plan leads from", share=1.2),
        Column("to", share=1.0),
        Column("below it leads", TO_LEFT, 2.6),
        Column("above it leads", TO_LEFT, 2.6),
    ]
    cells = []
    for term, row in rows.iterrows():
        below, above = (
            data.set_name(row[end]) if isinstance(row[end], str) and row[end] else "–"
            for end in ("below", "above")
        )
        highest = float(row["highest"])
        cells.append(
            [
                words.TERMS_IN_WORDS.get(str(term), str(term)),
                f"{float(row['weight']):g}",
                f"{float(row['lowest']):.2f}",
                words.NO_END if highest == float("inf") else f"{highest:.2f}",
                below,
                above,
            ]
        )
    return table(
        "How far a weight can move, the others as they are, before another set leads",
        columns,
        cells,
        note="Weights have no unit and are assumed; where the lead changes is modelled, and exact.",
    )


def _phases(data: ReportData) -> list[Block]:
    """The order of opening and its price."""
    rows = data.evidence.phases
    if rows is None or rows.empty:
        return []
    columns = [
        Column("No.", share=0.5),
        Column("Opens", TO_LEFT, 2.6),
        Column("Average then, min", share=1.2),
        Column(f"Within {data.standard_min:g} min", share=1.1),
        Column("Score (1 = today)", share=1.1),
        Column("Best of as many at once", TO_LEFT, 2.8),
        Column("its average, min", share=1.2),
        Column("its score", share=1.0),
        Column("Price of building up", share=1.2),
    ]
    cells = [
        [
            str(number),
            data.set_name(str(row["opens"])),
            _known(row["mean"], words.minutes),
            _known(row["coverage"], words.share),
            _known(row["score"], "{:.4f}".format),
            "the same"
            if row["at_once"] == row["is_open"]
            else data.set_name(str(row["at_once"] or "")) or "none",
            _known(row["at_once_mean"], words.minutes),
            _known(row["at_once_score"], "{:.4f}".format),
            _known(row["costs"], "{:.4f}".format),
        ]
        for number, row in rows.to_dict("index").items()
    ]
    note = (
        "Modelled. The order is the one with the best score on average over the phases. The price is how "
        "much higher the score is than if as many sites were chosen with nothing to follow."
    )
    said = [Prose(text) for text in data.evidence.phases_said]
    return [
        Prose("One after the other", "heading"),
        *said,
        table("Opening in phases", columns, cells, note=note),
    ]


def _known(value: float, form: words.Form) -> str:
    return "–" if pd.isna(value) else form(float(value))
