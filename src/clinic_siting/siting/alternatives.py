"""The best plans that have no new site in common: what else could be done, not which site to swap."""

from dataclasses import replace

import pandas as pd

from clinic_siting.errors import InfeasibleError, TimeLimitError
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.plan import Siting, solve
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.solver import Effort, TimeShares


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
        How many plans at most; fewer where no more exist, or the time is up.
    effort
        Solver, and the time limit for all of them, where the answer did not list them all.

    Returns
    -------
        Rows like those of ``siting.ranking``, best first, and ``proven``: whether none that differs
        from those before it is better.
    """
    if siting.complete:
        return _first_that_differ(siting.ranking, top).assign(proven=True)
    rows = [siting.ranking.iloc[[0]].assign(proven=siting.plan.proven)]
    used, shares = set(siting.plan.chosen), TimeShares.of(effort, top - 1)
    while len(rows) < top and used and not used & set(rules.force) and shares.deadline.left_s > 0:
        without = replace(rules, forbid=(*rules.forbid, *sorted(used - set(rules.forbid))))
        try:
            found = solve(case, objective, without, effort=shares.take())
        except (InfeasibleError, TimeLimitError):
            break
        rows.append(found.ranking.iloc[[0]].assign(proven=found.plan.proven))
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
