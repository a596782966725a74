"""How places join the roads: distances, roads nobody can stop on, and what no road reaches."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from clinic_siting.tables import BoolArray, RoadNetwork, Roads, Snap

ORDINARY = "ordinary"


def audit_snaps(
    roads: Roads, network: RoadNetwork, places: Snap, *, nearest: Snap | None = None
) -> pd.DataFrame:
    """Audit where places join the roads.

    Parameters
    ----------
    roads
        For the classes of road that meet at each node.
    network
        For the part of the roads that hangs together.
    places
        As the travel times use them.
    nearest
        The same places joined to the nearest node of any kind, to show which were moved to an
        ordinary road.

    Returns
    -------
    DataFrame
        On the places' index: ``straight_m``; ``minutes`` of the way to the road (``inf``: too far);
        ``road`` at which they join (ordinary, motorway, ramp or connector); ``moved`` from another
        road; ``beyond`` the limit; ``island``: joins a piece of road from which the main network
        cannot be reached, or which cannot be reached from it; ``unreachable``: beyond or island.
    """
    beyond = np.isinf(places.minutes)
    island = ~main_network(network)[places.node]
    return pd.DataFrame(
        {
            "straight_m": places.straight_m,
            "minutes": places.minutes,
            "road": roads_at_nodes(roads).to_numpy()[places.node],
            "moved": False if nearest is None else nearest.node != places.node,
            "beyond": beyond,
            "island": island & ~beyond,
            "unreachable": beyond | island,
        },
        index=places.index,
    )


def roads_at_nodes(roads: Roads) -> pd.Series:
    """Name the kind of road at each node: ordinary where any ordinary link meets it.

    Parameters
    ----------
    roads
        Links and their nodes.

    Returns
    -------
    Series
        Named ``road``, on the index of ``roads.nodes``: ordinary, or else motorway, ramp or
        connector (the least of them that meets the node, in this order), or none.
    """
    links = roads.links
    kinds = np.where(links["ramp"].to_numpy(dtype=bool), "ramp", links["road_class"].astype(object))
    kinds = np.where(np.isin(kinds.astype(str), ["motorway", "ramp", "connector"]), kinds, ORDINARY)
    kind = np.full(len(roads.nodes), "none", dtype=object)
    # Written from the weakest to the strongest, so that an ordinary link has the last word.
    for name in ("connector", "ramp", "motorway", ORDINARY):
        of_kind = links.loc[kinds == name]
        kind[of_kind["from_node"]] = name
        kind[of_kind["to_node"]] = name
    return pd.Series(kind, index=roads.nodes.index, name="road")


def main_network(network: RoadNetwork) -> BoolArray:
    """Mark the nodes of the largest part in which every node reaches every other, shape (n_nodes,)."""
    shape = (network.n_nodes, network.n_nodes)
    graph = csr_array((network.minutes, network.indices, network.indptr), shape=shape)
    _, part = connected_components(graph, directed=True, connection="strong")
    largest: BoolArray = part == np.bincount(part).argmax()
    return largest


def unreachable_places(audit: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Name what no road reaches, group by group.

    Parameters
    ----------
    audit
        Of :func:`audit_snaps`.
    groups
        Name of each place's group (its district), on the same index.

    Returns
    -------
    DataFrame
        Index: the group, where most are unreachable first; ``unreachable``, ``places`` (all of the
        group), ``whole``: nobody in the group can be reached.
    """
    of_place = groups.reindex(audit.index).to_numpy()
    lost = audit["unreachable"].groupby(of_place)
    table = pd.DataFrame({"unreachable": lost.sum(), "places": lost.size()})
    table = table[table["unreachable"] > 0]
    table = table.assign(whole=table["unreachable"] == table["places"])
    table.index.name = groups.name
    return table.sort_values("unreachable", ascending=False, kind="stable")
