"""The witness of a command: its end is the command's, and an end without words gets some."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clinic_siting import cli

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no witness where nothing can be forked")
BEGIN = "import os, signal, sys, time; from clinic_siting import cli; from clinic_siting.cli import watch; "
LISTENING, NOHUP = "signal.SIG_DFL", "signal.SIG_IGN"


def watched(
    command: str, *words: str, apart: bool = False, hangup: str = LISTENING
) -> "subprocess.Popen[str]":
    """A process that watches a command of our own making, an expression; apart: in a group of its own."""
    begin = f"{BEGIN}signal.signal(signal.SIGHUP, {hangup}); "
    program = f"{begin}cli.main = lambda: {command}; watch.main()"
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=apart,
    )


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_command_that_ends_by_itself_ends_the_witness_alike(code):
    process = watched(f"(print('done'), sys.exit({code}))")
    assert process.communicate() == ("done\n", "")
    assert process.returncode == code


@pytest.mark.parametrize("by", ["SIGKILL", "SIGABRT"])
def test_a_command_that_the_system_ends_for_want_of_memory_is_spoken_for(by):
    process = watched(f"os.kill(os.getpid(), signal.{by})")
    _, complained = process.communicate()
    assert process.returncode == 1
    assert complained == (
        f"clinic-siting: the command was ended by {by} before it was done, most often because "
        f"{cli.SHORT_OF_MEMORY}\n"
    )


def test_a_fault_in_a_library_is_called_one():
    _, complained = watched("os.kill(os.getpid(), signal.SIGSEGV)").communicate()
    assert (
        "ended by SIGSEGV before it was done, by a fault in a library, which is worth reporting" in complained
    )


def test_programs_are_told_of_the_end_too():
    said, _ = watched("os.kill(os.getpid(), signal.SIGKILL)", "--json").communicate()
    assert '"refused": "the command was ended by SIGKILL' in said


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP])
def test_what_is_sent_to_the_program_reaches_the_command_and_ends_both_without_a_word(by):
    process = watched("(print('begun', flush=True), time.sleep(60))")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(by)
    assert process.communicate() == ("", "")
    assert process.returncode == -by


def test_under_nohup_a_command_outlives_its_terminal():
    process = watched("(print('begun', flush=True), input(), print('done'))", hangup=NOHUP)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    assert process.communicate("\n") == ("done\n", "")
    assert process.returncode == 0


def test_a_command_may_choose_to_end_well_when_it_is_asked_to():
    process = watched(
        "(signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)), print('begun', flush=True), time.sleep(60))"
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.terminate()
    process.communicate()
    assert process.returncode == 0


def test_what_breaks_as_a_command_is_interrupted_is_not_told_of():
    process = watched(
        "(signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGSEGV)),"
        "print('begun', flush=True), time.sleep(60))",
        apart=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate() == ("", "")
    assert process.returncode == -signal.SIGINT


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a command goes on to its end")
def test_a_killed_witness_leaves_no_command_behind():
    process = watched("(print(os.getpid(), flush=True), time.sleep(60))")
    assert process.stdout is not None
    command = Path("/proc") / process.stdout.readline().strip() / "stat"
    process.kill()
    process.communicate()
    patience = time.monotonic() + 10
    while command.exists() and ") Z " not in command.read_text(encoding="utf-8"):
        assert time.monotonic() < patience
        time.sleep(0.01)
