"""Figures of a report: who gains, how long journeys are, and how the sets compare."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clinic_siting.report import theme, words
from clinic_siting.report.blocks import Picture
from clinic_siting.report.data import ReportData

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_MM, HEAD_MM, LETTER_MM = 4.8, 11.0, 1.4
NOTICEABLE_MIN = 0.05
# Room for the figures to the right of the rows, and where their right edges stand.
FIGURES_MM = 25.0
FIGURES_PT = (6.0, 45.0, 69.0)


def before_after(rows: pd.DataFrame, *, caption: str, width_mm: float) -> Picture:
    """Dumbbells: a mean journey today (hollow) and with the plan (solid), one row a group.

    Parameters
    ----------
    rows
        Index: labels, in order; ``today``, ``planned`` in minutes.
    caption
        Below the figure.
    width_mm
        Of the figure.
    """
    label_mm = 5 + LETTER_MM * max(len(str(label)) for label in rows.index)
    shown = rows.replace([np.inf], np.nan)
    height = HEAD_MM + ROW_MM * len(rows)

    def paint(figure: "Figure") -> None:
        axes = figure.add_axes(
            (
                label_mm / width_mm,
                2 / height,
                (width_mm - label_mm - FIGURES_MM) / width_mm,
                ROW_MM * len(rows) / height,
            )
        )
        _dumbbell_axes(axes, [str(label) for label in rows.index], float(shown.max().max()))
        for place, (before, after) in enumerate(zip(shown["today"], shown["planned"], strict=True)):
            _dumbbell(axes, place, before, after)
        head: dict[str, Any] = {
            "ha": "right",
            "va": "bottom",
            "fontsize": theme.SMALL_PT,
            "color": theme.SECONDARY,
        }
        axes.annotate("minutes", (1, 1), (FIGURES_PT[2], 3), xycoords="axes fraction",
                      textcoords="offset points", **head)  # fmt: skip
        _dumbbell_key(figure)

    lines = [
        f"{label} {words.minutes(row['today'])} → {words.minutes(row['planned'])}"
        for label, row in rows.iterrows()
    ]
    svg = theme.draw(width_mm, height, paint)
    return Picture(svg, f"Minutes today → with the plan: {'; '.join(lines)}.", caption, width_mm / 170)


def _dumbbell_axes(axes: "Axes", labels: list[str], longest: float) -> None:
    """Minutes above, labels to the left, a line every quarter of an hour."""
    axes.set_xlim(0, 15 * np.ceil(1.02 * longest / 15))
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(0, axes.get_xlim()[1] + 1, 15))
    axes.tick_params(axis="x", length=0, pad=2)
    axes.grid(axis="x", color=theme.RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", length=0, pad=4)
    for side in ("left", "bottom", "top"):
        axes.spines[side].set_visible(False)


def _dumbbell(axes: "Axes", place: int, before: float, after: float) -> None:
    """One row; an arrow shows which way the journey changes."""
    text: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": theme.BODY_PT}
    beside: dict[str, Any] = {
        "xy": (1, place),
        "xycoords": axes.get_yaxis_transform(),
        "annotation_clip": False,
    }
    if np.isnan(before) or np.isnan(after):
        axes.annotate(words.NO_ROUTE, xytext=(FIGURES_PT[0], 0), **beside, **text)
        return
    changed = abs(after - before) >= NOTICEABLE_MIN
    if changed:
        colour = theme.BETTER if after < before else theme.WORSE
        arrow = {"arrowstyle": "-|>,head_width=0.14,head_length=0.28", "color": colour, "linewidth": 1.2,
                 "shrinkA": 2.5, "shrinkB": 2.6}  # fmt: skip
        axes.annotate("", (after, place), (before, place), arrowprops=arrow)
    axes.plot([before], [place], "o", ms=4.6, mfc="white", mec=theme.INK, mew=0.9, clip_on=False)
    axes.plot([after], [place], "o", ms=4.6, color=theme.BLUE, clip_on=False)
    was = f"{words.minutes(before)} →" if changed else "no change"
    axes.annotate(was, xytext=(FIGURES_PT[1], 0), ha="right", color=theme.SECONDARY, **beside, **text)
    axes.annotate(
        words.minutes(after), xytext=(FIGURES_PT[2], 0), ha="right", fontweight="bold", **beside, **text
    )


def _dumbbell_key(figure: "Figure") -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - with the rest of matplotlib

    kinds = [
        Line2D([], [], marker="o", ls="", ms=4.6, mfc="white", mec=theme.INK, mew=0.9, label="today"),
        Line2D([], [], marker="o", ls="", ms=4.6, color=theme.BLUE, label="with the plan"),
    ]
    figure.legend(handles=kinds, loc="upper left", bbox_to_anchor=(0, 1), ncols=2, frameon=False,
                  handletextpad=0.1, columnspacing=1.0, borderaxespad=0, borderpad=0.1,
                  fontsize=theme.SMALL_PT)  # fmt: skip


def s_curve(data: ReportData, *, width_mm: float, height_mm: float) -> Picture:
    """Share of patients within so many minutes, today (dashed) and with the plan (solid)."""
    curve = data.evidence.s_curve
    everyone = curve[curve.index == "everyone"] if curve.index.name == "group" else curve
    before, after = data.everyone("coverage")

    def paint(figure: "Figure") -> None:
        axes = figure.add_axes(_frame(width_mm, height_mm))
        at, today, planned = (everyone[c].to_numpy(float) for c in ("minutes", "today", "planned"))
        axes.fill_between(at, 100 * today, 100 * planned, color=theme.BLUE, alpha=0.10, linewidth=0)
        axes.plot(at, 100 * today, color=theme.INK, linewidth=1.2, dashes=(3, 2))
        axes.plot(at, 100 * planned, color=theme.BLUE, linewidth=1.8)
        axes.axvline(data.standard_min, color=theme.SECONDARY, linewidth=0.7, dashes=(1.5, 1.5))
        axes.plot([data.standard_min], [100 * before], "o", ms=5, mfc="white", mec=theme.INK, mew=0.9)
        axes.plot([data.standard_min], [100 * after], "o", ms=5, color=theme.BLUE)
        axes.annotate(f"today {words.share(before)}", (data.standard_min, 100 * before), (7, -9),
                      textcoords="offset points")  # fmt: skip
        axes.annotate(f"with the plan {words.share(after)}", (data.standard_min, 100 * after), (-7, 5),
                      textcoords="offset points", ha="right", color=theme.BLUE,
                      fontweight="bold")  # fmt: skip
        axes.set_xlim(0, at.max())
        axes.set_ylim(0, 102)
        axes.set_xticks(np.arange(0, at.max() + 1, 15))
        axes.set_yticks([0, 25, 50, 75, 100])
        axes.grid(color=theme.RULE, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.set_xlabel("minutes by car, one way")
        axes.set_ylabel("% of patients")

    alt = (
        f"Within {data.standard_min:g} minutes are {words.share(before)} of patients today and "
        f"{words.share(after)} with the plan."
    )
    svg = theme.draw(width_mm, height_mm, paint)
    caption = (
        "Share of patients who reach a clinic within so many minutes; dashed today, solid with the plan."
    )
    return Picture(svg, alt, caption, width_mm / 170)


def _frame(width_mm: float, height_mm: float) -> tuple[float, float, float, float]:
    """Axes with room for tick labels and names of both axes: left, bottom, width, height."""
    left, bottom, right, top = 13.0, 11.0, 3.0, 2.5
    across, up = width_mm - left - right, height_mm - bottom - top
    return left / width_mm, bottom / height_mm, across / width_mm, up / height_mm
