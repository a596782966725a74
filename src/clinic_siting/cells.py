"""Text in cells is only text: nothing that a spreadsheet would run when a file is opened."""

import pandas as pd

# What a spreadsheet takes for the beginning of a formula, a command or a hidden one.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
QUOTE = "'"
# Kinds of columns that hold no text: whole numbers, decimals, true or false.
FIGURES = "iufb"


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might run a cell that holds this text.

    Examples
    --------
    >>> is_dangerous("=cmd()"), is_dangerous("St Mary's")
    (True, False)
    """
    return text.startswith(DANGEROUS)


def neutral(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet might run it.

    Examples
    --------
    >>> neutral("=cmd()"), neutral("St Mary's")
    ("'=cmd()", "St Mary's")
    """
    return QUOTE + text if is_dangerous(text) else text


def bare(text: str) -> str:
    """The text without the apostrophe that kept a spreadsheet from running it.

    Examples
    --------
    >>> bare("'=cmd()"), bare("'quoted'")
    ('=cmd()', "'quoted'")
    """
    return text[1:] if text.startswith(QUOTE) and is_dangerous(text[1:]) else text


def bare_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every cell that was made harmless as it was.

    Parameters
    ----------
    table
        No heading stands there twice; figures stay figures.
    """
    cells = {
        name: column if column.dtype.kind in FIGURES else column.map(_bare) for name, column in table.items()
    }
    return pd.DataFrame(cells, index=table.index, columns=table.columns)


def neutral_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every text in it made harmless: cells, row labels and headings.

    Parameters
    ----------
    table
        Any table; figures stay figures.
    """
    columns = [table.iloc[:, place] for place in range(table.shape[1])]
    # Text columns are made anew; a column of figures keeps its type.
    plain = [
        column if column.dtype.kind in FIGURES else column.astype(object).map(_cell) for column in columns
    ]
    cells = pd.concat(plain, axis=1) if plain else table.copy()
    cells.columns = pd.Index([_cell(name) for name in table.columns], name=table.columns.name)
    if table.index.dtype.kind not in FIGURES:
        cells.index = table.index.map(_label)
        cells.index.names = table.index.names
    return cells


def _bare(cell: object) -> object:
    return bare(cell) if isinstance(cell, str) else cell


def _label(label: object) -> object:
    return tuple(map(_cell, label)) if isinstance(label, tuple) else _cell(label)


def _cell(cell: object) -> object:
    return neutral(cell) if isinstance(cell, str) else cell
