"""A report as one HTML file that needs nothing else: no network, no script, text that is only text."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from clinic_siting.report.blocks import LEFT, Block, Cards, Document, Picture, Points, Prose, Table

FORMATS = "report/format"
KINDS = {Prose: "prose", Points: "points", Cards: "cards", Table: "table", Picture: "picture"}


def render_html(document: Document) -> str:
    """The report as HTML; the same bytes for the same document.

    Parameters
    ----------
    document
        The report; whatever its texts hold, they are shown and not interpreted.
    """
    environment = _environment()
    macros = environment.get_template("blocks.html").module

    def render(block: Block) -> Markup:
        return Markup(getattr(macros, KINDS[type(block)])(block))  # noqa: S704 - the template escapes

    style = Markup(format_file("report.css"))  # noqa: S704 - our own file
    return environment.get_template("report.html").render(doc=document, style=style, render=render) + "\n"


def format_file(name: str) -> str:
    """Text of one of the report's own files."""
    return (files("clinic_siting") / FORMATS / name).read_text("utf-8")


def head_of(table: Table) -> int:
    """Position of the column that names the rows: the first of words; -1 where there is none."""
    return next((place for place, column in enumerate(table.columns) if column.align == LEFT), -1)


def has_head(table: Table) -> bool:
    """Whether any column has a heading."""
    return any(column.label for column in table.columns)


def drawing(picture: Picture) -> Markup:
    """The figure's SVG, drawn by us with every name in it escaped."""
    return Markup(picture.svg)  # noqa: S704 - its texts were escaped when it was drawn


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("clinic_siting", FORMATS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.globals |= {"head_of": head_of, "has_head": has_head, "drawing": drawing}
    return environment
