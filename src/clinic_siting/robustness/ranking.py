"""What the ranking of all sets tells: near-best plans, the sites they share, and stand-ins."""

from collections.abc import Iterable

import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables import JOINED

WITHIN = 0.01


def near_best(ranking: pd.DataFrame, *, within: float = WITHIN) -> pd.DataFrame:
    """Sets whose score is hardly worse than the best.

    Parameters
    ----------
    ranking
        Sets: ``sites`` (ids), ``score`` and measures.
    within
        Largest relative distance from the best score, inclusive.

    Returns
    -------
    The rows of the ranking that lie within it, best score first.

    Raises
    ------
    TableError
        Where the distance is negative or the ranking is empty.

    Examples
    --------
    >>> table = pd.DataFrame({"sites": [("a",), ("b",), ("c",)], "score": [0.800, 0.808, 0.809]})
    >>> near_best(table)["sites"].to_list()
    [('a',), ('b',)]
    """
    if not within >= 0:
        raise TableError(f"near-best: the distance must be a share of 0 or more, not {within}.")
    if ranking.empty:
        raise TableError("near-best: the ranking is empty.")
    # Scores carry rounding errors; a set exactly 1 % off is within 1 %.
    near: pd.DataFrame = ranking[ranking["score"] <= ranking["score"].min() * (1 + within) + 1e-12]
    return near.sort_values("score", kind="stable")


def site_frequency(ranking: pd.DataFrame, *, within: float = WITHIN) -> pd.DataFrame:
    """How often each site is among the near-best sets.

    Parameters
    ----------
    ranking
        Sets: ``sites`` (ids) and ``score``.
    within
        Largest relative distance from the best score, inclusive.

    Returns
    -------
    Index ``site_id``; ``near_best_sets`` that hold it, their ``share`` of all near-best sets, and
    ``best_score`` of a set with the site. All sites of the ranking, the most frequent first.
    """
    near = near_best(ranking, within=within)
    of_site = ranking[["sites", "score"]].explode("sites").groupby("sites")["score"].min()
    counts = near["sites"].explode().value_counts().reindex(of_site.index, fill_value=0)
    table = pd.DataFrame(
        {"near_best_sets": counts, "share": counts / len(near), "best_score": of_site}
    ).rename_axis("site_id")
    order = ["near_best_sets", "best_score", "site_id"]
    return table.reset_index().sort_values(order, ascending=[False, True, True]).set_index("site_id")


def replacements(ranking: pd.DataFrame, chosen: Iterable[str]) -> pd.DataFrame:
    """For each chosen site: what is lost without it, and what would stand in for it.

    Parameters
    ----------
    ranking
        Every feasible set: ``sites`` (ids), ``score`` and ``mean``.
    chosen
        Ids of the plan.

    Returns
    -------
    Index ``site_id``; ``stand_in``, the site that replaces it best while the others stay, and
    ``loss`` with it (score over the plan's, less 1) and ``mean_loss_min``; ``best_without``, the
    best set of all without the site, and ``loss_without``. Empty cells where the rules allow none.

    Raises
    ------
    TableError
        Where the plan is not in the ranking.
    """
    plan = tuple(sorted(chosen))
    ranking = ranking.sort_values("score", kind="stable")
    sets = ranking["sites"].map(lambda sites: tuple(sorted(sites)))
    own = ranking[sets == plan]
    if own.empty:
        raise TableError("replacements: the plan is not in the ranking.", plan)
    score, mean = float(own["score"].iloc[0]), float(own["mean"].iloc[0])
    rows = []
    for site in plan:
        others = set(plan) - {site}
        without = sets.map(lambda sites, site=site: site not in sites)
        swapped = ranking[without & sets.map(lambda sites, others=others: others <= set(sites))]
        row: dict[str, object] = {"site_id": site, "stand_in": "", "best_without": ""}
        if not swapped.empty:
            best = swapped.iloc[0]
            row["stand_in"] = JOINED.join(sorted(set(best["sites"]) - others))
            row["loss"] = best["score"] / score - 1
            row["mean_loss_min"] = best["mean"] - mean
        if without.any():
            best = ranking[without].iloc[0]
            row["best_without"] = JOINED.join(sorted(best["sites"]))
            row["loss_without"] = best["score"] / score - 1
        rows.append(row)
    columns = ["site_id", "stand_in", "loss", "mean_loss_min", "best_without", "loss_without"]
    return pd.DataFrame(rows, columns=columns).set_index("site_id")
