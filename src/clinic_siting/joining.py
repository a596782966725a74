"""How the places of a scenario join its roads: told before a run, and again in what it writes.

Like :mod:`~clinic_siting.ground` it unpacks the config.
"""

from dataclasses import dataclass

import pandas as pd

from clinic_siting import gate, network
from clinic_siting.config import Config
from clinic_siting.ground import Ground
from clinic_siting.tables import DemandZones, RoadNetwork, Roads, Sites, Snap


@dataclass(frozen=True, slots=True, eq=False)
class SnapAudit:
    """How places join the roads.

    Attributes
    ----------
    zone_snap, site_snap
        Where every zone of the data set and the sites in play join them.
    table
        Of :func:`clinic_siting.gate.snap_table`, with ``place`` telling what each is; index ``id``.
    """

    zone_snap: Snap
    site_snap: Snap
    table: pd.DataFrame


def snaps_of(stood_on: Ground, config: Config, known: pd.DataFrame | None = None) -> pd.DataFrame:
    """How every zone of the data set and every site in play joins the roads of a run.

    Parameters
    ----------
    stood_on
        What the run stood on.
    config
        The scenario.
    known
        What an inspection found, where there was one.

    Returns
    -------
    Of :class:`SnapAudit`, with ``in_area``: whether the run counts the zone's patients, or would.
    """
    roads, laid = stood_on.roads, stood_on.network
    snaps = known
    if snaps is None:
        snaps = snap_audit(roads, laid, stood_on.all_zones, stood_on.sites, config).table
    counted = stood_on.zones.zone_id.union(stood_on.unreachable.index)
    return snaps.assign(in_area=snaps.index.isin(counted) & (snaps["place"] == "zone"))


def snap_audit(
    roads: Roads, laid: RoadNetwork, zones: DemandZones, sites: Sites, config: Config
) -> SnapAudit:
    """Audit how places join the roads.

    Parameters
    ----------
    roads, laid
        The road tables and the network laid on them.
    zones, sites
        All zones of the data set, and sites; those in play are looked at.
    config
        The scenario.
    """
    places = {"zone": zones.table, "site": sites.table.loc[sites.playing]}
    parts = [table.assign(place=what) for what, table in places.items()]
    columns = ["place", "name", gate.DISTRICT, "lon", "lat"]
    together = pd.concat([part[[c for c in columns if c in part]] for part in parts])
    points, limit = together[["lon", "lat"]], config.travel.max_snap_m
    snapped, nearest = network.snap_both(laid, points, max_snap_m=limit)
    audit = network.audit_snaps(roads, laid, snapped, nearest=nearest)
    first = len(zones.zone_id)
    return SnapAudit(snapped[:first], snapped[first:], gate.snap_table(audit, together).rename_axis("id"))
