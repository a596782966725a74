"""Small random towns and every plan there is for them, added up patient by patient.

Shares nothing with the package: one patient is one entry of a list, every set of sites is tried, and
every measure is added up by its definition.
"""

from itertools import combinations
from math import inf, sqrt

import numpy as np
import pandas as pd

from clinic_siting.siting import OBJECTIVES, GuardRail, Objective, Requirement, Rules, Score, SitingCase
from clinic_siting.siting.score import TERMS
from clinic_siting.tables import Sites, TravelTimes

SAME = 1e-9
ZONES = [f"z{i}" for i in range(9)]
STANDARD = 15.0


class Town:
    """Nine zones, some sites, whole minutes that tie often and whole patients."""

    def __init__(self, seed: int, *, n_existing: int = 2, n_candidates: int = 5) -> None:
        rng = np.random.default_rng(seed)
        self.rng = rng
        names = [f"s{j}" for j in range(n_existing + n_candidates)]
        self.sites = [names[j] for j in rng.permutation(len(names))]  # ids say nothing of the status
        self.existing, self.candidates = sorted(self.sites[:n_existing]), sorted(self.sites[n_existing:])
        step = int(rng.choice([1, 4]))
        self.minutes = {(z, s): float(step * rng.integers(1, 40 // step)) for z in ZONES for s in self.sites}
        self.demand = {z: int(rng.integers(0 if z == "z4" else 1, 6)) for z in ZONES}
        if rng.random() < 0.3:  # a road is missing here and there; the first candidate reaches everyone
            for z in ZONES[:3]:
                self.minutes[z, str(rng.choice(self.sites))] = inf
                self.minutes[z, self.candidates[0]] = min(self.minutes[z, self.candidates[0]], 33.0)
        if rng.random() < 0.3:  # two sites at one place
            one, other = (str(s) for s in rng.choice(self.candidates[1:], 2, replace=False))
            self.minutes |= {(z, one): self.minutes[z, other] for z in ZONES}
        self.group = {z: str(rng.choice(["N", "S"])) for z in ZONES}
        self.decile = {z: int(rng.integers(1, 4)) for z in ZONES}
        self.kind = {s: str(rng.choice(["a", "b"])) for s in self.sites}
        if "a" not in self.kind.values():  # what rules ask for is a kind that there is
            self.kind[self.candidates[0]] = "a"
        self.cost = {s: int(rng.integers(1, 5)) for s in self.sites}

    def case(self, *, shuffle: int | None = None) -> SitingCase:
        """The town as the package knows it."""
        rng = np.random.default_rng(shuffle)
        zones = ZONES if shuffle is None else [ZONES[i] for i in rng.permutation(9)]
        sites = sorted(self.sites) if shuffle is None else [str(s) for s in rng.permutation(self.sites)]
        minutes = np.array([[self.minutes[z, s] for s in sites] for z in zones])
        times = TravelTimes(pd.Index(zones, name="zone_id"), pd.Index(sites), minutes)
        index = pd.Index(zones[::-1], name="zone_id")
        table = pd.DataFrame({"site_id": sites[::-1]}).assign(
            status=lambda t: ["existing" if s in self.existing else "candidate" for s in t["site_id"]],
            kind=lambda t: t["site_id"].map(self.kind),
            cost=lambda t: t["site_id"].map(self.cost).astype(float),
        )
        groups = pd.DataFrame({"alliance_name": self.group, "imd_decile": self.decile}).loc[index]
        demand = pd.Series(self.demand, dtype=float).loc[index].rename_axis("zone_id")
        return SitingCase(times, demand, Sites(table), groups, times.minutes <= STANDARD)

    def nearest_first(self, zone: str, is_open: list[str]) -> list[str]:
        """Open sites with a route, in the order in which a patient of the zone asks them."""
        routes = [s for s in is_open if self.minutes[zone, s] < inf]
        return sorted(routes, key=lambda s: (self.minutes[zone, s], s))

    def patients(self, is_open: list[str], capacity: dict[str, float]) -> list[tuple[str, str | None]]:
        """Where every patient goes: each asks one site after another, a full site keeps its nearest."""
        asking = [(z, 0) for z in ZONES for _ in range(self.demand[z])]
        taken: dict[str, list[tuple[str, int]]] = {s: [] for s in is_open}
        nowhere: list[tuple[str, str | None]] = []
        while asking:
            zone, asked = asking.pop()
            wishes = self.nearest_first(zone, is_open)
            if asked == len(wishes):
                nowhere.append((zone, None))
                continue
            site = wishes[asked]
            taken[site].append((zone, asked))
            if len(taken[site]) > capacity.get(site, inf):
                farthest = max(taken[site], key=lambda p: (self.minutes[p[0], site], p[0]))
                taken[site].remove(farthest)
                asking.append((farthest[0], farthest[1] + 1))
        return nowhere + [(zone, site) for site, inside in taken.items() for zone, _ in inside]

    def way(self, one: str, other: str) -> float:
        """The way between two sites, through the zone that makes it shortest."""
        return min(self.minutes[z, one] + self.minutes[z, other] for z in ZONES)


def measures_of(town: Town, patients: list[tuple[str, str | None]]) -> dict[str, float]:
    times = sorted(inf if s is None else town.minutes[z, s] for z, s in patients)
    n = len(times)
    within = sum(1 for t in times if t <= STANDARD) / n
    if times[-1] == inf:
        return dict.fromkeys(["mean", "max", "mad", "sd", "gini", "worst_tenth", "alliance_gap"], inf) | {
            "coverage": within
        }
    mean = sum(times) / n
    worst, left = 0.0, n / 10
    for t in reversed(times):
        worst += t * min(1.0, left)
        left -= min(1.0, left)
    means = group_means(town, patients, town.group).values()
    return {
        "mean": mean,
        "max": times[-1],
        "coverage": within,
        "mad": sum(abs(t - mean) for t in times) / n,
        "sd": sqrt(sum((t - mean) ** 2 for t in times) / n),
        "gini": sum(abs(t - u) for t in times for u in times) / n**2 / (2 * mean),
        "worst_tenth": worst / (n / 10),
        "alliance_gap": max(means) - min(means),
    }


def group_means(town: Town, patients: list[tuple[str, str | None]], group: dict) -> dict[object, float]:
    found: dict[object, list[float]] = {}
    for zone, site in patients:
        found.setdefault(group[zone], []).append(inf if site is None else town.minutes[zone, site])
    return {name: sum(times) / len(times) for name, times in found.items()}


def obeys_on_sites(town: Town, rules: Rules, chosen: tuple[str, ...], closed: tuple[str, ...]) -> bool:
    left = [s for s in town.existing if s not in closed]
    near = [(a, b) for a, b in combinations([*left, *chosen], 2) if b in chosen]
    return (
        all(s in chosen for s in rules.force)
        and not any(s in chosen for s in rules.forbid)
        and all(sum(s in chosen for s in sites) == 1 for sites in rules.either)
        and all(
            r.at_least <= sum(town.kind[s] in r.where["kind"] for s in chosen) <= (r.at_most or inf)
            for r in rules.require
        )
        and (rules.budget is None or sum(town.cost[s] for s in chosen) <= rules.budget)
        and all(town.way(a, b) >= rules.min_apart_min for a, b in near)
    )


def obeys_on_patients(town: Town, rules: Rules, chosen: tuple[str, ...], patients: list) -> bool:
    if any(site is None for _, site in patients):
        return False
    for site in chosen:
        if sum(s == site for _, s in patients) < rules.min_volume:
            return False
    today = town.patients(town.existing, {})
    for rail in rules.guard_rails:
        group = town.decile if rail.group == "imd_decile" else town.group
        before = group_means(town, today, group)
        for name, mean in group_means(town, patients, group).items():
            if rail.mean_at_most_min is not None and mean > rail.mean_at_most_min + SAME:
                return False
            worse = rail.worse_by_at_most_min
            if worse is not None and before[name] < inf and mean - before[name] > worse + SAME:
                return False
    return True


def plans_of(town: Town, rules: Rules, n_open: int) -> list[tuple[tuple[str, ...], dict[str, float]]]:
    """Every plan that obeys the rules, with all its measures."""
    plans = []
    others = [s for s in town.existing if s not in rules.close]
    for more in combinations(others, rules.relocate):
        closed = (*rules.close, *more)
        for chosen in combinations(town.candidates, n_open):
            if obeys_on_sites(town, rules, chosen, closed):
                is_open = [s for s in town.existing if s not in closed] + list(chosen)
                patients = town.patients(is_open, dict(rules.capacity))
                if obeys_on_patients(town, rules, chosen, patients):
                    plans.append((chosen, measures_of(town, patients) | {"n_open": float(n_open)}))
    return plans


def value_of(wanted: Objective, measures: dict[str, float], today: dict[str, float]) -> float:
    if wanted.score is None:
        return measures[OBJECTIVES[wanted.name][0]]
    total = 0.0
    for term, weight in wanted.score.weights.items():
        name = wanted.score.variation if term == "variation" else term
        if term == "beyond_standard":
            total += weight * (1 - measures["coverage"]) / (1 - today["coverage"])
        else:
            total += weight * measures[name] / today[name]
    return total / sum(wanted.score.weights.values())


def in_order(wanted: Objective, plans: list, today: dict[str, float]) -> list:
    """Best first: by value, of equals by mean, of equals by the sorted ids."""
    sign = -1 if wanted.name == "coverage" else 1
    rows = [(round(sign * value_of(wanted, m, today), 8), round(m["mean"], 8), s, m) for s, m in plans]
    return [(sites, measures) for *_, sites, measures in sorted(rows, key=lambda row: row[:3])]


def best_plans(town: Town, rules: Rules, wanted: Objective, today: dict[str, float]) -> list:
    """All plans, best first; for the smallest number of sites those of that number."""
    if wanted.name != "fewest":
        return in_order(wanted, plans_of(town, rules, rules.n_open), today)
    for n_open in range(len(town.candidates) + 1):
        enough = [p for p in plans_of(town, rules, n_open) if p[1]["coverage"] >= wanted.share - SAME]
        if enough:
            return in_order(wanted, enough, today)
    return []


def objectives_for(town: Town) -> list[Objective]:
    rng = town.rng
    weights = {term: float(rng.integers(1, 4)) for term in rng.permutation(TERMS)[:3]}
    score = Score({str(t): w for t, w in weights.items()}, str(rng.choice(["mad", "sd", "gini"])))
    plain = [Objective(name) for name in OBJECTIVES if name not in {"weighted", "fewest"}]
    partial = Objective("fewest", share=float(rng.choice([0.5, 0.7, 0.8])))
    return [*plain, Objective("weighted", score), partial, Objective("fewest", share=1.0)]


def part_of_rules(key: str, town: Town) -> dict[str, object]:
    """One rule of the grammar, as it falls."""
    rng = town.rng
    some = [str(s) for s in rng.permutation(town.candidates)]
    at_most = None if rng.random() < 0.5 else 1
    rail = {"mean_at_most_min": float(rng.integers(14, 24))}
    if rng.random() < 0.5:
        rail = {"worse_by_at_most_min": float(rng.integers(-3, 3))}
    rooms = [*some[:2], str(rng.choice(town.existing))]
    return {
        "require": {"require": (Requirement({"kind": ("a",)}, 1, at_most),)},
        "force": {"force": (some[0],)},
        "forbid": {"forbid": tuple(some[1 : 1 + int(rng.integers(1, 3))])},
        "either": {"either": (tuple(some[:3]),)},
        "min_apart_min": {"min_apart_min": float(rng.integers(4, 16))},
        "budget": {"budget": float(rng.integers(3, 8))},
        "capacity": {"capacity": {s: float(rng.integers(4, 10)) for s in rooms}},
        "min_volume": {"min_volume": float(rng.integers(2, 6))},
        "guard_rails": {
            "guard_rails": (GuardRail(str(rng.choice(["imd_decile", "alliance_name"])), **rail),)
        },
        "close": {"close": (str(rng.choice(town.existing)),)},
        "relocate": {"relocate": 1},
        "none": {},
    }[key]


def rules_for(town: Town, keys: tuple[str, ...]) -> Rules:
    parts: dict[str, object] = {}
    for key in keys:
        parts |= part_of_rules(key, town)
    parts["forbid"] = tuple(s for s in parts.get("forbid", ()) if s not in parts.get("force", ()))
    if "close" in parts:
        parts["relocate"] = 0
    return Rules(int(town.rng.integers(1, 4)), **parts)


def undefined_today(wanted: Objective, today: dict[str, float]) -> bool:
    terms = wanted.score.weights if wanted.score else {}
    now = {**today, "beyond_standard": 1 - today["coverage"]}
    now["variation"] = today[wanted.score.variation] if wanted.score else 1.0
    return any(not 1e-12 < now[term] < inf for term in terms)
