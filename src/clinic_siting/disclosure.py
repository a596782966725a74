"""Small counts of real patients are kept back, and with them whatever would give them away.

The rule is that of NHS England for hospital data that are shared: 0 stays, counts from 1 to 7 are
suppressed, all others are rounded to the nearest 5. A total that stands beside its parts could
still reveal a suppressed one, so further counts are suppressed until, whatever is published, each
small count may be anything from 1 to 7 (complementary suppression; Willenborg and de Waal,
Elements of Statistical Disclosure Control, 2001, chapter 8).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables import FloatArray

SMALLEST, LARGEST, NEAREST = 1, 7, 5
# Half a rounding step: what a published count leaves open, for whole counts and for others.
WHOLE_MARGIN, MARGIN = 2.0, 2.5
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Sum:
    """A count that is the sum of others.

    Attributes
    ----------
    total
        Its label.
    parts
        Labels of what it adds up. A label without a count stands for something that is never
        published and may be anything from 0.
    """

    total: str
    parts: tuple[str, ...]


def is_small(counts: pd.Series) -> pd.Series:
    """Whether a count must be suppressed: above 0, and 7 at most when rounded to a whole."""
    return (counts > 0) & (counts < LARGEST + 0.5)


def shared_counts(counts: pd.Series) -> pd.Series:
    """Counts as they may be shared, each for itself: NaN from 1 to 7, others to the nearest 5.

    Parameters
    ----------
    counts
        Real counts, 0 or more.

    Raises
    ------
    TableError
        Where a count is negative or no number.

    Examples
    --------
    >>> shared_counts(pd.Series([0, 1, 7, 8, 12, 13])).to_list()
    [0.0, nan, nan, 10.0, 10.0, 15.0]
    """
    wrong = ~(counts >= 0)
    if wrong.any():
        raise TableError("counts: some are negative or no number.", counts.index[wrong])
    rounded = NEAREST * np.floor(counts.to_numpy(dtype=float) / NEAREST + 0.5)
    return pd.Series(rounded, index=counts.index, name=counts.name).mask(is_small(counts))


def shared_share(share: float, total: float) -> float:
    """A share of real counts as it may be shared: of the rounded counts, NaN where one is small.

    Parameters
    ----------
    share
        Part of the total, from 0 to 1.
    total
        Real count.

    Examples
    --------
    >>> shared_share(0.5, 42), shared_share(0.1, 42), shared_share(1.0, 42)
    (0.5, nan, 1.0)
    """
    part = share * total
    counts = shared_counts(pd.Series([part, max(total - part, 0.0)]).round(9))
    return float(counts[0] / counts.sum()) if counts.notna().all() and counts.sum() > 0 else math.nan


def protect(counts: pd.Series, sums: Iterable[Sum]) -> pd.Series:
    """Counts and their totals as they may be shared together.

    Parameters
    ----------
    counts
        Real counts, parts and totals alike, 0 or more.
    sums
        Which counts are sums of which.

    Returns
    -------
    Series on the same index: NaN where suppressed, else to the nearest 5. Whatever the totals,
    each count from 1 to 7 may still be anything from 1 to 7.

    Raises
    ------
    TableError
        Where a label is given twice, a count is negative, or a total is not the sum of its parts.

    Examples
    --------
    >>> counts = pd.Series({"Kent": 3, "Essex": 40, "Sussex": 20, "all": 63})
    >>> protect(counts, [Sum("all", ("Kent", "Essex", "Sussex"))]).to_dict()
    {'Kent': nan, 'Essex': 40.0, 'Sussex': nan, 'all': 65.0}
    """
    lines = tuple(sums)
    _check(counts, lines)
    published, whole = shared_counts(counts), bool((counts == counts.round()).all())
    waiting = list(counts.index[is_small(counts)])
    while True:
        published = _none_alone(counts, published, lines)
        attack = _Attack(published, lines, whole=whole)
        # Whatever is hidden next, a count that is safe stays safe.
        waiting = [label for label in waiting if not attack.leaves_open(label)]
        if not waiting:
            return published
        near = [line for line in lines if waiting[0] in (line.total, *line.parts)]
        also = _cheapest(counts, published, near or lines) or _cheapest(counts, published, lines)
        if also is None:
            return published.where(counts == 0)
        published = published.where(published.index != also)


def _none_alone(counts: pd.Series, published: pd.Series, sums: Sequence[Sum]) -> pd.Series:
    """Hide one more wherever a single count of a sum is hidden, which is then the rest."""
    while True:
        hidden = set(published.index[published.isna()])
        for line in sums:
            labels = (line.total, *line.parts)
            unknown = [label for label in labels if label in hidden or label not in counts.index]
            if len(unknown) == 1 and unknown[0] in hidden:
                also = _cheapest(counts, published, [line])
                if also is not None:
                    published = published.where(published.index != also)
                    break
        else:
            return published


def _cheapest(counts: pd.Series, published: pd.Series, sums: Sequence[Sum]) -> str | None:
    """The published count whose loss costs least: a part before a total, then the smallest."""
    shown = set(published.index[(counts > 0) & published.notna()])
    parts = {part for line in sums for part in line.parts} & shown
    choice = parts or ({line.total for line in sums} & shown)
    return min(choice, key=lambda label: (counts[label], str(label)), default=None)


class _Attack:
    """What somebody can work out who knows all that is published, the sums, and the rule.

    Unknowns are all labels; published counts are known to half a rounding step, suppressed ones
    to be 1 or more, and every total is the sum of its parts: a linear programme for each end.
    """

    def __init__(self, published: pd.Series, sums: Sequence[Sum], *, whole: bool) -> None:
        labels = dict.fromkeys([*published.index, *(label for line in sums for label in line.parts)])
        self._place = {label: place for place, label in enumerate(labels)}
        self._bounds = [self._range(published, label, whole=whole) for label in labels]
        self._free: list[tuple[float, float | None]] = [
            (0.0, 0.0) if low == high == 0 else (min(low, SMALLEST), None) for low, high in self._bounds
        ]
        self._sums = np.zeros((len(sums), len(labels)))
        for row, line in enumerate(sums):
            self._sums[row, self._place[line.total]] -= 1
            for part in line.parts:
                self._sums[row, self._place[part]] += 1

    @staticmethod
    def _range(published: pd.Series, label: str, *, whole: bool) -> tuple[float, float | None]:
        if label not in published.index:
            return 0.0, None
        value = float(published[label])
        if math.isnan(value):
            return float(SMALLEST), None
        if value == 0:
            return 0.0, 0.0
        margin, least = (WHOLE_MARGIN, LARGEST + 1) if whole else (MARGIN, LARGEST + 0.5)
        return max(value - margin, least), value + margin

    def leaves_open(self, label: str) -> bool:
        """Whether the count may be anything from 1 to 7, as far as anybody can tell.

        That a sum of suppressed counts is no less than their number is known without any figure.
        """
        least = self._end(label, self._bounds, 1.0)
        without_figures = self._end(label, self._free, 1.0)
        most = -self._end(label, self._bounds, -1.0)
        return least <= max(SMALLEST, without_figures) + TOLERANCE and most >= LARGEST - TOLERANCE

    def _end(self, label: str, bounds: list[tuple[float, float | None]], sign: float) -> float:
        from scipy.optimize import linprog  # noqa: PLC0415 - only real counts need it

        goal: FloatArray = np.zeros(len(self._place))
        goal[self._place[label]] = sign
        equal = {"A_eq": self._sums, "b_eq": np.zeros(len(self._sums))} if len(self._sums) else {}
        found = linprog(goal, bounds=bounds, method="highs", **equal)
        return -math.inf if found.status == 3 else float(found.fun)


def _check(counts: pd.Series, sums: Sequence[Sum]) -> None:
    if not counts.index.is_unique:
        raise TableError("counts: a label is given twice.", counts.index[counts.index.duplicated()])
    for line in sums:
        if line.total not in counts.index:
            raise TableError(f"counts: the total {line.total!r} has no count.")
        if all(part in counts.index for part in line.parts):
            difference = float(counts[list(line.parts)].sum() - counts[line.total])
            if abs(difference) > 1e-6 * max(1.0, float(counts[line.total])):
                raise TableError(f"counts: {line.total!r} is not the sum of its parts, by {difference:g}.")
