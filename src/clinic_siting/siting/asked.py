"""What a plan was asked for, written into its file so that anyone can ask again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic_siting.errors import ConfigError
from clinic_siting.siting.grammar import block_of, read_block
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.question import Limit
from clinic_siting.siting.rules import Rules
from clinic_siting.siting.score import Score


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without its case.

    Attributes
    ----------
    objective, rules, limits
        What the plan should be best at, what it must obey, and what an earlier objective left.
    standard_min
        Access standard in minutes; None where there is none.
    gap_group
        Column of groups between whose means the gap is measured; None where there is none.
    allow_unreachable
        Whether zones that no site reaches were left out.
    phases
        Number of sites opened in each phase; empty: all at once.
    """

    objective: Objective
    rules: Rules
    limits: tuple[Limit, ...] = ()
    standard_min: float | None = None
    gap_group: str | None = None
    allow_unreachable: bool = False
    phases: tuple[int, ...] = ()

    def record(self) -> dict[str, object]:
        """Plain values for a JSON file."""
        return {
            "objective": _objective_record(self.objective),
            "rules": block_of(self.rules),
            "limits": [
                {"objective": _objective_record(limit.objective), "at_most": limit.at_most}
                for limit in self.limits
            ],
            "standard_min": self.standard_min,
            "gap_group": self.gap_group,
            "allow_unreachable": self.allow_unreachable,
            **({"phases": list(self.phases)} if self.phases else {}),
        }


def asked_from(record: object) -> Asked:
    """Read back what :meth:`Asked.record` wrote.

    Raises
    ------
    ConfigError
        Where something is missing or of the wrong kind.
    """
    if not isinstance(record, Mapping):
        raise ConfigError("the plan does not say what was asked; was it written by `run` or `solve`?")
    keys: Mapping[str, Any] = record
    try:
        return Asked(
            objective=_objective_from(keys["objective"]),
            rules=read_block(keys["rules"]).rules,
            limits=tuple(
                Limit(_objective_from(limit["objective"]), float(limit["at_most"]))
                for limit in keys["limits"]
            ),
            standard_min=None if keys["standard_min"] is None else float(keys["standard_min"]),
            gap_group=None if keys["gap_group"] is None else str(keys["gap_group"]),
            allow_unreachable=bool(keys["allow_unreachable"]),
            phases=tuple(int(size) for size in keys.get("phases", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        what = f"{problem} is missing" if isinstance(problem, KeyError) else problem
        raise ConfigError(f"the plan does not say what was asked: {what}.") from None


def _objective_record(objective: Objective) -> dict[str, object]:
    score = objective.score
    return {
        "name": objective.name,
        "share": objective.share,
        "weights": None if score is None else dict(score.weights),
        "variation": None if score is None else score.variation,
    }


def _objective_from(record: Mapping[str, Any]) -> Objective:
    score = None
    if record["weights"] is not None:
        weights = {str(term): float(weight) for term, weight in record["weights"].items()}
        score = Score(weights, str(record["variation"]))
    share = record["share"]
    return Objective(str(record["name"]), score, None if share is None else float(share))
