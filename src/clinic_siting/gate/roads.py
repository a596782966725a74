"""Roads before they are trusted: metres that are metres, one network, and speeds that are speeds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clinic_siting.gate.findings import Check, Finding
from clinic_siting.gate.speeds import check_speeds
from clinic_siting.tables import FloatArray
from clinic_siting.tables.checks import numbers

# Road over straight line: 1.0 where lengths are metres; kilometres give 0.001, miles 0.0006, feet 3.3.
LIKELY_DETOUR = (0.5, 2.5)
# No road is shorter than its straight line, but for the rounding of coordinates; and none winds on and on.
SHORTEST, ROUNDING_M = 0.9, 10.0
LONGEST_DETOUR, LONGEST_LOOP_M = 3.0, 50_000.0
# Some dead ends and islands are everywhere; beyond this share the network has come apart.
MOST_APART = 0.01
PIECES_NAMED = 20
EARTH_M = 6_371_009.0


def check_roads(
    nodes: pd.DataFrame, links: pd.DataFrame, speeds: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    """Check roads whose tables hold together by themselves.

    Parameters
    ----------
    nodes, links
        As in :class:`~clinic_siting.tables.Roads`.
    speeds
        As in :class:`~clinic_siting.tables.SpeedTables`, by name.
    """
    return [*_lengths(nodes, links), _pieces(nodes, links), *check_speeds(speeds)]


def _lengths(nodes: pd.DataFrame, links: pd.DataFrame) -> list[Finding]:
    """Whether lengths are metres, and, where they are, whether each of them can be."""
    straight_m, length_m = _straight_m(nodes, links), numbers(links["length_m"])
    far = straight_m > ROUNDING_M
    detour = float(np.median(length_m[far] / straight_m[far])) if far.any() else 1.0
    low, high = LIKELY_DETOUR
    unit = Check(
        "road links",
        "length_m looks like another unit than metres",
        "lengths are metres",
        "give lengths in metres along the road",
    ).judge(
        [f"half of the links are {detour:.3g} times their straight line"] if not low < detour < high else ()
    )
    if unit.light == "red":
        return [unit]
    short = length_m < SHORTEST * straight_m - ROUNDING_M
    wrong = np.flatnonzero(short | (length_m > LONGEST_DETOUR * straight_m + LONGEST_LOOP_M))
    at = nodes[["lon", "lat"]].to_numpy()[links["from_node"].to_numpy()[wrong]]
    each = Check(
        "road links",
        "length_m cannot be in {n} link(s)",
        "every link is as long as its straight line, or longer",
        "give each link its metres along the road, and each node its place",
    ).judge(
        f"from lon {lon:.5f}, lat {lat:.5f}: {length_m[link]:.6g} m, "
        f"its straight line {straight_m[link]:.6g} m"
        for (lon, lat), link in zip(at, wrong, strict=True)
    )
    return [unit, each]


def _straight_m(nodes: pd.DataFrame, links: pd.DataFrame) -> FloatArray:
    """Straight lines between the ends of links, shape (n_links,), on a globe: half a percent is no matter."""
    lon, lat = (np.radians(numbers(nodes[axis])) for axis in ("lon", "lat"))
    start, end = links["from_node"].to_numpy(), links["to_node"].to_numpy()
    east = (lon[end] - lon[start]) * np.cos((lat[end] + lat[start]) / 2)
    straight_m: FloatArray = EARTH_M * np.hypot(east, lat[end] - lat[start])
    return straight_m


def _pieces(nodes: pd.DataFrame, links: pd.DataFrame) -> Finding:
    start, end = links["from_node"].to_numpy(), links["to_node"].to_numpy()
    n = len(nodes)
    _, piece = connected_components(coo_array((np.ones(len(start), np.int8), (start, end)), shape=(n, n)))
    size = np.bincount(piece)
    apart = 1 - size.max() / n
    check = Check(
        "road links",
        f"the network is in {len(size):,} pieces; {apart:.1%} of the nodes are apart from the largest",
        "the network hangs together",
        "restore the missing links: no journey can cross from one piece to another",
    )
    if apart <= MOST_APART:
        return check.judge(())
    rows = []
    for number in np.argsort(-size, kind="stable")[:PIECES_NAMED]:
        lon, lat = (nodes.loc[piece == number, axis].mean() for axis in ("lon", "lat"))
        rows.append(f"{size[number]:,} nodes around lon {lon:.3f}, lat {lat:.3f}")
    return check.judge(rows)
