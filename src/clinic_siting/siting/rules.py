"""What a plan must obey, in a planner's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

from clinic_siting.errors import ConfigError

# Larger numbers are slips, and sums of them leave what a solver can hold.
MOST_COUNT, MOST_AMOUNT = 10**9, 1e12


@dataclass(frozen=True, slots=True)
class Requirement:
    """Bounds on the number of new sites in a group.

    Attributes
    ----------
    where
        Column of the sites' table (or ``site_id``) → the values that count; a site counts where
        every column has one of its values.
    at_least, at_most
        Number of new sites; None is no upper bound.

    Raises
    ------
    ConfigError
        Where no site could be counted or the bounds contradict each other.
    """

    where: Mapping[str, tuple[str, ...]]
    at_least: int = 0
    at_most: int | None = None

    def __post_init__(self) -> None:
        """Check."""
        if not self.where or not all(self.where.values()):
            raise ConfigError("a requirement must name a column of the sites and at least one value.")
        most = MOST_COUNT if self.at_most is None else self.at_most
        if not 0 <= self.at_least <= most <= MOST_COUNT:
            raise ConfigError(f"a requirement contradicts itself: {self}.")

    def __str__(self) -> str:
        """Say it in words."""
        bounds = [f"at least {self.at_least}"] if self.at_least or self.at_most is None else []
        bounds += [] if self.at_most is None else [f"at most {self.at_most}"]
        places = " and ".join(f"{column} {' or '.join(values)}" for column, values in self.where.items())
        return f"{' and '.join(bounds)} of the new sites in {places}"


@dataclass(frozen=True, slots=True)
class GuardRail:
    """A limit on the mean minutes of every group of patients.

    Attributes
    ----------
    group
        Column of the groups, for instance ``imd_decile`` or ``alliance_name``.
    mean_at_most_min
        No group's mean may exceed these minutes.
    worse_by_at_most_min
        No group's mean may exceed its own mean today by more than these minutes; below 0 every group
        must be better off by as many.

    Raises
    ------
    ConfigError
        Where there is no limit, or one that is not a finite number.
    """

    group: str
    mean_at_most_min: float | None = None
    worse_by_at_most_min: float | None = None

    def __post_init__(self) -> None:
        """Check."""
        limits = [x for x in (self.mean_at_most_min, self.worse_by_at_most_min) if x is not None]
        if not limits or not all(map(isfinite, limits)):
            raise ConfigError(f"guard_rails: the one on {self.group} has no limit in minutes.")

    def __str__(self) -> str:
        """Say it in words."""
        most, worse = self.mean_at_most_min, self.worse_by_at_most_min
        words = [] if most is None else [f"have a mean above {most:g} minutes"]
        if worse is not None and worse < 0:
            words.append(f"be better off than today by less than {-worse:g} minutes")
        elif worse is not None:
            words.append(f"be worse off than today by more than {worse:g} minutes")
        return f"no {self.group} may {' or '.join(words)}"


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that a plan must obey.

    Attributes
    ----------
    n_open
        Number of new sites.
    require
        Bounds on groups of new sites.
    force, forbid
        Ids of candidates that must, or must not, be among the new sites.
    either
        Of each tuple of candidates exactly one must be opened.
    min_apart_min
        Smallest way, in minutes, between a new site and any other open one; 0 is no limit. The
        way between two sites is the shortest through the starting point of any zone.
    budget
        Largest sum of the column ``cost`` over the new sites; None is no limit.
    capacity
        Site → the most demand that it can take; patients beyond it go to their next nearest.
    min_volume
        Smallest viable demand of each new site; 0 is no limit.
    guard_rails
        Limits on the mean minutes of groups of patients.
    close
        Ids of existing sites that close.
    relocate
        How many existing sites the model closes, of its own choice.

    Raises
    ------
    ConfigError
        On a number that cannot be, a repeated id, or ids that contradict each other.
    """

    n_open: int
    require: tuple[Requirement, ...] = ()
    force: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()
    min_apart_min: float = 0.0
    budget: float | None = None
    capacity: Mapping[str, float] = field(default_factory=dict)
    min_volume: float = 0.0
    guard_rails: tuple[GuardRail, ...] = ()
    close: tuple[str, ...] = ()
    relocate: int = 0

    def __post_init__(self) -> None:
        """Check."""
        if not 0 <= self.n_open <= MOST_COUNT:
            raise ConfigError(f"open: the number of new sites cannot be {self.n_open}.")
        if not 0 <= self.relocate <= MOST_COUNT:
            raise ConfigError(f"relocate: the number of sites to close cannot be {self.relocate}.")
        both = sorted(set(self.force) & set(self.forbid))
        if both:
            raise ConfigError(f"{len(both)} site(s) are both forced and forbidden: decide which.", both)
        numbers = {
            "min_apart_min": self.min_apart_min,
            "budget": 0.0 if self.budget is None else self.budget,
            "min_volume": self.min_volume,
            **{f"capacity of {site}": room for site, room in self.capacity.items()},
        }
        wrong = [f"{name}: {x}" for name, x in numbers.items() if not 0 <= x <= MOST_AMOUNT]
        if wrong:
            raise ConfigError(f"siting: these must be numbers from 0 to {MOST_AMOUNT:g}.", wrong)
        if not all(len(set(sites)) == len(sites) > 1 for sites in self.either):
            raise ConfigError("either: each must name two or more different candidates.")

    @property
    def depend_on_access(self) -> bool:
        """Whether some rule can only be judged once it is known who goes where."""
        return bool(self.capacity or self.min_volume or self.guard_rails)
