"""Stretches of road between neighbouring points, from whatever source, before they become a network."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_siting.osm.tags import Kind
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# West, south, east, north in degrees.
Box = tuple[float, float, float, float]
# Mean radius of the earth: what osmnx measures with, so that lengths agree to the last millimetre.
EARTH_RADIUS_M = 6_371_009.0
# Two points at one place are still a step, and no link may take no time.
SHORTEST_M = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Points and the stretches between them.

    Attributes
    ----------
    node_id
        OpenStreetMap's ids, ascending, shape (n_nodes,).
    lon, lat
        Degrees, shape (n_nodes,).
    tail, head
        Rows of the nodes at the two ends of each stretch, shape (n_stretches,).
    length_m
        Metres along the road.
    both_ways
        Whether one may drive from head to tail as well.
    kind
        Row of ``kinds``.
    kinds
        The kinds of road that occur.
    ferries
        ``name`` of each ferry that was left out and the ``nodes`` (ids) along it.
    counts
        What was read and what was left out, by words for the report.
    """

    node_id: IntArray
    lon: FloatArray
    lat: FloatArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    both_ways: BoolArray
    kind: IntArray
    kinds: tuple[Kind, ...]
    ferries: pd.DataFrame
    counts: dict[str, int]


def great_circle_m(lon: FloatArray, lat: FloatArray, tail: IntArray, head: IntArray) -> FloatArray:
    """Metres between the nodes at the two ends of each stretch, by the haversine formula."""
    y, x = np.deg2rad(lat), np.deg2rad(lon)
    h = np.sin((y[head] - y[tail]) / 2) ** 2
    h += np.cos(y[tail]) * np.cos(y[head]) * np.sin((x[head] - x[tail]) / 2) ** 2
    metres: FloatArray = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1)))
    return np.maximum(metres, SHORTEST_M)


def no_ferries() -> pd.DataFrame:
    """Table of no ferries."""
    return pd.DataFrame({"name": pd.Series(dtype=str), "nodes": pd.Series(dtype=object)})
