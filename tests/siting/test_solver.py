"""What the solver says is read with care."""

import pulp
import pytest

from clinic_siting.errors import InfeasibleError, SolverError
from clinic_siting.siting.solver import run_highs


def knapsack(n: int) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    problem = pulp.LpProblem("knapsack", pulp.LpMaximize)
    chosen = [problem.add_variable(f"x_{i}", cat=pulp.LpBinary) for i in range(n)]
    problem += pulp.lpSum((i + 1) * x for i, x in enumerate(chosen)), "value"
    problem += pulp.lpSum((i + 2) * x for i, x in enumerate(chosen)) <= 2 * n, "weight"
    return problem, chosen


def test_a_finished_run_carries_its_bound_and_prints_nothing(capfd):
    problem, _ = knapsack(5)
    solved = run_highs(problem, time_limit_s=10)
    assert solved.finished
    assert solved.bound == pytest.approx(pulp.value(problem.objective))
    assert capfd.readouterr().out == ""


def test_no_solution_is_said_so():
    problem, chosen = knapsack(3)
    problem += chosen[0] + chosen[1] >= 3, "impossible"
    with pytest.raises(InfeasibleError, match="knapsack has no solution"):
        run_highs(problem, time_limit_s=10)


def test_a_time_limit_that_leaves_nothing_is_an_error(monkeypatch):
    problem, _ = knapsack(3)
    monkeypatch.setattr(problem, "solve", lambda _: None)
    problem.sol_status = pulp.LpSolutionNoSolutionFound
    with pytest.raises(SolverError, match="ended the model knapsack within 1 s"):
        run_highs(problem, time_limit_s=1)
