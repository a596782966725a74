"""The best plans that have no new site in common: what else could be done, not which site to swap."""

from dataclasses import replace

import pandas as pd

from clinic_siting.errors import InfeasibleError
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.plan import Siting, solve
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.solver import Effort


def differing(
    case: SitingCase, siting: Siting, objective: Objective, rules: Rules, *, top: int, effort: Effort
) -> pd.DataFrame:
    """List the best plan, the best without any of its new sites, and so on.

    Parameters
    ----------
    case
        What was asked about.
    siting
        The answer.
    objective, rules
        What was asked; ``objective`` is the last one where there was a second.
    top
        How many plans at most; fewer where no more exist.
    effort
        Time limit and solver for each further plan, where the answer did not list them all.

    Returns
    -------
        Rows like those of ``siting.ranking``, best first.
    """
    if siting.complete:
        return _first_that_differ(siting.ranking, top)
    rows = [siting.ranking.iloc[[0]]]
    used = set(siting.plan.chosen)
    while len(rows) < top and used:
        without = replace(rules, forbid=(*rules.forbid, *sorted(used - set(rules.forbid))))
        if used & set(rules.force):
            break
        try:
            found = solve(case, objective, without, effort=effort)
        except InfeasibleError:
            break
        rows.append(found.ranking.iloc[[0]])
        used |= set(found.plan.chosen)
    return pd.concat(rows, ignore_index=True)


def _first_that_differ(ranking: pd.DataFrame, top: int) -> pd.DataFrame:
    kept: list[int] = []
    used: set[str] = set()
    for row, sites in enumerate(ranking["sites"]):
        if len(kept) == top:
            break
        if not used & set(sites):
            kept.append(row)
            used |= set(sites)
    return ranking.iloc[kept].reset_index(drop=True)
