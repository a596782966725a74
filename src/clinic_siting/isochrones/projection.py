"""Fast projection of very many points: exact a kilometre apart, a straight line between.

The projections bend so little that a straight line over a kilometre is right to 4 cm.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from clinic_siting.grid import degree_points, grid_points
from clinic_siting.isochrones.drawing import Lattice
from clinic_siting.tables import FloatArray

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
        place = ((points - (self.lattice.east, self.lattice.north)) / self.lattice.cell_m).T[::-1]
        return np.column_stack([ndimage.map_coordinates(axis, place, order=1) for axis in self.values])


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
