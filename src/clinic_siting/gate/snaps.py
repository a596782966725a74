"""How places join the roads: how far, on what, and who cannot be reached."""

import numpy as np
import pandas as pd

from clinic_siting.gate.findings import Check, Finding, Light
from clinic_siting.network import unreachable_places

# More than a kilometre to the nearest road that we know: minutes there are a guess.
FAR_M = 1000.0
MUCH_DEMAND = 0.005
DISTRICT = "lad_name"
COLUMNS = ("straight_m", "minutes", "road", "moved", "beyond", "island", "unreachable")


def check_snaps(
    zones: pd.DataFrame, sites: pd.DataFrame, demand: pd.Series, *, allow_unreachable: bool
) -> list[Finding]:
    """Check how the area's zones and the sites in play join the roads.

    Parameters
    ----------
    zones, sites
        Of :func:`snap_table`.
    demand
        On the zones, in any unit.
    allow_unreachable
        Whether the config lets zones without a road pass.
    """
    findings = [_far(zones, demand), *_unreachable(zones, "zones", allow_unreachable=allow_unreachable)]
    findings += [_far_sites(sites), *_unreachable(sites, "sites", allow_unreachable=True)]
    for table, where in ((zones, "zones"), (sites, "sites")):
        findings += [_nowhere_to_stop(table, where), *_moved(table, where)]
    return findings


def check_snaps_elsewhere(zones: pd.DataFrame) -> Finding:
    """Say who outside the area cannot be reached by road, so that nobody widens it unawares."""
    lost = zones[zones["unreachable"]]
    if lost.empty:
        return Finding("green", "outside the area too, every zone has a road", "zones")
    return Finding(
        "green",
        f"outside the area {len(lost):,} zone(s) are unreachable by road; they count for nothing here",
        "zones",
        tuple(_by_district(zones)),
    )


def snap_table(audit: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Put names to the places of an audit.

    Parameters
    ----------
    audit
        Of :func:`clinic_siting.network.audit_snaps`.
    places
        Zones and sites in the same order; ``place``, ``name`` and ``lad_name`` where they have them.

    Returns
    -------
    ``place``, ``name``, ``lad_name``, then the audit's columns, on the places' index.
    """
    names = [column for column in ("place", "name", DISTRICT) if column in places]
    return places[names].assign(**{column: audit[column].to_numpy() for column in COLUMNS})


def _far(zones: pd.DataFrame, demand: pd.Series) -> Finding:
    far = zones["straight_m"] > FAR_M
    share = float(demand[far].sum() / demand.sum()) if demand.sum() > 0 else 0.0
    middle, most = np.median(zones["straight_m"]), zones["straight_m"].max()
    typical = f"half within {middle:,.0f} m, the farthest {most:,.0f} m"
    district = zones[DISTRICT] if DISTRICT in zones else pd.Series("all", index=zones.index)
    by_district = demand[far].groupby(district[far]).sum().sort_values(ascending=False, kind="stable")
    of_all = demand.groupby(district).sum()
    rows = [
        f"{name}: {100 * n / of_all[name]:.0f} % of its demand"
        for name, n in zip(map(str, by_district.index), by_district, strict=True)
        if n > 0
    ]
    return Check(
        "zones",
        f"{share:.1%} of demand lives more than {FAR_M / 1000:.0f} km from a road ({typical})",
        f"places are near the roads ({typical}; {share:.1%} of demand beyond {FAR_M / 1000:.0f} km)",
        "local roads are missing there, so minutes are rough: import the area's roads from OpenStreetMap",
        light="amber",
    ).judge(rows if share > MUCH_DEMAND else ())


def _far_sites(sites: pd.DataFrame) -> Finding:
    """Name sites that look farther than they are, as no local road beside them is known."""
    middle, most = np.median(sites["straight_m"]), sites["straight_m"].max()
    far = sites[(sites["straight_m"] > FAR_M) & ~sites["unreachable"]]
    return Check(
        "sites",
        f"{{n}} stand(s) more than {FAR_M / 1000:.0f} km from a road",
        f"sites are near the roads (half within {middle:,.0f} m, the farthest {most:,.0f} m)",
        "every journey there is longer by the way to the road: import the area's roads, or read it so",
        light="amber",
    ).judge(_rows(far.sort_values("straight_m", ascending=False, kind="stable")))


def _unreachable(table: pd.DataFrame, where: str, *, allow_unreachable: bool) -> list[Finding]:
    """Too far from every road, and on a piece of road that leads nowhere."""
    light: Light = "amber" if allow_unreachable else "red"
    remedy = (
        "they are counted and named, and stand outside every measure"
        if allow_unreachable and where == "zones"
        else "take them out of the area, raise travel.max_snap_m, or set access.allow_unreachable: true"
    )
    if where == "sites":
        remedy = "correct their coordinates, or the roads; nobody can be served there"
    rows = _by_district(table) if where == "zones" else _rows(table[table["unreachable"]])
    n = int(table["unreachable"].sum())
    return [
        Check(
            where,
            f"{n:,} cannot be reached by road: farther than max_snap_m from every road, or on an island",
            "all can be reached by road",
            remedy,
            light=light,
        ).judge(rows)
    ]


def _nowhere_to_stop(table: pd.DataFrame, where: str) -> Finding:
    wrong = table["road"].isin(["motorway", "ramp", "connector"]) & ~table["beyond"]
    return Check(
        where,
        "{n} join a motorway, a ramp or a connector, where nobody can stop",
        "all join an ordinary road",
        "the ordinary road beside it is missing, or farther off: look whether the minutes there are right",
        light="amber",
    ).judge(_rows(table[wrong], road=True))


def _moved(table: pd.DataFrame, where: str) -> list[Finding]:
    """Say who stands nearer to a road on which nobody can stop, and joins an ordinary one."""
    moved = table[table["moved"].astype(bool) & ~table["beyond"]]
    if moved.empty:
        return []
    what = f"{len(moved):,} stand nearer to a motorway, ramp or connector and join an ordinary road instead"
    return [Finding("green", what, where, tuple(_rows(moved)))]


def _by_district(zones: pd.DataFrame) -> list[str]:
    district = zones[DISTRICT] if DISTRICT in zones else pd.Series("all", index=zones.index)
    districts = unreachable_places(zones, district.rename(DISTRICT))
    lost = zones[zones["unreachable"]]
    # The first of each district is the last that the dictionary hears of.
    first = dict(zip(district[lost.index][::-1], _rows(lost)[::-1], strict=True))
    return [
        f"{name}: {row.unreachable:,} of {row.places:,} zones"
        f"{', all of it' if row.whole else ''}; first {first[name]}"
        for name, row in zip(districts.index, districts.itertuples(), strict=True)
    ]


def _rows(table: pd.DataFrame, *, road: bool = False) -> list[str]:
    names = table["name"] if "name" in table else pd.Series("", index=table.index)
    return [
        f"{place} {name}".strip() + f": {metres:,.0f} m" + (f", {kind}" if road else "")
        for place, name, metres, kind in zip(
            table.index,
            names.astype(object).where(names.notna(), ""),
            table["straight_m"],
            table["road"],
            strict=True,
        )
    ]
