"""Worlds: other assumptions under which every set of sites is scored again.

A world is one answer to "and what if": another time of day, another demand, a clinic that closes.
Every world offers the same candidates, so that a set of sites means the same in all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.network import RoadTopology
from clinic_siting.siting import Rules, Score, SitingCase, measure_sets, measure_today
from clinic_siting.siting.outcomes import outcomes_of
from clinic_siting.siting.regret import best_rows, regrets
from clinic_siting.tables import JOINED, BoolArray, FloatArray, IntArray, Snap, TravelTimes
from clinic_siting.travel import TravelEngine

Set = tuple[str, ...]
# Who is moved on from a full clinic is worked out set by set; so many of the sets that are best
# with room for all are looked at.
SETS_WITH_CAPACITY = 20


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One set of assumptions.

    Attributes
    ----------
    name
        In words, as a reader sees it.
    kind
        ``plan`` (its own assumptions), ``period``, ``crossing``, ``demand``, ``clinics``, ``area``,
        ``speed draw`` or ``demand draw``.
    case
        Travel times, demand and sites.
    before
        What a score is a share of, where it is not ``case`` without new sites: the clinics of today
        before one of them closes.
    already_open
        Candidates that are open in this world anyway: opening one changes nothing, and a set that
        holds one is not this world's own best.
    capacity
        Site → the most demand that it can take in this world, beside what the rules say.
    """

    name: str
    kind: str
    case: SitingCase
    before: SitingCase | None = None
    already_open: frozenset[str] = frozenset()
    capacity: Mapping[str, float] = field(default_factory=dict)

    @property
    def began(self) -> SitingCase:
        """What a score is a share of."""
        return self.case if self.before is None else self.before


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Every set in every world.

    Attributes
    ----------
    sets
        Sets of site ids, sorted.
    worlds
        Index ``world`` (names); ``kind``.
    score
        Share of the world's today, lower is better, shape (n_sets, n_worlds); ``inf`` where the
        set leaves a patient without a route.
    mean
        Mean minutes, shape (n_sets, n_worlds).
    offered
        Whether the set counts as a plan of the world's own, shape (n_sets, n_worlds).
    lost
        Worlds in which no set serves everyone; they are named and have no column.

    Raises
    ------
    TableError
        Where shapes differ, a score is NaN, a set or a world occurs twice, or no set of a world counts.
    """

    sets: tuple[Set, ...]
    worlds: pd.DataFrame
    score: FloatArray
    mean: FloatArray
    offered: BoolArray
    lost: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check."""
        shape = (len(self.sets), len(self.worlds))
        if not self.score.shape == self.mean.shape == self.offered.shape == shape:
            raise TableError(f"scores: {shape[0]} sets and {shape[1]} worlds, but other arrays.")
        if np.isnan(self.score).any() or list(self.sets) != sorted(set(self.sets)):
            raise TableError("scores: a score is missing, or sets are not sorted and unique.")
        if self.worlds.index.duplicated().any():
            raise TableError("scores: a world occurs twice.", self.worlds.index)
        lost = ~(self.offered & np.isfinite(self.score)).any(axis=0)
        if lost.any():
            names = self.worlds.index[np.flatnonzero(lost)]
            raise TableError(f"scores: {len(names)} world(s) have no plan at all.", names)

    @property
    def best(self) -> IntArray:
        """Row of each world's own best set; see :func:`~clinic_siting.siting.regret.best_rows`."""
        return best_rows(self.score, self.mean, self.offered)

    @property
    def regret(self) -> FloatArray:
        """Score over the world's own best score, less 1; see :func:`~clinic_siting.siting.regret.regrets`."""
        return regrets(self.score, self.mean, self.offered)

    def row(self, sites: Iterable[str]) -> int:
        """Row of a set.

        Raises
        ------
        TableError
            Where the set is not among them.
        """
        wanted = tuple(sorted(sites))
        if wanted not in self.sets:
            raise TableError("scores: the set is not among those that were scored.", wanted)
        return self.sets.index(wanted)

    def of(self, kinds: Sequence[str]) -> "Scores":
        """The worlds of some kinds alone."""
        keep = self.worlds["kind"].isin(kinds).to_numpy()
        columns = (self.score[:, keep], self.mean[:, keep], self.offered[:, keep])
        return Scores(self.sets, self.worlds[keep], *columns, lost=self.lost)


