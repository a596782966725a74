"""Motorways, trunk and primary roads as lines to draw, and places for their numbers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from clinic_siting.maps.encode import WORLD_PX, grid
from clinic_siting.tables import IntArray, Roads

CLASSES = ("motorway", "trunk", "primary")
# Grid units (12 m): detail below it is invisible at the closest zoom.
SIMPLIFY = 5.0
SHORTEST = 12.0
SHIELD_EVERY = 500.0
# A number is worth a shield on a road at least this long (grid units, about 30 km), or any motorway.
SHIELD_ROAD = 2500.0
SHIELDS_A_ROAD = 16


@dataclass(frozen=True, slots=True, eq=False)
class RoadLines:
    """Roads to draw.

    Attributes
    ----------
    lines
        For each of :data:`CLASSES` its lines on the grid.
    shields
        ``road``, ``road_class`` (position in :data:`CLASSES`), ``length`` (grid units) and
        ``points`` (an array of places for the number, the middle first); the longest road first.
    """

    lines: list[list[IntArray]]
    shields: pd.DataFrame


def draw_roads(roads: Roads, bounds: tuple[float, float, float, float]) -> RoadLines:
    """Join links into long simple lines, one carriageway of each dual one.

    Parameters
    ----------
    roads
        The network's tables.
    bounds
        West, south, east, north in degrees; links outside are left out.
    """
    links = _links_to_draw(roads, bounds)
    lines: list[list[IntArray]] = []
    shields: list[dict[str, object]] = []
    for number, road_class in enumerate(CLASSES):
        of_class = links[links["road_class"] == road_class]
        drawn: list[IntArray] = []
        ends = of_class[["x0", "y0", "x1", "y1"]].to_numpy(dtype=float).reshape(-1, 2, 2)
        for road, rows in sorted(of_class.groupby("road").indices.items()):
            segments = shapely.multilinestrings(shapely.linestrings(ends[rows]))
            merged = shapely.get_parts(shapely.line_merge(segments))
            drawn += _simple(merged)
            if road:
                shields.append(_shield(str(road), number, merged))
        lines.append(drawn)
    table = pd.DataFrame(shields, columns=["road", "road_class", "length", "points"])
    # A road with a stretch of motorway, such as the A1(M), carries the shield of its longer part.
    table = table.sort_values("length", ascending=False, kind="stable").drop_duplicates("road")
    keep = (table["length"] >= SHIELD_ROAD) | (table["road_class"] == 0)
    table = table[keep].sort_values(["road_class", "length", "road"], ascending=[True, False, True])
    return RoadLines(lines, table.reset_index(drop=True))


def _links_to_draw(roads: Roads, bounds: tuple[float, float, float, float]) -> pd.DataFrame:
    links, nodes = roads.links, roads.nodes
    links = links[links["road_class"].isin(CLASSES) & ~links["ramp"].astype(bool)]
    ends = [nodes.iloc[links[c].to_numpy()] for c in ("from_node", "to_node")]
    lon, lat = ends[0]["lon"].to_numpy(), ends[0]["lat"].to_numpy()
    west, south, east, north = bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    x0, y0 = grid(lon, lat).T
    x1, y1 = grid(ends[1]["lon"].to_numpy(), ends[1]["lat"].to_numpy()).T
    # Of the two carriageways of a dual road the one that heads east is drawn: two lines 20 metres apart
    # are one line at any zoom, and half the weight.
    west_bound = (x1 < x0) | ((x1 == x0) & (y1 < y0))
    second = links["oneway"].to_numpy(dtype=bool) & west_bound & (links["road_class"] != "primary").to_numpy()
    moved = (x0 != x1) | (y0 != y1)
    table = pd.DataFrame(
        {
            "road_class": links["road_class"].astype(str).to_numpy(),
            "road": links["road"].astype(object).fillna("").to_numpy(),
            "x0": np.where(west_bound, x1, x0),
            "y0": np.where(west_bound, y1, y0),
            "x1": np.where(west_bound, x0, x1),
            "y1": np.where(west_bound, y0, y1),
        }
    )[inside & ~second & moved]
    unique: pd.DataFrame = table.drop_duplicates()
    return unique


def _simple(merged: list[shapely.Geometry]) -> list[IntArray]:
    simple = shapely.simplify(merged, SIMPLIFY)
    paths = [np.rint(shapely.get_coordinates(line)).astype(np.int64) for line in simple]
    kept = [path for path in paths if np.abs(np.diff(path, axis=0)).sum() >= SHORTEST]
    return sorted(kept, key=lambda path: (int(path[0, 0]), int(path[0, 1]), len(path)))


def _shield(road: str, road_class: int, merged: list[shapely.Geometry]) -> dict[str, object]:
    """Places for a road's number, from the middle of its longest line outwards."""
    length = np.array([line.length for line in merged])
    points = []
    for k in np.argsort(-length, kind="stable")[:SHIELDS_A_ROAD]:
        steps = max(1, int(length[k] // SHIELD_EVERY))
        middle_first = sorted(range(steps), key=lambda i: (abs(i + 0.5 - steps / 2), i))
        points += [merged[k].interpolate((i + 0.5) / steps, normalized=True) for i in middle_first]
    xy = np.rint([(p.x, p.y) for p in points[: 4 * SHIELDS_A_ROAD]]).astype(np.int64)
    if not ((xy >= 0) & (xy <= WORLD_PX)).all():
        xy = np.clip(xy, 0, WORLD_PX)
    return {"road": road, "road_class": road_class, "length": float(length.sum()), "points": xy}
