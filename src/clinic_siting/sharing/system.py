"""Every count of patients that a run shares, as one system of counts and sums."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from clinic_siting.disclosure import Sum
from clinic_siting.pipeline import Answer

ALLIANCE, AUTHORITY = "alliance_name", "lad_name"
ALL = "all"
WHEN = ("today", "planned")


@dataclass(slots=True)
class Counts:
    """Counts and sums while they are collected."""

    counts: dict[str, float] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)

    def add(self, total: str, parts: Mapping[str, float]) -> None:
        """Counts that add up to a total."""
        self.counts |= parts
        self.counts.setdefault(total, float(sum(parts.values())))
        self.sums.append(Sum(total, tuple(parts)))


def linked_counts(answer: Answer, tables: Mapping[str, pd.DataFrame]) -> Counts:
    """Every count that is shared, and which are sums of which.

    Labels: ``all``; ``alliance|a``, ``authority|x``, ``journey|kind``; ``today|site``, ``planned|site``,
    ``today|a|site``, ``planned|a|site``; ``today trust|t``, ``planned trust|t``.

    Parameters
    ----------
    answer
        What a run found, with real counts of patients.
    tables
        File name → table, made from it.
    """
    system = Counts()
    gains = tables["gains.csv"]["cases"]
    system.add(ALL, {f"journey|{kind}": float(value) for kind, value in gains.items()})
    clinics = tables["clinics.csv"].reset_index()
    sites: pd.DataFrame = clinics[clinics["role"] != "all"].set_index("site_id")
    if "flows.csv" in tables:
        _add_flows(system, tables["flows.csv"].reset_index(), list(sites.index))
    else:
        for when in WHEN:
            system.add(ALL, {f"{when}|{site}": float(value) for site, value in sites[when].items()})
    for trust, of_trust in sites[sites["trust"] != ""].groupby("trust"):
        for when in WHEN:
            labels = [f"{when}|{site}" for site in of_trust.index]
            system.add(f"{when} trust|{trust}", {label: system.counts[label] for label in labels})
    if "gains_by_authority.csv" in tables:
        _add_authorities(system, answer, tables["gains_by_authority.csv"]["cases"])
    return system


def _add_flows(system: Counts, flows: pd.DataFrame, sites: list[str]) -> None:
    alliances = sorted(flows[ALLIANCE].unique())
    everywhere = sorted({*flows["site_id"], *sites})
    for when in WHEN:
        cell = flows.groupby([ALLIANCE, "site_id"])[when].sum()
        for alliance in alliances:
            own = {f"{when}|{alliance}|{site}": float(cell.get((alliance, site), 0.0)) for site in everywhere}
            system.add(f"alliance|{alliance}", own)
        for site in everywhere:
            parts = [f"{when}|{alliance}|{site}" for alliance in alliances]
            system.add(f"{when}|{site}", {part: system.counts[part] for part in parts})
        system.add(ALL, {f"{when}|{site}": system.counts[f"{when}|{site}"] for site in everywhere})
    system.add(ALL, {f"alliance|{alliance}": system.counts[f"alliance|{alliance}"] for alliance in alliances})
    # Who goes elsewhere with the plan was there before: the rest of a clinic's patients stay.
    for alliance in alliances:
        for site in everywhere:
            before, after = (f"{when}|{alliance}|{site}" for when in WHEN)
            if 0 < system.counts[after] <= system.counts[before]:
                system.sums.append(Sum(before, (after, f"moved|{alliance}|{site}")))


def _add_authorities(system: Counts, answer: Answer, cases: pd.Series) -> None:
    """Authorities, and how they make up the alliances; one that two share is split out of sight."""
    system.add(ALL, {f"authority|{name}": float(value) for name, value in cases.items()})
    zones = answer.ground.zones.table
    if ALLIANCE not in zones:
        return
    shared_by = zones.groupby(AUTHORITY)[ALLIANCE].unique()
    parts: dict[str, list[str]] = {}
    for authority, alliances in shared_by.items():
        whole = len(alliances) == 1
        own = [f"authority|{authority}" if whole else f"split|{authority}|{a}" for a in alliances]
        for alliance, part in zip(alliances, own, strict=True):
            parts.setdefault(str(alliance), []).append(part)
        if not whole:
            system.sums.append(Sum(f"authority|{authority}", tuple(own)))
    for alliance, own in parts.items():
        total = f"alliance|{alliance}"
        if total in system.counts:
            system.sums.append(Sum(total, tuple(own)))
