"""Figures and shapes → short text: typed columns and delta-coded lines for a page to unpack."""

import base64
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from clinic_siting.tables import FloatArray, IntArray

# Shapes are whole numbers of web-mercator pixels at this zoom: 12 metres in southern England.
GRID_ZOOM = 13
WORLD_PX = 256 * 2**GRID_ZOOM
# Minutes travel as whole hundredths; the largest 16-bit number means that there is no route.
MINUTE_STEPS = 100
NO_ROUTE = 2**16 - 1

Column = dict[str, str]
_NAMES = {"u1": "u8", "u2": "u16", "u4": "u32", "i4": "i32", "f4": "f32", "f8": "f64"}


def column(values: npt.ArrayLike, kind: str | None = None) -> Column:
    """Pack numbers into little-endian base64 text with the name of their type.

    Parameters
    ----------
    values
        Any shape, written row by row.
    kind
        A numpy type (u1, u2, u4, i4, f4, f8); by default the smallest unsigned that holds them.

    Returns
    -------
        ``{"t": type, "d": base64}``.

    Examples
    --------
    >>> column([1, 2, 255])
    {'t': 'u8', 'd': 'AQL/'}
    """
    array = np.asarray(values)
    if kind is None:
        top = int(array.max()) if array.size else 0
        kind = next(k for k in ("u1", "u2", "u4") if top < 256 ** int(k[1]))
    data = np.ascontiguousarray(array, dtype=f"<{kind}").tobytes()
    return {"t": _NAMES[kind], "d": base64.b64encode(data).decode("ascii")}


def whole_minutes(minutes: FloatArray, thresholds_min: Sequence[float]) -> IntArray:
    """Round minutes to hundredths without carrying any across a threshold.

    A zone at 45.004 minutes is beyond a standard of 45 and must stay beyond it on the page.

    Parameters
    ----------
    minutes
        Any shape; ``inf`` where there is no route.
    thresholds_min
        Classes and standards, inclusive.

    Returns
    -------
        Hundredths of a minute, :data:`NO_ROUTE` where there is no route.

    Examples
    --------
    >>> whole_minutes(np.array([44.996, 45.0, 45.004, np.inf]), [45])
    array([ 4500,  4500,  4501, 65535])
    """
    finite = np.isfinite(minutes)
    steps = np.where(finite, np.rint(np.where(finite, minutes, 0) * MINUTE_STEPS), NO_ROUTE)
    steps = np.where(finite, np.minimum(steps, NO_ROUTE - 1), steps).astype(np.int64)
    for threshold in thresholds_min:
        at = round(threshold * MINUTE_STEPS)
        steps = np.where(finite & (minutes > threshold) & (steps <= at), at + 1, steps)
    return steps


def project(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Web-mercator pixels at :data:`GRID_ZOOM`, y downwards, shape (n, 2)."""
    x = (lon + 180.0) / 360.0
    sine = np.sin(np.radians(lat))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    return np.column_stack([x, y]) * float(WORLD_PX)


def grid(lon: FloatArray, lat: FloatArray) -> IntArray:
    """Web-mercator pixels in whole numbers, shape (n, 2)."""
    points: IntArray = np.rint(project(lon, lat)).astype(np.int64)
    return points


def lines(paths: Iterable[IntArray]) -> str:
    """Pack lines of grid points: count, then differences, as zigzag variable-length bytes.

    Parameters
    ----------
    paths
        Arrays of shape (n, 2); the first point of a line is told from the first of the line before.

    Examples
    --------
    >>> lines([np.array([[3, 4], [4, 4]])])
    'AgYIAgA='
    """
    numbers: list[int] = []
    before = np.zeros(2, dtype=np.int64)
    for path in paths:
        steps = np.diff(path, axis=0, prepend=before[None, :])
        numbers.append(len(path))
        numbers.extend(_zigzag(steps.ravel()))
        before = path[0]
    return base64.b64encode(_variable_bytes(numbers)).decode("ascii")


def whole_numbers(values: Iterable[int]) -> str:
    """Pack whole numbers of either sign as zigzag variable-length bytes."""
    return base64.b64encode(_variable_bytes(_zigzag(np.fromiter(values, dtype=np.int64)))).decode("ascii")


def _zigzag(values: IntArray) -> list[int]:
    coded: list[int] = np.where(values < 0, -2 * values - 1, 2 * values).tolist()
    return coded


def _variable_bytes(numbers: Iterable[int]) -> bytes:
    out = bytearray()
    for number in numbers:
        rest = number
        while rest > 127:
            out.append(rest & 127 | 128)
            rest >>= 7
        out.append(rest)
    return bytes(out)
