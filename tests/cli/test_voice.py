"""Words for people, one JSON object for programs, silence where asked for, and help that helps."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from clinic_siting import cli

PYTHON = [sys.executable, "-c", "from clinic_siting.cli import main; main()"]


def commands(group=None, path=()):
    """Every command with the words that call it."""
    group = group or typer.main.get_command(cli.app)
    for name, entry in group.commands.items():
        if hasattr(entry, "commands"):
            yield from commands(entry, (*path, name))
        else:
            yield (*path, name), entry


def test_every_command_has_an_example_in_its_help():
    for path, entry in commands():
        assert f"Example: clinic-siting {' '.join(path)}" in " ".join(entry.help.split()), path


def test_every_option_is_explained():
    for path, entry in commands():
        for option in entry.params:
            assert option.name == "help" or option.help, (path, option.name)


def test_a_check_is_one_json_object_and_words_go_elsewhere(command, toy_config):
    code, said, complained = command("check", toy_config, "--json")
    record = json.loads(said)
    assert (code, record["red"]) == (0, False)
    assert {"light", "what", "where"} <= set(record["findings"][0])
    assert complained.startswith(f"{toy_config}: 0 red, ")


def test_json_may_stand_before_the_command_too_and_tells_red_before_it_ends(command, toy_config, tamper):
    tamper("zones.csv.gz", lambda t: t.assign(imd_decile=0))
    code, said, _ = command("--json", "check", toy_config)
    assert (code, json.loads(said)["red"]) == (1, True)


@pytest.mark.usefixtures("answered")
def test_a_run_tells_its_plan_and_what_it_wrote(command, toy_config):
    code, said, complained = command("run", toy_config, "--json")
    record = json.loads(said)
    assert code == 0
    assert record["chosen"] == ["CDC-E1", "TOY02"]
    assert record["written"][-1] == "maps/toy.html"
    assert "Next: open maps/toy.html" in complained
    code, said, _ = command("verify", "outputs/toy", "--json")
    assert (code, json.loads(said)["holds"]) == (0, True)
    assert command("verify", "outputs/toy", "--quiet") == (0, "", "")


def test_a_refusal_is_json_too(command):
    code, said, complained = command("run", "nothing.yaml", "--json")
    record = json.loads(said)
    assert (code, record["exit_code"]) == (1, 1)
    assert record["refused"] == "nothing.yaml: no such config file."
    assert complained == "clinic-siting: nothing.yaml: no such config file.\n"


def test_a_command_without_json_says_so(command):
    code, said, complained = command("init", "x", "--json")
    assert (code, said) == (2, "")
    assert complained == ("clinic-siting: init knows no --json; run, check, solve, compare, verify do.\n")


def test_quiet_says_nothing_where_all_is_well_and_refuses_aloud(command, tmp_path):
    assert command("init", "my-area", "--quiet") == (0, "", "")
    assert (tmp_path / "my-area" / "README.md").is_file()
    assert command("--quiet", "init", "my-area")[2].startswith("clinic-siting: my-area is not empty")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["rnu"], "Did you mean 'run'?"),
        (["run", "x.yaml", "--otu", "y"], "Possible options: --out"),
        (["points", "demnd"], "Did you mean 'demand'?"),
        (["run", "x.yaml", "--quite"], "no such option: --quite. Did you mean --quiet?"),
    ],
)
def test_a_slip_is_met_with_the_nearest_word(command, words, hint):
    code, _, complained = command(*words)
    assert code == 2
    assert hint in " ".join(complained.split())


def test_a_slip_in_the_name_of_a_scenario_too(command, toy_config):
    code, _, complained = command("run", toy_config.with_name("tyo.yaml"))
    assert code == 1
    assert f"Did you mean {toy_config}?" in complained


def test_what_is_piped_has_no_colours_and_help_comes_at_once():
    before = sum(os.times()[2:4])  # processor time of finished children
    piped = subprocess.run([*PYTHON, "--help"], capture_output=True, check=True, timeout=300)  # noqa: S603 - our own command
    assert sum(os.times()[2:4]) - before < 1.0  # 0.3 s where nobody else is busy
    assert b"\x1b[" not in piped.stdout
    assert b"Usage: " in piped.stdout


def test_the_version_is_that_of_the_project(command):
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    code, said, complained = command("--version")
    assert (code, complained) == (0, "")
    assert f'version = "{said.strip()}"' in project


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes_commands_and_options(tmp_path):
    program = tmp_path / "clinic-siting"
    program.write_text(f"#!{sys.executable}\nfrom clinic_siting.cli import main\nmain()\n", encoding="utf-8")
    program.chmod(0o755)
    asked = {"clinic-siting ro": 1, "clinic-siting run --o": 2, "clinic-siting points d": 2}
    lines = [
        f"COMP_WORDS=({words}); COMP_CWORD={at}; _clinic_siting_completion clinic-siting; "
        'echo "${COMPREPLY[@]}"'
        for words, at in asked.items()
    ]
    script = "\n".join(['eval "$(_CLINIC_SITING_COMPLETE=source_bash clinic-siting)"', *lines])
    known = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=known, check=False)  # noqa: S603, S607 - our own script
    assert done.stdout.splitlines() == ["robustness roads", "--out", "demand"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_written_for_the_shells(shell, monkeypatch):
    monkeypatch.setenv("_CLINIC_SITING_COMPLETE", f"source_{shell}")
    script = "import sys; sys.argv[0] = 'clinic-siting'; from clinic_siting.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=300)  # noqa: S603 - our own command
    assert b"clinic-siting" in done.stdout
