"""Shortest travel times, patient to clinic."""

from clinic_siting.travel.times import node_times, travel_times

__all__ = ["node_times", "travel_times"]
