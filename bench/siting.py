"""Measure the siting models: ``python -m bench.siting`` writes their section of docs/performance.md.

Towns of zones with clinics among them; whole seconds, so that times tie. Each case runs once, in a
process of its own, so that its memory is its own. Peers get the same figures.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from bench.machine import description, forget_peak, held_mb, peak_mb
from bench.pages import table, write_section
from clinic_siting.siting import Effort, Objective, Rules, SitingCase, measure_sets, solve
from clinic_siting.siting.enumeration import combinations_of
from clinic_siting.tables import Sites, TravelTimes

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
SEED, N_TOWNS, STANDARD_MIN = 7, 40, 30.0
LIMIT_S = 60.0
# A peer that has not answered by then is given up.
PEER_LIMIT_S = 900.0
FORMS = {"cpu_s": "3g", "s": "3g", "mb": "0f", "value": "6g"}
HEADER = ("asked", "by", "CPU s", "s", "MB", "value", "bound", "goal", "met")


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing to measure.

    Attributes
    ----------
    by
        ours, spopt, pbp-pmedian.
    objective
        Of ours by name, or ``pairs``: every measure of every pair.
    n_zones, n_candidates, n_existing, n_open
        Its size.
    goal_s
        Seconds by the clock that it should not exceed; None where it is a peer.
    goal_gap
        How near to the proof it should come.
    """

    by: str
    objective: str
    n_zones: int
    n_candidates: int
    n_existing: int
    n_open: int
    goal_s: float | None = None
    goal_gap: float | None = None

    @property
    def question(self) -> str:
        """What is asked, in words."""
        size = f"{self.n_zones:,} × {self.n_candidates}"
        return (
            f"{size}, all pairs"
            if self.objective == "pairs"
            else f"{size}, {self.n_open} to open, {self.objective}"
        )


def trials() -> list[Trial]:
    """Everything that is measured, peers before ours."""
    small, large = (2_000, 150, 10), (35_000, 300, 10)
    found = []
    for n_open in (2, 5):
        found += [Trial("spopt", "mean", *small, n_open), Trial("pbp-pmedian", "mean", *small, n_open)]
        found += [Trial("ours", "mean", *small, n_open), Trial("spopt", "max", *small, n_open)]
        found += [Trial("ours", "max", *small, n_open)]
    for n_open in (2, 5, 10):
        found += [Trial("ours", name, *large, n_open, 10.0, 0.0) for name in ("mean", "max", "coverage")]
    found.append(Trial("ours", "pairs", *large, 2, 8.0))
    found += [Trial("ours", name, *small, 5, LIMIT_S + 5, 0.02) for name in ("mad", "sd")]
    return [*found, Trial("ours", "gini", *small, 5, LIMIT_S + 5)]


def case_of(trial: Trial) -> SitingCase:
    """Towns of zones, and sites near some of them."""
    rng = np.random.default_rng(SEED)
    n_sites = trial.n_candidates + trial.n_existing
    towns = rng.uniform(0, 200, (N_TOWNS, 2))
    town = rng.choice(N_TOWNS, trial.n_zones, p=rng.dirichlet(np.ones(N_TOWNS)))
    zones = towns[town] + rng.normal(0, 9, (trial.n_zones, 2))
    sites = zones[rng.choice(trial.n_zones, n_sites, replace=False)] + rng.normal(0, 1, (n_sites, 2))
    away = zones[:, None] - sites[None]
    minutes = np.round(np.hypot(away[..., 0], away[..., 1]) * 1.2 * 60) / 60 + 1
    zone_id = pd.Index([f"z{i:05d}" for i in range(trial.n_zones)], name="zone_id")
    site_id = pd.Index([f"s{j:03d}" for j in range(n_sites)], name="site_id")
    status = ["candidate"] * trial.n_candidates + ["existing"] * trial.n_existing
    demand = pd.Series(rng.integers(1, 40, trial.n_zones).astype(float), index=zone_id)
    group = pd.DataFrame({"alliance_name": rng.integers(0, 11, trial.n_zones).astype(str)}, index=zone_id)
    return SitingCase(
        TravelTimes(zone_id, site_id, minutes),
        demand,
        Sites(pd.DataFrame({"site_id": site_id, "status": status})),
        group,
        minutes <= STANDARD_MIN,
    )


def by_ours(case: SitingCase, trial: Trial) -> dict[str, object]:
    """Solve, or measure all pairs."""
    if trial.objective == "pairs":
        measures = measure_sets(case, combinations_of(trial.n_candidates, 2))
        return {"value": float(measures["mean"].min()), "bound": None, "proven": True}
    plan = solve(case, Objective(trial.objective), Rules(trial.n_open), effort=Effort(LIMIT_S)).plan
    return {"value": plan.value, "bound": plan.bound, "proven": plan.proven}


def by_spopt(case: SitingCase, trial: Trial) -> dict[str, object]:
    """p-median or p-center with the existing sites predefined, HiGHS to a gap of zero."""
    import pulp  # noqa: PLC0415 - of the bench extra, like the next
    from spopt.locate import PCenter, PMedian  # noqa: PLC0415 - see above

    minutes, weights = case.times.minutes, case.demand.to_numpy()
    is_open = np.flatnonzero(case.times.site_id.isin(case.sites.existing))
    n_open = trial.n_open + len(is_open)
    if trial.objective == "mean":
        model = PMedian.from_cost_matrix(minutes, weights, n_open, predefined_facilities_arr=is_open)
    else:
        model = PCenter.from_cost_matrix(minutes, n_open, predefined_facilities_arr=is_open)
    model = model.solve(pulp.HiGHS(msg=False, gapRel=0))
    value = float(model.problem.objective.value())
    return {
        "value": value / weights.sum() if trial.objective == "mean" else value,
        "bound": None,
        "proven": True,
    }


