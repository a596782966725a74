"""How much of the clinics' capacity each zone can draw on."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables import FloatArray, TravelTimes, same_labels


def supply_ratio(
    times: TravelTimes, demand: pd.Series, capacity: pd.Series, *, decay: Mapping[float, float]
) -> pd.Series:
    """Capacity per unit of demand that each zone can reach (enhanced two-step floating catchment).

    Step 1: each site's capacity is shared out over the demand around it, near zones counting
    more: Rⱼ = Sⱼ ÷ Σᵢ dᵢ W(tᵢⱼ). Step 2: a zone adds up what it can reach: Aᵢ = Σⱼ Rⱼ W(tᵢⱼ).
    Weighted by demand, A adds up to the capacity of the sites that anyone can reach.
    Source: Luo and Qi, An enhanced two-step floating catchment area (E2SFCA) method, Health &
    Place 15 (2009) 1100–1107, doi:10.1016/j.healthplace.2009.06.002.

    Parameters
    ----------
    times
        Minutes, shape (n_zones, n_sites).
    demand
        Any unit, index ``zone_id``.
    capacity
        Of each open site, cases a year; index ``site_id``, all of them in ``times``.
    decay
        Upper end of each travel band in minutes, inclusive → its weight W; beyond the last, 0.

    Returns
    -------
        Capacity per unit of demand, on the zones' index, named ``supply``; 0 out of reach.

    Raises
    ------
    TableError
        Where labels differ, or a capacity or weight is negative or not finite.
    """
    same_labels(times.zone_id, demand.index, "travel times and demand")
    figures = [*capacity, *decay, *decay.values()]
    if not decay or not all(np.isfinite(x) and x >= 0 for x in figures):
        raise TableError("supply: capacities, bands and weights must be finite and 0 or more.")
    weight = _band_weights(times.to(capacity.index), decay)
    reach = demand.to_numpy(dtype=float) @ weight
    shared = np.divide(capacity.to_numpy(dtype=float), reach, out=np.zeros(len(reach)), where=reach > 0)
    return pd.Series(weight @ shared, index=times.zone_id, name="supply")


def _band_weights(minutes: FloatArray, decay: Mapping[float, float]) -> FloatArray:
    bands = sorted(decay)
    weights = np.array([*(decay[band] for band in bands), 0.0], dtype=float)
    found: FloatArray = weights[np.searchsorted(bands, minutes, side="left")]
    return found
