"""Run PuLP models, and say of each answer how it was reached and what no plan can beat."""

import contextlib
import io
import time
import warnings
from dataclasses import dataclass, replace

import pulp

from clinic_siting.errors import InfeasibleError, SolverError, TimeLimitError

# Seconds that any question has at least.
LEAST_S = 1e-3
# Part of the time for the plan itself, where more is asked for beside it.
MAIN = 0.5


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


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look, and with which solver.

    Attributes
    ----------
    time_limit_s
        Seconds; the best plan found by then is kept.
    solver
        Any solver that PuLP finds, by name; only HiGHS gives a bound.
    seed
        Of the starting points of a local search.
    """

    time_limit_s: float = 60.0
    solver: str = "HiGHS"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which no more is tried."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Set the moment from now on."""
        return cls(time.monotonic() + seconds)

    @property
    def left_s(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.at - time.monotonic())


@dataclass(slots=True)
class TimeShares:
    """One time limit for several questions: each gets an equal part of what those before it left.

    Attributes
    ----------
    effort
        Solver and seed of every question.
    deadline
        When all must be done.
    n_left
        Questions still to come.
    """

    effort: Effort
    deadline: Deadline
    n_left: int

    @classmethod
    def of(cls, effort: Effort, n_questions: int) -> "TimeShares":
        """Share a time limit out from now on."""
        return cls(effort, Deadline.after(effort.time_limit_s), n_questions)

    @property
    def main(self) -> Effort:
        """What a plan gets that comes before these questions: half, or all where there are none."""
        part = MAIN if self.n_left else 1.0
        return replace(self.effort, time_limit_s=part * self.effort.time_limit_s)

    def take(self) -> Effort:
        """What the next question gets."""
        share = self.deadline.left_s / max(1, self.n_left)
        self.n_left -= 1
        return replace(self.effort, time_limit_s=max(LEAST_S, share))


def run_model(
    problem: pulp.LpProblem, *, time_limit_s: float, solver: str = "HiGHS", presolve: bool = True
) -> Solved:
    """Solve a model to a gap of zero, quietly.

    The variables of ``problem`` hold the best solution found afterwards.

    Raises
    ------
    InfeasibleError
        Where the model has no solution.
    TimeLimitError
        Where the time limit struck before any was found.
    SolverError
        Where the solver is missing or failed.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # the banner of HiGHS comes even with msg=False
            problem.solve(_solver(solver, time_limit_s, presolve=presolve))
    except (pulp.PulpSolverError, ValueError, IndexError) as failure:
        raise SolverError(f"{solver} failed on the model {problem.name}: {failure}") from failure
    if problem.sol_status == pulp.LpSolutionInfeasible:
        raise InfeasibleError(f"the model {problem.name} has no solution.")
    if problem.sol_status not in {pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible}:
        raise TimeLimitError(
            f"{solver} found no solution of the model {problem.name} within {time_limit_s:g} s; "
            "give it a longer time limit."
        )
    # At the time limit the status still says optimal; only the solution's own status tells.
    return Solved(_bound(problem, solver), finished=problem.sol_status == pulp.LpSolutionOptimal)


def _solver(name: str, time_limit_s: float, *, presolve: bool) -> pulp.LpSolver:
    if name != "HiGHS":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of CBC, which PuLP 3 still bundles
            known = pulp.listSolvers()
            chosen = (
                pulp.getSolver(name, msg=False, timeLimit=time_limit_s, gapRel=0) if name in known else None
            )
        if chosen is None or not chosen.available():
            raise SolverError(
                f"the solver {name} is not there; choose one that PuLP finds.", _that_are_there()
            )
        return chosen
    options = {} if presolve else {"presolve": "off"}
    # HiGHS stops at a relative gap of 1e-4, or an absolute one of 1e-6, and says optimal.
    return pulp.HiGHS(msg=False, gapRel=0, gapAbs=0, timeLimit=time_limit_s, **options)


def _that_are_there() -> list[str]:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [str(name) for name in pulp.listSolvers(onlyAvailable=True)]


def _bound(problem: pulp.LpProblem, solver: str) -> float | None:
    """What HiGHS proved that nothing can beat; PuLP itself carries no bound."""
    if solver != "HiGHS":
        return None
    info = problem.solverModel.getInfo()
    is_mip = any(v.cat == pulp.LpInteger for v in problem.variables())
    # PuLP hands over a minimisation without its constant.
    bound = info.mip_dual_bound if is_mip else info.objective_function_value
    return float(problem.sense * bound + problem.objective.constant)
