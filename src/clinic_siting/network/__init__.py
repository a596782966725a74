"""From roads to the routable graph: minutes, gates, the way to the road, networkx."""

from clinic_siting.network.audit import audit_snaps, main_network, roads_at_nodes, unreachable_places
from clinic_siting.network.exchange import from_networkx, to_networkx
from clinic_siting.network.graph import (
    Gate,
    RoadTopology,
    gate_minutes,
    links_across,
    road_network,
    road_topology,
)
from clinic_siting.network.snapping import access_minutes, snap, snap_both
from clinic_siting.network.speeds import (
    congested,
    fitted_ratio,
    link_minutes,
    link_settings,
    observed_in_words,
    without_observed_speeds,
)
from clinic_siting.tables import Snap, SpeedTables

__all__ = [
    "Gate",
    "RoadTopology",
    "Snap",
    "SpeedTables",
    "access_minutes",
    "audit_snaps",
    "congested",
    "fitted_ratio",
    "from_networkx",
    "gate_minutes",
    "link_minutes",
    "link_settings",
    "links_across",
    "main_network",
    "observed_in_words",
    "road_network",
    "road_topology",
    "roads_at_nodes",
    "snap",
    "snap_both",
    "to_networkx",
    "unreachable_places",
    "without_observed_speeds",
]
