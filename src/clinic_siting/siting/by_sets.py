"""Answer by the set model: every feasible set evaluated exactly, one of them chosen by PuLP."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from clinic_siting.errors import InfeasibleError, SolverError, TimeLimitError
from clinic_siting.siting.constraints import SetRule
from clinic_siting.siting.evaluate import measure_sets
from clinic_siting.siting.infeasible import why_no_access
from clinic_siting.siting.outcomes import ROOM, Outcomes, outcomes_of
from clinic_siting.siting.question import PROVEN, Plans, Question, best_first
from clinic_siting.siting.set_model import build_set_model
from clinic_siting.siting.solver import Deadline, Effort, run_model
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# Sets evaluated between two looks at the clock: of up to three sites, of more, and where clinics may be full.
BATCH, LARGE_SETS_BATCH, FULL_BATCH = 20_000, 5_000, 200
SMALL_SET = 3
# Seconds that the model has at least.
LEAST_S = 0.5


def answer_by_sets(question: Question, sets: IntArray, lines: Sequence[SetRule], effort: Effort) -> Plans:
    """Choose among sets that obey the rules on the set itself.

    Where time is up before every set was evaluated, those that were are ranked, and nothing is proved.

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
    TimeLimitError
        Where time was up before a set was found that breaks none.
    SolverError
        Where the solver does not choose the best set.
    """
    case, deadline, n_sets = question.case, Deadline.after(effort.time_limit_s), len(sets)
    sets, outcomes = _evaluated(question, sets, deadline)
    finished = len(sets) == n_sets
    kept = _kept(question, sets, outcomes, finished=finished)
    sets, measures = sets[kept], outcomes.measures[kept].reset_index(drop=True)
    values = question.objective.values(measures, question.today)
    costs = question.objective.sign * values.to_numpy()
    bound = None
    if finished:
        left = replace(effort, time_limit_s=max(LEAST_S, deadline.left_s))
        bound = _prove(sets, costs, len(case.sites.candidates), lines, left)
    ids = case.sites.candidates.to_numpy()[sets].tolist()
    plans = measures.assign(value=values, sites=pd.Series([tuple(row) for row in ids], dtype=object))
    ranking = best_first(plans, question.objective.sign)[["sites", "value", *measures.columns]]
    if finished:
        method = f"set model over all {len(sets):,} feasible sets, PuLP with {effort.solver}"
    else:
        method = f"the best of the {len(outcomes.measures):,} of {n_sets:,} sets evaluated in time"
    bound = None if bound is None else question.objective.sign * bound
    return Plans(ranking, bound, method, complete=finished)


def _evaluated(question: Question, sets: IntArray, deadline: Deadline) -> tuple[IntArray, Outcomes]:
    """As many sets as time allows, and what they lead to; with full clinics the likeliest first."""
    case, rules = question.case, question.rules
    slow = bool(rules.capacity)
    if slow and len(sets) > FULL_BATCH:  # told by what they would be, had every clinic room
        roomy = measure_sets(case, sets)
        rough = question.objective.sign * question.objective.values(roomy, question.today).to_numpy()
        sets = sets[np.argsort(rough, kind="stable")]
    batch = FULL_BATCH if slow else BATCH if sets.shape[1] <= SMALL_SET else LARGE_SETS_BATCH
    parts = []
    for first in range(0, len(sets), batch):
        parts.append(outcomes_of(case, question.before, rules, sets[first : first + batch]))
        if deadline.left_s <= 0:
            break
    table = pd.concat([part.measures for part in parts], ignore_index=True)
    excess = {words: np.concatenate([part.excess[words] for part in parts]) for words in parts[0].excess}
    return sets[: len(table)], Outcomes(table, excess)


def _kept(question: Question, sets: IntArray, outcomes: Outcomes, *, finished: bool) -> BoolArray:
    """Which sets break nothing; refuse where all do, or where none was found in time."""
    excess = dict(outcomes.excess)
    for limit in question.limits:
        excess[str(limit)] = limit.excess(outcomes.measures, question.today)
    # Where clinics have no room for everyone, the rule on room says so.
    roomless = outcomes.excess.get(ROOM, np.zeros(len(sets))) > 0
    reached = np.asarray(np.isfinite(outcomes.measures["max"].to_numpy()) | roomless)
    if not finished and not (reached & np.all([e == 0 for e in excess.values()], axis=0)).any():
        raise TimeLimitError(
            "no set of sites that keeps every rule was found in time; loosen one, or give more time.",
            question.rules_on_access(),
        )
    if not reached.any():
        raise _nobody_reaches_all(question, sets)
    kept = reached.copy()
    for by_how_much in excess.values():
        kept &= by_how_much == 0
    if not kept.any():
        of_reached = {words: by_how_much[reached] for words, by_how_much in excess.items()}
        raise why_no_access(question, of_reached, sets[reached])
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
    try:
        solved = run_model(problem, time_limit_s=effort.time_limit_s, solver=effort.solver, presolve=False)
    except TimeLimitError:  # the best set is known all the same, only its proof is not
        return None
    picked = max(range(len(chosen)), key=lambda s: chosen[s].value())
    if costs[picked] > costs.min() + PROVEN * max(1.0, abs(costs.min())) and solved.finished:
        raise SolverError("the set model did not choose the best set, so no plan is published.")
    if solved.bound is None and solved.finished:  # a solver without a bound: every set was evaluated
        return float(costs.min())
    return solved.bound
