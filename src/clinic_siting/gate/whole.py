"""Whether a table is there to its last cell."""

import numpy as np
import pandas as pd

from clinic_siting.gate.findings import Check, Finding
from clinic_siting.tables import BoolArray


def check_whole(table: pd.DataFrame, where: str) -> Finding:
    """Find a last row that breaks off: a file cut in its middle is still a table.

    Parameters
    ----------
    table
        As it stands in its file.
    where
        Name of the table.
    """
    blank = np.column_stack([_blank(table[column]) for column in table])
    ends = np.logical_and.accumulate(blank[-1, ::-1])[::-1]
    # Columns that are blank at its end, although every other row fills them.
    lost = ends & ~blank[:-1].any(axis=0) & (len(table) > 1)
    row = ", ".join(str(cell) for cell in table.iloc[-1, :3])
    return Check(
        where,
        "the last row breaks off: was the file cut short?",
        "the table is there to its last cell",
        "restore the file",
    ).judge([f"{row} … without {', '.join(map(str, table.columns[lost]))}"] if lost.any() else ())


def _blank(column: pd.Series) -> BoolArray:
    blank: BoolArray = (column.isna() | (column.astype(str) == "")).to_numpy(dtype=bool)
    return blank
