"""How isochrones are drawn: the lattice on which times are taken, and what each option means."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinic_siting.errors import ConfigError
from clinic_siting.tables import FloatArray

Single = npt.NDArray[np.float32]
FACES = ("matrix", "road")


@dataclass(frozen=True, slots=True)
class Drawing:
    """Options of the polygons; none of them touches the membership.

    Attributes
    ----------
    face
        ``matrix``: a point's minutes are those that the travel times would give a patient there (the
        way to the nearest node, then the road). ``road``: what lies within ``buffer_m`` of a part of
        a road from which the site is reached in time, that part cut to the metre.
    cell_m
        Metres between neighbouring points of the lattice.
    max_snap_m
        Straight metres; a point farther from its node has no route (``matrix``).
    door_to_door_min
        Minutes added to every journey, as in the travel times.
    anchors_only
        Journeys begin at nodes where one may stop, as in the travel times (``matrix``).
    buffer_m
        Metres to either side of the road (``road``).
    simplify_m
        Size in metres of the corners that simplification may cut, on the borders that bands share,
        so that bands stay nested; 0 keeps every corner.
    smallest_km2
        Islands and holes below this are left out; 0 keeps all.

    Raises
    ------
    ConfigError
        On an unknown face or a size that makes no sense.
    """

    face: str = "matrix"
    cell_m: float = 150.0
    max_snap_m: float = 5000.0
    door_to_door_min: float = 0.0
    anchors_only: bool = True
    buffer_m: float = 150.0
    simplify_m: float = 0.0
    smallest_km2: float = 0.0

    def __post_init__(self) -> None:
        """Check."""
        if self.face not in FACES:
            raise ConfigError(f"isochrones: face must be one of {', '.join(FACES)}, not {self.face!r}.")
        for name in ("cell_m", "max_snap_m", "buffer_m"):
            if not 0 < getattr(self, name) < np.inf:
                raise ConfigError(f"isochrones: {name} must be above 0, not {getattr(self, name)}.")
        for name in ("door_to_door_min", "simplify_m", "smallest_km2"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ConfigError(f"isochrones: {name} must be 0 or more, not {getattr(self, name)}.")


@dataclass(frozen=True, slots=True)
class Lattice:
    """Points of the National Grid, ``cell_m`` apart: rows go north, columns east.

    Attributes
    ----------
    east, north
        Metres of the point in the first row and column, multiples of ``cell_m``.
    rows, columns
        Number of points.
    cell_m
        Metres between neighbours.
    """

    east: float
    north: float
    rows: int
    columns: int
    cell_m: float

    @classmethod
    def around(cls, points: FloatArray, *, margin_m: float, cell_m: float, multiple: int = 1) -> "Lattice":
        """Smallest lattice that holds points, shape (n, 2), with a margin; sides a multiple of a number."""
        # Column by column: numpy takes ten times as long for the least of many short rows.
        low = np.floor((np.array([along.min() for along in points.T]) - margin_m) / cell_m)
        high = np.ceil((np.array([along.max() for along in points.T]) + margin_m) / cell_m)
        size = high - low + 1
        columns, rows = (np.ceil(size / multiple) * multiple).astype(int)
        return cls(float(low[0] * cell_m), float(low[1] * cell_m), int(rows), int(columns), cell_m)

    @property
    def easts(self) -> FloatArray:
        """Metres east of each column, shape (columns,)."""
        return self.east + self.cell_m * np.arange(self.columns, dtype=np.float64)

    @property
    def norths(self) -> FloatArray:
        """Metres north of each row, shape (rows,)."""
        return self.north + self.cell_m * np.arange(self.rows, dtype=np.float64)

    @property
    def points(self) -> FloatArray:
        """Every point, row by row, shape (rows × columns, 2)."""
        east, north = np.meshgrid(self.easts, self.norths)
        return np.column_stack([east.ravel(), north.ravel()])

    def window(self, points: FloatArray, margin_m: float) -> tuple[slice, slice]:
        """Rows and columns of the part around some points, cut to this lattice."""
        low = np.floor((points.min(axis=0) - margin_m - (self.east, self.north)) / self.cell_m).astype(int)
        high = np.ceil((points.max(axis=0) + margin_m - (self.east, self.north)) / self.cell_m).astype(int)
        low = np.maximum(low, 0)
        return slice(low[1], min(high[1] + 1, self.rows)), slice(low[0], min(high[0] + 1, self.columns))

    def cut(self, rows: slice, columns: slice) -> "Lattice":
        """Return the lattice of a window."""
        return Lattice(
            self.east + columns.start * self.cell_m,
            self.north + rows.start * self.cell_m,
            rows.stop - rows.start,
            columns.stop - columns.start,
            self.cell_m,
        )
