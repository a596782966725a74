"""A plan's zones and sites on a Folium map that asks the network for nothing."""

from dataclasses import dataclass
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from branca.element import MacroElement
from folium.template import Template

from clinic_siting.errors import ConfigError
from clinic_siting.library.background import Background, lay_background
from clinic_siting.maps.document import Verbatim, leaflet
from clinic_siting.maps.words import short_credit
from clinic_siting.tables import DEGREES

# Light to dark, near to far; the last is for words and numbers beyond every class.
SHADES = ("#FBF0B4", "#E0DB9C", "#ABBCA6", "#6C93A8", "#38608F")
HUES = ("#C9B79C", "#A9C29A", "#E3C98A", "#D9A9A0", "#B7AFD0", "#9FC6C4", "#6FA8DC", "#D3B8CF", "#BFC58F")
NOWHERE = "#F4F4F1"
NEW, EXISTING, OTHER = "#B3261E", "#1B1B1B", "#8A8A8A"
DOT, MARK = 4, 8
TOLD = (
    "name",
    "demand",
    "minutes_today",
    "minutes_planned",
    "change_min",
    "site_id_today",
    "site_id_planned",
)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a map shows.

    Attributes
    ----------
    zones, sites
        Of a plan.
    bands_min
        Thresholds of the classes, in minutes.
    credit
        Whose figures they are.
    background
        What lies under them, where that is known.
    """

    zones: pd.DataFrame
    sites: pd.DataFrame
    bands_min: tuple[float, ...]
    credit: str
    background: Background | None = None


class _Note(MacroElement):
    """Whose work the map shows, and what its shades mean."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const credits = {{ this._parent.get_name() }}.attributionControl;
        credits.getContainer().style.font = "11px sans-serif";
        credits.setPrefix(false).addAttribution({{ this.credit|tojson }});
        const legend = L.control({position: "topright"});
        legend.onAdd = () => {
          const box = L.DomUtil.create("div");
          box.style.cssText = "background:#fff;padding:6px 10px;font:13px sans-serif;line-height:1.5";
          const title = L.DomUtil.create("b", "", box);
          title.textContent = {{ this.title|tojson }};
          for (const [shade, words] of {{ this.classes|tojson }}) {
            const line = L.DomUtil.create("div", "", box);
            const patch = L.DomUtil.create("span", "", line);
            patch.style.cssText = "display:inline-block;width:12px;height:12px;margin-right:6px";
            patch.style.background = shade;
            line.append(words);
          }
          return box;
        };
        legend.addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, title: str, classes: list[tuple[str, str]], credit: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Note"
        self.title, self.classes, self.credit = title, classes, credit


def explore_plan(drawn: Drawn, column: str) -> folium.Map:
    """Zones coloured by a column, with the sites over them.

    Parameters
    ----------
    drawn
        The plan.
    column
        Of the zones.

    Raises
    ------
    ConfigError
        Where there is no such column, or it is not known where the zones lie.
    """
    zones = drawn.zones
    if not isinstance(zones, gpd.GeoDataFrame):
        raise ConfigError("explore: it is not known where the zones lie; give solve() a GeoDataFrame.")
    if column not in zones or column == "geometry":
        raise ConfigError(f"explore: zones have no column {column}.", [f"columns: {', '.join(zones)}"])
    shades, classes = _classes(zones[column], drawn.bands_min)
    canvas = folium.Map(tiles=None, prefer_canvas=True, zoom_control=True)
    canvas.default_js, canvas.default_css = [], []
    script, style = leaflet()
    figure: Any = canvas.get_root()
    figure.header.add_child(Verbatim(f"<style>{style}</style>"), name="style")
    figure.header.add_child(Verbatim(f"<script>{script}</script>"), name="leaflet")
    if drawn.background is not None:
        lay_background(canvas, drawn.background)
    _layer(zones, [c for c in dict.fromkeys((*TOLD, column)) if c in zones], shades).add_to(canvas)
    if isinstance(drawn.sites, gpd.GeoDataFrame):
        _site_layer(drawn.sites).add_to(canvas)
    _Note(column.replace("_", " "), classes, short_credit(drawn.credit)).add_to(canvas)
    west, south, east, north = zones.to_crs(DEGREES).total_bounds
    canvas.fit_bounds([[south, west], [north, east]])
    return canvas


def _classes(values: pd.Series, bands: tuple[float, ...]) -> tuple[pd.Series, list[tuple[str, str]]]:
    """A shade for each row, and what each shade means."""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        words = sorted(values.dropna().astype(str).unique())
        hue = {word: HUES[i % len(HUES)] for i, word in enumerate(words)}
        shades = values.astype(object).map(lambda v: hue.get(str(v), NOWHERE))
        return shades, [(shade, word) for word, shade in hue.items()]
    numbers = values.to_numpy(dtype=float)
    finite = numbers[np.isfinite(numbers)]
    minutes = str(values.name).startswith("minutes")
    cuts = np.array(bands) if minutes else np.unique(np.quantile(finite, [0.2, 0.4, 0.6, 0.8]))
    at = np.linspace(0, len(SHADES) - 1, len(cuts) + 1).round().astype(int)
    names = [f"up to {cut:.4g}" for cut in cuts] + [f"over {cuts[-1]:.4g}"]
    shade = [SHADES[at[k]] for k in np.searchsorted(cuts, numbers, side="left")]
    return pd.Series(shade, index=values.index), list(zip((SHADES[k] for k in at), names, strict=True))


def _layer(zones: gpd.GeoDataFrame, told: list[str], shades: pd.Series) -> folium.GeoJson:
    table = zones[[*told, zones.geometry.name]].to_crs(DEGREES).assign(_shade=shades)
    for name in told:
        if pd.api.types.is_float_dtype(table[name]):
            table[name] = table[name].map("{:.3g}".format if name == "demand" else "{:.1f}".format)
    return folium.GeoJson(
        table.reset_index(),
        name="zones",
        marker=folium.CircleMarker(radius=DOT, weight=0.5, fill=True),
        style_function=_zone_style,
        tooltip=folium.GeoJsonTooltip(["zone_id", *told]),
    )


def _site_layer(sites: gpd.GeoDataFrame) -> folium.GeoJson:
    role = np.where(sites["chosen"], "new", sites["status"].astype(str))
    table = sites[["name", sites.geometry.name]].to_crs(DEGREES).assign(role=role)
    table = table[table["role"] != "excluded"].sort_values("role", key=lambda r: r.map(_importance))
    return folium.GeoJson(
        table.reset_index(),
        name="sites",
        marker=folium.CircleMarker(radius=MARK, weight=2, fill=True),
        style_function=_site_style,
        tooltip=folium.GeoJsonTooltip(["site_id", "name", "role"]),
    )


def _importance(role: str) -> int:
    return ("candidate", "existing", "new").index(role)


def _zone_style(feature: dict[str, Any]) -> dict[str, object]:
    shade = feature["properties"]["_shade"]
    return {"fillColor": shade, "color": "#777777", "weight": 0.4, "fillOpacity": 0.9}


def _site_style(feature: dict[str, Any]) -> dict[str, object]:
    role = feature["properties"]["role"]
    colour = {"new": NEW, "existing": EXISTING}.get(role, OTHER)
    if role == "candidate":
        return {"fillColor": "#ffffff", "color": colour, "weight": 1, "fillOpacity": 0.6, "radius": DOT}
    return {"fillColor": colour, "color": "#ffffff", "weight": 2, "fillOpacity": 1, "radius": MARK}
