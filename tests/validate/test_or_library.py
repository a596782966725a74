"""OR-Library's p-median problems, solved as p-median and as p-center: the published optima, proven."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from clinic_siting.siting import Effort, Objective, Rules, SitingCase, solve
from clinic_siting.tables import Sites, TravelTimes

FOLDER = os.environ.get("CLINIC_SITING_BENCHMARKS", "")
pytestmark = [
    pytest.mark.validate,
    pytest.mark.skipif(not FOLDER, reason="CLINIC_SITING_BENCHMARKS is not set"),
]
INSTANCES = [f"pmed{number}" for number in range(1, 21)]


def optima() -> pd.DataFrame:
    return pd.read_csv(Path(FOLDER) / "orlib" / "optima.csv", index_col="instance")


def read_case(name: str) -> tuple[SitingCase, int]:
    """Every node is a zone of demand 1 and a candidate; the last of edges listed twice counts."""
    first, *lines = (Path(FOLDER) / "orlib" / f"{name}.txt").read_text().split("\n")
    n, _, p = map(int, first.split())
    edges = {}
    for line in lines:
        if line.strip():
            i, j, cost = line.split()
            edges[tuple(sorted((int(i) - 1, int(j) - 1)))] = float(cost)
    ends = np.array(list(edges))
    graph = csr_array((list(edges.values()), (ends[:, 0], ends[:, 1])), shape=(n, n))
    minutes = shortest_path(graph, directed=False)
    nodes = pd.Index([f"n{k:03d}" for k in range(n)], name="zone_id")
    sites = Sites(pd.DataFrame({"site_id": nodes, "status": "candidate"}))
    times = TravelTimes(nodes, nodes.rename("site_id"), minutes)
    demand = pd.Series(1.0, index=nodes)
    return SitingCase(times, demand, sites, pd.DataFrame(index=nodes), minutes <= 0), p


@pytest.mark.parametrize("name", INSTANCES)
def test_the_published_optima_are_found_and_proven(name):
    case, p = read_case(name)
    published = optima().loc[name]
    median = solve(case, Objective("mean"), Rules(p), effort=Effort(120)).plan
    assert median.proven
    assert median.value * len(case.demand) == pytest.approx(published["pmedian_opt"], abs=1e-6)
    center = solve(case, Objective("max"), Rules(p), effort=Effort(120)).plan
    assert center.proven
    assert center.value == published["pcenter_opt"]
