"""What each set of sites leads to: its measures, and by how much it breaks rules on who goes where."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.evaluate import measure_sets
from clinic_siting.siting.field import Field
from clinic_siting.siting.flows import check_capacity, volumes_of
from clinic_siting.siting.naming import refuse_unknown_column
from clinic_siting.siting.passing_on import Rooms, group_means
from clinic_siting.siting.rules import GuardRail, Rules
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# Zones × sets looked at together.
BLOCK = 4_000_000
# Sums of demand and means of minutes carry rounding errors.
ROUNDING = 1e-9
ROOM = "clinics must have room for everyone"


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Outcomes of many sets.

    Attributes
    ----------
    measures
        One row a set, one column a measure.
    excess
        Rule in words → by how much each set breaks it, shape (n_sets,).
    """

    measures: pd.DataFrame
    excess: Mapping[str, FloatArray]

    @property
    def kept(self) -> BoolArray:
        """Sets that break no rule, shape (n_sets,)."""
        kept = np.ones(len(self.measures), dtype=bool)
        for excess in self.excess.values():
            kept &= excess == 0
        return kept


def outcomes_of(
    case: SitingCase,
    today: SitingCase,
    rules: Rules,
    sets: IntArray,
    field: Field | None = None,
    measures: pd.DataFrame | None = None,
) -> Outcomes:
    """Work out what each set leads to.

    Parameters
    ----------
    case
        The case, with closed sites already left out.
    today
        The case before anything is closed.
    rules
        The rules; those on the set alone are not looked at here.
    sets
        Positions in ``case.sites.candidates``, shape (n_sets, n_open).
    field
        The case laid out, where it is at hand.
    measures
        What each set measures while no clinic is full, where it is known; it may be written over.

    Raises
    ------
    ConfigError
        Where a rule speaks of a group or a site that does not exist.
    """
    table = measure_sets(case, sets, field) if measures is None else measures
    if not rules.depend_on_access:
        return Outcomes(table, {})
    check_capacity(today, rules.capacity)
    means = {rail.group: means_of_sets(case, sets, rail.group) for rail in rules.guard_rails}
    volumes = volumes_of(case, sets)
    unserved = _pass_on(case, rules, sets, table, volumes, means)
    excess: dict[str, FloatArray] = {}
    if rules.capacity:
        excess[ROOM] = _rounded(unserved)
    if rules.min_volume and sets.shape[1]:
        least = volumes[:, len(case.sites.existing) :].min(axis=1)
        excess[needs(rules.min_volume)] = _rounded(rules.min_volume - least)
    for rail in rules.guard_rails:
        nothing = np.empty((1, 0), dtype=np.int64)
        excess |= _rail_excess(rail, means[rail.group], means_of_sets(today, nothing, rail.group))
    return Outcomes(table, excess)


def single_rules(rules: Rules) -> dict[str, Rules]:
    """The rules on who goes where one by one, by their words in :attr:`Outcomes.excess`.

    Rooms stand in each, since they decide who goes where.
    """
    bare = replace(rules, min_volume=0.0, guard_rails=())
    single = {ROOM: bare} if rules.capacity else {}
    if rules.min_volume and rules.n_open:
        single[needs(rules.min_volume)] = replace(bare, min_volume=rules.min_volume)
    for rail in rules.guard_rails:
        for limit in ("mean_at_most_min", "worse_by_at_most_min"):
            if (minutes := getattr(rail, limit)) is not None:
                one = GuardRail(rail.group, **{limit: minutes})
                single[str(one)] = replace(bare, guard_rails=(one,))
    return single


def needs(volume: float) -> str:
    """The rule on the smallest volume, in words."""
    return f"each new site needs a demand of {volume:g}"


