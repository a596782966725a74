"""Figures that must do what a refusal says of them: rounded to the side on which they still do."""

from math import ceil, floor, log10

# Parts of the last digit that are a sum's rounding, not a reason for the next one.
NOISE = 1e-9


def at_least(value: float, digits: int) -> str:
    """Write a value of 0 or more with some significant digits, and no smaller than it is."""
    return _written(value, digits, up=True)


def at_most(value: float, digits: int) -> str:
    """Write a value of 0 or more with some significant digits, and no larger than it is."""
    return _written(value, digits, up=False)


def _written(value: float, digits: int, *, up: bool) -> str:
    if value <= 0:
        return "0"
    step = 10.0 ** (floor(log10(value)) - digits + 1)
    steps = value / step
    whole = ceil(steps - NOISE) if up else floor(steps + NOISE)
    return f"{whole * step:.{digits}g}"
