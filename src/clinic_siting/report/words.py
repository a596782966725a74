"""Figures as text: one decimal for minutes, none for percentages, a sign and a word for changes."""

import math
from collections.abc import Callable, Iterable

from clinic_siting.tables import SitingPlan

# Keeps a figure and its sign on one line.
NO_BREAK = "\u00a0"
PERCENT = f"{NO_BREAK}%"
# A small count of real patients that is kept back; the shorthand of the Government Statistical Service.
KEPT_BACK = "[c]"
NO_ROUTE = "no route"
NO_END = "no end"
# The terms of the score.
TERMS_IN_WORDS = {
    "mean": "average journey",
    "variation": "spread between patients",
    "worst_tenth": "worst tenth",
    "beyond_standard": "share beyond the standard",
    "alliance_gap": "gap between alliances",
}
Form = Callable[[float], str]


def chosen_for(plan: SitingPlan) -> str:
    """What a plan that has an aim beside its objective is proved to be."""
    if plan.aim_proven:
        return f"proved: no other set has a smaller {plan.aim}"
    return f"not proved: a set with a smaller {plan.aim} may exist"


def by_value_alone(plan: SitingPlan) -> str:
    """How such a plan stands by its objective's value alone."""
    if plan.proven:
        return "none scores lower either"
    if plan.gap is None:
        return "whether one scores lower is not known"
    return (
        f"by its score alone the best set is better, by {share_exact(plan.gap).replace(NO_BREAK, '')} at most"
    )


def minutes(value: float) -> str:
    """Minutes to one decimal.

    Examples
    --------
    >>> minutes(32.35), minutes(float("inf"))
    ('32.4', 'no route')
    """
    return NO_ROUTE if math.isinf(value) else f"{_half_up(value, 1):.1f}"


def share(value: float) -> str:
    """A share of 1 as a percentage without decimals.

    Examples
    --------
    >>> share(0.8160).replace(PERCENT, " %")
    '82 %'
    """
    return f"{_half_up(100 * value, 0):.0f}{PERCENT}"


def share_exact(value: float) -> str:
    """A small share as a percentage that is not rounded away.

    Examples
    --------
    >>> [share_exact(value).replace(PERCENT, " %") for value in (0.0315, 0.00004)]
    ['3.15 %', '0.0040 %']
    """
    digits = 2 if value >= 0.0005 or value == 0 else 4
    return f"{100 * value:.{digits}f}{PERCENT}"


def count(value: float) -> str:
    """People or cases to the whole, with commas; a count that is kept back as its mark.

    Examples
    --------
    >>> count(1251.4), count(float("nan"))
    ('1,251', '[c]')
    """
    return KEPT_BACK if math.isnan(value) else f"{_half_up(value, 0):,.0f}"


def people(value: float) -> str:
    """People in prose, to the hundred.

    Examples
    --------
    >>> people(6706916), people(0)
    ('6,706,900', 'nobody')
    """
    return f"{round(value, -2):,.0f}" if value else "nobody"


def signed(value: float, of: str) -> str:
    """A change with its sign.

    Examples
    --------
    >>> signed(-11.2, "minutes"), signed(0.0, "count"), signed(0.256, "points")
    ('−11.2', '0', '+26')
    """
    if math.isnan(value):
        return KEPT_BACK
    if math.isinf(value):
        return "first route" if value < 0 else "route lost"
    digits, scale = {"minutes": (1, 1), "count": (0, 1), "points": (0, 100)}[of]
    number = _half_up(abs(value) * scale, digits)
    if number == 0:
        return "0.0" if digits else "0"
    return f"{'+' if value > 0 else '−'}{number:,.{digits}f}"


def moves(before: float, after: float, *, unit: str = "") -> str:
    """What a figure does, for the middle of a sentence.

    Examples
    --------
    >>> moves(43.5, 32.4), moves(56, 82, unit=" %"), moves(5, 5.1)
    ('falls from 44 to 32', 'rises from 56 % to 82 %', 'stays at 5')
    """
    low, high = _half_up(before, 0), _half_up(after, 0)
    if low == high:
        return f"stays at {low:.0f}{unit}"
    return f"{'falls' if high < low else 'rises'} from {low:.0f}{unit} to {high:.0f}{unit}"


def listed(parts: Iterable[str]) -> str:
    """Join as in a sentence.

    Examples
    --------
    >>> listed(["North Kent", "Colchester", "Hastings"])
    'North Kent, Colchester and Hastings'
    """
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _half_up(value: float, digits: int) -> float:
    """Round halves away from zero, as readers do, and 0.05 as it is written."""
    scale = 10.0**digits
    whole = math.floor(abs(value) * scale + 0.5 + 1e-9)
    return math.copysign(whole, value) / scale
