"""The toy town before and after the eastern clinic opens."""

import pytest

from clinic_siting.access import measure_access


@pytest.fixture
def before(toy_times):
    return measure_access(toy_times, ["old"], standard_min=10)


@pytest.fixture
def after(toy_times):
    return measure_access(toy_times, ["old", "east"], standard_min=10)
