"""A question to a location model, and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.rules import Rules
from clinic_siting.tables import FloatArray

# Values this near to each other tie.
TIE = 1e-9
# Bound and value that agree to this, relative to the value, are a proof.
PROVEN = 1e-6


@dataclass(frozen=True, slots=True)
class Limit:
    """What an earlier objective leaves to the later one.

    Attributes
    ----------
    objective
        The earlier objective.
    at_most
        The largest value that still counts (the smallest, for coverage).
    """

    objective: Objective
    at_most: float

    def excess(self, measures: pd.DataFrame, today: Mapping[str, float]) -> FloatArray:
        """By how much each plan exceeds the limit, shape (n_plans,)."""
        values = self.objective.values(measures, today).to_numpy()
        excess = self.objective.sign * (values - self.at_most)
        return np.where(excess <= TIE, 0.0, excess)

    def __str__(self) -> str:
        """Say it in words."""
        bound = "at most" if self.objective.sign > 0 else "at least"
        return f"{self.objective.name} must be {bound} {self.at_most:.6g}"


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Which sites to open.

    Attributes
    ----------
    case
        The case, with closed sites already left out.
    before
        The case before anything was closed.
    today
        Measures of ``before``.
    objective, rules, limits
        What the plan should be best at, and what it must obey.
    """

    case: SitingCase
    before: SitingCase
    today: Mapping[str, float]
    objective: Objective
    rules: Rules
    limits: tuple[Limit, ...] = ()

    def rules_on_access(self) -> list[str]:
        """The limits and the rules on who goes where, in words."""
        rules = self.rules
        words = [str(limit) for limit in self.limits]
        words += [f"each new site needs a demand of {rules.min_volume:g}"] if rules.min_volume else []
        words += ["clinics must have room for everyone"] if rules.capacity else []
        return words + [str(rail) for rail in rules.guard_rails]


@dataclass(frozen=True, slots=True, eq=False)
class Plans:
    """Plans found, and what no plan can beat.

    Attributes
    ----------
    ranking
        Plans, best first: ``sites`` (ids), ``value`` of the objective, and all measures.
    bound
        What no plan can beat, in the objective's unit; None where nothing is known.
    method
        How the answer was reached, in words.
    complete
        Whether the ranking holds every plan there is.
    """

    ranking: pd.DataFrame
    bound: float | None
    method: str
    complete: bool


def gap_of(value: float, bound: float | None) -> float | None:
    """How far a bound is from the value, relative to it; 0 where they tie, None without a bound."""
    if bound is None or not np.isfinite(bound):
        return None
    apart = abs(value - bound)
    return 0.0 if apart <= TIE else apart / max(abs(value), TIE)


def best_first(plans: pd.DataFrame, sign: int = 1) -> pd.DataFrame:
    """Sort plans by value; ties (within 1e-9) by mean, then by the sorted ids.

    Parameters
    ----------
    plans
        ``sites``, ``value``, ``mean`` and whatever else.
    sign
        1 where less is better, -1 where more is.
    """
    plans = plans.sort_values("sites", kind="stable", ignore_index=True)
    level = ((sign * plans["value"]).sort_values(kind="stable").diff() > TIE).cumsum()
    keys = pd.DataFrame({"level": level, "mean": plans["mean"]}).sort_values(["level", "mean"])
    # Within a level, means that tie count as one; row numbers then stand for the sorted ids.
    finer = (keys["level"].diff() > 0) | (keys["mean"].diff() > TIE)
    order = keys.assign(finer=finer.cumsum(), row=keys.index).sort_values(["finer", "row"]).index
    return plans.loc[order].reset_index(drop=True)
