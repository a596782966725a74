"""Measure travel times: ``python -m bench.travel`` writes its section of docs/performance.md.

``--quick`` leaves out the peers and the growth. ``--case SHARE SITES`` measures one size and ``--peer
NAME`` one peer, and prints JSON: each has a process of its own, so that memory can be told apart.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from bench.ground import Case, bundled
from bench.machine import REPEATS, Timing, bandwidth_gb_s, description, forget_peak, held_mb, measure, peak_mb
from bench.pages import table, write_section
from bench.peers import Peer, by_igraph, by_networkx, by_pandana, by_scipy
from clinic_siting.tables import TravelTimes
from clinic_siting.travel import TravelEngine, travel_engine
from clinic_siting.travel.hierarchy import part_above

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
SHARES, SITES = (0.25, 0.5, 1.0), (10, 50, 151)
SEARCH_MIN = 60.0
# What was asked for: the matrix on all cores, the order at hand, so many times as fast as these, each on
# one thread; and new minutes with their matrix within so many seconds.
GOAL_TIMES, GOAL_METRIC_S = {"scipy": 25, "networkx": 500}, 0.8
# A peer that has not answered by then is given up.
PEER_LIMIT_S = 3600.0
# Peers answer for this many sites and are scaled to all: their time is linear in sites.
PEER_SITES = {"scipy": 151, "igraph": 8, "networkx": 1, "pandana": 8}
PEERS: dict[str, Callable[..., Peer]] = {
    "scipy": by_scipy,
    "igraph": by_igraph,
    "pandana": by_pandana,
    "networkx": by_networkx,
}
# Of a peer: seconds by question, ours beside them, preparation, largest difference; None: too slow.
Answers = dict[str, Any] | None
HEADER = (
    "engine",
    "prepare",
    "full matrix",
    "new metric + matrix",
    "all nodes to one site",
    "60-minute search",
    "largest difference",
)


def main() -> None:
    """Measure and write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--case", nargs=2, type=float, metavar=("SHARE", "SITES"))
    options.add_argument("--peer", choices=PEERS)
    chosen = options.parse_args()
    if chosen.peer:
        sys.stdout.write("\n" + json.dumps(one_peer(chosen.peer)))
        return
    if chosen.case:
        sys.stdout.write(json.dumps(one_size(chosen.case[0], int(chosen.case[1]))))
        return
    text = [description(("numpy", "scipy", "numba")) + "."]
    case = bundled()
    prepared = measure(lambda: fast_engine(case))
    ours, single = our_timings(case, fast_engine(case)), our_timings(case, fast_engine(case, threads=1))
    peers = {} if chosen.quick else {name: peer_answers(name) for name in PEERS}
    text += [size_of(case), compare(prepared, ours, single, peers)]
    if peers:
        text.append(goals(ours, peers))
    text.append(limits(case, single))
    if not chosen.quick:
        text.append(growth())
    write_section(PAGE, "travel", "\n\n".join(text))


def size_of(case: Case) -> str:
    """What was measured."""
    return (
        f"Bundled network, inter-peak: {case.network.n_nodes:,} nodes, {len(case.network.indices):,} "
        f"directed edges, {len(case.sites)} sites × {len(case.zones):,} zones. Medians of {REPEATS} runs "
        "or more after a first that does not count; processor seconds on one thread (which other work on "
        "the machine does not lengthen); in brackets how many times ours, measured beside it. Every engine "
        "has its network and minutes ready, but for *new metric*."
    )


def compare(
    prepared: Timing, ours: dict[str, Timing], single: dict[str, Timing], peers: Mapping[str, Answers]
) -> str:
    """Our engine against the others."""
    seconds = [f"{timing.cpu_s:.3f}" for timing in single.values()]
    rows = [("ours", f"{prepared.cpu_s:.2f}", *seconds, "–")]
    rows += [peer_row(name, found) for name, found in peers.items()]
    scaled = ", ".join(f"{name} {n}" for name, n in PEER_SITES.items())
    clock = "; ".join(
        f"{name} {ours[what].wall_s:.2f} s on all cores, {single[what].wall_s:.2f} s on one thread"
        for what, name in (("matrix", HEADER[2]), ("metric", HEADER[3]))
    )
    notes = (
        f"By the clock, with whatever else was running: {clock}.",
        "*prepare*: ours reads the stored order; a peer's is loading and, for pandana, its hierarchy.",
        "*new metric + matrix*: from new minutes of every link; a peer must build its network anew.",
        f"*full matrix* of a peer: measured for some sites ({scaled}) and scaled to all.",
        "*largest difference*: from scipy, in minutes, over two sites and all zones.",
        "pandana counts in whole thousandths of a second, given seconds as here.",
    )
    return "\n\n".join([table(HEADER, rows), "\n".join(f"- {note}" for note in notes)])


