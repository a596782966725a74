"""Minutes from zones, and from every node, to sites."""

from collections.abc import Callable

import numpy as np

from clinic_siting.errors import ConfigError
from clinic_siting.tables import FloatArray, RoadNetwork, Snap, TravelTimes
from clinic_siting.travel.searches import all_cores, minutes_to

ENGINES = ("auto", "scipy")
# Called with the number of sites done and of all sites.
Progress = Callable[[int, int], None]


def travel_times(
    network: RoadNetwork,
    zones: Snap,
    sites: Snap,
    *,
    door_to_door_min: float = 0.0,
    engine: str = "auto",
    progress: Progress | None = None,
) -> TravelTimes:
    """Shortest minutes from every zone to every site, patient to clinic.

    Way to the road + shortest route on the network + way from the road + ``door_to_door_min``.

    Parameters
    ----------
    network
        Minutes of each directed edge.
    zones, sites
        Where the places join the network.
    door_to_door_min
        Minutes added to every journey (parking, walking in).
    engine
        ``scipy`` (exact reference), or ``auto`` for the fastest at hand.
    progress
        Called with the number of sites done and of all sites.

    Returns
    -------
    TravelTimes
        ``inf`` where there is no route, or a place is too far from any road.

    Raises
    ------
    ConfigError
        On an unknown engine, or ``door_to_door_min`` that is negative or not finite.
    """
    if engine not in ENGINES:
        raise ConfigError(f"travel engine {engine!r} does not exist; choose one of {', '.join(ENGINES)}.")
    if not (np.isfinite(door_to_door_min) and door_to_door_min >= 0):
        raise ConfigError(f"door_to_door_min must be 0 or more minutes, not {door_to_door_min}.")
    zone_nodes, zone_of = np.unique(zones.node, return_inverse=True)
    site_nodes, site_of = np.unique(sites.node, return_inverse=True)
    by_node = np.empty((len(zone_nodes), len(site_nodes)))
    for part, minutes in minutes_to(network, site_nodes, threads=all_cores()):
        by_node[:, part] = minutes[:, zone_nodes].T
        if progress is not None:
            progress(min(part.stop, len(site_nodes)) * len(sites) // len(site_nodes), len(sites))
    minutes = by_node[np.ix_(zone_of, site_of)]
    minutes += zones.minutes[:, None] + sites.minutes[None, :] + door_to_door_min
    return TravelTimes(zones.index, sites.index, minutes)


def node_times(network: RoadNetwork, sites: Snap) -> FloatArray:
    """Minutes from every node to each site, with the site's own way to the road.

    Parameters
    ----------
    network
        Minutes of each directed edge.
    sites
        Where the sites join the network.

    Returns
    -------
    ndarray
        Shape (n_sites, n_nodes), in the order of ``sites``; ``inf`` = no route.
    """
    times = np.empty((len(sites), network.n_nodes))
    for part, minutes in minutes_to(network, sites.node, threads=all_cores()):
        times[part] = minutes + sites.minutes[part, None]
    return times
