"""Answer by the set model: every feasible set evaluated exactly, one of them chosen by PuLP."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from clinic_siting.errors import InfeasibleError, SolverError
from clinic_siting.siting.constraints import SetRule
from clinic_siting.siting.infeasible import why_no_access
from clinic_siting.siting.outcomes import ROOM, Outcomes, outcomes_of
from clinic_siting.siting.question import PROVEN, Answer, Question, best_first
from clinic_siting.siting.set_model import build_set_model
from clinic_siting.siting.solver import Effort, run_model
from clinic_siting.tables import BoolArray, FloatArray, IntArray


def answer_by_sets(question: Question, sets: IntArray, lines: Sequence[SetRule], effort: Effort) -> Answer:
    """Choose among sets that obey the rules on the set itself.

    Parameters
    ----------
    question
        The question.
    sets
        Positions of candidates, shape (n_sets, n_open), at least one.
    lines
        The rules on the set itself, for the model.
    effort
        Time limit and solver.

    Raises
    ------
    InfeasibleError
        Where every set breaks a rule on who goes where, or leaves somebody without a route.
    SolverError
        Where the solver does not choose the best set.
    """
    case = question.case
    outcomes = outcomes_of(case, question.before, question.rules, sets)
    kept = _kept(question, sets, outcomes)
    sets, measures = sets[kept], outcomes.measures[kept].reset_index(drop=True)
    values = question.objective.values(measures, question.today)
    bound = _prove(
        sets, question.objective.sign * values.to_numpy(), len(case.sites.candidates), lines, effort
    )
    ids = case.sites.candidates.to_numpy()[sets].tolist()
    plans = measures.assign(value=values, sites=pd.Series([tuple(row) for row in ids], dtype=object))
    ranking = best_first(plans, question.objective.sign)[["sites", "value", *measures.columns]]
    method = f"set model over all {len(sets):,} feasible sets, PuLP with {effort.solver}"
    return Answer(ranking, None if bound is None else question.objective.sign * bound, method, complete=True)


def _kept(question: Question, sets: IntArray, outcomes: Outcomes) -> BoolArray:
    """Which sets break nothing; refuse where all do."""
    excess = dict(outcomes.excess)
    for limit in question.limits:
        excess[str(limit)] = limit.excess(outcomes.measures, question.today)
    # Where clinics have no room for everyone, the rule on room says so.
    roomless = outcomes.excess.get(ROOM, np.zeros(len(sets))) > 0
    reached = np.asarray(np.isfinite(outcomes.measures["max"].to_numpy()) | roomless)
    if not reached.any():
        raise _nobody_reaches_all(question, sets)
    kept = reached.copy()
    for by_how_much in excess.values():
        kept &= by_how_much == 0
    if not kept.any():
        of_reached = [by_how_much[reached] for by_how_much in excess.values()]
        raise why_no_access(list(excess), of_reached, int(reached.sum()))
    return kept


def _nobody_reaches_all(question: Question, sets: IntArray) -> InfeasibleError:
    """Name the zones that the most far-reaching set still leaves out."""
    case = question.case
    served_now = np.isfinite(case.minutes_today)
    reach = np.isfinite(case.times.to(case.sites.candidates))
    fewest, left = len(case.times.zone_id) + 1, case.times.zone_id[:0]
    for chosen in sets:
        out = np.flatnonzero(case.counted & ~served_now & ~reach[:, chosen].any(axis=1))
        if len(out) < fewest:
            fewest, left = len(out), case.times.zone_id[out]
    return InfeasibleError(
        f"every possible set of sites leaves zones without a route, at least {fewest:,}; open more sites.",
        left,
    )


def _prove(
    sets: IntArray, costs: FloatArray, n_candidates: int, lines: Sequence[SetRule], effort: Effort
) -> float | None:
    """Let the solver choose among all sets; it must choose one as good as the best."""
    if sets.shape[1] == 0:
        return float(costs.min())
    problem, chosen = build_set_model(sets, costs, n_candidates, lines)
    # Presolve would take forty times as long as the solution.
    solved = run_model(problem, time_limit_s=effort.time_limit_s, solver=effort.solver, presolve=False)
    picked = max(range(len(chosen)), key=lambda s: chosen[s].value())
    if costs[picked] > costs.min() + PROVEN * max(1.0, abs(costs.min())) and solved.finished:
        raise SolverError("the set model did not choose the best set, so no plan is published.")
    return solved.bound
