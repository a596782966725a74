"""The line, in order: figures → travel times → isochrones → demand → access → siting → measures.

Modules that stand above :mod:`~clinic_siting.config` in the import order, like this one, unpack a
:class:`~clinic_siting.config.Config`; stages stand below it and take plain values.
"""

from dataclasses import dataclass, replace

import pandas as pd

from clinic_siting import access, fairness, isochrones, travel
from clinic_siting.config import Config
from clinic_siting.ground import (
    LAYING,
    READING,
    TRAVELLING,
    Announce,
    Footing,
    Ground,
    lay_ground,
    silent,
)
from clinic_siting.robustness import ever_leading
from clinic_siting.siting import Effort, Objective, Score, Siting, TimeShares, Wish, open_in_phases, solve
from clinic_siting.tables import Access, Isochrones, Measures
from clinic_siting.trials import TRYING, Trials, siting_case, try_worlds
from clinic_siting.unverified import safest

CHOOSING, DRAWING, MEASURING = "Choosing the sites", "Drawing isochrones", "Measuring access"
# So many sets are ranked where there are too many to rank them all; a reader of the page may look at each.
RANKED = 10
STAGES = (READING, LAYING, TRAVELLING, CHOOSING, DRAWING, MEASURING, TRYING)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a plan leads to.

    Attributes
    ----------
    today, planned, measures
        Access before and after, measured.
    volumes
        On the sites in play: patients that each receives ``today`` and ``planned``, unweighted.
    """

    today: Access
    planned: Access
    measures: Measures
    volumes: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a run found: the plan, and access before and after.

    Attributes
    ----------
    ground, siting
        What stood before the choice, and the choice.
    isochrones
        Membership of all sites, polygons of the existing ones and of those that lead.
    agreement
        Share of demand that each polygon has on its right side.
    today, planned, measures
        Access before and after, measured.
    volumes
        On the sites in play: patients that each receives ``today`` and ``planned``, unweighted.
    trials
        Every other set, in every other world that the config names.
    """

    ground: Ground
    siting: Siting
    isochrones: Isochrones
    agreement: pd.DataFrame
    today: Access
    planned: Access
    measures: Measures
    volumes: pd.DataFrame
    trials: Trials


def run(config: Config, *, footing: Footing | None = None, announce: Announce = silent) -> Answer:
    """Walk the whole line for one scenario.

    Parameters
    ----------
    config
        The scenario.
    footing
        What an inspection of the same scenario left, where there was one.
    announce
        Called with the name of each stage of :data:`STAGES` as it begins.

    Returns
    -------
    The answer; nothing is written.

    Raises
    ------
    ClinicSitingError
        Whatever a stage refuses.
    """
    ground = lay_ground(config, footing=footing, announce=announce)
    announce(CHOOSING)
    return answer_of(ground, choose(ground, config), config, announce=announce)


def answer_of(ground: Ground, siting: Siting, config: Config, *, announce: Announce = silent) -> Answer:
    """All that follows from a choice: isochrones, access before and after, other worlds.

    Parameters
    ----------
    ground, siting, config
        Where the choice stands, the choice, and the scenario.
    announce
        Called with the name of each stage as it begins.
    """
    announce(DRAWING)
    drawn = draw_isochrones(ground, config, leading_sites(ground, siting, config.siting.score))
    announce(MEASURING)
    outcome = measure(ground, siting, config)
    return Answer(
        ground=ground,
        siting=siting,
        isochrones=drawn,
        agreement=isochrones.polygon_agreement(drawn, ground.zones, ground.demand, ground.times),
        today=outcome.today,
        planned=outcome.planned,
        measures=outcome.measures,
        volumes=outcome.volumes,
        trials=try_worlds(ground, config, siting, announce=announce),
    )


def open_planned(ground: Ground, siting: Siting) -> pd.Index:
    """Ids of the sites that are open with the plan."""
    return ground.sites.existing.difference(list(siting.closed)).union(pd.Index(siting.plan.chosen))


