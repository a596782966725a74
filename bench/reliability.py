"""What takes long: ``python -m bench.reliability [PART…]`` tries it and writes docs/reliability.md.

Each part is a command of its own. What it tried and what came of it is kept in docs/reliability.json with its
date and command, and from there stands on the page; a part that fails says so there too, and exits with 1.
"""

import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import description
from bench.pages import write_section

ROOT = Path(__file__).resolve().parents[1]
PAGE, KEPT = ROOT / "docs" / "reliability.md", ROOT / "docs" / "reliability.json"
PACKAGES = ("numpy", "pandas", "pyarrow", "hypothesis")
# Seconds for each reader that is fuzzed by coverage; how many times wider the laws are tried.
COVERAGE_S, WIDER = 15, 10
VERSIONS = ("3.12", "3.13", "oldest")
ENGLAND = ("bench.scale", "bench.line")


@dataclass(frozen=True)
class Outcome:
    """What one part tried.

    Attributes
    ----------
    command
        What was run, as one would type it.
    lines
        What was tried and what came of it, a line each.
    sound
        Whether all of it ended well.
    """

    command: str
    lines: list[str]
    sound: bool


# --- commands ---------------------------------------------------------------------------------


def _run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _pytest(*words: str, **environment: str) -> tuple[dict[str, Any], Outcome]:
    """Figures that the tests recorded, and how they ended."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        options = ("-m", "pytest", "-p", "tests.figures", "-p", "no:cacheprovider")
        done = _run(*options, *words, CLINIC_SITING_FIGURES=file.name, **environment)
        text = Path(file.name).read_text(encoding="utf-8")
    figures = json.loads(text) if text else {"tests": {}}
    typed = [f"{name}={value}" for name, value in environment.items()]
    command = " ".join([*typed, "pytest -p tests.figures", *map(_quoted, words)])
    faults = re.findall(r"^(?:FAILED|ERROR) .*", done.stdout, re.MULTILINE)
    if done.returncode and not faults:
        faults = [_last(done.stdout + done.stderr)]
    return figures, Outcome(command, [f"**A fault**: {fault}" for fault in faults], not done.returncode)


def _last(said: str) -> str:
    """The last line of what a command said, for a fault that has no words of its own."""
    return next(iter(said.strip().splitlines()[-1:]), "it ended without a word")


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word else word


def _recorded(figures: dict[str, Any], name: str) -> int:
    return sum(int(recorded.get(name, 0)) for recorded in figures["tests"].values())


def _with(lines: list[str], outcome: Outcome) -> Outcome:
    return Outcome(outcome.command, [*lines, *outcome.lines], outcome.sound)


# --- parts ------------------------------------------------------------------------------------


def faults() -> Outcome:
    """Kills, pairs of runs, and little memory."""
    figures, outcome = _pytest("-m", "long", "tests/faults")
    ends = [end for recorded in figures["tests"].values() for end in recorded.get("ends", [])]
    runs, killed, writing = (_recorded(figures, name) for name in ("runs", "killed", "killed while writing"))
    lines = [
        f"{runs} runs, {killed} ended by `kill -9` at a random moment, {writing} while writing results.",
        f"{_recorded(figures, 'pairs')} pairs of runs into one folder.",
        f"{_recorded(figures, 'limits')} limits of memory (`ulimit -v`): {_memory(ends)}",
    ]
    return _with(lines, outcome)


def _memory(ends: list[str]) -> str:
    told = {
        "ended well": lambda end: ": 0, " in end,
        "said in words": lambda end: "short of memory" in end,
        "said by OpenBLAS in its own": lambda end: "OpenBLAS error" in end,
        "other": lambda _: True,
    }
    found: dict[str, list[str]] = {kind: [] for kind in told}
    for end in ends:
        kind = next(kind for kind, holds in told.items() if holds(end))
        found[kind].append(end.split(" MB")[0])
    parts = [f"{kind} at {', '.join(sizes)} MB" for kind, sizes in found.items() if sizes]
    return "; ".join(parts) + "; nothing half-written at any."


def fuzz() -> Outcome:
    """Sound files led astray, for every reader."""
    figures, outcome = _pytest("-m", "long", "tests/fuzz")
    readers = [test for test, recorded in figures["tests"].items() if "inputs" in recorded]
    corpus = sum(path.is_file() for path in (ROOT / "tests" / "corpus").glob("*/*"))
    inputs = f"{_recorded(figures, 'inputs'):,} inputs to {len(readers)} readers"
    ends = "each a value or a refusal of a few lines, without a traceback, within ten processor seconds"
    lines = [
        f"{inputs}: {ends}.",
        f"{corpus} inputs that were faults once are kept in `tests/corpus` and are none now.",
    ]
    return _with(lines, outcome)


def coverage() -> Outcome:
    """The same readers, by coverage."""
    words = ("-m", "tests.fuzz.with_atheris", str(COVERAGE_S))
    command = f"python {' '.join(words)}"
    if importlib.util.find_spec("atheris") is None:
        return Outcome(command, ["Passed over: atheris is not installed here."], sound=True)
    done = _run(*words)
    each = [re.sub(r"\s+", " ", line) for line in done.stdout.splitlines() if " inputs, " in line]
    last = done.stdout.strip().splitlines()[-1:] or done.stderr.strip().splitlines()[-1:]
    return Outcome(command, [*last, "; ".join(each)], not done.returncode)


def laws() -> Outcome:
    """Laws and comparisons with brute force, ten times as many examples."""
    figures, outcome = _pytest("tests", "--ignore=tests/fuzz", CLINIC_SITING_WIDER=str(WIDER))
    passed, failed = figures.get("passed", 0), figures.get("failed", 0)
    lines = [f"{passed + failed} laws, {figures.get('examples', 0):,} examples, {failed} broken."]
    return _with(lines, outcome)


def real() -> Outcome:
    """Determinism on the real figures."""
    figures, outcome = _pytest("-m", "long", "tests/test_determinism.py")
    line = (
        f"{figures.get('passed', 0)} comparisons of runs of `config/lsesn.yaml`: one processor and all, "
        "another locale, time zone and hash seed; rows shuffled: the same bytes."
    )
    return _with([line] if outcome.sound else [], outcome)


def england() -> Outcome:
    """The size of England, its travel times and the whole line; the figures stand in docs/scale.md."""
    ends = [_run("-m", module) for module in ENGLAND]
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    peaks = [float(peak) for peak in re.findall(r"\| \*{0,2}([\d.]+)\*{0,2} \|$", page, re.MULTILINE)]
    size = re.search(r"^[\d,]+ nodes, .*$", page, re.MULTILINE)
    lines = [f"{size[0] if size else ''} At most {max(peaks)} GB; see [scale](scale.md)."]
    faults = [f"**A fault**: {_last(end.stderr)}" for end in ends if end.returncode]
    return Outcome(" && ".join(f"python -m {m}" for m in ENGLAND), faults or lines, not faults)


def versions() -> Outcome:
    """Other Pythons, and the oldest versions that are allowed."""
    words = ("-m", "tests.versions", *VERSIONS)
    done = _run(*words)
    lines = [line.strip(" =") for line in done.stdout.splitlines() if line.strip()]
    return Outcome(f"python {' '.join(words)}", lines, not done.returncode)


PARTS: dict[str, Callable[[], Outcome]] = {
    "faults": faults,
    "fuzz": fuzz,
    "coverage": coverage,
    "laws": laws,
    "real": real,
    "england": england,
    "versions": versions,
}


# --- the page ---------------------------------------------------------------------------------


def section(kept: dict[str, Any]) -> str:
    """What stands on the page of one part."""
    lines = "\n".join(f"- {line}" for line in kept["lines"])
    return f"{kept['date']}, `{kept['command']}`, {kept['cpu_s']:,} processor seconds:\n\n{lines}"


def try_part(name: str) -> bool:
    """Try one part, keep what came of it, and write it onto the page."""
    machine, before = description(PACKAGES), resource.getrusage(resource.RUSAGE_CHILDREN)
    outcome = PARTS[name]()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    entry = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "cpu_s": round(seconds), "machine": machine}
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept[name] = entry | asdict(outcome)
    ordered = {part: kept[part] for part in PARTS if part in kept}
    KEPT.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_section(PAGE, name, section(kept[name]))
    print(f"{name}: {'sound' if outcome.sound else 'FAULTS'}\n{section(kept[name])}\n", flush=True)
    return outcome.sound


def main() -> None:
    """Try the parts that are named, or all."""
    ends = [try_part(name) for name in sys.argv[1:] or PARTS]
    sys.exit(not all(ends))


if __name__ == "__main__":
    main()
