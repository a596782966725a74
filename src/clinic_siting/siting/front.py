"""A trade-off front of the mean against another measure, each point named by its sites.

A plan lies on the front where no other plan is as good at both and better at one. Where every plan is
listed, the front is read off the list; else it is sought, see :mod:`~clinic_siting.siting.trade_off`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting.siting.question import TIE

AGAINST = ("mad", "sd", "gini", "worst_tenth")
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
        ``sites``, ``closed`` where sites close, ``mean``, the other measure; of it ``bound``, what no
        plan with as small a mean can beat (NaN where none is known), ``gap``, how far that is from the
        point's own value relative to it, and ``proven``, whether the two are one. The smallest mean
        first.
    complete
        Whether every point of the front is there, and proved.
    """

    against: str
    points: pd.DataFrame
    complete: bool


def listed_front(ranking: pd.DataFrame, against: str) -> Front:
    """Read the front off a list of all plans."""
    points = unbeaten(ranking, against)
    return Front(against, points.assign(bound=points[against], gap=0.0, proven=True), complete=True)


def unbeaten(plans: pd.DataFrame, against: str) -> pd.DataFrame:
    """Plans of a list that none of it beats, the smallest mean first.

    Parameters
    ----------
    plans
        ``sites``, maybe ``closed``, ``mean`` and the other measure, in minutes or 0 to 1.
    against
        The other measure.
    """
    columns = ["sites", *(["closed"] if "closed" in plans else []), "mean", against]
    # Of plans that tie in both, the first by its ids.
    table = plans[columns].sort_values(["mean", against, "sites"], kind="stable")
    best_before = np.minimum.accumulate(np.append(np.inf, table[against].to_numpy(dtype=float)))[:-1]
    points = table[table[against].to_numpy(dtype=float) < best_before - TIE]
    # Means that differ by rounding alone are one mean: then only the better of the two counts.
    later = points["mean"].astype(float).diff(-1).abs().to_numpy()
    return points[~(later <= TIE)].reset_index(drop=True)
