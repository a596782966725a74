"""Pruned enumeration: the sets of sites as a tree, searched where its bounds are lowest.

Nodes hold some sites; below them are all sets that add sites later in the list. Candidates are
listed by what they save alone, largest first, so that what is still to come matters least. With
one pair left to add, pairs are bounded one by one and only those that may win are evaluated.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from dataclasses import field as made_anew
from heapq import heappop, heappush
from itertools import repeat

import numpy as np
import pandas as pd

from clinic_siting.siting.bounds import Ranked, children_of
from clinic_siting.siting.field import Columns, Field
from clinic_siting.siting.pairs import Overlap, pair_overlap, pairs_that_may_win
from clinic_siting.siting.question import TIE, best_first
from clinic_siting.siting.solver import Deadline
from clinic_siting.tables import FloatArray, IntArray

THREADS = 2
# Nodes taken at once; the best value found below them counts from the next ones on.
BATCH = 8
# Zones × pairs evaluated at once.
CELLS = 100_000
# Zones × sets evaluated exactly between two looks at the clock.
EVALUATED = 400_000
# Halvings that bring any mean to well below a second.
HALVINGS = 40
# A bound this near to the value, relative to it, cannot hide a better set.
MET = 1e-9
# Nodes looked at, once the value is proven, for sets that tie with it and have a smaller mean: where
# very many tie (everyone within the standard, no gap at all) the search for them must end.
TIED_NODES = 2_000

# Exact costs of sets (positions in the tree's own list); ``inf`` where a rule is broken.
Costs = Callable[[IntArray], FloatArray]


@dataclass(slots=True)
class Tree:
    """A search over sets of sites.

    Attributes
    ----------
    field
        The case with candidates in the order of the tree.
    terms
        Weight of each term of the objective.
    n_open
        Number of sites of a set.
    held
        Sites that every set holds, positions in the tree's list.
    costs
        Exact costs of sets.
    by_site
        Minutes to each candidate in the order of the tree, shape (n_candidates, n).
    place
        Place of each candidate of the tree in the order of the ids, shape (n_candidates,).
    keep
        How many of the best sets to find and prove.
    mean_limit
        The largest mean that a set may have.
    pool
        Best sets so far: (cost, set), best first; of sets that tie the one with the smaller mean.
    bound
        What no set that was not looked at can beat.
    """

    field: Field
    terms: Mapping[str, float]
    n_open: int
    held: tuple[int, ...]
    costs: Costs
    by_site: FloatArray
    place: IntArray
    keep: int = 1
    mean_limit: float = np.inf
    pool: list[tuple[float, tuple[int, ...]]] = made_anew(default_factory=list)
    bound: float = -np.inf

    @property
    def threshold(self) -> float:
        """Sets that cost more than this are of no interest; those that tie with the best are."""
        return self.pool[self.keep - 1][0] + TIE if len(self.pool) >= self.keep else np.inf

    @property
    def proven(self) -> float:
        """A bound from which on nothing beats the best."""
        worst = self.pool[self.keep - 1][0] if len(self.pool) >= self.keep else np.inf
        return worst - MET * max(1e-9, abs(worst)) if np.isfinite(worst) else np.inf

    def offer(self, costs: FloatArray, sets: IntArray) -> None:
        """Keep the best sets, each once."""
        known = {chosen: cost for cost, chosen in self.pool}
        good = np.flatnonzero(costs <= self.threshold)
        if len(good) > self.keep:
            good = good[costs[good] <= np.partition(costs[good], self.keep - 1)[self.keep - 1] + TIE]
        for row in good.tolist():
            known[tuple(sorted(sets[row].tolist()))] = float(costs[row])
        self.pool = self.ranked([(cost, chosen) for chosen, cost in known.items() if np.isfinite(cost)])

    def ranked(self, found: list[tuple[float, tuple[int, ...]]]) -> list[tuple[float, tuple[int, ...]]]:
        """Sort sets by cost, those that tie by their mean, those that tie in it by their place."""
        if len(found) < 2:
            return found
        places = [tuple(sorted(self.place[list(chosen)].tolist())) for _, chosen in found]
        means = [float(self.field.share @ self._minutes(chosen)) for _, chosen in found]
        plans = pd.DataFrame({"value": [cost for cost, _ in found], "mean": means, "sites": places})
        order = best_first(plans.assign(row=range(len(found))))["row"]
        return [found[row] for row in order.tolist()[: self.keep]]

    def _minutes(self, chosen: tuple[int, ...]) -> FloatArray:
        nearest: FloatArray = self.by_site[list(chosen)].min(axis=0, initial=np.inf)
        return np.minimum(self.field.today, nearest)


def in_order(field: Field, order: IntArray) -> Field:
    """The same case with only some candidates, in another order."""
    columns = []
    for pairs in (field.nearer, field.newly_covered):
        position, column = pairs.of(order)
        start = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=len(order)))]).astype(np.int64)
        columns.append(Columns(start, column, pairs.zone[position], pairs.minutes[position]))
    return replace(
        field,
        minutes=np.ascontiguousarray(field.minutes[:, order]),
        covers=np.ascontiguousarray(field.covers[:, order]),
        nearer=columns[0],
        newly_covered=columns[1],
    )


def search_tree(tree: Tree, deadline: Deadline) -> None:
    """Search until every set is evaluated or bounded, or time is up."""
    heap: list[tuple[float, tuple[int, ...], int]] = []
    tree.pool = tree.ranked(tree.pool)
    if len(tree.held) < tree.n_open:  # else there is but one set, and it is at hand
        heap.append((-np.inf, tree.held, len(tree.held)))
    overlap = pair_overlap(tree.field, largest_useful_mean(tree))
    limit, threshold, left, looked = tree.mean_limit, np.inf, TIED_NODES, False
    with ThreadPoolExecutor(THREADS) as pool:
        # However short the time, the first node is looked at: without it there is no bound at all.
        while heap and heap[0][0] < tree.threshold and (deadline.left_s > 0 or not looked) and left > 0:
            looked = True
            left -= BATCH if heap[0][0] >= tree.proven else 0
            if tree.threshold < threshold:
                limit, threshold = largest_useful_mean(tree), tree.threshold
            nodes = [heappop(heap) for _ in range(min(BATCH, len(heap))) if heap[0][0] < tree.threshold]
            grown = pool.map(_grow, repeat(tree), nodes, repeat(limit), repeat(overlap))
            for (bound, held, first), (children, sets, least) in zip(nodes, grown, strict=True):
                for child in children:
                    if child[0] < tree.threshold:
                        heappush(heap, child)
                if not _evaluate(tree, sets, deadline):  # what was not looked at keeps its bound
                    heappush(heap, (max(bound, least), held, first))
    best = tree.pool[0][0] if tree.pool else np.inf
    tree.bound = min(best, heap[0][0]) if heap else best


def _evaluate(tree: Tree, sets: IntArray, deadline: Deadline) -> bool:
    """Evaluate sets exactly; say whether the time was enough for all of them."""
    step = max(1, EVALUATED // tree.by_site.shape[1])
    for begin in range(0, len(sets), step):
        if (begin or tree.pool) and deadline.left_s <= 0:
            return False
        part = sets[begin : begin + step]
        tree.offer(tree.costs(part), part)
    return True


def largest_useful_mean(tree: Tree) -> float:
    """A mean above which no set counts: it may not, or cannot beat the best.

    The latter by what the held sites alone put below it.
    """
    if not np.isfinite(tree.threshold):
        return tree.mean_limit
    held = np.array(tree.held, dtype=np.int64)
    minutes = np.minimum(tree.field.today, tree.field.minutes[:, held].min(axis=1, initial=np.inf))
    ranked = Ranked.of(minutes, tree.field.share)

    def least(mean: float) -> float:
        below, square, share = (float(x[0]) for x in ranked.below(np.array([mean])))
        terms = {
            "mean": mean,
            "mad": 2 * below,
            "sd": np.sqrt(max(square + below**2 / max(1 - share, 1e-12), 0.0)),
            "gini": below / max(mean, 1e-9),
        }
        return float(sum(weight * terms.get(term, 0.0) for term, weight in tree.terms.items()))

    low, high = 0.0, min(float(ranked.first[-1]), tree.mean_limit)
    if least(high) < tree.threshold:
        return tree.mean_limit
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if least(middle) < tree.threshold else (low, middle)
    return high


def _grow(
    tree: Tree, node: tuple[float, tuple[int, ...], int], largest_mean: float, overlap: Overlap
) -> tuple[list[tuple[float, tuple[int, ...], int]], IntArray, float]:
    """Children of a node that may hold a winner; with a pair or less to add, the sets themselves.

    Last what none of these sets can beat.
    """
    bound, held, first = node
    more = tree.n_open - len(held)
    held_array = np.array(held, dtype=np.int64)
    children = children_of(tree.field, held_array, first, more, tree.terms, largest_mean)
    alive = np.flatnonzero(children.bound < tree.threshold)
    least = float(children.bound[alive].min(initial=np.inf))
    if more == 1:
        sets = np.column_stack([np.tile(held_array, (len(alive), 1)), alive + first])
        return [], sets, least
    if more == 2:
        one, other = pairs_that_may_win(
            children,
            alive,
            overlap.after(first),
            tree.terms,
            threshold=tree.threshold,
            largest_mean=largest_mean,
        )
        one, other = _quick(tree, held_array, one + first, other + first)
        return [], np.column_stack([np.tile(held_array, (len(one), 1)), one, other]), least
    found = [
        (max(bound, float(children.bound[j])), (*held, first + j), first + j + 1) for j in alive.tolist()
    ]
    return found, np.empty((0, tree.n_open), dtype=np.int64), least


def _quick(tree: Tree, held: IntArray, one: IntArray, other: IntArray) -> tuple[IntArray, IntArray]:
    """Leave out pairs that a quick but exact evaluation shows not to win, where there is one."""
    if not set(tree.terms) <= {"mean", "mad", "sd"}:
        return one, other
    minutes = np.minimum(tree.field.today, tree.by_site[held].min(axis=0, initial=np.inf))
    share = tree.field.share
    kept = np.zeros(len(one), dtype=bool)
    for begin in range(0, len(one), step := max(1, CELLS // len(minutes))):
        part = slice(begin, begin + step)
        t = np.minimum(tree.by_site[one[part]], tree.by_site[other[part]])
        np.minimum(t, minutes, out=t)
        mean = t @ share
        value = tree.terms.get("mean", 0.0) * mean
        t -= mean[:, None]
        if "mad" in tree.terms:
            value += tree.terms["mad"] * 2 * (np.maximum(t, 0) @ share)
        if "sd" in tree.terms:
            value += tree.terms["sd"] * np.sqrt(np.square(t, out=t) @ share)
        kept[part] = value < tree.threshold
    return one[kept], other[kept]
