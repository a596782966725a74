"""A plugin for long runs: what each test tried, as JSON, and laws of hypothesis tried more widely.

``CLINIC_SITING_FIGURES=FILE pytest -p tests.figures`` writes what tests recorded as their properties;
``CLINIC_SITING_WIDER=10`` passes over all tests but laws and tries each with ten times as many examples.
"""

import functools
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

WIDER = int(os.environ.get("CLINIC_SITING_WIDER", "0"))
FIGURES = os.environ.get("CLINIC_SITING_FIGURES")

_ends: Counter[str] = Counter()
_found: dict[str, dict[str, Any]] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the laws alone, where they are to be tried more widely."""
    if not WIDER:
        return
    laws = [item for item in items if hypothesis.is_hypothesis_test(getattr(item, "obj", None))]
    config.hook.pytest_deselected(items=[item for item in items if item not in laws])
    for law in {item.obj for item in laws}:  # one function may be many items
        before = law._hypothesis_internal_use_settings
        wider = hypothesis.settings(before, max_examples=WIDER * before.max_examples, deadline=None)
        law._hypothesis_internal_use_settings = wider
        law.hypothesis.inner_test = _counted(law.hypothesis.inner_test)
    items[:] = laws


def _counted(inner: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(inner)
    def count(*arguments: object, **named: object) -> object:
        _ends["examples"] += 1
        return inner(*arguments, **named)

    return count


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep how a test ended and what it recorded."""
    if report.when == "call" or report.outcome != "passed":
        _ends[report.outcome] += 1
        _found[report.nodeid] = dict(report.user_properties)


def pytest_sessionfinish() -> None:
    """Write the figures."""
    if FIGURES:
        found = {test: figures for test, figures in _found.items() if figures}
        Path(FIGURES).write_text(json.dumps({**_ends, "tests": found}, indent=1), "utf-8")
