"""Which model answers a question: the one that proves most in the time there is."""

from dataclasses import replace

from clinic_siting.errors import ConfigError, InfeasibleError, SolverError
from clinic_siting.siting.by_sets import answer_by_sets
from clinic_siting.siting.constraints import set_rules
from clinic_siting.siting.enumeration import feasible_sets
from clinic_siting.siting.infeasible import why_no_set
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.question import Answer, Limit, Question
from clinic_siting.siting.solver import Effort


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
    """
    if question.objective.name == "fewest":
        return _fewest(question, top, effort)
    case, rules = question.case, question.rules
    lines = set_rules(rules, case)
    n_candidates = len(case.sites.candidates)
    sets = feasible_sets(lines, n_candidates, rules.n_open)
    if sets is None:
        raise SolverError("too many sets to list.")
    if not len(sets):
        raise why_no_set(lines, n_candidates, rules.n_open) or SolverError("the rules leave no set.")
    return answer_by_sets(question, sets, lines, effort)


def _fewest(question: Question, top: int, effort: Effort) -> Answer:
    """Open one more site at a time until the share is covered; then the smallest mean decides."""
    objective = question.objective
    if objective.share is None:
        raise ConfigError("objective: fewest needs a share of demand to cover.")
    enough = Limit(Objective("coverage"), objective.share)
    refusal = InfeasibleError("no number of sites covers enough.")
    for n_open in range(len(question.case.sites.candidates) + 1):
        rules = replace(question.rules, n_open=n_open)
        smaller = replace(question, objective=Objective("mean"), rules=rules, limits=(enough,))
        try:
            found = answer(smaller, top, effort)
        except InfeasibleError as reason:
            refusal = reason
        else:
            ranking = found.ranking.assign(value=float(n_open))
            return Answer(ranking, float(n_open), found.method, found.complete)
    raise refusal
