"""How wide the columns of a sheet are, so that on A4 it prints in letters that can be read."""

import math
import textwrap
from collections.abc import Collection, Mapping, Sequence

from clinic_siting.report.sheets import SheetTable

# In widths of a figure: what A4 in landscape holds at about four fifths of full size.
BUDGET = 180.0
NARROWEST, WIDEST, LEAST_TEXT, LONGEST_HEAD = 9.0, 60.0, 14.0, 16
# Letters are narrower than the figures in which columns are measured.
NARROW = 0.95


def is_spread(part: SheetTable) -> bool:
    """Whether a table is one column of sentences, which run over all columns of the sheet."""
    return part.table.shape[1] == 1


def column_widths(parts: Sequence[SheetTable]) -> list[float]:
    """Wide enough for what the columns hold; text gives way where all together would print too small.

    Parameters
    ----------
    parts
        Tables of a sheet, which share its columns.

    Returns
    -------
    Widths in figures, at most :data:`BUDGET` together where text can give way that far.
    """
    natural: dict[int, float] = {}
    words: set[int] = set()
    for part in parts:
        if is_spread(part):
            continue
        for place, column in enumerate(map(str, part.table.columns)):
            texts = [value for value in part.table.iloc[:, place].to_list() if isinstance(value, str)]
            longest = max((len(text) for text in texts), default=0)
            if longest > LEAST_TEXT:
                words.add(place)
            heads = min(max(len(column) + 3, len(part.meaning(column).unit)), LONGEST_HEAD)
            natural[place] = max(natural.get(place, NARROWEST), min(WIDEST, max(longest, heads) + 1))
    level = _level(natural, words)
    return [min(natural[place], level) if place in words else natural[place] for place in sorted(natural)]


def _level(natural: Mapping[int, float], words: Collection[int]) -> float:
    """The width that no column of words exceeds, so that all columns together keep to the budget."""
    room = BUDGET - sum(width for place, width in natural.items() if place not in words)
    level = WIDEST
    widths = sorted(natural[place] for place in words)
    for k, width in enumerate(widths):
        level = room / (len(widths) - k)
        if width > level:
            break
        room -= width
    else:
        level = WIDEST
    return max(float(math.floor(level)), LEAST_TEXT)


def runs_over(text: str, width: float) -> bool:
    """Whether a text needs more than one line of a column."""
    return NARROW * len(text) > width


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a column, broken between words.

    Examples
    --------
    >>> lines_of("Maidstone", 20), lines_of("Maidstone Hospital in Kent", 19)
    (1, 2)
    """
    return len(textwrap.wrap(text, int(width / NARROW))) if runs_over(text, width) else 1
