"""The result as a board reads it on a screen: what may be shared, since a screen is copied into mails."""

from collections.abc import Iterable, Mapping

import pandas as pd

from clinic_siting import evidence, fairness, report
from clinic_siting.config import Config
from clinic_siting.demand import MODELS
from clinic_siting.network import observed_in_words, without_observed_speeds
from clinic_siting.pipeline import Answer
from clinic_siting.results import result_tables
from clinic_siting.sharing import NOTE, share_counts


def in_words(answer: Answer, config: Config) -> str:
    """The result in words; a planner's own referrals are told as they may be shared.

    Parameters
    ----------
    answer
        What a run found.
    config
        The scenario.
    """
    tables = result_tables(answer, config)
    counted = config.demand.model == "referrals"
    if counted:
        answer, tables = share_counts(answer, tables)
    parts = [_summary(answer, config, tables["sites.csv"]), _indented(_gains(answer, config, tables))]
    if "phases.csv" in tables:
        standard = config.access.standard_min
        name_of = answer.ground.sites.name_of
        parts.append(
            _indented(evidence.phases_in_words(tables["phases.csv"], name_of, standard_min=standard))
        )
    sure = evidence.robustness_in_words(
        answer.siting, answer.trials, config.siting.score, answer.ground.sites.name_of
    )
    return "\n\n".join([*parts, _indented([*sure, *_notes(answer, config)])])


def _summary(answer: Answer, config: Config, sites: pd.DataFrame) -> str:
    """What opens, what it does, and what each clinic receives."""
    table = answer.measures.table
    return report.summary(
        answer.siting.plan,
        answer.siting.ranking,
        today=fairness.headline(table, "today"),
        planned=fairness.headline(table, "planned"),
        open_sites=sites,
        wording=report.Wording(
            title=config.title or "The plan",
            unit=MODELS[config.demand.model],
            standard_min=config.access.standard_min,
            names={str(i): str(name) for i, name in answer.ground.sites.table["name"].items()},
            all_ranked=answer.siting.complete,
        ),
    )


def _gains(answer: Answer, config: Config, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    lines = evidence.gains_in_words(tables, MODELS[config.demand.model])
    full = evidence.full_clinics_in_words(answer, config.demand.model)
    return [*evidence.unweighted_in_words(tables), *lines, *full, *evidence.neighbours_in_words(answer)]


def _notes(answer: Answer, config: Config) -> list[str]:
    """What a reader must know of the figures."""
    right = answer.agreement["agreement"].mean()
    roads, speeds = answer.ground.roads, answer.ground.speeds
    unobserved = f"Speeds: {observed_in_words(roads, speeds, period=config.travel.period)}."
    lines = [
        *([unobserved] if without_observed_speeds(roads) else []),
        *own_minutes_in_words(answer.ground.own_pairs, config),
        answer.ground.engine.in_words,
        f"The isochrone polygons have {right:.1%} of patients on the right side.",
    ]
    if report.missing_packages():
        lines.append(report.LEFT_OUT)
    lost = answer.ground.unreachable
    if len(lost):
        lines.append(
            f"Left out, with no road to any site: {len(lost):,} zone(s), first {', '.join(lost[:5])}."
        )
    return [*lines, NOTE] if config.demand.model == "referrals" else lines


def own_minutes_in_words(pairs: int, config: Config) -> list[str]:
    """How much of the minutes is a planner's own; nothing where none is."""
    if config.travel.own_times is None:
        return []
    return [f"{pairs:,} pair(s) of area and site have the minutes of {config.travel.own_times}."]


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)
