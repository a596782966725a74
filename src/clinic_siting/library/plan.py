"""A plan as a notebook holds it: who was chosen, what it changes, by zone and by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from clinic_siting import evidence, fairness, pipeline, publish, report, sources
from clinic_siting.errors import ConfigError
from clinic_siting.ground import silent
from clinic_siting.library.background import background_of
from clinic_siting.library.exploring import Drawn, explore_plan
from clinic_siting.library.scenario import Scenario, points
from clinic_siting.siting import Score, Siting
from clinic_siting.trials import try_worlds

if TYPE_CHECKING:
    import folium

BANDS_MIN = (15.0, 30.0, 45.0, 60.0)


@dataclass(frozen=True, eq=False)
class Plan:
    """The best set of sites, and what it changes.

    Attributes
    ----------
    siting
        The plan with its proof, and the other sets that were looked at.
    measures
        ``grouping``, ``group``, ``measure``, ``today``, ``planned``, ``change``, ``unit``, for
        everyone and for each group of patients; ``today`` is missing where no site is open today.
    zones
        One row a zone: ``demand``, and with ``_today`` and ``_planned``: ``minutes``, ``site_id``,
        ``covered`` (within the standard); ``change_min``. A GeoDataFrame where it is known where
        zones lie.
    sites
        All sites, ``chosen`` among them. A GeoDataFrame where it is known where they lie.
    bands_min
        Thresholds of the map's classes, in minutes.
    scenario
        What it was chosen for; None where it was found from tables alone.
    """

    siting: Siting
    measures: pd.DataFrame
    zones: pd.DataFrame
    sites: pd.DataFrame
    bands_min: tuple[float, ...] = BANDS_MIN
    scenario: Scenario | None = None

    def __repr__(self) -> str:
        """The plan in a line."""
        plan = self.siting.plan
        proof = "proved" if plan.settled else f"not proved, gap {plan.gap}"
        return f"<Plan: {' and '.join(self.names)}; {plan.objective} {plan.value:.4g} {plan.unit}, {proof}>"

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the sites to open, sorted."""
        return self.siting.plan.chosen

    @property
    def names(self) -> list[str]:
        """Names of the sites to open."""
        return [str(self.sites.at[site, "name"]) for site in self.chosen]

    @property
    def value(self) -> float:
        """The objective's value, computed a second time by a plain path."""
        return self.siting.plan.value

    @property
    def proven(self) -> bool:
        """Whether no other set that obeys the rules is better."""
        return self.siting.plan.proven

    @property
    def ranking(self) -> pd.DataFrame:
        """The sets that were compared, best first: ``sites``, the objective and all measures."""
        return self.siting.ranking

    @property
    def today(self) -> pd.Series:
        """The measures without a plan, under the names that the ranking gives them."""
        return pd.Series(self.siting.today, name="today")

    def headline(self) -> pd.DataFrame:
        """The measures of everyone alone: ``today``, ``planned``, ``change``, ``unit`` by measure."""
        everyone = self.measures[self.measures["grouping"] == fairness.EVERYONE]
        return everyone.set_index("measure")[["today", "planned", "change", "unit"]]

    def rescored(self, weights: Mapping[str, float], *, variation: str = "mad") -> pd.DataFrame:
        """The same sets under other weights, best first.

        Parameters
        ----------
        weights
            Of the score's terms: mean, variation, worst_tenth, beyond_standard, alliance_gap.
        variation
            The measure that ``variation`` stands for: mad, sd or gini.

        Returns
        -------
        The ranking with its ``score`` under these weights (share of today). It holds the best set
        of all only where the ranking is complete (``plan.siting.complete``).

        Raises
        ------
        ConfigError
            Where a term is unknown, or undefined today.
        """
        score = Score(weights, variation).of(self.ranking, self.siting.today)
        ranked = self.ranking.drop(columns=["score", "value"], errors="ignore")
        ranked.insert(1, "score", score)
        return ranked.sort_values("score", kind="stable", ignore_index=True)

    def robustness(self) -> dict[str, pd.DataFrame]:
        """How sure the plan is: every set scored again in every world that the config names.

        Returns
        -------
        ``worlds``, ``near_best``, ``site_frequency``, ``replacements``, ``regret``, ``weights`` and, where
        the config asks for draws, tables of these.

        Raises
        ------
        ConfigError
            Where the plan was found from tables alone: nothing is known of other worlds.
        """
        scenario = self._of_scenario("robustness")
        trials = try_worlds(scenario.ground, scenario.config, self.siting)
        score, within = scenario.config.siting.score, scenario.config.robustness.near_best
        tables = evidence.robustness_tables(self.siting, trials, score, within=within)
        return {name.removesuffix(".csv"): table for name, table in tables.items()}

    def explore(self, column: str = "minutes_planned") -> "folium.Map":
        """A map that needs no connection: a zone's colour is its minutes, a touch tells the rest.

        Parameters
        ----------
        column
            A column of ``zones``: minutes (or any other number, in five classes of equal count), or
            words, such as ``site_id_planned``.

        Raises
        ------
        ConfigError
            Where there is no such column, or it is not known where the zones lie.
        """
        credit, background = "", None
        if self.scenario is not None and isinstance(self.zones, gpd.GeoDataFrame):
            data = self.scenario.ground.data
            credit, background = sources.credits_of(data), background_of(data, self.zones)
        return explore_plan(Drawn(self.zones, self.sites, self.bands_min, credit, background), column)

    def write(self, *, out: str | Path = "outputs", maps: str | Path = "maps") -> list[Path]:
        """Write what ``clinic-siting run`` writes: plan, tables, report and the offline page.

        Parameters
        ----------
        out, maps
            Folders; a folder and a page of the scenario's name there are replaced.

        Returns
        -------
        Paths written, the page last.
        """
        scenario = self._of_scenario("write")
        answer = pipeline.answer_of(scenario.ground, self.siting, scenario.config)
        return publish.publish(answer, scenario.config, out=Path(out), maps=Path(maps), announce=silent)

    def _of_scenario(self, what: str) -> Scenario:
        if self.scenario is None:
            raise ConfigError(
                f"{what}: this plan was found from tables alone; site() makes one of a scenario."
            )
        return self.scenario


