"""How much care each zone needs, for whom, and what a planner's weights make of it."""

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError, TableError
from clinic_siting.tables import SENTINELS, DemandZones
from clinic_siting.tables.checks import numbers

PER = 100_000
MODELS = {"incidence": "cases a year", "population": "people", "referrals": "referrals a year"}
TENTHS = 10
# A year, of all zones together: more than people live in Great Britain.
MOST_PATIENTS = 100_000_000
# First year of each broad band of ages; teenage and young adult care ends at 24.
BROAD_AGES = {0: "under 25", 25: "25 to 59", 60: "60 to 74", 75: "75 and over"}
CAR, NO_CAR = "household with a car", "household without a car"


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
        ``incidence`` (expected cases a year, modelled), ``population`` (people, observed) or
        ``referrals`` (a planner's own column of the zones, a year).

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
    elif model == "referrals":
        demand = _own_referrals(zones)
    else:
        raise ConfigError(f"demand: model {model!r} is unknown; it is one of {', '.join(MODELS)}.")
    if demand.sum() <= 0:
        raise ConfigError("demand: every zone's demand is 0, so no site is better than another.")
    return demand


def with_referrals(zones: DemandZones, table: pd.DataFrame) -> DemandZones:
    """Zones with a planner's own referrals; a zone that the table lacks has none.

    Parameters
    ----------
    zones
        All zones of the data set.
    table
        Columns ``zone_id`` and ``referrals`` a year.

    Raises
    ------
    TableError
        Where a column is missing, a zone is unknown or stands twice, or a number is none or stands
        for "unknown".
    """
    missing = [column for column in ("zone_id", "referrals") if column not in table]
    if missing:
        found = ", ".join(map(str, table.columns))
        raise TableError(f"own demand: column(s) {', '.join(missing)} missing.", [f"columns: {found}"])
    zone_id = table["zone_id"].astype(str).str.strip()
    unknown = zone_id[~zone_id.isin(zones.zone_id)]
    if len(unknown):
        raise TableError(f"own demand: {len(unknown):,} zone(s) are not in the data set.", unknown)
    twice = zone_id[zone_id.duplicated()]
    if len(twice):
        raise TableError(f"own demand: {len(twice):,} zone(s) stand more than once.", twice)
    referrals = numbers_of(table["referrals"]).set_axis(zone_id)
    refuse_sentinels(referrals)
    wrong = np.flatnonzero(~np.isfinite(referrals) | (referrals < 0))
    if len(wrong):
        raise TableError(
            f"own demand: {len(wrong):,} row(s) have no number of 0 or more; give one, or leave the row out.",
            [f"{zone_id.iloc[i]}: {table['referrals'].iloc[i]}" for i in wrong],
        )
    refuse_endless(referrals)
    return DemandZones(zones.table.assign(referrals=referrals.reindex(zones.zone_id).fillna(0.0)))


def numbers_of(cells: pd.Series) -> pd.Series:
    """Counts as numbers; NaN where a cell is none: text, a blank, TRUE or FALSE.

    Parameters
    ----------
    cells
        As they stand in a file.
    """
    return pd.Series(numbers(cells), index=cells.index, name=cells.name)


def refuse_endless(referrals: pd.Series) -> None:
    """Refuse referrals of more patients than there are people.

    Parameters
    ----------
    referrals
        Finite numbers of 0 or more.

    Raises
    ------
    TableError
        Where there are more than :data:`MOST_PATIENTS` in all; added up they would be no number any more.
    """
    if (referrals > MOST_PATIENTS).any() or referrals.sum() > MOST_PATIENTS:
        raise TableError(
            f"own demand: more than {MOST_PATIENTS:,} referrals a year, more than any country has; "
            "correct the figures.",
            [f"the largest: {referrals.max():g}"],
        )


def refuse_sentinels(referrals: pd.Series) -> None:
    """Refuse referrals that are a number which stands for "unknown", such as 9999.

    Parameters
    ----------
    referrals
        By row or zone, which is what names them.

    Raises
    ------
    TableError
        Naming the rows.
    """
    unknown = referrals[referrals.isin(SENTINELS)]
    if len(unknown):
        raise TableError(
            f"own demand: {len(unknown):,} row(s) have a number that stands for 'unknown'; give the true "
            "figure, or leave the row out.",
            [f"{row}: {value:g}" for row, value in unknown.items()],
        )


def planner_weights(zones: DemandZones, *, deprivation: float, no_car: float) -> pd.Series:
    """Factor on each zone's demand that lets some patients count for more.

    Formula: 1 + a · (10 − decile) ÷ 9 + b · (households without a car ÷ households). The extra
    weight a falls in equal steps from the most deprived tenth (a) to the least deprived (0); b is
    the extra weight of a patient without a car. Both are a planner's judgement, not a finding, and
    have no unit: 0.5 lets a patient count as one and a half.

    Parameters
    ----------
    zones
        Zones with ``imd_decile`` (1 = most deprived) where ``deprivation`` is not 0, and with
        ``households`` and ``households_no_car`` where ``no_car`` is not 0.
    deprivation, no_car
        Extra weights a and b, 0 or more.

    Returns
    -------
    Series ``weight`` of 1 or more, on the zones' index; it multiplies demand.

    Raises
    ------
    ConfigError
        Where a weight is negative or not finite.
    TableError
        Where the zones lack what a weight stands on.

    Examples
    --------
    >>> planner_weights(zones, deprivation=0.9, no_car=0).to_list()[:3]
    [1.9, 1.5, 1.0]
    """
    weight = pd.Series(1.0, index=zones.zone_id, name="weight")
    for name, extra in (("deprivation", deprivation), ("no_car", no_car)):
        if not (np.isfinite(extra) and extra >= 0):
            raise ConfigError(f"demand: {name} must be a number of 0 or more, not {extra}.")
    if deprivation:
        decile = _column(zones, "imd_decile", "demand.deprivation")
        weight += deprivation * (TENTHS - decile) / (TENTHS - 1)
    if no_car:
        weight += no_car * no_car_share(zones)
    return weight


def no_car_share(zones: DemandZones) -> pd.Series:
    """Share of households without a car (observed, census); 0 where nobody lives.

    Returns
    -------
    Series ``no_car_share`` from 0 to 1, on the zones' index.

    Raises
    ------
    TableError
        Where the zones have no households, or more without a car than there are.
    """
    households = _column(zones, "households", "car ownership")
    without = _column(zones, "households_no_car", "car ownership")
    wrong = without > households
    if wrong.any():
        raise TableError(
            f"zones: {wrong.sum()} have more households without a car than households.", zones.zone_id[wrong]
        )
    return (without / households.where(households > 0, 1)).rename("no_car_share")


def demand_by_age(zones: DemandZones, rates: pd.Series, *, model: str) -> pd.DataFrame:
    """Demand of each zone split by broad bands of age; a row adds up to the zone's demand.

    A census band belongs where its first year lies. Referrals are split as expected cases are,
    for want of their ages (assumed).

    Parameters
    ----------
    zones
        Zones with a column of people for every age band in ``rates``.
    rates
        Cases a year per 100,000 people by age band.
    model
        As in :func:`demand_by_zone`.

    Returns
    -------
    Demand, zones × bands of age.
    """
    demand = demand_by_zone(zones, rates, model=model)
    people = zones.table[rates.index].astype(float)
    of_band = people if model == "population" else people.mul(rates, axis="columns")
    first_year = [int(str(band).split("_")[1]) for band in rates.index]
    broad = [BROAD_AGES[max(start for start in BROAD_AGES if start <= year)] for year in first_year]
    parts = of_band.T.groupby(broad).sum().T.reindex(columns=list(BROAD_AGES.values()), fill_value=0.0)
    total = parts.sum(axis="columns")
    # A zone whose ages are unknown has nobody of any age, so its demand would be lost.
    parts.loc[total == 0, BROAD_AGES[25]], total[total == 0] = 1.0, 1.0
    return parts.div(total, axis="index").mul(demand, axis="index")


def demand_by_car(zones: DemandZones, demand: pd.Series) -> pd.DataFrame:
    """Demand of each zone split by whether the household has a car; a row adds up to the demand.

    Patients are taken to have a car as often as their neighbours, whatever their age (assumed).

    Parameters
    ----------
    zones
        Zones with ``households`` and ``households_no_car``.
    demand
        Demand by zone.
    """
    without = no_car_share(zones)
    return pd.DataFrame({CAR: demand * (1 - without), NO_CAR: demand * without})


def _own_referrals(zones: DemandZones) -> pd.Series:
    referrals = _column(zones, "referrals", "demand.model: referrals")
    if (referrals < 0).any():
        raise TableError("zones: referrals are negative.", zones.zone_id[referrals < 0])
    return referrals.rename("demand")


def _column(zones: DemandZones, name: str, wanted_by: str) -> pd.Series:
    """A column of finite numbers."""
    if name not in zones.table:
        raise TableError(f"zones: {wanted_by} needs a column {name}, which the zones do not have.")
    values = numbers_of(zones.table[name])
    wrong = ~np.isfinite(values)
    if wrong.any():
        raise TableError(f"zones: {name} is no number in {wrong.sum()} row(s).", zones.zone_id[wrong])
    return values
