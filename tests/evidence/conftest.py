"""Runs over the toy country."""

from pathlib import Path

import pytest

from clinic_siting import pipeline
from clinic_siting.config import read_config
from clinic_siting.pipeline import Answer

QUICK = {"periods": ["pm_peak"], "gates_min": [], "close_each": False, "speed_draws": 2, "demand_draws": 2}


@pytest.fixture(scope="session")
def _answers() -> dict[tuple[str, ...], Answer]:
    return {}


@pytest.fixture
def answer_of(write_config, toy_data, _answers):
    """Answers by what a config changes; the same question over the same data is asked once."""

    def asked(path: Path) -> Answer:
        question = (path.read_text("utf-8"), (toy_data / "manifest.csv").read_text("utf-8"))
        if question not in _answers:
            _answers[question] = pipeline.run(read_config(path))
        return _answers[question]

    return lambda **changes: asked(write_config(robustness=QUICK, **changes))
