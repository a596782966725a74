"""The headline figures of one run: the same in plan.json, CSV, workbook, report, print, page and list."""

import html
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pandas as pd
import pytest

MEASURES = ("mean", "mad", "worst_tenth", "coverage")


@pytest.fixture(scope="module")
def folders(toy_files, lay_out, tmp_path_factory) -> tuple[Path, Path]:
    """The files of one run: its own folder, and that of the maps."""
    out = lay_out(tmp_path_factory.mktemp("run"), toy_files)
    return out / "outputs" / "toy", out / "maps"


@pytest.fixture(scope="module")
def plan(folders) -> dict:
    return json.loads((folders[0] / "plan.json").read_text("utf-8"))


def figures(plan: dict) -> list[str]:
    """Average, spread and worst tenth with the plan, as readers see them."""
    return [f"{plan['measures'][name]:.1f}" for name in MEASURES[:3]]


def test_tables_hold_the_plans_figures(folders, plan):
    table = pd.read_csv(folders[0] / "measures.csv")
    everyone = table[table["grouping"] == "everyone"].set_index("measure")
    ranking = pd.read_csv(folders[0] / "ranking.csv")
    for name in MEASURES:
        assert everyone.loc[name, "today"] == pytest.approx(plan["today"][name], abs=6e-5), name
        assert everyone.loc[name, "planned"] == pytest.approx(plan["measures"][name], abs=6e-5), name
        assert ranking[name].iloc[0] == pytest.approx(plan["measures"][name], abs=6e-5), name
    assert ranking["sites"].iloc[0] == " + ".join(plan["chosen"])


def test_every_front_starts_with_the_smallest_mean_of_the_ranking(folders):
    fronts, ranking = (pd.read_csv(folders[0] / f"{name}.csv") for name in ("fronts", "ranking"))
    assert (fronts.groupby("against")["mean"].first() == ranking["mean"].min()).all()


def test_the_report_and_the_list_of_maps_tell_them(folders, plan):
    for path in (folders[0] / "report.html", folders[1] / "index.html"):
        text = html.unescape(path.read_text("utf-8"))
        assert [figure for figure in figures(plan) if figure not in text] == [], path.name


def test_the_print_tells_them(folders, plan):
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not installed")
    told = subprocess.run(  # noqa: S603 - reads our own file
        [reader, "-layout", folders[0] / "report.pdf", "-"], capture_output=True, check=True
    )
    # The space before a per cent sign is one that does not break.
    text = re.sub(r"\s+", " ", told.stdout.decode("utf-8"))
    share = f"{plan['measures']['coverage']:.0%}".replace("%", " %")
    wanted = [*figures(plan), *plan["names"], share, f"fingerprint {plan['fingerprint']}"]
    assert [figure for figure in wanted if figure not in text] == []


def test_the_workbook_holds_them(folders, plan):
    with zipfile.ZipFile(io.BytesIO((folders[0] / "results.xlsx").read_bytes())) as book:
        sheet = book.read("xl/worksheets/sheet2.xml").decode("utf-8")
    values = [float(value) for value in re.findall(r"<v>([\d.eE+-]+)</v>", sheet)]
    for name in MEASURES:
        for when in ("today", "measures"):
            assert any(value == pytest.approx(plan[when][name], rel=1e-9) for value in values), (name, when)


def test_the_page_carries_them(folders, plan):
    page = (folders[1] / f"{plan['scenario']}.html").read_text("utf-8")
    noscript = html.unescape(page[page.index("<noscript>") :])
    assert [figure for figure in figures(plan) if figure not in noscript] == []
    assert plan["fingerprint"] in page
    assert plan["fingerprint"] in (folders[0] / "report.html").read_text("utf-8")
