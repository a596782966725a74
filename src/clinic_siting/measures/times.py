"""One pure function for each measure of access and of its variation between patients.

Every measure weighs zones by demand, so that it speaks of patients, not of areas. ``minutes`` may
hold one distribution, shape (n_zones,), or many, shape (..., n_zones); the measure is taken along
the last axis. Where both arguments are Series their labels must be identical. A zone without
demand counts for nothing; a zone with demand and without a route (``inf``) makes the mean, every
measure of spread and the maximum ``inf``.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables import BoolArray, FloatArray, same_labels

Minutes = FloatArray | pd.Series
Demand = FloatArray | pd.Series
Spread = Callable[[FloatArray], FloatArray]

WORST_SHARE = 0.1
# Cumulative shares carry rounding errors; 90 % is reached where they come this close to it.
SHARE_TOLERANCE = 1e-10


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
    minutes, share = _with_shares(minutes, demand)
    return np.asarray(minutes @ share)[()]


def sd(minutes: Minutes, demand: Demand) -> FloatArray:
    """Take the standard deviation of minutes between patients, population form.

    Formula: √(Σ wᵢ (tᵢ − μ)² ÷ Σ wᵢ), μ the mean.

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
    minutes, share = _with_shares(minutes, demand)
    return _infinite_where_unreached(minutes, lambda t: np.sqrt(_deviation(t, share) ** 2 @ share))


def mad(minutes: Minutes, demand: Demand) -> FloatArray:
    """Mean absolute deviation of minutes about their mean.

    Formula: Σ wᵢ |tᵢ − μ| ÷ Σ wᵢ, μ the mean.

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
    minutes, share = _with_shares(minutes, demand)
    return _infinite_where_unreached(minutes, lambda t: np.abs(_deviation(t, share)) @ share)


def gini(minutes: Minutes, demand: Demand) -> FloatArray:
    """Gini coefficient of minutes between patients: 0 all alike, towards 1 all on one patient.

    Formula: Σᵢ Σⱼ wᵢ wⱼ |tᵢ − tⱼ| ÷ (2 W² μ), the mean absolute difference between two patients
    over twice the mean; 0 where nobody travels at all.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).

    Returns
    -------
        A number from 0 to 1, shape (...).
    """
    minutes, share = _with_shares(minutes, demand)

    def of_finite(finite: FloatArray) -> FloatArray:
        times, weights, reached = _ranked(finite, share)
        difference = (times * weights * (2 * reached - weights - 1)).sum(axis=-1)
        average = finite @ share
        return np.asarray(difference / np.where(average > 0, average, 1))

    return _infinite_where_unreached(minutes, of_finite)


def p90(minutes: Minutes, demand: Demand) -> FloatArray:
    """Find the first time at which cumulative demand reaches 90 %.

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
    minutes, share = _with_shares(minutes, demand)
    times, _, reached = _ranked(minutes, share)
    first = (reached < 1 - WORST_SHARE - SHARE_TOLERANCE).sum(axis=-1, keepdims=True)
    return np.asarray(np.take_along_axis(times, first, axis=-1)[..., 0])[()]


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
    minutes, share = _with_shares(minutes, demand)
    times, weights, reached = _ranked(minutes, share)
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
    minutes, _ = _with_shares(minutes, demand)
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


def group_means(minutes: pd.Series, demand: pd.Series, groups: pd.Series) -> pd.Series:
    """Mean minutes of the patients of each group.

    Groups without demand are left out, as are zones that belong to no group.

    Parameters
    ----------
    minutes
        Index ``zone_id``.
    demand
        Any unit, on the same index.
    groups
        Name of each zone's group, on the same index.

    Returns
    -------
        Minutes, indexed by group, named ``minutes``.

    Raises
    ------
    TableError
        Where labels differ.

    Examples
    --------
    >>> group_means(times.frame["old"], demand, zones.table["alliance_name"]).to_dict()
    {'East': 19.166666666666668, 'West': 5.0}
    """
    same_labels(minutes.index, demand.index, "minutes and demand")
    same_labels(minutes.index, groups.index, "minutes and groups")
    weighted = (minutes * demand)[demand > 0].groupby(groups, sort=True).sum()
    return (weighted / demand[demand > 0].groupby(groups, sort=True).sum()).rename("minutes")


def group_gap(minutes: pd.Series, demand: pd.Series, groups: pd.Series) -> float:
    """Largest minus smallest group mean.

    Parameters
    ----------
    minutes
        Index ``zone_id``.
    demand
        Any unit, on the same index.
    groups
        Name of each zone's group, on the same index.

    Returns
    -------
        Minutes; ``inf`` where a group has patients without a route.
    """
    means = group_means(minutes, demand, groups)
    return float(means.max() - means.min()) if np.isfinite(means).all() else float("inf")


def _with_shares(minutes: Minutes, demand: Demand) -> tuple[FloatArray, FloatArray]:
    """Minutes and shares of demand of the zones that have demand."""
    if isinstance(minutes, pd.Series) and isinstance(demand, pd.Series):
        same_labels(minutes.index, demand.index, "minutes and demand")
    times = np.asarray(minutes, dtype=float)
    weights = np.asarray(demand, dtype=float)
    if weights.ndim != 1 or times.shape[-1:] != weights.shape:
        raise TableError(f"measures: minutes of shape {times.shape}, demand of shape {weights.shape}.")
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any() or not weights.any():
        raise TableError(
            "measures: demand must be finite, at least 0 and more than 0 somewhere.",
            [f"zone {i}: {weights[i]}" for i in np.flatnonzero(wrong)],
        )
    if not weights.all():
        times, weights = times[..., weights > 0], weights[weights > 0]
    return times, weights / weights.sum()


def _deviation(minutes: FloatArray, share: FloatArray) -> FloatArray:
    return minutes - np.expand_dims(minutes @ share, -1)


def _ranked(minutes: FloatArray, share: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Minutes ascending, the share at each, and the share reached with it."""
    order = np.argsort(minutes, axis=-1, kind="stable")
    weights = share[order]
    return np.take_along_axis(minutes, order, axis=-1), weights, np.cumsum(weights, axis=-1)


def _infinite_where_unreached(minutes: FloatArray, of_finite: Spread) -> FloatArray:
    """Call a spread with an unreached patient infinite, not undefined."""
    unreached = np.isinf(minutes).any(axis=-1)
    finite = np.where(np.expand_dims(unreached, -1), 0.0, minutes) if unreached.any() else minutes
    return np.asarray(np.where(unreached, np.inf, of_finite(finite)))[()]
