"""One pure function for each measure of access and of its variation between patients.

Every measure weighs zones by demand, so that it speaks of patients, not of areas. ``minutes`` may
hold one distribution, shape (n_zones,), or many, shape (..., n_zones); the measure is taken along
the last axis. Where both arguments are Series their labels must be identical. A zone without
demand counts for nothing; a zone with demand and without a route (``inf``) makes the mean, every
measure of spread and the maximum ``inf``.
"""

from clinic_siting.measures.groups import (
    Gradient,
    group_gap,
    group_means,
    inequality_gradient,
    theil_between,
    theil_within,
)
from clinic_siting.measures.shares import SHARE_TOLERANCE
from clinic_siting.measures.supply import supply_ratio
from clinic_siting.measures.times import (
    WORST_SHARE,
    coverage,
    maximum,
    mean,
    median,
    p90,
    p95,
    quantile,
    s_curve,
    worst_tenth,
)
from clinic_siting.measures.variation import atkinson, cv, gini, mad, palma, sd, theil

__all__ = [
    "SHARE_TOLERANCE",
    "WORST_SHARE",
    "Gradient",
    "atkinson",
    "coverage",
    "cv",
    "gini",
    "group_gap",
    "group_means",
    "inequality_gradient",
    "mad",
    "maximum",
    "mean",
    "median",
    "p90",
    "p95",
    "palma",
    "quantile",
    "s_curve",
    "sd",
    "supply_ratio",
    "theil",
    "theil_between",
    "theil_within",
    "worst_tenth",
]
