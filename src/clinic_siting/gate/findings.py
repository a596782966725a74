"""What a check found: a light, what and where, the rows it is about, and what to do."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from clinic_siting.errors import ROWS_SHOWN, ClinicSitingError, ConfigError, DataError, one_line

Light = Literal["red", "amber", "green"]
LIGHTS: tuple[Light, ...] = ("red", "amber", "green")
MEND = "correct it there, or restore the file"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the traffic-light list.

    Attributes
    ----------
    light
        ``red`` stops a run, ``amber`` wants a look, ``green`` is in order.
    what
        What was found, in a sentence without its full stop.
    where
        The table or file.
    rows
        Everything that it is about; the first five are shown.
    remedy
        What to do about it; empty where nothing has to be done.
    n_rows
        How many rows it is about; of very many, ``rows`` holds only the first.
    """

    light: Light
    what: str
    where: str
    rows: tuple[str, ...] = ()
    remedy: str = ""
    n_rows: int = 0

    def __post_init__(self) -> None:
        """Count the rows where nobody said that there are more."""
        object.__setattr__(self, "n_rows", max(self.n_rows, len(self.rows)))


@dataclass(frozen=True, slots=True)
class Check:
    """What a check says of the rows that it finds, and what where it finds none.

    Attributes
    ----------
    where
        The table or file.
    bad
        With ``{n}`` where the number of rows goes.
    good
        What holds where no row is at fault.
    remedy
        What to do.
    light
        Of rows that are at fault.
    """

    where: str
    bad: str
    good: str
    remedy: str
    light: Light = "red"

    def judge(self, rows: Iterable[object]) -> Finding:
        """Green where there are no rows."""
        texts = tuple(one_line(str(row)) for row in rows)
        if not texts:
            return Finding("green", self.good, self.where)
        return Finding(self.light, self.bad.format(n=f"{len(texts):,}"), self.where, texts, self.remedy)


def refused(where: str, refusal: ClinicSitingError, *, remedy: str = MEND) -> Finding:
    """A refusal as a red finding.

    Parameters
    ----------
    where
        The table or file.
    refusal
        What refused it.
    remedy
        What to do, where the refusal does not say it itself: after a semicolon. Of a setting, no file
        need be restored.
    """
    verdict = refusal.verdict.rstrip(".")
    said = "; " in verdict or (isinstance(refusal, ConfigError) and remedy == MEND)
    return Finding("red", verdict, where, tuple(refusal.rows), "" if said else remedy, refusal.n_rows)


def caught(where: str, check: Callable[[], object], *, remedy: str = MEND) -> list[Finding]:
    """A red finding where ``check`` refuses, nothing where it does not.

    Parameters
    ----------
    where
        The table or file.
    check
        Called without arguments.
    remedy
        As in :func:`refused`.
    """
    try:
        check()
    except ClinicSitingError as refusal:
        return [refused(where, refusal, remedy=remedy)]
    return []


def refuse_red(findings: Sequence[Finding], *, config: str) -> None:
    """Stop where any light is red.

    Parameters
    ----------
    findings
        Of all checks.
    config
        Name of the config, for the command that lists everything.

    Raises
    ------
    DataError
        With the first red finding, and how many more there are.
    """
    red = [finding for finding in findings if finding.light == "red"]
    if not red:
        return
    first, more = red[0], len(red) - 1
    said = _placed(first)
    if not first.remedy:
        verdict = _ended(said)
    elif said.endswith("?"):  # a question ends a sentence; what to do begins another
        verdict = _ended(f"{said} {first.remedy[:1].upper()}{first.remedy[1:]}")
    else:
        verdict = _ended(f"{said}; {first.remedy}")
    if more:
        verdict = f"{verdict} And {more} more red finding(s): clinic-siting check {config}"
    raise DataError(verdict, first.rows, of=first.n_rows)


def in_words(findings: Sequence[Finding], *, config: str) -> str:
    """The traffic-light list: red first, with the first five rows of each and what to do.

    Parameters
    ----------
    findings
        Of all checks.
    config
        What was checked.
    """
    counts = {light: sum(finding.light == light for finding in findings) for light in LIGHTS}
    lines = [f"{config}: " + ", ".join(f"{count} {light}" for light, count in counts.items()) + "."]
    for light in LIGHTS:
        for finding in findings:
            if finding.light == light:
                lines += _lines(finding)
    return "\n".join(lines)


def _placed(finding: Finding) -> str:
    """What was found and where; a refusal mostly says both itself."""
    if finding.what.startswith((f"{finding.where}:", "/")) or f"/{finding.where}" in finding.what:
        return finding.what
    return f"{finding.where}: {finding.what}"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."


def _lines(finding: Finding) -> list[str]:
    said = _placed(finding)
    lines = [f"{finding.light.upper():<5}  {_ended(said)}"]
    lines += [f"         {row}" for row in finding.rows[:ROWS_SHOWN]]
    if finding.n_rows > ROWS_SHOWN:
        lines.append(f"         … and {finding.n_rows - ROWS_SHOWN:,} more")
    if finding.remedy and finding.light != "green":
        lines.append(f"       → {_ended(finding.remedy)}")
    return lines
