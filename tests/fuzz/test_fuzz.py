"""Whatever a file holds, its reader gives a value or refuses it in a few lines, and soon."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.fuzz.limits import soon
from tests.fuzz.mutation import astray
from tests.fuzz.targets import TARGETS

from clinic_siting.errors import ClinicSitingError

CORPUS = Path(__file__).parents[1] / "corpus"
# Where a new fault's input goes; it is to be added to the corpus with the repair.
FOUND = os.environ.get("CLINIC_SITING_FUZZ_FOUND")
FEW, MANY = 40, int(os.environ.get("CLINIC_SITING_FUZZ", "750"))


def try_to_read(name: str, content: bytes) -> None:
    """A value, or a refusal that can be shown; anything else is a fault."""
    try:
        with soon():
            TARGETS[name].read(content)
    except ClinicSitingError as refusal:
        assert len(str(refusal).splitlines()) <= 6, refusal  # noqa: PT017 - a value is as right as a refusal
        assert len(refusal.verdict) < 2000, refusal  # noqa: PT017 - the same
    except BaseException:
        if FOUND:
            path = Path(FOUND) / name / hashlib.sha256(content).hexdigest()[:12]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        raise


def fuzz(name: str, examples: int) -> int:
    """How many inputs were tried; hypothesis ends early where it has tried all it can think of."""
    tried = 0

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(astray(list(TARGETS[name].seeds())))
    def reads(content: bytes) -> None:
        nonlocal tried
        tried += 1
        try_to_read(name, content)

    reads()
    return tried


@pytest.mark.parametrize("name", TARGETS)
def test_sound_files_are_read(name):
    for seed in TARGETS[name].seeds():
        if name not in {"config", "rules", "solve", "index"}:
            TARGETS[name].read(seed)


@pytest.mark.parametrize("name", TARGETS)
def test_files_led_astray_are_read_or_refused(name):
    fuzz(name, FEW)


@pytest.mark.long
@pytest.mark.parametrize("name", TARGETS)
def test_very_many_files_led_astray_are_read_or_refused(name, record_property):
    record_property("inputs", fuzz(name, MANY))


@pytest.mark.parametrize(
    "path",
    sorted(path for path in CORPUS.glob("*/*") if path.is_file()),
    ids=lambda path: "/".join(path.parts[-2:]),
)
def test_what_was_a_fault_once_is_none_now(path):
    try_to_read(path.parent.name, path.read_bytes())
