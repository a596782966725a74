"""Pass the tests under other Pythons and with the oldest versions: python -m tests.versions 3.12 3.13 oldest.

What stands after ``--`` chooses tests: ``python -m tests.versions 3.13 -- tests/siting``.
Each gets an environment of its own in .cache/versions. A Python that is not on this machine is named and
passed over. The locked requirements hold for every one; the oldest versions are the bounds of pyproject.toml.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A browser's page does not depend on the version; warnings of other versions are not ours to mend.
WITHOUT_BROWSER = "not validate and not long and not browser"
PYTEST = ("-W", "default", "-p", "no:cacheprovider", "-m", WITHOUT_BROWSER, "--ignore=tests/app")
OLDEST = ("hypothesis", "pytest>=8.3", "editables", "hatchling")


def interpreter(version: str) -> str | None:
    """Path of a Python that answers to its version."""
    homes = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    for candidate in (shutil.which(f"python{version}"), *map(str, homes)):
        if candidate is not None:
            asked = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - a Python
            if done.stdout.strip() == version:
                return candidate
    return None


def environment(name: str, python: str) -> Path:
    """Environment in which a version is tried, made where it is not there yet; the path of its Python."""
    home = ROOT / ".cache" / "versions" / name
    run = subprocess.check_call
    if not (home / "made").exists():
        shutil.rmtree(home, ignore_errors=True)
        run([python, "-m", "venv", str(home)])
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if name == "oldest":
            pins = subprocess.check_output(
                [sys.executable, "-m", "tests.versions.oldest"], cwd=ROOT, text=True
            )
            (home / "oldest.txt").write_text(pins, "utf-8")
            run([*pip, "-r", str(home / "oldest.txt"), *OLDEST])
        else:
            run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "dev.txt")])
        run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
        (home / "made").touch()
    return home / "bin" / "python"


def try_version(name: str, chosen: list[str]) -> str:
    """How the tests, or those that are chosen, end: their last line, or why they could not begin."""
    found = interpreter("3.11" if name == "oldest" else name)
    if found is None:
        return "not on this machine"
    python = environment(name, found)
    words = [str(python), "-m", "pytest", *PYTEST, *chosen]
    words += ["--ignore=tests/test_licences.py"] if name == "oldest" else []
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - the same
    (python.parents[1] / "tests.txt").write_text(done.stdout + done.stderr, "utf-8")
    failed = re.findall(r"^(?:FAILED|ERROR) .*", done.stdout, re.MULTILINE)
    # A crash leaves no summary; the exit code tells it from an end.
    ended = [] if done.returncode in {0, 1} else [f"failed: exit code {done.returncode}"]
    return "\n  ".join([*ended, done.stdout.strip().splitlines()[-1], *failed])


def main() -> None:
    """Try each version that is named; the exit code is 1 where a test failed."""
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    ends = {name: try_version(name, words[at + 1 :]) for name in words[:at]}
    sys.stdout.write("".join(f"{name}: {end}\n" for name, end in ends.items()))
    sys.exit(any("failed" in end or "error" in end for end in ends.values()))


if __name__ == "__main__":
    main()
