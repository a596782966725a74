"""Which sets lead under some weights: what a reader who moves the weights can come upon."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clinic_siting.robustness.weights import shares_of_today
from clinic_siting.siting import Score
from clinic_siting.tables import FloatArray, IntArray

# As near as the solver looks; a set that is level within it may as well be taken for a leader.
LEVEL = 1e-7


def ever_leading(ranking: pd.DataFrame, score: Score, today: Mapping[str, float]) -> IntArray:
    """Rows of a ranking that have the smallest score under some weights of 0 or more: exact.

    A set beaten at every term never leads. Of the others, set r leads somewhere if and only if weights
    w ≥ 0, Σ w = 1 exist with (sᵣ − sⱼ) · w ≤ 0 for every set j, where s are the terms' shares of today:
    one small linear programme a set.

    Parameters
    ----------
    ranking
        Sets and their measures.
    score
        Says which measure of spread is weighed; its weights play no part.
    today
        Measures without a plan.

    Returns
    -------
    Positions in the ranking, rising; none where no term has a value today.
    """
    shares = list(shares_of_today(ranking, score, today).values())
    if not shares:
        return np.array([], dtype=np.int64)
    values = np.column_stack(shares)
    rows = unbeaten(values)
    found = [int(row) for row in rows if _leads(values[row], values[rows])]
    return np.array(sorted(found), dtype=np.int64)


def unbeaten(values: FloatArray) -> IntArray:
    """Rows that no other row matches at every column; of equal rows the first stays.

    Parameters
    ----------
    values
        Shape (n_rows, n_columns); smaller is better. Rows that are not finite are left out.
    """
    rows = np.flatnonzero(np.isfinite(values).all(axis=1))
    # From the smallest sum upwards, so that each look leaves few rows for the next.
    rows = rows[np.argsort(values[rows].sum(axis=1), kind="stable")]
    at = 0
    while at < len(rows):
        stays = (values[rows] < values[rows[at]]).any(axis=1)
        stays[at] = True
        at = int(stays[: at + 1].sum())
        rows = rows[stays]
    return rows


def _leads(own: FloatArray, rivals: FloatArray) -> bool:
    """Whether some weights make a set as good as each of its rivals."""
    from scipy.optimize import linprog  # noqa: PLC0415 - half a second, and only pages need it

    terms = len(own)
    # Unknowns: the weights, and by how much the set is behind at most; the least of that is wanted.
    behind = np.column_stack([own - rivals, -np.ones(len(rivals))])
    found = linprog(
        np.append(np.zeros(terms), 1.0),
        A_ub=behind,
        b_ub=np.zeros(len(rivals)),
        A_eq=np.append(np.ones(terms), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * terms + [(0, None)],
        method="highs",
    )
    return bool(found.status == 0 and found.fun <= LEVEL)
