"""Shortest travel times, patient to clinic."""

from clinic_siting.travel.engine import TravelEngine, TravelMetric, travel_engine
from clinic_siting.travel.orders import nested_dissection, write_order
from clinic_siting.travel.own_times import own_minutes, with_own_times
from clinic_siting.travel.times import node_times, travel_times

__all__ = [
    "TravelEngine",
    "TravelMetric",
    "nested_dissection",
    "node_times",
    "own_minutes",
    "travel_engine",
    "travel_times",
    "with_own_times",
    "write_order",
]
