"""The set model: a binary variable for each feasible set of sites, exact for any measure.

Minimise   Σₛ cₛ zₛ
subject to Σₛ zₛ = 1                        one set is chosen
           yⱼ = Σₛ∋ⱼ zₛ                     a site is open where the chosen set holds it
           lower ≤ Σⱼ aⱼ yⱼ ≤ upper         each rule
"""

import pulp

from clinic_siting.siting.rules import LinearRule
from clinic_siting.siting.solver import add_rule
from clinic_siting.tables import FloatArray, IntArray


def build_set_model(
    sets: IntArray, costs: FloatArray, site_ids: list[str], lines: tuple[LinearRule, ...]
) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Write the set model.

    Parameters
    ----------
    sets
        Positions in ``site_ids``, shape (n_sets, n_open).
    costs
        What each set costs, exactly, shape (n_sets,).
    site_ids
        Candidates.
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
    holding: list[list[pulp.LpVariable]] = [[] for _ in site_ids]
    for z, members in zip(chosen, sets.tolist(), strict=True):
        for site in members:
            holding[site].append(z)
    is_open = {}
    for site, holders in enumerate(holding):
        if holders:
            is_open[site] = problem.add_variable(f"y_{site}", 0, 1)
            total = pulp.LpAffineExpression((z, 1) for z in holders)
            problem += total == is_open[site], f"open_{site}"
    for number, line in enumerate(lines):
        add_rule(problem, line, is_open, f"rule_{number}")
    return problem, chosen
