"""Choose two or three sites among all the sets of candidates that obey the rules."""

from dataclasses import dataclass

import pandas as pd

from clinic_siting.errors import SolverError
from clinic_siting.siting import check
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.evaluate import measure_sets, measure_today
from clinic_siting.siting.rules import Rules, feasible_sets, linear_rules
from clinic_siting.siting.score import Score
from clinic_siting.siting.set_model import build_set_model
from clinic_siting.siting.solver import run_highs
from clinic_siting.tables import FloatArray, IntArray, SitingPlan

TIE = 1e-9
PROVEN = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """The best plan, and every other that was possible.

    Attributes
    ----------
    plan
        The best set of sites, proven and checked.
    ranking
        Every feasible set, best first: ``sites`` (ids), ``score``, and all measures.
    today
        The same measures without a plan.
    """

    plan: SitingPlan
    ranking: pd.DataFrame
    today: dict[str, float]


def site_clinics(case: SitingCase, *, rules: Rules, score: Score, time_limit_s: float) -> Siting:
    """Open the sites with the lowest score, by the set model.

    Parameters
    ----------
    case
        Travel times, demand and sites.
    rules
        What the plan must obey.
    score
        What it should be good at.
    time_limit_s
        Seconds for the solver.

    Returns
    -------
        The plan, the ranking of all sets, and today's measures.

    Raises
    ------
    InfeasibleError
        Where no set obeys the rules.
    ConfigError
        Where a rule or a weight speaks of something that does not exist today.
    SolverError
        Where the solver failed or its plan does not hold.
    """
    sets = feasible_sets(rules, case.sites)
    today = measure_today(case)
    measures = measure_sets(case, sets)
    scores = score.of(measures, today)
    ids = case.sites.candidates.to_numpy()[sets]
    ranking = measures.assign(
        sites=pd.Series([tuple(row) for row in ids.tolist()], dtype=object), score=scores
    )
    order = _best_first(ranking)
    ranking = ranking.loc[order, ["sites", "score", *measures.columns]].reset_index(drop=True)
    bound = _prove(case, rules, sets, scores.to_numpy(), time_limit_s)
    plan = _checked_plan(case, rules, score, ranking.iloc[0], bound)
    return Siting(plan, ranking, today)


def _best_first(ranking: pd.DataFrame) -> pd.Index:
    """Order by score; equals (within 1e-9) by mean, then by ids, which is the order they come in."""
    level = _runs(ranking["score"].sort_values(kind="stable"))
    keys = pd.DataFrame({"level": level, "mean": ranking["mean"]}).sort_values(["level", "mean"])
    # Within a level, means that tie count as one; row numbers then stand for the sorted ids.
    finer = (keys["level"].diff() > 0) | (keys["mean"].diff() > TIE)
    return keys.assign(finer=finer.cumsum(), row=keys.index).sort_values(["finer", "row"]).index


def _runs(ascending: pd.Series) -> pd.Series:
    """Number the runs of values of which each is within a tie of the one before."""
    return (ascending.diff() > TIE).cumsum()


def _prove(
    case: SitingCase, rules: Rules, sets: IntArray, scores: FloatArray, time_limit_s: float
) -> float | None:
    """Let the solver choose among all sets; it must choose one as good as the best."""
    lines = linear_rules(rules, case.sites)
    problem, chosen = build_set_model(sets, scores, list(case.sites.candidates), lines)
    solved = run_highs(problem, time_limit_s=time_limit_s, presolve=False)  # it would take longer
    picked = max(range(len(chosen)), key=lambda s: chosen[s].value())
    if scores[picked] > scores.min() + PROVEN:
        raise SolverError("the set model did not choose the best set, so no plan is published.")
    return solved.bound


def _checked_plan(
    case: SitingCase, rules: Rules, score: Score, best: pd.Series, bound: float | None
) -> SitingPlan:
    chosen = best["sites"]
    value = check.score_of(check.measures_of(case, chosen), check.measures_of(case, ()), score)
    check.confirm(value, best["score"], check.broken_rules(case, rules, chosen), "score")
    served = check.served_by(case, chosen)
    allocation = pd.Series({zone: site for zone, (_, site) in served.items()}, name="site_id", dtype=object)
    gap = None if bound is None else abs(value - bound) / max(abs(value), 1e-9)
    return SitingPlan(
        chosen=chosen,
        allocation=allocation.rename_axis("zone_id"),
        objective="weighted",
        unit="share of today",
        value=value,
        bound=bound,
        gap=gap,
        proven=gap is not None and gap <= PROVEN,
        method="set model over every feasible set, HiGHS through PuLP",
    )
