"""The HTML of a page: a Folium map between our own elements, everything it needs inside."""

from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from clinic_siting.errors import ClinicSitingError
from clinic_siting.maps import words
from clinic_siting.maps.data import MapData

# The order in which the scripts stand in the page: each uses only those before it.
SCRIPTS = (
    "unpack", "rank", "access", "format", "weighing", "theme", "geometry", "model", "layers", "charts",
    "served", "ground", "labels", "placenames", "symbols", "canvas", "panel", "room", "tradeoffs", "sure",
    "place", "popups", "legend", "chrome", "view", "smallprint", "print",
    "page",
)  # fmt: skip
STYLES = ("style", "print")
# Centre of the first drawing; the page fits its own area at once.
START = (51.5, 0.3)


class Verbatim(Element):
    """Text that goes into the page as it is, never read as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self.text = text

    def render(self, **_kwargs: object) -> str:
        """Give the text."""
        return self.text


class OfflineMap(folium.Map):
    """A Folium map that asks the network for nothing and lets a reader enlarge the page."""

    def __init__(self) -> None:
        super().__init__(
            location=START, zoom_start=8, tiles=None, zoom_control=False, prefer_canvas=True,
            attribution_control=False, zoom_snap=0.1, zoom_delta=1, wheel_px_per_zoom_level=90,
            fade_animation=False,  # a window that fades away still takes the next click
        )  # fmt: skip
        # Folium lists ten files to load; the one that is needed is written into the page.
        self.default_js, self.default_css = [], []
        self._template = Template(page_file("map.html"))


class PageFigure(Figure):
    """A figure whose document says its language."""

    def __init__(self, title: str) -> None:
        super().__init__(title=title)
        self._template = environment().get_template("document.html")


class Panel(MacroElement):
    """Header, panel and layer tabs: what stands before the map."""

    def __init__(self, lead: str, effect: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Panel"
        self._template = environment().get_template("panel.html")
        self.lead, self.effect = inert(lead), inert(effect)
        self.summary = inert(f"{lead} {effect}")


class Frame(MacroElement):
    """Legend, zoom buttons and credits: what stands over the map; starts the script."""

    def __init__(self, map_name: str, data: MapData, tables: Markup) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Frame"
        self._template = environment().get_template("frame.html")
        self.map_name, self.tables, self.tiles = map_name, tables, data.tiles
        self.tiles_host = urlsplit(data.tiles[0]).hostname if data.tiles else ""
        self.credit = words.short_credit(data.credits)


def inert(text: str) -> Markup:
    """Text that is neither markup nor, when Folium reads an element's output as a template, a template.

    Examples
    --------
    >>> print(inert("<b>{{ 1 }}"))
    &lt;b&gt;&#123;&#123; 1 }}
    """
    return Markup(str(escape(text)).replace("{", "&#123;"))  # noqa: S704 - escaped here


@cache
def environment() -> Environment:
    """Templates of the page; whatever they print is escaped."""
    return Environment(
        loader=PackageLoader("clinic_siting", "page"), autoescape=True, undefined=StrictUndefined
    )


def page_file(name: str) -> str:
    """Text of one of the page's own files."""
    return (files("clinic_siting") / "page" / name).read_text("utf-8")


@cache
def leaflet() -> tuple[str, str]:
    """Leaflet's script and style, of the version that Folium asks for, from the installed package.

    Raises
    ------
    ClinicSitingError
        Where the package that carries them has another layout than the one known.
    """
    from offlinefolium import elements  # noqa: PLC0415 - seven megabytes that only a page needs

    found: dict[str, str] = getattr(elements, "_res", {})
    default = dict(folium.folium._default_js) | dict(folium.folium._default_css)  # noqa: SLF001 - the only list
    try:
        script, style = (found[default[name]] for name in ("leaflet", "leaflet_css"))
    except KeyError as missing:
        raise ClinicSitingError(
            "folium and folium-offline do not carry the same Leaflet; install matching versions of both.",
            [missing],
        ) from None
    return script.replace("//# sourceMappingURL=leaflet.js.map", ""), style


def assemble(data: MapData, payload: str) -> str:
    """One HTML document.

    Parameters
    ----------
    data
        What the page shows.
    payload
        The page's JSON.

    Returns
    -------
        The document; the same for the same input, since every element's id is its number.
    """
    lead, effect = words.headline(data)
    figure = PageFigure(lead.rstrip("."))
    canvas = OfflineMap()
    panel = Panel(lead, effect)
    tables = environment().get_template("tables.html").render(words.tables(data)).replace("{", "&#123;")
    frame = Frame("", data, Markup(tables))  # noqa: S704 - escaped by its own template
    for number, element in enumerate((figure, canvas, panel, frame)):
        element._id = str(number)  # noqa: SLF001 - Folium's ids are random; these are the same in every run
    frame.map_name = canvas.get_name()
    script, style = leaflet()
    figure.header.add_child(Verbatim(_styles(style)), name="style")
    figure.header.add_child(Verbatim(f"<script>{script}</script>"), name="leaflet")
    for element in (panel, canvas, frame):
        figure.add_child(element)
    figure.html.add_child(
        Verbatim(f'<script type="application/json" id="page-data">{payload}</script>'), name="data"
    )
    figure.script.add_child(Verbatim(_scripts()), name="page")
    return str(figure.render())


def _styles(leaflet_style: str) -> str:
    own = "\n".join(page_file(f"{name}.css") for name in STYLES)
    return f"<style>{leaflet_style}</style>\n<style>{own}</style>"


def _scripts() -> str:
    return '"use strict";\n' + "\n".join(page_file(f"{name}.js") for name in SCRIPTS)
