"""Values → one HTML page that opens anywhere, with no network, and has stable bytes."""

from clinic_siting.maps.data import IndexEntry, MapData

__all__ = ["IndexEntry", "MapData"]
