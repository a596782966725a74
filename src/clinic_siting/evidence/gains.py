"""The tables with which a plan is defended: who gains, where patients go, alliance by alliance.

Like :mod:`~clinic_siting.pipeline` it unpacks an answer, so that the functions that do the work
take plain values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from clinic_siting import fairness, measures
from clinic_siting.access import share_out
from clinic_siting.grid import grid_points
from clinic_siting.pipeline import Answer, open_planned
from clinic_siting.tables import Access

# Closer than this, two clinics serve the same patients, and which of them is nearest is chance.
NEXT_DOOR_M = 500.0
ALLIANCE, AUTHORITY = "alliance_name", "lad_name"
MODELLED = "modelled"


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """Patients before and after, a zone in parts where its clinic has no room for all of them.

    Attributes
    ----------
    today, planned
        Access of each part.
    zones
        The zones' table, a row a part.
    people, cases, demand
        Residents, patients a year, and patients after the planner's weights, of each part.
    """

    today: Access
    planned: Access
    zones: pd.DataFrame
    people: pd.Series
    cases: pd.Series
    demand: pd.Series


def patients_of(answer: Answer) -> Patients:
    """Where patients go, those counted who are sent on for want of room."""
    ground = answer.ground
    shares = share_out(answer.planned, ground.demand, answer.siting.moved_on)
    share = shares.table["share"]
    return Patients(
        today=Access(shares.of(answer.today.table)),
        planned=shares.access(standard_min=0),
        zones=shares.of(ground.zones.table),
        people=shares.of(ground.zones.table["population"].astype(float)) * share,
        cases=shares.of(ground.patients) * share,
        demand=shares.of(ground.demand) * share,
    )


def fairness_tables(
    answer: Answer, unit: str, *, capacity: Mapping[str, float] | None = None
) -> dict[str, pd.DataFrame]:
    """Winners and losers, flows, clinics, S-curves and the view of each alliance.

    Parameters
    ----------
    answer
        What a run found.
    unit
        Of demand: ``cases a year``, ``people`` or ``referrals a year``.
    capacity
        Most patients a year of each clinic; where every open one has it, supply per head is told.

    Returns
    -------
    File name → table; :mod:`~clinic_siting.report.dictionary` names each column's unit and status.
    """
    ground, some = answer.ground, patients_of(answer)
    today, planned, zones = some.today, some.planned, some.zones
    people, cases = some.people, some.cases
    tables = {
        "gains.csv": fairness.count_gains(today, planned, people=people, cases=cases),
        "clinics.csv": fairness.clinic_changes(
            answer.volumes, ground.sites, answer.siting.plan.chosen
        ).set_index("trust"),
        "s_curve.csv": s_curves(some),
    }
    for name, column in (("gains_by_authority.csv", AUTHORITY), ("gains_by_alliance.csv", ALLIANCE)):
        if column in zones:
            tables[name] = fairness.gains_by_place(today, planned, zones[column], people=people, cases=cases)
    if ALLIANCE in zones:
        flows = fairness.patient_flows(today, planned, cases, zones[ALLIANCE])
        tables["flows.csv"] = flows.set_index(ALLIANCE)
        tables["alliances.csv"] = alliance_views(answer, some, flows, unit)
    if not np.array_equal(ground.patients, ground.demand):
        tables["unweighted.csv"] = beside_unweighted(answer, some)
    is_open = open_planned(ground, answer.siting)
    if capacity and set(is_open) <= set(capacity):
        tables["supply.csv"] = supply_by_zone(answer, pd.Series(capacity, dtype=float).loc[is_open])
    return tables


def supply_by_zone(answer: Answer, capacity: pd.Series) -> pd.DataFrame:
    """Places a year per patient that each zone can reach, the plan's clinics open.

    The enhanced two-step floating catchment area; a zone in the k-th of n bands counts 1 − (k − 1) ÷ n
    (assumed).

    Parameters
    ----------
    answer
        What a run found.
    capacity
        Most patients a year of each open clinic.

    Returns
    -------
    Index ``zone_id``; ``supply`` (1 = a place for every patient), ``status``.
    """
    bands = answer.ground.thresholds_min
    decay = {band: 1 - place / len(bands) for place, band in enumerate(bands)}
    supply = measures.supply_ratio(answer.ground.times, answer.ground.patients, capacity, decay=decay)
    return supply.to_frame().assign(status=MODELLED)


def s_curves(some: Patients) -> pd.DataFrame:
    """Share of patients within t minutes, for everyone and for each alliance.

    Returns
    -------
    Index ``group``; ``minutes``, ``today``, ``planned``, one row a minute up to the longest journey.
    """
    longest = max(float(a.minutes[np.isfinite(a.minutes)].max()) for a in (some.today, some.planned))
    at_min = range(int(np.ceil(longest)) + 1)
    groups = {fairness.EVERYONE: pd.Series(data=True, index=some.zones.index)}
    if ALLIANCE in some.zones:
        groups |= {str(name): some.zones[ALLIANCE] == name for name in sorted(some.zones[ALLIANCE].unique())}
    curves = []
    for group, members in groups.items():
        demand = some.demand[members]
        if demand.sum() <= 0:
            continue
        both = {
            when: measures.s_curve(access.minutes[members], demand, at_min=at_min)
            for when, access in (("today", some.today), ("planned", some.planned))
        }
        curves.append(pd.DataFrame(both).reset_index().assign(group=group))
    return pd.concat(curves).set_index("group")


def alliance_views(answer: Answer, some: Patients, flows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """All that concerns one alliance, alliance by alliance: since alliances receive the maps.

    Parameters
    ----------
    answer
        What a run found.
    some
        Its patients.
    flows
        From :func:`~clinic_siting.fairness.patient_flows`, by alliance.
    unit
        Of demand.

    Returns
    -------
    Index ``alliance_name``; ``about`` (measure, local authority: mean journey, clinic: patients),
    ``item``, ``today``, ``planned``, ``change``, ``unit``, ``status``.
    """
    zones, table = some.zones, answer.measures.table
    parts = []
    own = table[table["grouping"] == ALLIANCE].rename(columns={"group": ALLIANCE, "measure": "item"})
    parts.append(own.assign(about="measure"))
    if AUTHORITY in zones:
        # An authority that two alliances share stands in both views, each with its own patients.
        both = zones[ALLIANCE].astype(str) + "\n" + zones[AUTHORITY].astype(str)
        gains = fairness.gains_by_place(
            some.today, some.planned, both.rename("both"), people=some.people, cases=some.cases
        ).reset_index()
        gains[[ALLIANCE, "item"]] = gains["both"].str.split("\n", expand=True)
        parts.append(gains.assign(about="local authority", unit="minutes", status=MODELLED))
    names = answer.ground.sites.table["name"]
    clinics = flows.assign(item=flows["site_id"].map(names).fillna("no route"), about="clinic")
    parts.append(clinics.assign(unit=unit, status=MODELLED))
    columns = [ALLIANCE, "about", "item", "today", "planned", "change", "unit", "status"]
    views = pd.concat([part[columns] for part in parts], ignore_index=True)
    order = ["measure", "local authority", "clinic"]
    views["about"] = pd.Categorical(views["about"], order)
    views = views.sort_values([ALLIANCE, "about"], kind="stable")
    return views.assign(about=views["about"].astype(str)).set_index(ALLIANCE)


def beside_unweighted(answer: Answer, some: Patients) -> pd.DataFrame:
    """What the planner's weights on demand change: each measure with them and without.

    Returns
    -------
    Index ``measure``; ``today``, ``planned`` with the weights, ``today_unweighted``,
    ``planned_unweighted`` without, ``unit``, ``status``.
    """
    groups = some.zones[list(answer.ground.groups.columns)]
    bands = answer.ground.thresholds_min
    plain = fairness.compare_access(some.today, some.planned, some.cases, groups=groups, bands_min=bands)
    both = [
        table[table["grouping"] == fairness.EVERYONE].set_index("measure")
        for table in (answer.measures.table, plain.table)
    ]
    beside = both[1][["today", "planned"]].add_suffix("_unweighted")
    joined = both[0][["today", "planned", "unit", "status"]].join(beside, how="inner")
    return joined.drop(index="coverage")  # the bands say it: the standard is one of them


def unweighted_in_words(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What the same plan does with every patient counted once; nothing where that is what stands above.

    Parameters
    ----------
    tables
        From :func:`fairness_tables`.
    """
    if "unweighted.csv" not in tables:
        return []
    rows = tables["unweighted.csv"]
    figures = {name: rows[f"{name}_unweighted"].astype(float) for name in ("today", "planned")}
    said = [
        f"{name} {figures['today'][measure]:.1f} → {figures['planned'][measure]:.1f} minutes"
        for measure, name in (("mean", "average journey"), ("mad", "spread"))
    ]
    return [f"Figures above are weighted as the scenario asks; unweighted: {', '.join(said)}."]


