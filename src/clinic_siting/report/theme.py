"""Colours, type and stable bytes of the figures: the page's look, legible in grey."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, INK, PALE, BETTER, WORSE = "#005EB8", "#212B32", "#F0F4F5", "#007F3B", "#D5281B"
SECONDARY, RULE, SEA, OUTSIDE, COAST = "#4C6272", "#D8DDE0", "#E6EEF3", "#F4F4F1", "#8FA3B0"
# From light to dark, so that a grey print keeps the order.
MINUTES = ("#FBF0B4", "#E0DB9C", "#ABBCA6", "#6C93A8", "#38608F", "#1F3F66", "#132A47", "#0A1830", "#050C18")
SHORTER = ("#FFFFFF", "#D5ECDC", "#8CCBA3", "#35A065", "#00602C")
LONGER = "#F6D3CF"
# On these white letters are read more easily than dark ones.
DARK_FROM = 3
# Names on a map carry one of these marks, for which they get a pale or a dark rim.
HALO, DARK_HALO = "halo-", "dark-halo-"
RIM = "paint-order:stroke;stroke:#ffffff;stroke-width:1.8px;stroke-linejoin:round;stroke-opacity:0.85"
DARK_RIM = RIM.replace("#ffffff", INK.lower()).replace("0.85", "0.75")
MM = 1 / 25.4
BODY_PT, SMALL_PT = 8.0, 7.0
# Arimo has Arial's widths, so that the layout holds wherever the page is read.
FAMILIES = "Arial, Helvetica, Arimo, sans-serif"
STYLE = {
    "font.family": ["Arimo", "DejaVu Sans"],
    "font.size": BODY_PT,
    "axes.edgecolor": SECONDARY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.labelsize": BODY_PT,
    "xtick.color": SECONDARY,
    "ytick.color": SECONDARY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": BODY_PT,
    "ytick.labelsize": BODY_PT,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "text.color": INK,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "clinic-siting",
    "path.simplify": False,
    # A dollar in a name is a dollar.
    "text.parse_math": False,
}


def draw(width_mm: float, height_mm: float, paint: "Callable[[Figure], None]") -> str:
    """One figure as SVG with stable bytes.

    Parameters
    ----------
    width_mm, height_mm
        Size in print.
    paint
        Draws into the figure it is given.

    Returns
    -------
    The SVG element, without prologue, so that it can stand inside a page.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 - half a second
    from matplotlib.figure import Figure  # noqa: PLC0415 - the same

    with _style():
        figure = Figure(figsize=(width_mm * MM, height_mm * MM))
        FigureCanvasSVG(figure)
        paint(figure)
        out = io.StringIO()
        # Without a date, a creator or a seed the same figure has the same bytes.
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _element(out.getvalue())


def bare(axes: "Axes") -> None:
    """Take the frame and ticks away."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


@contextmanager
def _style() -> Iterator[None]:
    import matplotlib as mpl  # noqa: PLC0415 - half a second
    from matplotlib import font_manager  # noqa: PLC0415 - the same

    from clinic_siting.report.fonts import font_files  # noqa: PLC0415 - the same

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in font_files():
        if str(path) not in known:
            font_manager.fontManager.addfont(str(path))
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    # The file holds all weights in one, of which only the first is known here; readers have them all.
    log.setLevel(logging.ERROR)
    try:
        with mpl.rc_context(cast("Any", STYLE)):
            yield
    finally:
        log.setLevel(level)


def _element(svg: str) -> str:
    """The SVG element alone, its fonts named as a reader's machine knows them."""
    element = svg[svg.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>\s*", "", element, flags=re.DOTALL)
    element = re.sub(r"'Arimo', 'DejaVu Sans'(, sans-serif)?", FAMILIES, element)
    for mark, rim in ((DARK_HALO, DARK_RIM), (HALO, RIM)):
        element = re.sub(rf'<g id="{mark}\d+">', f'<g style="{rim}">', element)
    # A hundredth of a point is finer than print, and a third of the file.
    return re.sub(
        r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), element
    ).strip()
