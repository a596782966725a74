"""Rules on the set of new sites alone, as rows over the opening variables of the candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pulp

from clinic_siting.errors import ConfigError
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.naming import refuse_unknown_column, refuse_unknown_sites, refuse_unknown_values
from clinic_siting.siting.rules import MOST_AMOUNT, Requirement, Rules
from clinic_siting.tables import BoolArray, FloatArray, IntArray
from clinic_siting.tables.checks import numbers

Row = tuple[FloatArray, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class LinearRule:
    """One rule as a linear constraint: lower ≤ Σ aⱼ yⱼ ≤ upper.

    Attributes
    ----------
    words
        The rule as a planner would say it.
    coefficients
        Shape (n_candidates,).
    lower, upper
        Bounds, inclusive.
    """

    words: str
    coefficients: FloatArray
    lower: float
    upper: float

    def excess(self, sets: IntArray) -> FloatArray:
        """By how much each set breaks the rule, shape (n_sets,); 0 where it holds."""
        total = self.coefficients[sets].sum(axis=1)
        # Sums of costs carry rounding errors.
        slack = 1e-9 * max(1.0, abs(self.upper) if np.isfinite(self.upper) else 1.0)
        excess = np.maximum(np.maximum(self.lower - total, total - self.upper), 0)
        return np.where(excess <= slack, 0.0, excess)

    def rows(self) -> list[Row]:
        """The rule as rows over the candidates."""
        return [(self.coefficients, self.lower, self.upper)]


@dataclass(frozen=True, slots=True, eq=False)
class ApartRule:
    """Smallest way between a new site and any other open one.

    Attributes
    ----------
    words
        The rule as a planner would say it.
    minutes
        Between candidates, shape (n_candidates, n_candidates), symmetric; the diagonal holds the
        way to the nearest existing site that stays open.
    at_least_min
        The smallest way allowed.
    """

    words: str
    minutes: FloatArray
    at_least_min: float

    def excess(self, sets: IntArray) -> FloatArray:
        """By how many minutes the nearest two sites of each set are too near, shape (n_sets,)."""
        nearest = np.full(len(sets), np.inf)
        for a in range(sets.shape[1]):
            for b in range(a, sets.shape[1]):
                nearest = np.minimum(nearest, self.minutes[sets[:, a], sets[:, b]])
        return np.maximum(self.at_least_min - nearest, 0)

    def rows(self) -> list[Row]:
        """One row for each pair, or single site, that is too near."""
        result = []
        for a, b in np.argwhere(np.triu(self.minutes < self.at_least_min)):
            row = np.zeros(len(self.minutes))
            row[[a, b]] = 1.0
            result.append((row, -np.inf, 0.0 if a == b else 1.0))
        return result


SetRule = LinearRule | ApartRule


def set_rules(rules: Rules, case: SitingCase) -> tuple[SetRule, ...]:
    """Turn the rules on the set of new sites into rows over ``case.sites.candidates``.

    The number to open is not among them, nor are rules that depend on who goes where.

    Raises
    ------
    ConfigError
        Where a rule names a column, a value or a site that does not exist.
    """
    candidates = case.sites.table.loc[case.sites.candidates]
    named = [*rules.force, *rules.forbid, *(site for sites in rules.either for site in sites)]
    words = "{} site(s) that are forced, forbidden or alternatives are no candidates."
    refuse_unknown_sites(words, named, candidates.index, case.sites)
    _check_places(rules, case)
    lines: list[SetRule] = [_requirement_line(r, candidates) for r in rules.require]
    for words, ids, wanted in (("opened", rules.force, 1.0), ("left closed", rules.forbid, 0.0)):
        for site in ids:
            is_it = (candidates.index == site).astype(float)
            lines.append(LinearRule(f"{site} must be {words}", is_it, wanted, wanted))
    for sites in rules.either:
        is_one = candidates.index.isin(sites).astype(float)
        lines.append(LinearRule(f"exactly one of {' and '.join(sites)} must be opened", is_one, 1.0, 1.0))
    if rules.budget is not None:
        lines.append(_budget_line(rules.budget, candidates))
    if rules.min_apart_min:
        words = f"new sites must be {rules.min_apart_min:g} minutes or more from any other open site"
        lines.append(ApartRule(words, minutes_apart(case), rules.min_apart_min))
    return tuple(lines)


def _check_places(rules: Rules, case: SitingCase) -> None:
    """Refuse requirements on places that neither a site nor a patient has: nothing would ever count there."""
    table = case.sites.table.assign(site_id=case.sites.table.index)
    for requirement in rules.require:
        for column, values in requirement.where.items():
            refuse_unknown_column("require: sites have", column, table.columns)
            known = set(table[column].astype(str))
            known |= set(case.groups[column].astype(str)) if column in case.groups else set()
            refuse_unknown_values("require", column, values, known)


def _requirement_line(requirement: Requirement, candidates: pd.DataFrame) -> LinearRule:
    counted = np.ones(len(candidates), dtype=bool)
    table = candidates.assign(site_id=candidates.index)
    for column, values in requirement.where.items():
        counted &= table[column].astype(str).isin(values).to_numpy()
    upper = np.inf if requirement.at_most is None else float(requirement.at_most)
    return LinearRule(str(requirement), counted.astype(float), requirement.at_least, upper)


def _budget_line(budget: float, candidates: pd.DataFrame) -> LinearRule:
    if "cost" not in candidates:
        raise ConfigError("budget: sites have no column cost.")
    cost = numbers(candidates["cost"])
    wrong = ~((cost >= 0) & (cost <= MOST_AMOUNT))
    if wrong.any():
        rows = candidates.loc[wrong, "cost"].items()
        raise ConfigError(f"budget: each candidate's cost must be a number from 0 to {MOST_AMOUNT:g}.", rows)
    return LinearRule(f"new sites may cost {budget:g} at most", cost, -np.inf, budget)


def minutes_apart(case: SitingCase) -> FloatArray:
    """Ways between candidates through the starting point of the best zone for each pair.

    Patients' travel times are all there is, so the way from a to b is taken as the shortest
    minutes to a plus minutes to b over the zones: exact where a zone lies on the way, never too short.

    Returns
    -------
        Minutes, shape (n_candidates, n_candidates); on the diagonal to the nearest existing site.
    """
    minutes = case.times.to(case.sites.candidates)
    existing = case.times.to(case.sites.existing)
    n_candidates = minutes.shape[1]
    apart = np.full((n_candidates, n_candidates), np.inf)
    for a in range(n_candidates):
        apart[a] = (minutes[:, [a]] + minutes).min(axis=0)
        apart[a, a] = (minutes[:, [a]] + existing).min(initial=np.inf)
    return apart


def add_rows(
    problem: pulp.LpProblem, is_open: Mapping[int, pulp.LpVariable], lines: Sequence[SetRule]
) -> None:
    """Write rules into a model whose opening variables are given by position of the candidate."""
    for number, line in enumerate(lines):
        for k, (coefficients, lower, upper) in enumerate(line.rows()):
            add_row(problem, is_open, (coefficients, lower, upper), f"rule_{number}_{k}")


def add_row(problem: pulp.LpProblem, is_open: Mapping[int, pulp.LpVariable], row: Row, name: str) -> None:
    """Write one row into a model."""
    coefficients, lower, upper = row
    terms = [
        (is_open[j], float(coefficients[j])) for j in np.flatnonzero(coefficients).tolist() if j in is_open
    ]
    total = pulp.LpAffineExpression(terms)
    if lower == upper:
        problem += total == lower, name
        return
    if np.isfinite(lower):
        problem += total >= lower, f"{name}_at_least"
    if np.isfinite(upper):
        problem += total <= upper, f"{name}_at_most"


def obeyed(lines: Sequence[SetRule], sets: IntArray) -> BoolArray:
    """Whether each set obeys every rule, shape (n_sets,)."""
    keep = np.ones(len(sets), dtype=bool)
    for line in lines:
        keep[keep] = line.excess(sets[keep]) == 0
    return keep
