"""The result as a text that a board reads in a minute."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from clinic_siting.report import words
from clinic_siting.tables import SitingPlan

IN_WORDS = {
    "mean": "average journey",
    "mad": "spread between patients (mean absolute deviation)",
    "worst_tenth": "worst tenth of patients",
    "p90": "nine in ten patients within",
    "alliance_gap": "gap between alliances",
}


SCORES = ("score", "weighted")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a summary that depend on the scenario.

    Attributes
    ----------
    title
        Headline, before the names of the new sites.
    unit
        Of demand: ``cases a year`` or ``people``.
    standard_min
        Access standard in minutes.
    names
        Names of sites by id, for readers.
    all_ranked
        Whether all sets that obey the rules were ranked.
    """

    title: str
    unit: str
    standard_min: float
    names: Mapping[str, str]
    all_ranked: bool = True


def summary(
    plan: SitingPlan,
    ranking: pd.DataFrame,
    *,
    today: Mapping[str, float],
    planned: Mapping[str, float],
    open_sites: pd.DataFrame,
    wording: Wording,
) -> str:
    """A result that a board can read in a minute.

    Parameters
    ----------
    plan
        The plan.
    ranking
        Sets of sites best first, with ``sites`` (ids) and ``score``.
    today, planned
        Measures of everyone (minutes, shares).
    open_sites
        From :func:`site_table`; a count that is kept back is NaN.
    wording
        Headline and units.
    """
    new = open_sites[open_sites["role"] == "new"]
    lines = [f"{wording.title}: {words.listed(new['name'])}{_closing(ranking.iloc[0], wording)}", ""]
    for key, name in IN_WORDS.items():
        if key in planned:
            lines.append(f"  {name:<50}{today[key]:6.1f} → {planned[key]:5.1f} minutes")
    share = f"share within {wording.standard_min:g} minutes"
    lines.append(f"  {share:<50}{today['coverage']:6.0%} → {planned['coverage']:5.0%}")
    counted = "People" if wording.unit == "people" else f"Expected {wording.unit}"
    lines += ["", f"  {counted} at each clinic, today → with the plan"]
    lines += [f"    {line}" for line in _volume_lines(open_sites)]
    score = f"  {plan.objective} {plan.value:.3f} ({plan.unit}); {proof_in_words(plan)}."
    lines += ["", score, f"  {plan.method}"]
    if len(ranking) > 1:
        second = ranking.iloc[1]
        names = words.listed(wording.names.get(site, site) for site in second["sites"])
        of_all = f" of {len(ranking):,} sets" if wording.all_ranked else ""
        what = "Best by score alone" if plan.aim and second["score"] < plan.value else "Next best"
        lines.append(f"  {what}{of_all}: {names}{_closing(second, wording)} ({second['score']:.3f}).")
    return "\n".join(lines)


def _closing(row: pd.Series, wording: Wording) -> str:
    """The sites that a plan closes, after those that it opens; nothing where none does."""
    closed = [wording.names.get(site, site) for site in row.get("closed", ())]
    if not closed:
        return ""
    return f"; {words.listed(closed)} {'closes' if len(closed) == 1 else 'close'}"


def proof_in_words(plan: SitingPlan) -> str:
    """Whether a plan is proved to be the best; where it is not, how far from it a better one may be."""
    if plan.aim:
        return f"{words.chosen_for(plan)}; {words.by_value_alone(plan)}"
    if plan.proven:
        return f"proved: no other set {'scores lower' if plan.objective in SCORES else 'is better'}"
    return "not proved: the solver gave no bound" if plan.gap is None else f"not proved: gap {plan.gap:.2%}"


def _volume_lines(open_sites: pd.DataFrame) -> list[str]:
    rows = [(str(r["name"]), r["today"], r["planned"]) for r in open_sites.to_dict("records")]
    rows = [*_busiest_trust(open_sites), *rows]
    width = max(len(name) for name, *_ in rows)
    return [f"{name:<{width}}  {words.count(a):>7} → {words.count(b):>7}" for name, a, b in rows]


def _busiest_trust(open_sites: pd.DataFrame) -> list[tuple[str, float, float]]:
    """The trust that carries most today over several sites, named first: boards ask about its load."""
    if "trust" not in open_sites:
        return []
    named = open_sites[open_sites["trust"].fillna("") != ""]
    several = named.groupby("trust").filter(lambda rows: len(rows) > 1)
    if several.empty:
        return []
    # A count that is kept back is not known as a part of a sum either.
    of_trust = several.groupby("trust")[["today", "planned"]]
    totals = of_trust.sum(min_count=1).where(of_trust.count().eq(of_trust.size(), axis=0))
    totals = totals.sort_values("today", ascending=False)
    name, first = totals.index[0], totals.iloc[0]
    return [(f"{name}, all sites", first["today"], first["planned"])]
