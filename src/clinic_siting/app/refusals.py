"""What a visitor is told when a wish cannot be granted: the command line's words, beside the control."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from clinic_siting.errors import ClinicSitingError


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal beside a control.

    Attributes
    ----------
    control
        The control that caused it.
    verdict, rows
        As the command line prints them, and as many.
    legend
        Names of the sites that they call by their ids.
    """

    control: str
    verdict: str
    rows: tuple[str, ...]
    legend: tuple[str, ...] = ()


def refusal_of(control: str, refusal: ClinicSitingError, names: Mapping[str, str]) -> Refusal:
    """A refusal as it stands beside a control.

    Parameters
    ----------
    control
        The control.
    refusal
        What was refused.
    names
        Names of sites by id: on the page nobody ever chose an id.
    """
    verdict, *rows = str(refusal).split("\n")
    ids = dict.fromkeys(word for row in rows for word in re.findall(r"[\w-]+", row))
    legend = tuple(f"{site} is {names[site]}." for site in ids if site in names)
    return Refusal(control, verdict, tuple(row.strip() for row in rows), legend)


class Refusals:
    """What a visitor is told: of her last act, and of her settings as they are.

    Attributes
    ----------
    last
        Of the last act alone, which changed nothing.
    standing
        Of the settings: no plan obeys them. It stays until they are others.
    """

    def __init__(self) -> None:
        self.last: Refusal | None = None
        self.standing: Refusal | None = None
        self._blamed: Refusal | None = None  # what stood when the last wish came

    def all(self) -> list[Refusal]:
        """What stands beside the controls."""
        return [one for one in (self.standing, self.last) if one is not None]

    def ask(self) -> None:
        """Other settings are tried; whether they are impossible too is to be seen."""
        self._blamed, self.standing = self.standing or self._blamed, None

    def stand(self, refusal: Refusal) -> None:
        """No plan obeys the settings: told beside the control that made it so, maybe an earlier one."""
        before = self._blamed
        if before is not None and before.verdict == refusal.verdict:
            refusal = replace(refusal, control=before.control)
        self.standing = refusal

    def settle(self) -> None:
        """There is a plan for the settings."""
        self.standing = self._blamed = None
