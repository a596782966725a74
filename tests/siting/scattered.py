"""Towns scattered over a plane, with more sets of sites than are worth listing."""

import numpy as np
import pandas as pd

from clinic_siting.siting import Objective, Score, SitingCase
from clinic_siting.tables import Sites, TravelTimes

STANDARD = 20.0
PLAIN = ("mean", "max", "coverage", "worst_tenth", "mad", "sd", "gini", "gap")
SCORES = (
    Score({"mean": 1, "variation": 1}, "mad"),
    Score({"worst_tenth": 1, "variation": 1}, "gini"),
    Score({"mean": 1, "variation": 1, "beyond_standard": 0.5, "alliance_gap": 0.3}, "sd"),
)
OBJECTIVES = (*map(Objective, PLAIN), *(Objective("weighted", score) for score in SCORES))


def scattered(seed: int, n_zones: int, n_candidates: int, *, n_existing: int = 3, step: float = 0.01):
    """A town; times are multiples of ``step`` minutes; in every third five zones lie at each place."""
    rng = np.random.default_rng(seed)
    here = rng.uniform(0, 60, (n_zones, 2))
    if seed % 3 == 0:
        here = np.repeat(here[: n_zones // 5], 5, axis=0)
    there = rng.uniform(0, 60, (n_existing + n_candidates, 2))
    minutes = np.round((np.abs(here[:, None] - there[None]).sum(axis=2) + 1) / step) * step
    zones = pd.Index([f"z{i:04d}" for i in range(len(here))], name="zone_id")
    sites = pd.Index([f"s{j:03d}" for j in range(len(there))])
    status = rng.permutation(["existing"] * n_existing + ["candidate"] * n_candidates)
    groups = {
        "alliance_name": rng.choice(list("NSW"), len(here)),
        "imd_decile": rng.integers(1, 6, len(here)),
    }
    return SitingCase(
        TravelTimes(zones, sites, minutes),
        pd.Series(rng.integers(1, 9, len(here)).astype(float), index=zones),
        Sites(pd.DataFrame({"site_id": sites, "status": status})),
        pd.DataFrame(groups, index=zones),
        minutes <= STANDARD,
    )
