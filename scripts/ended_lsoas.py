"""Write the LSOAs that ended by the census of 2021: python scripts/ended_lsoas.py > …/gate/ended_lsoas.txt.

Codes were given out in a row within each local authority. A number of that first row that no zone of 2021
bears, although its neighbours on both sides lie in one authority, is of an area that is no more.
"""

import sys
import textwrap
from itertools import pairwise
from pathlib import Path

import pandas as pd

ZONES = Path(__file__).parents[1] / "data" / "lsesn" / "zones.csv.gz"
# The first row of numbers, and the longest run within an authority that may have ended at once.
FIRST_ROW, LONGEST = 32_482, 9
HEAD = """# Numbers of LSOAs (after E01) that ended by the census of 2021, or by that of 2011: written by
# scripts/ended_lsoas.py from the zones of the bundled data (Office for National Statistics, OGL v3.0).
"""


def ended(zones: pd.DataFrame) -> list[str]:
    """Numbers, and ranges of numbers, between those of zones of one authority."""
    number = zones["zone_id"].str[3:].astype(int)
    zones = zones.assign(number=number)[number <= FIRST_ROW].sort_values("number")
    found = []
    for before, after in pairwise(zip(zones["number"], zones["lad"], strict=True)):
        first, last = before[0] + 1, after[0] - 1
        if before[1] == after[1] and 0 <= last - first < LONGEST:
            found.append(f"{first}-{last}" if last > first else str(first))
    return found


def text(zones: pd.DataFrame) -> str:
    """The file."""
    return HEAD + textwrap.fill(" ".join(ended(zones)), 110, break_on_hyphens=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text(pd.read_csv(ZONES, dtype={"zone_id": str})))
