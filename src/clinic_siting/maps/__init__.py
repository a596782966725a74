"""Values → one HTML page that opens anywhere, with no network, and has stable bytes."""

from clinic_siting.maps.data import IndexEntry, MapData
from clinic_siting.maps.document import assemble
from clinic_siting.maps.index import render_index
from clinic_siting.maps.payload import payload
from clinic_siting.maps.shapes import Backdrop, draw_backdrop

__all__ = ["Backdrop", "IndexEntry", "MapData", "draw_backdrop", "render_index", "render_map"]


def render_map(data: MapData, backdrop: Backdrop | None = None) -> str:
    """One self-contained HTML page.

    Parameters
    ----------
    data
        What the page shows.
    backdrop
        What is the same on every map of the area, where it is at hand; else it is drawn.

    Returns
    -------
        The document, the same bytes for the same data. It loads nothing from anywhere.
    """
    return assemble(data, payload(data, backdrop))
