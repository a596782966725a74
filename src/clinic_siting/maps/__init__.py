"""Values → one HTML page that opens anywhere, with no network, and has stable bytes."""

from clinic_siting.maps.data import IndexEntry, MapData
from clinic_siting.maps.document import assemble
from clinic_siting.maps.index import render_index
from clinic_siting.maps.payload import payload

__all__ = ["IndexEntry", "MapData", "render_index", "render_map"]


def render_map(data: MapData) -> str:
    """One self-contained HTML page.

    Parameters
    ----------
    data
        What the page shows.

    Returns
    -------
        The document, the same bytes for the same data. It loads nothing from anywhere.
    """
    return assemble(data, payload(data))