def site(
    scenario: Scenario, *, n_open: int | None = None, weights: Mapping[str, float] | None = None
) -> Plan:
    """Choose the sites of a scenario with the lowest score.

    Parameters
    ----------
    scenario
        Its config says what a plan must obey; :meth:`Scenario.with_settings` changes it.
    n_open, weights
        Number of new sites and weights of the score, in place of the config's; a term that
        ``weights`` leaves out counts for nothing.

    Raises
    ------
    InfeasibleError
        Where no set obeys the rules, saying which clash.
    ClinicSitingError
        Whatever another stage refuses.
    """
    changes: dict[str, object] = {} if n_open is None else {"open": n_open}
    if weights is not None:
        none = dict.fromkeys(type(scenario.config.siting.weights).model_fields, 0)
        changes["weights"] = none | dict(weights)
    if changes:
        scenario = scenario.with_settings({"siting": changes})
    ground, config = scenario.ground, scenario.config
    siting = pipeline.choose(ground, config)
    outcome = pipeline.measure(ground, siting, config)
    zones = report.zone_table(ground.zones, ground.demand.to_frame("demand"), outcome.today, outcome.planned)
    return Plan(
        siting=siting,
        measures=outcome.measures.table,
        zones=points(zones.join(ground.zones.table[["lon", "lat"]])),
        sites=points(with_chosen(ground.sites.table, siting)),
        bands_min=config.access.bands_min,
        scenario=scenario,
    )


def with_chosen(table: pd.DataFrame, found: Siting) -> pd.DataFrame:
    """Sites, and whether the plan opens them."""
    return table.assign(chosen=table.index.isin(found.plan.chosen))
