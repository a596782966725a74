"""List the licences of everything that the requirements lock, as the packages state them: docs/licences.md.

Run it where all of them are installed; one whose licence is not known to agree with ours is refused.
"""

import json
import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LISTS = {
    "run": "What a run installs",
    "dev": "What tests, checks and the page for planners add",
    "bench": "What measurements beside other packages add: never shipped, and imported by nothing in `src`",
}
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*])?==([^\s;\\]+)", re.MULTILINE)
# Words of classifiers and old licence fields, and what they mean.
SPDX = {
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "BSD License": "BSD",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "GNU General Public License (GPL)": "GPL",
    "Public Domain": "public domain",
}
# May be used by a program under the MIT licence, and shipped beside it.
AGREES = {
    *(
        "MIT",
        "MIT-0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "0BSD",
        "Apache-2.0",
        "ISC",
        "PSF-2.0",
        "Zlib",
        "CC0-1.0",
    ),
    *("MPL-2.0", "OFL-1.1", "MIT-CMU", "Apache-2.0 WITH LLVM-exception", "public domain"),
}
# Packages that only macOS or PyPy installs: as their own files state it.
ELSEWHERE = {"appnope": "BSD-2-Clause", "cffi": "MIT-0", "pycparser": "BSD-3-Clause"}
# What asks for more than those, where it is, and why it does no harm there.
ALONE = "measured beside us in a process of its own"
EXCEPTIONS = {
    "docutils": "one optional file for an editor is under the GPL; a check of docstrings needs it, no user",
    "igraph": ALONE,
    "pandana": ALONE,
}
NOTES = EXCEPTIONS | {"pulp": "brings the solver CBC (EPL-2.0), a program of its own that nobody has to use"}


def stated_licence(name: str) -> str:
    """The licence that a package states: as an expression, by classifiers, in words, or among its parts.

    Raises
    ------
    LookupError
        Where it states none.
    """
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    package = metadata.distribution(name)
    about = package.metadata
    if about.get("License-Expression"):
        return about["License-Expression"]
    stated = [kind for kind in about.get_all("Classifier") or [] if kind.startswith("License ::")]
    kinds = [kind.split(" :: ")[-1] for kind in stated]
    words = (about.get("License") or "").strip().split("\n")[0]
    short = SPDX.get(words, words)
    if kinds and not (kinds == ["BSD License"] and short.startswith("BSD-")):
        return " AND ".join(SPDX.get(kind, kind) for kind in kinds)
    if short:
        return short
    for file in package.files or []:
        if "sboms" in file.parts and file.suffix == ".json":
            component = json.loads(file.read_text())["metadata"]["component"]
            return component["licenses"][0]["expression"]
    raise LookupError(f"{name} states no licence")


def agrees(expression: str) -> bool:
    """Whether one of the licences offered, all of whose parts agree with ours, may be chosen."""
    return any(
        all(part.strip(" ()") in AGREES for part in offer.split(" AND "))
        for offer in expression.split(" OR ")
    )


def locked(name: str) -> list[str]:
    """Names of the packages that a list locks."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return sorted({pin[0].lower() for pin in PIN.findall(text)})


def page() -> str:
    """The page in Markdown.

    Raises
    ------
    SystemExit
        Where a licence does not agree with ours.
    """
    lines = [
        "# Licences",
        "",
        "This project is under the MIT licence. What it builds on, as each package states it; written from",
        "the locked requirements by `make licences`. Data has its own licences: see [data.md](data.md).",
    ]
    seen: set[str] = set()
    wrong: list[str] = []
    for name, title in LISTS.items():
        lines += ["", f"## {title}", "", "| package | licence | |", "|---|---|---|"]
        for package in [package for package in locked(name) if package not in seen]:
            licence = stated_licence(package)
            if not agrees(licence) and package not in EXCEPTIONS:
                wrong.append(f"{package}: {licence}")
            lines.append(f"| {package} | {licence} | {NOTES.get(package, '')} |")
            seen.add(package)
    if wrong:
        raise SystemExit("licences that are not known to agree with ours:\n  " + "\n  ".join(wrong))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
