"""A rule on who goes where that cannot be kept, in words: by how much it must give way, and for whom."""

import numpy as np

from clinic_siting.siting import check
from clinic_siting.siting.outcomes import ROOM, single_rules
from clinic_siting.siting.question import PROVEN, Question
from clinic_siting.siting.rounding import at_least, at_most
from clinic_siting.siting.rules import GuardRail, Rules
from clinic_siting.tables import IntArray


def row_of(question: Question, words: str, chosen: IntArray, *, by: float, least: float | None = None) -> str:
    """One rule with its loosening.

    Parameters
    ----------
    question
        The question.
    words
        The rule, as :func:`~clinic_siting.siting.outcomes.outcomes_of` calls it.
    chosen
        Positions of the candidates with which it has to give way so much.
    by
        How much that is.
    least
        By how much it must give way at least, where that may be less.

    Returns
    -------
        A line such as ``no imd_decile may have a mean above 30 minutes: would have to give way by 2.1
        minutes (imd_decile 9: 32.1 with far and mid)``.
    """
    rule = single_rules(question.rules).get(words)
    ids = [str(site) for site in np.sort(question.case.sites.candidates[chosen].astype(str))]
    whom = "with " + _listed(ids) if ids else "as things are"
    if np.isinf(by):
        return f"{words}: however far it gives way, somebody is left without a clinic ({whom})"
    unit, detail = _detail(question, words, rule, ids)
    line = f"{words}: would have to give way by {at_least(by, 3)}{unit}"
    if least is not None and by - least > PROVEN * max(1.0, abs(by)):
        line += f" at most, {at_most(max(0.0, least), 3)} at least"
    return f"{line} ({detail}{whom})"


def _detail(question: Question, words: str, rule: Rules | None, ids: list[str]) -> tuple[str, str]:
    """The unit, and whom it concerns most."""
    if rule is None:  # a limit that an earlier objective left, or a share to cover
        return "", ""
    case = question.case
    journeys = check.journeys_of(case, [*case.sites.existing, *ids], question.rules.capacity)
    if rule.guard_rails:
        return " minutes", _worst_group(question, rule.guard_rails[0], journeys)
    volume: dict[str, float] = {}
    for _, site, _, demand in journeys:
        volume[site or ""] = volume.get(site or "", 0.0) + demand
    if words == ROOM:
        return f" of {sum(volume.values()):.6g} cases", ""
    smallest = min(ids, key=lambda site: volume.get(site, 0.0))
    return " cases", f"{smallest} has {volume.get(smallest, 0.0):.6g} "


def _worst_group(question: Question, rail: GuardRail, journeys: list[check.Journey]) -> str:
    before = question.before
    today = check.journeys_of(before, list(before.sites.existing), {})
    means = check.group_means(question.case, journeys, rail.group)
    now = check.group_means(before, today, rail.group)
    if rail.mean_at_most_min is not None:
        worst = max(means, key=lambda group: means[group])
        return f"{rail.group} {worst}: {means[worst]:.4g} minutes "
    worst = max(means, key=lambda group: means[group] - now[group] if now[group] < np.inf else -np.inf)
    return f"{rail.group} {worst}: {now[worst]:.4g} → {means[worst]:.4g} minutes "


def _listed(ids: list[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{', '.join(ids[:-1])} and {ids[-1]}"
