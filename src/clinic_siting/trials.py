"""What a config asks to be tried: the worlds in which every set is scored again.

Like :mod:`~clinic_siting.ground` it unpacks the config, so that :mod:`~clinic_siting.robustness`
takes plain values.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting import access, area, robustness
from clinic_siting.config import Config
from clinic_siting.demand import demand_by_zone, planner_weights
from clinic_siting.ground import Announce, Ground, silent
from clinic_siting.rerouting import OtherRoads, other_roads
from clinic_siting.robustness import Scores, World
from clinic_siting.siting import Siting, SitingCase
from clinic_siting.siting.regret import LeastRegret, least_regret
from clinic_siting.tables import TravelTimes
from clinic_siting.unverified import open_world

TRYING = "Trying other worlds"
PERIODS_IN_WORDS = {
    "fitted": "fitted speeds, no time of day",
    "free_flow": "empty roads",
    "am_peak": "weekday morning peak",
    "inter_peak": "between the weekday peaks",
    "pm_peak": "weekday evening peak",
    "off_peak": "early and late on weekdays",
}
MODELS_IN_WORDS = {
    "incidence": "demand as expected cases",
    "population": "demand as people",
    "referrals": "demand as referrals",
}
OWN = "as planned"


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """A plan among all other sets, in all worlds that were tried.

    Attributes
    ----------
    plan
        Ids of the plan.
    scores
        Every set in the plan's own world and in each other one but the draws.
    speed_draws, demand_draws
        Every set in every draw; None where none were asked for.
    least
        The set with the smallest largest regret over ``scores``.
    """

    plan: tuple[str, ...]
    scores: Scores
    speed_draws: Scores | None
    demand_draws: Scores | None
    least: LeastRegret


def try_worlds(
    ground: Ground, config: Config, siting: Siting, *, announce: Announce = silent, each: Announce = silent
) -> Trials:
    """Score every set of the ranking in every world that the config names.

    Parameters
    ----------
    ground
        What stood before the choice.
    config
        The scenario; ``robustness`` says what to try.
    siting
        The choice: its plan, and the ranking of all sets.
    announce
        Called with :data:`TRYING` as it begins.
    each
        Called with the name of each world as it is tried.
    """
    announce(TRYING)
    sets = [tuple(sorted(sites)) for sites in siting.ranking["sites"].head(config.robustness.sets)]
    sets.append(siting.plan.chosen)  # a second objective may have chosen a set of a lower rank
    before = robustness.with_candidates(siting_case(ground, config), {site for s in sets for site in s})
    case = before.closing(siting.closed)
    roads = other_roads(ground, config, before)
    rules, score, asked = config.siting.rules, config.siting.score, config.robustness

    def scored(worlds: Iterator[World]) -> Scores:
        return robustness.score_worlds(_heard(worlds, each), sets, score, rules, plan=siting.plan.chosen)

    scores = scored(_worlds(roads, case, before))
    own = scores.worlds.index.get_loc(OWN)
    return Trials(
        plan=siting.plan.chosen,
        scores=scores,
        speed_draws=scored(_speed_draws(roads, case, before)) if asked.speed_draws else None,
        demand_draws=scored(_demand_draws(roads, case, before)) if asked.demand_draws else None,
        least=least_regret(scores.regret, scores.mean[:, own], time_limit_s=config.solver.time_limit_s),
    )


def _heard(worlds: Iterator[World], each: Announce) -> Iterator[World]:
    for world in worlds:
        each(world.name)
        yield world


def siting_case(ground: Ground, config: Config) -> SitingCase:
    """The question put to the siting stage."""
    standard = ground.thresholds_min.index(config.access.standard_min)
    return SitingCase(
        times=ground.times,
        demand=ground.demand,
        sites=ground.sites,
        groups=ground.groups,
        within_standard=ground.membership[:, :, standard],
    )


def _worlds(roads: OtherRoads, case: SitingCase, before: SitingCase) -> Iterator[World]:
    """The plan's own world first, then every other that is not a draw."""
    yield World(OWN, "plan", case, before)
    yield from _travel_worlds(roads, case, before)
    yield from _demand_worlds(roads, case, before)
    yield from _clinic_worlds(roads, case, before)
    yield from _area_worlds(roads, case, before)


def _travel_worlds(roads: OtherRoads, case: SitingCase, before: SitingCase) -> Iterator[World]:
    config = roads.config
    own, asked = config.travel.period, config.robustness
    known = ["fitted", *roads.ground.speeds.periods["period"]]
    periods = known if asked.periods == "all" else list(asked.periods)
    gates = roads.gates()
    for period in periods:
        if period != own:
            times = roads.times(roads.minutes(period), gates)
            name = PERIODS_IN_WORDS.get(period, period)
            yield _with_times(name, "period", roads, times, (case, before))
    minutes = roads.minutes(own)
    for gate in config.travel.gates:
        for more in asked.gates_min:
            times = roads.times(minutes, roads.gates(gate.name, more))
            name = f"{more:g} more minutes at the {gate.name}"
            yield _with_times(name, "crossing", roads, times, (case, before))


