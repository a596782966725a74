"""Run PuLP models, and say of each answer how it was reached and what no plan can beat."""

import contextlib
import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pulp

from clinic_siting.errors import InfeasibleError, SolverError
from clinic_siting.siting.rules import LinearRule


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver claims; the caller re-evaluates it.

    Attributes
    ----------
    bound
        What no solution can beat, in the model's objective; None where the solver gave none.
    finished
        False where the time limit struck first.
    """

    bound: float | None
    finished: bool


def run_highs(problem: pulp.LpProblem, *, time_limit_s: float, presolve: bool = True) -> Solved:
    """Solve a model with HiGHS to a gap of zero, quietly.

    The variables of ``problem`` hold the best solution found afterwards.

    Raises
    ------
    InfeasibleError
        Where the model has no solution.
    SolverError
        Where HiGHS failed, or found nothing within the time limit.
    """
    # HiGHS stops at a relative gap of 1e-4, or an absolute one of 1e-6, and says optimal.
    options = {} if presolve else {"presolve": "off"}
    solver = pulp.HiGHS(msg=False, gapRel=0, gapAbs=0, timeLimit=time_limit_s, **options)
    with contextlib.redirect_stdout(io.StringIO()):  # its banner comes even with msg=False
        problem.solve(solver)
    if problem.sol_status == pulp.LpSolutionInfeasible:
        raise InfeasibleError(f"the model {problem.name} has no solution.")
    if problem.sol_status not in {pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible}:
        verdict = pulp.LpSolution.get(problem.sol_status, problem.sol_status)
        raise SolverError(f"HiGHS ended the model {problem.name} within {time_limit_s:g} s with: {verdict}.")
    # PuLP hands over a minimisation without its constant.
    bound = float(problem.solverModel.getInfo().mip_dual_bound)
    bound = problem.sense * bound + problem.objective.constant
    # At the time limit the status still says optimal; only the solution's own status tells.
    return Solved(bound, finished=problem.sol_status == pulp.LpSolutionOptimal)


def add_rule(
    problem: pulp.LpProblem, line: LinearRule, is_open: Mapping[int, pulp.LpVariable], name: str
) -> None:
    """Write a rule into a model whose opening variables are given by position of the candidate."""
    terms = [
        (is_open[j], float(line.coefficients[j]))
        for j in np.flatnonzero(line.coefficients).tolist()
        if j in is_open
    ]
    total = pulp.LpAffineExpression(terms)
    if line.lower == line.upper:
        problem += total == line.lower, name
        return
    if np.isfinite(line.lower):
        problem += total >= line.lower, f"{name}_at_least"
    if np.isfinite(line.upper):
        problem += total <= line.upper, f"{name}_at_most"
