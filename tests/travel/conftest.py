"""Small networks and places on their nodes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from clinic_siting.tables import RoadNetwork, Snap


@pytest.fixture(scope="session")
def network_of() -> Callable[..., RoadNetwork]:
    def build(edges: dict[tuple[int, int], float], n_nodes: int) -> RoadNetwork:
        pairs = sorted(edges)
        tail, head = (np.array([p[i] for p in pairs], dtype=np.int64) for i in (0, 1))
        indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n_nodes))])
        minutes, everywhere = np.array([edges[p] for p in pairs]), np.ones(n_nodes, dtype=bool)
        lon = np.linspace(0.0, 1.0, n_nodes)
        return RoadNetwork(lon, np.full(n_nodes, 51.0), indptr, head, minutes, everywhere)

    return build


@pytest.fixture(scope="session")
def at() -> Callable[..., Snap]:
    def join(nodes: list[int], minutes: float | list[float] = 0.0, prefix: str = "p") -> Snap:
        ids = pd.Index([f"{prefix}{i:03d}" for i in range(len(nodes))])
        way = np.broadcast_to(np.asarray(minutes, dtype=float), len(nodes)).copy()
        return Snap(ids, np.array(nodes, dtype=np.int64), np.zeros(len(nodes)), way)

    return join


@pytest.fixture(scope="session")
def town(network_of) -> RoadNetwork:
    """A 20 × 20 grid of streets, some one-way, some cut, its minutes drawn at random."""
    rng = np.random.default_rng(7)
    edges: dict[tuple[int, int], float] = {}
    for node in range(400):
        for other in ([node + 1] if node % 20 < 19 else []) + ([node + 20] if node < 380 else []):
            kind = rng.choice(["both", "there", "back", "cut"], p=[0.6, 0.15, 0.15, 0.1])
            if kind in ("both", "there"):
                edges[node, other] = rng.uniform(0.1, 3)
            if kind in ("both", "back"):
                edges[other, node] = rng.uniform(0.1, 3)
    return network_of(edges, 403)
