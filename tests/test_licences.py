"""Every package that is locked has its licence listed, and all agree with ours."""

import importlib.util
import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTED = dict(
    re.findall(
        r"^\| ([a-z0-9_.-]+) \| ([^|]+) \|", (ROOT / "docs" / "licences.md").read_text("utf-8"), re.MULTILINE
    )
)


@pytest.fixture(scope="module")
def licences():
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs" / "licences.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("name", ["run", "dev", "bench"])
def test_every_locked_package_is_listed_with_a_licence_that_agrees(licences, name):
    packages = licences.locked(name)
    assert len(packages) > 30
    assert [package for package in packages if package not in LISTED] == []
    doubtful = [p for p in packages if not licences.agrees(LISTED[p]) and p not in licences.EXCEPTIONS]
    assert doubtful == []


def test_what_a_user_installs_asks_for_nothing_but_credit(licences):
    assert [package for package in licences.locked("run") if not licences.agrees(LISTED[package])] == []


def test_what_is_listed_is_what_the_packages_state(licences):
    installed = {package.metadata["Name"].lower().replace("_", "-") for package in metadata.distributions()}
    for package in {*licences.locked("run"), *licences.locked("dev")} & installed:
        assert LISTED[package] == licences.stated_licence(package), package


@pytest.mark.parametrize(
    ("expression", "agrees"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_all_parts_of_one_offer_have_to_agree(licences, expression, agrees):
    assert licences.agrees(expression) is agrees


def test_every_pin_of_the_set_up_has_its_hash():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text("utf-8")
        pins = re.findall(
            r"^[A-Za-z0-9_.-]+(?:\[[^]]*])?==[^\\]+\\\n((?: +--hash=sha256:[0-9a-f]{64}.*\n)+)",
            text,
            re.MULTILINE,
        )
        assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)), path
