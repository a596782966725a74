"""Two small maps side by side: minutes today and with the plan, drawn from our own shapes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from clinic_siting.report import theme, words
from clinic_siting.report.blocks import Picture
from clinic_siting.report.data import ReportData
from clinic_siting.report.labels import Label, Placed, place_labels, points_under
from clinic_siting.report.map_shapes import MapFrame, area_minutes, band_names, dissolve, map_frame
from clinic_siting.tables import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

WIDTH_MM, LEGEND_MM, GAP_MM, TITLE_MM = 170.0, 11.0, 4.0, 5.5
TOWNS, MOST_TOWNS_TRIED = 18, 120
# With more bands the legend is short of words.
MOST_SPELT_OUT = 6
# So near a clinic a town needs no name.
NEAR_DEG = 0.12


def map_pair(data: ReportData) -> Picture:
    """Mean minutes of each area today and with the plan, in the config's bands."""
    areas = data.boundaries["msoa"]
    minutes = area_minutes(data)
    areas = areas[areas["msoa"].isin(minutes.index)].set_index("msoa")
    frame = map_frame(data, areas)
    today, planned = dissolve(areas, minutes, data.bands_min)
    panels = {"Minutes today": (today, ()), "Minutes with the plan": (planned, data.plan.chosen)}
    placed = _names(data, frame, shapely.union_all([*planned.values()]))
    map_mm = (WIDTH_MM - GAP_MM) / 2
    map_height = map_mm * frame.height
    height = TITLE_MM + map_height + LEGEND_MM

    def paint(figure: "Figure") -> None:
        for number, (title, (bands, chosen)) in enumerate(panels.items()):
            left = number * (map_mm + GAP_MM) / WIDTH_MM
            axes = figure.add_axes((left, LEGEND_MM / height, map_mm / WIDTH_MM, map_height / height))
            _paint_map(axes, frame, bands)
            _paint_sites(axes, data, chosen)
            shown = [name for name in placed if name[0].colour != theme.BLUE or chosen]
            _write_names(axes, shown, [_on_dark(name, frame, bands) for name in shown])
            figure.text(left, 1 - 1 / height, title, fontweight="bold", fontsize=9, va="top")
        _legend(figure, data, height)

    before, after = data.everyone("mean")
    alt = (
        f"Two maps of the area. Today the average journey takes {words.minutes(before)} minutes, with the "
        f"plan {words.minutes(after)}; the new clinics are {data.set_name(data.plan.chosen)}."
    )
    caption = (
        "Mean minutes of the patients of each middle-layer area, by car, one way; black: clinics of today, "
        "blue ring: new clinics."
    )
    return Picture(theme.draw(WIDTH_MM, height, paint), alt, caption)


def _paint_map(axes: "Axes", frame: MapFrame, bands: Mapping[int, shapely.Geometry]) -> None:
    theme.bare(axes)
    axes.set_xlim(frame.west, frame.east)
    axes.set_ylim(frame.south, frame.north)
    axes.set_facecolor(theme.SEA)
    _shape(axes, frame.land, facecolor=theme.OUTSIDE, edgecolor=theme.COAST, linewidth=0.4)
    for number, geometry in sorted(bands.items()):
        colour = theme.MINUTES[min(number, len(theme.MINUTES) - 1)]
        # A stroke of its own colour covers the seams between neighbours.
        _shape(axes, geometry, facecolor=colour, edgecolor=colour, linewidth=0.3)
    _shape(
        axes,
        frame.counties,
        facecolor="none",
        edgecolor=theme.SECONDARY,
        linewidth=0.4,
        linestyle=(0, (4, 2)),
    )


def _shape(axes: "Axes", geometry: shapely.Geometry, **style: object) -> None:
    from matplotlib.patches import PathPatch  # noqa: PLC0415 - with the rest of matplotlib

    if not geometry.is_empty:
        # As an artist: a patch would have its extent taken, and the view is set already.
        axes.add_artist(PathPatch(_path(geometry), **style))


def _path(geometry: shapely.Geometry) -> "Path":
    """Polygons or lines as one path; coordinates to ten metres, so that the file stays small."""
    from matplotlib.path import Path  # noqa: PLC0415 - with the rest of matplotlib

    rings: list[FloatArray] = []
    closed = True
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            rings += [shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors)]
        elif part.geom_type in {"LineString", "LinearRing"}:
            rings.append(shapely.get_coordinates(part))
            closed = False
    if not rings:
        return Path(np.zeros((1, 2)), [Path.MOVETO])
    codes = []
    for ring in rings:
        of_ring = np.full(len(ring), Path.LINETO, dtype=np.uint8)
        of_ring[0] = Path.MOVETO
        if closed:
            of_ring[-1] = Path.CLOSEPOLY
        codes.append(of_ring)
    return Path(np.concatenate(rings).round(4), np.concatenate(codes))


