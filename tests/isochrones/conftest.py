"""Small networks in metres, shared by the tests of isochrones."""

from collections.abc import Callable

import numpy as np
import pytest
from pyproj import Transformer

from clinic_siting.tables import RoadNetwork

TO_DEGREES = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


@pytest.fixture(scope="session")
def network_of() -> Callable[..., RoadNetwork]:
    """Network of directed edges (from, to, minutes) between points in metres of the National Grid."""

    def build(points, edges) -> RoadNetwork:
        lon, lat = TO_DEGREES.transform(*np.array(points, dtype=float).T)
        minutes = dict(sorted(((u, v), minutes) for u, v, minutes in edges))
        tail, head = np.array(list(minutes), dtype=np.int64).T
        indptr = np.searchsorted(tail, np.arange(len(points) + 1)).astype(np.int64)
        anchor = np.ones(len(points), dtype=bool)
        return RoadNetwork(lon, lat, indptr, head.copy(), np.array(list(minutes.values())), anchor)

    return build
