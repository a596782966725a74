"""The tables of a result, by the name of their file, before anything is kept back."""

import numpy as np
import pandas as pd

from clinic_siting import evidence, report
from clinic_siting.config import Config
from clinic_siting.demand import MODELS
from clinic_siting.pipeline import Answer
from clinic_siting.report.data import joined


def result_tables(answer: Answer, config: Config) -> dict[str, pd.DataFrame]:
    """Tables of measures, sites, zones and sets, and those of :mod:`~clinic_siting.evidence`.

    Parameters
    ----------
    answer
        What a run found.
    config
        The scenario.

    Returns
    -------
    File name → table.
    """
    table, ranking = answer.measures.table, answer.siting.ranking
    ground = answer.ground
    demand = ground.demand.to_frame("demand")
    if weighted(answer):
        demand = demand.assign(patients=ground.patients)
    zones = report.zone_table(ground.zones, demand, answer.today, answer.planned)
    named = joined(ranking)
    phases = evidence.phase_table(answer, standard_min=config.access.standard_min)
    return {
        **evidence.fairness_tables(answer, MODELS[config.demand.model], capacity=config.siting.capacity),
        "measures.csv": table.set_index("grouping"),
        "sites.csv": open_sites(answer),
        "zones.csv": zones,
        "ranking.csv": named.set_axis(pd.RangeIndex(1, len(named) + 1, name="rank")),
        **({} if phases.empty else {"phases.csv": phases}),
    }


def weighted(answer: Answer) -> bool:
    """Whether a planner lets some patients count for more."""
    return not np.array_equal(answer.ground.patients, answer.ground.demand)


def open_sites(answer: Answer) -> pd.DataFrame:
    """Every site that is open today or with the plan, and what it receives."""
    return report.site_table(answer.ground.sites, answer.siting.plan.chosen, answer.volumes)
