"""How long journeys are: the mean, ranked times, and shares within a time."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.measures.shares import SHARE_TOLERANCE, Demand, Minutes, ranked, with_shares
from clinic_siting.tables import BoolArray, FloatArray

WORST_SHARE = 0.1


def mean(minutes: Minutes, demand: Demand) -> FloatArray:
    """Mean minutes of a patient.

    Formula: Σ wᵢ tᵢ ÷ Σ wᵢ.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).

    Returns
    -------
        Minutes, shape (...).

    Raises
    ------
    TableError
        Where labels or shapes differ, or demand is negative, not finite or sums to nothing.

    Examples
    --------
    >>> round(float(mean(times.frame["old"], demand)), 2)
    13.5
    """
    minutes, share = with_shares(minutes, demand)
    return np.asarray(minutes @ share)[()]


def quantile(minutes: Minutes, demand: Demand, *, share: float) -> FloatArray:
    """Find the first time at which cumulative demand reaches a share of the whole.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).
    share
        More than 0, at most 1.

    Returns
    -------
        Minutes, shape (...).

    Raises
    ------
    TableError
        Where the share is not one, or labels or shapes differ.
    """
    if not 0 < share <= 1:
        raise TableError(f"measures: a quantile is taken at a share from 0 to 1, not at {share}.")
    minutes, weights = with_shares(minutes, demand)
    times, _, reached = ranked(minutes, weights)
    first = (reached < share - SHARE_TOLERANCE).sum(axis=-1, keepdims=True)
    return np.asarray(np.take_along_axis(times, first, axis=-1)[..., 0])[()]


def median(minutes: Minutes, demand: Demand) -> FloatArray:
    """Minutes within which half of the patients travel; see :func:`quantile`."""
    return quantile(minutes, demand, share=0.5)


def p90(minutes: Minutes, demand: Demand) -> FloatArray:
    """Find the first time at which cumulative demand reaches 90 %; see :func:`quantile`."""
    return quantile(minutes, demand, share=1 - WORST_SHARE)


def p95(minutes: Minutes, demand: Demand) -> FloatArray:
    """Find the first time at which cumulative demand reaches 95 %; see :func:`quantile`."""
    return quantile(minutes, demand, share=0.95)


def worst_tenth(minutes: Minutes, demand: Demand) -> FloatArray:
    """Mean minutes of exactly the 10 % of demand with the longest journeys, the boundary zone split.

    Known as the conditional value at risk, or expected shortfall, at 90 %.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).

    Returns
    -------
        Minutes, shape (...).
    """
    minutes, share = with_shares(minutes, demand)
    times, weights, reached = ranked(minutes, share)
    in_tail = np.clip(reached - (1 - WORST_SHARE), 0, weights)
    # A zone outside the tail adds nothing, not even where it has no route (0 × inf).
    minutes_in_tail = np.where(in_tail > 0, times, 0) * in_tail
    return np.asarray(minutes_in_tail.sum(axis=-1) / in_tail.sum(axis=-1))[()]


def maximum(minutes: Minutes, demand: Demand) -> FloatArray:
    """Longest minutes of any zone that has demand.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).

    Returns
    -------
        Minutes, shape (...).
    """
    minutes, _ = with_shares(minutes, demand)
    return np.asarray(minutes.max(axis=-1))[()]


def coverage(covered: BoolArray | pd.Series, demand: Demand) -> FloatArray:
    """Share of demand that is covered.

    Parameters
    ----------
    covered
        Whether each zone is within the standard, shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).

    Returns
    -------
        A share from 0 to 1, shape (...).
    """
    return mean(covered.astype(float), demand)


def s_curve(minutes: Minutes, demand: Demand, *, at_min: Iterable[float]) -> pd.Series:
    """Share of patients within t minutes, for many t: the cumulative distribution.

    Parameters
    ----------
    minutes
        One distribution, shape (n_zones,).
    demand
        Any unit, shape (n_zones,).
    at_min
        Times t in minutes, inclusive.

    Returns
    -------
        Shares from 0 to 1, indexed by ``minutes``, named ``share``.

    Examples
    --------
    >>> s_curve(times.frame["old"], demand, at_min=[0, 10, 25]).round(2).to_dict()
    {0.0: 0.1, 10.0: 0.4, 25.0: 1.0}
    """
    times, _, reached = ranked(*with_shares(minutes, demand))
    if times.ndim != 1:
        raise TableError(f"measures: an S-curve is of one distribution, not of shape {times.shape}.")
    at = np.array([float(t) for t in at_min])
    within = np.concatenate([[0.0], reached])[np.searchsorted(times, at, side="right")]
    whole = within > 1 - SHARE_TOLERANCE
    return pd.Series(np.where(whole, 1.0, within), index=pd.Index(at, name="minutes"), name="share")
