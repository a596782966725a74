"""Fuzz the readers by coverage: python -m tests.fuzz.with_atheris SECONDS [NAME…], where atheris is there.

Each reader has a process of its own, a seed, and a number of seconds; a fault ends it and leaves its input in
tests/corpus, where an ordinary test then holds the repair.
"""

import os
import re
import signal
import sys
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.fuzz.limits import LONGEST_WAIT_S, refuse_long

CORPUS = Path(__file__).parents[1] / "corpus"
SEED = 7


def readers() -> dict[str, Any]:
    """Every reader, its code watched for what is reached."""
    import atheris  # noqa: PLC0415 - not everybody has it

    with atheris.instrument_imports(include=["clinic_siting", "yaml", "xml"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - imports are what is watched

    return TARGETS


def fuzz(name: str, target: Any, seconds: int) -> None:
    """Never returns: libFuzzer ends the process."""
    import atheris  # noqa: PLC0415 - not everybody has it

    from clinic_siting.errors import ClinicSitingError  # noqa: PLC0415 - after what is watched

    warnings.simplefilter("ignore")

    def once(content: bytes) -> None:
        began = time.process_time()
        try:
            target.read(content)
        except ClinicSitingError as refusal:
            str(refusal)
        refuse_long(began)

    seeds = Path(tempfile.mkdtemp())
    for number, seed in enumerate(target.seeds()):
        (seeds / str(number)).write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-seed={SEED}", f"-artifact_prefix={CORPUS / name}/"]
    options += ["-max_len=20000", f"-timeout={LONGEST_WAIT_S:.0f}", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *options, str(seeds)], once)
    atheris.Fuzz()


def fuzz_apart(name: str, target: Any, seconds: int) -> tuple[int, str]:
    """Fuzz one reader in a process of its own; its exit code and what it said."""
    (CORPUS / name).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as room:
        said = Path(room) / "said"
        sys.stdout.flush()
        process = os.fork()  # the watched code need not be loaded for each
        if not process:
            with said.open("wb") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            # libFuzzer ends a process without a word to Python, so its files are cleared away from outside.
            tempfile.tempdir = room
            try:
                fuzz(name, target, seconds)
            finally:  # a fault comes out as an exception: it must not clear away what it said
                sys.stderr.flush()
                os._exit(1)
        code = _waited(process, seconds + LONGEST_WAIT_S)
        text = said.read_text("utf-8", errors="replace")
    with suppress(OSError):  # where a fault's input was left
        (CORPUS / name).rmdir()
    return code, text


def _waited(process: int, longest_s: float) -> int:
    """Exit code of a process; one that does not end, as threads of a library may hold it up, is killed."""
    latest = time.monotonic() + longest_s
    while time.monotonic() < latest:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.1)
    os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def main() -> None:
    """Fuzz each reader in turn and say how many inputs it was given."""
    targets = readers()
    seconds, names = int(sys.argv[1]), sys.argv[2:] or list(targets)
    total, faults = 0, []
    for name in names:
        code, said = fuzz_apart(name, targets[name], seconds)
        inputs = max([int(n) for n in re.findall(r"(?:Done |#)(\d+)", said)], default=0)
        total += inputs
        print(f"{name:<12} {inputs:>8,} inputs, {'no fault' if code == 0 else 'A FAULT'}", flush=True)
        if code:
            faults.append(name)
            print("\n".join(said.splitlines()[-25:]))
    print(f"{total:,} inputs; {'faults: ' + ', '.join(faults) if faults else 'no fault'}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
