"""YAML becomes a frozen :class:`Config`: every key documented, every unknown key refused."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from clinic_siting.errors import ConfigError
from clinic_siting.siting import Requirement, Rules, Score

LARGEST_CONFIG_BYTES = 1_000_000


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str | int) and not isinstance(value, bool) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Minutes = Annotated[float, Field(ge=0, le=24 * 60, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _ascending(bands: tuple[float, ...]) -> tuple[float, ...]:
    if list(bands) != sorted(set(bands)):
        raise ValueError("thresholds must ascend and differ")
    return bands


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class SitesBlock(_Block):
    """Which sites play."""

    candidates: Literal["in_area", "all"] = Field(
        "in_area", description="Candidates that may be opened: those inside the area, or all of the data set."
    )
    existing: Literal["in_area", "all"] = Field(
        "all",
        description="Existing clinics that count: all of them, wherever they are, or those in the area.",
    )


class DemandBlock(_Block):
    """How much care each zone needs."""

    model: Literal["incidence", "population"] = Field(
        "incidence",
        description="Expected cases a year from national rates by age (modelled), or people (observed).",
    )


class TravelBlock(_Block):
    """How long journeys take."""

    period: str = Field(
        "inter_peak",
        description="Time of day: fitted, free_flow, am_peak, inter_peak, pm_peak or off_peak "
        "(Department for Transport's delay profile).",
    )
    door_to_door_min: Minutes = Field(
        0, description="Minutes added to every journey: finding the car, parking, walking in (assumed)."
    )
    max_snap_m: Annotated[float, Field(gt=0, le=100_000)] = Field(
        5000, description="Straight metres; a place farther from every road has no route."
    )


class AccessBlock(_Block):
    """What counts as near enough."""

    standard_min: Annotated[Minutes, Field(gt=0)] = Field(
        45, description="Access standard in minutes, inclusive (a planning assumption, not a national rule)."
    )
    bands_min: Annotated[
        tuple[Annotated[Minutes, Field(gt=0)], ...],
        Field(min_length=1, max_length=8),
        AfterValidator(_ascending),
    ] = Field((15, 30, 45, 60), description="Thresholds of isochrones and map colours, in minutes.")
    allow_unreachable: bool = Field(
        default=False,
        description="Go on although some zones have no road to any site; they are counted and named.",
    )


class WeightsBlock(_Block):
    """Weights of the score; each term is divided by its value today, so 1 means 'as today'."""

    mean: Weight = Field(1, description="Average journey.")
    variation: Weight = Field(1, description="Spread of journeys between patients (see `variation`).")
    worst_tenth: Weight = Field(0, description="Mean journey of the worst-off tenth of patients.")
    beyond_standard: Weight = Field(0, description="Share of patients beyond the access standard.")
    alliance_gap: Weight = Field(0, description="Largest minus smallest mean journey among alliances.")

    @model_validator(mode="after")
    def _some_weight(self) -> "WeightsBlock":
        if not any(self.model_dump().values()):
            raise ValueError("at least one weight must be above 0")
        return self


class RequirementBlock(BaseModel):
    """At least or at most so many new sites in a group: ``{county: [Kent], at_least: 1}``."""

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)
    __pydantic_extra__: dict[str, Names] = Field(init=False)

    at_least: Annotated[int, Field(ge=0)] = Field(0, description="Smallest number of new sites in the group.")
    at_most: Annotated[int, Field(ge=0)] | None = Field(None, description="Largest number of new sites.")

    @property
    def where(self) -> Mapping[str, tuple[str, ...]]:
        """Column → values that put a site into the group."""
        return dict(self.__pydantic_extra__)

    @model_validator(mode="after")
    def _some_group(self) -> "RequirementBlock":
        if not self.__pydantic_extra__:
            raise ValueError("name a group, for instance `county: [Kent]`")
        return self


class SitingBlock(_Block):
    """What the model may choose and what it minimises."""

    open: PositiveInt = Field(2, description="Number of new sites.")
    weights: WeightsBlock = WeightsBlock()
    variation: Literal["mad", "sd", "gini"] = Field(
        "mad",
        description="Spread as mean absolute deviation or standard deviation (minutes), or Gini (0 to 1).",
    )
    require: tuple[RequirementBlock, ...] = Field((), description="Requirements on the new sites' groups.")
    force: Names = Field((), description="Ids of candidates that must be chosen.")
    forbid: Names = Field((), description="Ids of candidates that must not be chosen.")
    unverified_sites: Literal["closed", "open", "both"] = Field(
        "closed",
        description="Candidates that may already run such a clinic, which nobody could confirm: "
        "closed = not open today, still candidates; open = existing; both = not available yet.",
    )

    @property
    def rules(self) -> Rules:
        """The constraints in the model's own words."""
        require = tuple(Requirement(r.where, r.at_least, r.at_most) for r in self.require)
        return Rules(n_open=self.open, require=require, force=self.force, forbid=self.forbid)

    @property
    def score(self) -> Score:
        """The objective in the model's own words."""
        return Score(weights=self.weights.model_dump(), variation=self.variation)


