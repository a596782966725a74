"""OpenStreetMap becomes the road tables of a data folder: a file, or a place by its name."""

from clinic_siting.osm.importing import download_roads, in_words, read_roads_file, write_roads
from clinic_siting.osm.network import RoadImport
from clinic_siting.osm.ways import Progress

__all__ = ["Progress", "RoadImport", "download_roads", "in_words", "read_roads_file", "write_roads"]
