"""What is given up for what: plans that none beats at both of two measures, and sites opened in phases."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from clinic_siting import access, measures
from clinic_siting.pipeline import Answer
from clinic_siting.report.data import joined
from clinic_siting.report.words import listed
from clinic_siting.siting import Siting
from clinic_siting.siting.front import AGAINST, listed_front
from clinic_siting.tables import JOINED

# What a reader compares the plans of a front by.
SHOWN = ("mean", "mad", "sd", "gini", "worst_tenth", "coverage", "score")
SCORES = ("score", "at_once_score", "costs", "step_by_step_score")
# A reader does not see less than this of a minute.
TENTH = 0.05


def front_table(siting: Siting) -> pd.DataFrame:
    """The exact trade-off fronts of the mean: every plan that no other beats at both measures.

    A set of sites is on the front of the mean against a measure where no other set is at least as good
    at both and better at one. Read off the list of all sets, each front is whole.

    Parameters
    ----------
    siting
        The choice, with the score of its weights in the ranking.

    Returns
    -------
    Index ``against`` (the other measure); ``point`` from the smallest mean on, ``sites`` (ids joined by
    ``+``), ``closed`` where sites close, ``rank`` by score, and the measures in minutes or shares.
    Empty where not every set that obeys the rules was listed.
    """
    whole = siting.complete and not siting.limits
    ranking = siting.ranking.assign(rank=np.arange(1, len(siting.ranking) + 1))
    parts = []
    for against in AGAINST if whole else ():
        points = listed_front(siting.ranking, against).points
        keys = [column for column in ("sites", "closed") if column in ranking]
        rows = points[keys].merge(ranking, on=keys, how="left")
        rows = rows.assign(against=against, point=np.arange(1, len(rows) + 1))
        parts.append(rows[["against", "point", *keys, "rank", *SHOWN]])
    columns = ["against", "point", "sites", "rank", *SHOWN]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    return joined(table).assign(status="modelled").set_index("against")


def phase_table(answer: Answer, *, standard_min: float) -> pd.DataFrame:
    """The order in which the sites open, and what building each phase on the one before costs.

    Parameters
    ----------
    answer
        What a run found.
    standard_min
        Access standard in minutes, inclusive.

    Returns
    -------
    Index ``phase``; ``opens`` and ``is_open`` (ids joined by ``+``), ``mean`` (minutes) and ``coverage``
    (share within the standard) then, ``score`` (share of today); ``at_once``, ``at_once_mean`` and
    ``at_once_score``: the best set of as many sites, were nothing to follow; ``costs``: how much higher
    the score is than that; ``proven``; ``step_by_step`` and ``step_by_step_score``: had each phase been
    the best on top of those before it. Empty where nothing is opened in phases; where clinics send
    patients on for want of room, no mean is known before the last phase.
    """
    phases = answer.siting.phases
    rows = []
    for number, phase in enumerate(phases, start=1):
        last = number == len(phases)
        mean, coverage = _access_with(answer, phase.is_open, standard_min, last=last)
        at_once = () if phase.at_once is None else phase.at_once
        rows.append(
            {
                "phase": number,
                "opens": JOINED.join(phase.opens),
                "is_open": JOINED.join(phase.is_open),
                "mean": mean,
                "coverage": coverage,
                "score": phase.value,
                "at_once": JOINED.join(at_once),
                "at_once_mean": _access_with(answer, at_once, standard_min, last=last)[0],
                "at_once_score": phase.at_once_value,
                "costs": phase.costs,
                "proven": phase.proven,
                "step_by_step": JOINED.join(phase.step_by_step or ()),
                "step_by_step_score": phase.step_by_step_value,
                "status": "modelled",
            }
        )
    table = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["phase"])
    return table.astype(dict.fromkeys(SCORES if rows else (), float)).set_index("phase")


def phases_in_words(table: pd.DataFrame, name_of: Callable[[str], str], *, standard_min: float) -> list[str]:
    """The order of opening and its price, as a board reads it.

    Parameters
    ----------
    table
        From :func:`phase_table`.
    name_of
        Names of sites.
    standard_min
        Access standard in minutes.
    """
    rows = table.to_dict("records")
    if len(rows) < 2:
        return []
    first, *later = (f"{_named(row['opens'], name_of)}{_reach(row, standard_min)}" for row in rows)
    said = [f"One after the other, best first {first}, then {', then '.join(later)}."]
    for number, row in enumerate(rows[:-1], start=1):
        phase = "the first phase" if number == 1 else f"phase {number}"
        if row["at_once"] == row["is_open"]:
            better = "would be better: building up to the plan costs nothing"
            known = "is known to be better; none is proved best"
            said.append(f"For {phase} alone no other choice {better if row['proven'] else known}.")
        elif row["at_once"] and np.isfinite(row["costs"]):
            saved = row["mean"] - row["at_once_mean"]
            by = f", {saved:.1f} minutes shorter on average" if saved >= TENTH else ""
            said.append(
                f"For {phase} alone {_named(row['at_once'], name_of)} would be better (score lower by "
                f"{row['costs']:.4f}{by}): the price of building up to the plan."
            )
    return said


def _named(sites: str, name_of: Callable[[str], str]) -> str:
    return listed(name_of(site) for site in sites.split(JOINED))


def _reach(row: dict[Hashable, Any], standard_min: float) -> str:
    if not np.isfinite(row["mean"]):
        return ""
    return f" (average {row['mean']:.1f} minutes, {row['coverage']:.0%} within {standard_min:g})"


def _access_with(
    answer: Answer, sites: Sequence[str], standard_min: float, *, last: bool
) -> tuple[float, float]:
    """Mean minutes and share within the standard with some sites open."""
    siting, ground = answer.siting, answer.ground
    if last and tuple(sites) == siting.plan.chosen:
        row = siting.ranking[[tuple(ids) == siting.plan.chosen for ids in siting.ranking["sites"]]].iloc[0]
        return float(row["mean"]), float(row["coverage"])
    if not sites or len(siting.moved_on):
        return np.nan, np.nan
    opened = ground.sites.existing.difference(list(siting.closed)).union(pd.Index(list(sites)))
    found = access.measure_access(ground.times, opened, standard_min=standard_min)
    demand = ground.demand.to_numpy(dtype=float)
    mean = np.average(found.minutes.to_numpy(dtype=float), weights=demand)
    return float(mean), float(measures.coverage(found.table["covered"], ground.demand))
