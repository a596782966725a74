"""Which sites can never stand together because one would take too little: a rule on the set itself.

Opening one more site takes demand from the others and brings them none. So a site that is too small
alone beside the existing ones, or beside one other new site, is too small in every set that holds them.
"""

import numpy as np

from clinic_siting.errors import InfeasibleError, TimeLimitError
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.constraints import ApartRule, LinearRule
from clinic_siting.siting.cut_search import Setting, start_of
from clinic_siting.siting.enumeration import combinations_of
from clinic_siting.siting.flows import volumes_of
from clinic_siting.siting.master import Master, solve_master
from clinic_siting.siting.outcomes import needs
from clinic_siting.siting.question import PROVEN
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.solver import Deadline
from clinic_siting.tables import FloatArray, IntArray

# Zones × pairs of sites that are looked at; beyond it each site is looked at alone.
LARGEST_CELLS = 100_000_000
# Demand of a site in some sets: (sites, demand), no larger in any set that holds them all.
Known = list[tuple[IntArray, float]]


def volume_rule(case: SitingCase, rules: Rules) -> ApartRule | None:
    """The smallest viable volume as a rule on pairs of new sites: necessary, not sufficient.

    Returns
    -------
        Smallest demand of the two sites of each pair, and of each site alone, against the least;
        None where nothing is asked, or clinics that turn patients away may swell others.
    """
    if not rules.min_volume or rules.capacity:
        return None
    least = rules.min_volume - 1e-9 * max(1.0, rules.min_volume)
    return ApartRule(needs(rules.min_volume), smallest_of_pairs(case), least)


def smallest_of_pairs(case: SitingCase) -> FloatArray:
    """Demand of the smaller of two new sites, were no other opened, shape (n_candidates, n_candidates).

    On the diagonal that of one alone; ``inf`` where pairs are too many to look at.
    """
    n_sites, n_existing = len(case.sites.candidates), len(case.sites.existing)
    alone = volumes_of(case, np.arange(n_sites)[:, None])[:, n_existing]
    smallest = np.full((n_sites, n_sites), np.inf)
    if n_sites**2 // 2 * len(case.times.zone_id) <= LARGEST_CELLS:
        pairs = combinations_of(n_sites, 2)
        volume = volumes_of(case, pairs)[:, n_existing:].min(axis=1, initial=np.inf)
        smallest[pairs[:, 0], pairs[:, 1]] = smallest[pairs[:, 1], pairs[:, 0]] = volume
    np.fill_diagonal(smallest, alone)
    return smallest


def most_viable(setting: Setting, until: Deadline) -> tuple[IntArray, float, float]:
    """Find the set whose smallest new site is as large as can be, by bisection.

    Each step asks a model for a set of which every site takes more than some demand; sets in which
    one does not are told to the model, cut down to the sites that are to blame.

    Returns
    -------
        The set, the demand of its smallest new site, and what no set's smallest can exceed.
    """
    case, known = setting.question.case, list[tuple[IntArray, float]]()
    smallest = smallest_of_pairs(case)
    best = start_of(setting.minutes, setting.question.rules.n_open, setting.lines)
    if best is None:
        best = _more_than(setting, smallest, -1.0, known, until)
    if best is None:
        raise InfeasibleError("no set of sites obeys the rules together.")
    value, bound = _smallest_in(case, best), float(np.diag(smallest).max())
    while bound - value > PROVEN * max(1.0, bound) and until.left_s > 0:
        middle = (value + bound) / 2
        try:
            chosen = _more_than(setting, smallest, middle, known, until)
        except TimeLimitError:
            break
        if chosen is None:
            bound = middle
        else:
            best, value = chosen, _smallest_in(case, chosen)
    return best, value, bound


def _more_than(
    setting: Setting, smallest: FloatArray, demand: float, known: Known, until: Deadline
) -> IntArray | None:
    """A set of which every site takes more than some demand; None where there is none."""
    n_sites, n_open = setting.minutes.n_sites, setting.question.rules.n_open
    pairs = ApartRule("", smallest, demand)
    while until.left_s > 0:
        blamed = [_not_all(sites, n_sites) for sites, most in known if most <= demand]
        master = Master(n_sites, n_open, [*setting.lines, pairs, *blamed], [])
        left, solver = max(0.1, until.left_s), setting.effort.solver
        try:
            point = solve_master(master, binary=True, time_limit_s=left, solver=solver)
        except InfeasibleError:
            return None
        chosen = np.flatnonzero(point.y > 0.5)
        if _smallest_in(setting.question.case, chosen) > demand:
            return chosen
        known.append(_to_blame(setting.question.case, chosen, demand))
    raise TimeLimitError("no set was found in time.")


def _not_all(sites: IntArray, n_sites: int) -> LinearRule:
    row = np.zeros(n_sites)
    row[sites] = 1.0
    return LinearRule("", row, -np.inf, len(sites) - 1.0)


def _volumes(case: SitingCase, sites: IntArray) -> FloatArray:
    return volumes_of(case, sites[None, :])[0, len(case.sites.existing) :]


def _smallest_in(case: SitingCase, sites: IntArray) -> float:
    return float(_volumes(case, sites).min(initial=np.inf))


def _to_blame(case: SitingCase, chosen: IntArray, demand: float) -> tuple[IntArray, float]:
    """The sites of a set that keep its smallest one at or below some demand, and what that one takes."""
    small, sites = chosen[_volumes(case, chosen).argmin()], chosen
    for site in chosen.tolist():
        rest = sites[sites != site]
        if site != small and _volumes(case, rest)[rest == small][0] <= demand:
            sites = rest
    return sites, float(_volumes(case, sites)[sites == small][0])
