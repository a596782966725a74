"""What the weights of the score mean in minutes, and how far each can move before the plan changes."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError, TableError
from clinic_siting.siting import TERMS, Score
from clinic_siting.tables import JOINED, FloatArray

# Term → what it is called, the step in which it is priced, and that step in words.
STEPS: Mapping[str, tuple[str, float, str]] = {
    "mean": ("the average journey", 1.0, "1 minute"),
    "mad": ("the spread (mean absolute deviation)", 1.0, "1 minute"),
    "sd": ("the spread (standard deviation)", 1.0, "1 minute"),
    "gini": ("the Gini coefficient", 0.01, "0.01"),
    "worst_tenth": ("the worst tenth's journey", 1.0, "1 minute"),
    "beyond_standard": ("patients beyond the standard", 0.01, "1 patient in 100"),
    "alliance_gap": ("the gap between alliances", 1.0, "1 minute"),
}
TIE = 1e-9


def weight_prices(score: Score, today: Mapping[str, float]) -> pd.DataFrame:
    """What each weight means: the price of a step of its measure in minutes of the average journey.

    The score adds wₖ · valueₖ ÷ today'sₖ, so a step Δ of measure k weighs as much as
    (wₖ ÷ today'sₖ) ÷ (w_mean ÷ today's mean) · Δ minutes of the mean. Where the mean has no weight
    there is no such price, and it is given in the step of the first term that has one.

    Parameters
    ----------
    score
        The weights.
    today
        Measures without a plan.

    Returns
    -------
    Index ``term``; ``weight``, ``measure``, ``step`` (in words), ``worth`` and ``worth_unit``: how
    many minutes (or steps of the first term) one step is worth.

    Raises
    ------
    ConfigError
        Where a weighted term has no value today.
    """
    values = _with_share_beyond(pd.DataFrame([today])).iloc[0]
    terms = score.terms
    for term, (measure, _) in terms.items():
        if not (np.isfinite(values[measure]) and values[measure] > 0):
            raise ConfigError(f"weights: {term} is {values[measure]:g} today and has no price.")
    first = "mean" if "mean" in terms else next(iter(terms))
    slope = {term: weight * STEPS[m][1] / values[m] for term, (m, weight) in terms.items()}
    unit = f"of {STEPS[terms[first][0]][0]}, in steps of {STEPS[terms[first][0]][2]}"
    rows = [
        (term, weight, measure, STEPS[measure][2], slope[term] / slope[first])
        for term, (measure, weight) in terms.items()
    ]
    table = pd.DataFrame(rows, columns=["term", "weight", "measure", "step", "worth"]).set_index("term")
    return table.assign(worth_unit="minutes of the average journey" if first == "mean" else unit)


def preference_in_words(prices: pd.DataFrame) -> str:
    """One sentence on what the chosen weights prefer.

    Parameters
    ----------
    prices
        From :func:`weight_prices`.
    """
    if len(prices) == 1:
        return f"These weights look at {STEPS[prices['measure'].iloc[0]][0]} alone."
    if "mean" not in prices.index:
        names = " and ".join(STEPS[measure][0] for measure in prices["measure"])
        return f"These weights look at {names}, and not at the average journey."
    parts = [
        f"{row['step']} off {STEPS[row['measure']][0]} is worth {row['worth']:.1f} minutes"
        for term, row in prices.iterrows()
        if term != "mean"
    ]
    return f"With these weights {', '.join(parts)} of everyone's average journey."


def weight_ranges(
    ranking: pd.DataFrame, chosen: Iterable[str], score: Score, today: Mapping[str, float]
) -> pd.DataFrame:
    """How far each weight can move, the others as they are, before another set leads: exact.

    For a rival set the difference of scores is linear in one weight: C + w·d ≥ 0 keeps the plan in
    front, with d the difference of the term's shares of today and C that of all other terms.

    Parameters
    ----------
    ranking
        Every feasible set: ``sites`` (ids) and measures.
    chosen
        Ids of the plan.
    score
        The weights.
    today
        Measures without a plan.

    Returns
    -------
    Index ``term``, each that has a value today, weighted or not; ``weight``, ``lowest`` and
    ``highest`` (``inf``: no end) between which the plan leads, and ``below``, ``above``: the set
    that leads beyond, empty where none does.

    Raises
    ------
    TableError
        Where the plan is not in the ranking.
    """
    names = ranking["sites"].map(lambda sites: JOINED.join(sorted(sites))).to_numpy()
    own = np.flatnonzero(names == JOINED.join(sorted(chosen)))
    if not len(own):
        raise TableError("weights: the plan is not in the ranking.", chosen)
    shares = shares_of_today(ranking, score, today)
    finite = np.isfinite(np.column_stack(list(shares.values()))).all(axis=1)
    shares = {term: values[finite] for term, values in shares.items()}
    names, own = names[finite], np.flatnonzero(names[finite] == names[own[0]])
    if not len(own):
        raise TableError("weights: the plan leaves somebody without a route.", chosen)
    weights = {term: float(score.weights.get(term, 0.0)) for term in shares}
    ahead = {term: shares[term] - shares[term][own[0]] for term in shares}
    rows = []
    for term in shares:
        others = sum((weights[t] * ahead[t] for t in shares if t != term), np.zeros(len(names)))
        rows.append((term, weights[term], *_room(np.asarray(others), ahead[term], weights[term], names)))
    columns = ["term", "weight", "lowest", "highest", "below", "above"]
    return pd.DataFrame(rows, columns=columns).set_index("term")


def _room(
    others: FloatArray, slope: FloatArray, weight: float, names: FloatArray
) -> tuple[float, float, str, str]:
    """The largest interval around ``weight`` in which every rival stays behind, and who ends it."""
    crossing = np.divide(-others, slope, out=np.full(len(slope), np.nan), where=np.abs(slope) > TIE)
    rising, falling = slope > TIE, slope < -TIE
    lowest, below = 0.0, ""
    if rising.any():
        row = int(np.nanargmax(np.where(rising, crossing, -np.inf)))
        # A rival level with the plan at this weight ends the room here, not on its other side.
        if crossing[row] > 0:
            lowest, below = min(float(crossing[row]), weight), str(names[row])
    highest, above = float("inf"), ""
    if falling.any():
        row = int(np.nanargmin(np.where(falling, crossing, np.inf)))
        highest, above = max(float(crossing[row]), weight), str(names[row])
    return lowest, highest, below, above


def shares_of_today(ranking: pd.DataFrame, score: Score, today: Mapping[str, float]) -> dict[str, FloatArray]:
    """Term → each set's share of today's value, for the terms that have one.

    Parameters
    ----------
    ranking
        Sets and their measures.
    score
        Says which measure of spread is weighed.
    today
        Measures without a plan.
    """
    plans = _with_share_beyond(ranking)
    before = _with_share_beyond(pd.DataFrame([today])).iloc[0]
    shares = {}
    for term in TERMS:
        measure = score.variation if term == "variation" else term
        if np.isfinite(before[measure]) and before[measure] > 0:
            shares[term] = plans[measure].to_numpy(dtype=float) / float(before[measure])
    return shares


def _with_share_beyond(measures: pd.DataFrame) -> pd.DataFrame:
    return measures.assign(beyond_standard=1 - measures["coverage"])
