"""What the whole line costs at its largest: ``python -m bench.line`` writes its section of docs/scale.md.

``clinic-siting run`` as a planner would type it, in a process of its own whose time and memory are read
from the system: on the wide area of the bundled data, and on a data set of England's size
(:mod:`bench.tiles`). Heavy: minutes of processor time, and the memory that it measures.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.machine import description
from bench.pages import table, write_section
from bench.tiles import write_tiles
from clinic_siting import sources
from clinic_siting.config import read_config

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "scale.md"
WIDE = ROOT / "config" / "wide.yaml"
# What was asked for: less memory than an ordinary computer has.
GOAL_GB = 8
HEADER = [
    "",
    "zones × candidates",
    "directed links",
    "page, MB",
    "results, MB",
    "clock, s",
    "processor, s",
    "peak, GB",
]


@dataclass(frozen=True, slots=True)
class Measured:
    """One run.

    Attributes
    ----------
    record, plan
        Its ``run.json`` and ``plan.json``.
    wall_s, cpu_s, peak_gb
        By the clock, of processor time, and the most memory that the process held.
    page_mb, results_mb
        What it wrote.
    links
        Directed links of its roads.
    """

    record: dict[str, Any]
    plan: dict[str, Any]
    wall_s: float
    cpu_s: float
    peak_gb: float
    page_mb: float
    results_mb: float
    links: int

    def row(self, name: str) -> list[str]:
        """Lay it out for the table."""
        size = f"{self.record['zones']:,} × {self.record['candidates']:,}"
        written = [f"{self.page_mb:.1f}", f"{self.results_mb:.0f}"]
        took = [f"{self.wall_s:,.0f}", f"{self.cpu_s:,.0f}", f"**{self.peak_gb:.1f}**"]
        return [name, size, f"{self.links:,}", *written, *took]


def measured_run(config: Path, room: Path) -> Measured:
    """Run the whole line on a config, into a folder that goes afterwards."""
    words = [sys.executable, "-c", "from clinic_siting.cli import main; main()", "run", str(config)]
    words += ["--out", str(room / "outputs"), "--maps", str(room / "maps")]
    began = perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    _, status, used = os.wait4(process.pid, 0)
    wall_s = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{config}: ended with {process.returncode}")
    folder = room / "outputs" / config.stem
    roads = sources.read_roads(sources.open_data(read_config(config).data_folder)).links
    return Measured(
        record=json.loads((folder / "run.json").read_text("utf-8")),
        plan=json.loads((folder / "plan.json").read_text("utf-8")),
        wall_s=wall_s,
        cpu_s=used.ru_utime + used.ru_stime,
        peak_gb=used.ru_maxrss / 1e6,
        page_mb=(room / "maps" / f"{config.stem}.html").stat().st_size / 1e6,
        results_mb=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6,
        links=int((2 - roads["oneway"].astype(int)).sum()),
    )


def line_text(wide: Measured, england: Measured) -> str:
    """Lay out both runs."""
    met = max(wide.peak_gb, england.peak_gb) <= GOAL_GB
    plan = england.plan
    proof = "proved" if plan["proven"] else f"not proved, at most {100 * plan['gap']:.2f}% from the best"
    return (
        table(HEADER, [wide.row("wide area"), england.row("England's size")])
        + f"\n\nAsked for was that both end within {GOAL_GB} GB: {'met' if met else 'NOT MET'}. The "
        f"larger one's plan, {' and '.join(plan['chosen'])}, is {proof} ({plan['method']})."
    )


def main() -> None:
    """Measure and write."""
    machine = description(("numpy", "pandas", "numba", "highspy"))
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        config = write_tiles(room / "england")
        wide, england = measured_run(WIDE, room), measured_run(config, room)
    today = datetime.now(tz=UTC).date()
    text = f"{today}, `python -m bench.line`. {machine}.\n\n{line_text(wide, england)}"
    write_section(PAGE, "line", text)
    print(text)


if __name__ == "__main__":
    main()
