"""Who gains, who loses, and where: people and cases, counted and named."""

import numpy as np
import pandas as pd

from clinic_siting import measures
from clinic_siting.errors import TableError
from clinic_siting.tables import Access, FloatArray, same_labels

SHORTER, UNAFFECTED, LONGER = "shorter", "unaffected", "longer"
NOTICEABLE_MIN = 1.0


def count_gains(
    today: Access,
    planned: Access,
    *,
    people: pd.Series,
    cases: pd.Series,
    noticeable_min: float = NOTICEABLE_MIN,
) -> pd.DataFrame:
    """How many have a shorter journey, a longer one, or notice nothing.

    Parameters
    ----------
    today, planned
        Access before and after.
    people
        Residents by zone (observed).
    cases
        Expected cases a year by zone (modelled), without a planner's weights.
    noticeable_min
        Minutes from which a change counts as one (assumed).

    Returns
    -------
    Index ``journey`` (shorter, unaffected, longer); ``people``, ``cases`` (a year), ``zones``, and
    ``mean_change_min``, the mean of their cases (0 where there are none).

    Raises
    ------
    TableError
        Where labels differ, or the threshold is not above 0.
    """
    change = _change(today, planned, people, cases)
    kind = _kind(change, noticeable_min)
    rows = []
    for journey in (SHORTER, UNAFFECTED, LONGER):
        members = kind == journey
        some = bool(cases[members].sum() > 0)
        mean = float(measures.mean(change[members], cases[members])) if some else 0.0
        rows.append((journey, people[members].sum(), cases[members].sum(), int(members.sum()), mean))
    columns = ["journey", "people", "cases", "zones", "mean_change_min"]
    return pd.DataFrame(rows, columns=columns).set_index("journey")


def gains_by_place(
    today: Access,
    planned: Access,
    place: pd.Series,
    *,
    people: pd.Series,
    cases: pd.Series,
    noticeable_min: float = NOTICEABLE_MIN,
) -> pd.DataFrame:
    """What the plan does for each place, the largest gain first.

    Parameters
    ----------
    today, planned
        Access before and after.
    place
        Name of each zone's place, for instance its local authority.
    people
        Residents by zone (observed).
    cases
        Expected cases a year by zone (modelled), without a planner's weights.
    noticeable_min
        Minutes from which a change counts as one (assumed).

    Returns
    -------
    Index as ``place``'s name; ``people``, ``cases``; ``today``, ``planned``, ``change``, mean
    minutes of a case; ``people_shorter``, ``people_longer``; ``case_minutes_saved`` a year, one way.

    Raises
    ------
    TableError
        Where labels differ, or the threshold is not above 0.
    """
    change = _change(today, planned, people, cases)
    same_labels(today.table.index, place.index, "gains and places")
    kind = _kind(change, noticeable_min)
    counts = pd.DataFrame(
        {
            "people": people,
            "cases": cases,
            "people_shorter": people.where(kind == SHORTER, 0),
            "people_longer": people.where(kind == LONGER, 0),
            "case_minutes_saved": _saved(change, cases),
        }
    ).groupby(place, sort=True)
    table = counts.sum()
    means = {
        name: measures.group_means(access.minutes, cases, place)
        for name, access in (("today", today), ("planned", planned))
    }
    table = table.join(pd.DataFrame(means), how="inner")
    table["change"] = _difference(table["planned"], table["today"])
    order = ["people", "cases", "today", "planned", "change"]
    order += ["people_shorter", "people_longer", "case_minutes_saved"]
    return table[order].sort_values("change", kind="stable")


def case_minutes_saved(today: Access, planned: Access, cases: pd.Series) -> float:
    """Minutes × cases a year that the plan saves, one way: Σ cᵢ (tᵢ today − tᵢ planned).

    ``inf`` where the plan gives a patient a route who had none.

    Parameters
    ----------
    today, planned
        Access before and after.
    cases
        Cases a year by zone.
    """
    return float(_saved(_change(today, planned, cases, cases), cases).sum())


def _saved(change: pd.Series, cases: pd.Series) -> pd.Series:
    """Case-minutes by zone; a zone without cases saves nothing, not even with a first route."""
    return (-change * cases).where(cases > 0, 0.0)


def _change(today: Access, planned: Access, people: pd.Series, cases: pd.Series) -> pd.Series:
    for other in (planned.table.index, people.index, cases.index):
        same_labels(today.table.index, other, "gains")
    return _difference(planned.minutes, today.minutes)


def _difference(after: pd.Series, before: pd.Series) -> pd.Series:
    """Minutes more; 0 where neither has a route."""
    same = (after == before).to_numpy(dtype=bool)
    left, right = after.to_numpy(dtype=float), before.to_numpy(dtype=float)
    change: FloatArray = np.subtract(left, right, out=np.zeros(len(after)), where=~same)
    return pd.Series(change, index=after.index, name="change")


def _kind(change: pd.Series, noticeable_min: float) -> pd.Series:
    if not noticeable_min > 0:
        raise TableError(f"gains: a noticeable change is more than 0 minutes, not {noticeable_min}.")
    names = np.select([change <= -noticeable_min, change >= noticeable_min], [SHORTER, LONGER], UNAFFECTED)
    return pd.Series(names, index=change.index, name="journey")
