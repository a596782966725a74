"""Measure everything: ``python -m bench`` runs all parts, ``python -m bench travel app`` some.

Each part writes its own section of docs/performance.md or docs/scale.md. One that fails does not keep
the others from being measured.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from bench.machine import description
from bench.pages import write_section

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
# In the order of the line; the heaviest last.
PARTS = {
    "travel": ("-m", "bench.travel"),
    "isochrones": ("-m", "bench.isochrones"),
    "siting": ("-m", "bench.siting"),
    "maps": ("-m", "bench.maps"),
    "app": ("-m", "bench.app", "config/lsesn.yaml"),
    "scale": ("-m", "bench.scale"),
    "line": ("-m", "bench.line"),
}
# What only prints; its words go to the page as they are.
PRINTS = ("app",)


def main() -> int:
    """Run the parts asked for, and say which failed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar=f"{{{','.join(PARTS)}}}")
    chosen = options.parse_args().parts or list(PARTS)
    failed = [part for part in chosen if not measured(part)]
    if failed:
        print(f"not measured: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def measured(part: str) -> bool:
    """Run one part in a process of its own; whether it went well."""
    print(f"{part} …", flush=True)
    machine, began = description(("numpy", "scipy", "numba")), perf_counter()
    command = [sys.executable, *PARTS[part]]
    run = subprocess.run(  # noqa: S603 - our own modules
        command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE if part in PRINTS else None
    )
    print(f"{part}: {(perf_counter() - began) / 60:.1f} minutes", flush=True)
    if run.returncode == 0 and part in PRINTS:
        write_section(PAGE, part, f"{machine}.\n\n```text\n{run.stdout.strip()}\n```")
    return run.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
