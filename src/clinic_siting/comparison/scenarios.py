"""Run scenarios one after the other, up to their measures: no maps, no other worlds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from clinic_siting import pipeline, sources
from clinic_siting.config import Config
from clinic_siting.errors import ConfigError
from clinic_siting.ground import Announce, Ground, lay_ground, silent
from clinic_siting.sharing import share_outcome
from clinic_siting.siting import Siting

STAGES = ("Comparing scenarios",)


@dataclass(frozen=True, slots=True, eq=False)
class ComparedAnswer:
    """One scenario's answer, as far as it is compared.

    Attributes
    ----------
    config, siting
        What was asked, and the choice.
    measures
        Tidy: ``grouping``, ``group``, ``measure``, ``today``, ``planned``, ``change``, ``unit``, ``status``.
    volumes
        On the sites in play: patients ``today`` and ``planned``.
    names
        Name by id, of every site.
    existing
        Ids of the clinics that are open today.
    credits, vintages
        Of the figures, for the small print.
    """

    config: Config
    siting: Siting
    measures: pd.DataFrame
    volumes: pd.DataFrame
    names: pd.Series
    existing: pd.Index
    credits: str
    vintages: tuple[str, ...]

    @property
    def name(self) -> str:
        """The config file's stem."""
        return self.config.name

    @property
    def called(self) -> str:
        """What the scenario asks, in quotation marks, as a sentence names it; without a question its name."""
        return f"“{self.config.question}”" if self.config.question else self.name

    @property
    def name_by_id(self) -> dict[str, str]:
        """Names of all sites."""
        return {str(site): str(name) for site, name in self.names.items()}

    def named(self, sites: Iterable[str]) -> str:
        """Names of sites, in words."""
        return " and ".join(str(self.names[site]) for site in sorted(sites))

    def figure(self, measure: str, when: str) -> float:
        """A measure of everyone, ``today`` or ``planned``."""
        rows = self.measures[
            (self.measures["grouping"] == "everyone") & (self.measures["measure"] == measure)
        ]
        return float(rows[when].iloc[0])


def compare_scenarios(configs: Sequence[Config], *, announce: Announce = silent) -> list[ComparedAnswer]:
    """Answer several scenarios.

    Parameters
    ----------
    configs
        At least two, with different names; the first is the one that others are compared with.
    announce
        Called as each scenario begins.

    Returns
    -------
    One answer a scenario, in the order given.

    Raises
    ------
    ConfigError
        Where there are fewer than two, or two of one name.
    """
    names = [config.name for config in configs]
    if len(names) < 2:
        raise ConfigError("compare: name two or more config files.", names)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError("compare: two config files have one name; rename one.", twice)
    found = []
    for config in configs:
        announce(f"{STAGES[0]}: {config.name}")
        ground = lay_ground(config)
        found.append(compared_answer(ground, pipeline.choose(ground, config), config))
    return found


def compared_answer(ground: Ground, siting: Siting, config: Config) -> ComparedAnswer:
    """A choice as far as it is compared; real counts of patients are made fit to be shared.

    Parameters
    ----------
    ground, siting, config
        Where the choice stands, the choice, and what was asked, under the name to compare it by.
    """
    outcome = pipeline.measure(ground, siting, config)
    if config.demand.model == "referrals":
        siting, outcome = share_outcome(ground, siting, outcome)
    return ComparedAnswer(
        config=config,
        siting=siting,
        measures=outcome.measures.table,
        volumes=outcome.volumes,
        names=ground.sites.table["name"],
        existing=ground.sites.existing,
        credits=sources.credits_of(ground.data),
        vintages=tuple(ground.data.manifest["vintage"]),
    )
