"""What a plan may be asked to be best at."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from clinic_siting.errors import ConfigError
from clinic_siting.siting.naming import did_you_mean
from clinic_siting.siting.score import Score

# Objective → the measure it is about, and its unit.
OBJECTIVES: Mapping[str, tuple[str, str]] = {
    "mean": ("mean", "minutes"),
    "max": ("max", "minutes"),
    "coverage": ("coverage", "share of demand"),
    "worst_tenth": ("worst_tenth", "minutes"),
    "mad": ("mad", "minutes"),
    "sd": ("sd", "minutes"),
    "gini": ("gini", "0 to 1"),
    "gap": ("alliance_gap", "minutes"),
    "weighted": ("score", "share of today"),
    "fewest": ("n_open", "new sites"),
}


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective by name.

    Attributes
    ----------
    name
        One of :data:`OBJECTIVES`. Coverage is made as large as possible, all others as small.
    score
        The weights, for ``weighted`` alone.
    share
        The share of demand to cover, for ``fewest`` alone.

    Raises
    ------
    ConfigError
        On an unknown name, or where weights or a share are missing or out of place.
    """

    name: str
    score: Score | None = None
    share: float | None = None

    def __post_init__(self) -> None:
        """Check."""
        if self.name not in OBJECTIVES:
            hint = did_you_mean(self.name, OBJECTIVES)
            rows = [] if hint == self.name else [hint]
            raise ConfigError(f"objective: {self.name} is none of {', '.join(OBJECTIVES)}.", rows)
        if (self.score is not None) != (self.name == "weighted"):
            raise ConfigError("objective: weights belong to the objective weighted, and to it alone.")
        if (self.share is not None) != (self.name == "fewest"):
            raise ConfigError("objective: a share to cover belongs to the objective fewest, and to it alone.")
        if self.share is not None and not (isfinite(self.share) and 0 < self.share <= 1):
            raise ConfigError(f"share: must be more than 0 and at most 1, not {self.share:g}.")

    @property
    def measure(self) -> str:
        """The measure it is about."""
        return OBJECTIVES[self.name][0]

    @property
    def unit(self) -> str:
        """The unit of its value."""
        return OBJECTIVES[self.name][1]

    @property
    def sign(self) -> int:
        """1 where less is better, -1 where more is."""
        return -1 if self.name == "coverage" else 1

    def values(self, measures: pd.DataFrame, today: Mapping[str, float]) -> pd.Series:
        """The objective's value of many plans.

        Parameters
        ----------
        measures
            One row a plan, one column a measure.
        today
            The same measures without a plan.

        Returns
        -------
            In the objective's unit, on the plans' index.
        """
        if self.score is not None:
            return self.score.of(measures, today)
        return measures[self.measure]
