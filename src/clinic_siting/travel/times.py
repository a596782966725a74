"""Minutes from zones, and from every node, to sites: one call where one network is enough."""

from clinic_siting.tables import FloatArray, RoadNetwork, Snap, TravelTimes
from clinic_siting.travel.engine import Progress, TravelEngine, travel_engine

# By scipy a site takes a tenth of a second on a million edges, ordering them several seconds: with
# fewer sites than this an order does not pay for itself, unless an engine was made already.
FEW_SITES = 40


def travel_times(
    network: RoadNetwork,
    zones: Snap,
    sites: Snap,
    *,
    door_to_door_min: float = 0.0,
    engine: str | TravelEngine = "auto",
    progress: Progress | None = None,
) -> TravelTimes:
    """Shortest minutes from every zone to every site, patient to clinic.

    Parameters
    ----------
    network
        Minutes of each directed edge.
    zones, sites
        Where the places join the network.
    door_to_door_min
        Minutes added to every journey (parking, walking in).
    engine
        A name (``auto``, ``cch``, ``scipy``), or an engine made for this network's edges.
    progress
        Called with the number of sites done and of all sites.

    Returns
    -------
    TravelTimes
        See :meth:`~clinic_siting.travel.engine.TravelMetric.times`.

    Raises
    ------
    ConfigError
        On an unknown engine, or ``door_to_door_min`` that is negative or not finite.
    """
    metric = _engine(engine, network, len(sites)).on(network)
    return metric.times(zones, sites, door_to_door_min=door_to_door_min, progress=progress)


def node_times(network: RoadNetwork, sites: Snap, *, engine: str | TravelEngine = "auto") -> FloatArray:
    """Minutes from every node to each site, with the site's own way to the road.

    Parameters
    ----------
    network
        Minutes of each directed edge.
    sites
        Where the sites join the network.
    engine
        A name, or an engine made for this network's edges.

    Returns
    -------
    ndarray
        Shape (n_sites, n_nodes), in the order of ``sites``; ``inf`` = no route.
    """
    return _engine(engine, network, len(sites)).on(network).node_times(sites)


def _engine(engine: str | TravelEngine, network: RoadNetwork, n_sites: int) -> TravelEngine:
    if isinstance(engine, TravelEngine):
        return engine
    return travel_engine(network, engine="scipy" if engine == "auto" and n_sites < FEW_SITES else engine)
