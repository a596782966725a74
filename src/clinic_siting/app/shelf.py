"""The scenarios that a visitor keeps, by the names that she gave them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from clinic_siting.app.answers import Found
from clinic_siting.comparison import ComparedAnswer, comparison_page
from clinic_siting.errors import ConfigError, one_line

MOST_KEPT = 10
LONGEST_NAME = 40


class Shelf:
    """Up to ten plans with names, and what of them is compared."""

    def __init__(self) -> None:
        self._kept: dict[str, Found] = {}
        self._compared: dict[str, ComparedAnswer] = {}

    @property
    def kept(self) -> Mapping[str, Found]:
        """Plans by name, in the order in which they were kept."""
        return MappingProxyType(self._kept)

    def keep(self, name: str, found: Found) -> None:
        """Keep a plan under a name; one of that name gives way.

        Raises
        ------
        ConfigError
            Where there is no name, or no room.
        """
        name = " ".join(one_line(name).split())[:LONGEST_NAME]
        if not name:
            raise ConfigError("Give the scenario a name.")
        if name not in self._kept and len(self._kept) >= MOST_KEPT:
            raise ConfigError("Ten scenarios are kept already; forget one first.")
        self.forget(name)
        self._kept[name] = found

    def forget(self, name: str) -> None:
        """Keep a scenario no longer."""
        self._kept.pop(name, None)
        self._compared.pop(name, None)

    def to_compare(self) -> dict[str, Found]:
        """What stands side by side, as it is now.

        Raises
        ------
        ConfigError
            Where there are fewer than two.
        """
        if len(self._kept) < 2:
            raise ConfigError("Keep two or more scenarios to compare them.")
        return dict(self._kept)

    def known(self, name: str, found: Found) -> ComparedAnswer | None:
        """What of a scenario is compared, if it was worked out."""
        return self._compared.get(name) if self._kept.get(name) is found else None

    def learn(self, name: str, found: Found, answer: ComparedAnswer) -> None:
        """Know what of a scenario is compared, for as long as it is kept."""
        if self._kept.get(name) is found:
            self._compared[name] = answer


def side_by_side(answers: Sequence[ComparedAnswer]) -> str:
    """A page that compares scenarios."""
    return comparison_page(answers)
