"""Ask, answer, check, publish: the one way from a case to a plan."""

from dataclasses import dataclass, replace

import pandas as pd

from clinic_siting.errors import ConfigError
from clinic_siting.siting import check
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.closings import answer_over_closings
from clinic_siting.siting.evaluate import measure_today
from clinic_siting.siting.flows import allocate
from clinic_siting.siting.obedience import confirm_plan
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.question import PROVEN, Limit, Plans, Question, gap_of
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.score import Score
from clinic_siting.siting.solver import LEAST_S, Deadline, Effort
from clinic_siting.tables import SitingPlan

DEFAULT_EFFORT = Effort()
# Part of the time for the first of two objectives.
FIRST = 0.6
NO_FLOWS = pd.DataFrame({column: [] for column in ("zone_id", "site_id", "minutes", "demand", "rank")})


@dataclass(frozen=True, slots=True)
class Then:
    """A second objective, among the plans that are nearly best at the first.

    Attributes
    ----------
    objective
        The second objective.
    within
        How far from the best value of the first a plan may be, as a share of it.

    Raises
    ------
    ConfigError
        Where the share is negative.
    """

    objective: Objective
    within: float = 0.01

    def __post_init__(self) -> None:
        """Check."""
        if not self.within >= 0:
            raise ConfigError(f"then: within must be a share of 0 or more, not {self.within:g}.")


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of opening the chosen sites.

    Attributes
    ----------
    opens, is_open
        Ids of the sites that it opens, and of all new sites open after it.
    value
        The objective's value then; None where somebody has no route yet.
    at_once, at_once_value
        The best set of as many sites, were nothing to follow, and its value; None without any.
    costs
        How much worse the value is than that, in the objective's unit: what nesting costs.
    proven
        Whether no better set of as many sites exists.
    step_by_step, step_by_step_value
        Sites open, and their value, had each phase been the best on top of those before it;
        None where the rules then allow no plan.
    """

    opens: tuple[str, ...]
    is_open: tuple[str, ...]
    value: float | None
    at_once: tuple[str, ...] | None
    at_once_value: float | None
    costs: float | None
    proven: bool
    step_by_step: tuple[str, ...] | None
    step_by_step_value: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """The best plan, and the others that were looked at.

    Attributes
    ----------
    plan
        The best plan, checked by a second path.
    ranking
        Plans, best first: ``sites`` (ids), the objective's value (``score`` from
        :func:`site_clinics`, ``value`` from :func:`solve`) and all measures. Where sites close, the
        column ``closed``.
    today
        The same measures without a plan.
    closed
        Ids of the existing sites that the plan closes.
    moved_on
        Demand that its nearest open site has no room for: ``zone_id``, ``site_id``, ``minutes``,
        ``demand``, ``rank`` (1 = its next nearest …); empty without capacities.
    complete
        Whether the ranking holds every plan that obeys the rules.
    limits
        What a first objective left to the second.
    phases
        The order of opening, see :func:`~clinic_siting.siting.phases.open_in_phases`; empty: all at once.
    """

    plan: SitingPlan
    ranking: pd.DataFrame
    today: dict[str, float]
    closed: tuple[str, ...]
    moved_on: pd.DataFrame
    complete: bool
    limits: tuple[Limit, ...] = ()
    phases: tuple[Phase, ...] = ()


def site_clinics(case: SitingCase, *, rules: Rules, score: Score, time_limit_s: float) -> Siting:
    """Open the sites with the lowest score.

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
    siting = solve(case, Objective("weighted", score), rules, effort=Effort(time_limit_s))
    return replace(siting, ranking=siting.ranking.rename(columns={"value": "score"}))


def solve(
    case: SitingCase,
    objective: Objective,
    rules: Rules,
    *,
    then: Then | None = None,
    top: int = 1,
    effort: Effort = DEFAULT_EFFORT,
) -> Siting:
    """Choose sites, by whichever model proves most.

    Parameters
    ----------
    case
        Travel times, demand and sites.
    objective
        What the plan should be best at.
    rules
        What it must obey.
    then
        A second objective, among the plans nearly best at the first.
    top
        How many of the best plans the ranking holds at least, where not all can be listed.
    effort
        Time limit and solver.

    Returns
    -------
        The plan, what was found beside it, and today's measures.

    Raises
    ------
    InfeasibleError
        Where no plan obeys the rules: which of them clash, and how far one would have to give way.
    ConfigError
        Where a rule or a weight speaks of something that does not exist.
    TimeLimitError
        Where the time limit struck before any plan was found.
    SolverError
        Where the solver failed or its plan does not hold.
    """
    if then is not None and "fewest" in {objective.name, then.objective.name}:
        raise ConfigError(
            "then: fewest can be neither of two objectives; ask it first, then open that number of sites."
        )
    today = measure_today(case)
    deadline = Deadline.after(effort.time_limit_s)
    if then is not None:  # time enough for both
        effort = replace(effort, time_limit_s=FIRST * effort.time_limit_s)
    found = answer_over_closings(Question(case, case, today, objective, rules), top, effort)
    limits: tuple[Limit, ...] = ()
    if then is not None:
        best = float(found.ranking["value"].iloc[0])
        limits = (Limit(objective, best + objective.sign * then.within * abs(best)),)
        question = Question(case, case, today, then.objective, rules, limits)
        effort = replace(effort, time_limit_s=max(LEAST_S, deadline.left_s))
        found = answer_over_closings(question, top, effort)
        words = f"; among plans within {100 * then.within:g}% of the best {objective.name}, {best:.6g}"
        found = replace(found, method=found.method + words)
        objective = then.objective
    return _publish(Question(case, case, today, objective, rules, limits), found)


def _publish(question: Question, found: Plans) -> Siting:
    """Check the best plan by the second path and wrap it up."""
    best = found.ranking.iloc[0]
    chosen, closed = tuple(best["sites"]), tuple(best["closed"])
    case, objective = question.case.closing(closed), question.objective
    if objective.name == "fewest":  # the number of sites is the answer, not a rule
        question = replace(question, rules=replace(question.rules, n_open=len(chosen)))
    value = confirm_plan(question, chosen, closed, claimed=float(best["value"]))
    gap = gap_of(value, found.bound)
    proven = gap is not None and gap <= PROVEN
    is_open = [*case.sites.existing, *chosen]
    flows = allocate(case, is_open, question.rules.capacity) if question.rules.capacity else NO_FLOWS
    plan = SitingPlan(
        chosen=chosen,
        allocation=_allocation(case, is_open, flows),
        objective=objective.name,
        unit=objective.unit,
        value=value,
        bound=found.bound,
        gap=gap,
        proven=proven,
        method=found.method,
    )
    moved_on = flows[flows["rank"] > 0].reset_index(drop=True)
    ranking = found.ranking
    if not (question.rules.close or question.rules.relocate):
        ranking = ranking.drop(columns="closed")
    return Siting(plan, ranking, dict(question.today), closed, moved_on, found.complete, question.limits)


def _allocation(case: SitingCase, is_open: list[str], flows: pd.DataFrame) -> pd.Series:
    """The site that takes most of each zone; None where none has a route."""
    served = check.served_by(case, is_open)
    site = pd.Series({zone: where for zone, (_, where) in served.items()}, name="site_id", dtype=object)
    largest = flows.sort_values(["demand", "rank"], ascending=[False, True], kind="stable")
    main = largest.drop_duplicates("zone_id").set_index("zone_id")["site_id"]
    site.update(main)
    return site.rename_axis("zone_id")