def _paint_sites(axes: "Axes", data: ReportData, chosen: Sequence[str]) -> None:
    table = data.sites.table
    existing, new = table[table["status"] == "existing"], table.loc[list(chosen)]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    # A symbol beyond the edge would be cut in half.
    existing = existing[existing["lon"].between(west, east) & existing["lat"].between(south, north)]
    axes.plot(existing["lon"], existing["lat"], "o", ms=4.2, mfc=theme.INK, mec="white", mew=0.7, ls="")
    axes.plot(new["lon"], new["lat"], "o", ms=10, mfc="white", mec=theme.BLUE, mew=1.4, ls="")
    axes.plot(new["lon"], new["lat"], "o", ms=4.6, color=theme.BLUE, ls="")


def _names(data: ReportData, frame: MapFrame, area: shapely.Geometry) -> list[Placed]:
    """Clinics' names, then towns where there is room; the same places in both maps."""
    sites, towns = data.sites.table, data.places.drop_duplicates("name")
    towns = towns[shapely.contains_xy(area, towns["lon"], towns["lat"])]
    sites = sites[
        sites["lon"].between(frame.west, frame.east) & sites["lat"].between(frame.south, frame.north)
    ]
    new = sites[sites.index.isin(data.plan.chosen)]
    existing = sites[sites["status"] == "existing"]
    wanted = [
        Label(data.short(str(site)), row["lon"], row["lat"], 8.0, 6.0, bold=True, colour=theme.BLUE)
        for site, row in new.iterrows()
    ]
    wanted += [
        Label(data.short(str(site)), row["lon"], row["lat"], 6.2, 3.2, bold=True)
        for site, row in existing.iterrows()
    ]
    for _, row in towns.head(MOST_TOWNS_TRIED).iterrows():
        away = np.hypot((sites["lon"] - row["lon"]) * frame.stretch, sites["lat"] - row["lat"])
        if not (away[sites.index.isin([*new.index, *existing.index])] < NEAR_DEG).any():
            wanted.append(Label(str(row["name"]), row["lon"], row["lat"], 6.2, 1.0))
    return place_labels(
        wanted,
        per_degree=_per_degree(frame),
        bounds=(frame.west, frame.south, frame.east, frame.north),
        most_plain=TOWNS,
    )


def _per_degree(frame: MapFrame) -> tuple[float, float]:
    width_pt = 72 * theme.MM * (WIDTH_MM - GAP_MM) / 2
    return (
        width_pt / (frame.east - frame.west),
        width_pt * frame.height / (frame.north - frame.south),
    )


def _on_dark(name: Placed, frame: MapFrame, bands: Mapping[int, shapely.Geometry]) -> bool:
    """Whether most of a town's name stands on a dark band; clinics keep their own ink."""
    if name[0].bold:
        return False
    lon, lat = zip(*points_under(name, _per_degree(frame)), strict=True)
    dark = [shapely.contains_xy(shape, lon, lat) for band, shape in bands.items() if band >= theme.DARK_FROM]
    return bool(dark) and 2 * int(np.any(dark, axis=0).sum()) > len(lon)


def _write_names(axes: "Axes", placed: Sequence[Placed], on_dark: Sequence[bool]) -> None:
    for number, ((label, dx, dy, align), dark) in enumerate(zip(placed, on_dark, strict=True)):
        axes.annotate(
            label.text,
            (label.lon, label.lat),
            (dx, dy),
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize=label.size_pt,
            color="white" if dark else label.colour,
            fontweight="bold" if label.bold else "normal",
            gid=f"{theme.DARK_HALO if dark else theme.HALO}{number}",
        )


def _legend(figure: "Figure", data: ReportData, height: float) -> None:
    """Bands in one row below the maps, with each band's share of patients before and after."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - with the rest of matplotlib

    names = band_names(data.bands_min)
    shares = band_shares(data)
    step, roomy = 1 / len(names), len(names) <= MOST_SPELT_OUT
    for number, name in enumerate(names):
        left = number * step
        box = Rectangle((left, 3.4 / height), 5 / WIDTH_MM, 4.2 / height, transform=figure.transFigure,
                        facecolor=theme.MINUTES[min(number, len(theme.MINUTES) - 1)],
                        edgecolor=theme.COAST, linewidth=0.4)  # fmt: skip
        figure.add_artist(box)
        figure.text(
            left + 6.5 / WIDTH_MM,
            7.4 / height,
            f"{name}{' minutes' if roomy else ' min'}",
            fontsize=theme.SMALL_PT,
            va="top",
        )
        change = f"{words.share(shares[0][number])} → {words.share(shares[1][number])}"
        change += " of patients" if roomy else ""
        figure.text(
            left + 6.5 / WIDTH_MM, 4.2 / height, change, fontsize=6.2, va="top", color=theme.SECONDARY
        )


def band_shares(data: ReportData) -> FloatArray:
    """Share of patients in each band, shape (2, n_bands + 1): today and with the plan.

    Parameters
    ----------
    data
        Its measures hold the share within each threshold.
    """
    within = np.array([data.everyone(f"within_{band:g}") for band in data.bands_min]).T
    return np.diff(within, axis=1, prepend=0.0, append=1.0)
