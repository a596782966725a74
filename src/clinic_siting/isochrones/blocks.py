"""Where points stand on a lattice and in which of its blocks, so that a site looks at those near it alone."""

from dataclasses import dataclass

import numpy as np

from clinic_siting.isochrones.drawing import Lattice, Single
from clinic_siting.isochrones.roads import Bands
from clinic_siting.tables import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Where points stand on a lattice.

    Attributes
    ----------
    cell
        Number of the lattice point to their south-west, row by row, shape (n_points,).
    east, north
        Cells east and north of it, below 1, shape (n_points,).
    """

    cell: IntArray
    east: Single
    north: Single

    @classmethod
    def of(cls, points: FloatArray, lattice: Lattice) -> "Spots":
        """Find points, metres east and north, shape (n_points, 2)."""
        east, north = (points.T - np.array([[lattice.east], [lattice.north]])) / lattice.cell_m
        column, row = east.astype(np.int64), north.astype(np.int64)
        cell = row * lattice.columns + column
        return cls(cell, (east - column).astype(np.float32), (north - row).astype(np.float32))

    def at(self, which: IntArray) -> "Spots":
        """Return some of them."""
        return Spots(self.cell[which], self.east[which], self.north[which])


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Points that stand in order of the blocks of a lattice.

    Attributes
    ----------
    shape
        Rows and columns of blocks.
    number
        The blocks that hold a point, numbered row by row, shape (n_held,).
    first, count
        The first point in each of them, and how many there are, shape (n_held,).
    """

    shape: tuple[int, int]
    number: IntArray
    first: IntArray
    count: IntArray

    @classmethod
    def of(cls, block: IntArray, shape: tuple[int, int]) -> "Blocks":
        """Count points whose blocks are given in ascending order."""
        first = np.flatnonzero(np.diff(block, prepend=-1))
        return cls(shape, block[first], first, np.diff(first, append=len(block)))

    def in_rows(self, low: int, high: int) -> tuple[slice, slice]:
        """Which of the blocks held, and of their points, stand in rows of blocks from low to high."""
        held = slice(
            *np.searchsorted(self.number, (low * self.shape[1], (high + 1) * self.shape[1])).tolist()
        )
        count = self.count[held]
        begin = int(self.first[held.start]) if len(count) else 0
        return held, slice(begin, begin + int(count.sum()))

    def spread(self, values: Bands, held: slice, together: np.ufunc, *, none: int) -> Bands:
        """Put together the values of the points in each block; ``none`` where there is no point."""
        blocks = np.full(self.shape, none, dtype=np.uint8)
        first = self.first[held]
        blocks.reshape(-1)[self.number[held]] = together.reduceat(values, first - first[0])
        return blocks

    def points_in(self, blocks: BoolArray) -> IntArray:
        """Points that stand in some blocks, ascending."""
        held = np.flatnonzero(blocks.reshape(-1)[self.number])
        first, count = self.first[held], self.count[held]
        return np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
