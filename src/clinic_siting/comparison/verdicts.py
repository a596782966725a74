"""What scenarios find differently, in words, and how the first one's plan fares in the others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from clinic_siting.comparison.scenarios import ComparedAnswer
from clinic_siting.comparison.wording import asked_in_words
from clinic_siting.report import words

# Measure → what it is called, its unit, and more and less of it.
MEASURES = {
    "mean": ("the average journey", "minutes", ("longer", "shorter")),
    "mad": ("the spread", "minutes", ("larger", "smaller")),
    "worst_tenth": ("the worst tenth's journey", "minutes", ("longer", "shorter")),
    "coverage": ("the share within the standard", "points", ("larger", "smaller")),
}
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Standing:
    """How a set of sites stands in a scenario.

    Attributes
    ----------
    rank
        Its place, 1 = best.
    worse
        Its score over the best, less 1; 0 for the best.
    """

    rank: int
    worse: float


def standing(one: ComparedAnswer, sites: Iterable[str]) -> Standing | None:
    """How some sites would do in a scenario; None where it did not rank them.

    Parameters
    ----------
    one
        The scenario.
    sites
        Ids of sites.
    """
    wanted = tuple(sorted(sites))
    ranking = one.siting.ranking
    here = [tuple(sorted(ids)) == wanted for ids in ranking["sites"]]
    if not any(here):
        return None
    scores = ranking["score"].to_numpy(dtype=float)
    own = float(scores[here][0])
    return Standing(1 + int((scores < own - TIE).sum()), max(0.0, own / float(scores.min()) - 1))


def standing_in_words(first: ComparedAnswer, other: ComparedAnswer) -> str:
    """How the first scenario's plan would do in another, in a few words.

    Parameters
    ----------
    first, other
        Two scenarios.
    """
    found = standing(other, first.siting.plan.chosen)
    if found is None:
        return "not among those compared"
    if found.rank == 1:
        return "best here too"
    return f"number {found.rank:,} here, score {words.share_exact(found.worse)} worse"


def verdict_in_words(scenarios: Sequence[ComparedAnswer]) -> str:
    """In how many scenarios the first one's plan is best, and where it is furthest from that.

    Parameters
    ----------
    scenarios
        At least two.
    """
    first, others = scenarios[0], scenarios[1:]
    plan = first.named(first.siting.plan.chosen)
    found = {other.called: standing(other, first.siting.plan.chosen) for other in others}
    best = [name for name, stands in found.items() if stands is not None and stands.rank == 1]
    lost = {name: stands for name, stands in found.items() if stands is not None and stands.rank > 1}
    count = f"{len(best)} of the {len(others)} other scenarios" if len(others) > 1 else "the other scenario"
    if not best:
        lead = f"The plan of {first.called}, {plan}, is not the best in {count.replace('0 of', 'any of')}"
    else:
        lead = f"The plan of {first.called}, {plan}, is also the best in {count}"
    if not lost:
        return f"{lead}."
    worst = max(lost, key=lambda name: lost[name].worse)
    share = words.share_exact(lost[worst].worse)
    where = f"by {share} at most (in {worst})" if len(lost) > 1 else f"by {share} (in {worst})"
    return f"{lead}; elsewhere its score is worse {where}."


def differences_in_words(
    scenarios: Sequence[ComparedAnswer], *, headed: Callable[[ComparedAnswer], str] = attrgetter("name")
) -> list[str]:
    """The first scenario's plan, then what each other one asks and finds differently.

    Parameters
    ----------
    scenarios
        At least two.
    headed
        What a scenario's sentence begins with; a terminal calls it by its file.
    """
    first = scenarios[0]
    lines = [f"{headed(first)}: {first.named(first.siting.plan.chosen)} ({_figures(first)})."]
    for other in scenarios[1:]:
        asked = "; ".join(asked_in_words(first, other)) or "the same settings"
        lines.append(f"{headed(other)} ({asked}): {plan_beside(first, other)} ({_figures(other)}).")
        moved = _moved(first, other)
        if moved:
            lines.append(f"  Against {first.called} with its plan, {moved}.")
        if other.siting.plan.chosen != first.siting.plan.chosen:
            lines.append(f"  The plan of {first.called}: {standing_in_words(first, other)}.")
    return lines


def plan_beside(first: ComparedAnswer, other: ComparedAnswer) -> str:
    """What another scenario opens, told by what comes and goes.

    Parameters
    ----------
    first, other
        Two scenarios.
    """
    one, two = set(first.siting.plan.chosen), set(other.siting.plan.chosen)
    # A site that was added to one of the two has a name there alone.
    gone, new, kept = first.named(one - two), other.named(two - one), other.named(one & two)
    if not gone and not new:
        return "the same plan"
    if not gone:
        return f"{new} beside {kept}" if kept else new
    if not new:
        return f"{kept or 'nothing'} without {gone}"
    return f"{new} in place of {gone}{f', with {kept}' if kept else ''}"


def _figures(one: ComparedAnswer) -> str:
    before, after = one.figure("mean", "today"), one.figure("mean", "planned")
    share = one.figure("coverage", "planned")
    return f"average journey {before:.1f} → {after:.1f} minutes, {words.share(share)} within the standard"


def _moved(first: ComparedAnswer, other: ComparedAnswer) -> str:
    parts = []
    for measure, (named, unit, (more, less)) in MEASURES.items():
        change = other.figure(measure, "planned") - first.figure(measure, "planned")
        amount = f"{abs(100 * change):.0f}" if unit == "points" else f"{abs(change):.1f}"
        if float(amount):
            parts.append(f"{named} is {amount} {unit} {more if change > 0 else less}")
    return "; ".join(parts)
