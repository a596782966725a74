"""A trade-off front where plans are too many to list: found point by point, within a time.

The other measure is minimised under one limit on the mean after another (the ε-constraint method,
Haimes et al. 1971). The answer under a limit is the point of the front with the largest mean that keeps
it, and its bound holds for every plan with as small a mean. First both ends of the front are sought,
then points spread between them, then what may still lie between two neighbours. Each question gets a
share of the time that is left, so that a hard one does not leave the others without; where the whole
front is found before the time is up, the points without a proof are asked for again.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError, InfeasibleError, TimeLimitError
from clinic_siting.siting.case import SitingCase
from clinic_siting.siting.closings import answer_over_closings
from clinic_siting.siting.front import AGAINST, STEP_MIN, Front, listed_front, unbeaten
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.plan import Siting
from clinic_siting.siting.question import PROVEN, TIE, Limit, Plans, Question, gap_of
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.solver import Deadline, Effort

# Part of the time left that one question gets, and of all the time that is worth a question still.
SHARE, WORTH_ASKING = 0.1, 0.01
# Questions for points spread over the front, before its neighbours are looked between.
SPREAD = 8


def trade_off(case: SitingCase, siting: Siting, rules: Rules, against: str, *, effort: Effort) -> Front:
    """Find the front of the mean against another measure.

    Parameters
    ----------
    case
        Travel times, demand and sites.
    siting
        An answer to any question about the case under the same rules.
    rules
        What plans must obey.
    against
        One of :data:`~clinic_siting.siting.front.AGAINST`.
    effort
        Time limit, for the whole front, and solver.

    Raises
    ------
    ConfigError
        Where the measure is none of these.
    """
    if against not in AGAINST:
        raise ConfigError(f"front: {against} is none of {', '.join(AGAINST)}.")
    if siting.complete and not siting.limits:
        return listed_front(siting.ranking, against)
    question = Question(case, case, siting.today, Objective(against), rules)
    search = _Search(question, effort, Deadline.after(effort.time_limit_s))
    search.keep(siting.ranking)
    if siting.plan.objective == against and not siting.limits:  # one end is known already
        search.bounds[np.inf] = -np.inf if siting.plan.bound is None else siting.plan.bound
    every = search.run()
    if every is not None:
        return listed_front(every, against)
    return Front(against, search.points(), complete=search.complete)


@dataclass(slots=True)
class _Search:
    """State of a search.

    Attributes
    ----------
    question
        For the smallest other measure, whatever the mean.
    effort, deadline
        Time limit and solver, and when all must be done.
    plans
        What no plan found beats: ``sites``, ``closed``, ``mean`` and the other measure.
    bounds
        By limit on the mean that was asked about: what no plan that keeps it can beat, ``-inf`` where
        nothing is known.
    smallest_mean
        Whether the mean's own best plan is known to be among them, proved.
    """

    question: Question
    effort: Effort
    deadline: Deadline
    plans: pd.DataFrame = field(default_factory=pd.DataFrame)
    bounds: dict[float, float] = field(default_factory=dict)
    smallest_mean: bool = False

    @property
    def against(self) -> str:
        """The other measure."""
        return self.question.objective.name

    @property
    def _closes(self) -> bool:
        return bool(self.question.rules.close or self.question.rules.relocate)

    @property
    def complete(self) -> bool:
        """Whether the whole front is found and proved."""
        return self.smallest_mean and not self._unproven() and not self._open_stretches()

    def run(self) -> pd.DataFrame | None:
        """Ask until the front is whole and proved, or the time is up.

        Returns
        -------
            Every plan that obeys the rules, where they could be listed after all.
        """
        if not self._worth_asking():
            return None
        found = None if self.bounds else self._ask(np.inf)
        if found is not None and found.complete:
            return found.ranking if self._closes else found.ranking.drop(columns="closed")
        self._ask_for_the_mean()
        while self._worth_asking() and (stretches := self._open_stretches()):
            low, high = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
            # Whatever lies between is found from above; a point halfway tells more of a long front.
            halfway = len(self.bounds) < SPREAD and high - low > 2 * STEP_MIN
            self._ask((low + high) / 2 if halfway else high - STEP_MIN)
        if not self._open_stretches():
            self._ask_again()
        return None

    def keep(self, plans: pd.DataFrame) -> None:
        """Remember plans that obey the rules."""
        nothing = pd.Series([()] * len(plans), index=plans.index, dtype=object)
        known = plans if "closed" in plans else plans.assign(closed=nothing)
        known = known[["sites", "closed", "mean", self.against]]
        self.plans = unbeaten(pd.concat([self.plans, known], ignore_index=True), self.against)

    def points(self) -> pd.DataFrame:
        """What no plan found beats, each with what no plan at all can beat."""
        points = self.plans if self._closes else self.plans.drop(columns="closed")
        bounds = [self._bound_at(mean) for mean in points["mean"]]
        # What a plan reaches is as far as a bound can go.
        bounds = [min(bound, value) for bound, value in zip(bounds, points[self.against], strict=True)]
        gaps = [gap_of(value, bound) for value, bound in zip(points[self.against], bounds, strict=True)]
        proofs = [gap is not None and gap <= PROVEN for gap in gaps]
        known = [bound if np.isfinite(bound) else np.nan for bound in bounds]
        far = np.where(np.isnan(known), np.nan, np.array(gaps, dtype=float))
        return points.assign(bound=known, gap=far, proven=proofs)

    def _bound_at(self, mean: float) -> float:
        """What no plan with so small a mean can beat."""
        return max((bound for limit, bound in self.bounds.items() if limit + TIE >= mean), default=-np.inf)

    def _open_stretches(self) -> list[tuple[float, float]]:
        """Means between neighbours of the front, where nobody has looked yet for a point between them."""
        means = self.plans["mean"].to_numpy(dtype=float)
        stretches = []
        for left, right in pairwise(means.tolist()):
            looked = max([left, *(limit for limit in self.bounds if limit < right)])
            if right - looked > 1.5 * STEP_MIN:
                stretches.append((looked, right))
        return stretches

    def _worth_asking(self) -> bool:
        return self.deadline.left_s > WORTH_ASKING * self.effort.time_limit_s

    def _ask_for_the_mean(self) -> None:
        """Find the front's end with the smallest mean, and of plans with that mean the best."""
        question = replace(self.question, objective=Objective("mean"))
        found = self._answer(question, SHARE)
        if found is None:
            return
        self.keep(found.ranking.head(1))
        mean = float(found.ranking["mean"].iloc[0])
        gap = gap_of(mean, found.bound)
        self.smallest_mean = gap is not None and gap <= PROVEN
        self._ask(mean)

    def _ask(self, limit: float, share: float = SHARE) -> Plans | None:
        """Find the best plan whose mean keeps a limit."""
        limits = (Limit(Objective("mean"), limit),) if np.isfinite(limit) else ()
        found = self._answer(replace(self.question, limits=limits), share)
        bound = -np.inf
        if found is not None:
            self.keep(found.ranking.head(1))
            bound = -np.inf if found.bound is None else found.bound
        self.bounds[limit] = max(bound, self.bounds.get(limit, -np.inf))
        return found

    def _unproven(self) -> list[float]:
        """Limits under which a better plan than those known may exist."""
        means = self.plans["mean"].to_numpy(dtype=float)
        values = self.plans[self.against].to_numpy(dtype=float)
        left = []
        for limit, bound in self.bounds.items():
            best = float(values[means <= limit + TIE].min(initial=np.inf))
            gap = gap_of(best, bound) if np.isfinite(best) else None
            if gap is None or gap > PROVEN:
                left.append(limit)
        return left

    def _ask_again(self) -> None:
        """Give what is left of the time to the questions whose answers are not proved."""
        left = self._unproven()
        for number, limit in enumerate(left):
            if not self._worth_asking():
                return
            self._ask(limit, 1 / (len(left) - number))

    def _answer(self, question: Question, share: float) -> Plans | None:
        """What is found in a share of the time left; None where that was too short."""
        effort = replace(self.effort, time_limit_s=share * self.deadline.left_s)
        try:
            return answer_over_closings(question, 1, effort)
        except (InfeasibleError, TimeLimitError):  # some plan keeps every rule: the one that is known
            return None
