"""What a plan's file claims of its phases, held against what comes out when computed again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, combinations
from math import isfinite
from typing import Any

from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.phases import LARGEST, on_the_way, orders_of
from clinic_siting.siting.question import TIE
from clinic_siting.siting.recount import Recount, agrees
from clinic_siting.siting.rules import Rules

# Sums of a few values, and a solver's proof of the best set at once, agree to this.
SAME = 1e-6


def wrong_phases(
    record: Mapping[str, Any], again: Recount, phases: Sequence[int], *, closed: Sequence[str]
) -> list[str]:
    """Everything that a file says of its phases and that is not so, a line each.

    Parameters
    ----------
    record
        The file; its ``chosen`` are candidates.
    again
        What is computed again.
    phases
        How many sites were to be opened in each phase.
    closed
        Ids of the sites that the plan closes.
    """
    rows = record.get("phases") or []
    if not phases and not rows:
        return []
    if not _well_formed(rows, again, phases, record["chosen"]):
        return [f"phases: do not open the plan's sites in steps of {', '.join(map(str, phases)) or 'none'}"]
    question = again.question
    objective = question.limits[0].objective if question.limits else question.objective
    if objective.name == "fewest":
        objective = Objective("coverage")
    rules = replace(question.rules, close=tuple(closed), relocate=0, n_open=len(record["chosen"]))
    story = _Story(again, objective, rules, tuple(closed))
    return [
        *_other_order(rows, story, tuple(phases)),
        *(line for number in range(len(rows)) for line in _wrong_phase(rows, number, story, record)),
    ]


def _well_formed(rows: object, again: Recount, phases: Sequence[int], chosen: Sequence[str]) -> bool:
    """Whether there is a row a phase, and together they open the chosen sites one after another."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return False
    so_far: set[str] = set()
    for row in rows:
        opens, is_open = row.get("opens"), row.get("is_open")
        if not again.are_candidates(opens) or not again.are_candidates(is_open):
            return False
        so_far |= set(opens)
        if sorted(so_far) != is_open:
            return False
    sizes = [len(row["opens"]) for row in rows]
    return sizes == list(phases) and sorted(so_far) == sorted(chosen)


@dataclass(frozen=True, slots=True, eq=False)
class _Story:
    """Values on the way.

    Attributes
    ----------
    again, objective, rules, closed
        What is computed again, what counts, the finished plan's rules, and the sites that close.
    """

    again: Recount
    objective: Objective
    rules: Rules
    closed: tuple[str, ...]

    def value(self, sites: Sequence[str]) -> float:
        """The objective with some of the sites open."""
        return self.again.value(self.objective, self.rules, sites, self.closed)

    def worse(self, one: float, other: float) -> float:
        """By how much one value is worse than another; 0 where they tie."""
        apart = self.objective.sign * (one - other)
        return 0.0 if abs(apart) <= TIE else apart

    def step(self, size: int) -> Rules:
        """The rules that bind when so many sites are open."""
        return self.rules if size == self.rules.n_open else on_the_way(self.rules, size)


def _other_order(rows: Sequence[Mapping[str, Any]], story: _Story, phases: tuple[int, ...]) -> list[str]:
    """An order of the same sites that is better over the phases."""
    chosen = tuple(sorted(rows[-1]["is_open"]))
    if orders_of(phases) > LARGEST:
        return ["phases: have more orders than are ever looked at"]

    @cache
    def cost(sites: tuple[str, ...]) -> tuple[int, float]:
        value = story.value(sites)
        return (0, story.objective.sign * value) if isfinite(value) else (1, 0.0)

    @cache
    def best(sites: tuple[str, ...]) -> tuple[int, float]:
        if not sites:
            return 0, 0.0
        sizes = list(accumulate(phases, initial=0))
        before = sizes[sizes.index(len(sites)) - 1]
        unserved, total = min(best(earlier) for earlier in combinations(sites, before))
        return unserved + cost(sites)[0], total + cost(sites)[1]

    claimed = [cost(tuple(sorted(row["is_open"]))) for row in rows]
    unserved, total = sum(c[0] for c in claimed), sum(c[1] for c in claimed)
    least = best(chosen)
    if (unserved, total) <= (least[0], least[1] + SAME * max(1.0, abs(least[1]))):
        return []
    return [f"phases: another order is better; its values sum to {least[1]:.9g}, not {total:.9g}"]


def _wrong_phase(
    rows: Sequence[Mapping[str, Any]], number: int, story: _Story, record: Mapping[str, Any]
) -> Iterator[str]:
    """What one phase claims and what is not so."""
    row, where = rows[number], f"phase {number + 1}"
    size, last = len(row["is_open"]), number + 1 == len(rows)
    value = story.value(row["is_open"])
    yield from _other(where, row, "value", value if isfinite(value) else None)
    at_once = row.get("at_once")
    if at_once is None:
        right: dict[str, float | None] = {"at_once_value": None, "costs": None}
    elif not story.again.are_candidates(at_once) or (last and at_once != record["chosen"]):
        yield f"{where}: at_once is not a plan of {size} candidates"
        return
    else:
        best = story.value(at_once)
        costs = story.worse(value, best) if isfinite(value) else None
        right = {"at_once_value": best, "costs": costs}
        yield from _broken(f"{where}: at_once", story, story.step(size), at_once)
    for key, figure in right.items():
        yield from _other(where, row, key, figure)
    if not last:
        yield from _better_at_once(where, row, story, size)
    elif bool(row.get("proven")) != bool(record.get("proven")):
        yield f"{where}: is the plan, and proven where the plan is"
    yield from _wrong_step(where, rows, number, story)


def _better_at_once(where: str, row: Mapping[str, Any], story: _Story, size: int) -> Iterator[str]:
    """A better set of as many sites than the one that is said to be the best at once."""
    plans = story.again.every_plan(story.step(size))
    if not plans or not (row.get("proven") or row.get("at_once") is None):
        return
    best = min(plans, key=lambda plan: story.objective.sign * story.value(plan.chosen))
    if row.get("at_once") is None:
        yield f"{where}: at_once is missing, but {', '.join(best.chosen)} can be opened"
    elif story.worse(story.value(row["at_once"]), story.value(best.chosen)) > SAME:
        yield f"{where}: at_once is claimed as proven, but {', '.join(best.chosen)} is better"


def _wrong_step(where: str, rows: Sequence[Mapping[str, Any]], number: int, story: _Story) -> Iterator[str]:
    """The best next step that the phase claims beside."""
    row, size = rows[number], len(rows[number]["is_open"])
    ahead, before = row.get("step_by_step"), rows[number - 1].get("step_by_step") if number else []
    if ahead is None:
        yield from _other(where, row, "step_by_step_value", None)
        return
    nested = isinstance(before, list) and story.again.are_candidates(ahead) and set(before) <= set(ahead)
    if not nested or len(set(ahead)) != size:
        yield f"{where}: step_by_step does not build on the step before"
        return
    yield from _broken(f"{where}: step_by_step", story, story.step(size), ahead)
    yield from _other(where, row, "step_by_step_value", story.value(ahead))


def _broken(where: str, story: _Story, rules: Rules, sites: Sequence[str]) -> list[str]:
    return [f"{where}: {line}" for line in story.again.broken(rules, sites, story.closed)]


def _other(where: str, row: Mapping[str, Any], key: str, right: float | None) -> list[str]:
    claimed = row.get(key)
    if claimed is None and right is None:
        return []
    if right is not None and agrees(claimed, right):
        return []
    return [f"{where}: {key}: recomputed {right!r}, claimed {claimed!r}"]
