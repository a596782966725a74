"""Which model answers a question: the one that proves most in the time there is."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from clinic_siting.errors import ConfigError, InfeasibleError, TimeLimitError
from clinic_siting.siting.by_cuts import PROVABLE, answer_by_cuts
from clinic_siting.siting.by_sets import answer_by_sets
from clinic_siting.siting.by_tree import answer_by_tree
from clinic_siting.siting.constraints import SetRule, set_rules
from clinic_siting.siting.enumeration import LARGEST, feasible_sets
from clinic_siting.siting.infeasible import why_no_set
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.question import Answer, Limit, Question
from clinic_siting.siting.solver import Effort

# Up to so many sets listing them all costs next to nothing and gives the whole ranking.
FEW = 6_000


def answer(question: Question, top: int, effort: Effort) -> Answer:
    """Answer a question.

    Parameters
    ----------
    question
        The question.
    top
        How many plans the ranking should hold where not all can be listed.
    effort
        Time limit and solver.

    Raises
    ------
    InfeasibleError
        Where nothing obeys the rules, saying why.
    TimeLimitError
        Where nothing was found in time.
    """
    case, rules = question.case, question.rules
    lines = set_rules(rules, case)
    n_candidates = len(case.sites.candidates)
    if question.objective.name == "fewest":
        return _fewest(question, lines, top, effort)
    by_model = question.objective.name in PROVABLE and not rules.capacity
    largest = FEW if by_model and top == 1 else LARGEST
    sets = feasible_sets(lines, n_candidates, rules.n_open, largest=largest)
    if sets is not None and len(sets):
        return answer_by_sets(question, sets, lines, effort)
    reason = why_no_set(lines, n_candidates, rules.n_open)
    if reason is not None:
        raise reason
    if by_model:
        return answer_by_cuts(question, lines, top, effort)
    return answer_by_tree(question, lines, top, effort)


def _fewest(question: Question, lines: Sequence[SetRule], top: int, effort: Effort) -> Answer:
    """Prove the smallest number of sites; among plans of that number the smallest mean decides."""
    objective = question.objective
    if objective.share is None:
        raise ConfigError("objective: fewest needs a share of demand to cover.")
    enough = Limit(Objective("coverage"), objective.share)
    try:
        return answer_by_cuts(question, lines, top, effort)
    except InfeasibleError:
        # Even with as many sites as it likes no plan does: say why, with every candidate open.
        for n_open in reversed(range(len(question.case.sites.candidates) + 1)):
            if why_no_set(lines, len(question.case.sites.candidates), n_open) is None:
                rules = replace(question.rules, n_open=n_open)
                asked = replace(question, objective=Objective("mean"), rules=rules, limits=(enough,))
                with suppress(TimeLimitError):  # that nothing was found explains nothing
                    answer(asked, 1, effort)
        raise
