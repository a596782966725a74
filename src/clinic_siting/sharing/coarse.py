"""Figures that are not counts but would give one away, made coarser or left out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from clinic_siting.disclosure import is_small, shared_share
from clinic_siting.ground import Ground
from clinic_siting.robustness import Scores
from clinic_siting.sharing.system import ALLIANCE, WHEN
from clinic_siting.siting import Phase
from clinic_siting.tables import SitingPlan

EVERYONE = "everyone"
# A score to four digits tells as little of single patients as minutes to two.
MINUTES_DIGITS, SHARE_DIGITS, SCORE_DIGITS = 1, 3, 4
SHARE_UNIT, MINUTES_UNIT = "share of patients", "minutes"
SHARES = ("gini", "coverage")
SCORES = ("score", "at_once_score", "costs", "step_by_step_score")
WEIGHTED = ("weighted", "score")
FIGURES = ("today", "planned", "change", "today_unweighted", "planned_unweighted")


def totals(ground: Ground) -> pd.Series:
    """Patients of each grouping's groups: index grouping, group."""
    patients = ground.patients
    found = {(EVERYONE, EVERYONE): float(patients.sum())}
    for column in ground.groups:
        of_group = patients.groupby(ground.groups[column].astype(str)).sum()
        found |= {(str(column), str(group)): float(value) for group, value in of_group.items()}
    for grouping, split in ground.parts.items():
        found |= {(grouping, str(group)): float(value) for group, value in split.sum().items()}
    return pd.Series(found)


def coarse_measures(table: pd.DataFrame, totals_of: pd.Series) -> pd.DataFrame:
    """Coarser measures; none of a group of a handful, no share that stands for a handful.

    Parameters
    ----------
    table
        ``Measures.table`` with ``grouping``.
    totals_of
        From :func:`totals`.
    """
    coarse = coarse_rows(table)
    hidden = set(totals_of.index[is_small(totals_of) | (totals_of == 0)])
    kept = []
    for row in coarse.to_dict("records"):
        key = (row["grouping"], row["group"])
        if row["grouping"] != EVERYONE:
            if key in hidden:
                continue
            if row["unit"] == SHARE_UNIT:
                row |= {when: shared_share(row[when], float(totals_of[key])) for when in WHEN}
            if any(np.isnan(row[when]) for when in WHEN):
                continue
        row |= {when: round(row[when], SHARE_DIGITS) for when in WHEN}
        # Two endless journeys are no change.
        same = row["planned"] == row["today"]
        row["change"] = 0.0 if same else round(row["planned"] - row["today"], SHARE_DIGITS)
        kept.append(row)
    return pd.DataFrame(kept, columns=table.columns)


def coarse_curves(table: pd.DataFrame, totals_of: pd.Series) -> pd.DataFrame:
    """S-curves of rounded counts; a point that stands for a handful is left out.

    Parameters
    ----------
    table
        Index ``group``; ``minutes`` and shares.
    totals_of
        From :func:`totals`.
    """
    of_group = [totals_of[EVERYONE if group == EVERYONE else ALLIANCE, group] for group in table.index]
    shares = {when: _shares(table[when], of_group) for when in WHEN}
    return table.assign(**shares).dropna(subset=list(WHEN))


def coarse_table(table: pd.DataFrame) -> pd.DataFrame:
    """Minutes to a hundredth where all patients count, shares to a thousandth; by unit where there is one."""
    if "unit" in table:
        return coarse_rows(table)
    figures = [str(column) for column in table if table[column].dtype.kind == "f"]
    return table.assign(**{column: table[column].round(digits_of(column)) for column in figures})


def coarse_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Each row's figures as its unit can bear: minutes to a tenth, others to a thousandth."""
    digits = [MINUTES_DIGITS if unit == MINUTES_UNIT else SHARE_DIGITS for unit in table["unit"]]
    # A concatenation may have left figures in columns of no kind.
    figures = [column for column in FIGURES if column in table]
    rounded = {
        column: [round(float(value), d) for value, d in zip(table[column], digits, strict=True)]
        for column in figures
    }
    return table.assign(**rounded)


def coarse_scores(scores: Scores) -> Scores:
    """Every set in every world, as coarsely as the measures of all patients: both are sums over them."""
    score, mean = scores.score.round(SCORE_DIGITS), scores.mean.round(digits_of("mean"))
    return replace(scores, score=score, mean=mean)


def coarse_plan(plan: SitingPlan) -> SitingPlan:
    """Its value and bound as coarsely as a score or a measure; how far it is proved stays as it is."""
    digits = digits_of("score" if plan.objective in WEIGHTED else plan.objective)
    bound = None if plan.bound is None else round(plan.bound, digits)
    return replace(plan, value=round(plan.value, digits), bound=bound)


def coarse_phase(phase: Phase) -> Phase:
    """Its scores as coarse as the plan's; what nesting costs is worked out from what is shared."""

    def coarse(value: float | None) -> float | None:
        return None if value is None else round(value, SCORE_DIGITS)

    return replace(
        phase,
        value=coarse(phase.value),
        at_once_value=coarse(phase.at_once_value),
        costs=coarse(phase.costs),
        step_by_step_value=coarse(phase.step_by_step_value),
    )


def digits_of(measure: str) -> int:
    """Decimals of a measure of all patients."""
    if measure in SCORES:
        return SCORE_DIGITS
    return SHARE_DIGITS if measure in SHARES else MINUTES_DIGITS + 1


def _shares(shares: pd.Series, of_group: Sequence[float]) -> list[float]:
    pairs = zip(shares, of_group, strict=True)
    return [round(shared_share(float(share), float(total)), SHARE_DIGITS) for share, total in pairs]