def goals(ours: dict[str, Timing], peers: Mapping[str, Answers]) -> str:
    """What was asked for, and whether it is met."""
    matrix_s, metric_s = ours["matrix"].wall_s, ours["metric"].wall_s
    rows: list[tuple[str, str, bool]] = []
    for name, goal in GOAL_TIMES.items():
        found = peers[name]
        times = 0.0 if found is None else found["seconds"]["matrix"] / matrix_s
        asked = f"full matrix on all cores, the order at hand: {goal} × {name} on one thread"
        rows.append((asked, f"{times:,.0f} ×", times >= goal))
    rows.append(
        (f"new metric + matrix within {GOAL_METRIC_S} s", f"{metric_s:.2f} s", metric_s < GOAL_METRIC_S)
    )
    least, name, what = min(
        (seconds / found["ours"][what], name, what)
        for name, found in peers.items()
        if found is not None
        for what, seconds in found["seconds"].items()
        if seconds is not None
    )
    question = dict(zip(ours, HEADER[2:-1], strict=True))[what]
    asked = "one thread each, at every question faster than every peer, their preparation left out"
    rows.append((asked, f"at the least {least:.1f} × ({name}, {question})", least > 1))
    return "What was asked for, by the clock where seconds are meant:\n\n" + table(
        ("goal", "measured", "met"), [(a, m, "yes" if met else "**no**") for a, m, met in rows]
    )


def fast_engine(case: Case, *, threads: int | None = None) -> TravelEngine:
    """Our fast engine for a case."""
    return travel_engine(case.network, engine="cch", stored_order=case.stored_order, threads=threads)


def our_timings(case: Case, engine: TravelEngine) -> dict[str, Timing]:
    """Our engine's answers to the four questions."""
    one, metric = case.sites.of(case.sites.index[:1]), engine.on(case.network)

    def new_metric() -> TravelTimes:
        return engine.on(case.topology.network(case.minutes)).times(case.zones, case.sites)

    def within() -> int:
        return int((metric.node_times(one) <= SEARCH_MIN).sum())

    return {
        "matrix": measure(lambda: metric.times(case.zones, case.sites), runs=11),
        "metric": measure(new_metric, runs=11),
        "one": measure(lambda: metric.node_times(one), runs=11),
        "within": measure(within, runs=11),
    }


