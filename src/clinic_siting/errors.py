"""The named errors: everything that this package refuses, it refuses with one of these."""

from collections.abc import Iterable, Sequence

ROWS_SHOWN = 5


class ClinicSitingError(Exception):
    """Base of every refusal: a line of verdict, and below it the rows it is about.

    Parameters
    ----------
    verdict
        One sentence: what is wrong and what to do about it.
    rows
        The rows concerned, each a text or a label with a value; the first five are shown, the rest counted.
    of
        How many rows are concerned, where only the first of very many are given.
    """

    def __init__(self, verdict: str, rows: Iterable[object] = (), *, of: int = 0) -> None:
        self.verdict = one_line(verdict)
        self.rows: Sequence[str] = tuple(one_line(_text_of(row)) for row in rows)
        self.n_rows = max(of, len(self.rows))
        super().__init__(str(self))

    def __str__(self) -> str:
        """Verdict first, then at most five indented rows."""
        shown = [f"  {row}" for row in self.rows[:ROWS_SHOWN]]
        if self.n_rows > ROWS_SHOWN:
            shown[-1] = f"  … and {self.n_rows - ROWS_SHOWN + 1:,} more"
        return "\n".join([self.verdict, *shown])


def _text_of(row: object) -> str:
    return ": ".join(map(str, row)) if isinstance(row, tuple) else str(row)


def one_line(text: str) -> str:
    r"""The text without line ends and signs that a terminal would obey, for names come from anywhere.

    Examples
    --------
    >>> one_line("a\nb\x1b[2J")
    'a b [2J'
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


class ConfigError(ClinicSitingError):
    """A configuration asks for something that does not exist or makes no sense."""


class DataError(ClinicSitingError):
    """A data file is missing, altered, unreadable or holds impossible figures."""


class TableError(DataError):
    """A table breaks an invariant of the value it should become."""


class InfeasibleError(ClinicSitingError):
    """No set of sites meets the requirements."""


class SolverError(ClinicSitingError):
    """A solver failed, is missing, or returned a plan that does not hold."""


class TimeLimitError(SolverError):
    """The time limit struck before any plan was found."""


class OutputError(ClinicSitingError):
    """A result cannot be written: a full disk, a folder that is read-only."""
