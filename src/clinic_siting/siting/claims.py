"""What a plan's file claims beside its sites and value, held against what comes out when computed again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from clinic_siting.siting import check
from clinic_siting.siting.asked import Asked
from clinic_siting.siting.every_plan import Tried
from clinic_siting.siting.obedience import value_of
from clinic_siting.siting.question import PROVEN, Question, gap_of
from clinic_siting.siting.recount import Recount, agrees


def wrong_claims(
    record: Mapping[str, Any],
    asked: Asked,
    again: Recount,
    *,
    value: float,
    planned: Mapping[str, float],
    closed: Sequence[str],
) -> list[str]:
    """Everything that a plan's file says of a plan and that is not so, a line each.

    Parameters
    ----------
    record
        The file; its value is a number, its sites candidates.
    asked, again
        What was asked, and what is computed again.
    value, planned
        The plan's value and measures, recomputed.
    closed
        Ids of the sites that the plan closes.
    """
    return [
        *_other_figures("measures", record.get("measures"), planned),
        *_other_figures("today", record.get("today"), again.question.today),
        *_other_words(record, asked),
        *unfounded_claims(record, value),
        *_other_ranking(record, again),
        *_other_rows("differing", record.get("differing", []), record, again),
        *_alike(record.get("differing", [])),
        *_other_flows(record, again.question, closed),
    ]


def better_plans(record: Mapping[str, Any], again: Recount, *, value: float) -> tuple[list[str], int | None]:
    """Whether any plan at all beats what is claimed as proven, or the bound.

    Parameters
    ----------
    record
        The file.
    again
        What is computed again; the rules are those of the plan.
    value
        The plan's value, recomputed.

    Returns
    -------
        What is not so, a line each, and how many plans were gone through; None where there are too many.
    """
    question, sign = again.question, again.question.objective.sign
    if question.objective.name == "fewest":
        return _fewer_sites(record, again)
    plans = again.every_plan(question.rules)
    if plans is None:
        return [], None
    values = {
        plan.chosen: sign * value_of(question.objective, plan.measures, again.today, plan.chosen)
        for plan in plans
        if _within_limits(question, plan, again.today)
    }
    if not values:
        return [], len(plans)
    chosen = min(values, key=lambda sites: values[sites])
    best, near = values[chosen], PROVEN * max(1e-3, abs(values[chosen]))
    problems = []
    if record.get("proven") and sign * value > best + near:
        problems.append(f"claimed as proven, but {', '.join(chosen)} is better: {sign * best!r}")
    bound = record.get("bound")
    if isinstance(bound, int | float) and sign * bound > best + near:
        problems.append(f"bound: {bound!r} is said to be out of reach, but {', '.join(chosen)} beats it")
    return problems, len(plans)


def _fewer_sites(record: Mapping[str, Any], again: Recount) -> tuple[list[str], int | None]:
    """Whether fewer sites would do, where that was the question."""
    question, gone_through = again.question, 0
    for n_open in range(question.rules.n_open):
        plans = again.every_plan(replace(question.rules, n_open=n_open))
        if plans is None:
            return [], None
        gone_through += len(plans)
        for plan in plans:
            enough = plan.measures["coverage"] >= (question.objective.share or 0.0) + 1e-9
            if enough and record.get("proven") and _within_limits(question, plan, again.today):
                return [f"claimed as proven, but {n_open} sites would do: {', '.join(plan.chosen)}"], None
    return [], gone_through


def _within_limits(question: Question, plan: Tried, today: Mapping[str, float]) -> bool:
    return all(
        limit.objective.sign * (value_of(limit.objective, plan.measures, today, plan.chosen) - limit.at_most)
        <= 0
        for limit in question.limits
    )


def _other_words(record: Mapping[str, Any], asked: Asked) -> list[str]:
    """What the file calls its objective and unit, where the question calls them otherwise."""
    right = {"objective": asked.objective.name, "unit": asked.objective.unit}
    return [
        f"{key}: {record.get(key)!r}, but the question says {word!r}"
        for key, word in right.items()
        if record.get(key) != word
    ]


def _other_ranking(record: Mapping[str, Any], again: Recount) -> list[str]:
    """Plans of the ranking whose figures are not theirs; the first must be the plan itself."""
    rows = record.get("ranking")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        return ["ranking: missing"]
    first = rows[0]
    same = first.get("chosen") == record.get("chosen") and agrees(
        first.get("value", record["value"]), record["value"]
    )
    wrong = [] if same else ["ranking: the first is not the plan"]
    return [*wrong, *_other_rows("ranking", rows, record, again)]


def _other_rows(name: str, rows: object, record: Mapping[str, Any], again: Recount) -> Iterator[str]:
    """Plans of a list whose figures are not theirs, or that break a rule."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        yield f"{name}: is no list of plans"
        return
    rules, objective = again.question.rules, again.question.objective
    for number, row in enumerate(rows, start=1):
        sites, closed = row.get("chosen"), row.get("closed", record.get("closed", []))
        if not again.are_candidates(sites) or not again.are_existing(closed):
            yield f"{name} {number}: names sites that are no candidates"
            continue
        planned = again.measures(rules, sites, closed)
        yield from _other_figures(f"{name} {number}", row, planned)
        value = value_of(objective, planned, again.today, sites)
        if "value" in row and not agrees(row["value"], value):
            yield f"{name} {number}: value: recomputed {value!r}, claimed {row['value']!r}"


