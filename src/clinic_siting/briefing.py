"""An answer becomes what a report is made from; the report itself never sees an answer or a config."""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from clinic_siting.assumptions import assumptions, caveats, method
from clinic_siting.config import Config
from clinic_siting.demand import MODELS
from clinic_siting.evidence import robustness_in_words
from clinic_siting.maps import MapData, names, words
from clinic_siting.pipeline import Answer
from clinic_siting.report import Evidence, Provenance, ReportData, Robustness, site_table

RANKED = 500
# Keeps a figure and its sign on one line, as everywhere on paper.
PERCENT = "\u00a0%"
# Of the robustness tables, by file; the report knows them by the name alone.
ENDING = ".csv"


def brief(
    answer: Answer,
    config: Config,
    shown: MapData,
    *,
    tables: Mapping[str, pd.DataFrame],
    robustness: Mapping[str, pd.DataFrame],
    versions: Mapping[str, str],
) -> ReportData:
    """Everything a report shows.

    Parameters
    ----------
    answer
        What a run found.
    config
        The scenario.
    shown
        What its map shows; the report says the same in its headline.
    tables
        File name → table: sites, zones, clinics, gains, flows, S-curves.
    robustness
        File name → table.
    versions
        Package → version.
    """
    ground, ranking = answer.ground, answer.siting.ranking
    lead, effect = words.headline(shown)
    return ReportData(
        scenario=config.name,
        proposal=lead.rstrip("."),
        effect=effect,
        zones=ground.zones,
        sites=ground.sites,
        demand=shown.demand,
        today=answer.today,
        planned=answer.planned,
        plan=answer.siting.plan,
        ranking=ranking.head(RANKED),
        ranking_total=len(ranking),
        all_ranked=answer.siting.complete,
        measures=answer.measures,
        evidence=_evidence(answer, shown, tables),
        robustness=_robustness(answer, config, robustness),
        provenance=_provenance(answer, config, shown, versions),
        isochrones=answer.isochrones.polygons,
        boundaries=shown.boundaries,
        places=shown.places[~shown.places["name"].isin(names.SKIP_TOWNS)],
        short_names={str(s): names.short_of(ground.sites.name_of(s)) for s in ground.sites.site_id},
        method=method(answer, config),
        caveats=printed(caveats(answer, config)),
        assumptions=assumptions(answer, config),
        bands_min=config.access.bands_min,
        standard_min=config.access.standard_min,
        variation=config.siting.variation,
        demand_unit=MODELS[config.demand.model],
        counts_are_real=config.demand.model == "referrals",
    )


def printed(sentences: Iterable[str]) -> tuple[str, ...]:
    """Sentences as they stand on a page: a percentage is written as its tables write it.

    Examples
    --------
    >>> printed(["better by 3.9%"])[0].replace(PERCENT, " %")
    'better by 3.9 %'
    """
    return tuple(re.sub(r"(?<=\d)%", PERCENT, text) for text in sentences)


def _evidence(answer: Answer, shown: MapData, tables: Mapping[str, pd.DataFrame]) -> Evidence:
    return Evidence(
        sites=site_table(answer.ground.sites, answer.siting.plan.chosen, answer.volumes),
        zones=tables["zones.csv"],
        clinics=tables["clinics.csv"].reset_index(),
        gains=tables["gains.csv"],
        s_curve=tables["s_curve.csv"],
        by_authority=tables.get("gains_by_authority.csv"),
        by_alliance=tables.get("gains_by_alliance.csv"),
        flows=tables["flows.csv"].reset_index() if "flows.csv" in tables else None,
        unweighted=tables.get("unweighted.csv"),
        phases=tables.get("phases.csv"),
        phases_said=shown.phases,
    )


def _provenance(answer: Answer, config: Config, shown: MapData, versions: Mapping[str, str]) -> Provenance:
    asked = config.robustness
    return Provenance(
        files=answer.ground.data.manifest,
        versions=dict(versions),
        fingerprint=shown.fingerprint,
        credits=shown.credits,
        data_date=shown.data_date,
        seed=asked.seed if asked.speed_draws or asked.demand_draws else None,
    )


def _robustness(answer: Answer, config: Config, tables: Mapping[str, pd.DataFrame]) -> Robustness:
    name_of = answer.ground.sites.name_of
    return Robustness(
        sentences=printed(robustness_in_words(answer.siting, answer.trials, config.siting.score, name_of)),
        tables={name.removesuffix(ENDING): table for name, table in tables.items()},
        within=config.robustness.near_best,
    )
