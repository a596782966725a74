"""Measure travel times: ``python -m bench.travel`` writes its section of docs/performance.md.

``--quick`` leaves out the peers and the growth; ``--case SHARE SITES`` measures one size and prints
it as JSON (each size has a process of its own, so that memory can be told apart).
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.ground import Case, bundled
from bench.machine import REPEATS, Timing, bandwidth_gb_s, description, measure, peak_mb
from bench.pages import table, write_section
from bench.peers import Peer, by_igraph, by_networkx, by_pandana, by_scipy
from clinic_siting.tables import TravelTimes
from clinic_siting.travel import TravelEngine, travel_engine
from clinic_siting.travel.hierarchy import part_above

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
SHARES, SITES = (0.25, 0.5, 1.0), (10, 50, 151)
SEARCH_MIN = 60.0
# Peers answer for this many sites and are scaled to all: their time is linear in sites.
PEER_SITES = {"scipy": 151, "igraph": 8, "networkx": 1, "pandana": 8}
PEERS: dict[str, Callable[..., Peer]] = {
    "scipy": by_scipy,
    "igraph": by_igraph,
    "pandana": by_pandana,
    "networkx": by_networkx,
}
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
    chosen = options.parse_args()
    if chosen.case:
        sys.stdout.write(json.dumps(one_size(chosen.case[0], int(chosen.case[1]))))
        return
    text = [description(("numpy", "scipy", "numba")) + "."]
    case = bundled()
    text += [size_of(case), compare(case, peers=() if chosen.quick else tuple(PEERS)), limits(case)]
    if not chosen.quick:
        text.append(growth())
    write_section(PAGE, "travel", "\n\n".join(text))


def size_of(case: Case) -> str:
    """What was measured."""
    return (
        f"Bundled network, inter-peak: {case.network.n_nodes:,} nodes, {len(case.network.indices):,} "
        f"directed edges, {len(case.sites)} sites × {len(case.zones):,} zones. Medians of {REPEATS} runs "
        "or more after a first that does not count; seconds by the clock, in brackets how many times ours on "
        "all cores. Every engine has its network and minutes ready, but for *new metric*."
    )


def compare(case: Case, *, peers: tuple[str, ...]) -> str:
    """Our engine against the others on the whole network."""
    began = perf_counter()
    engine = travel_engine(case.network, engine="cch", stored_order=case.stored_order)
    cold = perf_counter() - began
    prepare = measure(lambda: travel_engine(case.network, engine="cch", stored_order=case.stored_order))
    ours = our_timings(case, engine)
    single = our_timings(
        case, travel_engine(case.network, engine="cch", stored_order=case.stored_order, threads=1)
    )
    base = ours
    rows = [
        our_row("ours, all cores", prepare, ours, base),
        our_row("ours, one thread", prepare, single, base),
    ]
    reference = by_scipy(case.network)
    rows += [peer_row(name, case, base, reference) for name in peers]
    scaled = ", ".join(f"{name} {n}" for name, n in PEER_SITES.items())
    notes = (
        f"A first run compiles and loads machine code: this one prepared in {cold:.1f} s.",
        "*prepare*: ours reads the stored order; a peer's is loading and, for pandana, its hierarchy.",
        "*new metric + matrix*: from new minutes of every link; a peer must build its network anew.",
        f"*full matrix* of a peer: measured for some sites ({scaled}) and scaled to all.",
        "*largest difference*: from scipy, in minutes, over two sites and all zones.",
    )
    return "\n\n".join([table(HEADER, rows), "\n".join(f"- {note}" for note in notes)])


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


def our_row(name: str, prepare: Timing, ours: dict[str, Timing], base: dict[str, Timing]) -> tuple[str, ...]:
    """One row of the table for our own engine."""
    cells = [f"{timing.wall_s:.3f}" + _times(timing, base[what]) for what, timing in ours.items()]
    return (name, f"{prepare.wall_s:.2f}", *cells, "–")


def peer_row(name: str, case: Case, base: dict[str, Timing], reference: Peer) -> tuple[str, ...]:
    """One row of the table for a peer."""
    began = perf_counter()
    peer = PEERS[name](case.network)
    prepare = perf_counter() - began
    starts, targets = np.unique(case.zones.node), np.unique(case.sites.node)
    some = targets[:: max(1, len(targets) // PEER_SITES[name])][: PEER_SITES[name]]
    matrix = measure(lambda: peer.matrix(starts, some), warm_up=False).times(len(targets) / len(some))
    metric = Timing(matrix.wall_s + prepare, matrix.cpu_s + prepare, 1)
    site = int(case.sites.node[0])
    to_one = None if peer.to_one is None else measure(partial(peer.to_one, site))
    within = None if peer.within is None else measure(partial(peer.within, site, SEARCH_MIN))
    timings = {"matrix": matrix, "metric": metric, "one": to_one, "within": within}
    cells = ["–" if t is None else f"{t.wall_s:.3g}{_times(t, base[what])}" for what, t in timings.items()]
    few = some[:2]
    ours, theirs = reference.matrix(starts, few), peer.matrix(starts, few)
    reached = np.isfinite(ours)
    difference = np.abs(ours[reached] - theirs[reached]).max() if name != "scipy" else 0.0
    return (name, f"{prepare:.3g}", *cells, f"{difference:.2g}")


def limits(case: Case) -> str:
    """Bytes that must pass through memory, and how long that alone would take."""
    engine = travel_engine(case.network, engine="cch", stored_order=case.stored_order)
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
    rows = [
        ("all nodes to one site", f"{whole / 1e6:.0f}", f"{whole / speed / 1e6:.1f}"),
        (
            "matrix, without customising",
            f"{(matrix + result) / 1e6:.0f}",
            f"{(matrix + result) / speed / 1e6:.1f}",
        ),
    ]
    return (
        f"The physical limit: one core copies {speed:.1f} GB/s here. The hierarchy has "
        f"{len(hierarchy.arcs.head):,} arcs, of which {len(arcs.head):,} above the places.\n\n"
        + table(("sweep", "megabytes", "milliseconds at that speed"), rows)
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
        "How it grows: crops around London, seconds, and the most memory held beyond roads, zones and sites. "
        "*order*: read for the whole network, computed by METIS for a crop.\n\n" + table(header, rows)
    )


def one_size(share: float, n_sites: int) -> dict[str, float]:
    """Measure one size of network and one number of sites."""
    case = bundled(share=share)
    sites = case.sites.of(case.sites.index[:: max(1, 151 // n_sites)][:n_sites])
    before = peak_mb()
    began = perf_counter()
    engine = travel_engine(case.network, engine="cch", stored_order=case.stored_order)
    order_s = perf_counter() - began
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
        "prepare_s": prepare.wall_s,
        "cch_s": cch.wall_s,
        "scipy_s": scipy.wall_s,
        "cch_mb": memory,
    }


def _times(timing: Timing, base: Timing) -> str:
    ratio = timing.wall_s / base.wall_s
    return "" if ratio == 1 else f" ({ratio:.1f} ×)" if ratio < 10 else f" ({ratio:,.0f} ×)"


if __name__ == "__main__":
    main()
