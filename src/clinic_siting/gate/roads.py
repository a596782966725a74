"""Roads before they are trusted: metres that are metres, speeds that are speeds, one network."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clinic_siting.gate.findings import Check, Finding
from clinic_siting.grid import grid_points
from clinic_siting.tables.checks import numbers

# Road over straight line: 1.0 where lengths are metres; kilometres give 0.001, miles 0.0006, feet 3.3.
LIKELY_DETOUR = (0.5, 2.5)
# Between these lies the median speed of either table; in metres a second it is 3.6 times lower. Roads that
# were observed may all be of an inner city.
LIKELY_KPH = {"speeds": (15.0, 140.0), "observed": (10.0, 140.0)}
# Some dead ends and islands are everywhere; beyond this share the network has come apart.
MOST_APART = 0.01
PIECES_NAMED = 20
# A unit shows in a sample.
LINKS_MEASURED = 10_000


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
    return [_lengths(nodes, links), _pieces(nodes, links), *_speeds(speeds)]


def _lengths(nodes: pd.DataFrame, links: pd.DataFrame) -> Finding:
    some = links.iloc[:: max(1, len(links) // LINKS_MEASURED)]
    start, end = (nodes[["lon", "lat"]].iloc[some[side]] for side in ("from_node", "to_node"))
    straight_m = np.hypot(*(grid_points(start["lon"], start["lat"]) - grid_points(end["lon"], end["lat"])).T)
    far = straight_m > 10
    detour = float(np.median(numbers(some["length_m"])[far] / straight_m[far])) if far.any() else 1.0
    low, high = LIKELY_DETOUR
    return Check(
        "road links",
        "length_m looks like another unit than metres",
        "lengths are metres",
        "give lengths in metres along the road",
    ).judge(
        [f"half of the links are {detour:.3g} times their straight line"] if not low < detour < high else ()
    )


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


def _speeds(speeds: Mapping[str, pd.DataFrame]) -> list[Finding]:
    findings = []
    for name, (low, high) in LIKELY_KPH.items():
        table = speeds[name]
        kph = numbers(table["kph"]) if len(table) else np.array([(low + high) / 2])
        typical = float(np.median(kph))
        findings.append(
            Check(
                name,
                "kph looks like another unit than km/h",
                "speeds are km/h",
                "give speeds in km/h",
            ).judge([f"half of the rows are below {typical:.3g}"] if not low < typical < high else ())
        )
    return findings
