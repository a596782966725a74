"""Real counts of patients are made fit to be shared before anything is written.

A planner's own referrals are counted in many tables at once: by alliance, by clinic, by authority,
before and after. Here they meet as one system of counts and sums, are protected together by
:mod:`~clinic_siting.disclosure`, and go back into the tables. Figures that are not counts but would
give one away (exact shares, means of a handful of patients) are made coarser or left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from clinic_siting.disclosure import LARGEST, SMALLEST, Sum, protect
from clinic_siting.ground import Ground
from clinic_siting.pipeline import Answer, Outcome
from clinic_siting.report import KEPT_BACK
from clinic_siting.robustness import Scores
from clinic_siting.sharing.coarse import (
    MINUTES_DIGITS,
    coarse_curves,
    coarse_measures,
    coarse_phase,
    coarse_plan,
    coarse_scores,
    coarse_table,
    digits_of,
    totals,
)
from clinic_siting.sharing.system import ALL, ALLIANCE, WHEN, linked_counts
from clinic_siting.siting import Siting
from clinic_siting.tables import Measures
from clinic_siting.trials import Trials

# Columns that hold counts, or what a count can be worked out from.
COUNTS = ("cases", "case_minutes_saved", "demand", "patients")
FLOWS = ("today", "planned", "change", "change_share")
OF_FLOWS = ("flows.csv", "clinics.csv", "sites.csv")
KNOWN = (
    *OF_FLOWS, "gains.csv", "gains_by_alliance.csv", "gains_by_authority.csv", "alliances.csv",
    "measures.csv", "phases.csv", "ranking.csv", "s_curve.csv", "supply.csv", "unweighted.csv", "zones.csv",
)  # fmt: skip
NOTE = (
    "Referrals are real counts: 1 to 7 are kept back, others rounded to the nearest 5. On the map each "
    "alliance's are spread over its residents."
)


def share_counts(
    answer: Answer, tables: Mapping[str, pd.DataFrame]
) -> tuple[Answer, dict[str, pd.DataFrame]]:
    """The answer and its tables as they may leave the house.

    Parameters
    ----------
    answer
        What a run found, with real counts of patients.
    tables
        File name → table, made from it.

    Returns
    -------
    The answer with coarser measures, protected volumes, and patients spread over each alliance by
    its residents; the tables with NaN where a count is kept back.
    """
    system = linked_counts(answer, tables)
    shared = protect(pd.Series(system.counts), system.sums)
    # A table that is not known here may hold counts, and stays in the house.
    made = {name: coarse_table(table) for name, table in tables.items() if name in KNOWN}
    for name in OF_FLOWS:
        if name in made:
            made[name] = _with_counts(made[name], shared)
    for name, kind in (("gains_by_alliance.csv", "alliance"), ("gains_by_authority.csv", "authority")):
        if name in made:
            made[name] = _with_cases(made[name], shared, kind)
    gains = tables["gains.csv"]
    cases = pd.Series([shared[f"journey|{kind}"] for kind in gains.index], index=gains.index)
    # Nothing is said of the journeys of a handful.
    made["gains.csv"] = made["gains.csv"].assign(
        cases=cases, mean_change_min=made["gains.csv"]["mean_change_min"].where(cases.notna())
    )
    made["zones.csv"] = tables["zones.csv"].assign(
        **{column: np.nan for column in COUNTS if column in tables["zones.csv"]}
    )
    patients = totals(answer.ground)
    made["measures.csv"] = coarse_measures(answer.measures.table, patients).set_index("grouping")
    made["s_curve.csv"] = coarse_curves(tables["s_curve.csv"], patients)
    if "alliances.csv" in made:
        made["alliances.csv"] = _views(tables["alliances.csv"], made, answer)
    return _shared_answer(answer, shared, made["measures.csv"].reset_index()), made


def share_outcome(ground: Ground, siting: Siting, outcome: Outcome) -> tuple[Siting, Outcome]:
    """The same for scenarios that are only compared: coarser measures, protected volumes.

    Parameters
    ----------
    ground
        With real counts of patients.
    siting, outcome
        The choice, and what it leads to.
    """
    counts, sums = {ALL: float(ground.patients.sum())}, []
    for when in WHEN:
        own = {f"{when}|{site}": float(value) for site, value in outcome.volumes[when].items()}
        counts |= own
        # Patients without a route are nobody's.
        sums.append(Sum(ALL, (*own, f"{when}|none")))
    shared = protect(pd.Series(counts), sums)
    volumes = outcome.volumes.assign(
        **{when: [shared[f"{when}|{site}"] for site in outcome.volumes.index] for when in WHEN}
    )
    measures = Measures(coarse_measures(outcome.measures.table, totals(ground)))
    return _coarse_siting(siting), replace(outcome, measures=measures, volumes=volumes)


def _coarse_siting(siting: Siting) -> Siting:
    today = {name: round(value, digits_of(name)) for name, value in siting.today.items()}
    return replace(
        siting,
        ranking=coarse_table(siting.ranking),
        today=today,
        plan=coarse_plan(siting.plan),
        phases=tuple(map(coarse_phase, siting.phases)),
    )


def _coarse_trials(trials: Trials) -> Trials:
    def coarse(draws: Scores | None) -> Scores | None:
        return None if draws is None else coarse_scores(draws)

    return replace(
        trials,
        scores=coarse_scores(trials.scores),
        speed_draws=coarse(trials.speed_draws),
        demand_draws=coarse(trials.demand_draws),
    )


def marked(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables for readers: a count that is kept back is marked, not merely missing."""
    made = {}
    for name, table in tables.items():
        counts = [c for c in (FLOWS if name in (*OF_FLOWS, "alliances.csv") else COUNTS) if c in table]
        hidden = [c for c in counts if table[c].isna().any()]
        cells = {c: table[c].astype(object).where(table[c].notna(), KEPT_BACK) for c in hidden}
        made[name] = table.assign(**cells)
    return made


