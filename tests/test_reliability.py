"""The page of promises names tests that exist, and figures that were kept."""

import ast
import json
import re
from pathlib import Path

from bench.reliability import PARTS, section

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")


def test_every_promise_names_tests_that_exist():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 40
    gone = [
        f"{path}::{name}"
        for path, name in named
        if not any(
            isinstance(part, ast.FunctionDef) and part.name == name
            for part in ast.parse((ROOT / path).read_text("utf-8")).body
        )
    ]
    assert gone == []


def test_every_row_of_a_promise_names_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
    bare = [row for row in rows if "::" not in row and "kept by" not in row]
    assert bare == []


def test_the_figures_of_long_trials_are_those_that_were_kept():
    kept = json.loads((ROOT / "docs" / "reliability.json").read_text("utf-8"))
    for name in PARTS:
        assert f"<!-- {name}: begin -->" in PAGE
        if name in kept:
            assert section(kept[name]) in PAGE
            assert kept[name]["sound"], name
