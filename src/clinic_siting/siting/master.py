"""The master of a Benders decomposition: a PuLP model with a binary for each candidate and no more.

Minimise   Σ θ_g                      the cost of each label of zones, times a thousand
subject to θ_g ≥ k_g + Σⱼ a_gⱼ yⱼ     cuts of the objective
           Σ θ′_g ≤ limit             costs that are limited, with cuts of their own
           Σ θ″_g ≤ limit + s         limits that may give way, where s alone is minimised
           Σ_{j near i} yⱼ ≥ 1        zones that must have a site near
           Σ_{j ∈ S} (1 − yⱼ) + Σ_{j ∉ S} yⱼ ≥ 1   sets that are ruled out
           Σⱼ yⱼ = p, the rules, yⱼ binary

Where the number of sites is what is sought, Σⱼ yⱼ is minimised instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pulp

from clinic_siting.siting.constraints import SetRule, add_rows
from clinic_siting.siting.nearest_cost import NearestCost
from clinic_siting.siting.solver import run_model
from clinic_siting.tables import BoolArray, FloatArray, IntArray

# Solvers keep rows to 1e-7; costs a thousand times as large keep their ninth digit.
SCALE = 1000.0
# A cut violated by less than solvers notice would be added for ever.
NOTICED = 5e-7 / SCALE


@dataclass(slots=True)
class Bounded:
    """A cost, its estimate in the model, and what it may not exceed.

    Attributes
    ----------
    cost
        The cost.
    label
        Label of each zone, shape (n,): zones with one label share an estimate.
    limit
        What the cost may not exceed; None: it is the objective.
    gives_way
        Whether the limit may be exceeded; by how much at most is then the objective.
    cuts
        (label, constant, coefficients) of each cut.
    """

    cost: NearestCost
    label: IntArray
    limit: float | None = None
    gives_way: bool = False
    cuts: list[tuple[int, float, FloatArray]] = field(default_factory=list)

    @property
    def n_labels(self) -> int:
        """Number of estimates."""
        return int(self.label.max(initial=-1)) + 1

    def add_cuts(self, at: FloatArray, y: FloatArray, estimate: FloatArray | None) -> int:
        """Add the cuts at one point that the estimate at ``y`` violates; say how many."""
        constants, slopes = self.cost.cut(at, self.label, self.n_labels)
        value = constants + slopes @ y
        violated = value > (-np.inf if estimate is None else estimate + NOTICED)
        for g in np.flatnonzero(violated).tolist():
            self.cuts.append((g, float(constants[g]), slopes[g]))
        return int(violated.sum())


@dataclass(slots=True)
class Master:
    """Everything that the model knows so far.

    Attributes
    ----------
    n_sites, n_open
        Number of candidates, and how many are opened; None: as few as the limits allow.
    lines
        Rules over the candidates.
    costs
        Those without a limit are the objective.
    near
        Rows of sites of which at least one must be open, each of shape (n_sites,).
    ruled_out
        Sets that may not be chosen.
    lower, upper
        Bounds of the openings, shape (n_sites,).
    """

    n_sites: int
    n_open: int | None
    lines: Sequence[SetRule]
    costs: list[Bounded]
    near: list[BoolArray] = field(default_factory=list)
    ruled_out: list[IntArray] = field(default_factory=list)
    lower: FloatArray = field(default_factory=lambda: np.empty(0))
    upper: FloatArray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        """Leave every site free."""
        self.lower, self.upper = np.zeros(self.n_sites), np.ones(self.n_sites)

    def objective_at(self, y: FloatArray, estimates: Sequence[FloatArray]) -> float:
        """The model's own objective: an estimated cost, or the number of sites."""
        if self.n_open is None:
            return float(y.sum())
        beyond = [
            e.sum() - b.limit
            for b, e in zip(self.costs, estimates, strict=True)
            if b.gives_way and b.limit is not None
        ]
        if beyond:
            return float(max(0.0, *beyond))
        return float(sum(e.sum() for b, e in zip(self.costs, estimates, strict=True) if b.limit is None))


