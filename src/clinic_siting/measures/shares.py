"""What every measure stands on: minutes and shares of demand, checked and ranked."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables import FloatArray, same_labels

Minutes = FloatArray | pd.Series
Demand = FloatArray | pd.Series
Spread = Callable[[FloatArray], FloatArray]

# Cumulative shares carry rounding errors; 90 % is reached where they come this close to it.
SHARE_TOLERANCE = 1e-10


def with_shares(minutes: Minutes, demand: Demand) -> tuple[FloatArray, FloatArray]:
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


def deviation(minutes: FloatArray, share: FloatArray) -> FloatArray:
    """Minutes above (below: negative) the mean."""
    return minutes - np.expand_dims(minutes @ share, -1)


def ranked(minutes: FloatArray, share: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Minutes ascending, the share at each, and the share reached with it."""
    order = np.argsort(minutes, axis=-1, kind="stable")
    weights = share[order]
    return np.take_along_axis(minutes, order, axis=-1), weights, np.cumsum(weights, axis=-1)


def infinite_where_unreached(minutes: FloatArray, of_finite: Spread) -> FloatArray:
    """Call a spread with an unreached patient infinite, not undefined."""
    unreached = np.isinf(minutes).any(axis=-1)
    finite = np.where(np.expand_dims(unreached, -1), 0.0, minutes) if unreached.any() else minutes
    return np.asarray(np.where(unreached, np.inf, of_finite(finite)))[()]
