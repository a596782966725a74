"""The set model: a binary variable for each feasible set of sites, exact for any measure.

Minimise   Σₛ cₛ zₛ
subject to Σₛ zₛ = 1                        one set is chosen
           yⱼ = Σₛ∋ⱼ zₛ                     a site is open where the chosen set holds it
           lower ≤ Σⱼ aⱼ yⱼ ≤ upper         each rule
"""

from collections.abc import Sequence

import pulp

from clinic_siting.siting.constraints import SetRule, add_rows
from clinic_siting.tables import FloatArray, IntArray


def build_set_model(
    sets: IntArray, costs: FloatArray, n_candidates: int, lines: Sequence[SetRule]
) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Write the set model.

    Parameters
    ----------
    sets
        Positions of candidates, shape (n_sets, n_open).
    costs
        What each set costs, exactly, shape (n_sets,).
    n_candidates
        Number of candidates.
    lines
        Rules over the candidates.

    Returns
    -------
        The model, and the variable of each set in the order of ``sets``.
    """
    problem = pulp.LpProblem("set_model", pulp.LpMinimize)
    chosen = [problem.add_variable(f"z_{s}", cat=pulp.LpBinary) for s in range(len(sets))]
    problem += pulp.LpAffineExpression(zip(chosen, costs.tolist(), strict=True)), "cost"
    problem += pulp.LpAffineExpression((z, 1) for z in chosen) == 1, "one_set"
    holding: list[list[pulp.LpVariable]] = [[] for _ in range(n_candidates)]
    for z, members in zip(chosen, sets.tolist(), strict=True):
        for site in members:
            holding[site].append(z)
    is_open = {}
    for site, holders in enumerate(holding):
        if holders:
            is_open[site] = problem.add_variable(f"y_{site}", 0, 1)
            total = pulp.LpAffineExpression((z, 1) for z in holders)
            problem += total == is_open[site], f"open_{site}"
    add_rows(problem, is_open, lines)
    return problem, chosen
