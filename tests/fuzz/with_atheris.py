"""Fuzz the readers by coverage: python -m tests.fuzz.with_atheris SECONDS [NAME…], where atheris is there.

Each reader has a process of its own, a seed, and a number of seconds; a fault ends it and leaves its input in
tests/corpus, where an ordinary test then holds the repair.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path

from tests.fuzz.limits import LONGEST_WAIT_S, refuse_long

CORPUS = Path(__file__).parents[1] / "corpus"
SEED = 7


def fuzz(name: str, seconds: int) -> None:
    """Never returns: libFuzzer ends the process."""
    import atheris  # noqa: PLC0415 - not everybody has it

    with atheris.instrument_imports(include=["clinic_siting", "yaml", "xml"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415

        from clinic_siting.errors import ClinicSitingError  # noqa: PLC0415 - imports are what is instrumented

    target = TARGETS[name]
    warnings.simplefilter("ignore")

    def once(content: bytes) -> None:
        began = time.process_time()
        try:
            target.read(content)
        except ClinicSitingError as refusal:
            str(refusal)
        refuse_long(began)

    found, seeds = CORPUS / name, Path(tempfile.mkdtemp())
    found.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (seeds / str(number)).write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-seed={SEED}", f"-artifact_prefix={found}/"]
    options += ["-max_len=20000", f"-timeout={LONGEST_WAIT_S:.0f}", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *options, str(seeds)], once)
    atheris.Fuzz()


def main() -> None:
    """Fuzz each reader in turn and say how many inputs it was given."""
    if sys.argv[1] == "--one":
        fuzz(sys.argv[2], int(sys.argv[3]))
        return
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - the processes load it instrumented

    seconds, names = int(sys.argv[1]), sys.argv[2:] or list(TARGETS)
    total, faults = 0, []
    for name in names:
        words = [sys.executable, "-m", "tests.fuzz.with_atheris", "--one", name, str(seconds)]
        # libFuzzer ends a process without a word to Python, so its files are cleared away from here.
        with tempfile.TemporaryDirectory() as room:
            done = subprocess.run(  # noqa: S603 - our own program
                words, capture_output=True, text=True, check=False, env={**os.environ, "TMPDIR": room}
            )
        with suppress(OSError):  # where a fault's input was left
            (CORPUS / name).rmdir()
        inputs = max([int(n) for n in re.findall(r"(?:Done |#)(\d+)", done.stderr)], default=0)
        total += inputs
        print(f"{name:<12} {inputs:>8,} inputs, {'no fault' if done.returncode == 0 else 'A FAULT'}")
        if done.returncode:
            faults.append(name)
            print("\n".join(done.stderr.splitlines()[-25:]))
    print(f"{total:,} inputs; {'faults: ' + ', '.join(faults) if faults else 'no fault'}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