def _pass_on(
    case: SitingCase,
    rules: Rules,
    sets: IntArray,
    table: pd.DataFrame,
    volumes: FloatArray,
    means: Mapping[str, FloatArray],
) -> FloatArray:
    """Write over what sets with a clinic beyond its room lead to; what demand each leaves without room."""
    unserved = np.zeros(len(sets))
    rows = _overfull(case, rules, sets, volumes)
    if not rows:
        return unserved
    rooms = Rooms.of(case, rules.capacity)
    groups = {group: _codes(case, group)[0] for group in means}
    existing = case.times.site_id.get_indexer(case.sites.existing)
    candidates = case.times.site_id.get_indexer(case.sites.candidates)
    measured = []
    for row in rows:
        places = np.concatenate([existing, candidates[sets[row]]]).astype(np.int64)
        order = np.argsort(places)
        journeys = rooms.journeys(places[order])
        measured.append(rooms.measures(places[order], journeys))
        volumes[row, order] = journeys.volumes[:-1]
        unserved[row] = journeys.volumes[-1]
        for group, codes in groups.items():
            means[group][row] = group_means(journeys, codes)
    passed_on = pd.DataFrame(measured, columns=table.columns)
    table.iloc[rows] = passed_on.to_numpy()
    return unserved


def _overfull(case: SitingCase, rules: Rules, sets: IntArray, volumes: FloatArray) -> list[int]:
    """Find the sets with a site beyond its capacity."""
    if not rules.capacity:
        return []
    now = np.array([rules.capacity.get(site, np.inf) for site in case.sites.existing])
    new = np.array([rules.capacity.get(site, np.inf) for site in case.sites.candidates])
    room = np.hstack([np.tile(now, (len(sets), 1)), new[sets]])
    rows: list[int] = np.flatnonzero((volumes > room * (1 + ROUNDING)).any(axis=1)).tolist()
    return rows


def _rail_excess(rail: GuardRail, means: FloatArray, today: FloatArray) -> dict[str, FloatArray]:
    """By how many minutes the worst group of each set breaks a guard-rail."""
    excess = {}
    if rail.mean_at_most_min is not None:
        words = str(GuardRail(rail.group, mean_at_most_min=rail.mean_at_most_min))
        excess[words] = _rounded((means - rail.mean_at_most_min).max(axis=1))
    if rail.worse_by_at_most_min is not None:
        words = str(GuardRail(rail.group, worse_by_at_most_min=rail.worse_by_at_most_min))
        # A group that nobody reaches today cannot be worse off.
        change = np.where(np.isfinite(today), means - np.where(np.isfinite(today), today, 0), -np.inf)
        excess[words] = _rounded((change - rail.worse_by_at_most_min).max(axis=1))
    return excess


def rail_limits(case: SitingCase, today: SitingCase, rail: GuardRail) -> tuple[IntArray, FloatArray]:
    """What a guard-rail allows each group.

    Returns
    -------
        The group of each zone that counts, as a number, and the largest mean of each group in
        minutes, ``inf`` where there is none.
    """
    codes, n_groups = _codes(case, rail.group)
    limits = np.full(n_groups, np.inf)
    if rail.mean_at_most_min is not None:
        limits = np.minimum(limits, rail.mean_at_most_min)
    if rail.worse_by_at_most_min is not None:
        now = means_of_sets(today, np.empty((1, 0), dtype=np.int64), rail.group)[0]
        limits = np.minimum(limits, now + rail.worse_by_at_most_min)
    return codes, limits


def _rounded(excess: FloatArray) -> FloatArray:
    return np.where(excess <= ROUNDING, 0.0, excess)


def _codes(case: SitingCase, group: str) -> tuple[IntArray, int]:
    refuse_unknown_column("guard_rails: patients have", group, case.groups.columns)
    codes, names = pd.factorize(case.groups[group][case.counted].astype(str), sort=True)
    return codes.astype(np.int64), len(names)


def means_of_sets(case: SitingCase, sets: IntArray, group: str) -> FloatArray:
    """Mean minutes of each group with each set, shape (n_sets, n_groups)."""
    codes, n_groups = _codes(case, group)
    counted = case.counted
    weights = np.zeros((len(codes), n_groups))
    weights[np.arange(len(codes)), codes] = case.demand.to_numpy()[counted]
    weights /= weights.sum(axis=0)
    times = case.times.to(case.sites.candidates)[counted].T
    now = case.minutes_today[counted]
    parts = []
    step = max(1, BLOCK // len(codes))
    for first in range(0, len(sets), step):
        part = sets[first : first + step]
        minutes = np.tile(now, (len(part), 1))
        for k in range(sets.shape[1]):
            minutes = np.minimum(minutes, times[part[:, k]])
        unreached = np.isinf(minutes)
        means = np.where(unreached, 0, minutes) @ weights
        parts.append(np.where(unreached @ (weights > 0), np.inf, means))
    return np.concatenate(parts) if parts else np.empty((0, n_groups))
