"""The commands that look beyond one plan."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from clinic_siting import cli
from clinic_siting.cli import several
from clinic_siting.config import kinds
from clinic_siting.errors import ConfigError

QUICK = {"periods": [], "gates_min": [], "close_each": False, "demand_models": []}


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words: str):
        return CliRunner().invoke(cli.app, list(words))

    return run


def all_explained(folder: Path) -> bool:
    """Whether every column of every table stands in the folder's dictionary with a meaning."""
    told = pd.read_csv(folder / "columns.csv", keep_default_na=False)
    there = {(p.name, c) for p in folder.glob("*.csv") if p.name != "columns.csv" for c in pd.read_csv(p)}
    return there == set(zip(told["file"], told["column"], strict=True)) and (told["meaning"] != "").all()


def test_compare_writes_one_folder_and_says_what_differs(command, write_config, tmp_path):
    paths = [str(write_config("toy")), str(write_config("late", travel={"period": "pm_peak"}))]
    done = command("compare", *paths, "--out", "o")
    assert done.exit_code == 0, done.output
    assert "late (journeys in the weekday evening peak, not between the weekday peaks)" in done.stdout
    folder = tmp_path / "o" / "comparison"
    assert {path.name for path in folder.iterdir()} == {
        "comparison.html",
        "comparison.txt",
        "plans.csv",
        "measures.csv",
        "clinics.csv",
        "columns.csv",
    }
    assert all_explained(folder)
    assert pd.read_csv(folder / "plans.csv")["scenario"].to_list() == ["toy", "late"]


def test_compare_needs_two_scenarios(command, toy_config):
    done = command("compare", str(toy_config))
    assert isinstance(done.exception, ConfigError)
    assert "name two or more config files" in str(done.exception)


def test_robustness_draws_as_often_as_asked(command, write_config, tmp_path):
    path = write_config("toy", robustness=QUICK)
    done = command("robustness", str(path), "--speed-draws", "2", "--demand-draws", "3", "--out", "o")
    assert done.exit_code == 0, done.output
    assert "of 2 draws of speeds; it beats " in done.stdout
    folder = tmp_path / "o" / "toy-robustness"
    assert pd.read_csv(folder / "demand_draws.csv")["worlds"].sum() == 3
    assert all_explained(folder)
    assert (folder / "robustness.txt").read_text("utf-8").startswith("This plan stays best under ")


def test_a_command_draws_no_oftener_than_a_config_may_ask(command, write_config):
    assert several.MOST_DRAWS == kinds.MOST_DRAWS
    path = str(write_config("toy"))
    assert command("robustness", path, "--speed-draws", str(several.MOST_DRAWS + 1)).exit_code == 2
