"""What a plan must obey: how many sites, which ones, and how many in which group."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from clinic_siting.errors import ConfigError, InfeasibleError
from clinic_siting.tables import FloatArray, IntArray, Sites


@dataclass(frozen=True, slots=True)
class Requirement:
    """Bounds on the number of new sites in a group.

    Attributes
    ----------
    where
        Column of the sites' table → the values that count; a site counts where every column has
        one of its values.
    at_least, at_most
        Number of new sites; None is no upper bound.

    Raises
    ------
    ConfigError
        Where no site could be counted or the bounds contradict each other.
    """

    where: Mapping[str, tuple[str, ...]]
    at_least: int = 0
    at_most: int | None = None

    def __post_init__(self) -> None:
        """Check."""
        if not self.where or not all(self.where.values()):
            raise ConfigError("a requirement must name a column of the sites and at least one value.")
        if self.at_least < 0 or (self.at_most is not None and self.at_most < self.at_least):
            raise ConfigError(f"a requirement contradicts itself: {self}.")

    def __str__(self) -> str:
        """Say it in words."""
        bounds = [f"at least {self.at_least}"] if self.at_least or self.at_most is None else []
        bounds += [] if self.at_most is None else [f"at most {self.at_most}"]
        places = " and ".join(f"{column} {' or '.join(values)}" for column, values in self.where.items())
        return f"{' and '.join(bounds)} of the new sites in {places}"


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that a plan must obey.

    Attributes
    ----------
    n_open
        Number of new sites.
    require
        Bounds on groups of new sites.
    force, forbid
        Ids of candidates that must, or must not, be among the new sites.

    Raises
    ------
    ConfigError
        On a negative number, a repeated id, or an id both forced and forbidden.
    """

    n_open: int
    require: tuple[Requirement, ...] = ()
    force: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check."""
        if self.n_open < 0:
            raise ConfigError(f"open: the number of new sites cannot be {self.n_open}.")
        both = sorted(set(self.force) & set(self.forbid))
        if both:
            raise ConfigError(f"{len(both)} site(s) are both forced and forbidden: decide which.", both)


@dataclass(frozen=True, slots=True, eq=False)
class LinearRule:
    """One rule as a linear constraint on the opening variables of the candidates.

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
        return np.asarray(np.maximum(np.maximum(self.lower - total, total - self.upper), 0))


def linear_rules(rules: Rules, sites: Sites) -> tuple[LinearRule, ...]:
    """Turn the rules into linear constraints over ``sites.candidates``, in that order.

    The number to open is not among them.

    Raises
    ------
    ConfigError
        Where a rule names a column, a value or a site that does not exist.
    """
    candidates = sites.table.loc[sites.candidates]
    unknown = sorted((set(rules.force) | set(rules.forbid)) - set(candidates.index))
    if unknown:
        raise ConfigError(f"{len(unknown)} forced or forbidden site(s) are not candidates.", unknown)
    lines = []
    for requirement in rules.require:
        counted = np.ones(len(candidates), dtype=bool)
        for column, values in requirement.where.items():
            if column not in sites.table:
                known = ", ".join(map(str, sites.table.columns))
                raise ConfigError(f"require: sites have no column {column}.", [f"columns: {known}"])
            counted &= candidates[column].isin(values).to_numpy()
        upper = np.inf if requirement.at_most is None else float(requirement.at_most)
        lines.append(LinearRule(str(requirement), counted.astype(float), requirement.at_least, upper))
    for words, ids, wanted in (("opened", rules.force, 1.0), ("left closed", rules.forbid, 0.0)):
        for site in ids:
            chosen = (candidates.index == site).astype(float)
            lines.append(LinearRule(f"{site} must be {words}", chosen, wanted, wanted))
    return tuple(lines)


def feasible_sets(rules: Rules, sites: Sites) -> IntArray:
    """List every set of candidates that obeys the rules.

    Returns
    -------
        Positions in ``sites.candidates``, shape (n_sets, n_open), each row ascending, rows in
        lexicographic order, which is that of the sorted ids.

    Raises
    ------
    InfeasibleError
        Where there is none: which rules clash, and how far one would have to give way.
    """
    n_candidates = len(sites.candidates)
    if rules.n_open > n_candidates:
        raise InfeasibleError(
            f"{rules.n_open} sites are to be opened, but there are only {n_candidates} candidates."
        )
    lines = linear_rules(rules, sites)
    n_sets = comb(n_candidates, rules.n_open)
    chosen = (number for one in combinations(range(n_candidates), rules.n_open) for number in one)
    sets = np.fromiter(chosen, dtype=np.int64, count=n_sets * rules.n_open).reshape(n_sets, rules.n_open)
    excess = np.array([line.excess(sets) for line in lines]).reshape(len(lines), n_sets)
    keep = (excess == 0).all(axis=0)
    if not keep.any():
        raise _why_infeasible(lines, excess, rules.n_open)
    feasible: IntArray = sets[keep]
    return feasible


def _why_infeasible(lines: tuple[LinearRule, ...], excess: FloatArray, n_open: int) -> InfeasibleError:
    """Name a smallest clash: rules that cannot hold together, though they could without any one."""
    clash = list(range(len(lines)))
    for rule in range(len(lines)):
        rest = [r for r in clash if r != rule]
        if not (excess[rest] == 0).all(axis=0).any():
            clash = rest
    rows = []
    for rule in clash:
        others_hold = (excess[[r for r in clash if r != rule]] == 0).all(axis=0)
        needed = excess[rule][others_hold].min()
        rows.append(f"{lines[rule].words}: would have to give way by {needed:g}")
    if len(clash) == 1:
        return InfeasibleError(f"no {n_open} candidates can meet this requirement; loosen it.", rows)
    return InfeasibleError(
        f"no {n_open} candidates can meet these {len(clash)} requirements together; loosen one.", rows
    )
