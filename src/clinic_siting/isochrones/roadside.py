"""The roadside: what lies within a buffer of the parts of roads from which a site is reached in time.

Truth would be the union of a buffer around each such part. Here every point of a lattice gets its
distance to the nearest such part, and the contour at the buffer's width is that union's border: a
distance changes evenly from point to point, so that a coarse lattice finds the border to a few metres.
Most points stand where every road near is in time, or none is: there the distance to any road
serves every site and band. Only along the frontier it is measured afresh.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely

from clinic_siting.isochrones.contours import below
from clinic_siting.isochrones.drawing import Drawing, Lattice, Single
from clinic_siting.isochrones.roads import RoadLinks, RoadSamples, road_links, road_samples
from clinic_siting.tables import BoolArray, FloatArray, IntArray, RoadNetwork

# Steps along the roads in buffers: circles half their radius apart are at most 3 % narrower than the road's.
STEP = 0.5
Blocks = TypeVar("Blocks", BoolArray, Single)


@dataclass(frozen=True, slots=True, eq=False)
class Roadside:
    """What is found once and serves all sites.

    Attributes
    ----------
    lattice
        Where distances are taken: whole blocks of ``side`` × ``side`` points, each wider than
        ``look_m``, so that a point looks no farther than the blocks around its own.
    side
        Points to a block's side.
    nodes
        Metres east and north of the network's nodes, shape (n_nodes, 2).
    links
        The roads near.
    samples, block
        Points along them, and the block where each stands, numbered row by row.
    any_road_m
        Metres from each point to the nearest road, at most ``look_m``, shape (rows, columns).
    look_m
        The buffer and one cell: a road farther from a point cannot move the contour.
    """

    lattice: Lattice
    side: int
    nodes: FloatArray
    links: RoadLinks
    samples: RoadSamples
    block: IntArray
    any_road_m: Single
    look_m: float

    def areas(self, node_minutes: FloatArray, bands_min: tuple[float, ...]) -> list[shapely.MultiPolygon]:
        """Areas at the roadside in time, in metres of the National Grid, one a band.

        Parameters
        ----------
        node_minutes
            Minutes from every node to the site, shape (n_nodes,).
        bands_min
            Thresholds in minutes, ascending.
        """
        if not (node_minutes <= bands_min[-1]).any():
            return [shapely.MultiPolygon()] * len(bands_min)
        of_node = node_minutes.astype(np.float32)
        at_ends = self.links.minutes_at_ends(of_node)
        minutes = self.samples.minutes(of_node, at_ends)
        slowest, quickest = self._around(minutes)
        # Distances only ever fall from band to band, so that each area holds the one before it.
        metres = np.full((self.lattice.rows, self.lattice.columns), np.float32(self.look_m))
        areas = []
        for band in bands_min:
            any_in_time, all_in_time = quickest <= band, slowest <= band
            blocks, window = self._bounds(any_in_time)
            settled = np.repeat(np.repeat(all_in_time[blocks], self.side, axis=0), self.side, axis=1)
            np.minimum(metres[window], self.any_road_m[window], out=metres[window], where=settled)
            frontier = _with_neighbours(any_in_time & ~all_in_time, np.logical_or)
            near = np.flatnonzero((minutes <= band) & np.take(frontier, self.block))
            ends = self.links.where_time_is_up(self.nodes, at_ends, band)
            _come_near(metres, np.concatenate([self.samples.points[near], ends]), self.lattice, self.look_m)
            areas.append(below(metres[window], self.lattice.cut(*window), self.look_m - self.lattice.cell_m))
        return areas

    def _around(self, minutes: Single) -> tuple[Single, Single]:
        """Slowest and quickest minutes in each block and those around it; ``-inf``, ``inf`` with no road."""
        shape = (self.lattice.rows // self.side, self.lattice.columns // self.side)
        slowest, quickest = np.full(shape, -np.inf, np.float32), np.full(shape, np.inf, np.float32)
        np.maximum.at(slowest.reshape(-1), self.block, minutes)
        np.minimum.at(quickest.reshape(-1), self.block, minutes)
        return _with_neighbours(slowest, np.maximum), _with_neighbours(quickest, np.minimum)

    def _bounds(self, blocks: BoolArray) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Window of blocks that holds all true ones and one more on every side, and its points."""
        window, points = [], []
        for axis in (1, 0):
            true = np.flatnonzero(blocks.any(axis=axis))
            first, last = (true[0] - 1, true[-1] + 2) if true.size else (0, 1)
            window.append(slice(first, last))
            points.append(slice(first * self.side, last * self.side))
        return (window[0], window[1]), (points[0], points[1])


def roadside(network: RoadNetwork, nodes: FloatArray, used: BoolArray, drawing: Drawing) -> Roadside:
    """Look at the roads once, for all sites.

    Parameters
    ----------
    network
        The roads.
    nodes
        Metres east and north of its nodes, shape (n_nodes, 2).
    used
        Nodes from which any of the sites is reached in time, shape (n_nodes,).
    drawing
        ``cell_m`` and ``buffer_m``.

    Returns
    -------
    Roadside
        Links, samples along them and distances to any road.
    """
    links = road_links(network, used)
    samples = road_samples(links, nodes, used, step_m=STEP * drawing.buffer_m)
    look_m = drawing.buffer_m + drawing.cell_m
    side = int(np.ceil(look_m / drawing.cell_m))
    lattice = Lattice.around(
        samples.points, margin_m=3 * side * drawing.cell_m, cell_m=drawing.cell_m, multiple=side
    )
    column, row = ((samples.points - (lattice.east, lattice.north)) // (side * drawing.cell_m)).T
    block = (row * (lattice.columns // side) + column).astype(np.int64)
    any_road_m = np.full((lattice.rows, lattice.columns), look_m, dtype=np.float32)
    _come_near(any_road_m, samples.points, lattice, look_m)
    return Roadside(lattice, side, nodes, links, samples, block, any_road_m, look_m)


def _with_neighbours(blocks: Blocks, together: np.ufunc) -> Blocks:
    """Each block's value and those of the eight around it, put together: first by rows, then by columns."""
    for _ in range(2):
        three = blocks.copy()
        together(three[1:], blocks[:-1], out=three[1:])
        together(three[:-1], blocks[1:], out=three[:-1])
        blocks = three.T
    return blocks


def _come_near(metres: Single, points: FloatArray, lattice: Lattice, look_m: float) -> None:
    """Lower each lattice point's metres to those of the nearest of some points within ``look_m``."""
    east, north = (points - (lattice.east, lattice.north)).T / lattice.cell_m
    column, row = east.astype(np.int64), north.astype(np.int64)
    east, north = (east - column).astype(np.float32), (north - row).astype(np.float32)
    of_point = row * lattice.columns + column
    flat, reach = metres.reshape(-1), look_m / lattice.cell_m
    side = int(np.ceil(reach))
    for down in range(1 - side, side + 1):
        for right in range(1 - side, side + 1):
            # The least that a point in the cell between 0 and 1 can be from here.
            if max(down - 1, -down, 0) ** 2 + max(right - 1, -right, 0) ** 2 < reach**2:
                away = np.sqrt((north - np.float32(down)) ** 2 + (east - np.float32(right)) ** 2)
                np.minimum.at(
                    flat, of_point + (down * lattice.columns + right), away * np.float32(lattice.cell_m)
                )
