"""What a planner may turn: every key with its meaning, unit and range."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from clinic_siting.config.kinds import (
    Block,
    Count,
    Draws,
    Group,
    Minutes,
    Names,
    Weight,
    ascending,
    number,
    tile_address,
)
from clinic_siting.config.siting import SitingBlock


class AddedSiteBlock(Block):
    """A planner's own candidate: a place that the data set has no site for."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,29}$")] = Field(
        description="Its id: letters, digits and hyphens, unlike any in the data set."
    )
    name: Annotated[str, Field(min_length=1, max_length=100)] = Field(description="Name, for readers.")
    lon: Annotated[float, BeforeValidator(number), Field(ge=-180, le=180, allow_inf_nan=False)] = Field(
        description="Degrees east."
    )
    lat: Annotated[float, BeforeValidator(number), Field(ge=-90, le=90, allow_inf_nan=False)] = Field(
        description="Degrees north."
    )


class SitesBlock(Block):
    """Which sites play."""

    candidates: Literal["in_area", "all"] = Field(
        "in_area", description="Candidates that may be opened: those inside the area, or all of the data set."
    )
    existing: Literal["in_area", "all"] = Field(
        "all",
        description="Existing clinics that count: all of them, wherever they are, or those in the area.",
    )
    added: Annotated[tuple[AddedSiteBlock, ...], Field(max_length=100)] = Field(
        (),
        description="Further candidates, wherever they lie; each belongs to the county, board and alliance "
        "of the zone nearest to it.",
    )


class DemandBlock(Block):
    """How much care each zone needs."""

    model: Literal["incidence", "population", "referrals"] = Field(
        "incidence",
        description="Expected cases a year from national rates by age (modelled), people (observed), or "
        "referrals a year from a column `referrals` of the zones (a planner's own).",
    )
    deprivation: Weight = Field(
        0,
        description="Extra weight of a patient in the most deprived tenth, falling evenly to 0 in the "
        "least deprived: demand × (1 + deprivation × (10 − decile) ÷ 9). No unit; a planner's judgement. "
        "0.5: one such patient counts as one and a half. Clinics' volumes stay unweighted.",
    )
    own: str | None = Field(
        None,
        description="CSV or Parquet file of a planner's own `referrals` a year (without this column each "
        "row is one), sought beside the config, then one level up, for `model: referrals`. A column "
        "`zone_id`, `lsoa`, `msoa` or `postcode` says where; a zone that the file lacks has none.",
    )
    no_car: Weight = Field(
        0,
        description="Extra weight of a patient without a car: demand × (1 + … + no_car × share of "
        "households without a car). No unit; a planner's judgement. Clinics' volumes stay unweighted.",
    )


class GateBlock(Block):
    """A line that costs extra minutes to cross: a bridge, a tunnel, a toll."""

    name: Annotated[str, Field(min_length=1, max_length=100)] = Field(description="Name, for readers.")
    line: Annotated[tuple[tuple[float, float], ...], Field(min_length=2, max_length=100)] = Field(
        description="Points [lon, lat] in degrees; every directed link that crosses the line pays."
    )
    minutes: Minutes = Field(0, description="Minutes of one crossing (assumed).")


class TravelBlock(Block):
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
    congestion: dict[str, Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]] = Field(
        {}, description="Factor on the minutes of a highway authority's roads, by code or name (assumed)."
    )
    gates: tuple[GateBlock, ...] = Field((), description="Crossings that cost extra minutes.")
    own_times: str | None = Field(
        None,
        description="CSV or Parquet file of a planner's own minutes (peak, public transport), wide or long, "
        "sought beside the config, then one level up; it replaces ours for the pairs it has.",
    )


class AccessBlock(Block):
    """What counts as near enough."""

    standard_min: Annotated[Minutes, Field(gt=0)] = Field(
        45, description="Access standard in minutes, inclusive (a planning assumption, not a national rule)."
    )
    bands_min: Annotated[
        tuple[Annotated[Minutes, Field(gt=0)], ...],
        Field(min_length=1, max_length=8),
        AfterValidator(ascending),
    ] = Field((15, 30, 45, 60), description="Thresholds of isochrones and map colours, in minutes.")
    allow_unreachable: bool = Field(
        default=False,
        description="Go on although some zones have no road to any site; they are counted and named.",
    )


class ReducedBlock(Block):
    """Existing clinics that serve fewer than today; patients beyond go to their next nearest."""

    name: str = Field("", max_length=100, description="Name, for readers; the sites' where empty.")
    sites: Group = Field(description="Ids of existing clinics.")
    share: Annotated[float, BeforeValidator(number), Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        0.5, description="Share of today's demand that each still takes (assumed)."
    )


