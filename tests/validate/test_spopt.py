"""The same values as spopt on small instances of the models that both have."""

import numpy as np
import pandas as pd
import pulp
import pytest

from clinic_siting.siting import Objective, Rules, SitingCase, solve
from clinic_siting.tables import Sites, TravelTimes

locate = pytest.importorskip(
    "spopt.locate", reason="spopt is not there; it comes with requirements/bench.txt"
)
pytestmark = [
    pytest.mark.validate,
    pytest.mark.filterwarnings("ignore"),  # of spopt and its libraries, which are not ours to mend
]
STANDARD = 20.0


def instance(seed: int, n_existing: int) -> SitingCase:
    rng = np.random.default_rng(seed)
    zones, sites = rng.uniform(0, 60, (40, 2)), rng.uniform(0, 60, (12, 2))
    minutes = np.abs(zones[:, None] - sites[None]).sum(axis=2).round(1)
    index = pd.Index([f"z{i:02d}" for i in range(40)], name="zone_id")
    names = [f"s{j:02d}" for j in range(12)]
    status = ["existing"] * n_existing + ["candidate"] * (12 - n_existing)
    times = TravelTimes(index, pd.Index(names), minutes)
    demand = pd.Series(rng.integers(1, 50, 40).astype(float), index=index)
    table = Sites(pd.DataFrame({"site_id": names, "status": status}))
    return SitingCase(times, demand, table, pd.DataFrame(index=index), minutes <= STANDARD)


def theirs(model: str, case: SitingCase, n_new: int) -> float:
    """Their objective's value in our unit."""
    minutes, demand = case.times.minutes, case.demand.to_numpy()
    open_already = np.flatnonzero(case.times.site_id.isin(case.sites.existing))
    fixed = {"predefined_facilities_arr": np.isin(np.arange(12), open_already)} if len(open_already) else {}
    p = n_new + len(open_already)
    solver = pulp.HiGHS(msg=False, gapRel=0)
    if model == "mean":
        found = locate.PMedian.from_cost_matrix(minutes, demand, p_facilities=p, **fixed).solve(solver)
        return found.problem.objective.value() / demand.sum()
    if model == "max":
        found = locate.PCenter.from_cost_matrix(minutes, p_facilities=p, **fixed).solve(solver)
        return found.problem.objective.value()
    mclp = locate.MCLP.from_cost_matrix(minutes, demand, service_radius=STANDARD, p_facilities=p, **fixed)
    return mclp.solve(solver).problem.objective.value() / demand.sum()


@pytest.mark.parametrize("model", ["mean", "max", "coverage"])
@pytest.mark.parametrize("n_existing", [0, 3])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_find_the_same_value(monkeypatch, model, n_existing, seed):
    case = instance(seed, n_existing)
    for n_new in (1, 2, 4):
        expected = theirs(model, case, n_new)
        listed = solve(case, Objective(model), Rules(n_new)).plan
        with monkeypatch.context() as patch:
            patch.setattr("clinic_siting.siting.answer.FEW", 0)
            patch.setattr("clinic_siting.siting.answer.LARGEST", 0)
            searched = solve(case, Objective(model), Rules(n_new)).plan
        assert listed.proven
        assert searched.proven
        assert listed.value == pytest.approx(expected, rel=1e-6)
        assert searched.value == pytest.approx(expected, rel=1e-6)
