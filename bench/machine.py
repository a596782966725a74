"""What a measurement was taken on, and how fast its memory is."""

import os
import platform
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np

REPEATS = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds of several runs of the same thing.

    Attributes
    ----------
    wall_s, cpu_s
        By the clock, and of processor time over all threads.
    runs
        How many.
    """

    wall_s: float
    cpu_s: float
    runs: int

    def times(self, factor: float) -> "Timing":
        """Scale a part to the whole, where the whole is so many times the part."""
        return Timing(self.wall_s * factor, self.cpu_s * factor, self.runs)


def measure(work: Callable[[], object], *, runs: int = REPEATS, warm_up: bool = True) -> Timing:
    """Run something several times and take medians; the first, cold run does not count."""
    if warm_up:
        work()
    wall, cpu = [], []
    for _ in range(runs):
        began, used = perf_counter(), process_time()
        work()
        wall.append(perf_counter() - began)
        cpu.append(process_time() - used)
    return Timing(median(wall), median(cpu), runs)


def bandwidth_gb_s() -> float:
    """Gigabytes a second that one core copies, read and written (an array far larger than any cache)."""
    source = np.ones(40_000_000)
    target = np.empty_like(source)
    timing = measure(lambda: np.copyto(target, source), runs=7)
    return 2 * source.nbytes / timing.wall_s / 1e9


def forget_peak() -> None:
    """Let :func:`peak_mb` count from now on (Linux; elsewhere it counts from the start)."""
    forget = Path("/proc/self/clear_refs")
    if forget.exists():
        forget.write_text("5", encoding="ascii")


def held_mb() -> float:
    """Memory that this process holds now, in megabytes; its peak where that cannot be told."""
    return _status_mb("VmRSS")


def peak_mb() -> float:
    """Most memory that this process held since :func:`forget_peak`, in megabytes."""
    return _status_mb("VmHWM")


def _status_mb(name: str) -> float:
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def description(packages: tuple[str, ...]) -> str:
    """One line: processor, cores, memory, system, versions, and how busy it was."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = "".join(f", {package} {version(package)}" for package in packages)
    return (
        f"{_processor()}, {cores} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}{versions}; load {os.getloadavg()[0]:.1f} at the start"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown processor"
