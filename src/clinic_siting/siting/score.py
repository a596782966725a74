"""The score of a plan: what planners weigh, each as a share of its value today."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from clinic_siting.errors import ConfigError

TERMS = ("mean", "variation", "worst_tenth", "beyond_standard", "alliance_gap")
VARIATIONS = ("mad", "sd", "gini")
# Only proportions count; sums of larger weights could leave what a solver can hold.
MOST_WEIGHT = 1e6
# A value today this small, in minutes or as a share, is what rounding left of 0.
NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Score:
    """Weights of the terms; lower scores are better and 1.00 is today.

    Score = Σ wₖ · (valueₖ ÷ today's valueₖ) ÷ Σ wₖ.

    Attributes
    ----------
    weights
        Term → weight; a term left out, or with weight 0, plays no part.
    variation
        The measure that the term ``variation`` stands for: mad, sd or gini.

    Raises
    ------
    ConfigError
        On an unknown term or measure, a weight below 0 or above ``MOST_WEIGHT``, or no weight at all.
    """

    weights: Mapping[str, float]
    variation: str = "mad"

    def __post_init__(self) -> None:
        """Check."""
        unknown = [term for term in self.weights if term not in TERMS]
        if unknown:
            raise ConfigError(f"weights: unknown term; the terms are {', '.join(TERMS)}.", unknown)
        if self.variation not in VARIATIONS:
            raise ConfigError(f"variation must be {', '.join(VARIATIONS)}, not {self.variation}.")
        wrong = [f"{term}: {w}" for term, w in self.weights.items() if not 0 <= w <= MOST_WEIGHT]
        if wrong:
            raise ConfigError(f"weights: each must be a number from 0 to {MOST_WEIGHT:,.0f}.", wrong)
        if not any(self.weights.values()):
            raise ConfigError("weights: at least one must be more than 0.")

    @property
    def terms(self) -> dict[str, tuple[str, float]]:
        """Terms that play a part: term → (column of measures, weight)."""
        measure = {"variation": self.variation}
        return {term: (measure.get(term, term), w) for term, w in self.weights.items() if w > 0}

    def of(self, measures: pd.DataFrame, today: Mapping[str, float]) -> pd.Series:
        """Score many plans.

        Parameters
        ----------
        measures
            One row a plan, one column a measure.
        today
            The same measures without a plan.

        Returns
        -------
            Shares of today, on the plans' index, named ``score``.

        Raises
        ------
        ConfigError
            Naming each term whose value today is 0 or undefined, so that no share of it exists.
        """
        plans = measures.assign(beyond_standard=1 - measures["coverage"])
        before = {**today, "beyond_standard": 1 - today["coverage"]}
        undefined = []
        total = pd.Series(0.0, index=measures.index, name="score")
        for term, (measure, weight) in self.terms.items():
            now = before[measure]
            if not (isfinite(now) and now > NOTHING):
                undefined.append(f"{term}: {now:g} today")
                continue
            total += weight * plans[measure] / now
        if undefined:
            raise ConfigError(
                "weights: a term whose value today is 0 or undefined has no share of today; "
                "give it weight 0.",
                undefined,
            )
        return total / sum(weight for _, weight in self.terms.values())
