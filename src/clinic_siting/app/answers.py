"""One answer to a wish, in the order in which it can be shown: figures, then the map, then how sure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import yaml

from clinic_siting import isochrones, pipeline, publish, sources
from clinic_siting.comparison import ComparedAnswer
from clinic_siting.config import Config
from clinic_siting.ground import Announce, Ground
from clinic_siting.maps import Backdrop, draw_backdrop, render_map
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


def find(ground: Ground, config: Config, announce: Announce) -> Iterator[Found]:
    """The choice on a ground.

    Parameters
    ----------
    ground, config
        Where it is made, and what is asked.
    announce
        Called with the name of each stage as it begins.

    Raises
    ------
    ClinicSitingError
        Whatever a stage refuses.
    """
    announce(pipeline.CHOOSING)
    siting = pipeline.choose(ground, config)
    names = {str(site): str(name) for site, name in ground.sites.table["name"].items()}
    yield Found(config, siting, names, tuple(ground.sites.candidates), ground_key(config))


def show(
    ground: Ground, config: Config, found: Found, backdrop: Backdrop, announce: Announce
) -> Iterator[str]:
    """The page that a run would write: first of the plan alone, then tried in every world.

    Parameters
    ----------
    ground, config
        Where the choice stands, and what was asked.
    found
        The choice.
    backdrop
        What is the same on every map.
    announce
        Called with the name of each stage and of each world.
    """
    answer = complete(ground, found, announce)
    announce(PAINTING)
    yield map_of(answer, config, backdrop)
    answer = with_worlds(answer, config, announce)
    announce(PAINTING)
    yield map_of(answer, config, backdrop)


def export(ground: Ground, config: Config, found: Found, folder: Path, announce: Announce) -> Iterator[Path]:
    """Write all that a run writes, and the config, into a folder.

    Parameters
    ----------
    ground, config
        Where the choice stands, and what was asked.
    found
        The choice.
    folder
        Where to.
    announce
        Called with the name of each stage and of each world.
    """
    answer = with_worlds(complete(ground, found, announce), config, announce)
    yield from publish.publish(answer, config, out=folder, maps=folder / "maps", announce=announce)


def compare(
    ground: Ground, config: Config, found: Found, name: str, announce: Announce
) -> Iterator[ComparedAnswer]:
    """The answer as far as scenarios are compared, under a name of its own.

    Parameters
    ----------
    ground, config
        Where the choice stands, and what was asked.
    found
        The choice.
    name
        Its name.
    announce
        Called with the name of the stage.
    """
    announce(f"{COMPARING}: {name}")
    outcome = pipeline.measure(ground, found.siting, config)
    yield ComparedAnswer(
        config=config.model_copy(update={"name": name}),
        siting=found.siting,
        measures=outcome.measures.table,
        volumes=outcome.volumes,
        names=ground.sites.table["name"],
        existing=ground.sites.existing,
        credits=sources.credits_of(ground.data),
        vintages=tuple(ground.data.manifest["vintage"]),
    )


def complete(ground: Ground, found: Found, announce: Announce) -> pipeline.Answer:
    """Everything that follows from a choice, in the plan's own world.

    Parameters
    ----------
    ground, found
        Where the choice stands, and the choice.
    announce
        Called with the name of each stage as it begins.
    """
    config, siting = found.config, found.siting
    announce(pipeline.MEASURING)
    outcome = pipeline.measure(ground, siting, config)
    announce(pipeline.DRAWING)
    drawn = pipeline.draw_isochrones(ground, config, pipeline.open_planned(ground, siting))
    robustness = config.robustness.model_copy(update=NO_WORLDS)
    return pipeline.Answer(
        ground=ground,
        siting=siting,
        isochrones=drawn,
        agreement=isochrones.polygon_agreement(drawn, ground.zones, ground.demand, ground.times),
        today=outcome.today,
        planned=outcome.planned,
        measures=outcome.measures,
        volumes=outcome.volumes,
        trials=try_worlds(ground, config.model_copy(update={"robustness": robustness}), siting),
    )


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


def map_of(answer: pipeline.Answer, config: Config, backdrop: Backdrop) -> str:
    """The page that a run would write, of this answer."""
    fingerprint = str(publish.run_record(answer, config)["fingerprint"])
    return render_map(publish.map_data(answer, config, fingerprint=fingerprint), backdrop)


def backdrop_of(ground: Ground) -> Backdrop:
    """What is the same on every map of an area, on the same data folder."""
    return draw_backdrop(ground.zones, sources.read_boundaries(ground.data), ground.roads)


def sectors_of(warm: Warm) -> pd.DataFrame:
    """Where postcodes lie: index ``sector``; ``lon``, ``lat``."""
    return sources.read_postcode_sectors(warm.tables.data)


def write_config(config: Config, folder: Path | None = None) -> str:
    """YAML that says on the command line what was asked on the page.

    Parameters
    ----------
    config
        What was asked.
    folder
        Where the text will lie; files in it are called by their names alone.
    """
    settings = config.model_dump(mode="json", exclude_none=True)
    settings["data"] = str(config.data_folder.resolve())
    for block, key in (("travel", "own_times"), ("demand", "own")):
        file = config.own_times_file if block == "travel" else config.own_demand_file
        if file is not None:
            inside = folder is not None and file.resolve().is_relative_to(folder.resolve())
            settings[block][key] = file.name if inside else str(file.resolve())
    text: str = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, default_flow_style=None)
    return f"# Written by the planner's page.\n{text}"