def _alike(rows: object) -> list[str]:
    """Plans that are said to differ in every site and do not."""
    seen: set[str] = set()
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        sites = row.get("chosen") if isinstance(row, Mapping) else None
        names = {str(site) for site in sites} if isinstance(sites, list) else set()
        if seen & names:
            return [f"differing {number}: shares {', '.join(sorted(seen & names))} with a plan before it"]
        seen |= names
    return []


def _other_flows(record: Mapping[str, Any], question: Question, closed: Sequence[str]) -> list[str]:
    """Demand that its nearest clinic has no room for, where the file sends it elsewhere."""
    rows = record.get("moved_on", [])
    case = question.before
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return ["moved_on: is no list of flows"]
    is_open = sorted({*case.sites.existing, *record["chosen"]} - {*closed})
    right: dict[tuple[str, str], float] = {}
    if question.rules.capacity:
        nearest = check.served_by(case, is_open)
        for zone, site, _, demand in check.journeys_of(case, is_open, question.rules.capacity):
            if site is not None and site != nearest[zone][1]:
                right[zone, site] = right.get((zone, site), 0.0) + demand
    claimed = {(str(row.get("zone_id")), str(row.get("site_id"))): row.get("demand") for row in rows}
    scale = float(case.demand.max())
    wrong = [
        f"moved_on: {zone} → {site}: recomputed {right.get((zone, site), 0.0):g}, claimed {demand!r}"
        for (zone, site), demand in claimed.items()
        if not agrees(demand, right.get((zone, site), 0.0))
    ]
    missing = [pair for pair, demand in right.items() if pair not in claimed and demand > 1e-9 * scale]
    return wrong + [f"moved_on: {zone} → {site}: missing" for zone, site in missing]


def _other_figures(where: str, claimed: object, planned: Mapping[str, float]) -> list[str]:
    """Measures in the file that are not what they are when computed again."""
    if not isinstance(claimed, Mapping):
        return [f"{where}: missing"]
    return [
        f"{where}: {name}: recomputed {planned[name]!r}, claimed {value!r}"
        for name, value in claimed.items()
        if name in planned and value is not None and not agrees(value, planned[name])
    ]


def unfounded_claims(record: Mapping[str, Any], value: float) -> list[str]:
    """A gap that is not the one between value and bound, or a proof that it does not bear out."""
    bound, claimed, problems = record.get("bound"), record.get("gap"), []
    gap = gap_of(value, float(bound)) if isinstance(bound, int | float) else None
    if not (gap is claimed if gap is None else agrees(claimed, gap)):
        problems.append(f"gap: recomputed {gap!r}, claimed {claimed!r}")
    if record.get("proven") and (gap is None or gap > PROVEN):
        problems.append(f"claimed as proven, with a value of {value!r} and a bound of {bound!r}")
    return problems