def _with_times(
    name: str, kind: str, roads: OtherRoads, times: TravelTimes, cases: tuple[SitingCase, SitingCase]
) -> World:
    case, before = cases
    standard = roads.config.access.standard_min
    slower = robustness.with_times(before, times, standard_min=standard)
    closed = before.sites.existing.difference(case.sites.existing)
    return World(name, kind, slower.closing(closed), slower)


def _demand_worlds(roads: OtherRoads, case: SitingCase, before: SitingCase) -> Iterator[World]:
    ground, config = roads.ground, roads.config
    if not np.array_equal(ground.patients, ground.demand):
        yield _with_demand("without the weights on demand", "demand", ground.patients, (case, before))
    weight = (ground.demand / ground.patients.where(ground.patients > 0)).fillna(1.0)
    for model in config.robustness.demand_models:
        if model == config.demand.model or (model == "referrals" and "referrals" not in ground.zones.table):
            continue
        demand = demand_by_zone(ground.zones, ground.rates, model=model) * weight
        yield _with_demand(MODELS_IN_WORDS[model], "demand", demand.rename("demand"), (case, before))


def _with_demand(name: str, kind: str, demand: pd.Series, cases: tuple[SitingCase, SitingCase]) -> World:
    case, before = cases
    return World(name, kind, robustness.with_demand(case, demand), robustness.with_demand(before, demand))


def _clinic_worlds(roads: OtherRoads, case: SitingCase, before: SitingCase) -> Iterator[World]:
    config, sites = roads.config, case.sites
    asked = config.robustness
    if asked.unverified_sites and config.siting.unverified_sites != "open":
        opened = open_world(roads.ground, config, (case, before))
        if opened is not None:
            yield opened
    if asked.close_each:
        for site in sites.existing:
            # A clinic that serves one alliance alone may be all that somebody has; then it stays.
            if _may_close(case, site):
                name = f"{sites.name_of(site)} closed"
                yield World(name, "clinics", case.closing([site]), before)
    for fewer in asked.reduced:
        capacity = robustness.with_share(before, fewer.sites, fewer.share)
        name = fewer.name or " and ".join(map(sites.name_of, fewer.sites))
        yield World(
            f"{name} at {fewer.share:.0%} of today's patients", "clinics", case, before, capacity=capacity
        )


def _may_close(case: SitingCase, site: str) -> bool:
    left = np.flatnonzero(case.times.site_id != site)
    reached = np.isfinite(case.times.minutes[:, left]).any(axis=1)
    return bool(np.asarray(reached)[case.reached].all())


def _area_worlds(roads: OtherRoads, case: SitingCase, before: SitingCase) -> Iterator[World]:
    """The same clinics and candidates, asked for by patients of another area."""
    ground, config = roads.ground, roads.config
    if not config.robustness.areas:
        return
    for name, where in config.robustness.areas.items():
        zones = area.zones_in(ground.all_zones, where)
        zone_snap = ground.all_zones_snap.of(zones.zone_id)
        found = roads.clock.engine.on(ground.network).times(
            zone_snap, roads.clock.site_snap, door_to_door_min=config.travel.door_to_door_min
        )
        times = access.eligible_times(found, zones, ground.sites)
        asked = config.demand
        weight = planner_weights(zones, deprivation=asked.deprivation, no_car=asked.no_car)
        demand = (demand_by_zone(zones, ground.rates, model=asked.model) * weight).rename("demand")
        groups = zones.table[[column for column in ground.groups if column in zones.table]]
        standard = config.access.standard_min
        there = SitingCase(
            times, demand, before.sites, groups, times.minutes <= standard, config.access.allow_unreachable
        )
        closed = before.sites.existing.difference(case.sites.existing)
        yield World(f"patients of the area “{name}”", "area", there.closing(closed), there)


def _speed_draws(roads: OtherRoads, case: SitingCase, before: SitingCase) -> Iterator[World]:
    asked, minutes, gates = roads.config.robustness, roads.minutes(roads.config.travel.period), roads.gates()
    factors = robustness.class_factors(
        roads.ground.roads, spread=asked.speed_spread, n_draws=asked.speed_draws, seed=asked.seed
    )
    for number, factor in enumerate(factors, start=1):
        times = roads.times(minutes * factor, gates)
        yield _with_times(f"speeds, draw {number}", "speed draw", roads, times, (case, before))


def _demand_draws(roads: OtherRoads, case: SitingCase, before: SitingCase) -> Iterator[World]:
    asked, zones = roads.config.robustness, roads.ground.zones
    place = zones.table["lad_name"] if "lad_name" in zones.table else zones.zone_id.to_series()
    factors = robustness.demand_factors(
        place, spread=asked.demand_spread, n_draws=asked.demand_draws, seed=asked.seed
    )
    for number, factor in enumerate(factors, start=1):
        demand = (roads.ground.demand * factor).rename("demand")
        yield _with_demand(f"demand, draw {number}", "demand draw", demand, (case, before))
