"""Whose codes zones bear: of one kind of area, and of one census."""

import functools
from collections.abc import Collection
from importlib import resources

import pandas as pd

from clinic_siting.gate.findings import Check, Finding

WHERE = "zones"
# Kinds of small areas by the first three signs of their codes (Office for National Statistics).
KINDS = {
    "E00": "output area",
    "W00": "output area",
    "E01": "LSOA",
    "W01": "LSOA",
    "E02": "MSOA",
    "W02": "MSOA",
    "S01": "data zone",
    "E05": "ward",
    "W05": "ward",
}
# The last code of the 2011 census; areas that changed for 2021 have later ones, about 6 in 100.
LAST_LSOA_2011 = "E01033768"
ENOUGH_LSOAS = 1000


def check_codes(ids: pd.Series) -> list[Finding]:
    """Check that ids are codes of one kind of area, none of which ended before the census of 2021.

    Parameters
    ----------
    ids
        Of the zones, as text.
    """
    return [_kinds(ids), _census(ids)]


def check_middle_layer(msoa: pd.Series, shapes: Collection[str]) -> list[Finding]:
    """Check that zones and the shapes of middle-layer areas are of one census.

    Parameters
    ----------
    msoa
        Code of each zone's middle-layer area; index: zones.
    shapes
        Codes that have a shape.
    """
    foreign = msoa[~msoa.isin(list(shapes))]
    absent = sorted(set(shapes) - set(msoa))
    return [
        Check(
            WHERE,
            "{n} zone(s) belong to a middle-layer area that has no shape: codes of 2011 against 2021",
            "zones and middle-layer areas are of one census",
            "use codes of one census year throughout",
        ).judge(f"{zone}: {code}" for zone, code in foreign.items()),
        Check(
            WHERE,
            "{n} middle-layer area(s) have a shape but no zone: zones are missing",
            "every middle-layer area has zones",
            "restore the missing zones; their patients would not count",
        ).judge(absent),
    ]


@functools.cache
def ended_lsoas() -> frozenset[str]:
    """LSOAs that ended by the census of 2021: split, merged or redrawn under new codes.

    Known for London, the South East but Oxfordshire, and the East of England, of the areas numbered first.
    ``scripts/ended_lsoas.py`` writes the list: a code is on it where its number is not used in 2021 although
    the numbers before and after are, in one local authority.
    """
    text = resources.files("clinic_siting.gate").joinpath("ended_lsoas.txt").read_text("utf-8")
    words = " ".join(line for line in text.splitlines() if not line.startswith("#")).split()
    ranges = ((int(first), int(last or first)) for first, _, last in (word.partition("-") for word in words))
    return frozenset(f"E01{number:06}" for first, last in ranges for number in range(first, last + 1))


def _kinds(ids: pd.Series) -> Finding:
    coded = ids.str.fullmatch(r"[A-Z]\d{8}")
    kinds = ids.str[:3].map(KINDS).where(coded, "no such code")
    counts = kinds.value_counts()
    check = Check(
        WHERE,
        "codes of several kinds of area are mixed; {n} kind(s)",
        "all codes are of one kind of area",
        "bring all zones to one kind of area, or those who live there count twice",
    )
    if len(counts) < 2:
        return check.judge(())
    return check.judge(
        f"{kind}: {n:,}, for instance {ids[kinds == kind].iloc[0]}" for kind, n in counts.items()
    )


def _census(ids: pd.Series) -> Finding:
    lsoas = ids[ids.str.fullmatch(r"E01\d{6}")]
    remedy = "use the areas of the 2021 census, which points, people and shapes belong to"
    good = "codes are not those of the 2011 census"
    if len(lsoas) >= ENOUGH_LSOAS and not (lsoas > LAST_LSOA_2011).any():
        bad = f"none of the codes is later than {LAST_LSOA_2011}: these look like LSOAs of 2011, not of 2021"
        return Check(WHERE, bad, good, remedy).judge([f"last code: {lsoas.max()}"])
    ended = "{n} code(s) are of LSOAs that ended by 2021: codes of 2011 among those of 2021"
    return Check(WHERE, ended, good, remedy).judge(lsoas[lsoas.isin(ended_lsoas())])
