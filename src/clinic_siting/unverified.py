"""Clinics that may already be open, which nobody could confirm: the world in which they are.

Like :mod:`~clinic_siting.ground` it unpacks the config.
"""

from dataclasses import replace

import pandas as pd

from clinic_siting import access, area, robustness, sources
from clinic_siting.config import Config
from clinic_siting.ground import Ground
from clinic_siting.network import snap
from clinic_siting.robustness import World
from clinic_siting.siting import Effort, Objective, Siting, SitingCase, solve
from clinic_siting.siting.question import gap_of
from clinic_siting.siting.regret import PROVEN, least_regret
from clinic_siting.tables import Sites

OPEN, CLOSED = "the unverified clinics are open", "the unverified clinics are closed"


def open_world(ground: Ground, config: Config, cases: tuple[SitingCase, SitingCase]) -> World | None:
    """The world in which every unverified clinic is open today, whether or not it may be chosen.

    Parameters
    ----------
    ground, config
        The scenario, with these clinics closed.
    cases
        The case, with closed sites left out, and the case before anything closes.

    Returns
    -------
    The world; None where there are no such clinics.
    """
    minutes = _minutes_to_unverified(ground, config)
    if not len(minutes.columns):
        return None
    standard = config.access.standard_min
    case, before = (robustness.with_open(c, minutes, standard_min=standard) for c in cases)
    already = frozenset(minutes.columns) & frozenset(case.sites.candidates)
    return World(OPEN, "clinics", case, before, already)


def safest(found: Siting, ground: Ground, config: Config, case: SitingCase, *, effort: Effort) -> Siting:
    """Of all ranked sets the one whose largest regret over both worlds is smallest.

    Parameters
    ----------
    found
        The choice with the unverified clinics closed, and the ranking.
    ground, config
        The scenario.
    case
        The question with the unverified clinics closed.
    effort
        Solver and time limit.

    Returns
    -------
    The same ranking with the safest set as the plan and in front. Its value and bound are those of
    the score with the clinics closed; its aim says what its largest regret is.
    """
    cases = (case.closing(found.closed), case)
    opened = open_world(ground, config, cases)
    if opened is None:
        return found
    worlds = [World(CLOSED, "clinics", *cases), opened]
    rules, score = config.siting.rules, config.siting.score
    scores = robustness.score_worlds(worlds, found.ranking["sites"], score, rules)
    least = least_regret(scores.regret, scores.mean[:, 0], time_limit_s=effort.time_limit_s)
    chosen = scores.sets[least.row]
    # Asked for by name, the set goes through every check that a plan goes through.
    fixed = solve(case, Objective("weighted", score), replace(rules, force=chosen), effort=effort)
    is_it = found.ranking["sites"].map(lambda sites: tuple(sorted(sites)) == chosen).to_numpy(dtype=bool)
    aim = f"largest regret over two worlds, unverified clinics closed and open ({least.value:.2%})"
    method = f"smallest {aim}, by a PuLP model over {len(scores.sets):,} sets; {found.plan.method}"
    value, bound = fixed.plan.value, found.plan.bound
    gap = gap_of(value, bound)
    proven = gap is not None and gap <= PROVEN
    plan = replace(
        fixed.plan,
        bound=bound,
        gap=gap,
        proven=proven,
        method=method,
        aim=aim,
        aim_proven=least.proven,
    )
    ranking = pd.concat([found.ranking[is_it], found.ranking[~is_it]], ignore_index=True)
    return replace(found, plan=plan, ranking=ranking, closed=fixed.closed, moved_on=fixed.moved_on)


def _minutes_to_unverified(ground: Ground, config: Config) -> pd.DataFrame:
    """Minutes to every clinic that may already be open, ``inf`` where it may not serve a zone."""
    all_sites = sources.read_sites(ground.data, ground.all_zones)
    opened = area.sites_in_play(
        all_sites,
        config.area,
        candidates=config.sites.candidates,
        existing=config.sites.existing,
        unverified="open",
    )
    further = opened.existing.difference(ground.sites.existing)
    if not len(further):
        return pd.DataFrame(index=ground.times.zone_id)
    places = opened.table.loc[further]
    site_snap = snap(ground.network, places[["lon", "lat"]], max_snap_m=config.travel.max_snap_m)
    found = ground.engine.on(ground.network).times(
        ground.zone_snap, site_snap, door_to_door_min=config.travel.door_to_door_min
    )
    return access.eligible_times(found, ground.zones, Sites(places)).frame
