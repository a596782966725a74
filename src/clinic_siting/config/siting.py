"""The `siting:` block: what may be chosen, what must be obeyed, what is minimised."""

import difflib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from clinic_siting.config.kinds import Amount, Block, Change, Count, Group, Minutes, Names, Weight
from clinic_siting.errors import ConfigError
from clinic_siting.siting import Rules, Score, grammar


class WeightsBlock(Block):
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
    __pydantic_extra__: dict[str, Group] = Field(init=False)

    at_least: Count = Field(0, description="Smallest number of new sites in the group.")
    at_most: Count | None = Field(None, description="Largest number of new sites.")

    @property
    def where(self) -> Mapping[str, tuple[str, ...]]:
        """Column → values that put a site into the group."""
        return dict(self.__pydantic_extra__)

    @model_validator(mode="after")
    def _some_group(self) -> "RequirementBlock":
        if not self.__pydantic_extra__:
            raise ValueError("name a group, for instance `county: [Kent]`")
        for column in self.__pydantic_extra__:
            near = difflib.get_close_matches(column, ("at_least", "at_most"), n=1, cutoff=0.75)
            if near:
                raise ValueError(f"{column}: unknown key; did you mean {near[0]}?")
        return self


class GuardRailBlock(Block):
    """A limit in minutes on the mean journey of every group of patients."""

    group: str = Field(description="Column of the zones, for instance imd_decile or alliance_name.")
    mean_at_most_min: Minutes | None = Field(None, description="No group's mean may exceed these minutes.")
    worse_by_at_most_min: Change | None = Field(
        None,
        description="No group's mean may exceed its own mean today by more than these minutes; below 0 every "
        "group must be better off by as many.",
    )


class ThenBlock(Block):
    """A second objective, among the plans that are nearly best at the first."""

    objective: str = Field(description="mean, max, coverage, worst_tenth, mad, sd, gini or gap.")
    within: Amount = Field(
        0.01, description="How far from the first objective's best a plan may be, as a share of it."
    )


class SitingBlock(Block):
    """What the model may choose and what it minimises."""

    open: Annotated[Count, Field(gt=0)] = Field(2, description="Number of new sites.")
    weights: WeightsBlock = WeightsBlock()
    variation: Literal["mad", "sd", "gini"] = Field(
        "mad",
        description="Spread as mean absolute deviation or standard deviation (minutes), or Gini (0 to 1).",
    )
    then: ThenBlock | None = Field(
        None, description="A second objective, among the plans that are nearly best at the first."
    )
    require: tuple[RequirementBlock, ...] = Field((), description="Requirements on the new sites' groups.")
    force: Names = Field((), description="Ids of candidates that must be chosen.")
    forbid: Names = Field((), description="Ids of candidates that must not be chosen.")
    either: tuple[Group, ...] = Field(
        (), description="Lists of candidates; of each list exactly one is chosen."
    )
    min_apart_min: Minutes = Field(
        0, description="Smallest way in minutes between a new site and any other open one; 0 = no limit."
    )
    cost: dict[str, Amount] = Field({}, description="Cost of opening a candidate, in any one unit.")
    budget: Amount | None = Field(
        None, description="Largest sum of the new sites' costs; every candidate then needs a cost."
    )
    capacity: dict[str, Amount] = Field(
        {},
        description="Most demand a year a site can take; patients beyond it go to their next nearest.",
    )
    min_volume: Amount = Field(0, description="Smallest viable demand a year of each new site.")
    guard_rails: tuple[GuardRailBlock, ...] = Field((), description="Limits on the mean of every group.")
    close: Names = Field((), description="Ids of existing sites that close.")
    relocate: Count = Field(0, description="Number of existing sites that the model may close by its choice.")
    phases: tuple[Annotated[Count, Field(gt=0)], ...] = Field(
        (),
        description="Numbers of sites opened one phase after another, for instance [1, 1]; their sum is "
        "`open`. `plan.json` then holds the order with the best objective on average over the phases, "
        "and by how much each phase is worse than as many sites at once (what nesting costs).",
    )
    unverified_sites: Literal["closed", "open", "both"] = Field(
        "closed",
        description="Candidates that may already run such a clinic, which nobody could confirm: "
        "closed = not open today, still candidates; open = existing; both = the plan with the smallest "
        "largest regret over these two worlds, its figures those of the closed one.",
    )

    @model_validator(mode="after")
    def _holds_together(self) -> "SitingBlock":
        """What the model would refuse is refused while the file is read, not a minute later."""
        try:
            _ = self.asked
        except ConfigError as refusal:
            raise ValueError("; ".join([refusal.verdict, *refusal.rows])) from refusal
        return self

    @property
    def asked(self) -> grammar.SitingBlock:
        """The block in the model's own words, by the grammar that a rules file has too."""
        return grammar.read_block(self.model_dump(exclude_none=True, exclude={"cost"}))

    @property
    def rules(self) -> Rules:
        """The constraints in the model's own words."""
        return self.asked.rules

    @property
    def score(self) -> Score:
        """The objective in the model's own words."""
        return Score(weights=self.weights.model_dump(), variation=self.variation)
