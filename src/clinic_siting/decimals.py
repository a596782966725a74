"""Figures as half of Europe writes them: a comma before the decimals, points between thousands."""

import re
from pathlib import Path

import pandas as pd

from clinic_siting.errors import DataError

DECIMAL_COMMA = re.compile(r"(?:^|;)\s*(-?\d+,\d+)\s*(?=;|$)", re.MULTILINE)
# One thousand two hundred, as Britain writes it, or a little more than one, as its neighbours do.
EITHER = re.compile(r"-?[1-9]\d{0,2},\d{3}")
# Beside decimal commas a point marks thousands.
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")


def decimal_commas(text: str, name: str | Path) -> bool:
    r"""Whether figures between semicolons have decimal commas.

    Parameters
    ----------
    text
        Of a CSV whose cells are separated by semicolons.
    name
        What to call it in a refusal.

    Raises
    ------
    DataError
        Where every comma in a figure may as well mark thousands.

    Examples
    --------
    >>> decimal_commas("zone;minutes\na;12,5\n", "times.csv")
    True
    """
    found = set(DECIMAL_COMMA.findall(text))
    if found and all(map(EITHER.fullmatch, found)):
        first = min(found)
        raise DataError(
            f"{name}: {first} may be {first.replace(',', '')} or {first.replace(',', '.')}; write figures "
            "without marks for thousands, and decimals with a point.",
            sorted(found),
        )
    return bool(found)


def without_thousands(column: pd.Series) -> pd.Series:
    """Figures such as 1.234,5 as numbers, where every point in the column marks thousands.

    Parameters
    ----------
    column
        Of a table whose figures have decimal commas.

    Examples
    --------
    >>> without_thousands(pd.Series(["1.234,5", "2,5"])).to_list()
    [1234.5, 2.5]
    """
    if column.dtype.kind in "iufb":
        return column
    text = column.dropna().astype(str).str.strip()
    pointed = text[text.str.contains(".", regex=False)]
    if pointed.empty or not pointed.str.fullmatch(THOUSANDS.pattern).all():
        return column
    plain = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(plain, errors="coerce")
    return column if numbers.isna().any() else numbers.reindex(column.index)
