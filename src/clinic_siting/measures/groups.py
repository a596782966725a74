"""How journeys differ between groups of patients."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting.measures.variation import theil
from clinic_siting.tables import same_labels


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


def theil_between(minutes: pd.Series, demand: pd.Series, groups: pd.Series) -> float:
    """Part of Theil's T that is due to differences between groups.

    Formula: Σ s_g (μ_g ÷ μ) ln(μ_g ÷ μ), s_g the group's share of demand, μ_g its mean.

    Parameters
    ----------
    minutes
        Index ``zone_id``.
    demand
        Any unit, on the same index.
    groups
        Name of each zone's group, on the same index; zones without one are left out.
    """
    means = group_means(minutes, demand, groups)
    return float(theil(means.to_numpy(), _group_demand(demand, groups).to_numpy()))


def theil_within(minutes: pd.Series, demand: pd.Series, groups: pd.Series) -> float:
    """Part of Theil's T that lies within groups; with :func:`theil_between` it is the whole.

    Formula: Σ s_g (μ_g ÷ μ) T_g, T_g Theil's T of the group's patients.

    Parameters
    ----------
    minutes
        Index ``zone_id``.
    demand
        Any unit, on the same index.
    groups
        Name of each zone's group, on the same index; zones without one are left out.
    """
    means = group_means(minutes, demand, groups)
    travelled = means * _group_demand(demand, groups)
    if travelled.sum() == 0:
        return 0.0
    within = 0.0
    for group, share in (travelled / travelled.sum()).items():
        members = (groups == group).to_numpy()
        within += share * float(theil(minutes[members], demand[members]))
    return within


@dataclass(frozen=True, slots=True)
class Gradient:
    """How a figure changes from the most to the least deprived end of the population.

    Attributes
    ----------
    slope
        Slope index of inequality: fitted value at the least deprived end minus that at the most
        deprived, in minutes; below 0 the most deprived travel longer.
    relative
        Relative index of inequality: the ratio of the same two fitted values; below 1 the most
        deprived travel longer.
    """

    slope: float
    relative: float


def inequality_gradient(minutes: pd.Series, demand: pd.Series, tenths: pd.Series) -> Gradient:
    """Slope and relative index of inequality over deprivation tenths.

    As on the NHS's and the Office for Health Improvement's Fingertips pages: each tenth has as
    rank the midpoint of its range in the cumulative distribution of demand, tenths ordered from
    the most deprived (1) to the least (10); a line is fitted to the tenths' means by least
    squares weighted by demand. Slope index = its slope, as ranks run from 0 to 1; relative index
    = (fitted at 0 + slope) ÷ fitted at 0. Source: Low and Low, Measuring the gap: quantifying and
    comparing local health inequalities, J. Public Health 26 (2004) 388–395.

    Parameters
    ----------
    minutes
        Index ``zone_id``.
    demand
        Any unit, on the same index.
    tenths
        Deprivation tenth, 1 = most deprived, on the same index.

    Returns
    -------
        Both indices; slope 0 and ratio 1 where all patients live in one tenth; ``inf`` where a
        patient has no route.

    Raises
    ------
    TableError
        Where labels differ.
    """
    means = group_means(minutes, demand, tenths)
    share = _group_demand(demand, tenths)
    share /= share.sum()
    if not np.isfinite(means).all():
        return Gradient(float("inf"), float("inf"))
    rank = share.cumsum() - share / 2
    from_middle = rank - (share * rank).sum()
    spread = float((share * from_middle**2).sum())
    if spread == 0:
        return Gradient(0.0, 1.0)
    average = float((share * means).sum())
    slope = float((share * from_middle * means).sum()) / spread
    at_most_deprived = average - slope * float((share * rank).sum())
    relative = (at_most_deprived + slope) / at_most_deprived if at_most_deprived > 0 else float("inf")
    return Gradient(slope, 1.0 if slope == 0 else relative)


def _group_demand(demand: pd.Series, groups: pd.Series) -> pd.Series:
    """Demand of each group that has any, in the order of :func:`group_means`."""
    same_labels(demand.index, groups.index, "demand and groups")
    return demand[demand > 0].groupby(groups, sort=True).sum()
