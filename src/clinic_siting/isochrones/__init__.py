"""Isochrones: one field of times with two faces, exact membership and nested polygons."""

from clinic_siting.isochrones.agreement import polygon_agreement
from clinic_siting.isochrones.drawing import Drawing
from clinic_siting.isochrones.lines import display_lines
from clinic_siting.isochrones.membership import membership
from clinic_siting.isochrones.polygons import isochrone_polygons, isochrones, isochrones_at
from clinic_siting.isochrones.writing import ENDINGS, write_isochrones

__all__ = [
    "ENDINGS",
    "Drawing",
    "display_lines",
    "isochrone_polygons",
    "isochrones",
    "isochrones_at",
    "membership",
    "polygon_agreement",
    "write_isochrones",
]
