"""Between degrees and metres on the National Grid of Great Britain."""

import functools

import numpy as np
import pandas as pd
from pyproj import Transformer

from clinic_siting.tables import DEGREES, GREAT_BRITAIN_GRID, FloatArray


def grid_points(lon: FloatArray | pd.Series, lat: FloatArray | pd.Series) -> FloatArray:
    """Metres east and north on the National Grid (EPSG:27700), shape (n, 2)."""
    to_grid = _transformer(DEGREES, GREAT_BRITAIN_GRID)
    return np.column_stack(to_grid.transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)))


def degree_points(east: FloatArray, north: FloatArray) -> FloatArray:
    """Longitude and latitude of points on the National Grid, shape (n, 2)."""
    return np.column_stack(_transformer(GREAT_BRITAIN_GRID, DEGREES).transform(east, north))


@functools.cache
def _transformer(here: str, there: str) -> Transformer:
    """One for all threads: to make it takes as long as to project a hundred thousand points."""
    return Transformer.from_crs(here, there, always_xy=True)
