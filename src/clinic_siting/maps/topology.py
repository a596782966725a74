"""Areas that share borders → each border once, so that neighbours meet exactly and weigh half."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from clinic_siting.maps.encode import grid
from clinic_siting.tables import IntArray

Point = tuple[int, int]
NOBODY = -1
# Bits that hold one coordinate.
SHIFT = 32


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """Borders and the areas that they bound.

    Attributes
    ----------
    arcs
        Borders between two junctions, each an array (n, 2) of grid points.
    owners
        The areas on either side of each border, shape (n_arcs, 2); :data:`NOBODY` for none.
    areas
        For each area its rings, each a list of border numbers; ``~n`` is border ``n`` backwards.
    """

    arcs: list[IntArray]
    owners: IntArray
    areas: list[list[list[int]]]


def build_topology(shapes: Iterable[shapely.Geometry]) -> Topology:
    """Cut the outlines of areas wherever three of them meet, and keep each piece once.

    Parameters
    ----------
    shapes
        Polygons or multipolygons in degrees whose common borders have common vertices.

    Returns
    -------
        The borders on the grid, in order of first appearance.
    """
    rings = _rings_of(list(shapes))
    junctions = _junctions(ring for area in rings for ring in area)
    number: dict[tuple[Point, ...], int] = {}
    owners: list[list[int]] = []
    areas: list[list[list[int]]] = []
    for area, outlines in enumerate(rings):
        areas.append([])
        for ring in outlines:
            references = []
            for piece in _cut(list(map(tuple, ring.tolist())), junctions):
                flipped = piece[::-1]
                forward = piece <= flipped
                key = tuple(piece if forward else flipped)
                if key not in number:
                    number[key] = len(owners)
                    owners.append([])
                arc = number[key]
                owners[arc].append(area)
                references.append(arc if forward else ~arc)
            areas[-1].append(references)
    sides = np.full((len(owners), 2), NOBODY, dtype=np.int64)
    for arc, at in enumerate(owners):
        sides[arc, : len(at[:2])] = at[:2]
    return Topology([np.array(key, dtype=np.int64) for key in number], sides, areas)


def _rings_of(shapes: Sequence[shapely.Geometry]) -> list[list[IntArray]]:
    """Rings of each area on the grid, shape (n_points, 2) each, the first point last again."""
    polygons, area = shapely.get_parts(shapes, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    degrees, ring = shapely.get_coordinates(rings, return_index=True)
    points = grid(*degrees.T)
    moved = np.append(True, np.any(np.diff(points, axis=0) != 0, axis=1) | (np.diff(ring) != 0))[: len(ring)]
    points, ring = points[moved], ring[moved]
    begin = np.flatnonzero(np.diff(ring, prepend=-1))
    found: list[list[IntArray]] = [[] for _ in shapes]
    owners = area[polygon[ring[begin]]]
    for (start, end), owner in zip(pairwise([*begin, len(points)]), owners, strict=True):
        path = points[start:end]
        # On the grid a sliver may shrink to a line; only what still encloses something is kept.
        if len(path) > 3:
            found[owner].append(path)
    return found


def _junctions(rings: Iterable[IntArray]) -> set[Point]:
    """Points where more or fewer than two borders meet."""
    # A point as one number: sorting numbers is quicker than sorting pairs.
    numbers = [(ring[:, 0] << SHIFT) | ring[:, 1] for ring in rings]
    if not numbers:
        return set()
    here, there = (np.concatenate([ring[part] for ring in numbers]) for part in (slice(-1), slice(1, None)))
    here, there = np.concatenate([here, there]), np.concatenate([there, here])
    order = np.lexsort((there, here))
    here, there = here[order], there[order]
    once = np.append(True, (np.diff(here) != 0) | (np.diff(there) != 0))
    point, neighbours = np.unique(here[once], return_counts=True)
    met = point[neighbours != 2]
    return set(zip((met >> SHIFT).tolist(), (met & ((1 << SHIFT) - 1)).tolist(), strict=True))


def _cut(ring: list[Point], junctions: set[Point]) -> list[list[Point]]:
    """Pieces of a closed ring between junctions; a ring without any starts at its smallest point."""
    open_ring = ring[:-1]
    at = [i for i, point in enumerate(open_ring) if point in junctions]
    first = at[0] if at else open_ring.index(min(open_ring))
    turned = [*open_ring[first:], *open_ring[:first], open_ring[first]]
    stops = [i for i, point in enumerate(turned) if point in junctions] if at else [0, len(turned) - 1]
    return [turned[a : b + 1] for a, b in pairwise(stops)]
