"""One answer to a wish, in the order in which it can be shown: figures, then the map, then how sure."""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from clinic_siting import evidence, pipeline, publish
from clinic_siting.comparison import ComparedAnswer, compared_answer
from clinic_siting.config import Config
from clinic_siting.errors import ConfigError
from clinic_siting.ground import Announce, Ground
from clinic_siting.maps import Backdrop, render_map
from clinic_siting.results import result_tables
from clinic_siting.sharing import share_counts
from clinic_siting.siting import Siting
from clinic_siting.trials import TRYING, try_worlds
from clinic_siting.warm import Warm, ground_key

PAINTING, COMPARING = "Drawing the map", "Measuring what was kept"
# The map of an answer comes first; other worlds are tried once it is on the screen.
NO_WORLDS = {
    "periods": (),
    "gates_min": (),
    "demand_models": (),
    "areas": {},
    "unverified_sites": False,
    "close_each": False,
    "reduced": (),
    "speed_draws": 0,
    "demand_draws": 0,
}
# Beside other plans the means of these groups tell who gains.
GAINING = ("alliance_name", "imd_decile")
QUICKEST = 1


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A plan, as soon as it is known.

    Attributes
    ----------
    config, siting
        What was asked, and the choice.
    names
        Name by id, of every site.
    candidates
        Ids of those that may open.
    ground_key
        Equal for two answers that stand on the same minutes and the same demand.
    """

    config: Config
    siting: Siting
    names: Mapping[str, str]
    candidates: tuple[str, ...]
    ground_key: str

    @property
    def planned(self) -> Mapping[str, float]:
        """Measures with the plan, from the ranking's row of it."""
        ranking = self.siting.ranking
        row = next(
            k for k, ids in enumerate(ranking["sites"]) if tuple(sorted(ids)) == self.siting.plan.chosen
        )
        return {str(name): value for name, value in ranking.iloc[row].items() if name != "sites"}


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A plan's page, and what of it stands beside other plans.

    Attributes
    ----------
    page
        HTML, gzipped.
    gains
        Grouping, group, and the group's average journey today and with the plan, in minutes.
    sure
        How the plan fares in other worlds, in sentences; None before it was tried there.
    """

    page: bytes
    gains: tuple[tuple[str, str, float, float], ...]
    sure: tuple[str, ...] | None


def find(warm: Warm, config: Config, placed: tuple[str, ...], announce: Announce) -> Iterator[Found]:
    """The choice.

    Parameters
    ----------
    warm, config
        The model, and what is asked of it.
    placed
        Ids of sites that the visitor placed herself; a run would pass over one that nobody can reach.
    announce
        Called with the name of each stage as it begins.

    Raises
    ------
    ClinicSitingError
        Whatever a stage refuses.
    """
    ground = warm.ground(config, announce)
    _refuse_out_of_reach(ground, placed, config.travel.max_snap_m)
    announce(pipeline.CHOOSING)
    siting = pipeline.choose(ground, config)
    names = {str(site): str(name) for site, name in ground.sites.table["name"].items()}
    yield Found(config, siting, names, tuple(ground.sites.candidates), ground_key(config))


def _refuse_out_of_reach(ground: Ground, placed: tuple[str, ...], most_m: float) -> None:
    """Refuse a site in the sea: it would stand among the candidates and serve nobody."""
    ways = ground.site_snap.of(placed)
    far = [ground.sites.name_of(site) for site in ways.index[~np.isfinite(ways.minutes)]]
    if far:
        raise ConfigError(
            f"{len(far)} site(s) of your own cannot be reached: over {most_m:,.0f} m from every road.",
            far,
        )


def show(warm: Warm, config: Config, found: Found, backdrop: Backdrop, announce: Announce) -> Iterator[Sheet]:
    """The page that a run would write: first of the plan alone, then tried in every world.

    Parameters
    ----------
    warm, config
        The model, and what was asked.
    found
        The choice.
    backdrop
        What is the same on every map.
    announce
        Called with the name of each stage and of each world.
    """
    ground = warm.ground(config, announce)
    answer = complete(ground, found, announce)
    announce(PAINTING)
    yield sheet_of(answer, config, backdrop, sure=False)
    answer = with_worlds(answer, config, announce)
    announce(PAINTING)
    yield sheet_of(answer, config, backdrop, sure=True)


def compare(
    warm: Warm, config: Config, found: Found, name: str, announce: Announce
) -> Iterator[ComparedAnswer]:
    """The answer as far as scenarios are compared, under a name of its own.

    Parameters
    ----------
    warm, config
        The model, and what was asked.
    found
        The choice.
    name
        Its name.
    announce
        Called with the name of the stage.
    """
    ground = warm.ground(config, announce)
    announce(f"{COMPARING}: {name}")
    yield compared_answer(ground, found.siting, config.model_copy(update={"name": name, "question": ""}))


def complete(ground: Ground, found: Found, announce: Announce) -> pipeline.Answer:
    """Everything that follows from a choice, in the plan's own world.

    Parameters
    ----------
    ground, found
        Where the choice stands, and the choice.
    announce
        Called with the name of each stage as it begins.
    """
    alone = found.config.robustness.model_copy(update=NO_WORLDS)
    config = found.config.model_copy(update={"robustness": alone})
    return pipeline.answer_of(ground, found.siting, config, announce=announce)


def with_worlds(answer: pipeline.Answer, config: Config, announce: Announce) -> pipeline.Answer:
    """The same answer, its plan tried in every world that the config names.

    Parameters
    ----------
    answer, config
        The answer so far, and the scenario.
    announce
        Called with each world as it is tried.
    """

    def each(world: str) -> None:
        announce(f"{TRYING}: {world}")

    return replace(answer, trials=try_worlds(answer.ground, config, answer.siting, each=each))


def sheet_of(answer: pipeline.Answer, config: Config, backdrop: Backdrop, *, sure: bool) -> Sheet:
    """The page that a run would write, of this answer, and what of it stands beside other plans."""
    if config.demand.model == "referrals":  # nor does a run's page tell of a handful of patients
        answer, _ = share_counts(answer, result_tables(answer, config))
    fingerprint = str(publish.run_record(answer, config)["fingerprint"])
    page = render_map(publish.map_data(answer, config, fingerprint=fingerprint), backdrop)
    words = evidence.trials_in_words(answer.siting, answer.trials, answer.ground.sites.name_of)
    return Sheet(
        page=gzip.compress(page.encode(), compresslevel=QUICKEST, mtime=0),
        gains=_gains(answer),
        sure=tuple(words) if sure else None,
    )


def _gains(answer: pipeline.Answer) -> tuple[tuple[str, str, float, float], ...]:
    table = answer.measures.table
    rows = table[table["grouping"].isin(GAINING) & (table["measure"] == "mean")]
    return tuple(
        (str(grouping), str(group), float(today), float(planned))
        for grouping, group, today, planned in zip(
            rows["grouping"], rows["group"], rows["today"], rows["planned"], strict=True
        )
    )
