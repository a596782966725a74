"""Each formulation of a tiny problem as PuLP writes it, kept to be read; see ``lp/``.

``CLINIC_SITING_WRITE_LP=1 pytest tests/siting/test_formulations.py`` writes the files anew.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pulp
import pytest

from clinic_siting.siting import Requirement, Rules, SitingCase
from clinic_siting.siting.assignment_model import build_assignment_model
from clinic_siting.siting.constraints import set_rules
from clinic_siting.siting.evaluate import measure_sets
from clinic_siting.siting.field import field_of
from clinic_siting.siting.master import Bounded, Master, build_master
from clinic_siting.siting.near import NearRows
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.siting.regret import build_regret_model
from clinic_siting.siting.set_model import build_set_model
from clinic_siting.tables import Sites, TravelTimes

FOLDER = Path(__file__).parent / "lp"
WRITE = bool(os.environ.get("CLINIC_SITING_WRITE_LP"))
RULES = Rules(2, require=(Requirement({"side": ("west",)}, 1),), budget=5.0)


def tiny() -> SitingCase:
    """Three zones of 1, 2 and 1 patients, an old clinic and three candidates."""
    zones, names = pd.Index(["a", "b", "c"], name="zone_id"), ["east", "mid", "old", "west"]
    minutes = np.array([[30.0, 12.0, 20.0, 5.0], [20.0, 4.0, 30.0, 16.0], [5.0, 18.0, 40.0, 36.0]])
    table = pd.DataFrame(
        {
            "site_id": names,
            "status": ["candidate", "candidate", "existing", "candidate"],
            "side": ["east", "west", "west", "west"],
            "cost": [3.0, 2.0, 0.0, 2.0],
        }
    )
    demand = pd.Series([1.0, 2.0, 1.0], index=zones)
    times = TravelTimes(zones, pd.Index(names), minutes)
    return SitingCase(times, demand, Sites(table), pd.DataFrame(index=zones), minutes <= 15)


def master_with(cost: NearestCost | None, n_open: int | None, limit: float | None = None) -> Master:
    """The master with the cuts of every single site and of the best pair."""
    costs = [] if cost is None else [Bounded(cost, np.zeros(3, dtype=np.int64), limit)]
    master = Master(3, n_open, set_rules(RULES, tiny()), costs)
    for chosen in ([0], [1], [2], [0, 1]):
        y = np.zeros(3)
        y[chosen] = 1.0
        for bounded in costs:
            bounded.add_cuts(y, y, None)
    return master


def p_median() -> pulp.LpProblem:
    return build_assignment_model(tiny(), RULES)[0]


def benders_mean() -> pulp.LpProblem:
    return build_master(master_with(NearestCost.of_minutes(field_of(tiny())), 2), binary=True)[0]


def benders_coverage() -> pulp.LpProblem:
    return build_master(master_with(NearestCost.of_uncovered(field_of(tiny())), 2), binary=True)[0]


def fewest_sites() -> pulp.LpProblem:
    """Three quarters of the patients within the standard."""
    cost = NearestCost.of_uncovered(field_of(tiny()))
    return build_master(master_with(cost, None, limit=0.25), binary=True)[0]


def center_within_16_minutes() -> pulp.LpProblem:
    """Bisection's question: can everyone have a site within 16 minutes? And (east, west) is ruled out."""
    master = master_with(None, 2)
    near = NearRows.within(field_of(tiny()), 16.0)
    master.near.extend(near.row(zone) for zone in range(near.n_zones))
    master.ruled_out.append(np.array([0, 2]))
    return build_master(master, binary=True)[0]


def set_model_mad() -> pulp.LpProblem:
    sets = np.array([[0, 1], [0, 2], [1, 2]])
    costs = measure_sets(tiny(), sets)["mad"].to_numpy()
    return build_set_model(sets, costs, 3, set_rules(RULES, tiny()))[0]


def least_regret() -> pulp.LpProblem:
    """Three sets in two worlds."""
    return build_regret_model(np.array([[0.0, 3.0], [1.0, 1.5], [4.0, 0.0]]))[0]


# East and mid: 12, 4, 4 and 5 minutes, a mean of 6.25, deviations of 5.75, 2.25, 2.25 and 1.25. Mid alone
# has three of four patients within 15 minutes. The third set regrets 4 at most, the first 3, the second 1.5.
MODELS: list[tuple[Callable[[], pulp.LpProblem], float]] = [
    (p_median, 6.25),
    (benders_mean, 6250.0),
    (benders_coverage, 0.0),
    (fewest_sites, 1.0),
    (center_within_16_minutes, 0.0),
    (set_model_mad, 2.875),
    (least_regret, 1.5),
]


@pytest.mark.parametrize(("build", "optimum"), MODELS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_model_is_the_one_that_was_read_and_has_the_known_optimum(build, optimum, tmp_path):
    problem = build()
    written = tmp_path / "model.lp"
    problem.writeLP(str(written))
    kept = FOLDER / f"{build.__name__}.lp"
    if WRITE:
        kept.write_text(written.read_text("utf-8"), "utf-8")
    assert written.read_text("utf-8") == kept.read_text("utf-8")
    problem.solve(pulp.HiGHS(msg=False, gapRel=0))
    assert pulp.value(problem.objective) == pytest.approx(optimum, abs=1e-6)


def test_every_kept_file_belongs_to_a_model():
    assert {path.stem for path in FOLDER.glob("*.lp")} == {build.__name__ for build, _ in MODELS}
