"""The plan with the smallest largest regret over several worlds, chosen by a PuLP model.

A world is a set of assumptions under which every set of sites was scored. With Rₛₖ the regret of
set s in world k and a binary zₛ a set, minimise

    r
subject to Σₛ zₛ = 1            one set is chosen
           r ≥ Σₛ Rₛₖ zₛ        in no world is its regret larger than r

Source: Savage, The theory of statistical decision, J. American Statistical Association 46 (1951)
55–67.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from clinic_siting.errors import SolverError, TableError
from clinic_siting.siting.solver import run_model
from clinic_siting.tables import BoolArray, FloatArray, IntArray

TIE = 1e-9
PROVEN = 1e-6


@dataclass(frozen=True, slots=True)
class LeastRegret:
    """The set that is never far from the best.

    Attributes
    ----------
    row
        Which set it is.
    value
        Its largest regret, re-evaluated from the scores: how much worse its score is than the best
        of that world, as a share of it.
    bound
        What no set can beat, or None where the solver gave none.
    proven
        Bound and value agree to 1e-6.
    """

    row: int
    value: float
    bound: float | None
    proven: bool


def best_rows(score: FloatArray, mean: FloatArray, offered: BoolArray) -> IntArray:
    """Find each world's own best set: the smallest score, of equals the smaller mean, then the first row.

    Parameters
    ----------
    score, mean
        Of each set in each world, shape (n_sets, n_worlds).
    offered
        Whether the set counts as a plan of the world's own, shape (n_sets, n_worlds).

    Returns
    -------
        Rows, shape (n_worlds,).
    """
    counted = np.where(offered, score, np.inf)
    level = np.where(counted <= counted.min(axis=0) + TIE, mean, np.inf)
    return np.asarray((level <= level.min(axis=0) + TIE).argmax(axis=0))


def regrets(score: FloatArray, mean: FloatArray, offered: BoolArray) -> FloatArray:
    """Score over the score of the world's own best set, less 1; at least 0.

    A set that a world does not offer is no better there than the best that it does.

    Parameters
    ----------
    score, mean
        Of each set in each world, shape (n_sets, n_worlds); lower is better.
    offered
        Whether the set counts as a plan of the world's own, shape (n_sets, n_worlds).

    Returns
    -------
        Shares of the best score, shape (n_sets, n_worlds); ``inf`` where a score is.

    Raises
    ------
    TableError
        Where a score is missing or negative, or a world offers no set with a finite score.
    """
    if not score.shape == mean.shape == offered.shape or score.ndim != 2 or not score.size:
        raise TableError("regret: score, mean and offered must be of one shape, sets × worlds.")
    if not (score >= 0).all():
        raise TableError("regret: a score is missing or negative.")
    best = score[best_rows(score, mean, offered), np.arange(score.shape[1])]
    if not (np.isfinite(best) & offered.any(axis=0)).all():
        raise TableError("regret: a world offers no set that serves everyone.")
    # Where the best leaves nothing to wish for, any other is endlessly worse.
    ratio = np.where(score > best + TIE, np.inf, 1.0)
    np.divide(score, best, out=ratio, where=np.broadcast_to(best > TIE, score.shape))
    return np.asarray(np.maximum(ratio - 1, 0))


def least_regret(
    regret: FloatArray, tie_break: Sequence[float] | FloatArray, *, time_limit_s: float
) -> LeastRegret:
    """Choose the set whose largest regret is smallest.

    Parameters
    ----------
    regret
        Of each set in each world, shape (n_sets, n_worlds), 0 or more; from :func:`regrets`.
    tie_break
        Of equals, the set with the smaller of these (its mean minutes), then the first row.
    time_limit_s
        Seconds for the solver.

    Returns
    -------
        The set, and the proof.

    Raises
    ------
    TableError
        Where a regret is negative or missing, or every set is endlessly worse somewhere.
    SolverError
        Where the solver failed, or chose a set that is not the best.
    """
    if regret.ndim != 2 or not regret.size or not (regret >= 0).all():
        raise TableError("regret: a table of sets × worlds without negative or missing cells is needed.")
    largest = regret.max(axis=1)
    rows = np.flatnonzero(np.isfinite(largest))
    if not len(rows):
        raise TableError("regret: every set leaves somebody without a route in some world.")
    problem, chosen = build_regret_model(regret[rows])
    solved = run_model(problem, time_limit_s=time_limit_s)
    picked = int(rows[max(range(len(rows)), key=lambda s: chosen[s].value())])
    if solved.finished and largest[picked] > largest.min() + PROVEN:
        raise SolverError("the regret model did not choose the set with the smallest largest regret.")
    level = np.flatnonzero(largest <= largest.min() + TIE)
    order = np.asarray(tie_break, dtype=float)[level]
    best = int(level[np.flatnonzero(order <= order.min() + TIE)[0]])
    value = float(largest[best])
    proven = solved.bound is not None and abs(value - solved.bound) <= PROVEN
    return LeastRegret(best, value, solved.bound, proven)


def build_regret_model(regret: FloatArray) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Write the model.

    Parameters
    ----------
    regret
        Finite, shape (n_sets, n_worlds).

    Returns
    -------
        The model, and the variable of each set.
    """
    problem = pulp.LpProblem("least_regret", pulp.LpMinimize)
    largest = problem.add_variable("r", 0)
    chosen = [problem.add_variable(f"z_{s}", cat=pulp.LpBinary) for s in range(len(regret))]
    problem += pulp.LpAffineExpression([(largest, 1)]), "largest_regret"
    problem += pulp.LpAffineExpression((z, 1) for z in chosen) == 1, "one_set"
    for world, column in enumerate(regret.T.tolist()):
        terms = [(z, value) for z, value in zip(chosen, column, strict=True) if value > 0]
        problem += largest >= pulp.LpAffineExpression(terms), f"world_{world}"
    return problem, chosen