def _with_counts(table: pd.DataFrame, shared: pd.Series) -> pd.DataFrame:
    """A table of clinics or flows with protected counts, and changes worked out from them."""
    plain = table.reset_index()
    for when in WHEN:
        plain[when] = [shared.get(label, np.nan) for label in _labels(plain, when)]
    plain["change"] = plain["planned"] - plain["today"]
    if "change_share" in plain:
        plain["change_share"] = plain["change"] / plain["today"].where(plain["today"] > 0)
        plain["change_share"] = plain["change_share"].where(plain["today"] != 0, 0.0)
    return plain.set_index(table.index.names)


def _labels(plain: pd.DataFrame, when: str) -> Iterator[str]:
    for row in plain.to_dict("records"):
        if ALLIANCE in row and "role" not in row:
            yield f"{when}|{row[ALLIANCE]}|{row['site_id']}"
        elif row.get("role") == "all":
            yield f"{when} trust|{row['trust']}"
        else:
            yield f"{when}|{row['site_id']}"


def _with_cases(table: pd.DataFrame, shared: pd.Series, kind: str) -> pd.DataFrame:
    """Gains by place with protected cases; nothing is said of the journeys of a handful."""
    cases = pd.Series([shared[f"{kind}|{place}"] for place in table.index], index=table.index)
    minutes = {column: table[column].where(cases.notna()) for column in (*WHEN, "change")}
    return table.assign(cases=cases, **minutes, case_minutes_saved=-minutes["change"] * cases + 0.0)


def _views(table: pd.DataFrame, made: Mapping[str, pd.DataFrame], answer: Answer) -> pd.DataFrame:
    """One view an alliance, put together from what is shared already."""
    plain = table.reset_index()
    measures = made["measures.csv"].reset_index()
    known = measures[measures["grouping"] == ALLIANCE].set_index(["group", "measure"])
    flows = made["flows.csv"].reset_index()
    names = answer.ground.sites.table["name"]
    flows["item"] = flows["site_id"].map(names).fillna("no route")
    clinics = flows.set_index([ALLIANCE, "item"])
    rows = []
    for row in plain.to_dict("records"):
        source = {"measure": known, "clinic": clinics}.get(row["about"])
        key = (row[ALLIANCE], row["item"])
        if source is None:
            row |= {when: round(row[when], MINUTES_DIGITS) for when in (*WHEN, "change")}
        elif key in source.index:
            row |= {when: float(source.loc[key, when]) for when in (*WHEN, "change")}
        else:
            continue
        rows.append(row)
    return pd.DataFrame(rows, columns=plain.columns).set_index(ALLIANCE)


def _shared_answer(answer: Answer, shared: pd.Series, measures: pd.DataFrame) -> Answer:
    demand = _spread(answer, shared)
    volumes = answer.volumes.copy()
    for when in WHEN:
        volumes[when] = [shared.get(f"{when}|{site}", 0.0) for site in volumes.index]
    return replace(
        answer,
        ground=replace(answer.ground, demand=demand, patients=demand),
        siting=_coarse_siting(answer.siting),
        trials=_coarse_trials(answer.trials),
        measures=Measures(measures),
        volumes=volumes,
    )


def _spread(answer: Answer, shared: pd.Series) -> pd.Series:
    """Each alliance's shared total over its zones, by residents: what a page may compute with."""
    zones = answer.ground.zones.table
    people = zones["population"].astype(float).clip(lower=1e-9)
    group = zones[ALLIANCE] if ALLIANCE in zones else pd.Series(ALL, index=zones.index)
    label = "alliance|" if ALLIANCE in zones else ""
    total = {name: float(shared[f"{label}{name}"]) for name in group.unique()}
    middle = (SMALLEST + LARGEST) / 2
    known = group.map({name: middle if np.isnan(value) else value for name, value in total.items()})
    return (known.astype(float) * people / people.groupby(group).transform("sum")).rename("demand")
