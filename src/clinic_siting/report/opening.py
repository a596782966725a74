"""The first page: what is proposed, what it does, and how far that is proved."""

import numpy as np
import pandas as pd

from clinic_siting.report import words
from clinic_siting.report.blocks import LEFT as TO_LEFT
from clinic_siting.report.blocks import Block, Card, Cards, Column, Prose, Section, table
from clinic_siting.report.data import ReportData
from clinic_siting.report.dictionary import label_of
from clinic_siting.report.map_figure import map_pair

LEAST_SHARE = 0.1
SPREAD_NAMES = {"mad": "Spread", "sd": "Standard deviation", "gini": "Gini coefficient"}


def result(data: ReportData) -> Section:
    """Cards, the new clinics, the maps and the proof.

    Parameters
    ----------
    data
        What the report shows.
    """
    blocks: list[Block] = [Prose(data.effect.replace(" %", words.PERCENT), "lead")]
    blocks += [Prose(text, "warning") for text in reservations(data)]
    blocks += [cards(data), new_clinics(data)]
    if {"msoa", "counties", "land"} <= set(data.boundaries) and "msoa" in data.zones.table:
        blocks.append(map_pair(data))
    blocks.append(Prose(proof(data)))
    return Section("Result", tuple(blocks))


def reservations(data: ReportData) -> list[str]:
    """What must be said before anything else; empty for a proven plan."""
    if data.plan.settled:
        return []
    if data.plan.aim:
        return [f"This plan is {words.chosen_for(data.plan)}."]
    gap = data.plan.gap
    how_far = (
        "no bound is known"
        if gap is None
        else f"a better one may exist, by at most {words.share_exact(gap)} of the score"
    )
    text = (
        f"This plan is not proved to be the best: {how_far}. Where the time limit stopped the solver, "
        "a second run may stop elsewhere: the result is not reproducible."
    )
    return [text]


def cards(data: ReportData) -> Cards:
    """Four figures before and after."""
    spread = "0 to 1" if data.variation == "gini" else "min"
    share_name = f"Patients within {data.standard_min:g} minutes"
    return Cards(
        (
            _minutes_card(data, "mean", "Average journey", "min"),
            _minutes_card(data, data.variation, SPREAD_NAMES[data.variation], spread),
            _minutes_card(data, "worst_tenth", "Worst tenth", "min"),
            _share_card(data, "coverage", share_name),
        )
    )


def new_clinics(data: ReportData) -> Block:
    """The sites that open, what they receive and from where."""
    receives, table_of = data.evidence.sites["planned"].to_dict(), data.sites.table
    rows = []
    for site in data.plan.chosen:
        place = [str(table_of.at[site, c]) for c in ("lad_name", "postcode") if c in table_of]
        place[1:] = [postcode.replace(" ", words.NO_BREAK) for postcode in place[1:]]
        trust = str(table_of.at[site, "trust"]) if "trust" in table_of else ""
        received = float(receives[site])
        rows.append(
            [data.sites.name_of(site), ", ".join(place), trust, words.count(received), serves(data, site)]
        )
    columns = [
        Column("New clinic", TO_LEFT, 2.2),
        Column("Place", TO_LEFT, 1.8),
        Column("Trust", TO_LEFT, 2.2),
        Column(data.demand_unit.capitalize(), share=1.0),
        Column("Patients from", TO_LEFT, 2.6),
    ]
    note = "" if data.counts_are_real or data.demand_unit == "people" else (
        "Expected numbers are modelled: people by age (observed) × national rates (modelled)."
    )  # fmt: skip
    return table("The clinics that open", columns, rows, note=note)


def serves(data: ReportData, site: str) -> str:
    """Alliances from which a clinic has at least a tenth of its patients, the largest first."""
    flows = data.evidence.flows
    if flows is None:
        return ""
    own: pd.Series = flows[flows["site_id"] == site].set_index("alliance_name")["planned"].dropna()
    own = own[own > 0].sort_values(ascending=False, kind="stable")
    large = own[own >= LEAST_SHARE * own.sum()]
    return ", ".join(f"{name} {words.count(value)}" for name, value in large.items())


def proof(data: ReportData) -> str:
    """How the plan was found and how sure it is, in words."""
    plan = data.plan
    weighted = plan.objective in {"weighted", "score"}
    by = "their score" if weighted else f"{label_of(plan.objective).lower()} ({plan.unit})"
    value = f"{plan.value:.4f}, where 1 is today" if weighted else f"{plan.value:.4f} {plan.unit}"
    found = (
        f"{data.ranking_total:,} sets of sites that obey the rules were compared by {by}."
        if data.all_ranked
        else f"Sets of sites that obey the rules are too many to list them all; they are judged by {by}."
    )
    if plan.aim:
        proved = "An exact model proves" if plan.aim_proven else "It is not proved"
        return (
            f"{found} The plan is the one with the smallest {plan.aim}; its score is {value}. {proved} that "
            f"no other set has a smaller one; {words.by_value_alone(plan)}."
        )
    if not plan.proven:
        return f"{found} This is the best that was found: {value}."
    return (
        f"{found} This one is best: {value}. An exact model proves that no other set is better, and a "
        "second path computed the value again from the travel times."
    )


def _minutes_card(data: ReportData, measure: str, label: str, unit: str) -> Card:
    before, after = data.everyone(measure)
    show = words.minutes if unit == "min" else "{:.3f}".format
    moved = after - before
    amount = "" if not np.isfinite(moved) else show(abs(moved))
    spread = measure in SPREAD_NAMES
    down, up = ("narrower", "wider") if spread else ("shorter", "longer")
    return Card(label, unit, show(before), show(after), *_verdict(moved, amount, (down, up), good=-1))


def _share_card(data: ReportData, measure: str, label: str) -> Card:
    before, after = data.everyone(measure)
    points = round(100 * (after - before))
    verdict = _verdict(after - before, f"{abs(points)} points", ("fewer", "more"), good=1)
    return Card(label, "", words.share(before), words.share(after), *verdict)


def _verdict(moved: float, amount: str, names: tuple[str, str], *, good: int) -> tuple[str, str]:
    """Change in words, and whether it is for the better."""
    if not amount or not moved or float(amount.split(maxsplit=1)[0]) == 0:
        return "no change", "same"
    arrow, name = ("↓", names[0]) if moved < 0 else ("↑", names[1])
    return f"{arrow} {amount} {name}", "better" if moved * good > 0 else "worse"
