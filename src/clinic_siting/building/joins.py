"""What a join found and what it did not, for people."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

NAMED = 5


@dataclass(frozen=True, slots=True)
class Join:
    """How the rows of one file met the zones or sites.

    Attributes
    ----------
    file
        The file's name.
    what
        What it was read as.
    noun
        What it was joined to: zones, sites.
    matched
        How many of them it has a row for.
    missing
        Ids that it has no row for.
    spare
        Names of its rows that meet nothing.
    """

    file: str
    what: str
    noun: str
    matched: int
    missing: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """One line and what did not match, the first five of each."""
        total = self.matched + len(self.missing)
        verb = "placed" if self.noun == "rows" else "matched"
        lines = [f"{self.file} ({self.what}): {self.matched:,} of {total:,} {self.noun} {verb}."]
        if self.missing:
            placed = self.noun == "rows"
            lack = "row(s) without a place" if placed else f"{self.noun} without a row"
            lines.append(
                f"  {len(self.missing):,} {lack}: {first_five(self.missing, '; ' if placed else ', ')}"
            )
        if self.spare:
            lines.append(f"  {len(self.spare):,} row(s) not used: {first_five(self.spare)}")
        return "\n".join(lines)


def join_of(file: str, what: str, wanted: pd.Index, found: pd.Index) -> Join:
    """How the zones that are wanted meet the ids that a file has."""
    met = wanted.isin(found)
    missing, spare = wanted[~met], found[~found.isin(wanted)].unique()
    return Join(file, what, "zones", int(met.sum()), tuple(map(str, missing)), tuple(map(str, spare)))


def first_five(names: Iterable[str], mark: str = ", ") -> str:
    """The first five names with a mark between them, and that there are more.

    Examples
    --------
    >>> first_five("abcdefg")
    'a, b, c, d, e …'
    """
    listed = list(names)
    return mark.join(listed[:NAMED]) + (" …" if len(listed) > NAMED else "")
