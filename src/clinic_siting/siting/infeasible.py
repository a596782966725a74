"""When no set of sites obeys the rules: which rules clash, and how far one would have to give way."""

from collections.abc import Mapping, Sequence

import numpy as np
import pulp

from clinic_siting.errors import InfeasibleError
from clinic_siting.siting.constraints import ApartRule, SetRule, add_rows
from clinic_siting.siting.giving_way import row_of
from clinic_siting.siting.question import Question
from clinic_siting.siting.rounding import at_least, at_most
from clinic_siting.siting.solver import run_model
from clinic_siting.tables import FloatArray, IntArray

SECONDS = 20.0


def why_no_set(lines: Sequence[SetRule], n_candidates: int, n_open: int) -> InfeasibleError | None:
    """Explain that no set of candidates obeys the rules.

    Names a smallest clash: rules that cannot hold together, though they could without any one of
    them, and for each the smallest loosening that would do while the others stand.

    Returns
    -------
        The error to raise; None where some set obeys all.
    """
    if n_open > n_candidates:
        return InfeasibleError(
            f"{n_open} sites are to be opened, but there are only {n_candidates} candidates."
        )
    if can_hold(lines, n_candidates, n_open):
        return None
    clash = list(lines)
    for line in lines:
        rest = [other for other in clash if other is not line]
        if not can_hold(rest, n_candidates, n_open):
            clash = rest
    rows = []
    for line in clash:
        others = [other for other in clash if other is not line]
        rows.append(f"{line.words}: {_loosening(line, others, n_candidates, n_open)}")
    none = "no one candidate" if n_open == 1 else f"no {n_open} candidates"
    if len(clash) == 1:
        return InfeasibleError(f"{none} can meet this requirement; loosen it.", rows)
    return InfeasibleError(f"{none} can meet these {len(clash)} requirements together; loosen one.", rows)


def _model(
    lines: Sequence[SetRule], n_candidates: int, n_open: int
) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    problem = pulp.LpProblem("rules", pulp.LpMinimize)
    is_open = [problem.add_variable(f"y_{j}", cat=pulp.LpBinary) for j in range(n_candidates)]
    problem += pulp.LpAffineExpression((y, 1) for y in is_open) == n_open, "number_to_open"
    add_rows(problem, dict(enumerate(is_open)), lines)
    return problem, is_open


def can_hold(lines: Sequence[SetRule], n_candidates: int, n_open: int) -> bool:
    """Whether some set of so many sites obeys all of the rules."""
    problem, _ = _model(lines, n_candidates, n_open)
    problem += pulp.LpAffineExpression(), "nothing"
    try:
        run_model(problem, time_limit_s=SECONDS)
    except InfeasibleError:
        return False
    return True


def _loosening(line: SetRule, others: Sequence[SetRule], n_candidates: int, n_open: int) -> str:
    """Find the smallest loosening of one rule with which the others can hold."""
    if isinstance(line, ApartRule):
        return _nearer(line, others, n_candidates, n_open)
    problem, is_open = _model(others, n_candidates, n_open)
    below = problem.add_variable("below", 0)
    above = problem.add_variable("above", 0)
    total = pulp.LpAffineExpression(
        (is_open[j], float(line.coefficients[j])) for j in np.flatnonzero(line.coefficients).tolist()
    )
    if np.isfinite(line.lower):
        problem += total + below >= line.lower, "at_least"
    if np.isfinite(line.upper):
        problem += total - above <= line.upper, "at_most"
    problem += below + above, "loosening"
    run_model(problem, time_limit_s=SECONDS)
    by = round(below.value() + above.value(), 6)  # without the solver's own rounding
    return f"would have to give way by {at_least(by, 6)}"


def _nearer(line: ApartRule, others: Sequence[SetRule], n_candidates: int, n_open: int) -> str:
    """Find the largest way apart with which the others can hold, by bisection."""
    ways = np.unique(line.minutes[line.minutes < line.at_least_min])
    low, high = 0, len(ways) - 1  # the smallest way is always kept
    while low < high:
        middle = (low + high + 1) // 2
        nearer = ApartRule(line.words, line.minutes, float(ways[middle]))
        if can_hold([*others, nearer], n_candidates, n_open):
            low = middle
        else:
            high = middle - 1
    return f"{at_most(ways[low], 3)} minutes would do"


def why_no_access(question: Question, excess: Mapping[str, FloatArray], sets: IntArray) -> InfeasibleError:
    """Explain that no set keeps the rules on who goes where.

    Parameters
    ----------
    question
        The question.
    excess
        Rule in words → by how much each set breaks it, shape (n_sets,).
    sets
        All sets that obey every other rule, shape (n_sets, n_open).
    """
    words, table = list(excess), np.array(list(excess.values())).reshape(len(excess), len(sets))
    clash = list(range(len(words)))
    for rule in range(len(words)):
        rest = [r for r in clash if r != rule]
        if not (table[rest] == 0).all(axis=0).any():
            clash = rest
    rows = []
    for rule in clash:
        others_hold = np.flatnonzero((table[[r for r in clash if r != rule]] == 0).all(axis=0))
        best = others_hold[table[rule][others_hold].argmin()]
        rows.append(row_of(question, words[rule], sets[best], by=float(table[rule][best])))
    return InfeasibleError(
        f"none of the {len(sets):,} possible sets of sites keeps "
        f"{'this rule' if len(clash) == 1 else 'these rules together'}; loosen one.",
        rows,
    )
