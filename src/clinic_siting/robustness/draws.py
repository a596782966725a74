"""Seeded draws of what nobody knows exactly: speeds, and where demand arises."""

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError
from clinic_siting.network.speeds import RAMP
from clinic_siting.tables import FloatArray, Roads


def class_factors(roads: Roads, *, spread: float, n_draws: int, seed: int) -> list[FloatArray]:
    """Factors on the minutes of every link, one draw of speeds after the other.

    All roads of a class are faster or slower together (ramps are a class of their own): were each
    link drawn by itself, errors would cancel over a journey. Speed factors are uniform between
    1 − spread and 1 + spread; minutes are multiplied by their inverse.

    Parameters
    ----------
    roads
        The links.
    spread
        Largest relative error of a speed, more than 0 and less than 1 (assumed).
    n_draws
        Number of draws.
    seed
        Of the random numbers; the same seed gives the same draws.

    Returns
    -------
    One array a draw, shape (n_links,).

    Raises
    ------
    ConfigError
        Where the spread is not between 0 and 1.
    """
    names = roads.links["road_class"].astype(str).where(~roads.links["ramp"].astype(bool), RAMP)
    of_link = pd.Categorical(names)  # sorted, so that the order of links does not change a draw
    speeds = _uniform(len(of_link.categories), spread, n_draws, seed)
    return [1 / speed[of_link.codes] for speed in speeds]


def demand_factors(places: pd.Series, *, spread: float, n_draws: int, seed: int) -> list[pd.Series]:
    """Factors on the demand of every zone, one draw after the other.

    Zones of one place (a local authority) have more or less demand together. A factor that is the
    same everywhere would change no plan, as measures speak of shares of demand.

    Parameters
    ----------
    places
        Place of each zone.
    spread
        Largest relative error of a place's demand, more than 0 and less than 1 (assumed).
    n_draws
        Number of draws.
    seed
        Of the random numbers.

    Returns
    -------
    One Series a draw, on the zones' index.

    Raises
    ------
    ConfigError
        Where the spread is not between 0 and 1.
    """
    of_zone = pd.Categorical(places.astype(str))
    factors = _uniform(len(of_zone.categories), spread, n_draws, seed)
    return [pd.Series(factor[of_zone.codes], index=places.index, name="factor") for factor in factors]


def _uniform(n: int, spread: float, n_draws: int, seed: int) -> FloatArray:
    if not 0 < spread < 1:
        raise ConfigError(f"robustness: a spread must lie between 0 and 1, not at {spread}.")
    return np.random.default_rng(seed).uniform(1 - spread, 1 + spread, (n_draws, n))
