"""What a plan's file claims of its trade-off fronts, held against what comes out when computed again."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from clinic_siting.siting.claims import unfounded_claims
from clinic_siting.siting.every_plan import Tried
from clinic_siting.siting.front import AGAINST, STEP_MIN
from clinic_siting.siting.question import PROVEN, TIE
from clinic_siting.siting.recount import Recount, agrees
from clinic_siting.siting.rules import Rules

# Points whose means are nearer than this are one: a front sought point by point takes such steps.
STEP = 2 * STEP_MIN


def wrong_fronts(record: Mapping[str, Any], again: Recount, rules: Rules) -> list[str]:
    """Everything that a file says of its fronts and that is not so, a line each.

    Parameters
    ----------
    record
        The file.
    again
        What is computed again.
    rules
        What plans must obey.
    """
    fronts = record.get("fronts", {})
    if not isinstance(fronts, Mapping):
        return ["fronts: are not fronts by measure"]
    plans = again.every_plan(rules) if fronts else None
    problems: list[str] = []
    for against, front in fronts.items():
        points = front.get("points") if isinstance(front, Mapping) else None
        if against not in AGAINST or not isinstance(points, list):
            problems.append(f"fronts: {against}: is no front")
            continue
        where = f"front against {against}"
        if not all(_is_point(point, again) for point in points):
            problems.append(f"{where}: a point names no plan")
            continue
        for number, point in enumerate(points, start=1):
            problems += _wrong_point(f"{where}: point {number}", point, again, rules, against)
        problems += _not_a_front(where, points, against)
        if not problems and plans is not None:
            problems += _left_out(where, points, plans, against, complete=bool(front.get("complete")))
    return problems


def _is_point(point: object, again: Recount) -> bool:
    return (
        isinstance(point, Mapping)
        and again.are_candidates(point.get("chosen"))
        and again.are_existing(point.get("closed", []))
    )


def _wrong_point(
    where: str, point: Mapping[str, Any], again: Recount, rules: Rules, against: str
) -> Iterator[str]:
    chosen, closed = point["chosen"], point.get("closed", [])
    measures = again.measures(rules, chosen, closed)
    for name in ("mean", against):
        if not agrees(point.get(name), measures[name]):
            yield f"{where}: {name}: recomputed {measures[name]!r}, claimed {point.get(name)!r}"
    for line in again.broken(rules, chosen, closed):
        yield f"{where}: {line}"
    for line in unfounded_claims(point, measures[against]):
        yield f"{where}: {line}"


def _not_a_front(where: str, points: Sequence[Mapping[str, Any]], against: str) -> Iterator[str]:
    """Points must rise in the mean and fall in the other measure."""
    for one, other in pairwise(points):
        numbers = [one.get("mean"), other.get("mean"), one.get(against), other.get(against)]
        if not all(isinstance(number, int | float) for number in numbers):
            return
        if not (one["mean"] < other["mean"] and one[against] > other[against]):
            yield f"{where}: {', '.join(other['chosen'])} is no better at anything than the point before"


def _left_out(
    where: str, points: Sequence[Mapping[str, Any]], plans: Sequence[Tried], against: str, *, complete: bool
) -> Iterator[str]:
    """A plan that beats a point's bound, or that a complete front lacks."""
    for point in points:
        bound = point.get("bound")
        for plan in plans if isinstance(bound, int | float) else ():
            near = TIE + PROVEN * abs(point[against])
            if plan.measures["mean"] <= point["mean"] + TIE and plan.measures[against] < bound - near:
                said = "is beaten by" if point.get("proven") else "has a bound that is beaten by"
                yield f"{where}: {', '.join(point['chosen'])} {said} {', '.join(plan.chosen)}"
                break
    for plan in plans if complete else ():
        mean, other = plan.measures["mean"], plan.measures[against]
        near = TIE + PROVEN * abs(other)
        if not any(point["mean"] <= mean + STEP and point[against] <= other + near for point in points):
            yield f"{where}: complete, but {', '.join(plan.chosen)} is left out"
            break
