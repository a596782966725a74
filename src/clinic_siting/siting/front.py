"""The exact trade-off front of the mean against another measure, each point named by its sites.

A plan lies on the front where no other plan is as good at both and better at one. Where every plan is
listed, the front is read off the list. Otherwise the other measure is minimised under an ever smaller
limit on the mean (the ε-constraint method, Haimes et al. 1971): each answer that is proved is the
front's next point.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError, InfeasibleError, TimeLimitError
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.plan import Siting, answer_over_closings
from clinic_siting.siting.question import PROVEN, TIE, Limit, Question, gap_of
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.solver import Deadline, Effort

AGAINST = ("mad", "sd", "gini", "worst_tenth")
# Points sought where plans cannot be listed; each is a model of its own.
MOST_POINTS = 40
# How much smaller the mean of the next point must be, in minutes: far more than rounding.
STEP_MIN = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Front:
    """A trade-off front.

    Attributes
    ----------
    against
        The other measure.
    points
        ``sites``, ``closed`` where sites close, ``mean``, the other measure, ``proven``; the
        smallest mean first.
    complete
        Whether every point of the front is there, and proved.
    """

    against: str
    points: pd.DataFrame
    complete: bool


def trade_off(case: SitingCase, siting: Siting, rules: Rules, against: str, *, effort: Effort) -> Front:
    """Find the front of the mean against another measure.

    Parameters
    ----------
    case
        Travel times, demand and sites.
    siting
        An answer to any question about the case under the same rules.
    rules
        What plans must obey.
    against
        One of :data:`AGAINST`.
    effort
        Time limit, for the whole front, and solver.

    Raises
    ------
    ConfigError
        Where the measure is none of these.
    """
    if against not in AGAINST:
        raise ConfigError(f"front: {against} is none of {', '.join(AGAINST)}.")
    if siting.complete and not siting.limits:
        return listed_front(siting.ranking, against)
    return _front_by_limits(case, siting, rules, against, effort)


def listed_front(ranking: pd.DataFrame, against: str) -> Front:
    """Read the front off a list of all plans."""
    columns = ["sites", *(["closed"] if "closed" in ranking else []), "mean", against]
    # Of plans that tie in both, the first by its ids.
    table = ranking[columns].sort_values(["mean", against, "sites"], kind="stable")
    best_before = np.minimum.accumulate(np.append(np.inf, table[against].to_numpy(dtype=float)))[:-1]
    points = table[table[against].to_numpy(dtype=float) < best_before - TIE]
    # Means that differ by rounding alone are one mean: then only the better of the two counts.
    later = points["mean"].diff(-1).abs().to_numpy()
    return Front(against, points[~(later <= TIE)].assign(proven=True).reset_index(drop=True), complete=True)


def _front_by_limits(case: SitingCase, siting: Siting, rules: Rules, against: str, effort: Effort) -> Front:
    deadline = Deadline.after(effort.time_limit_s)
    question = Question(case, case, siting.today, Objective(against), rules)
    rows: list[pd.Series] = []
    finished = False
    while len(rows) < MOST_POINTS and deadline.left_s > 0:
        try:
            found = answer_over_closings(question, 1, replace(effort, time_limit_s=deadline.left_s))
        except InfeasibleError:
            finished = True
            break
        except TimeLimitError:
            break
        best = found.ranking.iloc[0]
        gap = gap_of(float(best["value"]), found.bound)
        rows.append(best[["sites", "closed", "mean", against]].copy())
        rows[-1]["proven"] = gap is not None and gap <= PROVEN
        limit = Limit(Objective("mean"), float(best["mean"]) - STEP_MIN)
        question = replace(question, limits=(limit,))
    if not rows:
        return Front(against, pd.DataFrame(columns=["sites", "mean", against, "proven"]), complete=False)
    points = pd.DataFrame(rows)
    if not (rules.close or rules.relocate):
        points = points.drop(columns="closed")
    kept = listed_front(points, against).points.drop(columns="proven")
    proofs = {row["sites"]: bool(row["proven"]) for row in points.to_dict("records")}
    kept = kept.assign(proven=[proofs[sites] for sites in kept["sites"]])
    return Front(against, kept, complete=finished and bool(kept["proven"].all()))
