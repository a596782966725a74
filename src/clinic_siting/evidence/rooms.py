"""Whom full clinics pass on, in words."""

import numpy as np
import pandas as pd

from clinic_siting.demand import MODELS
from clinic_siting.pipeline import Answer


def full_clinics_in_words(answer: Answer, model: str) -> list[str]:
    """Which clinics of the plan are full, and how many patients go on to their next nearest with room.

    Parameters
    ----------
    answer
        What a run found.
    model
        Where demand comes from; of a planner's own referrals no number is told.

    Returns
    -------
        A sentence; nothing where every patient goes to the nearest open clinic.
    """
    siting, ground = answer.siting, answer.ground
    moved = siting.moved_on
    if moved.empty:
        return []
    is_open = ground.sites.existing.difference(list(siting.closed)).union(list(siting.plan.chosen))
    is_open = is_open.intersection(ground.times.site_id)
    zone = ground.times.zone_id.get_indexer(pd.Index(moved["zone_id"]))
    nearest = is_open[np.argmin(ground.times.to(is_open)[zone], axis=1)]
    passing = moved["demand"].groupby(nearest.to_numpy()).sum().sort_values(ascending=False, kind="stable")
    names = [ground.sites.name_of(site) for site in passing.index]
    full = f"{names[0]} is" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} are"
    how_many = "" if model == "referrals" else f" ({passing.sum():,.0f} {MODELS[model]})"
    return [f"{full} full: patients beyond the limit{how_many} go to their next nearest clinic with room."]