class RobustnessBlock(Block):
    """Under which other assumptions every set of sites is scored again; they change no plan."""

    sets: Annotated[Count, Field(gt=0)] = Field(
        500, description="So many of the best sets are scored in every other world."
    )
    periods: Literal["all"] | Names = Field(
        "all", description="Other times of day to try: all of the data set, or some."
    )
    gates_min: tuple[Minutes, ...] = Field(
        (5, 10, 15), description="More minutes to try at each of `travel.gates` (assumed)."
    )
    demand_models: tuple[Literal["incidence", "population", "referrals"], ...] = Field(
        ("incidence", "population"), description="Other models of demand to try."
    )
    areas: dict[str, dict[str, Group]] = Field(
        {}, description="Other areas to try, by a name for readers: column of the zones → values."
    )
    unverified_sites: bool = Field(
        default=True, description="Try the world in which unverified clinics are open today."
    )
    close_each: bool = Field(default=True, description="Try each existing clinic closed in turn.")
    reduced: tuple[ReducedBlock, ...] = Field((), description="Existing clinics to try at reduced capacity.")
    speed_draws: Draws = Field(
        0, description="Seeded draws of speeds, each road class by its own factor; about half a second each."
    )
    speed_spread: Annotated[float, BeforeValidator(number), Field(gt=0, lt=1)] = Field(
        0.15, description="Largest relative error of a class's speed (assumed)."
    )
    demand_draws: Draws = Field(
        0, description="Seeded draws of demand, each local authority by its own factor."
    )
    demand_spread: Annotated[float, BeforeValidator(number), Field(gt=0, lt=1)] = Field(
        0.10, description="Largest relative error of an authority's demand (assumed)."
    )
    seed: Count = Field(1, description="Of the draws; the same seed gives the same draws.")
    near_best: Annotated[float, BeforeValidator(number), Field(ge=0, le=1)] = Field(
        0.01, description="Relative distance from the best score within which a set counts as near-best."
    )


class SolverBlock(Block):
    """Which solver chooses the sites, and how long it may think."""

    name: Annotated[str, Field(min_length=1, max_length=50)] = Field(
        "HiGHS",
        description="Any solver that PuLP finds on this machine, by PuLP's name for it. Only HiGHS gives a "
        "bound, without which some plans with many sites cannot be proved.",
    )
    time_limit_s: Annotated[float, BeforeValidator(number), Field(gt=0, allow_inf_nan=False)] = Field(
        120,
        description="Seconds for choosing the sites, all together; the best plan so far is kept. Where "
        "phases or `unverified_sites: both` are asked for, the plan has half of them, and these share what "
        "it leaves. Travel times, other worlds, maps and the report are not counted.",
    )


class TilesBlock(Block):
    """An online background that a reader of the map may switch on; until then the map asks for nothing."""

    address: Annotated[
        str, Field(max_length=300, pattern=r"^https://[^\s\"'<>]+$"), AfterValidator(tile_address)
    ] = Field(description="Address of a tile, with {z}, {x} and {y}; https alone.")
    credit: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="Whose work it is, as its licence asks."
    )


class Config(Block):
    """One scenario: everything a planner may turn, with its meaning and unit.

    Raises
    ------
    ConfigError
        From :func:`read_config`, for whatever the file has wrong.
    """

    name: str = Field(exclude=True, description="The scenario: the config file's stem.")
    folder: Path = Field(exclude=True, description="Folder of the config file.")
    title: str = Field("", max_length=200, description="Headline of the map; made from the plan where empty.")
    question: str = Field(
        "",
        max_length=200,
        description="What the scenario asks, in a line: the list of maps tells it by this.",
    )
    data: str = Field("data/lsesn", description="Data folder, sought beside the config, then one level up.")
    area: dict[str, Group] = Field(
        min_length=1, description="Zones whose patients count: column of the zones → values."
    )
    sites: SitesBlock = SitesBlock()
    demand: DemandBlock = DemandBlock()
    travel: TravelBlock = TravelBlock()
    access: AccessBlock = AccessBlock()
    siting: SitingBlock = SitingBlock()
    robustness: RobustnessBlock = RobustnessBlock()
    solver: SolverBlock = SolverBlock()
    tiles: TilesBlock | None = Field(None, description="An online background for the map.")

    @property
    def data_folder(self) -> Path:
        """The data folder, beside the config file or one level up."""
        return self._sought(self.data)

    @property
    def own_times_file(self) -> Path | None:
        """The planner's own travel times, beside the config file or one level up."""
        return None if self.travel.own_times is None else self._sought(self.travel.own_times)

    @property
    def own_demand_file(self) -> Path | None:
        """The planner's own referrals, beside the config file or one level up."""
        return None if self.demand.own is None else self._sought(self.demand.own)

    def at(self, period: str) -> "Config":
        """The same scenario at another time of day; an empty period changes nothing."""
        if not period:
            return self
        return self.model_copy(update={"travel": self.travel.model_copy(update={"period": period})})

    def with_draws(self, *, speed_draws: int, demand_draws: int) -> "Config":
        """The same scenario with other numbers of seeded draws."""
        draws = {"speed_draws": speed_draws, "demand_draws": demand_draws}
        return self.model_copy(update={"robustness": self.robustness.model_copy(update=draws)})

    def _sought(self, path: str) -> Path:
        places = [base / path for base in (self.folder, self.folder.parent)]
        return next((place for place in places if place.exists()), places[-1])