def gains_in_words(tables: Mapping[str, pd.DataFrame], unit: str) -> list[str]:
    """Who gains and who loses, as a board reads it.

    Parameters
    ----------
    tables
        From :func:`fairness_tables`; counts that are kept back are NaN.
    unit
        Of demand: ``cases a year``, ``people`` or ``referrals a year``.

    Returns
    -------
    A few sentences.
    """
    counted = tables["gains.csv"]
    people, cases, change = (counted[name] for name in ("people", "cases", "mean_change_min"))
    winners, losers = (_people(float(people[kind])) for kind in (fairness.SHORTER, fairness.LONGER))
    known = np.isfinite(cases[fairness.SHORTER])
    of_whom = "" if unit == "people" or not known else f" ({cases[fairness.SHORTER]:,.0f} {unit})"
    by = -change[fairness.SHORTER]
    on_average = f", by {by:.0f} minutes on average" if np.isfinite(by) else ""
    gain = f"{winners} people{of_whom} would travel at least a minute less{on_average}"
    lines = [f"{gain}; {losers} would travel longer."]
    # The mean of each kind is that of its patients, so that this is the sum over all of them.
    saved = -float((cases * change).sum(skipna=False))
    if np.isfinite(saved) and unit != "people":
        lines.append(f"That saves {saved / 60:,.0f} patient-hours a year on the way there alone (modelled).")
    if "gains_by_authority.csv" in tables:
        places = tables["gains_by_authority.csv"]
        best = places[places["change"] < 0].head(3)
        named = ", ".join(
            f"{place} ({row['change']:.0f})".replace("-", "−") for place, row in best.iterrows()
        )
        lines += [f"Largest gains, minutes: {named}."] if named else []
    return lines


def neighbours_in_words(answer: Answer) -> list[str]:
    """Which open clinics are next door to each other, so that their figures are read together.

    Parameters
    ----------
    answer
        What a run found.

    Returns
    -------
    A sentence for each pair of clinics less than 500 metres apart in a straight line.
    """
    sites = answer.ground.sites
    is_open = sites.existing.union(pd.Index(answer.siting.plan.chosen))
    points = grid_points(sites.table.loc[is_open, "lon"], sites.table.loc[is_open, "lat"])
    lines = []
    for (one, here), (other, there) in combinations(zip(is_open, points, strict=True), 2):
        metres = float(np.hypot(*(here - there)))
        if metres < NEXT_DOOR_M:
            pair = f"{sites.name_of(one)} and {sites.name_of(other)}"
            lines.append(f"{pair} are {metres:.0f} m apart: read their figures together.")
    return lines


def _people(number: float) -> str:
    """People in prose are rounded to hundreds."""
    return f"{round(number, -2):,.0f}" if number else "nobody"
