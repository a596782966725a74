"""The assignment model of the p-median problem, over the pairs that matter.

A pair matters only where the candidate is nearer than the nearest existing site; every other pair
can never lower a zone's minutes. With eᵢ the minutes today, minimise

    Σᵢ wᵢ eᵢ − Σᵢⱼ wᵢ (eᵢ − tᵢⱼ) xᵢⱼ
subject to Σⱼ xᵢⱼ ≤ 1      a zone goes to one new site at most (= 1 where no site serves it today)
           xᵢⱼ ≤ yⱼ        and only to an open one
           Σⱼ yⱼ = p, yⱼ binary, and the rules

Source: ReVelle and Swain, Central facilities location, Geographical Analysis 2 (1970) 30–42.
"""

import pulp

from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.constraints import add_rows, set_rules
from clinic_siting.siting.field import UNREACHED_MIN, field_of
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.solver import Effort, Solved, run_model


def build_assignment_model(case: SitingCase, rules: Rules) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Write the assignment model; its objective is the mean in minutes.

    Returns
    -------
        The model, and the opening variable of each candidate.
    """
    field, pairs = (laid_out := field_of(case)), laid_out.nearer
    problem = pulp.LpProblem("p_median", pulp.LpMinimize)
    is_open = [problem.add_variable(f"y_{j}", cat=pulp.LpBinary) for j in range(len(case.sites.candidates))]
    saving = field.share[pairs.zone] * (field.today[pairs.zone] - pairs.minutes)
    goes = [
        problem.add_variable(f"x_{i}_{j}", 0, 1)
        for i, j in zip(pairs.zone.tolist(), pairs.column.tolist(), strict=True)
    ]
    today = float(field.share @ field.today)
    problem += today - pulp.LpAffineExpression(zip(goes, saving.tolist(), strict=True)), "mean_minutes"
    choices: dict[int, list[pulp.LpVariable]] = {}
    for x, i, j in zip(goes, pairs.zone.tolist(), pairs.column.tolist(), strict=True):
        choices.setdefault(i, []).append(x)
        problem += x <= is_open[j], f"open_{i}_{j}"
    for i in range(len(field.share)):
        total = pulp.LpAffineExpression((x, 1) for x in choices.get(i, []))
        if field.today[i] >= UNREACHED_MIN:
            problem += total == 1, f"one_{i}"
        elif i in choices:
            problem += total <= 1, f"one_{i}"
    problem += pulp.LpAffineExpression((y, 1) for y in is_open) == rules.n_open, "number_to_open"
    add_rows(problem, dict(enumerate(is_open)), set_rules(rules, case))
    return problem, is_open


def solve_assignment_model(case: SitingCase, rules: Rules, effort: Effort) -> tuple[tuple[str, ...], Solved]:
    """Open the sites with the smallest mean.

    Returns
    -------
        Ids of the chosen candidates, and what the solver claims about them.

    Raises
    ------
    InfeasibleError
        Where no set of sites obeys the rules.
    SolverError
        Where the solver failed or found nothing in time.
    """
    problem, is_open = build_assignment_model(case, rules)
    solved = run_model(problem, time_limit_s=effort.time_limit_s, solver=effort.solver)
    opened = zip(case.sites.candidates, is_open, strict=True)
    return tuple(site for site, y in opened if y.value() > 0.5), solved
