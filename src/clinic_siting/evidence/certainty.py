"""The tables and sentences that say how sure a plan is."""

from collections.abc import Callable

import pandas as pd

from clinic_siting import robustness
from clinic_siting.config import Config
from clinic_siting.evidence.trade_offs import front_table
from clinic_siting.ground import LAYING, READING, TRAVELLING, Announce, lay_ground, silent
from clinic_siting.pipeline import CHOOSING, choose
from clinic_siting.report.data import joined
from clinic_siting.report.words import listed
from clinic_siting.siting import Score, Siting
from clinic_siting.tables import JOINED
from clinic_siting.trials import TRYING, Trials, try_worlds

# Of the near-best sets so many are set against each other in the draws.
RIVALS = 5
SURE_STAGES = (READING, LAYING, TRAVELLING, CHOOSING, TRYING)


def how_sure(config: Config, *, announce: Announce = silent) -> tuple[list[str], dict[str, pd.DataFrame]]:
    """Choose, and try the plan in every world that the config names; no maps are drawn.

    Parameters
    ----------
    config
        The scenario.
    announce
        Called with the name of each stage of :data:`SURE_STAGES` as it begins.

    Returns
    -------
    Sentences, and file name → table.
    """
    ground = lay_ground(config, announce=announce)
    announce(CHOOSING)
    siting = choose(ground, config)
    trials = try_worlds(ground, config, siting, announce=announce)
    score, within = config.siting.score, config.robustness.near_best
    sentences = robustness_in_words(siting, trials, score, ground.sites.name_of)
    return sentences, robustness_tables(siting, trials, score, within=within)


def robustness_tables(
    siting: Siting, trials: Trials, score: Score, *, within: float
) -> dict[str, pd.DataFrame]:
    """How sure the plan is: other worlds, near-best sets, stand-ins, regret, weights, fronts, draws.

    Parameters
    ----------
    siting
        The choice: its plan and the ranking of all sets.
    trials
        Every set in every world that was tried.
    score
        The weights.
    within
        Relative distance from the best score within which a set counts as near-best.

    Returns
    -------
    File name → table; sets are ids joined by ``+``.
    """
    ranking, plan = siting.ranking, siting.plan.chosen
    worlds = robustness.world_rows(trials.scores, plan)
    near = robustness.near_best(ranking, within=within)
    prices = robustness.weight_prices(score, siting.today)
    room = robustness.weight_ranges(ranking, plan, score, siting.today)
    fronts = front_table(siting)
    tables = {
        "worlds.csv": worlds.assign(best=worlds["best"].map(JOINED.join), status="modelled"),
        "near_best.csv": joined(near).set_index("sites"),
        "site_frequency.csv": robustness.site_frequency(ranking, within=within),
        "replacements.csv": robustness.replacements(ranking, plan),
        "regret.csv": robustness.regret_table(trials.scores),
        "weights.csv": room.join(prices.drop(columns="weight")),
        **({} if fronts.empty else {"fronts.csv": fronts}),
    }
    for kind, draws in (("speed", trials.speed_draws), ("demand", trials.demand_draws)):
        if draws is not None:
            tables[f"{kind}_draws.csv"] = robustness.leaders(draws)
            rivals = list(near["sites"].head(RIVALS))
            wide = robustness.duels(draws, rivals).reset_index()
            duels = wide.melt("sites", var_name="against", value_name="share_of_draws")
            tables[f"{kind}_duels.csv"] = duels[duels["sites"] != duels["against"]].set_index("sites")
    return tables


def robustness_in_words(
    siting: Siting, trials: Trials, score: Score, name_of: Callable[[str], str]
) -> list[str]:
    """How sure the plan is and what its weights prefer, as a board reads it.

    Parameters
    ----------
    siting
        The choice.
    trials
        Every set in every world that was tried.
    score
        The weights.
    name_of
        Names of sites.

    Returns
    -------
    A few sentences.
    """
    prices = robustness.weight_prices(score, siting.today)
    return [*trials_in_words(siting, trials, name_of), robustness.preference_in_words(prices)]


def trials_in_words(siting: Siting, trials: Trials, name_of: Callable[[str], str]) -> list[str]:
    """How the plan fares in all that was tried, as a board reads it.

    Parameters
    ----------
    siting
        The choice.
    trials
        Every set in every world that was tried.
    name_of
        Names of sites.

    Returns
    -------
    A few sentences; none on other worlds where none was tried.
    """
    lines = _worlds_in_words(siting, trials, name_of) if len(trials.scores.worlds) > 1 else []
    return [*lines, *_draws_in_words(siting, trials, name_of), *_stand_ins_in_words(siting, name_of)]


def _worlds_in_words(siting: Siting, trials: Trials, name_of: Callable[[str], str]) -> list[str]:
    """Where the plan leads, where it does not, and which set is never far from the best."""
    plan = siting.plan.chosen
    rows = robustness.world_rows(trials.scores, plan)
    lines = robustness.worlds_in_words(rows, name_of, lost=trials.scores.lost)
    n_tried, n_all = len(trials.scores.sets), len(siting.ranking)
    if n_tried < n_all:
        lines.append(f"There the {n_tried:,} best of {n_all:,} sets were compared.")
    least = trials.scores.sets[trials.least.row]
    if least == plan:
        lines.append(
            f"No set is safer: its largest regret, {trials.least.value:.1%}, is the smallest of all."
        )
    else:
        names = listed(map(name_of, least))
        lines.append(
            f"Safest over all of them: {names}, never more than {trials.least.value:.1%} from the best."
        )
    return lines


def _draws_in_words(siting: Siting, trials: Trials, name_of: Callable[[str], str]) -> list[str]:
    """How often the plan leads, and how often it beats its first rival."""
    plan = siting.plan.chosen
    rivals = [tuple(sorted(s)) for s in siting.ranking["sites"] if tuple(sorted(s)) != plan]
    lines = []
    for words, draws in (("speeds", trials.speed_draws), ("demand", trials.demand_draws)):
        if draws is None:
            continue
        led = robustness.leaders(draws)["share"].get(JOINED.join(plan), 0.0)
        line = f"Best in {led:.0%} of {len(draws.worlds)} draws of {words}"
        if rivals:
            beats = robustness.duels(draws, [plan, rivals[0]]).to_numpy(dtype=float)[0, 1]
            line += f"; it beats {listed(map(name_of, rivals[0]))} in {beats:.0%}"
        lines.append(f"{line}.")
    return lines


def _stand_ins_in_words(siting: Siting, name_of: Callable[[str], str]) -> list[str]:
    """What would replace each chosen site, and what that would cost."""
    table = robustness.replacements(siting.ranking, siting.plan.chosen)
    parts = [
        f"without {name_of(site)}, {name_of(stand_in)} would stand in ({loss:+.1%})".replace("-", "−")
        for site, stand_in, loss in zip(table.index, table["stand_in"], table["loss"], strict=True)
        if stand_in in siting.ranking["sites"].explode().to_numpy()
    ]
    return (
        [f"If a site falls through: {'; '.join(parts)}; in brackets the change of the score."]
        if parts
        else []
    )
