"""How much journeys vary between patients."""

import numpy as np

from clinic_siting.errors import TableError
from clinic_siting.measures.shares import (
    Demand,
    Minutes,
    deviation,
    infinite_where_unreached,
    ranked,
    with_shares,
)
from clinic_siting.measures.times import WORST_SHARE
from clinic_siting.tables import FloatArray

# Gabriel Palma's observation is of the top 10 % against the bottom 40 %.
SHORT_SHARE = 0.4


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
    minutes, share = with_shares(minutes, demand)
    return infinite_where_unreached(minutes, lambda t: np.sqrt(deviation(t, share) ** 2 @ share))


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
    minutes, share = with_shares(minutes, demand)
    return infinite_where_unreached(minutes, lambda t: np.abs(deviation(t, share)) @ share)


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
    minutes, share = with_shares(minutes, demand)

    def of_finite(finite: FloatArray) -> FloatArray:
        times, weights, reached = ranked(finite, share)
        difference = (times * weights * (2 * reached - weights - 1)).sum(axis=-1)
        average = finite @ share
        return np.asarray(difference / np.where(average > 0, average, 1))

    return infinite_where_unreached(minutes, of_finite)


def cv(minutes: Minutes, demand: Demand) -> FloatArray:
    """Coefficient of variation: SD ÷ mean; 0 where nobody travels at all.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).

    Returns
    -------
        A number of 0 or more, shape (...).
    """
    minutes, share = with_shares(minutes, demand)

    def of_finite(finite: FloatArray) -> FloatArray:
        average = finite @ share
        spread = np.sqrt(deviation(finite, share) ** 2 @ share)
        return np.asarray(spread / np.where(average > 0, average, 1))

    return infinite_where_unreached(minutes, of_finite)


def theil(minutes: Minutes, demand: Demand) -> FloatArray:
    """Theil's T of minutes: 0 all alike, ln n where one of n equal patients travels alone.

    Formula: Σ sᵢ (tᵢ ÷ μ) ln(tᵢ ÷ μ), sᵢ the share of demand, μ the mean, 0 ln 0 = 0; 0 where
    nobody travels at all. It splits into a part between groups and a part within them.
    Source: Theil, Economics and Information Theory, North-Holland 1967.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).

    Returns
    -------
        A number of 0 or more, shape (...).
    """
    minutes, share = with_shares(minutes, demand)
    return infinite_where_unreached(minutes, lambda t: np.maximum(_relative_entropy(t, share), 0))


def atkinson(minutes: Minutes, demand: Demand, *, aversion: float = 0.5) -> FloatArray:
    """Atkinson's index of minutes: the share of all travel that equal journeys would save.

    Formula: 1 − (Σ sᵢ tᵢ^(1−ε))^(1÷(1−ε)) ÷ μ, and 1 − exp(Σ sᵢ ln tᵢ) ÷ μ for ε = 1, with ε the
    aversion to inequality; 0 where nobody travels at all. Minutes are a burden, not an income:
    use it to compare spreads, not to speak of welfare.
    Source: Atkinson, On the measurement of inequality, J. Economic Theory 2 (1970) 244–263.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).
    aversion
        Aversion to inequality ε, more than 0.

    Returns
    -------
        A number from 0 to 1, shape (...).

    Raises
    ------
    TableError
        Where the aversion is not a finite number above 0.
    """
    if not (np.isfinite(aversion) and aversion > 0):
        raise TableError(f"measures: Atkinson's aversion must be a finite number above 0, not {aversion}.")
    minutes, share = with_shares(minutes, demand)

    def of_finite(finite: FloatArray) -> FloatArray:
        average = np.expand_dims(finite @ share, -1)
        relative = finite / np.where(average > 0, average, 1)
        # A journey of no minutes drives a mean with ε ≥ 1 to 0, which is the limit of the formula.
        with np.errstate(divide="ignore"):
            if aversion == 1:
                equal = np.exp(np.log(relative) @ share)
            else:
                equal = (relative ** (1 - aversion) @ share) ** (1 / (1 - aversion))
        return np.where(average[..., 0] > 0, np.clip(1 - equal, 0, 1), 0.0)

    return infinite_where_unreached(minutes, of_finite)


def palma(minutes: Minutes, demand: Demand) -> FloatArray:
    """Minutes travelled by the longest tenth of patients ÷ minutes travelled by the shortest 40 %.

    After the Palma ratio of incomes: 0.25 where all journeys are alike. Zones on a boundary are
    split. Source: Palma, Homogeneous middles vs. heterogeneous tails, Development and Change 42
    (2011) 87–153.

    Parameters
    ----------
    minutes
        Shape (..., n_zones).
    demand
        Any unit, shape (n_zones,).

    Returns
    -------
        A ratio of 0.25 or more, shape (...); ``inf`` where the shortest 40 % do not travel at all.
    """
    minutes, share = with_shares(minutes, demand)

    def of_finite(finite: FloatArray) -> FloatArray:
        times, weights, reached = ranked(finite, share)
        longest = (times * np.clip(reached - (1 - WORST_SHARE), 0, weights)).sum(axis=-1)
        shortest = (times * np.clip(SHORT_SHARE - (reached - weights), 0, weights)).sum(axis=-1)
        nobody = longest == 0
        ratio = np.where(nobody, WORST_SHARE, longest) / np.where(
            nobody, SHORT_SHARE, np.where(shortest > 0, shortest, np.nan)
        )
        return np.where(np.isnan(ratio), np.inf, ratio)

    return infinite_where_unreached(minutes, of_finite)


def _relative_entropy(minutes: FloatArray, share: FloatArray) -> FloatArray:
    average = np.expand_dims(minutes @ share, -1)
    relative = minutes / np.where(average > 0, average, 1)
    return np.asarray((relative * np.log(np.where(relative > 0, relative, 1))) @ share)
