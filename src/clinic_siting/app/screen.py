"""What a visitor sees: the config's plan, the last one and the one of now, and the sheets drawn of them."""

from dataclasses import dataclass

from clinic_siting.app.answers import Found, Sheet


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A sheet on the screen.

    Attributes
    ----------
    number
        Which one of the visit it is.
    found, sheet
        The plan that it shows, and itself.
    """

    number: int
    found: Found
    sheet: Sheet


class Screen:
    """Three plans and their sheets.

    Parameters
    ----------
    base
        The config's plan.
    """

    def __init__(self, base: Found) -> None:
        self.base, self.last, self.now = base, base, base
        self.newest: Drawn | None = None
        self._drawn: dict[Found, Drawn] = {}
        self._number = 0

    def turn_to(self, found: Found) -> None:
        """Put another plan on the screen, the one of before beside it."""
        self.last, self.now = self.now, found
        self._clear()

    def draw(self, found: Found, sheet: Sheet) -> None:
        """Show a plan's sheet, instead of the one that there was of it."""
        self._number += 1
        self.newest = self._drawn[found] = Drawn(self._number, found, sheet)
        self._clear()

    def of(self, found: Found) -> Drawn | None:
        """A plan's sheet, if it is drawn."""
        return self._drawn.get(found)

    def numbered(self, number: int) -> Drawn | None:
        """The sheet of a number, if it is still there."""
        return next((one for one in self._drawn.values() if one.number == number), None)

    def done(self) -> bool:
        """Whether the plan of now is drawn and was tried in other worlds."""
        drawn = self.of(self.now)
        return drawn is not None and drawn.sheet.sure is not None

    def _clear(self) -> None:
        """Of plans that are no longer shown only the newest sheet stays, until another takes its place."""
        shown = {self.base, self.last, self.now}
        self._drawn = {
            found: one for found, one in self._drawn.items() if found in shown or one is self.newest
        }
