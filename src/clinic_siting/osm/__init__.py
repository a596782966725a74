"""OpenStreetMap becomes the road tables of a data folder: a file, or a place by its name."""

from clinic_siting.osm.importing import (
    DataFile,
    download_roads,
    file_vintage,
    in_words,
    read_roads_file,
    road_files,
    write_data_files,
    write_roads,
)
from clinic_siting.osm.network import RoadImport
from clinic_siting.osm.streets import Box
from clinic_siting.osm.ways import Progress

__all__ = [
    "Box",
    "DataFile",
    "Progress",
    "RoadImport",
    "download_roads",
    "file_vintage",
    "in_words",
    "read_roads_file",
    "road_files",
    "write_data_files",
    "write_roads",
]