def by_pbp(case: SitingCase, trial: Trial) -> dict[str, object]:
    """p-median of the candidates, costs cut at the nearest existing site."""
    from pbp_pmedian import solve as solve_pbp  # noqa: PLC0415 - of the bench extra

    capped = np.minimum(case.times.to(case.sites.candidates), case.minutes_today[:, None])
    weights = case.demand.to_numpy() / case.demand.sum()
    value, *_ = solve_pbp((capped * weights[:, None]).T, p=trial.n_open, time_limit=LIMIT_S)
    return {"value": float(value), "bound": None, "proven": True}


BY: dict[str, Callable[[SitingCase, Trial], dict[str, object]]] = {
    "ours": by_ours,
    "spopt": by_spopt,
    "pbp-pmedian": by_pbp,
}


def one(trial: Trial) -> dict[str, object]:
    """Measure one trial, here and now; code and figures are loaded before."""
    case, tiny = case_of(trial), Trial(trial.by, trial.objective, 60, 8, 2, 2)
    BY[trial.by](case_of(tiny), tiny)
    forget_peak()
    held, began, clock = held_mb(), process_time(), perf_counter()
    found = BY[trial.by](case, trial)
    return {
        **found,
        "cpu_s": process_time() - began,
        "s": perf_counter() - clock,
        "mb": peak_mb() - held,
    }


def in_own_process(trial: Trial) -> dict[str, object] | None:
    """The same in a process of its own; None where it fails or takes too long."""
    command = [sys.executable, "-m", "bench.siting", "--trial", json.dumps(asdict(trial))]
    try:
        run = subprocess.run(  # noqa: S603 - our own module
            command, check=True, capture_output=True, text=True, timeout=PEER_LIMIT_S
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as problem:
        print(f"{trial}: {problem}\n{getattr(problem, 'stderr', '')}", flush=True)
        return None
    return dict(json.loads(run.stdout.splitlines()[-1]))


def main() -> None:
    """Measure and write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--trial", type=json.loads)
    options.add_argument("--by", help="print only those of ours, spopt or pbp-pmedian")
    given = options.parse_args()
    if given.trial:
        print(json.dumps(one(Trial(**given.trial))))
        return
    machine = description(("numpy", "pulp", "highspy"))
    rows, peers = [], {}
    for trial in trials():
        if given.by and trial.by != given.by:
            continue
        found = in_own_process(trial)
        if trial.by != "ours":
            peers.setdefault((trial.n_open, trial.objective), {})[trial.by] = found
        rivals = peers.get((trial.n_open, trial.objective), {}) if trial.n_zones == 2_000 else {}
        rows.append(row_of(trial, found, rivals))
        print(" | ".join(rows[-1]), flush=True)
    if given.by:
        return  # a part of the table is only printed
    words = (
        f"{machine}. Zones × candidates, beside 10 existing sites; one run each, in a process of its own; "
        "processor seconds over all threads, with the building of the model, without the loading of code "
        "and figures; *s*: the same by the clock, with whatever else was running (goals in seconds mean it); "
        "*MB*: the most memory beyond code and figures."
    )
    write_section(PAGE, "siting", f"{words}\n\n{table(HEADER, rows)}")


def row_of(trial: Trial, found: dict | None, rivals: dict[str, dict | None]) -> tuple[str, ...]:
    """One row of the table."""
    if found is None:
        return (trial.question, trial.by, "no answer", *["–"] * (len(HEADER) - 3))
    bound = "proved" if found["proven"] else "none" if found["bound"] is None else f"{found['bound']:.5g}"
    if trial.by != "ours":
        bound = "–"
    elif found["bound"] is not None and not found["proven"]:
        bound += f" ({abs(found['value'] - found['bound']) / found['value']:.1%})"
    goals = verdicts(trial, found, rivals)
    words = "; ".join(goals) or "–"
    met = "–" if not goals else "yes" if all(goals.values()) else "no"
    figures = (f"{found[name]:.{form}}" for name, form in FORMS.items())
    return (trial.question, trial.by, *figures, bound, words, met)


def verdicts(trial: Trial, found: dict, rivals: dict[str, dict | None]) -> dict[str, bool]:
    """Each goal in words, with what was reached, and whether it was met."""
    goals = {}
    if trial.goal_s is not None:
        goals[f"{trial.goal_s:g} s"] = found["s"] <= trial.goal_s
    if trial.goal_gap is not None:
        gap = None if found["bound"] is None else abs(found["value"] - found["bound"]) / found["value"]
        name = "proved" if trial.goal_gap == 0 else f"proved or under {trial.goal_gap:.0%}"
        goals[name] = found["proven"] or (gap is not None and gap < trial.goal_gap)
    for name, rival in rivals.items():
        if rival is None or trial.by != "ours":
            continue
        less, memory = rival["cpu_s"] / found["cpu_s"], rival["mb"] / max(found["mb"], 1.0)
        if name == "spopt":
            goals[f"40 × less CPU than spopt ({less:.0f} ×)"] = less >= 40
            goals[f"a sixth of its memory (1/{memory:.0f})"] = memory >= 6
        else:
            goals[f"no slower than {name} ({less:.2g} ×)"] = less >= 1
        goals["the same value"] = abs(rival["value"] - found["value"]) <= 1e-6 * abs(found["value"])
    return goals


if __name__ == "__main__":
    main()
