"""The tables with which a plan is defended: who gains, where patients go, alliance by alliance.

Like :mod:`~clinic_siting.pipeline` it unpacks an answer, so that the functions that do the work
take plain values.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd

from clinic_siting import fairness, measures, robustness
from clinic_siting.network import grid_points
from clinic_siting.pipeline import Answer
from clinic_siting.siting import Score, Siting
from clinic_siting.trials import Trials

# Closer than this, two clinics serve the same patients, and which of them is nearest is chance.
NEXT_DOOR_M = 500.0
# Of the near-best sets so many are set against each other in the draws.
RIVALS = 5
ALLIANCE, AUTHORITY = "alliance_name", "lad_name"
MODELLED = "modelled"


def fairness_tables(answer: Answer, unit: str) -> dict[str, pd.DataFrame]:
    """Winners and losers, flows, clinics, S-curves and the view of each alliance.

    Parameters
    ----------
    answer
        What a run found.
    unit
        Of demand: ``cases a year``, ``people`` or ``referrals a year``.

    Returns
    -------
    File name → table; :mod:`~clinic_siting.dictionary` names each column's unit and status.
    """
    ground, today, planned = answer.ground, answer.today, answer.planned
    zones, cases = ground.zones.table, ground.patients
    people = zones["population"].astype(float)
    tables = {
        "gains.csv": fairness.count_gains(today, planned, people=people, cases=cases),
        "clinics.csv": fairness.clinic_changes(
            answer.volumes, ground.sites, answer.siting.plan.chosen
        ).set_index("trust"),
        "s_curve.csv": s_curves(answer),
    }
    for name, column in (("gains_by_authority.csv", AUTHORITY), ("gains_by_alliance.csv", ALLIANCE)):
        if column in zones:
            tables[name] = fairness.gains_by_place(today, planned, zones[column], people=people, cases=cases)
    if ALLIANCE in zones:
        flows = fairness.patient_flows(today, planned, cases, zones[ALLIANCE])
        tables["flows.csv"] = flows.set_index(ALLIANCE)
        tables["alliances.csv"] = alliance_views(answer, flows, unit)
    if not np.array_equal(cases, ground.demand):
        tables["unweighted.csv"] = beside_unweighted(answer)
    return tables


def s_curves(answer: Answer) -> pd.DataFrame:
    """Share of patients within t minutes, for everyone and for each alliance.

    Returns
    -------
    Index ``group``; ``minutes``, ``today``, ``planned``, one row a minute up to the longest journey.
    """
    ground, zones = answer.ground, answer.ground.zones.table
    longest = max(float(a.minutes[np.isfinite(a.minutes)].max()) for a in (answer.today, answer.planned))
    at_min = range(int(np.ceil(longest)) + 1)
    groups = {fairness.EVERYONE: pd.Series(data=True, index=zones.index)}
    if ALLIANCE in zones:
        groups |= {str(name): zones[ALLIANCE] == name for name in sorted(zones[ALLIANCE].unique())}
    curves = []
    for group, members in groups.items():
        demand = ground.demand[members]
        if demand.sum() <= 0:
            continue
        both = {
            when: measures.s_curve(access.minutes[members], demand, at_min=at_min)
            for when, access in (("today", answer.today), ("planned", answer.planned))
        }
        curves.append(pd.DataFrame(both).reset_index().assign(group=group))
    return pd.concat(curves).set_index("group")


def alliance_views(answer: Answer, flows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """All that concerns one alliance, alliance by alliance: since alliances receive the maps.

    Parameters
    ----------
    answer
        What a run found.
    flows
        From :func:`~clinic_siting.fairness.patient_flows`, by alliance.
    unit
        Of demand.

    Returns
    -------
    Index ``alliance_name``; ``about`` (measure, local authority: mean journey, clinic: patients),
    ``item``, ``today``, ``planned``, ``change``, ``unit``, ``status``.
    """
    zones, table = answer.ground.zones.table, answer.measures.table
    parts = []
    own = table[table["grouping"] == ALLIANCE].rename(columns={"group": ALLIANCE, "measure": "item"})
    parts.append(own.assign(about="measure"))
    if AUTHORITY in zones:
        # An authority that two alliances share stands in both views, each with its own patients.
        both = zones[ALLIANCE].astype(str) + "\n" + zones[AUTHORITY].astype(str)
        gains = fairness.gains_by_place(
            answer.today,
            answer.planned,
            both.rename("both"),
            people=zones["population"].astype(float),
            cases=answer.ground.patients,
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


def beside_unweighted(answer: Answer) -> pd.DataFrame:
    """What the planner's weights on demand change: each measure with them and without.

    Returns
    -------
    Index ``measure``; ``today``, ``planned`` with the weights, ``today_unweighted``,
    ``planned_unweighted`` without, ``unit``, ``status``.
    """
    plain = fairness.compare_access(
        answer.today,
        answer.planned,
        answer.ground.patients,
        groups=answer.ground.groups,
        bands_min=answer.ground.thresholds_min,
    ).table
    weighted = answer.measures.table
    both = [table[table["grouping"] == fairness.EVERYONE].set_index("measure") for table in (weighted, plain)]
    beside = both[1][["today", "planned"]].add_suffix("_unweighted")
    return both[0][["today", "planned", "unit", "status"]].join(beside, how="inner")


def gains_in_words(answer: Answer, unit: str) -> list[str]:
    """Who gains and who loses, as a board reads it.

    Parameters
    ----------
    answer
        What a run found.
    unit
        Of demand: ``cases a year``, ``people`` or ``referrals a year``.

    Returns
    -------
    A few sentences.
    """
    ground, today, planned = answer.ground, answer.today, answer.planned
    zones, cases = ground.zones.table, ground.patients
    people = zones["population"].astype(float)
    counted = fairness.count_gains(today, planned, people=people, cases=cases)
    winners, losers = (_people(counted["people"][kind]) for kind in ("shorter", "longer"))
    of_whom = "" if unit == "people" else f" ({counted['cases']['shorter']:,.0f} {unit})"
    by = -counted["mean_change_min"]["shorter"]
    gain = f"{winners} people{of_whom} would travel at least a minute less, by {by:.0f} minutes on average"
    lines = [f"{gain}; {losers} would travel longer."]
    saved = fairness.case_minutes_saved(today, planned, cases)
    if np.isfinite(saved) and unit != "people":
        lines.append(f"That saves {saved / 60:,.0f} patient-hours a year on the way there alone (modelled).")
    if AUTHORITY in zones:
        places = fairness.gains_by_place(today, planned, zones[AUTHORITY], people=people, cases=cases)
        best = places[places["change"] < 0].head(3)
        named = ", ".join(
            f"{place} ({row['change']:.0f})".replace("-", "−") for place, row in best.iterrows()
        )
        lines.append(f"Largest gains, minutes: {named}.")
    return lines + neighbours_in_words(answer)


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


def robustness_tables(
    siting: Siting, trials: Trials, score: Score, *, within: float
) -> dict[str, pd.DataFrame]:
    """How sure the plan is: other worlds, near-best sets, stand-ins, regret, weights, draws.

    Parameters
    ----------
    siting
        The choice: its plan and the ranking of all sets.
    trials
        Every set in every world that was tried.
    score
        The weights.
    within
        Relative distance from the best score within which a set counts as near-best.

    Returns
    -------
    File name → table; sets are ids joined by ``+``.
    """
    ranking, plan = siting.ranking, siting.plan.chosen
    worlds = robustness.world_rows(trials.scores, plan)
    near = robustness.near_best(ranking, within=within)
    prices = robustness.weight_prices(score, siting.today)
    room = robustness.weight_ranges(ranking, plan, score, siting.today)
    tables = {
        "worlds.csv": worlds.assign(best=worlds["best"].map(" + ".join), status="modelled"),
        "near_best.csv": near.assign(sites=near["sites"].map(" + ".join)).set_index("sites"),
        "site_frequency.csv": robustness.site_frequency(ranking, within=within),
        "replacements.csv": robustness.replacements(ranking, plan),
        "regret.csv": robustness.regret_table(trials.scores),
        "weights.csv": room.join(prices.drop(columns="weight")),
    }
    for kind, draws in (("speed", trials.speed_draws), ("demand", trials.demand_draws)):
        if draws is not None:
            tables[f"{kind}_draws.csv"] = robustness.leaders(draws)
            rivals = list(near["sites"].head(RIVALS))
            wide = robustness.duels(draws, rivals).reset_index()
            duels = wide.melt("sites", var_name="against", value_name="share_of_draws")
            tables[f"{kind}_duels.csv"] = duels[duels["sites"] != duels["against"]].set_index("sites")
    return tables


def robustness_in_words(
    siting: Siting, trials: Trials, score: Score, name_of: Callable[[str], str]
) -> list[str]:
    """How sure the plan is, as a board reads it.

    Parameters
    ----------
    siting
        The choice.
    trials
        Every set in every world that was tried.
    score
        The weights.
    name_of
        Names of sites.

    Returns
    -------
    A few sentences.
    """
    plan = siting.plan.chosen
    lines = robustness.worlds_in_words(robustness.world_rows(trials.scores, plan), name_of)
    n_tried, n_all = len(trials.scores.sets), len(siting.ranking)
    if n_tried < n_all:
        lines.append(f"There the {n_tried:,} best of {n_all:,} sets were compared.")
    least = trials.scores.sets[trials.least.row]
    if least == plan:
        lines.append(
            f"No set is safer: its largest regret, {trials.least.value:.1%}, is the smallest of all."
        )
    else:
        names = " and ".join(map(name_of, least))
        lines.append(
            f"Safest over all worlds: {names}, never more than {trials.least.value:.1%} from the best."
        )
    for words, draws in (("speeds", trials.speed_draws), ("demand", trials.demand_draws)):
        if draws is not None:
            led = robustness.leaders(draws)["share"].get(" + ".join(plan), 0.0)
            lines.append(f"Best in {led:.0%} of {len(draws.worlds)} draws of {words}.")
    return [*lines, robustness.preference_in_words(robustness.weight_prices(score, siting.today))]
