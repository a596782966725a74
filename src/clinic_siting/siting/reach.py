"""Whether any set of sites reaches everyone, or enough patients within the standard, and what would."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from clinic_siting.errors import InfeasibleError, TimeLimitError
from clinic_siting.siting.constraints import SetRule
from clinic_siting.siting.cut_search import Setting
from clinic_siting.siting.enumeration import fixed_sites
from clinic_siting.siting.field import UNREACHED_MIN
from clinic_siting.siting.interchange import greedy
from clinic_siting.siting.master import Master, solve_master
from clinic_siting.siting.near import NearRows
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.siting.question import TIE, Question
from clinic_siting.siting.rounding import at_least, at_most
from clinic_siting.tables import FloatArray

# Seconds for a model of covers, at least.
SECONDS = 5.0


def why_not_everyone(setting: Setting) -> InfeasibleError | None:
    """Explain that every set leaves somebody without a route; None where some set leaves nobody."""
    if not (setting.field.today >= UNREACHED_MIN).any():
        return None
    n_open = setting.question.rules.n_open
    if _reaching(setting, n_open) is not None:
        return None
    left = _left_out(setting, n_open)
    enough = _reaching(setting, None)
    if enough is None:
        hint = "the rules leave no way to reach everyone; loosen them, or leave these zones out"
    else:
        ids = ", ".join(setting.question.case.sites.candidates[enough > 0.5])
        hint = f"{round(enough.sum())} would reach everyone: {ids}"
    return InfeasibleError(
        f"no {n_open} sites reach everyone: {hint}. The best found leaves out {len(left):,} zone(s).", left
    )


def _reaching(setting: Setting, n_open: int | None) -> FloatArray | None:
    """Openings with which every zone has a route; with no number given, as few as will do."""
    near = NearRows.within(setting.field, UNREACHED_MIN - 1)
    if near.hopeless:
        return None
    master = Master(setting.minutes.n_sites, n_open, setting.lines, [])
    while True:
        left = max(SECONDS, setting.deadline.left_s)
        try:
            point = solve_master(master, binary=True, time_limit_s=left, solver=setting.effort.solver)
        except (InfeasibleError, TimeLimitError):
            return None
        rows = near.violated(np.round(point.y))
        if not rows:
            return np.round(point.y)
        master.near.extend(rows)


def _left_out(setting: Setting, n_open: int) -> pd.Index:
    """Zones without a route from sites that leave out little demand, as greedy opening finds them."""
    case, field = setting.question.case, setting.field
    chosen = greedy(NearestCost.of_beyond(field, UNREACHED_MIN - 1), n_open)
    minutes = np.minimum(field.today, field.minutes[:, chosen].min(axis=1, initial=np.inf))
    left: pd.Index = case.times.zone_id[np.flatnonzero(case.counted)[minutes >= UNREACHED_MIN]]
    return left


def why_share_out_of_reach(question: Question, lines: Sequence[SetRule]) -> InfeasibleError | None:
    """Explain that the share to cover is out of reach even with every candidate open.

    Returns
    -------
        What share, or which standard, would do, and the zones beyond the standard; None where all
        candidates together cover enough.
    """
    case, share = question.case, question.objective.share or 0.0
    allowed = fixed_sites(lines, len(case.sites.candidates)) != 0
    sites = case.sites.existing.append(case.sites.candidates[allowed])
    counted = case.counted
    demand = case.demand.to_numpy()[counted]
    covered = case.covers(sites)[counted].any(axis=1)
    most = float(demand @ covered / demand.sum())
    if most >= share - TIE:
        return None
    minutes = case.times.to(sites)[counted].min(axis=1, initial=np.inf)
    order = np.argsort(minutes)
    reached = np.cumsum(demand[order]) / demand.sum()
    standard = float(minutes[order][min(int(np.searchsorted(reached, share - TIE)), len(order) - 1)])
    beyond: pd.Index = case.times.zone_id[np.flatnonzero(counted)[~covered]]
    hint = f", or a standard of {at_least(standard, 4)} minutes" if np.isfinite(standard) else ""
    return InfeasibleError(
        f"even with all {int(allowed.sum())} candidates open {most:.2%} of demand is within the standard, "
        f"not {share:.2%}; a share of {at_most(most, 4)} would do{hint}. {len(beyond):,} zone(s) "
        "lie beyond it.",
        beyond,
    )
