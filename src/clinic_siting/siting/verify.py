"""The check of a plan's file from the figures beside it alone, by a second and simple path."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clinic_siting.errors import DataError, SolverError
from clinic_siting.siting import check
from clinic_siting.siting.asked import asked_from
from clinic_siting.siting.claims import better_plans, wrong_claims
from clinic_siting.siting.evaluate import measure_today
from clinic_siting.siting.front_claims import wrong_fronts
from clinic_siting.siting.obedience import confirm_plan, planned_measures
from clinic_siting.siting.phase_claims import wrong_phases
from clinic_siting.siting.plan_file import DEMAND, PLAN, SITES, TIMES, read_case
from clinic_siting.siting.question import Question
from clinic_siting.siting.recount import Recount

LARGEST_PLAN_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Verified:
    """A plan that holds.

    Attributes
    ----------
    value
        Of its objective, recomputed.
    measures
        Every measure with the plan, recomputed.
    proven
        Whether the plan is claimed to be the best; one that is safest over two worlds, or that the clock
        stopped, is not.
    n_plans
        How many plans were gone through, to see that none beats the claim; None where there are too many.
    n_phases, n_points
        Phases of opening, and points of trade-off fronts, that were computed again.
    """

    value: float
    measures: Mapping[str, float]
    proven: bool
    n_plans: int | None
    n_phases: int
    n_points: int


def verify_folder(folder: Path) -> Verified:
    """Check the plan of a folder from its files alone, see :func:`verify_files`."""
    return verify_files(folder / PLAN, folder / TIMES, folder / DEMAND, folder / SITES)


def verify_files(plan: Path, times: Path, demand: Path, sites: Path) -> Verified:
    """Check a plan again: value, measures, every rule, phases and fronts, by the second path.

    Parameters
    ----------
    plan
        A ``plan.json``.
    times, demand, sites
        The figures that it was made from.

    Raises
    ------
    DataError
        Where a file cannot be used.
    ConfigError
        Where the plan does not say what was asked.
    SolverError
        Naming everything that does not hold.
    """
    record = _read_plan(plan)
    asked = asked_from(record.get("question"))
    case = read_case(times, demand, sites, asked)
    rules = asked.rules
    chosen = [str(site) for site in _listed(record, "chosen", plan)]
    closed = [str(site) for site in _listed(record, "closed", plan)]
    if asked.objective.name == "fewest":  # the number of sites is the answer, not a rule
        rules = replace(rules, n_open=len(chosen))
    question = Question(case, case, measure_today(case), asked.objective, rules, asked.limits)
    value = confirm_plan(question, chosen, closed, claimed=_number(record, "value", plan))
    planned = planned_measures(case, rules, chosen, closed)
    today = check.measures_of(case, check.journeys_of(case, list(case.sites.existing), {}))
    again = Recount(question, today)
    better, n_plans = better_plans(record, again, value=value)
    problems = [
        *wrong_claims(record, asked, again, value=value, planned=planned, closed=closed),
        *better,
        *wrong_phases(record, again, asked.phases, closed=closed),
        *wrong_fronts(record, again, rules),
    ]
    if problems:
        raise SolverError(f"{plan}: does not hold when checked again.", problems)
    fronts = record.get("fronts") or {}
    n_points = sum(len(front["points"]) for front in fronts.values())
    return Verified(value, planned, record.get("proven") is True, n_plans, len(asked.phases), n_points)


def _read_plan(path: Path) -> Mapping[str, Any]:
    try:
        if path.exists() and not path.is_file():
            raise DataError(f"{path}: cannot be read as a plan; it is not a file.")
        if path.stat().st_size > LARGEST_PLAN_BYTES:
            raise DataError(f"{path}: larger than a plan can be.")
        # No whole number of a plan has so many digits; as a float it is endless, and agrees with nothing.
        record = json.loads(
            path.read_text("utf-8"), parse_int=lambda text: (int if len(text) < 19 else float)(text)
        )
    except (OSError, ValueError, RecursionError) as problem:
        raise DataError(f"{path}: cannot be read as a plan.", [str(problem)]) from None
    if not isinstance(record, Mapping):
        raise DataError(f"{path}: is not a plan.")
    return record


def _listed(record: Mapping[str, Any], key: str, path: Path) -> list[object]:
    value = record.get(key, [])
    if not isinstance(value, list):
        raise DataError(f"{path}: {key} is not a list of sites.")
    return value


def _number(record: Mapping[str, Any], key: str, path: Path) -> float:
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"{path}: {key} is not a number.")
    return float(value)