def peer_answers(name: str) -> Answers:
    """What a peer took, measured in a process of its own and given up in time."""
    command = [sys.executable, "-m", "bench.travel", "--peer", name]
    try:
        run = subprocess.run(  # noqa: S603 - our own module
            command, check=True, capture_output=True, text=True, timeout=PEER_LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return None
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def peer_row(name: str, found: Answers) -> tuple[str, ...]:
    """One row of the table for a peer."""
    if found is None:
        return (name, f"not within {PEER_LIMIT_S:.0f} by the clock", *["–"] * (len(HEADER) - 2))
    cells = [
        "–" if seconds is None else f"{seconds:.3g}{_times(seconds / found['ours'][what])}"
        for what, seconds in found["seconds"].items()
    ]
    return (name, f"{found['prepare']:.3g}", *cells, f"{found['difference']:.2g}")


def one_peer(name: str) -> dict[str, object]:
    """Measure a peer's answers to the four questions, and ours to the same."""
    case = bundled()
    ours = our_timings(case, fast_engine(case, threads=1))
    began = process_time()
    peer = PEERS[name](case.network)
    prepare = process_time() - began
    starts, targets = np.unique(case.zones.node), np.unique(case.sites.node)
    some = targets[:: max(1, len(targets) // PEER_SITES[name])][: PEER_SITES[name]]
    matrix = measure(lambda: peer.matrix(starts, some), warm_up=False).times(len(targets) / len(some)).cpu_s
    site = int(case.sites.node[0])
    to_one = None if peer.to_one is None else measure(partial(peer.to_one, site)).cpu_s
    within = None if peer.within is None else measure(partial(peer.within, site, SEARCH_MIN)).cpu_s
    few = some[:2]
    right, theirs = by_scipy(case.network).matrix(starts, few), peer.matrix(starts, few)
    reached = np.isfinite(right)
    return {
        "prepare": prepare,
        "seconds": {"matrix": matrix, "metric": matrix + prepare, "one": to_one, "within": within},
        "ours": {what: timing.cpu_s for what, timing in ours.items()},
        "difference": float(np.abs(right[reached] - theirs[reached]).max()),
    }


def limits(case: Case, single: dict[str, Timing]) -> str:
    """Bytes that must pass through memory, how long that alone would take, and how long it takes."""
    engine = fast_engine(case)
    if engine.hierarchy is None:
        raise RuntimeError("the fast engine was asked for and did not come")
    hierarchy = engine.hierarchy
    speed = bandwidth_gb_s()
    # An arc is read once: 8 bytes of minutes, 4 of head. A node's minutes are written and read once.
    whole = 12 * len(hierarchy.arcs.head) + (8 + 16) * case.network.n_nodes
    nodes = np.unique(np.concatenate([case.zones.node, case.sites.node]))
    arcs, _, _ = part_above(hierarchy, hierarchy.rank[nodes])
    blocks = -(-len(case.sites) // 32)
    matrix = blocks * (12 * len(arcs.head) + 8 * len(arcs.parent)) + 16 * len(arcs.parent) * len(case.sites)
    result = 8 * len(case.zones) * len(case.sites)
    rows = []
    for name, what, swept in (
        ("all nodes to one site", "one", whole),
        ("matrix, without customising", "matrix", matrix + result),
    ):
        least, took = swept / speed / 1e6, single[what].cpu_s * 1e3
        rows.append((name, f"{swept / 1e6:.0f}", f"{least:.1f}", f"{took:.0f}", f"{took / least:.0f}"))
    return (
        f"The physical limit: one core copies {speed:.1f} GB/s here. The hierarchy has "
        f"{len(hierarchy.arcs.head):,} arcs, of which {len(arcs.head):,} above the places.\n\n"
        + table(
            ("sweep", "megabytes", "milliseconds at that speed", "milliseconds measured", "times the limit"),
            rows,
        )
        + "\n\nWhat lies between: minutes of a head are fetched from wherever they lie, not in a row, and "
        "each arc costs an addition and a comparison for every site of its block."
    )


def growth() -> str:
    """How time and memory grow with nodes and sites, each size in a process of its own."""
    rows = []
    for share in SHARES:
        for n_sites in SITES:
            command = [sys.executable, "-m", "bench.travel", "--case", str(share), str(n_sites)]
            run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
            size = json.loads(run.stdout)
            rows.append(
                (
                    f"{size['nodes']:,}",
                    f"{n_sites}",
                    f"{size['order_s']:.2f}",
                    f"{size['prepare_s']:.2f}",
                    f"{size['cch_s']:.3f}",
                    f"{size['scipy_s']:.2f}",
                    f"{size['scipy_s'] / size['cch_s']:.0f}",
                    f"{size['cch_mb']:.0f}",
                )
            )
    header = ("nodes", "sites", "order", "prepare", "matrix", "scipy", "scipy ÷ matrix", "MB beyond the data")
    return (
        "How it grows: crops around London, processor seconds, and the most memory held beyond roads, zones "
        "and sites. *order*: the first preparation, code loaded; *prepare*: the next. A crop has no stored "
        "order, so METIS is in both; *matrix* takes in new minutes.\n\n" + table(header, rows)
    )


def one_size(share: float, n_sites: int) -> dict[str, float]:
    """Measure one size of network and one number of sites."""
    case = bundled(share=share)
    sites = case.sites.of(case.sites.index[:: max(1, 151 // n_sites)][:n_sites])
    forget_peak()
    before = held_mb()
    began = process_time()
    engine = fast_engine(case)
    order_s = process_time() - began
    cch = measure(lambda: engine.on(case.network).times(case.zones, sites))
    memory = peak_mb() - before
    prepare = measure(
        lambda: travel_engine(case.network, engine="cch", stored_order=case.stored_order), runs=5
    )
    plain = travel_engine(case.network, engine="scipy")
    few = sites.of(sites.index[:10])
    scipy = measure(lambda: plain.on(case.network).times(case.zones, few)).times(len(sites) / len(few))
    return {
        "nodes": case.network.n_nodes,
        "order_s": order_s,
        "prepare_s": prepare.cpu_s,
        "cch_s": cch.cpu_s,
        "scipy_s": scipy.cpu_s,
        "cch_mb": memory,
    }


def _times(ratio: float) -> str:
    return f" ({ratio:.1f} ×)" if ratio < 10 else f" ({ratio:,.0f} ×)"


if __name__ == "__main__":
    main()