def score_worlds(
    worlds: Iterable[World], sets: Iterable[Set], score: Score, rules: Rules, *, plan: Set = ()
) -> Scores:
    """Score every set in every world, exactly.

    Where clinics have a largest volume only the :data:`SETS_WITH_CAPACITY` sets that are best
    without it, and the plan, are scored with it; the others do not count in that world.

    Parameters
    ----------
    worlds
        The worlds; taken one at a time, so that a generator holds one in memory.
    sets
        Sets of candidates that obey the rules on the set itself, all of one size.
    score
        What a plan should be good at.
    rules
        Rules on who goes where (capacities, guard-rails, smallest volumes) hold in every world; a
        set that breaks one there is not the world's own best unless all do, one without room for
        all is ``inf``.
    plan
        The set that is scored in every world, if it is among them.

    Raises
    ------
    TableError
        Where a world does not offer a candidate, or sets differ in size.
    ConfigError
        Where a term of the score has no value in a world.
    """
    ordered = tuple(sorted({tuple(sorted(sites)) for sites in sets}))
    if not ordered or len({len(sites) for sites in ordered}) != 1:
        raise TableError("scores: sets of one size are needed.", [JOINED.join(s) for s in ordered[:5]])
    rows, columns, lost = [], [], []
    always = [k for k, sites in enumerate(ordered) if sites == tuple(sorted(plan))]
    before: SitingCase | None = None
    today: Mapping[str, float] = {}
    for world in worlds:
        if world.began is not before:  # many worlds begin alike
            before, today = world.began, measure_today(world.began)
        scored = _score_world(world, ordered, score, rules, always, today)
        if scored is None:
            lost.append(world.name)
        else:
            rows.append((world.name, world.kind))
            columns.append(scored)
    if not columns:
        raise TableError(f"scores: {len(lost)} world(s) have no plan at all.", lost)
    return Scores(
        sets=ordered,
        worlds=pd.DataFrame(rows, columns=["world", "kind"]).set_index("world"),
        score=np.column_stack([score for score, _, _ in columns]),
        mean=np.column_stack([mean for _, mean, _ in columns]),
        offered=np.column_stack([offered for _, _, offered in columns]),
        lost=tuple(lost),
    )


def _score_world(
    world: World,
    ordered: tuple[Set, ...],
    score: Score,
    rules: Rules,
    always: list[int],
    today: Mapping[str, float],
) -> tuple[FloatArray, FloatArray, BoolArray] | None:
    """Score, mean and whether it counts, of each set; shape (n_sets,) each. None: none serves everyone."""
    case = world.case
    position = case.sites.candidates.get_indexer(pd.Index([site for sites in ordered for site in sites]))
    if (position < 0).any():
        raise TableError(f"world {world.name}: it does not offer every candidate.")
    sets = position.reshape(len(ordered), -1).astype(np.int64)
    offered = np.array([world.already_open.isdisjoint(sites) for sites in ordered])
    table = measure_sets(case, sets)
    scores, mean = _finite_or_endless(score.of(table, today)), table["mean"].to_numpy(dtype=float)
    rules = replace(rules, capacity={**rules.capacity, **world.capacity})
    if rules.depend_on_access:
        tried = np.union1d(np.argsort(scores, kind="stable")[:SETS_WITH_CAPACITY], always).astype(np.int64)
        outcomes = outcomes_of(case, world.began, rules, sets[tried])
        scores, mean = np.full(len(sets), np.inf), np.full(len(sets), np.inf)
        scores[tried] = _finite_or_endless(score.of(outcomes.measures, today))
        mean[tried] = outcomes.measures["mean"]
        kept = np.zeros(len(sets), dtype=bool)
        kept[tried] = outcomes.kept
        offered &= kept
    if not np.isfinite(scores).any():
        return None
    # Where every set breaks a rule, or opens what is open anyway, the best of them has to do.
    own = offered & np.isfinite(scores)
    return scores, mean, own if own.any() else np.isfinite(scores)


def _finite_or_endless(scores: pd.Series) -> FloatArray:
    """A set that leaves somebody without a route is endlessly bad, whatever else it does."""
    values: FloatArray = np.nan_to_num(scores.to_numpy(dtype=float), nan=np.inf, posinf=np.inf)
    return values


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """Travel times for any minutes on the links: all that does not change between such worlds.

    Attributes
    ----------
    topology, engine
        The roads, and the engine made for them.
    zone_snap, site_snap
        Where zones and sites join the roads.
    door_to_door_min
        Minutes added to every journey.
    """

    topology: RoadTopology
    engine: TravelEngine
    zone_snap: Snap
    site_snap: Snap
    door_to_door_min: float = 0.0

    def times(self, link_minutes: FloatArray, *, extra: FloatArray | None = None) -> TravelTimes:
        """Minutes from every zone to every site.

        Parameters
        ----------
        link_minutes
            Minutes of each link, in the order of the roads' links.
        extra
            Minutes that gates add to each link.
        """
        metric = self.engine.on(self.topology.network(link_minutes, extra=extra))
        return metric.times(self.zone_snap, self.site_snap, door_to_door_min=self.door_to_door_min)
