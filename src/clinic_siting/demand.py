"""How much care each zone needs: expected cases a year, or people."""

import pandas as pd

from clinic_siting.errors import ConfigError, TableError
from clinic_siting.tables import DemandZones

PER = 100_000
MODELS = {"incidence": "cases a year", "population": "people"}


def expected_cases(zones: DemandZones, rates: pd.Series) -> pd.Series:
    """Cases a year that national rates by age lead one to expect (modelled).

    Indirect standardisation without an area effect: Σ over age bands of people × rate ÷ 100,000.

    Parameters
    ----------
    zones
        Zones with one column of people for every age band in ``rates``.
    rates
        Cases a year per 100,000 people; index: names of the zones' age-band columns.

    Returns
    -------
    Series ``demand`` in cases a year, on the zones' index.

    Raises
    ------
    TableError
        Where the zones lack an age band.

    Examples
    --------
    >>> old_town = DemandZones(zones.table.assign(age_00_64=zones.table["population"], age_65_plus=0.0))
    >>> expected_cases(old_town, pd.Series({"age_00_64": 5.0, "age_65_plus": 20.0})).sum()
    np.float64(0.05)
    """
    missing = rates.index.difference(zones.table.columns)
    if len(missing):
        raise TableError("zones: age band(s) that the rates name are missing.", missing)
    cases = zones.table[rates.index].mul(rates).sum(axis=1) / PER
    return cases.rename("demand")


def demand_by_zone(zones: DemandZones, rates: pd.Series, *, model: str) -> pd.Series:
    """Demand by zone under one of the models.

    Parameters
    ----------
    zones
        Zones whose patients count.
    rates
        Cases a year per 100,000 people by age band.
    model
        ``incidence`` (expected cases a year, modelled) or ``population`` (people, observed).

    Returns
    -------
    Series ``demand`` on the zones' index.

    Raises
    ------
    ConfigError
        Where the model is unknown or every zone's demand is 0.
    """
    if model == "incidence":
        demand = expected_cases(zones, rates)
    elif model == "population":
        demand = zones.table["population"].astype(float).rename("demand")
    else:
        raise ConfigError(f"demand: model {model!r} is unknown; it is one of {', '.join(MODELS)}.")
    if demand.sum() <= 0:
        raise ConfigError("demand: every zone's demand is 0, so no site is better than another.")
    return demand
