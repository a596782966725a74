"""Which model answers a question: the one that proves most in the time there is."""

from collections.abc import Sequence
from dataclasses import replace

from clinic_siting.errors import ConfigError, InfeasibleError, TimeLimitError
from clinic_siting.siting.by_cuts import PROVABLE, answer_by_cuts
from clinic_siting.siting.by_sets import answer_by_sets
from clinic_siting.siting.by_tree import answer_by_tree
from clinic_siting.siting.constraints import SetRule, set_rules
from clinic_siting.siting.cut_search import setting_of
from clinic_siting.siting.enumeration import LARGEST, feasible_sets
from clinic_siting.siting.infeasible import can_hold, why_no_set
from clinic_siting.siting.loosening import why_no_plan
from clinic_siting.siting.objectives import Objective
from clinic_siting.siting.question import Plans, Question
from clinic_siting.siting.reach import why_share_out_of_reach
from clinic_siting.siting.rounding import at_most
from clinic_siting.siting.solver import Deadline, Effort
from clinic_siting.siting.viable import volume_rule

# Up to so many sets listing them all costs next to nothing and gives the whole ranking.
FEW = 6_000


def answer(question: Question, top: int, effort: Effort) -> Plans:
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
    viable = volume_rule(case, rules)
    if viable is not None:
        lines = (*lines, viable)
        if not can_hold(lines, n_candidates, rules.n_open):
            raise why_no_plan(setting_of(question, lines[:-1], effort))
    if by_model:
        return answer_by_cuts(question, lines, top, effort)
    return answer_by_tree(question, lines, top, effort)


def _fewest(question: Question, lines: Sequence[SetRule], top: int, effort: Effort) -> Plans:
    """Prove the smallest number of sites; among plans of that number the smallest mean decides."""
    objective = question.objective
    if objective.share is None:
        raise ConfigError("objective: fewest needs a share of demand to cover.")
    try:
        return answer_by_cuts(question, lines, top, effort)
    except InfeasibleError:
        beyond = why_share_out_of_reach(question, lines)
        raise beyond or _most_covered(question, lines, effort) from None


def _most_covered(question: Question, lines: Sequence[SetRule], effort: Effort) -> InfeasibleError:
    """Explain that rules keep every number of sites from covering enough: the most that any covers."""
    n_candidates, share = len(question.case.sites.candidates), question.objective.share
    deadline, best, chosen = Deadline.after(effort.time_limit_s), -1.0, ""
    refusal = InfeasibleError("no number of sites obeys the rules together.", question.rules_on_access())
    for n_open in reversed(range(n_candidates + 1)):
        if why_no_set(lines, n_candidates, n_open) is not None or deadline.left_s <= 0:
            continue
        rules = replace(question.rules, n_open=n_open)
        asked = replace(question, objective=Objective("coverage"), rules=rules)
        try:
            found = answer(asked, 1, replace(effort, time_limit_s=max(0.1, deadline.left_s))).ranking.iloc[0]
        except TimeLimitError:
            continue
        except InfeasibleError as why:
            refusal = why if best < 0 else refusal
            continue
        if found["value"] > best:
            best, chosen = float(found["value"]), ", ".join(found["sites"])
    if best < 0:
        return refusal
    return InfeasibleError(
        f"no number of sites that the rules allow brings {share:.4g} of demand within the standard.",
        [f"share: {at_most(best, 4)} would do (with {chosen or 'no new site'})"],
    )