@dataclass(frozen=True, slots=True)
class MasterPoint:
    """A solution of the master.

    Attributes
    ----------
    y, reduced_cost
        Openings and their reduced costs, shape (n_sites,); the latter mean nothing for a binary model.
    estimates
        Of each cost, shape (n_labels,) each.
    bound
        What no set can beat; None where the solver gave none.
    finished
        Whether the solver ended before its time limit.
    """

    y: FloatArray
    reduced_cost: FloatArray
    estimates: list[FloatArray]
    bound: float | None
    finished: bool


def build_master(
    master: Master, *, binary: bool
) -> tuple[pulp.LpProblem, list[pulp.LpVariable], list[list[pulp.LpVariable]]]:
    """Write the model as it stands.

    Returns
    -------
        The model, its opening variables, and the estimates of each cost.
    """
    problem = pulp.LpProblem("benders_master", pulp.LpMinimize)
    kind = pulp.LpBinary if binary else pulp.LpContinuous
    y = [problem.add_variable(f"y_{j}", cat=kind) for j in range(master.n_sites)]
    for j, variable in enumerate(y):
        variable.lowBound, variable.upBound = float(master.lower[j]), float(master.upper[j])
    slack = None
    if any(bounded.gives_way for bounded in master.costs):
        slack = problem.add_variable("giving_way", 0)
        problem += pulp.LpAffineExpression([(slack, 1)]), "loosening"
    estimates = [_add_cost(problem, y, c, bounded, slack) for c, bounded in enumerate(master.costs)]
    number = pulp.LpAffineExpression((variable, 1) for variable in y)
    if master.n_open is None:
        problem += number, "sites"
    else:
        problem += number == master.n_open, "number_to_open"
        if slack is None and all(bounded.limit is not None for bounded in master.costs):
            problem += pulp.LpAffineExpression(), "nothing"
    add_rows(problem, dict(enumerate(y)), master.lines)
    for row_number, near in enumerate(master.near):
        row = pulp.LpAffineExpression((y[j], 1) for j in np.flatnonzero(near).tolist())
        problem += row >= 1, f"near_{row_number}"
    for row_number, chosen in enumerate(master.ruled_out):
        inside = set(chosen.tolist())
        change = pulp.LpAffineExpression((v, -1 if j in inside else 1) for j, v in enumerate(y))
        problem += change >= 1 - len(chosen), f"ruled_out_{row_number}"
    return problem, y, estimates


def _add_cost(
    problem: pulp.LpProblem,
    y: Sequence[pulp.LpVariable],
    number: int,
    bounded: Bounded,
    slack: pulp.LpVariable | None,
) -> list[pulp.LpVariable]:
    """Write one cost with its cuts: as the objective, or within its limit; its estimates are returned."""
    theta = [problem.add_variable(f"theta_{number}_{g}", 0) for g in range(bounded.n_labels)]
    total = pulp.LpAffineExpression((t, 1) for t in theta)
    if bounded.limit is None:
        problem += total, "cost"
    else:
        limited = total - slack if bounded.gives_way else total
        problem += limited <= SCALE * bounded.limit, f"limit_{number}"
    for row_number, (g, constant, slopes) in enumerate(bounded.cuts):
        row = [(y[j], -SCALE * float(slopes[j])) for j in np.flatnonzero(slopes).tolist()]
        left = pulp.LpAffineExpression([*row, (theta[g], 1.0)])
        problem += left >= SCALE * constant, f"cut_{number}_{row_number}"
    return theta


def solve_master(master: Master, *, binary: bool, time_limit_s: float, solver: str) -> MasterPoint:
    """Solve the model as it stands.

    Raises
    ------
    InfeasibleError
        Where nothing obeys the rules and limits.
    TimeLimitError
        Where nothing was found in time.
    SolverError
        Where the solver failed.
    """
    problem, y, estimates = build_master(master, binary=binary)
    solved = run_model(problem, time_limit_s=time_limit_s, solver=solver)
    # The number of sites is the objective as it is; a cost is one a thousand times as large.
    scale = 1.0 if master.n_open is None else SCALE
    return MasterPoint(
        y=np.array([variable.value() for variable in y], dtype=float),
        reduced_cost=np.array([variable.dj or 0.0 for variable in y], dtype=float) / scale,
        estimates=[np.array([t.value() for t in theta], dtype=float) / SCALE for theta in estimates],
        bound=None if solved.bound is None else solved.bound / scale,
        finished=solved.finished,
    )
