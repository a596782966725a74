"""Our minutes beside those of others: a calibration check, and drives that people know."""

import os
from pathlib import Path

import numpy as np
import pytest
from bench.travel_checks import bundled_world, calibration, known_drives

from clinic_siting.travel import travel_engine

pytestmark = pytest.mark.validate
FOLDER = os.environ.get("CLINIC_SITING_BENCHMARKS", "")


@pytest.fixture(scope="module")
def world():
    return bundled_world()


@pytest.mark.skipif(not FOLDER, reason="CLINIC_SITING_BENCHMARKS is not set")
@pytest.mark.parametrize(
    ("period", "mean_absolute", "r"), [("fitted", 3.3, 0.986), ("free_flow", 3.1, 0.987)]
)
def test_the_calibration_holds(world, period, mean_absolute, r):
    found = calibration(world, Path(FOLDER) / "travel_reference", period=period)
    assert len(found.error) > 250_000
    assert found.mean_absolute == pytest.approx(mean_absolute, abs=0.05)
    assert found.correlation == pytest.approx(r, abs=0.001)
    assert abs(found.bias) < 1


def test_well_known_drives_by_day_are_what_people_know(world):
    drives = known_drives(world)
    assert len(drives) == 16
    ratio = drives["inter_peak"] / drives["known"]
    assert ratio.median() == pytest.approx(1, abs=0.1)
    assert ratio.between(0.7, 1.3).all()


def test_a_busier_period_is_never_quicker(world):
    drives = known_drives(world)
    assert (drives["free_flow"] <= drives["off_peak"]).all()
    assert (drives["off_peak"] <= drives["inter_peak"]).all()
    assert (drives["inter_peak"] <= drives["pm_peak"]).all()


def test_both_engines_agree_on_the_bundled_roads(world):
    """To a billionth of a minute, which is far below the thousandth that anyone asked for."""
    assert world.engine.name == "cch"
    zones, network = world.join(world.zones.table), world.networks["inter_peak"]
    some = zones.of(zones.index[::500])
    fast = world.engine.on(network).times(zones, some).minutes
    plain = travel_engine(network, engine="scipy").on(network).times(zones, some).minutes
    reached = np.isfinite(plain)
    assert np.array_equal(np.isfinite(fast), reached)
    assert np.abs(fast[reached] - plain[reached]).max() < 1e-6
