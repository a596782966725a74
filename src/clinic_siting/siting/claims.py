"""What a plan's file claims beside its sites and value, held against what comes out when computed again."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from clinic_siting.siting.asked import Asked
from clinic_siting.siting.obedience import AGREEMENT, planned_measures
from clinic_siting.siting.question import PROVEN, Question, gap_of


def wrong_claims(
    record: Mapping[str, Any], asked: Asked, question: Question, *, value: float, planned: Mapping[str, float]
) -> list[str]:
    """Everything that a plan's file says of a plan and that is not so, a line each.

    Parameters
    ----------
    record
        The file; its value is a number.
    asked, question
        What was asked, and the question as it is computed again.
    value, planned
        The plan's value and measures, recomputed.
    """
    return [
        *_other_figures("measures", record.get("measures"), planned),
        *_other_figures("today", record.get("today"), question.today),
        *_other_words(record, asked),
        *_unfounded_claims(record, value),
        *_other_ranking(record, question),
    ]


def _other_words(record: Mapping[str, Any], asked: Asked) -> list[str]:
    """What the file calls its objective and unit, where the question calls them otherwise."""
    right = {"objective": asked.objective.name, "unit": asked.objective.unit}
    return [
        f"{key}: {record.get(key)!r}, but the question says {word!r}"
        for key, word in right.items()
        if record.get(key) != word
    ]


def _other_ranking(record: Mapping[str, Any], question: Question) -> list[str]:
    """Plans of the ranking whose figures are not theirs; the first must be the plan itself."""
    rows = record.get("ranking")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        return ["ranking: missing"]
    first = rows[0]
    same = first.get("chosen") == record.get("chosen")
    if not same or not _agrees(first.get("value", record["value"]), record["value"]):
        return ["ranking: the first is not the plan", *_other_rows(rows, record, question)]
    return _other_rows(rows, record, question)


def _other_rows(
    rows: Sequence[Mapping[str, Any]], record: Mapping[str, Any], question: Question
) -> list[str]:
    candidates, existing = set(question.case.sites.candidates), set(question.case.sites.existing)
    problems: list[str] = []
    for number, row in enumerate(rows, start=1):
        sites, closed = row.get("chosen"), row.get("closed", record.get("closed", []))
        if not _all_of(sites, candidates) or not _all_of(closed, existing):
            problems.append(f"ranking {number}: names sites that are no candidates")
            continue
        planned = planned_measures(question.case, question.rules, sites, closed)
        problems += _other_figures(f"ranking {number}", row, planned)
    return problems


def _all_of(sites: object, known: set[str]) -> TypeGuard[list[str]]:
    return isinstance(sites, list) and all(isinstance(site, str) and site in known for site in sites)


def _agrees(claimed: object, right: float) -> bool:
    """Whether a claim is a number, and the right one."""
    return isinstance(claimed, int | float) and abs(claimed - right) <= AGREEMENT * max(1.0, abs(right))


def _other_figures(where: str, claimed: object, planned: Mapping[str, float]) -> list[str]:
    """Measures in the file that are not what they are when computed again."""
    if not isinstance(claimed, Mapping):
        return [f"{where}: missing"]
    return [
        f"{where}: {name}: recomputed {planned[name]!r}, claimed {value!r}"
        for name, value in claimed.items()
        if name in planned and value is not None and not _agrees(value, planned[name])
    ]


def _unfounded_claims(record: Mapping[str, Any], value: float) -> list[str]:
    """A gap that is not the one between value and bound, or a proof that it does not bear out."""
    bound, claimed, problems = record.get("bound"), record.get("gap"), []
    gap = gap_of(value, float(bound)) if isinstance(bound, int | float) else None
    if not (gap is claimed if gap is None else _agrees(claimed, gap)):
        problems.append(f"gap: recomputed {gap!r}, claimed {claimed!r}")
    if record.get("proven") and (gap is None or gap > PROVEN):
        problems.append(f"claimed as proven, with a value of {value!r} and a bound of {bound!r}")
    return problems
