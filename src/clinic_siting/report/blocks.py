"""What a report consists of: a few kinds of block, each a plain value that any format can render."""

from collections.abc import Sequence
from dataclasses import dataclass, field

# Cells stand to the left (words) or to the right (figures).
LEFT, RIGHT = "left", "right"


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph.

    Attributes
    ----------
    text
        Plain text; never markup.
    tone
        ``plain``, ``lead`` (the sentence that everybody reads), ``heading`` (of a part), ``note`` (small)
        or ``warning``.
    """

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences.

    Attributes
    ----------
    items
        Plain text.
    """

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One figure before and after.

    Attributes
    ----------
    label
        What it is.
    unit
        In few letters.
    before, after
        As text.
    change
        In words, with its arrow, so that colour is never alone.
    verdict
        ``better``, ``worse`` or ``same``.
    """

    label: str
    unit: str
    before: str
    after: str
    change: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Figures side by side.

    Attributes
    ----------
    cards
        Three or four of them.
    """

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    label
        Heading, with the unit where there is one.
    align
        ``left`` or ``right``.
    share
        Width relative to the other columns; 0 as wide as its text.
    """

    label: str
    align: str = RIGHT
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text.

    Attributes
    ----------
    caption
        What the rows are, above the table.
    columns
        Headings.
    rows
        As many cells a row as there are columns.
    strong
        Positions of rows that are set in bold.
    note
        Small print below.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure.

    Attributes
    ----------
    svg
        The drawing, complete in itself.
    alt
        What it says, for those who do not see it.
    caption
        Below the figure.
    width
        Share of the page's width, up to 1.
    """

    svg: str
    alt: str
    caption: str
    width: float = 1.0


Block = Prose | Points | Cards | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    Attributes
    ----------
    title
        The heading.
    blocks
        In reading order.
    starts_page
        Whether a print begins a new page here.
    """

    title: str
    blocks: tuple[Block, ...]
    starts_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title, subtitle
        What is proposed, and for whom.
    lead
        What it does, in one sentence.
    sections
        In order.
    footer
        Credits and fingerprint, on every page.
    year
        The year of the figures, which the files bear as their date.
    kicker
        What kind of paper it is.
    landscape
        Whether it needs a wide page.
    """

    title: str
    subtitle: str
    lead: str
    sections: tuple[Section, ...]
    footer: str
    year: int
    kicker: str = field(default="Clinic siting report")
    landscape: bool = False


def table(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, note: str = "") -> Table:
    """A table without rows in bold."""
    return Table(caption, tuple(columns), tuple(tuple(row) for row in rows), note=note)
