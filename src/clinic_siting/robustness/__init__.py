"""Is the plan robust: every set scored in many worlds, near-best plans, regret, room of the weights."""

from clinic_siting.robustness.draws import class_factors, demand_factors
from clinic_siting.robustness.leads import ever_leading
from clinic_siting.robustness.ranking import near_best, replacements, site_frequency
from clinic_siting.robustness.variants import with_candidates, with_demand, with_open, with_share, with_times
from clinic_siting.robustness.verdicts import (
    duels,
    leaders,
    regret_table,
    travel_rows,
    world_rows,
    worlds_in_words,
)
from clinic_siting.robustness.weights import preference_in_words, weight_prices, weight_ranges
from clinic_siting.robustness.worlds import Clock, Scores, World, score_worlds

__all__ = [
    "Clock",
    "Scores",
    "World",
    "class_factors",
    "demand_factors",
    "duels",
    "ever_leading",
    "leaders",
    "near_best",
    "preference_in_words",
    "regret_table",
    "replacements",
    "score_worlds",
    "site_frequency",
    "travel_rows",
    "weight_prices",
    "weight_ranges",
    "with_candidates",
    "with_demand",
    "with_open",
    "with_share",
    "with_times",
    "world_rows",
    "worlds_in_words",
]