def leading_sites(ground: Ground, siting: Siting, score: Score) -> pd.Index:
    """Ids of the existing sites and of those in the sets that a reader may look at.

    These are the best sets, the plan, and every set that leads under some weights of the score's terms.
    """
    ranking = siting.ranking
    ids = [*ranking["sites"].head(RANKED), siting.plan.chosen]
    ids += list(ranking["sites"].iloc[ever_leading(ranking, score, siting.today)])
    return ground.sites.existing.union(pd.Index(sorted({site for sites in ids for site in sites})))


def measure(ground: Ground, siting: Siting, config: Config) -> Outcome:
    """Access, measures and volumes, today and with the plan."""
    standard = config.access.standard_min
    today = access.measure_access(ground.times, ground.sites.existing, standard_min=standard)
    planned = access.measure_access(ground.times, open_planned(ground, siting), standard_min=standard)
    shares = access.share_out(planned, ground.demand, siting.moved_on)
    measures, volumes = _measures(ground, config, today, shares), _volumes(ground, today, shares)
    return Outcome(today, planned, measures, volumes)


def choose(ground: Ground, config: Config) -> Siting:
    """The siting stage on laid ground."""
    asked, score = config.siting.asked, config.siting.score
    both = config.siting.unverified_sites == "both"
    effort = Effort(config.solver.time_limit_s, config.solver.name)
    shares = TimeShares.of(effort, both + bool(asked.phases))
    case = siting_case(ground, config)
    objective = Objective("weighted", score)
    found = solve(case, objective, asked.rules, then=asked.then, top=RANKED, effort=shares.main)
    ranking = found.ranking
    # Whatever was minimised last, readers compare plans by the score of their weights.
    scores = score.of(ranking, found.today) if asked.then else ranking["value"]
    ranking = ranking.drop(columns="value")
    ranking.insert(1, "score", scores)
    found = replace(found, ranking=ranking)
    if both:
        found = safest(found, ground, config, case, effort=shares.take())
    if asked.phases:  # of the plan that is published
        wish = Wish(case, objective, asked.rules, shares.take())
        found = replace(found, phases=open_in_phases(wish, found, asked.phases))
    return found


def _measures(ground: Ground, config: Config, today: Access, shares: access.Shares) -> Measures:
    """Measures before and after, patients counted where there is room for them."""
    share = shares.table["share"]
    return fairness.compare_access(
        Access(shares.of(today.table)),
        shares.access(standard_min=config.access.standard_min),
        shares.of(ground.demand) * share,
        groups=shares.of(ground.groups),
        bands_min=config.access.bands_min,
        parts={name: shares.of(split).mul(share, axis="index") for name, split in ground.parts.items()},
    )


def _volumes(ground: Ground, today: Access, shares: access.Shares) -> pd.DataFrame:
    """Patients at each site in play, before and after."""
    planned = shares.access(standard_min=0)
    patients = shares.of(ground.patients) * shares.table["share"]
    return pd.DataFrame(
        {
            "today": access.clinic_volumes(today, ground.patients, ground.sites),
            "planned": access.clinic_volumes(planned, patients, ground.sites),
        }
    )


def draw_isochrones(ground: Ground, config: Config, site_ids: pd.Index) -> Isochrones:
    """Polygons of some sites around the membership of all."""
    snapped = ground.site_snap.of(site_ids)
    minutes = dict(
        zip(site_ids, travel.node_times(ground.network, snapped, engine=ground.engine), strict=True)
    )
    drawing = isochrones.Drawing(
        max_snap_m=config.travel.max_snap_m, door_to_door_min=config.travel.door_to_door_min
    )
    polygons = isochrones.isochrone_polygons(
        ground.network, minutes, bands_min=config.access.bands_min, drawing=drawing
    )
    times = ground.times
    return Isochrones(times.zone_id, times.site_id, ground.thresholds_min, ground.membership, polygons)
