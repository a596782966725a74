"""The exact face of an isochrone: which zones it holds."""

import numpy as np

from clinic_siting.errors import ConfigError
from clinic_siting.tables import LONGEST_JOURNEY_MIN, BoolArray, TravelTimes


def membership(times: TravelTimes, bands_min: tuple[float, ...]) -> BoolArray:
    """Zones from which each site is reached within each band, ends included.

    Parameters
    ----------
    times
        Minutes from every zone to every site, patient to clinic.
    bands_min
        Thresholds in minutes, ascending.

    Returns
    -------
    ndarray
        Shape (n_zones, n_sites, n_bands): minutes ≤ threshold. A zone without a route is in none.

    Raises
    ------
    ConfigError
        Where the bands are no ascending, positive minutes.

    Examples
    --------
    >>> membership(times, (5, 15)).sum(axis=0)  # four sites along a street of six zones
    array([[3, 6],
           [2, 4],
           [3, 6],
           [2, 4]])
    """
    check_bands(bands_min)
    inside: BoolArray = times.minutes[:, :, None] <= np.asarray(bands_min, dtype=float)
    return inside


def check_bands(bands_min: tuple[float, ...]) -> None:
    """Refuse bands that are no ascending, positive minutes of one day.

    Raises
    ------
    ConfigError
        Saying what the bands are.
    """
    bands = np.asarray(bands_min, dtype=float)
    possible = (bands > 0) & (bands <= LONGEST_JOURNEY_MIN)  # NaN is neither
    if not len(bands) or not possible.all() or (np.diff(bands) <= 0).any():
        raise ConfigError(
            f"isochrones: bands must be ascending minutes above 0 and within a day, not {tuple(bands_min)}."
        )
