"""How sure the plan is: the proof, its rivals, and what would change it."""

from collections.abc import Callable

import pandas as pd

from clinic_siting.report import words
from clinic_siting.report.blocks import LEFT as TO_LEFT
from clinic_siting.report.blocks import Block, Column, Prose, Section, Table, table
from clinic_siting.report.data import ReportData

Teller = Callable[[ReportData, pd.DataFrame], Table]
SETS_SHOWN, SITES_SHOWN = 10, 8


def certainty(data: ReportData) -> Section:
    """Other worlds, near-best sets, and what would replace a site.

    Parameters
    ----------
    data
        What the report shows.
    """
    found = data.robustness
    blocks: list[Block] = [Prose(sentence) for sentence in found.sentences]
    # What was said first is shown first.
    blocks += _tables(data, ("worlds", worlds))
    blocks.append(Prose(near_best(data)))
    blocks.append(best_sets(data))
    blocks += _tables(data, ("site_frequency", frequency), ("replacements", replacements))
    return Section("How sure is it", tuple(blocks))


def _tables(data: ReportData, *tellers: tuple[str, Teller]) -> list[Table]:
    """Those of the tables that there are."""
    tables = data.robustness.tables
    return [tell(data, tables[name]) for name, tell in tellers if name in tables and len(tables[name])]


def near_best(data: ReportData) -> str:
    """How many sets are hardly worse."""
    scores, within = data.ranking["score"], data.robustness.within
    near = int((scores <= scores.iloc[0] * (1 + within) + 1e-12).sum()) - 1
    if data.ranking_total == 1:
        return (
            "No other set of sites obeys the rules."
            if data.all_ranked
            else "Other sets that obey the rules were not ranked."
        )
    of_all = f"Of the {'other' if data.all_ranked else 'next best'} {data.ranking_total - 1:,} sets"
    if not near:
        return f"{of_all}, none comes within {words.share(within)} of this plan's score."
    names = words.listed(data.ranked_names()[1 : near + 1][:3])
    if near == 1:
        return f"{of_all}, one comes within {words.share(within)} of this plan's score: {names}."
    return f"{of_all}, {near:,} come within {words.share(within)} of this plan's score, first {names}."


def best_sets(data: ReportData) -> Table:
    """The best sets with their measures."""
    spread = data.variation
    columns = [
        Column("No.", share=0.5),
        Column("Sites", TO_LEFT, 4.6),
        Column("Score (1 = today)", share=1.3),
        Column("Average, min", share=1.2),
        Column("Spread" + ("" if spread == "gini" else ", min"), share=1.2),
        Column("Worst tenth, min", share=1.3),
        Column(f"Within {data.standard_min:g} min", share=1.2),
    ]
    rows = [
        [
            str(rank),
            name,
            f"{row['score']:.4f}",
            words.minutes(float(row["mean"])),
            f"{row[spread]:.3f}" if spread == "gini" else words.minutes(float(row[spread])),
            words.minutes(float(row["worst_tenth"])),
            words.share(float(row["coverage"])),
        ]
        for rank, (name, row) in enumerate(
            zip(data.ranked_names(), data.ranking.head(SETS_SHOWN).to_dict("records"), strict=False), start=1
        )
    ]
    caption = f"The {len(rows)} best of {data.ranked}" if len(rows) > 1 else "The only set"
    return Table(caption, tuple(columns), tuple(map(tuple, rows)), frozenset({0}))


def worlds(data: ReportData, rows: pd.DataFrame) -> Table:
    """How the plan fares if something is otherwise."""
    columns = [
        Column("If …", TO_LEFT, 3.6),
        Column("Average with this plan, min", share=1.6),
        Column("This plan's rank", share=1.2),
        Column("Worse than the best", share=1.4),
        Column("Best there", TO_LEFT, 3.2),
    ]
    cells = [
        [
            str(world),
            words.minutes(float(row["mean"])),
            f"{int(row['rank'])}",
            "best" if int(row["rank"]) == 1 else f"by {words.share_exact(float(row['regret']))}",
            "this plan" if int(row["rank"]) == 1 else data.set_name(row["best"]),
        ]
        for world, row in rows.iterrows()
    ]
    lost = frozenset(place for place, rank in enumerate(rows["rank"]) if int(rank) > 1)
    return Table("If something is otherwise than assumed", tuple(columns), tuple(map(tuple, cells)), lost,
                 "In bold: another set of sites would be better.")  # fmt: skip


def frequency(data: ReportData, rows: pd.DataFrame) -> Table:
    """Sites that keep appearing among the near-best sets."""
    shown = rows[rows["near_best_sets"] > 0].head(SITES_SHOWN)
    total = round(float(shown["near_best_sets"].iloc[0]) / float(shown["share"].iloc[0]))
    columns = [
        Column("Site", TO_LEFT, 4),
        Column("In how many", share=1.2),
        Column("Share of them", share=1.2),
    ]
    cells = [
        [
            data.sites.name_of(str(site)),
            f"{int(row['near_best_sets'])} of {total}",
            words.share(float(row["share"])),
        ]
        for site, row in shown.iterrows()
    ]
    return table(
        f"Sites in the sets within {words.share(data.robustness.within)} of the best", columns, cells
    )


def replacements(data: ReportData, rows: pd.DataFrame) -> Table:
    """What is lost if a chosen site cannot be had."""
    columns = [
        Column("Without", TO_LEFT, 3),
        Column("in its place", TO_LEFT, 3),
        Column("Score higher by", share=1.2),
        Column("Average longer by, min", share=1.4),
    ]
    cells = [
        [
            data.short(str(site)),
            data.short(str(row["stand_in"])) if row["stand_in"] else "no set obeys the rules",
            words.share_exact(float(row["loss"])) if row["stand_in"] else "",
            words.signed(float(row["mean_loss_min"]), "minutes") if row["stand_in"] else "",
        ]
        for site, row in rows.iterrows()
    ]
    return table("If one of the new sites cannot be had", columns, cells)
