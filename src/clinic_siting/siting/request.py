"""The models without the geography: from files of times, demand and sites to a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path

from clinic_siting.errors import ConfigError
from clinic_siting.siting.alternatives import differing
from clinic_siting.siting.asked import Asked
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.front import AGAINST
from clinic_siting.siting.grammar import SitingBlock, parse_requirement, read_rules_file
from clinic_siting.siting.naming import did_you_mean
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.phases import Wish, open_in_phases
from clinic_siting.siting.plan import solve
from clinic_siting.siting.plan_file import (
    front_record,
    hidden_measures,
    plan_record,
    ranked_records,
    read_case,
)
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.score import Score
from clinic_siting.siting.solver import Effort, TimeShares
from clinic_siting.siting.trade_off import trade_off


@dataclass(frozen=True, slots=True)
class Request:
    """What ``clinic-siting solve`` is asked.

    Attributes
    ----------
    times, demand, sites
        Files, see :mod:`clinic_siting.siting.reading`.
    objective
        By name.
    n_open
        Number of new sites; None where the rules file says it, or for ``fewest``.
    standard_min, share, group
        Access standard in minutes, share of demand to cover, column of demand between whose
        groups the gap is measured.
    weights, variation
        Of the objective ``weighted``.
    require
        Texts such as ``county=Kent:1``.
    force, forbid
        Ids of candidates.
    rules_file
        A YAML file with a ``siting:`` block; rules given beside it are added, a number of sites or
        weights given beside it go first.
    top
        How many of the best plans, and of the best that differ in every site, to list; None: the
        ten best where they are known anyway.
    front
        Measures against which the trade-off front of the mean is sought.
    allow_unreachable
        Leave out zones that no site reaches.
    effort
        Solver, and the time limit for everything that is asked. Where phases, plans that differ or
        fronts are asked for, the plan itself has half of it, and they share what it leaves.
    """

    times: Path
    demand: Path
    sites: Path
    objective: str
    n_open: int | None = None
    standard_min: float | None = None
    share: float | None = None
    group: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    variation: str = "mad"
    require: tuple[str, ...] = ()
    force: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    rules_file: Path | None = None
    top: int | None = None
    front: tuple[str, ...] = ()
    allow_unreachable: bool = False
    effort: Effort = field(default_factory=Effort)


def solve_files(request: Request) -> dict[str, object]:
    """Answer a request.

    Returns
    -------
        What ``plan.json`` holds: the plan, its value and proof, measures today and planned, the
        best plans, with ``top`` those that differ in every site, with ``front`` the trade-off
        fronts, with phases the order of opening, and the question itself, for
        :func:`~clinic_siting.siting.verify.verify_files`.

    Raises
    ------
    ConfigError
        Where the request makes no sense.
    DataError
        Where a file cannot be used, naming the rows.
    InfeasibleError
        Where no plan obeys the rules, saying why.
    TimeLimitError
        Where the time limit struck before any plan was found.
    SolverError
        Where the solver failed or the plan does not hold.
    """
    _check(request)
    block = read_rules_file(request.rules_file) if request.rules_file else SitingBlock(Rules(0))
    objective = _objective(request, block)
    rules = _rules(request, block, objective)
    asked = Asked(objective, rules, (), request.standard_min, request.group, request.allow_unreachable)
    case = read_case(request.times, request.demand, request.sites, asked)
    _check_catchments(case)
    rivals_wanted = bool(request.top) and block.then is None
    shares = TimeShares.of(request.effort, bool(block.phases) + rivals_wanted + len(request.front))
    siting = solve(case, objective, rules, then=block.then, top=request.top or 1, effort=shares.main)
    if block.phases:
        wish = Wish(case, objective, rules, shares.take())
        siting = replace(siting, phases=open_in_phases(wish, siting, block.phases))
    if block.then is not None:
        asked = replace(asked, objective=block.then.objective, limits=siting.limits)
    record = plan_record(siting, asked, top=request.top)
    if request.top and rivals_wanted:
        rivals = differing(case, siting, objective, rules, top=request.top, effort=shares.take())
        record["differing"] = ranked_records(rivals, hidden_measures(asked))
    if request.front:
        rules = replace(rules, n_open=len(siting.plan.chosen))  # of ``fewest`` the number is the answer
        fronts = [trade_off(case, siting, rules, each, effort=shares.take()) for each in request.front]
        record["fronts"] = {front.against: front_record(front) for front in fronts}
    return record


def _check_catchments(case: SitingCase) -> None:
    """Refuse a catchment where nobody lives: its site would serve nobody, and nobody would notice."""
    catchments = case.sites.table.loc[case.sites.playing, "catchment"]
    there = sorted(set(case.groups["alliance_name"].astype(str))) if (catchments != "").any() else []
    lost = {site: name for site, name in catchments.items() if name and name not in there}
    if lost:
        rows = [f"{site}: {did_you_mean(str(name), there)}" for site, name in lost.items()]
        raise ConfigError(
            f"catchment: {len(lost)} site(s) serve an alliance_name that no zone has; correct it, or mark "
            "the site excluded.",
            rows,
        )


def _check(request: Request) -> None:
    if request.standard_min is not None and not 0 <= request.standard_min < inf:
        raise ConfigError(f"standard: must be minutes of 0 or more, not {request.standard_min:g}.")
    if request.top is not None and request.top < 1:
        raise ConfigError(f"top: at least 1 plan can be listed, not {request.top}.")
    unknown = [each for each in request.front if each not in AGAINST]
    if unknown:
        raise ConfigError(f"front: {unknown[0]} is none of {', '.join(AGAINST)}.")
    if not 0 < request.effort.time_limit_s < inf:
        raise ConfigError(f"time limit: must be more than 0 seconds, not {request.effort.time_limit_s:g}.")
    if request.weights and request.objective != "weighted":
        raise ConfigError("weight: belongs to the objective weighted, and to it alone.")


def _objective(request: Request, block: SitingBlock) -> Objective:
    score = None
    if request.objective == "weighted":
        score = Score(request.weights, request.variation) if request.weights else block.score
        if score is None:
            raise ConfigError("objective: weighted needs weights, for instance --weight mean=1.")
    objective = Objective(request.objective, score, request.share)
    for each in (objective, *([block.then.objective] if block.then else [])):
        terms = each.score.terms if each.score else {}
        if (
            each.name in {"coverage", "fewest"} or "beyond_standard" in terms
        ) and request.standard_min is None:
            raise ConfigError(f"objective: {each.name} needs a standard in minutes.")
        if (each.name == "gap" or "alliance_gap" in terms) and request.group is None:
            raise ConfigError(f"objective: {each.name} needs a group, a column of the demand file.")
    return objective


def _rules(request: Request, block: SitingBlock, objective: Objective) -> Rules:
    n_open = block.n_open if request.n_open is None else request.n_open
    if objective.name == "fewest":
        if request.n_open is not None:
            raise ConfigError("open: fewest finds the number of sites itself.")
        n_open = 0
    if n_open is None:
        raise ConfigError("open: say how many sites to open.")
    return replace(
        block.rules,
        n_open=n_open,
        require=block.rules.require + tuple(map(parse_requirement, request.require)),
        force=block.rules.force + request.force,
        forbid=block.rules.forbid + request.forbid,
    )
