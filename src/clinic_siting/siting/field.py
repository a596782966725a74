"""A case laid out as plain arrays for the fast evaluation of very many sets of sites."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting.siting.case import SitingCase
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# A stand-in for no route that can be subtracted; longer than any journey that tables accept.
UNREACHED_MIN = 2000.0


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A sparse matrix by columns: entries of column ``j`` are ``start[j]:start[j + 1]``.

    Attributes
    ----------
    start
        Where each column starts, shape (n_columns + 1,).
    column, zone, minutes
        Of each entry.
    """

    start: IntArray
    column: IntArray
    zone: IntArray
    minutes: FloatArray

    def of(self, columns: IntArray) -> tuple[IntArray, IntArray]:
        """Positions of the entries of some columns, and the rank of each entry's column."""
        length = self.start[columns + 1] - self.start[columns]
        column = np.repeat(np.arange(len(columns)), length)
        before = np.cumsum(length) - length
        return np.arange(len(column)) + (self.start[columns] - before)[column], column


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A case as plain arrays, over the zones that count.

    Attributes
    ----------
    share
        Share of demand, shape (n,).
    minutes
        Minutes to each candidate, shape (n, n_candidates).
    today, nearest_today
        Minutes to the nearest existing site, and a number for that site, shape (n,).
    nearer
        Pairs where a candidate is nearer than every existing site, ascending by minutes.
    newly_covered
        Pairs where a candidate covers a zone that is not covered today.
    covers
        Whether each candidate covers each zone, shape (n, n_candidates).
    uncovered
        Zones not covered today, shape (n,).
    group, group_share
        Group of each zone as a number, and the share of demand of each group.
    """

    share: FloatArray
    minutes: FloatArray
    today: FloatArray
    nearest_today: IntArray
    nearer: Columns
    newly_covered: Columns
    covers: BoolArray
    uncovered: BoolArray
    group: IntArray
    group_share: FloatArray


def field_of(case: SitingCase, sites: pd.Index | None = None) -> Field:
    """Lay a case out for evaluation, with all of its candidates or only some."""
    counted = case.counted
    sites = case.sites.candidates if sites is None else sites
    minutes = np.minimum(case.times.to(sites)[counted], UNREACHED_MIN)
    today = np.minimum(case.minutes_today[counted], UNREACHED_MIN)
    covers = case.covers(sites)[counted]
    uncovered = np.asarray(~case.covers(case.sites.existing)[counted].any(axis=1))
    share = case.demand.to_numpy()[counted]
    share /= share.sum()
    group = np.zeros(len(share), dtype=np.int64)
    if case.gap_group in case.groups:
        group = pd.factorize(case.groups[case.gap_group][counted].astype(str), sort=True)[0].astype(np.int64)
    return Field(
        share=share,
        minutes=minutes,
        today=today,
        nearest_today=_nearest(case.times.to(case.sites.existing)[counted]),
        nearer=_columns(minutes < today[:, None], minutes),
        newly_covered=_columns(covers & uncovered[:, None], minutes),
        covers=covers,
        uncovered=uncovered,
        group=group,
        group_share=np.bincount(group, share).astype(float),
    )


def _nearest(minutes: FloatArray) -> IntArray:
    if minutes.shape[1] == 0:
        return np.zeros(len(minutes), dtype=np.int64)
    return np.asarray(minutes.argmin(axis=1), dtype=np.int64)


def _columns(keep: BoolArray, minutes: FloatArray) -> Columns:
    """Keep some pairs, each column ascending by minutes: neighbours then look up near each other."""
    zones, values = [], []
    for j in range(minutes.shape[1]):
        rows = np.flatnonzero(keep[:, j])
        rows = rows[np.argsort(minutes[rows, j], kind="stable")]
        zones.append(rows)
        values.append(minutes[rows, j])
    length = np.array([len(rows) for rows in zones], dtype=np.int64)
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    column = np.repeat(np.arange(len(zones)), length)
    nothing = [np.empty(0, dtype=np.int64)]
    every_zone, every_value = np.concatenate(zones or nothing), np.concatenate(values or nothing)
    return Columns(start, column, every_zone, every_value.astype(float))
