"""How soon the planner's page has its first answer, and whether its memory stays.

    python bench/app.py config/lsesn.yaml

Two visitors take turns, as on one server. Each change waits for its plan, not for the map that is
drawn behind it: so the next change meets a server that is still busy with the last one, as it would.
"""

import itertools
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from clinic_siting.app.planners import Planner
from clinic_siting.app.sessions import Session
from clinic_siting.config import read_config

CHANGES, REPORT_EVERY = 200, 25
PERIODS = ("am_peak", "pm_peak", "off_peak", "free_flow", "fitted", "inter_peak")


def family(pid: str = "self") -> list[str]:
    """Process ids of this process and all that it forked (Linux)."""
    try:
        lists = [path.read_text("ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except (FileNotFoundError, ProcessLookupError):
        lists = []  # it has ended meanwhile
    return [pid, *(one for text in lists for child in text.split() for one in family(child))]


def memory_mb() -> float:
    """Memory in use by server and workers, what they share counted once (Linux); else this process's peak."""
    if not Path("/proc/self/smaps_rollup").exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    lines = [line for pid in family() for line in memory_lines(pid)]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3


def memory_lines(pid: str) -> list[str]:
    """What the kernel says of one process's memory; nothing of one that has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return []


def answered_s(session: Session, control: str, value: object) -> float:
    """Seconds until a change has its plan."""
    start = time.perf_counter()
    session.change(control, value)
    while session.job is not None and not session.job.over and session.job.quick:
        time.sleep(0.002)
    if session.refusal:
        raise SystemExit(f"{control}: {session.refusal}")
    return time.perf_counter() - start


def rest(session: Session) -> None:
    """Wait until the map is drawn and every other world was tried."""
    while session.job is not None and not session.job.over:
        time.sleep(0.1)


def show(what: str, seconds: Iterable[float]) -> None:
    """Median and worst of some answers."""
    found = list(seconds)
    print(
        f"{what}: median {statistics.median(found):.2f} s, worst {max(found):.2f} s of {len(found)}",
        flush=True,
    )


def main(path: Path) -> None:
    """Measure."""
    start = time.perf_counter()
    planner = Planner(read_config(path), Path(tempfile.mkdtemp()))
    one, two = planner.session(""), planner.session("")
    print(f"ready for visitors after {time.perf_counter() - start:.1f} s, {memory_mb():.0f} MB", flush=True)
    rest(one)
    rest(two)
    print(
        f"first map and all worlds after {time.perf_counter() - start:.1f} s, {memory_mb():.0f} MB",
        flush=True,
    )
    at_rest = []
    for weight in (0.1, 0.2, 0.3):
        at_rest.append(answered_s(one, "weights", {"worst_tenth": weight}))
        one.cancel()
        time.sleep(3)
    show("a weight, the server at rest", at_rest)
    at_rest = []
    for period in PERIODS:
        at_rest.append(answered_s(one, "period", period))
        one.cancel()
        time.sleep(3)
    show("a new period, the server at rest", at_rest)
    took = []
    for number, session in zip(range(CHANGES), itertools.cycle((one, two)), strict=False):
        took.append(answered_s(session, "weights", {"worst_tenth": 0.5 + number / 100}))
        time.sleep(1.0)
        if (number + 1) % REPORT_EVERY == 0:
            print(f"  after {number + 1} changes: {memory_mb():.0f} MB", flush=True)
    show("a weight, two visitors taking turns, maps being drawn", took)
    planner.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
