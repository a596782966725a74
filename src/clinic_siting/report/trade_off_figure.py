"""The figure of the fronts: the average journey against the spread, and against the worst tenth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clinic_siting.report import theme, words
from clinic_siting.report.blocks import Picture
from clinic_siting.report.data import ReportData
from clinic_siting.tables import JOINED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT_MM, BOTTOM_MM, RIGHT_MM, TOP_MM, BETWEEN_MM = 13.0, 11.0, 2.0, 3.0, 18.0
# Sets beside the front are shown as far as the front is long, and this far at least.
LEAST_SPAN = 0.02
GREY = "#AEB9C0"
# Points nearer than this share a label, which stands so far from a ring or a point.
TOGETHER_PT, RING_PT, POINT_PT, LETTER_PT = 9.0, 7.0, 4.5, 4.5


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One front.

    Attributes
    ----------
    measure
        The measure that stands against the mean.
    label
        Of its axis, with its unit.
    today
        Its value today.
    points
        Index: the number by which a point is known; ``mean``, the measure, ``sites``.
    """

    measure: str
    label: str
    today: float
    points: pd.DataFrame


def trade_off_figure(
    data: ReportData, panels: Sequence[Panel], *, width_mm: float, height_mm: float
) -> Picture:
    """Fronts side by side, their points numbered; dark and joined, so that grey print shows them too.

    Parameters
    ----------
    data
        What the report shows.
    panels
        The fronts, from left to right.
    width_mm, height_mm
        Of the figure.
    """
    across = (width_mm - LEFT_MM - RIGHT_MM - BETWEEN_MM * (len(panels) - 1)) / len(panels)

    def paint(figure: "Figure") -> None:
        for place, panel in enumerate(panels):
            left = LEFT_MM + place * (across + BETWEEN_MM)
            box = (
                left / width_mm,
                BOTTOM_MM / height_mm,
                across / width_mm,
                (height_mm - BOTTOM_MM - TOP_MM) / height_mm,
            )
            _panel(figure.add_axes(box), data, panel)

    before = data.everyone("mean")[0]
    today = ", ".join(f"{panel.label.partition(',')[0]} {_figure(panel.today, panel)}" for panel in panels)
    caption = (
        "To the left the average journey is shorter, further down fewer patients are far behind. Dark and "
        "joined: sets that none beats at both, numbered as below; ringed: the plan; grey: others. Today: "
        f"average {words.minutes(before)} minutes, {today}."
    )
    lines = [
        f"{panel.label}: "
        + "; ".join(
            f"{number} {data.set_name(str(row['sites']))} {words.minutes(float(row['mean']))} on average, "
            f"{_figure(float(row[panel.measure]), panel)}"
            for number, row in panel.points.to_dict("index").items()
        )
        for panel in panels
    ]
    return Picture(theme.draw(width_mm, height_mm, paint), ". ".join(lines) + ".", caption, width_mm / 170)


def _figure(value: float, panel: Panel) -> str:
    return f"{value:.3f}" if panel.measure == "gini" else words.minutes(value)


def _panel(axes: "Axes", data: ReportData, panel: Panel) -> None:
    mean, other = (data.ranking[name].to_numpy(dtype=float) for name in ("mean", panel.measure))
    front_mean, front = (panel.points[name].to_numpy(dtype=float) for name in ("mean", panel.measure))
    (west, east), (south, north) = _window(front_mean, mean), _window(front, other)
    near = (mean <= east) & (other <= north)
    axes.plot(mean[near], other[near], "o", ms=2.6, mfc=GREY, mec="none")
    # From point to point the smallest value that can be had is that of the point before.
    axes.step([*front_mean, east], [*front, front[-1]], where="post", color=theme.SECONDARY, linewidth=0.9)
    axes.plot(front_mean, front, "o", ms=4.4, color=theme.INK)
    own = np.array([tuple(ids) == data.plan.chosen for ids in data.ranking["sites"]])
    ring: dict[str, Any] = {"ms": 10, "mfc": "none", "mec": theme.BLUE, "mew": 1.6, "clip_on": False}
    axes.plot(mean[own], other[own], "o", **ring)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    _number(axes, data, panel)
    axes.set_xlabel("average journey, minutes")
    axes.set_ylabel(panel.label)
    axes.grid(color=theme.RULE, linewidth=0.5)
    axes.set_axisbelow(True)


def _number(axes: "Axes", data: ReportData, panel: Panel) -> None:
    """Numbers beside the points; points that lie together share one label."""
    xy = panel.points[["mean", panel.measure]].to_numpy(dtype=float)
    in_points = axes.transData.transform(xy) * 72 / axes.figure.dpi
    groups: list[list[int]] = []
    for k in range(len(xy)):
        if groups and np.abs(in_points[k] - in_points[groups[-1][-1]]).max() < TOGETHER_PT:
            groups[-1].append(k)
        else:
            groups.append([k])
    numbers, own = list(panel.points.index), JOINED.join(data.plan.chosen)
    ends = -np.inf
    for group in groups:
        is_plan = own in set(panel.points["sites"].iloc[group])
        away = RING_PT if is_plan else POINT_PT
        told = ", ".join(str(numbers[k]) for k in group)
        begins = in_points[group[-1]][0] + away
        # A number that would run into the one before stands below its point.
        above = begins > ends
        if above:
            ends = begins + LETTER_PT * len(told)
        axes.annotate(
            told,
            xy[group[-1]],
            (away, away - 1 if above else -away - theme.BODY_PT + 1),
            textcoords="offset points",
            fontsize=theme.BODY_PT,
            fontweight="bold",
            color=theme.BLUE if is_plan else theme.INK,
        )


def _window(front: "np.ndarray[Any, Any]", everything: "np.ndarray[Any, Any]") -> tuple[float, float]:
    """From a little below the front to as far above it as it is long, and to some neighbours at least."""
    low, high = float(front.min()), float(front.max())
    finite = everything[np.isfinite(everything)]
    span = max(high - low, LEAST_SPAN * low, 1e-6)
    nearest = float(np.quantile(finite, 0.5))
    top = high + max(span, min(nearest - high, 3 * span))
    return low - 0.12 * (top - low), top
