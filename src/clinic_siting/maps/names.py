"""Short names: what fits on a map or in a row, and is still what people say."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from clinic_siting.tables import FloatArray

# Names that people in the field shorten in their own way; everything else follows the rules below.
FAMILIAR = {
    "Royal National Orthopaedic Hospital": "RNOH",
    "University College Hospital": "UCLH",
    "Norfolk and Norwich University Hospital": "Norwich clinic",
    "Queen Elizabeth The Queen Mother Hospital": "QEQM Margate",
    "University of Chichester Bognor CDC": "Bognor CDC",
    "Bognor Regis War Memorial Hospital CDC": "Bognor War Memorial CDC",
    "University College Hospital at Westmoreland Street": "UCLH Westmoreland Street",
}
# The gazetteer's districts that no one would look for on a map of the region, or that name a county.
SKIP_TOWNS = frozenset(
    {"Saint Peters", "Becontree", "City of Westminster", "Broadwater", "London", "City of London"}
)
NEAR_M = 600.0
EARTH_M = 6_371_000.0


def label_of(name: str) -> str:
    """Name of a site on the map.

    Examples
    --------
    >>> label_of("Colchester General Hospital"), label_of("Royal National Orthopaedic Hospital, Stanmore")
    ('Colchester General', 'RNOH Stanmore')
    >>> label_of("Tunbridge Wells Hospital at Pembury")
    'Tunbridge Wells'
    """
    if name in FAMILIAR:
        return FAMILIAR[name]
    for known, short in FAMILIAR.items():
        if name.startswith(f"{known},"):
            return short + name[len(known) + 1 :]
    shorter = re.sub(r"( Community)? Hospital( at [\w' -]+)?(?=,| CDC$|$)", "", name)
    shorter = re.sub(r"^Royal Marsden\b", "Marsden", shorter)
    return re.sub(r"^University ", "", shorter) if len(shorter) > 24 else shorter


def short_of(name: str) -> str:
    """Name of a site in a row with others.

    Examples
    --------
    >>> short_of("North Kent CDC")
    'North Kent'
    """
    return re.sub(r" CDC$", "", label_of(name))


def place_of(name: str) -> str:
    """Name of a site in a headline: as short as it can be.

    Examples
    --------
    >>> place_of("Colchester General Hospital"), place_of("North Kent CDC")
    ('Colchester', 'North Kent')
    """
    return re.sub(r"( District)? General$", "", short_of(name))


def town_label(name: str) -> str:
    """Name of a town on the map.

    Examples
    --------
    >>> town_label("Royal Tunbridge Wells"), town_label("Clacton-on-Sea")
    ('Tunbridge Wells', 'Clacton')
    """
    return re.sub(r"-on-Sea$", "", re.sub(r"^Royal ", "", name))


def alliance_label(name: str) -> tuple[str, str]:
    """Name of an alliance in a row, and what stands in brackets behind it.

    Examples
    --------
    >>> alliance_label("RM Partners (North West and South West London)")
    ('RM Partners', 'North West and South West London')
    """
    found = re.fullmatch(r"(.+?) \((.+)\)", name)
    return (found[1], found[2]) if found else (name, "")


def pools(sites: pd.DataFrame) -> list[int]:
    """Number sites that stand next door to one another alike: they share one service.

    Parameters
    ----------
    sites
        ``lon``, ``lat`` in degrees and ``status``; only existing sites are put together.

    Returns
    -------
        For each site the position of the first site of its pool.
    """
    lon, lat = np.radians(sites["lon"].to_numpy(float)), np.radians(sites["lat"].to_numpy(float))
    existing = (sites["status"] == "existing").to_numpy()
    first: list[int] = []
    for i in range(len(sites)):
        metres = EARTH_M * np.hypot((lon[: i + 1] - lon[i]) * np.cos(lat[i]), lat[: i + 1] - lat[i])
        near = np.flatnonzero((metres <= NEAR_M) & existing[: i + 1]) if existing[i] else np.array([i])
        first.append(int(near[0]))
    return first


def pool_name(names: Iterable[str]) -> str:
    """Name of clinics that share one service.

    Examples
    --------
    >>> pool_name(["Royal National Orthopaedic Hospital, Bolsover Street", "University College Hospital"])
    'UCLH and RNOH Bolsover Street'
    """
    return " and ".join(sorted((label_of(name) for name in names), key=lambda label: (len(label), label)))


def labels(values: pd.Series) -> list[str]:
    """The different values as text, sorted."""
    return sorted(map(str, values.unique()))


def counties(zones: pd.DataFrame) -> pd.Series:
    """County of each zone as people say it: Greater London's boroughs are London."""
    if "region" not in zones:
        return zones["county"]
    return zones["county"].where(zones["region"] != "London", "London")


def nearest(
    of: tuple[FloatArray, FloatArray], among: tuple[FloatArray, FloatArray]
) -> tuple[list[int], FloatArray]:
    """Nearest point by straight line.

    Parameters
    ----------
    of, among
        Longitudes and latitudes in degrees.

    Returns
    -------
        For each point of the first the position in the second and the kilometres.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - only pages with a look-up need it

    def flat(points: tuple[FloatArray, FloatArray]) -> FloatArray:
        lon, lat = np.radians(points[0]), np.radians(points[1])
        return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    chord, position = cKDTree(flat(among)).query(flat(of))
    return [int(p) for p in position], np.asarray(chord) * EARTH_M / 1000