class SolverBlock(_Block):
    """How long the solver may think."""

    time_limit_s: PositiveFloat = Field(120, description="Seconds; the best plan so far is kept.")


class Config(_Block):
    """One scenario: everything a planner may turn, with its meaning and unit.

    Raises
    ------
    ConfigError
        From :func:`read_config`, for whatever the file has wrong.
    """

    name: str = Field(exclude=True, description="The scenario: the config file's stem.")
    folder: Path = Field(exclude=True, description="Folder of the config file.")
    title: str = Field("", max_length=200, description="Headline of the map; made from the plan where empty.")
    data: str = Field("data/lsesn", description="Data folder, sought beside the config, then one level up.")
    area: dict[str, Names] = Field(
        min_length=1, description="Zones whose patients count: column of the zones → values."
    )
    sites: SitesBlock = SitesBlock()
    demand: DemandBlock = DemandBlock()
    travel: TravelBlock = TravelBlock()
    access: AccessBlock = AccessBlock()
    siting: SitingBlock = SitingBlock()
    solver: SolverBlock = SolverBlock()

    @property
    def data_folder(self) -> Path:
        """The data folder, beside the config file or one level up."""
        places = [base / self.data for base in (self.folder, self.folder.parent)]
        return next((place for place in places if place.is_dir()), places[-1])


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice and aliases, which no scenario needs."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not allowed here")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - signature of PyYAML
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float):
                raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is given twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_config(path: Path) -> Config:
    """Read one scenario.

    Parameters
    ----------
    path
        A YAML file; its stem is the scenario's name.

    Returns
    -------
    The frozen config, every default filled in.

    Raises
    ------
    ConfigError
        Where the file is missing, is not YAML, or has an unknown key (the nearest known key is
        named) or a value that makes no sense; all problems are listed together.
    """
    given = _read_yaml(path)
    try:
        return Config(**{**given, "name": path.stem, "folder": path.parent.resolve()})
    except ValidationError as problem:
        rows = [_explain(error) for error in problem.errors(include_url=False)]
        raise ConfigError(f"{path}: {len(rows)} setting(s) to mend.", rows) from problem


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except FileNotFoundError as problem:
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.glob("*.y*ml")], n=1)
        hint = f" Did you mean {path.parent / near[0]}?" if near else ""
        raise ConfigError(f"{path}: no such config file.{hint}") from problem
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}.") from problem
    if len(content) > LARGEST_CONFIG_BYTES:
        raise ConfigError(f"{path} is {len(content):,} bytes long; a config has at most a million.")
    try:
        given = yaml.load(content.decode("utf-8-sig"), Loader=_StrictLoader)  # noqa: S506 - the loader is a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as problem:
        reason = " ".join(str(problem).split()) or type(problem).__name__
        raise ConfigError(f"{path} is not readable YAML: {reason}.") from problem
    if not isinstance(given, dict) or not given:
        raise ConfigError(f"{path}: expected keys such as `area:` and `siting:`, found none.")
    reserved = {"name", "folder"} & given.keys()
    wrong = [key for key in given if not isinstance(key, str)]
    if wrong or reserved:
        raise ConfigError(f"{path}: unknown key(s) {', '.join(map(str, [*wrong, *sorted(reserved)]))}.")
    return given


def _explain(error: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails, a TypedDict of a private module
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(
            str(error["loc"][-1]), _known_keys(error["loc"][:-1]), n=1, cutoff=0.5
        )
        hint = (
            f"did you mean {near[0]}?" if near else "known here: " + ", ".join(_known_keys(error["loc"][:-1]))
        )
        return f"{where}: unknown key; {hint}"
    message = str(error["msg"]).removeprefix("Value error, ")
    given = repr(error["input"])
    return f"{where}: {message[0].lower()}{message[1:]} (given {given[:60]}{'…' if len(given) > 60 else ''})"


def _known_keys(parents: tuple[str | int, ...]) -> list[str]:
    block: type[BaseModel] = Config
    for part in parents:
        annotation = block.model_fields[str(part)].annotation if str(part) in block.model_fields else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            break
        block = annotation
    return [name for name in block.model_fields if name not in {"name", "folder"}]
