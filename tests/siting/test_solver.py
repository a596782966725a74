"""What the solver says is read with care."""

import pulp
import pytest

from clinic_siting.errors import InfeasibleError, SolverError, TimeLimitError
from clinic_siting.siting.solver import run_model


def knapsack(n: int) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    problem = pulp.LpProblem("knapsack", pulp.LpMaximize)
    chosen = [problem.add_variable(f"x_{i}", cat=pulp.LpBinary) for i in range(n)]
    problem += pulp.lpSum((i + 1) * x for i, x in enumerate(chosen)), "value"
    problem += pulp.lpSum((i + 2) * x for i, x in enumerate(chosen)) <= 2 * n, "weight"
    return problem, chosen


def test_a_finished_run_carries_its_bound_and_prints_nothing(capfd):
    problem, _ = knapsack(5)
    solved = run_model(problem, time_limit_s=10)
    assert solved.finished
    assert solved.bound == pytest.approx(pulp.value(problem.objective))
    assert capfd.readouterr().out == ""


def test_no_solution_is_said_so():
    problem, chosen = knapsack(3)
    problem += chosen[0] + chosen[1] >= 3, "impossible"
    with pytest.raises(InfeasibleError, match="knapsack has no solution"):
        run_model(problem, time_limit_s=10)


def test_a_time_limit_that_leaves_nothing_is_an_error(monkeypatch):
    problem, _ = knapsack(3)
    monkeypatch.setattr(problem, "solve", lambda _: None)
    problem.sol_status = pulp.LpSolutionNoSolutionFound
    with pytest.raises(TimeLimitError, match="no solution of the model knapsack within 1 s"):
        run_model(problem, time_limit_s=1)


def test_another_solver_gives_an_answer_but_no_bound():
    problem, _ = knapsack(5)
    solved = run_model(problem, time_limit_s=10, solver="PULP_CBC_CMD")
    assert solved.bound is None
    assert pulp.value(problem.objective) == 8


def test_a_solver_that_is_not_there_is_named():
    problem, _ = knapsack(2)
    with pytest.raises(SolverError, match="the solver NoSuchSolver is not there"):
        run_model(problem, time_limit_s=10, solver="NoSuchSolver")


def test_a_solver_that_fails_is_not_a_traceback(monkeypatch):
    problem, _ = knapsack(2)

    def fail(_):
        raise pulp.PulpSolverError("out of memory")

    monkeypatch.setattr(problem, "solve", fail)
    with pytest.raises(SolverError, match="HiGHS failed on the model knapsack: out of memory"):
        run_model(problem, time_limit_s=10)


def test_the_bound_of_a_linear_model_is_its_optimum():
    problem = pulp.LpProblem("linear", pulp.LpMinimize)
    x = problem.add_variable("x", 1)
    problem += 2 * x + 5, "cost"
    assert run_model(problem, time_limit_s=10).bound == pytest.approx(7)
