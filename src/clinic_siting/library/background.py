"""What lies under a notebook's map: land, county lines and names of towns, from the data folder alone."""

from dataclasses import dataclass
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import shapely
from branca.element import MacroElement
from folium.template import Template

from clinic_siting import sources
from clinic_siting.tables import DEGREES

SEA, LAND, BORDER = "#DCE6EC", "#F7F6F2", "#9A9A94"
# In degrees: so far beyond the zones the land is drawn, and so much of a coast's detail is left out.
BEYOND, DETAIL = 1.0, 0.001
MOST_PLACES = 150


@dataclass(frozen=True, eq=False)
class Background:
    """Shapes and names in degrees.

    Attributes
    ----------
    land, counties
        Polygons; counties are drawn by their borders.
    places
        ``name``, ``lon``, ``lat``, the largest first.
    """

    land: gpd.GeoDataFrame
    counties: gpd.GeoDataFrame
    places: pd.DataFrame


def background_of(data: sources.DataFolder, zones: gpd.GeoDataFrame) -> Background:
    """What a data folder knows of the land around some zones."""
    west, south, east, north = zones.to_crs(DEGREES).total_bounds
    window = shapely.box(west - BEYOND, south - BEYOND, east + BEYOND, north + BEYOND)
    shapes = sources.read_boundaries(data)
    counties = shapes["counties"].clip(window)
    # The country's outline is coarse; where counties are known, theirs is the better coast.
    whole = shapely.unary_union([*shapes["land"].clip(window).geometry, *counties.geometry])
    places = sources.read_places(data)
    inside = places["lon"].between(west, east) & places["lat"].between(south, north)
    return Background(
        land=gpd.GeoDataFrame(geometry=[shapely.simplify(whole, DETAIL)], crs=DEGREES),
        counties=gpd.GeoDataFrame(geometry=shapely.simplify(counties.geometry.array, DETAIL), crs=DEGREES),
        places=places[inside].head(MOST_PLACES),
    )


def lay_background(canvas: folium.Map, background: Background) -> None:
    """Draw it on a map that has nothing on it yet."""
    for shapes, style in ((background.land, _land_style), (background.counties, _border_style)):
        folium.GeoJson(shapes, style_function=style, interactive=False, control=False).add_to(canvas)
    _Names(background.places).add_to(canvas)


def _land_style(_feature: dict[str, Any]) -> dict[str, object]:
    return {"fillColor": LAND, "fillOpacity": 1, "color": BORDER, "weight": 0.8}


def _border_style(_feature: dict[str, Any]) -> dict[str, object]:
    return {"fill": False, "color": BORDER, "weight": 0.6, "dashArray": "4 3"}


class _Names(MacroElement):
    """Names of towns; the closer a reader looks, the more of them."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (map => {
          map.getContainer().style.background = {{ this.sea|tojson }};
          const places = {{ this.places|tojson }}, names = L.layerGroup().addTo(map);
          const write = () => {
            names.clearLayers();
            const taken = [];
            for (const [name, lat, lon] of places) {
              const at = map.latLngToContainerPoint([lat, lon]);
              const free = taken.every(o => Math.abs(o.x - at.x) > 90 || Math.abs(o.y - at.y) > 22);
              if (!free) continue;
              taken.push(at);
              const word = document.createElement("span");
              word.textContent = name;
              word.style.cssText = "position:absolute;transform:translate(-50%,-50%);white-space:nowrap;"
                + "font:12px sans-serif;color:#333;text-shadow:0 0 3px #fff,0 0 3px #fff,0 0 3px #fff";
              const icon = L.divIcon({html: word, iconSize: [0, 0], className: ""});
              L.marker([lat, lon], {icon, interactive: false, keyboard: false}).addTo(names);
            }
          };
          map.on("zoomend", write);
          map.whenReady(write);
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, places: pd.DataFrame) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Names"
        self.sea = SEA
        self.places = places[["name", "lat", "lon"]].to_numpy(dtype=object).tolist()
