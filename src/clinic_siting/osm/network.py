"""Streets become the road tables: simplified, numbered along a Hilbert curve, with what was left out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from clinic_siting.errors import DataError
from clinic_siting.grid import grid_points
from clinic_siting.osm.simplify import Chains, chains, left_out_pieces, merged_twins, strongly_connected
from clinic_siting.osm.streets import Streets
from clinic_siting.osm.ways import Progress
from clinic_siting.tables import (
    LAT_RANGE,
    LON_RANGE,
    FloatArray,
    IntArray,
    Roads,
)

JUNCTION_RADIUS_M = 400.0
# Beyond this from any zone, a road belongs to no authority that the zones know.
FARTHEST_ZONE_M = 5000.0
HILBERT_BITS = 16


@dataclass(frozen=True, slots=True, eq=False)
class RoadImport:
    """Roads from OpenStreetMap, and what of it they do not hold.

    Attributes
    ----------
    roads
        The road tables; links have ``maxspeed_mph`` besides, null where it is not tagged.
    left_out
        Pieces of road that cannot be both reached and left, longest first: ``km``, ``nodes``,
        ``lon``, ``lat``, ``joined`` (a one-way road leads there or back), ``ferry`` (names of the
        ferries that call there).
    counts
        What was read and passed over.
    """

    roads: Roads
    left_out: pd.DataFrame
    counts: dict[str, int]


def imported(streets: Streets, *, authorities: pd.DataFrame | None, progress: Progress) -> RoadImport:
    """Turn streets into road tables.

    Parameters
    ----------
    streets
        As read.
    authorities
        ``lon``, ``lat``, ``authority`` of places, on any index: a link belongs to the authority of the
        place nearest to its middle, if one lies within 5 km.
    progress
        Called with what is being done.

    Returns
    -------
    RoadImport
        One strongly connected network.

    Raises
    ------
    DataError
        Where roads lie outside Great Britain, or no two places are connected both ways.
    """
    _check_place(streets)
    progress("finding what hangs together", None)
    kept, left_out = strongly_connected(merged_twins(streets))
    if not len(kept.tail):
        raise DataError("roads: no two junctions can be reached from one another; are all roads one-way?")
    pieces = left_out_pieces(kept, left_out)
    progress("simplifying", None)
    links = chains(kept)
    used = np.unique(np.concatenate([links.start, links.end]))
    used = used[np.lexsort((used, hilbert(kept.lon[used], kept.lat[used])))]
    number = np.full(len(kept.node_id), -1)
    number[used] = np.arange(len(used))
    lon, lat = kept.lon[used], kept.lat[used]
    table = _link_table(links, number, kept)
    progress("counting junctions", None)
    points = grid_points(lon, lat)
    nodes = pd.DataFrame({"lon": lon, "lat": lat, "junctions_400m": junctions(points, table)})
    table = table.assign(authority=_authority(points, table, authorities))
    return RoadImport(Roads(nodes, table), pieces, streets.counts)


def hilbert(lon: FloatArray, lat: FloatArray) -> IntArray:
    """Place along a Hilbert curve over the points' bounding box, shape (n,).

    Neighbours on the curve are neighbours in the world, so that a search finds its next nodes in
    the same pages of memory.
    """
    side = 1 << HILBERT_BITS
    x, y = (((v - v.min()) / max(np.ptp(v), 1e-9) * (side - 1)).astype(np.int64) for v in (lon, lat))
    place = np.zeros(len(x), dtype=np.int64)
    half = side >> 1
    while half:
        right, upper = (x & half) > 0, (y & half) > 0
        place += half * half * ((3 * right) ^ upper)
        # Turn the quadrant, so that the curve leaves it next to where it enters the following one.
        flip = ~upper & right
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(upper, x, y), np.where(upper, y, x)
        half >>= 1
    return place


def junctions(points: FloatArray, links: pd.DataFrame) -> IntArray:
    """Junctions (ends of three links or more) within 400 m of each node, itself included.

    Parameters
    ----------
    points
        Metres east and north, shape (n_nodes, 2).
    links
        ``from_node`` and ``to_node``.

    Returns
    -------
    ndarray
        Shape (n_nodes,).
    """
    ends = np.concatenate([links["from_node"].to_numpy(), links["to_node"].to_numpy()])
    crossing = points[np.bincount(ends, minlength=len(points)) >= 3]
    if not len(crossing):
        return np.zeros(len(points), dtype=np.int16)
    tree = cKDTree(crossing, balanced_tree=False)
    count: IntArray = tree.query_ball_point(points, JUNCTION_RADIUS_M, return_length=True).astype(np.int16)
    return count


def _link_table(links: Chains, number: IntArray, streets: Streets) -> pd.DataFrame:
    start, end = number[links.start], number[links.end]
    # A link that runs both ways is written upward, whichever way it was drawn.
    turn = links.both_ways & (start > end)
    start, end = np.where(turn, end, start), np.where(turn, start, end)
    kinds = pd.DataFrame(streets.kinds).iloc[links.kind].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "from_node": start.astype(np.int32),
            "to_node": end.astype(np.int32),
            "length_m": links.length_m,
            "road_class": kinds["road_class"].astype("category"),
            "ramp": kinds["ramp"].to_numpy(dtype=bool),
            "oneway": ~links.both_ways,
            "source": kinds["source"].astype("category"),
            "authority": None,
            "road": kinds["road"].astype("category"),
            "maxspeed_mph": kinds["maxspeed_mph"].astype(np.float32),
        }
    )
    order = ["from_node", "to_node", "length_m", "oneway", "road_class", "ramp"]
    return table.sort_values(order, kind="stable", ignore_index=True)


def _authority(points: FloatArray, links: pd.DataFrame, authorities: pd.DataFrame | None) -> pd.Categorical:
    if authorities is None or authorities.empty:
        return pd.Categorical([None] * len(links), categories=pd.Index([], dtype=str))
    places = grid_points(authorities["lon"], authorities["lat"])
    middle = (points[links["from_node"]] + points[links["to_node"]]) / 2
    metres, nearest = cKDTree(places).query(middle)
    codes = pd.Categorical(authorities["authority"])
    code = np.where(metres <= FARTHEST_ZONE_M, codes.codes[nearest], -1)
    return pd.Categorical.from_codes(code, categories=codes.categories)


def _check_place(streets: Streets) -> None:
    lon, lat = streets.lon, streets.lat
    inside = (lon >= LON_RANGE[0]) & (lon <= LON_RANGE[1]) & (lat >= LAT_RANGE[0]) & (lat <= LAT_RANGE[1])
    if not inside.all():
        rows = [
            f"node {streets.node_id[i]}: lon {lon[i]}, lat {lat[i]}" for i in np.flatnonzero(~inside)[:100]
        ]
        raise DataError(
            f"roads: {np.sum(~inside):,} node(s) lie outside Great Britain, for which this is made.", rows
        )
