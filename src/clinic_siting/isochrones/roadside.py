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

from clinic_siting.isochrones.blocks import Blocks, Spots
from clinic_siting.isochrones.contours import below
from clinic_siting.isochrones.drawing import Drawing, Lattice, Single
from clinic_siting.isochrones.roads import (
    Bands,
    Nodes,
    RoadLinks,
    RoadSamples,
    in_band,
    road_links,
    road_samples,
)
from clinic_siting.tables import BoolArray, FloatArray, RoadNetwork

# Steps along the roads in buffers: circles half their radius apart are at most 3 % narrower than the road's.
STEP = 0.5
# Blocks around the roads: one for what lies near, one for where its points look, one beyond.
MARGIN = 3
Array = TypeVar("Array", BoolArray, Bands)


@dataclass(frozen=True, slots=True, eq=False)
class Roadside:
    """What is found once and serves all sites.

    Attributes
    ----------
    lattice
        Where distances are taken: whole blocks of ``side`` × ``side`` points, each wider than the
        buffer and one cell, so that a point looks no farther than the blocks around its own.
    side
        Points to a block's side.
    nodes
        Metres east and north of the network's nodes, shape (n_nodes, 2).
    links
        The roads near.
    rows_touched
        First and last row of blocks that each node's links touch, shape (2, n_nodes).
    samples, spots, blocks
        Points along them in order of the blocks, where each stands, and the blocks.
    any_road
        Square of the cells from each point to the nearest road, at most that of ``reach``, shape
        (rows, columns).
    reach
        The buffer and one cell, in cells: a road farther from a point cannot move the contour.
    """

    lattice: Lattice
    side: int
    nodes: FloatArray
    links: RoadLinks
    rows_touched: Nodes
    samples: RoadSamples
    spots: Spots
    blocks: Blocks
    any_road: Single
    reach: float

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
        first_band, soonest, last = self._bands(of_node, bands_min)
        frame = _around(soonest < len(bands_min), margin=MARGIN)
        soonest, last = (
            _with_neighbours(soonest[frame], np.minimum),
            _with_neighbours(last[frame], np.maximum),
        )
        # Squares only ever fall from band to band, so that each area holds the one before it.
        squares = np.empty_like(self.any_road)
        ours, any_road = squares[self._points(frame)], self.any_road[self._points(frame)]
        ours[:] = self.reach**2
        lattice = self.lattice.cut(*self._points(frame))
        ends = self.links.where_time_is_up(self.nodes, of_node, bands_min)
        frontier = np.zeros(self.blocks.shape, dtype=bool)
        areas = []
        for band in range(len(bands_min)):
            any_in_time, all_in_time = soonest <= band, last <= band
            window = _around(any_in_time, margin=1)
            points = self._points(window)
            settled = np.repeat(np.repeat(all_in_time[window], self.side, axis=0), self.side, axis=1)
            np.minimum(ours[points], any_road[points], out=ours[points], where=settled)
            frontier[frame] = _with_neighbours(any_in_time & ~all_in_time, np.logical_or)
            near = self.blocks.points_in(frontier)
            _come_near(squares, self.spots.at(near[first_band[near] <= band]), self.reach)
            _come_near(squares, Spots.of(ends[band], self.lattice), self.reach)
            metres = np.sqrt(ours[points]) * np.float32(lattice.cell_m)
            areas.append(below(metres, lattice.cut(*points), (self.reach - 1) * lattice.cell_m))
        return areas

    def _bands(self, of_node: Single, bands_min: tuple[float, ...]) -> tuple[Bands, Bands, Bands]:
        """First band that each sample is within, and the first and last of all samples in each block.

        Samples far north or south of every node in time are left at no band.
        """
        first_band = np.full(len(self.spots.cell), len(bands_min), dtype=np.uint8)
        south, north = self.rows_touched[:, of_node <= bands_min[-1]]
        held, points = self.blocks.in_rows(south.min(), north.max())
        ours = first_band[points]
        ours[:] = in_band(self.samples.minutes(of_node, points), bands_min)
        soonest = self.blocks.spread(ours, held, np.minimum, none=len(bands_min))
        return first_band, soonest, self.blocks.spread(ours, held, np.maximum, none=0)

    def _points(self, blocks: tuple[slice, slice]) -> tuple[slice, slice]:
        """Window of points that a window of blocks holds."""
        rows, columns = (slice(along.start * self.side, along.stop * self.side) for along in blocks)
        return rows, columns


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
    points, samples = road_samples(links, nodes, used, step_m=STEP * drawing.buffer_m)
    reach = drawing.buffer_m / drawing.cell_m + 1
    side = int(np.ceil(reach))
    lattice = Lattice.around(
        points, margin_m=MARGIN * side * drawing.cell_m, cell_m=drawing.cell_m, multiple=side
    )
    shape = (lattice.rows // side, lattice.columns // side)
    spots = Spots.of(points, lattice)
    node_row = ((nodes[:, 1] - lattice.north) // (side * drawing.cell_m)).astype(np.int32)
    row, column = np.divmod(spots.cell, lattice.columns)
    block = row // side * shape[1] + column // side
    order = np.argsort(block, kind="stable")
    spots, blocks = spots.at(order), Blocks.of(block[order], shape)
    any_road = np.full((lattice.rows, lattice.columns), reach**2, dtype=np.float32)
    _come_near(any_road, spots, reach)
    return Roadside(
        lattice=lattice,
        side=side,
        nodes=nodes,
        links=links,
        rows_touched=np.stack([links.least(node_row - 1), -links.least(-node_row - 1)]),
        samples=samples.at(order),
        spots=spots,
        blocks=blocks,
        any_road=any_road,
        reach=reach,
    )


def _around(blocks: BoolArray, *, margin: int) -> tuple[slice, slice]:
    """Window that holds all true blocks and some more on every side."""
    window = []
    for axis in (1, 0):
        true = np.flatnonzero(blocks.any(axis=axis))
        window.append(slice(true[0] - margin, true[-1] + 1 + margin) if true.size else slice(0, 1))
    return window[0], window[1]


def _with_neighbours(blocks: Array, together: np.ufunc) -> Array:
    """Each block's value and those of the eight around it, put together: first by rows, then by columns."""
    rows = blocks.copy()
    together(rows[1:], blocks[:-1], out=rows[1:])
    together(rows[:-1], blocks[1:], out=rows[:-1])
    both = rows.copy()
    together(both[:, 1:], rows[:, :-1], out=both[:, 1:])
    together(both[:, :-1], rows[:, 1:], out=both[:, :-1])
    return both


def _come_near(squares: Single, spots: Spots, reach: float) -> None:
    """Lower each lattice point's square to that of the nearest of some points within ``reach`` cells."""
    side, columns = int(np.ceil(reach)), squares.shape[1]
    flat = squares.reshape(-1)
    steps = range(1 - side, side + 1)
    east, north = ([(along - np.float32(step)) ** 2 for step in steps] for along in (spots.east, spots.north))
    away = np.empty_like(spots.east)
    # From the first lattice point looked at: then each of the others is a view that begins later.
    cell = spots.cell - (side - 1) * (columns + 1)
    for down, south in zip(steps, north, strict=True):
        for right, west in zip(steps, east, strict=True):
            # The least that a point in the cell between 0 and 1 can be from here.
            if max(down - 1, -down, 0) ** 2 + max(right - 1, -right, 0) ** 2 < reach**2:
                begin = (down + side - 1) * columns + right + side - 1
                np.minimum.at(flat[begin:], cell, np.add(south, west, out=away))
