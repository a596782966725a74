"""Fast projection of very many points: exact a kilometre apart, a straight line between.

The projections bend so little that a straight line over a kilometre is right to 4 cm.
"""

from dataclasses import dataclass

import numpy as np

from clinic_siting.grid import degree_points, grid_points
from clinic_siting.isochrones.drawing import Lattice
from clinic_siting.tables import FloatArray, IntArray

KILOMETRE = 1000.0
# About a kilometre, in degrees of latitude.
DEGREE_STEP = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class ProjectionTable:
    """What some evenly spaced points are projected to.

    Attributes
    ----------
    lattice
        The points, in the units projected from.
    values
        What they are projected to, shape (2, rows, columns).
    """

    lattice: Lattice
    values: FloatArray

    def __call__(self, points: FloatArray) -> FloatArray:
        """Points projected, shape (n, 2); they must lie within the table."""
        columns = self.lattice.columns
        east, north = (
            (points[:, axis] - origin) / self.lattice.cell_m
            for axis, origin in enumerate((self.lattice.east, self.lattice.north))
        )
        column, row = east.astype(np.int64), north.astype(np.int64)
        east, north = east - column, north - row
        corner = row * columns + column
        projected = np.empty((len(points), 2))
        for axis, values in enumerate(self.values.reshape(2, -1)):
            south, north_side = (_between(values[start:], corner, east) for start in (0, columns))
            projected[:, axis] = south + (north_side - south) * north
        return projected


def degrees_table(lattice: Lattice) -> ProjectionTable:
    """From metres of the National Grid to degrees, for whatever lies on a lattice."""
    corners = np.array([[lattice.easts[i], lattice.norths[i]] for i in (0, -1)])
    around = Lattice.around(corners, margin_m=KILOMETRE, cell_m=KILOMETRE)
    degrees = degree_points(*around.points.T).T
    return ProjectionTable(around, degrees.reshape(2, around.rows, around.columns))


def node_points(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Metres east and north of a network's nodes, shape (n_nodes, 2), right to 4 cm.

    Where the nodes are so few or so far apart that a table would be larger, each is projected itself.
    """
    degrees = np.column_stack([lon, lat])
    around = Lattice.around(degrees, margin_m=DEGREE_STEP, cell_m=DEGREE_STEP)
    if around.rows * around.columns > len(degrees):
        return grid_points(lon, lat)
    metres = grid_points(*around.points.T).T.reshape(2, around.rows, around.columns)
    return ProjectionTable(around, metres)(degrees)


def _between(values: FloatArray, left: IntArray, share: FloatArray) -> FloatArray:
    """Values a share of the way from some to the ones after them."""
    begin = values.take(left)
    between: FloatArray = begin + (values[1:].take(left) - begin) * share
    return between
