"""London's acute stroke units: optima published by full enumeration, and all pairs beside the eight."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clinic_siting.siting import Effort, Objective, Rules, SitingCase, solve
from clinic_siting.tables import Sites, TravelTimes

FOLDER = os.environ.get("CLINIC_SITING_BENCHMARKS", "")
pytestmark = [
    pytest.mark.validate,
    pytest.mark.skipif(not FOLDER, reason="CLINIC_SITING_BENCHMARKS is not set"),
]
STANDARD = 30.0
NAMES = {"pmedian": "mean", "pcenter": "max", "mclp30": "coverage", "minsd": "sd"}
MEASURES = {"mean": "mean", "sd": "sd", "gini": "gini", "mad": "mad", "max": "max", "p90": "p90"}


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(FOLDER) / "london_asu"


def read_case(folder: Path, *, hyper_acute_open: bool) -> SitingCase:
    """All units are candidates; the eight hyper-acute ones may be open already."""
    hospitals = pd.read_csv(folder / "hospitals.csv").set_index("Postcode")
    times = pd.read_csv(folder / "time.csv", index_col="LSOA")[hospitals.index].set_axis(
        hospitals["Unit"].to_numpy(), axis=1
    )
    demand = pd.read_csv(folder / "admissions.csv", index_col="LSOA")["admissions"].loc[times.index]
    already = hospitals["HASU"].to_numpy() == 1 if hyper_acute_open else np.zeros(len(hospitals), dtype=bool)
    status = np.where(already, "existing", "candidate")
    sites = Sites(pd.DataFrame({"site_id": hospitals["Unit"].to_numpy(), "status": status}))
    table = TravelTimes(times.index, times.columns, times.to_numpy())
    return SitingCase(table, demand, sites, pd.DataFrame(index=times.index), table.minutes <= STANDARD)


@pytest.fixture(scope="module")
def london(folder) -> SitingCase:
    return read_case(folder, hyper_acute_open=False)


@pytest.fixture
def published(folder) -> pd.DataFrame:
    return pd.read_csv(folder / "EXACT_OPTIMA_enumerated.csv").set_index(["p", "objective"])


@pytest.mark.parametrize("path", ["listed", "many"])
@pytest.mark.parametrize("n_open", range(1, 7))
@pytest.mark.parametrize("objective", NAMES)
def test_the_published_optima_are_found_and_proven(monkeypatch, london, published, path, n_open, objective):
    if path == "many":
        monkeypatch.setattr("clinic_siting.siting.answer.LARGEST", 0)
        monkeypatch.setattr("clinic_siting.siting.answer.FEW", 0)
    # Time enough for a slow machine: what is published is found, however long it takes.
    plan = solve(london, Objective(NAMES[objective]), Rules(n_open), effort=Effort(600)).plan
    assert plan.proven
    # The file was computed in single precision: minutes agree to seven digits.
    assert plan.value == pytest.approx(published.loc[(n_open, objective), "value"], rel=1e-6)


def test_all_pairs_beside_the_eight_have_the_published_measures(folder):
    case = read_case(folder, hyper_acute_open=True)
    ranking = solve(case, Objective("mean"), Rules(2)).ranking
    # Twenty-two units less the eight that are open: 14, which make 91 pairs.
    every = pd.read_csv(folder / "ADD_TWO_to_8_HASU_all_pairs.csv")
    ours = ranking.set_index(pd.Index([frozenset(sites) for sites in ranking["sites"]]))
    theirs = every.set_index(pd.Index([frozenset(pair) for pair in zip(every["a"], every["b"], strict=True)]))
    assert len(ours) == len(theirs) == 91
    both = theirs.loc[ours.index]
    for measure, column in {**MEASURES, "coverage": "within30"}.items():
        assert ours[measure].to_numpy() == pytest.approx(both[column].to_numpy(), rel=1e-6), measure
