"""Runs over the toy country."""

import pytest

from clinic_siting import pipeline
from clinic_siting.config import read_config

QUICK = {"periods": ["pm_peak"], "gates_min": [], "close_each": False, "speed_draws": 2, "demand_draws": 2}


@pytest.fixture
def answer_of(write_config):
    def run(**changes):
        return pipeline.run(read_config(write_config(robustness=QUICK, **changes)))

    return run
