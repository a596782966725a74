"""What the documentation says is there, is there; links lead somewhere; the site builds without a network."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from clinic_siting import cli

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CONTEXT.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
COMMAND = re.compile(r"^(?:\.venv/bin/)?clinic-siting ([^\n]*?)(?:#.*)?$", re.MULTILINE)
TARGET = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+?)(?:#[^)]*)?\)")
ON_THE_WEB = ("https://", "http://")
BUILT = "notebooks/"


def _fenced(text: str) -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", text.replace("\\\n", " "), re.MULTILINE | re.DOTALL))


def _commands() -> list[tuple[str, str]]:
    lines = [(page, line) for page in PAGES for line in COMMAND.findall(_fenced(page.read_text("utf-8")))]
    return [(page.name, line.strip()) for page, line in lines]


@pytest.mark.parametrize(("page", "line"), _commands())
def test_every_command_that_a_page_shows_exists_with_its_options(page, line):  # noqa: ARG001 - the test's name
    command = typer.main.get_command(cli.app)
    words = line.split("&&")[0].split()
    while getattr(command, "commands", None) and words:
        word = words.pop(0)
        assert word in command.commands
        command = command.commands[word]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= known | {"--help"}


def test_every_target_that_a_page_names_is_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {target for page in PAGES for target in TARGET.findall(page.read_text("utf-8"))}
    assert {target for target in named if f"\n{target}:" not in makefile} == set()


def test_every_target_has_a_line():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert [target for target in phony if not re.search(rf"^{target}:.* ## ", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_files_leads_somewhere(page):
    links = LINK.findall(page.read_text("utf-8"))
    local = [link for link in links if not link.startswith(ON_THE_WEB) and BUILT not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_tour_names_every_module():
    tour = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    package = ROOT / "src" / "clinic_siting"
    modules = {path.stem for path in package.glob("[a-z]*.py")}
    modules |= {path.parent.name for path in package.glob("[a-z]*/__init__.py")}
    assert sorted(name for name in modules if f"`{name}`" not in tour) == []


def test_decision_records_are_all_in_the_index():
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text("utf-8")
    assert [path.name for path in folder.glob("0*.md") if f"({path.name})" not in index] == []


def test_the_citation_names_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'version = "{citation["version"]}"' in project
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


def test_the_site_builds_strictly_and_asks_nothing_of_the_network(tmp_path, monkeypatch):
    pytest.importorskip("material", reason="the group site is not installed")
    pytest.importorskip("nbclient", reason="the group notebooks is not installed")
    monkeypatch.setenv("MKDOCS_NOTEBOOKS", "as-kept")
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    run = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (run.returncode, run.stderr) == (0, "")
    fetched = re.compile(r"<(?:script|link|img)[^>]+(?:src|href)=\"?https?://[^\"> ]+")
    pages = [page.read_text("utf-8") for page in tmp_path.rglob("*.html")]
    canonical = [found for page in pages for found in fetched.findall(page)]
    assert canonical == []
    assert "SitingCase" in (tmp_path / "reference" / "stages.html").read_text("utf-8")
