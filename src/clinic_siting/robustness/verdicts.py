"""What the scores of all sets in all worlds say about a plan."""

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.robustness.worlds import Scores, Set
from clinic_siting.siting.regret import TIE
from clinic_siting.tables import JOINED

Naming = Callable[[str], str]
MORE = re.compile("more minutes at ")


def _together(worlds: Iterable[str]) -> list[str]:
    """Worlds that differ in their minutes alone in one breath: 10, 15 or 20 more minutes at a crossing."""
    minutes: dict[str, list[str]] = {}
    for world in worlds:
        amount, _, rest = world.partition(" ")
        known = MORE.match(rest) is not None
        minutes.setdefault(rest if known else world, []).extend([amount] if known else [])
    return [
        f"{', '.join(some[:-1])}{' or ' if some[1:] else ''}{some[-1]} {rest}" if some else rest
        for rest, some in minutes.items()
    ]


def world_rows(scores: Scores, plan: Iterable[str]) -> pd.DataFrame:
    """How the plan fares in each world, and what would be best there.

    Parameters
    ----------
    scores
        Every set in every world.
    plan
        Ids of the plan.

    Returns
    -------
    Index ``world``; ``kind``, ``mean`` (minutes with the plan), ``score`` (share of that world's
    today), ``rank`` among the sets that the world offers, ``regret`` (score over the best, less 1),
    ``best`` (tuple of ids), ``best_score``, ``best_mean``.

    Raises
    ------
    TableError
        Where the plan is not among the sets.
    """
    row, columns = scores.row(plan), np.arange(len(scores.worlds))
    best = scores.best
    ahead = scores.offered & (scores.score < scores.score[row] - TIE)
    return scores.worlds.assign(
        mean=scores.mean[row],
        score=scores.score[row],
        rank=1 + ahead.sum(axis=0),
        regret=scores.regret[row],
        best=pd.Series([scores.sets[b] for b in best], index=scores.worlds.index, dtype=object),
        best_score=scores.score[best, columns],
        best_mean=scores.mean[best, columns],
    )


def travel_rows(scores: Scores, plan: Iterable[str], own: str) -> pd.DataFrame:
    """The worlds of travel as the map shows them: the plan's own first, then times of day, then crossings.

    Parameters
    ----------
    scores
        Every set in every world.
    plan
        Ids of the plan.
    own
        Name of the plan's own world.

    Returns
    -------
    ``scenario`` (in words), ``kind``, ``mean`` (minutes with the plan), ``rank``, ``regret``, ``best``.
    """
    rows = world_rows(scores.of(("plan", "period", "crossing")), plan)
    rows = pd.concat([rows.loc[[own]], rows.drop(index=own)])
    table = rows.rename_axis("scenario").reset_index()
    return table[["scenario", "kind", "mean", "rank", "regret", "best"]]


def regret_table(scores: Scores, *, top: int = 20) -> pd.DataFrame:
    """The sets that are never far from the best, over all worlds.

    Parameters
    ----------
    scores
        Every set in every world.
    top
        How many sets to show.

    Returns
    -------
    Index ``sites`` (ids joined by ``+``); ``largest_regret``, ``in_world`` where it occurs,
    ``mean_regret``, ``worlds_led``: in how many worlds the set is best. Smallest largest regret first.
    """
    regret, names = scores.regret, scores.worlds.index.to_numpy()
    led = np.bincount(scores.best, minlength=len(scores.sets))
    table = pd.DataFrame(
        {
            "largest_regret": regret.max(axis=1),
            "in_world": names[regret.argmax(axis=1)],
            "mean_regret": regret.mean(axis=1),
            "worlds_led": led,
        },
        index=pd.Index([JOINED.join(sites) for sites in scores.sets], name="sites"),
    )
    return table.sort_values(["largest_regret", "mean_regret"], kind="stable").head(top)


def leaders(scores: Scores) -> pd.DataFrame:
    """How often each set is the best, for instance over draws of speeds.

    Parameters
    ----------
    scores
        Every set in every world that counts here.

    Returns
    -------
    Index ``sites`` (ids joined by ``+``); ``worlds`` led and their ``share``, the most frequent first.
    """
    led = np.bincount(scores.best, minlength=len(scores.sets))
    order = np.argsort(-led, kind="stable")[: np.count_nonzero(led)]
    names = pd.Index([JOINED.join(scores.sets[s]) for s in order], name="sites")
    return pd.DataFrame({"worlds": led[order], "share": led[order] / len(scores.worlds)}, index=names)


def duels(scores: Scores, sets: Sequence[Set]) -> pd.DataFrame:
    """A beats B in so many worlds: the share in which the row's score is lower than the column's.

    Ties count half for each, so that A against B and B against A add up to 1.

    Parameters
    ----------
    scores
        Every set in every world that counts here (for instance draws of speeds).
    sets
        The sets to set against each other.

    Returns
    -------
    Shares from 0 to 1, sets × sets (ids joined by ``+``); 0.5 on the diagonal.
    """
    if not len(scores.worlds):
        raise TableError("duels: there are no worlds to compare in.")
    rows = scores.score[[scores.row(sites) for sites in sets]]
    with np.errstate(invalid="ignore"):  # two sets that both leave somebody without a route tie
        lead = rows[:, None, :] - rows[None, :, :]
    tie = (np.abs(lead) <= TIE) | np.isnan(lead)
    share = ((lead < 0) & ~tie).mean(axis=2) + tie.mean(axis=2) / 2
    names = pd.Index([JOINED.join(sites) for sites in sets], name="sites")
    return pd.DataFrame(share, index=names, columns=names.rename("against"))


def worlds_in_words(rows: pd.DataFrame, name_of: Naming, *, lost: Sequence[str] = ()) -> list[str]:
    """What a reader must know first: where the plan stays best and where it does not.

    Parameters
    ----------
    rows
        From :func:`world_rows`.
    name_of
        Names of sites.
    lost
        Worlds in which no set serves everyone.

    Returns
    -------
    One sentence for the worlds that the plan leads, one for each other best set.
    """
    others = rows[rows["kind"] != "plan"]
    # A rank of 1 is a lead, shared or not.
    beaten = others[others["rank"] > 1]
    n, kept = len(others), len(others) - len(beaten)
    if not n:
        return []
    share = f"all {n}" if kept == n else f"{kept} of the {n}"
    lines = [f"This plan stays best under {share} other assumptions that were tried."]
    rivals: dict[Set, list[str]] = {}
    for world, best in beaten["best"].items():
        rivals.setdefault(best, []).append(str(world))
    for best, where in rivals.items():
        *all_but_last, last = (name_of(site) for site in best)
        names = f"{', '.join(all_but_last)} and {last}" if all_but_last else last
        worst = beaten["regret"][where].max()
        lines.append(f"{names} would be better ({worst:.1%} at most): {'; '.join(_together(where))}.")
    if lost:
        lines.append(f"No set at all would serve everyone: {'; '.join(lost)}.")
    return lines
